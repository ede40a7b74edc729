from datetime import timedelta

from pydantic import Field

from mock_services.shared.settings import NoticeSettings


class AppointmentSettings(NoticeSettings):
    hold_seconds: int = Field(default=600, ge=1, le=3600, description="how long a place is held [600]")

    @property
    def hold_for(self) -> timedelta:
        return timedelta(seconds=self.hold_seconds)
