"""Signed messages: what fits, and every way not to."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auth.errors import SignatureRefused
from auth.once import Once
from auth.shangmi import sm2
from auth.shangmi.message_signatures import MessageSignatures
from auth.shangmi.messages import KnownSigner, Message, SignedHeaders, sign, verify
from auth.shangmi.settings import ShangmiSettings
from tests.harness.clock import ManualClock
from tests.unit.auth.guard.wiring import Guard

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = sm2.new_key()
KNOWN = KnownSigner("one-system", sm2.verifier(KEY.public))
MESSAGE = Message("POST", "/dept/v1/notices", "dry=1&x=%E4%BA%BA", '{"title":"取件"}'.encode())
HEADERS = sign(MESSAGE, sm2.signer(KEY), "one-system", NOW)


def check(message: Message = MESSAGE, headers: SignedHeaders = HEADERS, now: datetime = NOW) -> bytes:
    return verify(message, headers, KNOWN, now, 300)


def resigned(signature_input: str, **changes: str) -> SignedHeaders:
    """Signed by the right key, over whatever the input says."""
    base = {
        '"@method"': MESSAGE.method,
        '"@path"': MESSAGE.path,
        '"@query"': f"?{MESSAGE.query}",
        '"content-digest"': changes.get("digest", HEADERS.content_digest),
    }
    parameters = signature_input.partition("=")[2]
    covered = parameters[1 : parameters.index(")")].split()
    lines = [*(f"{name}: {base.get(name, '')}" for name in covered), f'"@signature-params": {parameters}']
    octets = sm2.signer(KEY).sign("\n".join(lines).encode())
    label = signature_input.partition("=")[0]
    signature = f"{label}=:{base64.b64encode(octets).decode()}:"
    return SignedHeaders(changes.get("digest", HEADERS.content_digest), signature_input, signature)


def test_a_signed_message_fits() -> None:
    assert len(check()) == 64
    assert HEADERS.signature_input == (
        'sm2=("@method" "@path" "@query" "content-digest");created=1795395600;keyid="one-system";alg="sm2-sm3"'
    )
    assert check(headers=resigned(HEADERS.signature_input))


def test_order_and_further_parameters_are_the_signer_s_affair() -> None:
    covered = '("content-digest" "@query" "@path" "@method")'
    given = (
        f'sig1={covered};keyid="one-system";alg="sm2-sm3";created={int(NOW.timestamp())};nonce="x";expires=1795395700'
    )
    assert check(headers=resigned(given))


@pytest.mark.parametrize("body", [b"", b"x", bytes(range(256)) * 100])
@pytest.mark.parametrize("query", ["", "a=b"])
def test_bodies_and_queries(body: bytes, query: str) -> None:
    message = Message("PUT", "/dept/v1/x", query, body)
    assert check(message, sign(message, sm2.signer(KEY), "one-system", NOW))


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": "/dept/v1/releases"},
        {"query": ""},
        {"query": "dry=0"},
        {"body": b"{}"},
        {"body": b""},
    ],
    ids=str,
)
def test_another_message_does_not(change: dict[str, str]) -> None:
    with pytest.raises(SignatureRefused):
        check(replace(MESSAGE, **change))  # type: ignore[arg-type]  # the words of Message


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_another_time_does_not(seconds: int) -> None:
    check(now=NOW + timedelta(seconds=seconds // abs(seconds) * 299))
    with pytest.raises(SignatureRefused, match="created"):
        check(now=NOW + timedelta(seconds=seconds))


def test_another_key_or_another_client_does_not() -> None:
    stranger = sign(MESSAGE, sm2.signer(sm2.new_key()), "one-system", NOW)
    with pytest.raises(SignatureRefused, match="fit"):
        check(headers=stranger)
    with pytest.raises(SignatureRefused, match="keyid"):
        check(headers=sign(MESSAGE, sm2.signer(KEY), "another-system", NOW))
    with pytest.raises(SignatureRefused, match="fit"):
        check(headers=sign(MESSAGE, sm2.signer(KEY, b"another id"), "one-system", NOW))


COVERED = '"@method" "@path" "@query" "content-digest"'
GOOD = f';created={int(NOW.timestamp())};keyid="one-system";alg="sm2-sm3"'
BAD_INPUTS = {
    "nothing": "",
    "body not covered": f'sm2=("@method" "@path" "@query"){GOOD}',
    "method not covered": f'sm2=("@path" "@query" "content-digest"){GOOD}',
    "query not covered": f'sm2=("@method" "@path" "content-digest"){GOOD}',
    "covered twice": f'sm2=({COVERED} "@path"){GOOD}',
    "more than we know": f'sm2=({COVERED} "@authority"){GOOD}',
    "nothing covered": f"sm2=(){GOOD}",
    "another algorithm": f"sm2=({COVERED}){GOOD}".replace("sm2-sm3", "hmac-sha256"),
    "no algorithm": f'sm2=({COVERED});created=1795395600;keyid="one-system"',
    "no time": f'sm2=({COVERED});keyid="one-system";alg="sm2-sm3"',
    "no key": f'sm2=({COVERED});created=1795395600;alg="sm2-sm3"',
    "expired": f"sm2=({COVERED}){GOOD};expires=1795395600",
    "expires never": f'sm2=({COVERED}){GOOD};expires="never"',
    "created as text": f'sm2=({COVERED});created="soon";keyid="one-system";alg="sm2-sm3"',
    "a parameter twice": f'sm2=({COVERED}){GOOD};alg="sm2-sm3"',
    "two signatures": f"sm2=({COVERED}){GOOD}, other=({COVERED}){GOOD}",
    "a new line": f'sm2=({COVERED}){GOOD};nonce="a\nb"',
    "too long": f"sm2=({COVERED}){GOOD}" + ';tag="' + "x" * 150 + '"' + ';n="y"' * 400,
}


@pytest.mark.parametrize("signature_input", BAD_INPUTS.values(), ids=list(BAD_INPUTS))
def test_inputs_that_do_not_do_even_when_they_are_signed(signature_input: str) -> None:
    headers = resigned(signature_input) if "(" in signature_input else replace(HEADERS, signature_input="")
    with pytest.raises(SignatureRefused):
        check(headers=headers)


SM3, SHA256 = HEADERS.content_digest.split(", ")
WRONG = f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"


@pytest.mark.parametrize("digest", [SM3, SHA256, f"{SM3},{SHA256}", f"{SM3}, sha-512=:AAAA:"])
def test_one_digest_that_we_know_is_enough(digest: str) -> None:
    assert check(headers=resigned(HEADERS.signature_input, digest=digest))


@pytest.mark.parametrize("digest", ["", "sha-512=:AAAA:", WRONG, f"{SM3}, {WRONG}", "sm3=:!:", f"{SM3},", "sm3=:AAA:"])
def test_a_digest_that_is_wrong_or_unknown_is_refused(digest: str) -> None:
    with pytest.raises(SignatureRefused):
        check(headers=resigned(HEADERS.signature_input, digest=digest))


@pytest.mark.parametrize(
    "signature",
    ["", "sm2=::", "sm2=:AAAA:", HEADERS.signature.replace("sm2", "sig"), HEADERS.signature + ", x=:AAAA:"],
    ids=["none", "empty", "short", "another label", "two"],
)
def test_a_signature_of_another_form_is_refused(signature: str) -> None:
    with pytest.raises(SignatureRefused):
        check(headers=replace(HEADERS, signature=signature))


async def test_a_message_counts_once_however_its_signature_is_written(store: str, clock: ManualClock) -> None:
    settings = ShangmiSettings(message_keys={"one-system": KEY.public.octets.hex()})
    signatures = MessageSignatures(clock, settings, Once(Guard(clock).secrecy))
    assert signatures.concern("one-system")
    assert not signatures.concern("another-system")
    headers = sign(MESSAGE, sm2.signer(KEY), "one-system", clock.now())
    await signatures.check("one-system", MESSAGE, headers)
    loose = headers.signature[:-4] + chr(ord(headers.signature[-4]) + 1) + "==:"  # four bits of base64 mean nothing
    other_label = replace(
        headers,
        signature_input=headers.signature_input.replace("sm2=", "x=", 1),
        signature=headers.signature.replace("sm2=", "x=", 1),
    )
    for again in (headers, replace(headers, signature=loose), other_label):
        with pytest.raises(SignatureRefused, match="before"):
            await signatures.check("one-system", MESSAGE, again)
    await signatures.check("one-system", MESSAGE, sign(MESSAGE, sm2.signer(KEY), "one-system", clock.now()))


@pytest.mark.parametrize("key", ["", "04", "04" + "1" * 128])
def test_a_setting_that_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="message_keys"):
        ShangmiSettings(message_keys={"one-system": key})
