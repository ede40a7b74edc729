"""The tables of the ledger; no behaviour.

One more table, `ledger_access(block, account_id, seq)`, has all its columns as its key, which Tortoise cannot say: the
migration makes it and raw SQL uses it (gateway/ledger/index.py).
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from gateway.ledger.columns import Sequence


class LedgerEntry(Model):
    """One access. `content` is what is hashed into `leaf`, the two columns after it may be erased."""

    seq = Sequence(primary_key=True, generated=False)
    leaf = fields.BinaryField()
    content = fields.BinaryField()
    account_id = fields.CharField(26, null=True)
    mandate = fields.CharField(26, null=True)

    class Meta:
        table = "ledger_entry"


class LedgerActor(Model):
    """Who acts on a mandate, and so sees its entries as well. Destroyed when that account is forgotten."""

    mandate = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)

    class Meta:
        table = "ledger_actor"
        indexes = (Index(fields=("account_id",), name="ledger_actor_account"),)


class LedgerKey(Model):
    """The key of an account, under which its entries name it. Destroyed when the account is forgotten."""

    account_id = fields.CharField(26, primary_key=True)
    key = fields.BinaryField()

    class Meta:
        table = "ledger_key"


class LedgerNode(Model):
    """The root of a complete subtree of 256, 65536, … leaves. `id` holds the level and the position."""

    id = Sequence(primary_key=True, generated=False)
    hash = fields.BinaryField()

    class Meta:
        table = "ledger_node"


class LedgerCheckpoint(Model):
    """A signed statement of the tree's size and root (C2SP tlog-checkpoint)."""

    size = Sequence(primary_key=True, generated=False)
    root = fields.BinaryField()
    note = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        table = "ledger_checkpoint"


class LedgerSigner(Model):
    """The key that signs checkpoints, sealed."""

    name = fields.CharField(120, primary_key=True)
    sealed = fields.TextField()
    public = fields.BinaryField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "ledger_signer"


class LedgerProgress(Model):
    """How far the background work is: the first entry that it has not seen."""

    work = fields.CharField(20, primary_key=True)
    seq = fields.BigIntField()

    class Meta:
        table = "ledger_progress"
