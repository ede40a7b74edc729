"""What a resident takes away: one entry, the proof that it is in the ledger, and what opens its commitment. Pure."""

import json
from base64 import b64decode
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.ledger.content import commitment
from gateway.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from gateway.ledger.notes import Checkpoint, NoteKey, NoteUnusable, checkpoint_of

Hash = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$", description="32 bytes in base64")]


class ProofUnusable(Exception):
    """The proof does not show what it says; the text says why."""


class Opening(BaseModel):
    """What the entry's `who` commits to: SHA-256(opening || account || LF || mandate)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str
    mandate: str | None = None
    opening: Hash


class EntryProof(BaseModel):
    """That an entry is in the ledger (RFC 9162, section 2.1.3), as of a signed checkpoint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    content: str = Field(description="the entry, byte for byte as it is hashed: SHA-256(0x00 || content)")
    index: int = Field(ge=0, description="its place")
    size: int = Field(ge=1, description="the checkpoint's number of entries")
    hashes: list[Hash] = Field(description="the inclusion proof, from the leaf up", max_length=64)
    checkpoint: str = Field(description="the signed note")
    who: Opening | None = Field(default=None, description="shows whose entry it is; leave it out to prove less")


def read_entry_proof(text: bytes) -> EntryProof:
    """Read a proof that was kept as a file; raises ProofUnusable."""
    try:
        return EntryProof.model_validate_json(text)
    except ValidationError as error:
        raise ProofUnusable(f"this is no proof: {error.errors()[0]['msg']}") from error


def check_entry_proof(proof: EntryProof, key: NoteKey) -> dict[str, Any]:
    """The entry's members, when everything holds; raises ProofUnusable."""
    checkpoint = _checkpoint(proof.checkpoint, key)
    if checkpoint.size != proof.size:
        raise ProofUnusable(f"the checkpoint is over {checkpoint.size} entries, not {proof.size}")
    leaf = leaf_hash(proof.content.encode())
    path = [b64decode(each) for each in proof.hashes]
    if not verify_inclusion(leaf, proof.index, proof.size, path, checkpoint.root):
        raise ProofUnusable("the hashes do not lead from this entry to the checkpoint's root")
    members: dict[str, Any] = json.loads(proof.content)
    if proof.who and members["who"] != commitment(b64decode(proof.who.opening), proof.who.account, proof.who.mandate):
        raise ProofUnusable("the entry is not about that account and mandate")
    return members


class ConsistencyProof(BaseModel):
    """That the ledger of a checkpoint begins with that of an earlier one (RFC 9162, section 2.1.4)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: str = Field(alias="from", description="the earlier signed note")
    second: str = Field(alias="to", description="the later signed note")
    hashes: list[Hash] = Field(description="the consistency proof")


def check_consistency(proof: ConsistencyProof, key: NoteKey) -> tuple[Checkpoint, Checkpoint]:
    """Both checkpoints, when the later one begins with the earlier; raises ProofUnusable."""
    first, second = _checkpoint(proof.first, key), _checkpoint(proof.second, key)
    path = [b64decode(each) for each in proof.hashes]
    if not verify_consistency(first.size, second.size, path, first.root, second.root):
        raise ProofUnusable(f"the ledger over {second.size} entries does not begin with that over {first.size}")
    return first, second


def _checkpoint(note: str, key: NoteKey) -> Checkpoint:
    try:
        checkpoint = checkpoint_of(note, [key])
    except NoteUnusable as error:
        raise ProofUnusable(f"the checkpoint: {error}") from error
    if checkpoint.origin != key.name:
        raise ProofUnusable(f"the checkpoint is one of {checkpoint.origin}")
    return checkpoint
