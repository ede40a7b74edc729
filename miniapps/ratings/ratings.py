"""Ratings: one for each finished event, which nobody changes afterwards.

Promise: whoever sends the same rating again gets the first answer; a service's average is that of the ratings there
are, for both change in one transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.clock import Clock
from core.database import in_turn, rows, transaction
from core.ids import AccountId, DepartmentId, ServiceId, new_id
from miniapps.errors import ServiceUnknown
from miniapps.ratings.errors import AlreadyRated, TooManyRatings
from miniapps.ratings.models import Rating, Total
from miniapps.services import Services

DAY_LIMIT = 50
"""Ratings of one resident in a day: more than anybody finishes."""
_DAY = timedelta(days=1)
_COUNT = """
INSERT INTO ratings_total (service_id, grades, ratings) VALUES (?, ?, 1)
ON CONFLICT (service_id) DO UPDATE
SET grades = ratings_total.grades + excluded.grades, ratings = ratings_total.ratings + 1
"""
_UNCOUNT = """
UPDATE ratings_total SET
    grades = grades - (
        SELECT SUM(r.grade) FROM ratings_rating r WHERE r.account_id = ? AND r.service_id = ratings_total.service_id),
    ratings = ratings - (
        SELECT COUNT(*) FROM ratings_rating r WHERE r.account_id = ? AND r.service_id = ratings_total.service_id)
WHERE service_id IN (SELECT service_id FROM ratings_rating WHERE account_id = ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a resident says of an event: grade 1 (worst) to 5."""

    service: ServiceId
    event: str
    grade: int
    title: str | None = None
    text: str | None = None
    tags: Sequence[str] = ()

    def is_the_same_as(self, rating: Rating) -> bool:
        return (self.grade, self.title, self.text, list(self.tags)) == (
            rating.grade,
            rating.title,
            rating.text,
            rating.tags,
        )


@dataclass(frozen=True, slots=True)
class Summary:
    average: float
    count: int


class Ratings:
    def __init__(self, clock: Clock, services: Services) -> None:
        self._clock = clock
        self._services = services

    async def give(self, account: AccountId, given: Given) -> Rating:
        """Keep it, or find it kept; raises ServiceUnknown, AlreadyRated, TooManyRatings."""
        service = await self._services.live(given.service)
        if service is None:
            raise ServiceUnknown("Take an id from /api/v1/services.")
        async with transaction():
            return await self._kept(account, given) or await self._enter(account, given, service.department)

    async def own(
        self, account: AccountId, limit: int, cursor: str | None, service: str | None, event: str | None
    ) -> list[Rating]:
        """Up to `limit + 1` ratings that a resident gave, newest first, older than `cursor`."""
        narrower = {"service_id": service, "event": event, "id__lt": cursor}
        query = Rating.filter(account_id=account, **{name: value for name, value in narrower.items() if value})
        return await query.order_by("-id").limit(limit + 1)

    async def of_department(
        self, department: DepartmentId, limit: int, cursor: str | None, service: str | None
    ) -> list[Rating]:
        """The same of a department's services."""
        narrower = {"service_id": service, "id__lt": cursor}
        query = Rating.filter(department_id=department, **{name: value for name, value in narrower.items() if value})
        return await query.order_by("-id").limit(limit + 1)

    async def summary(self, service: ServiceId) -> Summary | None:
        """None before the first rating."""
        total = await Total.get_or_none(service_id=service)
        return Summary(round(total.grades / total.ratings, 2), total.ratings) if total and total.ratings else None

    async def _kept(self, account: AccountId, given: Given) -> Rating | None:
        found = await Rating.get_or_none(account_id=account, service_id=given.service, event=given.event)
        if found and not given.is_the_same_as(found):
            raise AlreadyRated("A rating counts once, and stays as it is.", id=found.id)
        return found

    async def _enter(self, account: AccountId, given: Given, department: DepartmentId) -> Rating:
        now = self._clock.now()
        await in_turn(f"ratings of {account}")
        if await Rating.filter(account_id=account, created_at__gt=now - _DAY).count() >= DAY_LIMIT:
            raise TooManyRatings(f"{DAY_LIMIT} a day are taken.", retry_after=int(_DAY.total_seconds()))
        rating = Rating(
            id=new_id(now),
            account_id=account,
            service_id=given.service,
            department_id=department,
            event=given.event,
            title=given.title,
            grade=given.grade,
            text=given.text,
            tags=list(given.tags),
            created_at=now,
        )
        if not await _inserted(rating):  # of two at once the other one was faster
            return await self._kept(account, given) or rating
        await rows(_COUNT, given.service, given.grade)
        return rating


async def _inserted(rating: Rating) -> bool:
    made = await rows(
        "INSERT INTO ratings_rating (id, account_id, service_id, department_id, event, title, grade, text, tags, "
        "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (account_id, service_id, event) DO NOTHING RETURNING id",
        *(rating.id, rating.account_id, rating.service_id, rating.department_id, rating.event, rating.title),
        *(rating.grade, rating.text, json.dumps(rating.tags, ensure_ascii=False), rating.created_at),
    )
    return bool(made)


async def forget(account: AccountId) -> None:
    """Take an account's ratings out of the totals, in the transaction that removes them."""
    await rows(_UNCOUNT, account, account, account)
