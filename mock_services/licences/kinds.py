"""The kinds of licence, and who issues each."""

from enum import StrEnum
from typing import NamedTuple

from mock_services.shared.wire import Text, text


class Kind(StrEnum):
    ID_CARD = "id-card"
    DRIVING_LICENCE = "driving-licence"
    SOCIAL_CARD = "social-card"
    RESIDENCE_PERMIT = "residence-permit"
    BIRTH_CERTIFICATE = "birth-certificate"
    SENIOR_CARD = "senior-card"


class Description(NamedTuple):
    name: Text
    issuer: Text


KINDS: dict[Kind, Description] = {
    Kind.ID_CARD: Description(
        text("居民身份证", "Resident identity card"), text("上海市公安局", "Shanghai Public Security Bureau")
    ),
    Kind.DRIVING_LICENCE: Description(
        text("机动车驾驶证", "Driving licence"), text("上海市公安局交通警察总队", "Shanghai Traffic Police")
    ),
    Kind.SOCIAL_CARD: Description(
        text("社会保障卡", "Social security card"),
        text("上海市人力资源和社会保障局", "Shanghai Human Resources and Social Security Bureau"),
    ),
    Kind.RESIDENCE_PERMIT: Description(
        text("上海市居住证", "Shanghai residence permit"), text("上海市公安局", "Shanghai Public Security Bureau")
    ),
    Kind.BIRTH_CERTIFICATE: Description(
        text("出生医学证明", "Birth certificate"), text("上海市卫生健康委员会", "Shanghai Health Commission")
    ),
    Kind.SENIOR_CARD: Description(
        text("敬老卡", "Senior citizen card"), text("上海市民政局", "Shanghai Civil Affairs Bureau")
    ),
}
