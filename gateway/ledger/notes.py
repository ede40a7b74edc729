"""Signed notes, and the checkpoints written in them: C2SP signed-note and tlog-checkpoint. Pure.

A note is a text that ends with a newline, an empty line, and a line for each signature. A checkpoint's text has three
lines: the ledger's name, its size, its root in base64. A verifier goes by the signatures of keys that it knows and
passes over all others, so that a second signature, by another algorithm, can stand beside ours: SM2 with SM3, where the
city is set to make it.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from auth.shangmi.keys import PublicKey
from auth.shangmi.sm2 import verifier
from gateway.ledger.merkle import HASH_BYTES

ED25519 = b"\x01"
"""The signature type of Ed25519 keys."""
SM2 = b"\xffonecity/sm2-sm3\n"
"""That of SM2 keys, which has no number of its own: such types begin with 0xff and say what they are."""
_DASH = "\N{EM DASH} "
_KEY_ID_BYTES = 4
_TEXT_LINES = 3


class NoteUnusable(Exception):
    """The note, the key or the signature is not what it should be; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A ledger's size, and the root over so many entries."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key with the name that signs; of `kind` ED25519 (32 octets) or SM2 (an uncompressed point, 65)."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:_KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as one word: name, id and key."""
        return f"{self.name}+{self.id.hex()}+{b64encode(self.kind + self.public).decode()}"

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Whether it is this key's signature; raises ValueError when the key is none."""
        if self.kind == SM2:
            return verifier(PublicKey.of(self.public)).verify(text, signature)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


def note_key(vkey: str) -> NoteKey:
    """Read a `vkey`; raises NoteUnusable."""
    name, _, rest = vkey.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = b64decode(encoded, validate=True)
        kind = next((each for each in (ED25519, SM2) if raw.startswith(each)), b"")
        key = NoteKey(name, raw[len(kind) :], kind)
        right = kind and key.id == bytes.fromhex(key_id)
        key.signed(b"", b"")
    except ValueError as error:
        raise NoteUnusable(f"the key cannot be read: {error}") from error
    if not right or not name:
        raise NoteUnusable("the key cannot be read: its name, id and content do not belong together")
    return key


def signed(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The text as a note with one signature."""
    key = NoteKey(name, private.public_key().public_bytes_raw())
    signature = b64encode(key.id + private.sign(text.encode())).decode()
    return f"{text}\n{_DASH}{name} {signature}\n"


def countersigned(note: str, key: NoteKey, signature: bytes) -> str:
    """The note with one more signature of its text."""
    return f"{note}{_DASH}{key.name} {b64encode(key.id + signature).decode()}\n"


def text_of(note: str) -> str:
    """What is signed, whoever signed it."""
    return note.rpartition("\n\n")[0] + "\n"


def bears(note: str, key: NoteKey) -> bool:
    """Whether a signature that says it is this key's stands under the note, right or not."""
    begin = f"{_DASH}{key.name} "
    lines = note.rpartition("\n\n")[2].splitlines()
    return any(_id_in(line.removeprefix(begin)) == key.id for line in lines if line.startswith(begin))


def _id_in(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)[:_KEY_ID_BYTES]
    except binascii.Error:
        return b""


def verified_text(note: str, key: NoteKey) -> str:
    """The note's text, when `key` signed it; raises NoteUnusable."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    for line in lines.splitlines():
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        if line.startswith(_DASH) and name == key.name and _signs(encoded, text, key):
            return text
    raise NoteUnusable(f"no signature of {key.name} ({key.id.hex()}) stands under it")


def _signs(encoded: str, text: str, key: NoteKey) -> bool:
    """Whether this is the key's signature; one with its id that does not fit is an error, not another's."""
    try:
        raw = b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise NoteUnusable("a signature is not base64") from error
    if raw[:_KEY_ID_BYTES] != key.id:
        return False
    if not key.signed(text.encode(), raw[_KEY_ID_BYTES:]):
        raise NoteUnusable(f"the signature of {key.name} does not fit its text")
    return True


def checkpoint_of(note: str, keys: Sequence[NoteKey]) -> Checkpoint:
    """The checkpoint in a note that all of `keys` signed; raises NoteUnusable."""
    text = text_of(note)
    for key in keys:
        text = verified_text(note, key)
    lines = text.splitlines()
    try:
        origin, size, root = lines[0], int(lines[1]), b64decode(lines[2], validate=True)
    except (IndexError, ValueError) as error:
        raise NoteUnusable("the text is no checkpoint") from error
    if len(lines) < _TEXT_LINES or str(size) != lines[1] or size < 0 or len(root) != HASH_BYTES:
        raise NoteUnusable("the text is no checkpoint")
    return Checkpoint(origin, size, root)
