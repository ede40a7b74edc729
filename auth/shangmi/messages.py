"""Messages of departments, signed with SM2 and SM3: HTTP message signatures (RFC 9421) with an algorithm of their own.

What is signed is the method, the path, the query and the digest of the body (RFC 9530), together with the time, the
signer and the algorithm. The body's digest is given by SM3 and by SHA-256: whoever reads it takes the one they know.
The algorithm's name, `sm2-sm3`, is in no registry: it is agreed between the city and its departments.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from auth.errors import SignatureRefused
from auth.shangmi.digests import sm3
from auth.shangmi.ports import Signer, Verifier
from auth.shangmi.sm2 import ALGORITHM

LABEL = "sm2"
COVERED = ("@method", "@path", "@query", "content-digest")
_DIGESTS: Mapping[str, Callable[[bytes], bytes]] = {
    "sm3": sm3,
    "sha-256": lambda data: hashlib.sha256(data).digest(),
}
_PARAMETER = r';[a-z]+=(?:[0-9]{1,15}|"[\x20\x21\x23-\x5b\x5d-\x7e]{0,200}")'
_INPUT = re.compile(rf'[a-z][a-z0-9_.*-]*=(\(("[^"]*"(?: "[^"]*")*)\)((?:{_PARAMETER})+))')
_SIGNATURE = re.compile(r"([a-z][a-z0-9_.*-]*)=:([A-Za-z0-9+/]{86}==):")
_DIGEST = re.compile(r"([a-z0-9-]+)=:([A-Za-z0-9+/]*={0,2}):")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it is on the wire: `path` and `query` percent-encoded, the query without its question mark."""

    method: str
    path: str
    query: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SignedHeaders:
    """The three header fields of a signed message."""

    content_digest: str
    signature_input: str
    signature: str

    @property
    def fields(self) -> dict[str, str]:
        return {
            "Content-Digest": self.content_digest,
            "Signature-Input": self.signature_input,
            "Signature": self.signature,
        }


def sign(message: Message, signer: Signer, keyid: str, created: datetime) -> SignedHeaders:
    """The headers to send with the message; `keyid` is the client's id. Raises SigningUnavailable."""
    digest = ", ".join(f"{name}=:{_text(of(message.body))}:" for name, of in _DIGESTS.items())
    covered = " ".join(f'"{name}"' for name in COVERED)
    parameters = f'({covered});created={int(created.timestamp())};keyid="{keyid}";alg="{ALGORITHM}"'
    signature = signer.sign(_base(message, COVERED, digest, parameters))
    return SignedHeaders(digest, f"{LABEL}={parameters}", f"{LABEL}=:{_text(signature)}:")


@dataclass(frozen=True, slots=True)
class KnownSigner:
    """A client's id, and what its signatures are verified with."""

    keyid: str
    verifier: Verifier


def verify(message: Message, headers: SignedHeaders, signer: KnownSigner, now: datetime, seconds: int) -> bytes:
    """The signature's 64 octets, when it is the signer's and of this message and time.

    Who wants it to count once remembers these octets: its label and its base64 may be written in several ways.
    Raises SignatureRefused, which says what is wrong.
    """
    covered, parameters, stated = _read(headers.signature_input)
    if sorted(covered) != sorted(COVERED):
        _refuse(f"sign exactly {', '.join(COVERED)}")
    if stated.get("alg") != ALGORITHM or stated.get("keyid") != signer.keyid:
        _refuse(f"alg must be {ALGORITHM}, and keyid the client's id")
    _check_time(stated, now, seconds)
    _check_digest(headers.content_digest, message.body)
    signature = _SIGNATURE.fullmatch(headers.signature)
    if signature is None or signature[1] != headers.signature_input.partition("=")[0]:
        _refuse("one signature of 64 octets is wanted, under the label of Signature-Input")
    base = _base(message, covered, headers.content_digest, parameters)
    octets = base64.b64decode(signature[2])
    if not signer.verifier.verify(base, octets):
        _refuse("it does not fit the message")
    return octets


def _base(message: Message, covered: tuple[str, ...], digest: str, parameters: str) -> bytes:
    """The signature base (RFC 9421, section 2.5)."""
    values = {
        "@method": message.method,
        "@path": message.path,
        "@query": f"?{message.query}",
        "content-digest": digest,
    }
    lines = [f'"{name}": {values[name]}' for name in covered]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()


def _read(text: str) -> tuple[tuple[str, ...], str, dict[str, str]]:
    """What is covered, the parameters as they were written, and each of them."""
    read = _INPUT.fullmatch(text) if len(text) <= _LONGEST else None
    if read is None:
        _refuse("Signature-Input is missing or of another form (RFC 9421, section 4.1)")
    pairs = [each.partition("=") for each in re.findall(_PARAMETER, read[3])]
    stated = {name[1:]: value.strip('"') for name, _, value in pairs}
    if len(stated) != len(pairs):
        _refuse("a parameter stands twice")
    return tuple(re.findall(r'"([^"]*)"', read[2])), read[1], stated


def _check_time(stated: Mapping[str, str], now: datetime, seconds: int) -> None:
    created, expires = stated.get("created", ""), stated.get("expires", "")
    if not created.isdecimal() or abs(now.timestamp() - int(created)) > seconds:
        _refuse(f"created must be within {seconds} seconds of now")
    if expires and not (expires.isdecimal() and int(expires) > now.timestamp()):
        _refuse("it has expired")


def _check_digest(field: str, body: bytes) -> None:
    """Every digest that we know must be right, and one must be there."""
    known = 0
    for each in field.split(","):
        read = _DIGEST.fullmatch(each.strip(" \t"))
        if read is None:
            _refuse("Content-Digest is missing or of another form (RFC 9530)")
        if read[1] in _DIGESTS:
            known += 1
            if not hmac.compare_digest(_octets(read[2]), _DIGESTS[read[1]](body)):
                _refuse(f"the body's {read[1]} is another one")
    if not known:
        _refuse(f"Content-Digest must be by one of {', '.join(_DIGESTS)}")


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _refuse(reason: str) -> NoReturn:
    raise SignatureRefused(f"Sign the message anew: {reason}.")
