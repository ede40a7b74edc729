"""A notice as one browser gets it."""

import hashlib
from datetime import datetime

from push.encryption import base64url
from push.models import Notice
from push.sender import PushMessage

_TOPIC_LENGTH = 32


def message_for(notice: Notice, locale: str, now: datetime) -> PushMessage:
    """In the resident's language where there is that text, in Chinese otherwise."""
    topic = topic_of(notice)
    return PushMessage(
        id=notice.id,
        title=notice.title.get(locale, notice.title["zh-CN"]),
        body=notice.body.get(locale, notice.body["zh-CN"]),
        tag=topic or notice.id,
        seconds=max(0, int((notice.expires_at - now).total_seconds())),
        urgency=notice.urgency,
        topic=topic,
    )


def topic_of(notice: Notice) -> str | None:
    """What a later notice of the same thread replaces (RFC 8030, section 5.4): 32 characters that tell nothing."""
    if notice.thread is None:
        return None
    parts = "\0".join((notice.department_id, notice.service_id or "", notice.thread))
    return base64url(hashlib.sha256(parts.encode()).digest())[:_TOPIC_LENGTH]
