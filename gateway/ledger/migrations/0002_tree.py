"""The ledger as a tree of hashes.

Rows written by the version before are dropped: they carry no hash, and nothing was released that wrote them.
`ledger_access` has a key of three columns, which Tortoise cannot declare, so it is made here by hand.
"""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from gateway.ledger.columns import Sequence

_ACCESS = (
    "CREATE TABLE ledger_access (block BIGINT NOT NULL, account_id VARCHAR(26) NOT NULL, seq BIGINT NOT NULL, "
    "PRIMARY KEY (block, account_id, seq))"
)


async def make_access(_: Any, editor: BaseSchemaEditor) -> None:
    """The index by resident; on SQLite the key is the table (WITHOUT ROWID), so that a row is written once."""
    await editor.client.execute_script(_ACCESS + (" WITHOUT ROWID" if editor.DIALECT == "sqlite" else ""))


async def drop_access(_: Any, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_script("DROP TABLE ledger_access")


class Migration(migrations.Migration):
    dependencies = [('ledger', '0001_initial')]

    operations = [
        ops.DeleteModel(name='LedgerEntry'),
        ops.CreateModel(
            name='LedgerEntry',
            fields=[
                ('seq', Sequence(primary_key=True, generated=False, unique=True, db_index=True)),
                ('leaf', fields.BinaryField()),
                ('content', fields.BinaryField()),
                ('account_id', fields.CharField(null=True, max_length=26)),
                ('mandate', fields.CharField(null=True, max_length=26)),
            ],
            options={'table': 'ledger_entry', 'app': 'ledger', 'pk_attr': 'seq', 'table_description': 'One access. `content` is what is hashed into `leaf`, the two columns after it may be erased.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LedgerKey',
            fields=[
                ('account_id', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=26)),
                ('key', fields.BinaryField()),
            ],
            options={'table': 'ledger_key', 'app': 'ledger', 'pk_attr': 'account_id', 'table_description': 'The key of an account, under which its entries name it. Destroyed when the account is forgotten.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LedgerNode',
            fields=[
                ('id', Sequence(primary_key=True, generated=False, unique=True, db_index=True)),
                ('hash', fields.BinaryField()),
            ],
            options={'table': 'ledger_node', 'app': 'ledger', 'pk_attr': 'id', 'table_description': 'The root of a complete subtree of 256, 65536, … leaves. `id` holds the level and the position.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LedgerCheckpoint',
            fields=[
                ('size', Sequence(primary_key=True, generated=False, unique=True, db_index=True)),
                ('root', fields.BinaryField()),
                ('note', fields.TextField(unique=False)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'ledger_checkpoint', 'app': 'ledger', 'pk_attr': 'size', 'table_description': "A signed statement of the tree's size and root (C2SP tlog-checkpoint)."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LedgerSigner',
            fields=[
                ('name', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=120)),
                ('sealed', fields.TextField(unique=False)),
                ('public', fields.BinaryField()),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'ledger_signer', 'app': 'ledger', 'pk_attr': 'name', 'table_description': 'The key that signs checkpoints, sealed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LedgerProgress',
            fields=[
                ('work', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20)),
                ('seq', fields.BigIntField()),
            ],
            options={'table': 'ledger_progress', 'app': 'ledger', 'pk_attr': 'work', 'table_description': 'How far the background work is: the first entry that it has not seen.'},
            bases=['Model'],
        ),
        ops.RunPython(make_access, drop_access),
        ops.RunSQL("INSERT INTO ledger_progress (work, seq) VALUES ('access', 0), ('nodes', 0)", ops.RunSQL.noop),
    ]
