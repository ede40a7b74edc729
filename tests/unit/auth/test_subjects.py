"""Pairwise subjects: one name a sector, never two, never shared."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.models import PairwiseSubject
from auth.subjects import Subjects, department_sector, service_sector
from core.ids import AccountId, DepartmentId, ServiceId, Subject
from tests.unit.auth.wiring import City

SECTORS = [service_sector(ServiceId(name)) for name in ("aa", "bb")] + [department_sector(DepartmentId("aa"))]


async def test_a_sector_keeps_its_name_of_a_resident(city: City) -> None:
    first = await city.subjects.of(AccountId("one"), SECTORS[0])
    assert await city.subjects.of(AccountId("one"), SECTORS[0]) == first
    assert len(first) == 26


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(asked=st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(SECTORS)), min_size=2, max_size=12))
async def test_two_names_are_equal_only_for_the_same_resident_in_the_same_sector(
    city: City, asked: list[tuple[str, str]]
) -> None:
    names = {pair: await city.subjects.of(AccountId(pair[0]), pair[1]) for pair in asked}
    assert len(set(names.values())) == len(names)


@pytest.mark.both_databases
async def test_many_askings_at_once_make_one_name(city: City) -> None:
    names = await asyncio.gather(*(Subjects().of(AccountId("one"), SECTORS[0]) for _ in range(30)))
    assert len(set(names)) == 1
    assert await PairwiseSubject.all().count() == 1


async def test_a_department_finds_the_resident_by_its_own_name_alone(city: City) -> None:
    sub = await city.subjects.of(AccountId("one"), department_sector(DepartmentId("aa")))
    of_service = await city.subjects.of(AccountId("one"), service_sector(ServiceId("aa")))
    assert await city.subjects.account_of(DepartmentId("aa"), sub) == "one"
    assert await city.subjects.account_of(DepartmentId("bb"), sub) is None
    assert await city.subjects.account_of(DepartmentId("aa"), of_service) is None
    assert await city.subjects.account_of(DepartmentId("aa"), Subject("nobody")) is None
