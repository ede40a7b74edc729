"""The tables of what residents prove themselves by; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Password(Model):
    """An account's password, hashed by argon2id in the PHC string format."""

    account_id = fields.CharField(26, primary_key=True)
    hash = fields.CharField(200)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "credentials_password"


class UserHandle(Model):
    """What an account's passkeys know it by: chance alone, in base64url, of no use elsewhere."""

    account_id = fields.CharField(26, primary_key=True)
    handle = fields.CharField(43, unique=True)

    class Meta:
        table = "credentials_handle"


class Passkey(Model):
    """A WebAuthn credential. Its id and its COSE key are in base64url. A `sign_count` of 0 is not supported."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    credential_id = fields.CharField(1364, unique=True)
    public_key = fields.TextField()
    sign_count = fields.BigIntField()
    backup_eligible = fields.BooleanField()
    backed_up = fields.BooleanField()
    transports = fields.CharField(80)
    name = fields.CharField(60)
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "credentials_passkey"
        indexes = (Index(fields=("account_id", "id"), name="credentials_passkey_account"),)


class Challenge(Model):
    """What a passkey is to sign, once: for one purpose in one browser (hashed), and one account where it is known."""

    id = fields.CharField(26, primary_key=True)
    challenge = fields.CharField(43)
    purpose = fields.CharField(20)
    browser = fields.CharField(64)
    account_id = fields.CharField(26, null=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "credentials_challenge"
        indexes = (Index(fields=("expires_at",), name="credentials_challenge_expires"),)


class TOTP(Model):
    """An account's authenticator app. `sealed` counts since `since`, `pending` not before it is confirmed.

    `last_step` is the time step of the last code taken. `tries` are guesses until `tries_until`.
    """

    account_id = fields.CharField(26, primary_key=True)
    sealed = fields.CharField(120, null=True)
    since = fields.DatetimeField(null=True)
    last_step = fields.BigIntField()
    pending = fields.CharField(120, null=True)
    tries = fields.SmallIntField()
    tries_until = fields.DatetimeField(null=True)

    class Meta:
        table = "credentials_totp"


class RecoveryCode(Model):
    """One recovery code. `id` is its keyed hash."""

    id = fields.CharField(64, primary_key=True)
    account_id = fields.CharField(26)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "credentials_recovery_code"
        indexes = (Index(fields=("account_id",), name="credentials_recovery_code_account"),)


class Ticket(Model):
    """A first factor that was proved and waits for the second. `digest` and `browser` are hashes."""

    digest = fields.CharField(64, primary_key=True)
    account_id = fields.CharField(26)
    purpose = fields.CharField(20)
    browser = fields.CharField(64)
    amr = fields.CharField(60)
    tries = fields.SmallIntField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "credentials_ticket"
        indexes = (Index(fields=("expires_at",), name="credentials_ticket_expires"),)
