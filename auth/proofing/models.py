"""The tables of proofing; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class ProofOfIdentity(Model):
    """Why an account has its level. `reference` is the prover's own, never what was looked at.

    A row counts until `expires_at` (none: for good) or until `ended_at`: a newer one took its place, or it ran out.
    """

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    kind = fields.CharField(12)
    level = fields.SmallIntField()
    reference = fields.CharField(200)
    at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "proofing_evidence"
        indexes = (
            Index(fields=("account_id", "id"), name="proofing_evidence_account"),
            Index(fields=("ended_at", "expires_at"), name="proofing_evidence_expiry"),
        )


class HeldIdentity(Model):
    """One identity number, by its hash, and the one account of that person."""

    number = fields.CharField(64, primary_key=True)
    account_id = fields.CharField(26)

    class Meta:
        table = "proofing_identity"
        indexes = (Index(fields=("account_id",), name="proofing_identity_account"),)


class CheckCount(Model):
    """Checks made in one day. `id` is a keyed hash of what is counted and when."""

    id = fields.CharField(64, primary_key=True)
    spent = fields.IntField()
    ends_at = fields.DatetimeField()

    class Meta:
        table = "proofing_check_count"
        indexes = (Index(fields=("ends_at",), name="proofing_check_count_ends"),)


class FaceCheck(Model):
    """A face check under way. `ticket` is the register's name for it."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    ticket = fields.CharField(100)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "proofing_face"
        indexes = (Index(fields=("expires_at",), name="proofing_face_expires"),)


class CounterCode(Model):
    """The code that one resident shows at a counter. `digest` is a keyed hash."""

    account_id = fields.CharField(26, primary_key=True)
    digest = fields.CharField(64, unique=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "proofing_counter_code"
        indexes = (Index(fields=("expires_at",), name="proofing_counter_code_expires"),)


class CertificateChallenge(Model):
    """What one session's certificate key is to sign, once."""

    session_id = fields.CharField(26, primary_key=True)
    challenge = fields.CharField(300)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "proofing_challenge"
        indexes = (Index(fields=("expires_at",), name="proofing_challenge_expires"),)
