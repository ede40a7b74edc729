"""Departments, their systems, mini-services and their releases, and what residents keep of them."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Department(Model):
    id = fields.CharField(40, primary_key=True)
    name: fields.Field[dict[str, str]] = fields.JSONField()

    class Meta:
        table = "miniapps_department"


class Upstream(Model):
    id = fields.CharField(40, primary_key=True)
    department_id = fields.CharField(40)
    address = fields.CharField(500)
    allow: fields.Field[list[str]] = fields.JSONField()
    openapi: fields.Field[dict[str, Any]] = fields.JSONField()
    revision = fields.CharField(26)
    connect_ms = fields.IntField()
    first_byte_ms = fields.IntField()
    total_ms = fields.IntField()
    updated_at = fields.DatetimeField()
    more_addresses: fields.Field[list[str]] = fields.JSONField(db_default=[])
    concurrency = fields.IntField(db_default=100)
    queue = fields.IntField(db_default=100)
    limits: fields.Field[dict[str, dict[str, float]]] = fields.JSONField(db_default={})
    max_body_bytes = fields.BigIntField(null=True)
    tls: fields.Field[dict[str, str] | None] = fields.JSONField(null=True)

    class Meta:
        table = "miniapps_upstream"
        indexes = (Index(fields=("id", "revision"), name="miniapps_upstream_revision"),)


class Change(Model):
    """How often something of a kind changed: services, upstreams."""

    id = fields.CharField(20, primary_key=True)
    number = fields.BigIntField()

    class Meta:
        table = "miniapps_change"


class Service(Model):
    id = fields.CharField(40, primary_key=True)
    department_id = fields.CharField(40)
    live_release_id = fields.CharField(26, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "miniapps_service"


class Release(Model):
    """One version of a mini-service, where files maps each path to the SHA-256 of its content."""

    id = fields.CharField(26, primary_key=True)
    service_id = fields.CharField(40)
    department_id = fields.CharField(40)
    version_code = fields.IntField()
    version_name = fields.CharField(64)
    status = fields.CharField(12)
    digest = fields.CharField(64)
    manifest: fields.Field[dict[str, Any]] = fields.JSONField()
    files: fields.Field[dict[str, str]] = fields.JSONField()
    warnings: fields.Field[list[dict[str, str]]] = fields.JSONField()
    created_at = fields.DatetimeField()
    published_at = fields.DatetimeField(null=True)
    published_by = fields.CharField(100, null=True)

    class Meta:
        table = "miniapps_release"
        unique_together = (("service_id", "version_code"),)
        indexes = (Index(fields=("status",), name="miniapps_release_status"),)


class Favourite(Model):
    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)

    class Meta:
        table = "miniapps_favourite"
        unique_together = (("account_id", "service_id"),)


class Recent(Model):
    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    opened_at = fields.DatetimeField()

    class Meta:
        table = "miniapps_recent"
        unique_together = (("account_id", "service_id"),)
