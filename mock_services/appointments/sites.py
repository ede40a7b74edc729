"""Where it can be booked: the kinds of sites every district has.

Kinds, quarters and roads are Shanghai's; house and telephone numbers are made up, the same ones each time.
"""

from collections.abc import Iterator
from datetime import time
from typing import NamedTuple
from zlib import crc32

from mock_services.appointments.city import AREAS, Area
from mock_services.appointments.places import Break, Opening, Site
from mock_services.shared.wire import Text, text

WORKDAYS = [1, 2, 3, 4, 5]
TO_SATURDAY = [*WORKDAYS, 6]
EVERY_DAY = [*TO_SATURDAY, 7]


def _open(weekdays: list[int], opens: str, closes: str, lunch: str = "") -> Opening:
    first, _, last = lunch.partition("-")
    pause = Break(opens=time.fromisoformat(first), closes=time.fromisoformat(last)) if lunch else None
    return Opening(weekdays=weekdays, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), lunch=pause)


class Kind(NamedTuple):
    """One kind of site; the names take {district}, {quarter} or {hospital}."""

    id: str
    name: Text
    opening: Opening
    services: tuple[str, ...]


OF_A_DISTRICT: tuple[Kind, ...] = (
    Kind(
        "admin-centre",
        text("{district}行政服务中心", "{district} Administrative Service Centre"),
        _open(WORKDAYS, "09:00", "17:00"),
        ("business", "residence-permit", "social-card"),
    ),
    Kind(
        "exit-entry",
        text("{district}公安出入境办证大厅", "{district} Exit-Entry Hall"),
        _open(TO_SATURDAY, "09:00", "16:30"),
        ("passport", "hk-macau-permit"),
    ),
    Kind(
        "marriage-registry",
        text("{district}民政局婚姻登记处", "{district} Marriage Registry"),
        _open(TO_SATURDAY, "09:00", "16:30", "11:30-13:00"),
        ("marriage", "marriage-certificate"),
    ),
    Kind(
        "property-registry",
        text("{district}不动产登记事务中心", "{district} Property Registry"),
        _open(WORKDAYS, "09:00", "17:00", "12:00-13:00"),
        ("property",),
    ),
    Kind(
        "hospital",
        text("{hospital}", "{hospital}"),
        _open(TO_SATURDAY, "08:00", "16:30", "11:30-13:00"),
        ("specialist",),
    ),
)

OF_A_QUARTER: tuple[Kind, ...] = (
    Kind(
        "police",
        text("{quarter}派出所综合窗口", "{quarter} Police Station Counter"),
        _open(EVERY_DAY, "09:00", "17:00", "11:30-13:30"),
        ("id-card", "household-transfer"),
    ),
    Kind(
        "community-affairs",
        text("{quarter}社区事务受理服务中心", "{quarter} Community Affairs Centre"),
        _open(TO_SATURDAY, "08:30", "16:30"),
        ("residence-permit", "social-card"),
    ),
    Kind(
        "health",
        text("{quarter}社区卫生服务中心", "{quarter} Community Health Centre"),
        _open(TO_SATURDAY, "08:00", "16:00", "11:30-13:00"),
        ("vaccination", "family-doctor"),
    ),
)


def _sites() -> Iterator[Site]:
    for area in AREAS:
        for kind in OF_A_DISTRICT:
            yield _site(area, kind, f"{area.district.id}-{kind.id}", area.road, None)
        for number, quarter in enumerate(area.quarters, 1):
            for kind in OF_A_QUARTER:
                yield _site(area, kind, f"{area.district.id}-{kind.id}-{number}", _street(quarter), quarter)


def _site(area: Area, kind: Kind, site_id: str, street: Text, quarter: Text | None) -> Site:
    made_up = crc32(site_id.encode())
    return Site(
        id=site_id,
        district=area.district.id,
        name=_named(kind.name, area, quarter),
        address=_address(area, street, made_up % 900 + 10),
        phone=f"021-{made_up % 3_000_0000 + 5_000_0000}",
        opening=kind.opening,
        services=list(kind.services),
    )


def _named(pattern: Text, area: Area, quarter: Text | None) -> Text:
    where = quarter or area.district.name
    return text(
        pattern.zh_cn.format(district=area.district.name.zh_cn, hospital=area.hospital.zh_cn, quarter=where.zh_cn),
        pattern.en.format(district=area.district.name.en, hospital=area.hospital.en, quarter=where.en),
    )


def _street(quarter: Text) -> Text:
    if quarter.zh_cn.endswith("路"):
        return quarter
    return text(f"{quarter.zh_cn}路", f"{quarter.en} Road")


def _address(area: Area, street: Text, number: int) -> Text:
    return text(f"{area.district.name.zh_cn}{street.zh_cn}{number}号", f"{number} {street.en}, {area.district.name.en}")


SITES: tuple[Site, ...] = tuple(_sites())
