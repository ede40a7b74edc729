"""The tables of ratings; no behaviour."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Rating(Model):
    """One resident's grade for one finished event of a service, where event is the department's own id."""

    id = fields.CharField(26, primary_key=True)
    account_id = fields.CharField(26)
    service_id = fields.CharField(40)
    department_id = fields.CharField(40)
    event = fields.CharField(100)
    title = fields.CharField(120, null=True)
    grade = fields.SmallIntField()
    text = fields.CharField(500, null=True)
    tags: fields.Field[list[str]] = fields.JSONField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "ratings_rating"
        unique_together = (("account_id", "service_id", "event"),)
        indexes = (
            Index(fields=("account_id", "id"), name="ratings_rating_account"),
            Index(fields=("department_id", "id"), name="ratings_rating_department"),
            Index(fields=("service_id", "id"), name="ratings_rating_service"),
        )


class Total(Model):
    """All grades of one service together, so that nobody has to add them up."""

    service_id = fields.CharField(40, primary_key=True)
    grades = fields.BigIntField()
    ratings = fields.BigIntField()

    class Meta:
        table = "ratings_total"
