"""What the catalogue is made of; these are answers as well."""

from datetime import time
from typing import Annotated

from pydantic import Field, PlainSerializer

from mock_services.shared.wire import Answer, Text

ClockTime = Annotated[time, PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str)]


class District(Answer):
    id: str
    code: str = Field(description="行政区划代码 / GB/T 2260 code")
    name: Text


class Service(Answer):
    id: str
    name: Text
    summary: Text
    category: Text
    minutes: int = Field(description="每个时段的分钟数 / length of a slot")
    bring: list[Text] = Field(description="需携带的材料 / what to bring")


class Break(Answer):
    """A lunch break."""

    opens: ClockTime
    closes: ClockTime


class Opening(Answer):
    weekdays: list[int] = Field(description="1 = 周一 … 7 = 周日 / ISO weekdays")
    opens: ClockTime
    closes: ClockTime
    lunch: Break | None


class Site(Answer):
    id: str
    district: str
    name: Text
    address: Text
    phone: str
    opening: Opening
    services: list[str]
