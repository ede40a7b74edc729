"""Signed notes, and the checkpoints written in them: C2SP signed-note and tlog-checkpoint. Pure.

A note is a text that ends with a newline, an empty line, and a line for each signature. A checkpoint's text has three
lines: the ledger's name, its size, its root in base64. A verifier goes by the signatures of keys that it knows and
passes over all others, so that a second signature, by another algorithm, can stand beside ours.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.ledger.merkle import HASH_BYTES

ED25519 = b"\x01"
"""The signature type of Ed25519 keys."""
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
    """A public key with the name that signs."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:_KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as one word: name, id and key."""
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"


def note_key(vkey: str) -> NoteKey:
    """Read a `vkey`; raises NoteUnusable."""
    name, _, rest = vkey.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = b64decode(encoded, validate=True)
        key = NoteKey(name, raw[1:])
        right = raw[:1] == ED25519 and key.id == bytes.fromhex(key_id)
        Ed25519PublicKey.from_public_bytes(key.public)
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
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw[_KEY_ID_BYTES:], text.encode())
    except InvalidSignature as error:
        raise NoteUnusable(f"the signature of {key.name} does not fit its text") from error
    return True


def checkpoint_of(note: str, keys: Sequence[NoteKey]) -> Checkpoint:
    """The checkpoint in a note that all of `keys` signed; raises NoteUnusable."""
    text = note.rpartition("\n\n")[0] + "\n"
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
