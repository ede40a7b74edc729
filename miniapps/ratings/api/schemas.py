"""The shapes of ratings on the wire."""

from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints

from core.bodies import Answer, Body
from core.ids import LABEL_PATTERN, ServiceId
from core.pages import PageQuery
from miniapps.ratings.models import Rating
from miniapps.ratings.ratings import Given

_EVENT = r"^[^\x00-\x1f\x7f]{1,100}$"
Grade = Annotated[int, Field(ge=1, le=5, strict=True, description="1 is the worst, 5 the best")]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[^\x00]*$")]


class RatingBody(Body):
    service: Annotated[str, StringConstraints(pattern=LABEL_PATTERN)]
    event: Annotated[str, Field(pattern=_EVENT, description="the department's id of what was finished")]
    title: Annotated[str | None, Field(max_length=120, pattern=r"^[^\x00]*$", description="of the event")] = None
    grade: Grade
    text: Annotated[str | None, Field(max_length=500, pattern=r"^[^\x00]*$")] = None
    tags: Annotated[list[Tag], Field(max_length=6)] = Field(default_factory=list)

    def given(self) -> Given:
        return Given(
            service=ServiceId(self.service),
            event=self.event,
            grade=self.grade,
            title=self.title,
            text=self.text,
            tags=self.tags,
        )


class RatingQuery(PageQuery):
    service: Annotated[str | None, Field(pattern=LABEL_PATTERN)] = None
    event: Annotated[str | None, Field(pattern=_EVENT)] = None


class DepartmentRatingQuery(PageQuery):
    service: Annotated[str | None, Field(pattern=LABEL_PATTERN, description="one of your department")] = None


class RatingAnswer(Answer):
    """A rating without who gave it."""

    id: str
    service: str
    event: str
    title: str | None
    grade: Grade
    text: str | None
    tags: list[str]
    created_at: AwareDatetime

    @classmethod
    def of(cls, rating: Rating) -> Self:
        return cls(
            id=rating.id,
            service=rating.service_id,
            event=rating.event,
            title=rating.title,
            grade=rating.grade,
            text=rating.text,
            tags=rating.tags,
            created_at=rating.created_at,
        )
