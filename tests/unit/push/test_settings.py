"""What the settings refuse before anything starts."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from push.settings import DeliverySettings, LiveSettings, PushSettings

SETTINGS = {"vapid_key": "-----BEGIN"}


@pytest.mark.parametrize(
    "changes",
    [
        {"vapid_subject": "nobody"},
        {"services": ["https://fcm.googleapis.com"]},
        {"services": ["*.googleapis.com"]},
        {"services": ["localhost"]},
        {"relay": {"fcm.googleapis.com": "ftp://127.0.0.1"}},
        {"unknown": 1},
        {"delivery": {"batch": 100, "concurrency": 10, "send_seconds": 10, "lease_seconds": 100}},
        {"live": {"session_seconds": 6}},
    ],
)
def test_a_setting_that_would_fail_later_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PushSettings.model_validate(SETTINGS | changes)


def test_one_key_is_all_it_needs_and_it_is_not_shown() -> None:
    settings = PushSettings.model_validate(SETTINGS)
    assert settings.redis_url is None
    assert "BEGIN" not in repr(settings)


@pytest.mark.parametrize("model", [PushSettings, LiveSettings, DeliverySettings])
def test_every_setting_is_described(model: type[BaseModel]) -> None:
    assert all(field.description for field in model.model_fields.values())
