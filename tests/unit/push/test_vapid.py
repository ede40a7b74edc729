"""The sender's signature (RFC 8292), held against what webpush 1.0.6 gets wrong."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from webpush import WebPush, WebPushSubscription  # type: ignore[import-untyped]
from webpush.vapid import VAPID  # type: ignore[import-untyped]

from push.encryption import BadVapidKey, Vapid, checked_subject
from tests.harness.clock import ManualClock
from tests.harness.fake_push_receiver import Browser, unb64

SUBJECT = "mailto:operator@city.example"


def pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


KEY = pem(ec.generate_private_key(ec.SECP256R1()))


def token(header: str) -> str:
    return header.removeprefix("vapid t=").partition(",")[0]


def claims(header: str) -> dict[str, Any]:
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(header.partition(" k=")[2]))
    found: dict[str, Any] = jwt.decode(
        token(header), public, algorithms=["ES256"], options={"verify_aud": False, "verify_exp": False}
    )
    return found


def test_the_token_names_the_push_service_the_sender_and_a_life_of_twelve_hours(clock: ManualClock) -> None:
    header = Vapid(KEY, SUBJECT, clock).authorization("https://fcm.googleapis.com/fcm/send/abc?x=1")
    assert claims(header) == {
        "aud": "https://fcm.googleapis.com",
        "exp": int(clock.now().timestamp()) + 12 * 3600,
        "sub": SUBJECT,
    }
    assert jwt.get_unverified_header(token(header)) == {"typ": "JWT", "alg": "ES256"}


@pytest.mark.parametrize(
    ("endpoint", "audience"),
    [
        ("https://push.example.net/x", "https://push.example.net"),
        ("https://push.example.net:443/x", "https://push.example.net"),
        ("https://push.example.net:8443/x", "https://push.example.net:8443"),
    ],
)
def test_the_audience_is_the_origin_with_its_port(endpoint: str, audience: str, clock: ManualClock) -> None:
    assert claims(Vapid(KEY, SUBJECT, clock).authorization(endpoint))["aud"] == audience


def test_webpush_drops_the_port_and_we_do_not(clock: ManualClock) -> None:
    private, public, _ = VAPID.generate_keys()
    endpoint = "https://push.example.net:8443/x"
    subscription = WebPushSubscription.model_validate({"endpoint": endpoint, "keys": Browser().keys()})
    theirs = WebPush(private, public, subscriber="a@b.example").get("x", subscription).headers["authorization"]
    ours = Vapid(private.decode(), SUBJECT, clock).authorization(endpoint)
    assert claims(theirs)["aud"] != claims(ours)["aud"] == "https://push.example.net:8443"


def test_a_token_is_kept_until_less_than_an_hour_is_left(clock: ManualClock) -> None:
    vapid = Vapid(KEY, SUBJECT, clock)
    first = vapid.authorization("https://a.example/1")
    clock.advance(hours=11)
    assert vapid.authorization("https://a.example/2") == first
    clock.advance(seconds=1)
    renewed = vapid.authorization("https://a.example/3")
    assert claims(renewed)["exp"] == int((clock.now() + timedelta(hours=12)).timestamp())


def test_each_push_service_gets_its_own_token(clock: ManualClock) -> None:
    vapid = Vapid(KEY, SUBJECT, clock)
    seen = [claims(vapid.authorization(f"https://{host}/x"))["aud"] for host in ("a.example", "b.example", "a.example")]
    assert seen == ["https://a.example", "https://b.example", "https://a.example"]


def test_the_key_is_read_once_and_never_made(clock: ManualClock, tmp_path: Path) -> None:
    file = tmp_path / "vapid.pem"
    with pytest.raises(BadVapidKey):
        Vapid(str(file), SUBJECT, clock)
    assert not file.exists()
    file.write_text(KEY)
    vapid = Vapid(str(file), SUBJECT, clock)
    file.unlink()
    assert vapid.public_key == Vapid(KEY, SUBJECT, clock).public_key
    assert vapid.authorization("https://a.example/x").endswith(f"k={vapid.public_key}")


@pytest.mark.parametrize(
    "key",
    [
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(ed25519.Ed25519PrivateKey.generate()),
        "no such file",
        "",
    ],
)
def test_a_key_that_is_none_of_ours_is_refused(key: str, clock: ManualClock) -> None:
    with pytest.raises(BadVapidKey):
        Vapid(key, SUBJECT, clock)


@pytest.mark.parametrize("subject", ["mailto:a@b.example", "https://city.example/contact"])
def test_a_contact_is_taken(subject: str) -> None:
    assert checked_subject(subject) == subject


@pytest.mark.parametrize(
    "subject", ["", "a@b.example", "mailto:<a@b.example>", "mailto:a b@c.example", "http://city.example", "mailto:a"]
)
def test_a_contact_that_apple_refuses_is_refused(subject: str) -> None:
    with pytest.raises(BadVapidKey):
        checked_subject(subject)
