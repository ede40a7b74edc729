"""The staff realm over HTTP: a cookie of its own, roles, four eyes, audit."""

import httpx2
import pytest

from core.access import StaffRole
from tests.harness.authenticator import Authenticator
from tests.harness.gateway import Gateway


async def staff(gateway: Gateway, login: str, *roles: StaffRole) -> httpx2.AsyncClient:
    """A member's browser."""
    rooms = gateway.city.identity.rooms.staff
    member, _ = await rooms.members.invite(None, name=login, login=login, department=None, roles=roles)
    return gateway.client({"Cookie": f"__Host-onecity_staff={await rooms.sessions.open(member.id, 'test')}"})


async def test_roles_wait_for_a_second_operator(gateway: Gateway) -> None:
    first = await staff(gateway, "first", StaffRole.OPERATOR)
    second = await staff(gateway, "second", StaffRole.OPERATOR, StaffRole.AUDITOR)
    invited = await first.post(
        "/staff/v1/members", json={"name": "李", "login": "li-hua", "roles": ["developer", "auditor"]}
    )
    assert invited.status_code == 201
    assert invited.json()["member"]["roles"] == ["developer"]
    assert len(invited.json()["invitation"]) > 40
    [waiting] = (await second.get("/staff/v1/proposals")).json()["items"]
    assert (await first.post(f"/staff/v1/proposals/{waiting['id']}/approval")).status_code == 403
    approved = await second.post(f"/staff/v1/proposals/{waiting['id']}/approval")
    assert approved.json()["state"] == "approved"
    members = {each["login"]: each["roles"] for each in (await first.get("/staff/v1/members")).json()["items"]}
    assert members["li-hua"] == ["auditor", "developer"]
    acts = (await second.get("/staff/v1/acts", params={"limit": 3})).json()
    assert [act["action"] for act in acts["items"]] == ["roles-set", "approved", "proposed"]
    assert (await second.get("/staff/v1/acts", params={"before": acts["next"]})).json()["next"] is None
    proposed = await first.put(f"/staff/v1/members/{invited.json()['member']['id']}/roles", json={"roles": []})
    assert proposed.status_code == 202
    refused = await first.post(f"/staff/v1/proposals/{proposed.json()['id']}/refusal")
    assert refused.json()["state"] == "refused"


async def test_a_number_of_acts_that_no_database_knows_is_refused(gateway: Gateway) -> None:
    auditor = await staff(gateway, "audit", StaffRole.AUDITOR)
    for before, status in ((2**63 - 1, 200), (2**63, 422), (10**30, 422)):
        assert (await auditor.get("/staff/v1/acts", params={"before": before})).status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/staff/v1/acts"), ("GET", "/staff/v1/members"), ("POST", "/staff/v1/members")],
)
async def test_a_developer_does_not_operate(gateway: Gateway, method: str, path: str) -> None:
    developer = await staff(gateway, "dev", StaffRole.DEVELOPER)
    answered = await developer.request(method, path, json={} if method == "POST" else None)
    assert answered.status_code == 403
    assert answered.json()["type"].endswith("/role-missing")


async def test_a_resident_is_no_staff_and_staff_no_resident(gateway: Gateway) -> None:
    resident = await gateway.resident()
    assert (await resident.get("/staff/v1/me")).status_code == 401
    operator = await staff(gateway, "op", StaffRole.OPERATOR)
    assert (await operator.get("/api/v1/account")).status_code == 401
    assert (await operator.get("/staff/v1/me")).json()["member"]["login"] == "op"


async def test_signing_out_and_being_disabled_end_at_once(gateway: Gateway) -> None:
    first, second = await staff(gateway, "one", StaffRole.OPERATOR), await staff(gateway, "two", StaffRole.OPERATOR)
    me = (await second.get("/staff/v1/me")).json()["member"]["id"]
    assert (await first.delete(f"/staff/v1/members/{me}")).status_code == 204
    assert (await second.get("/staff/v1/me")).status_code == 401
    assert (await first.delete("/staff/v1/sessions/current")).status_code == 204
    assert (await first.get("/staff/v1/me")).status_code == 401


async def test_a_write_from_a_foreign_page_is_refused(gateway: Gateway) -> None:
    operator = await staff(gateway, "op", StaffRole.OPERATOR)
    headers = {"Origin": "https://elsewhere.example"}
    refused = await operator.post("/staff/v1/members", json={"name": "x", "login": "xx"}, headers=headers)
    assert refused.json()["type"].endswith("/origin-foreign")


async def test_an_invited_member_enrols_and_signs_in(gateway: Gateway) -> None:
    _, invitation = await gateway.city.identity.rooms.staff.members.invite(
        None, name="王", login="wang", department=None, roles=[StaffRole.DEVELOPER]
    )
    key, browser = Authenticator(), gateway.client()
    begun = await browser.post("/staff/v1/enrolment/options", json={"invitation": invitation})
    browser.headers["Cookie"] = begun.headers["set-cookie"].partition(";")[0]
    body = {"invitation": invitation, "challenge": begun.json()["challenge"]}
    enrolled = await browser.post(
        "/staff/v1/enrolment", json=body | {"credential": key.create(begun.json()["public_key"])}
    )
    assert enrolled.status_code == 201
    assert "__Host-onecity_staff=" in enrolled.headers["set-cookie"]
    again = await browser.post("/staff/v1/enrolment/options", json={"invitation": invitation})
    assert again.status_code == 404
    begun = await browser.post("/staff/v1/sign-in/options")
    browser.headers["Cookie"] = begun.headers["set-cookie"].partition(";")[0]
    body = {"challenge": begun.json()["challenge"], "credential": key.get(begun.json()["public_key"])}
    signed_in = await browser.post("/staff/v1/sign-in", json=body)
    assert signed_in.json()["member"]["login"] == "wang"
    refused = await browser.post("/staff/v1/sign-in", json=body)
    assert refused.json()["type"].endswith("/passkey-challenge-expired")
