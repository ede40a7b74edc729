"""Messages as RFC 8291 wants them: the published vector, another implementation, any content, known defects."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import derive_private_key
from hypothesis import given, settings
from hypothesis import strategies as st
from webpush import WebPush, WebPushSubscription  # type: ignore[import-untyped]
from webpush.vapid import VAPID  # type: ignore[import-untyped]

from push.encryption import (
    LONGEST_PLAINTEXT,
    BadReceiverKey,
    PlaintextTooLong,
    Receiver,
    encrypt,
    read_auth,
    read_p256dh,
)
from tests.harness.fake_push_receiver import Browser, b64, unb64

VECTOR: dict[str, str] = json.loads((Path(__file__).parent / "vectors" / "rfc8291.json").read_text())
BROWSER = Browser()
RECEIVER = Receiver.read(**BROWSER.keys())


def key_of(name: str) -> ec.EllipticCurvePrivateKey:
    return derive_private_key(int.from_bytes(unb64(VECTOR[name])), ec.SECP256R1())


def their_subscription(endpoint: str = "https://push.example.net/x") -> WebPushSubscription:
    return WebPushSubscription.model_validate({"endpoint": endpoint, "keys": BROWSER.keys()})


def them(**options: Any) -> WebPush:
    private, public, _ = VAPID.generate_keys()
    return WebPush(private, public, subscriber="city@example.com", **options)


def test_the_vector_of_the_rfc_is_reproduced() -> None:
    receiver = Receiver.read(VECTOR["receiver_public"], VECTOR["auth"])
    message = encrypt(
        VECTOR["plaintext"].encode(), receiver, salt=unb64(VECTOR["salt"]), sender=key_of("sender_private")
    )
    assert b64(message) == VECTOR["message"]


def test_the_tests_own_browser_reads_the_vector() -> None:
    browser = Browser(key_of("receiver_private"), unb64(VECTOR["auth"]))
    assert browser.decrypt(unb64(VECTOR["message"])).decode() == VECTOR["plaintext"]


def test_another_implementation_writes_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    salt, sender = bytes(range(16)), ec.generate_private_key(ec.SECP256R1())
    monkeypatch.setattr("webpush.os.urandom", lambda _: salt)
    monkeypatch.setattr("webpush.ec.generate_private_key", lambda *_: sender)
    theirs = them()._encrypt(b"book 7 is here", their_subscription())
    assert theirs == encrypt(b"book 7 is here", RECEIVER, salt=salt, sender=sender)


def test_what_another_implementation_wrote_is_read_by_the_same_browser() -> None:
    assert BROWSER.decrypt(them().get("你好", their_subscription()).encrypted).decode() == "你好"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=LONGEST_PLAINTEXT))
def test_any_content_comes_back(plaintext: bytes) -> None:
    message = encrypt(plaintext, RECEIVER)
    assert BROWSER.decrypt(message) == plaintext
    assert len(message) == len(plaintext) + 103


def test_each_message_has_a_key_and_a_salt_of_its_own() -> None:
    first, second = encrypt(b"x", RECEIVER), encrypt(b"x", RECEIVER)
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


def test_another_browser_cannot_read_it() -> None:
    with pytest.raises(InvalidTag):
        Browser().decrypt(encrypt(b"x", RECEIVER))


def test_a_full_record_is_sent_and_one_byte_more_is_refused_where_webpush_sends_rubbish() -> None:
    full = encrypt(bytes(LONGEST_PLAINTEXT), RECEIVER)
    assert len(full) == 4096
    with pytest.raises(PlaintextTooLong):
        encrypt(bytes(LONGEST_PLAINTEXT + 1), RECEIVER)
    with pytest.raises(AssertionError, match="more than one record"):
        BROWSER.decrypt(them().get(bytes(5000), their_subscription()).encrypted)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        b64(bytes(65)),
        b64(b"\x04" + bytes(64)),
        b64(BROWSER.public[:64]),
        b64(b"\x02" + BROWSER.public[1:33]),
        b64(BROWSER.public) + "===",
        b64(BROWSER.public) + "\n",
        "A",
    ],
    ids=lambda text: f"{len(text)} characters",  # the keys are new in each process, and all must collect the same tests
)
def test_what_is_no_point_on_the_curve_is_refused(text: str) -> None:
    with pytest.raises(BadReceiverKey):
        read_p256dh(text)


@pytest.mark.parametrize("text", ["", "!", "A", b64(bytes(15)), b64(bytes(17))])
def test_a_secret_of_another_length_is_refused(text: str) -> None:
    with pytest.raises(BadReceiverKey):
        read_auth(text)


def test_keys_are_read_with_and_without_padding() -> None:
    keys = BROWSER.keys()
    assert Receiver.read(keys["p256dh"] + "=", keys["auth"] + "==") == RECEIVER
