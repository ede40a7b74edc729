"""The shapes on the wire."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from core.bodies import Answer, Body, Localized
from core.ids import ID_PATTERN, LABEL_PATTERN, ServiceId
from core.pages import PageQuery
from push.encryption import Receiver, read_auth, read_p256dh
from push.inbox import Message, Wanted
from push.notices import NoticeRequest, Urgency
from push.threads import Thread

LONGEST_TITLE = 120
LONGEST_STATE = 40
_THREAD = r"^[^\x00]{1,100}$"
_PATH = r"^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$"
"""A path within the mini-service: no `//host`, no scheme, nothing that a browser would read as either."""


def _printable(text: dict[str, str]) -> dict[str, str]:
    if any("\0" in each for each in text.values()):
        raise ValueError("leave out the character U+0000")
    return text


def _short(text: dict[str, str]) -> dict[str, str]:
    if any(len(each) > LONGEST_TITLE for each in text.values()):
        raise ValueError(f"give at most {LONGEST_TITLE} characters")
    return text


def _few(text: dict[str, str]) -> dict[str, str]:
    if any(len(each) > LONGEST_STATE for each in text.values()):
        raise ValueError(f"give at most {LONGEST_STATE} characters")
    return text


Text = Annotated[Localized, AfterValidator(_printable)]
Title = Annotated[Text, AfterValidator(_short)]
State = Annotated[Text, AfterValidator(_few)]


def _p256dh(text: str) -> str:
    read_p256dh(text)
    return text


def _auth(text: str) -> str:
    read_auth(text)
    return text


class NoticeBody(Body):
    """What a department wants told."""

    recipient: Annotated[
        str,
        Field(pattern=r"^[!-~]{1,255}$", description="`sub` of the resident, as the gateway's assertion carries it"),
    ]
    title: Title = Field(description="at most 120 characters in each language")
    body: Text = Field(description="at most 4000 characters in each language")
    service: Annotated[str, StringConstraints(pattern=LABEL_PATTERN)] | None = None
    path: Annotated[str, StringConstraints(pattern=_PATH, max_length=500)] | None = Field(
        None, description="page of the mini-service that the notice is about"
    )
    thread: Annotated[str, StringConstraints(pattern=_THREAD)] | None = Field(
        None,
        description="a case: its notices stand together, and a later one replaces an earlier one on the lock screen",
    )
    state: State | None = Field(
        None, description="where the case stands, like 已受理: at most 40 characters in each language"
    )
    urgency: Urgency = "normal"
    time_to_live: Annotated[int, Field(ge=60, le=2_419_200)] | None = Field(
        None, description="seconds in which to deliver by push; the inbox keeps the notice"
    )

    def request(self) -> NoticeRequest:
        return NoticeRequest(
            recipient=self.recipient,
            title=dict(self.title),
            body=dict(self.body),
            service=ServiceId(self.service) if self.service else None,
            path=self.path,
            thread=self.thread,
            urgency=self.urgency,
            seconds=self.time_to_live,
            state=dict(self.state) if self.state else None,
        )


class SentNotice(Answer):
    id: str
    created_at: datetime


class ThreadQuery(BaseModel):
    """Which notices: all, or those of one thread of one department."""

    model_config = ConfigDict(extra="forbid")

    thread: Annotated[str | None, Field(pattern=_THREAD, description="only those of this thread")] = None
    department: Annotated[
        str | None, Field(pattern=r"^[a-z][a-z0-9:-]{1,39}$", description="only those of this department")
    ] = None

    def wanted(self) -> Wanted:
        return Wanted(thread=self.thread, department=self.department)


class InboxQuery(PageQuery, ThreadQuery):
    unread: Annotated[bool, Field(description="only those not read yet")] = False
    urgent: Annotated[bool, Field(description="only those of high urgency")] = False

    def wanted(self) -> Wanted:
        return replace(super().wanted(), unread=self.unread, urgent=self.urgent)


class ServiceName(Answer):
    id: str
    name: Localized
    icon: str


class DepartmentName(Answer):
    id: str
    name: Localized


class Notice(Answer):
    """A notice as its reader sees it."""

    id: str
    service: ServiceName | None
    department: DepartmentName
    title: Localized
    body: Localized
    path: str | None
    thread: str | None
    urgency: Literal["low", "normal", "high"]
    state: Localized | None = Field(description="what it says of where its case stands")
    created_at: datetime
    read_at: datetime | None


def notice_of(message: Message) -> Notice:
    kept, service, department = message.notice, message.service, message.department
    return Notice.model_validate(
        {
            "id": kept.id,
            "service": service and ServiceName(id=service.id, name=service.name, icon=service.icon),
            "department": DepartmentName(id=department.id, name=department.name),
            "title": kept.title,
            "body": kept.body,
            "path": kept.path,
            "thread": kept.thread,
            "urgency": kept.urgency,
            "state": kept.state,
            "created_at": kept.created_at,
            "read_at": kept.read_at,
        }
    )


class ThreadAnswer(Answer):
    """Notices that belong together; one without a thread stands alone."""

    thread: str | None
    service: ServiceName | None = Field(description="that of the newest notice")
    department: DepartmentName
    title: Localized = Field(description="that of the newest notice")
    state: Localized | None = Field(description="where the case stands, by the newest notice that says so")
    unread: int
    count: int
    newest: Notice

    @classmethod
    def of(cls, thread: Thread) -> "ThreadAnswer":
        newest = notice_of(thread.newest)
        return cls(
            thread=newest.thread,
            service=newest.service,
            department=newest.department,
            title=newest.title,
            state=thread.state,
            unread=thread.unread,
            count=thread.count,
            newest=newest,
        )


class Unread(Answer):
    count: int


class VapidKey(Answer):
    key: str = Field(description="base64url of the public key, as `applicationServerKey` takes it")


class SubscriptionKeys(Body):
    p256dh: Annotated[str, Field(max_length=88), AfterValidator(_p256dh)]
    auth: Annotated[str, Field(max_length=24), AfterValidator(_auth)]


class SubscriptionBody(Body):
    """PushSubscription.toJSON() of a browser (Push API)."""

    endpoint: Annotated[str, Field(max_length=2000)]
    keys: SubscriptionKeys
    expiration_time: Annotated[float | None, Field(alias="expirationTime")] = None

    def receiver(self) -> Receiver:
        return Receiver.read(self.keys.p256dh, self.keys.auth)


class Subscribed(Answer):
    id: Annotated[str, Field(pattern=ID_PATTERN)]
