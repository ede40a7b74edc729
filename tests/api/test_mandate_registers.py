"""Guardians and representatives, with the population register of the demo behind them."""

import httpx2

from auth.subjects import department_sector
from core.ids import AccountId, DepartmentId
from tests.api.test_mandates import refused
from tests.api.test_proofing import authority, clock, gateway
from tests.harness.gateway import Gateway

__all__ = ["authority", "clock", "gateway"]
PARENT, CLERK = "13800000001", "13800000002"
CHILD = {"kind": "guardian", "name": "张小雨", "id_number": "310101201705210012"}
COMPANY = {"kind": "legal-person", "credit_code": "91310101MA1K3B7T29"}


async def known(gateway: Gateway, phone: str, name: str, number: str, loa: int) -> httpx2.AsyncClient:
    await gateway.city.identity.accounts.register(phone, name=name, id_number=number, loa=loa)
    return await gateway.resident(phone)


async def test_a_parent_acts_for_their_child_and_reads_what_is_sent_to_it(gateway: Gateway) -> None:
    parent = await known(gateway, PARENT, "张伟", "310101198803150012", 2)
    begun = (await parent.post("/api/v1/mandates", json=CHILD)).json()
    assert (begun["state"], begun["principal"], begun["role"]) == ("active", {"name": "张*", "kind": "person"}, "actor")
    for other in ({"name": "刘思远", "id_number": "310101201503010055"}, {"name": "张小云"}):
        assert refused(await parent.post("/api/v1/mandates", json=CHILD | other)) == (403, "not-guardian")
    rooms = gateway.city.identity.rooms.mandates
    child = await rooms.principals.person("张小雨", CHILD["id_number"])
    await gateway.register_department()
    await gateway.publish()
    sub = await gateway.city.identity.subjects.of(child, department_sector(DepartmentId("dept-one")))
    notice = {"service": "hello", "recipient": sub, "title": {"zh-CN": "疫苗提醒"}, "body": {"zh-CN": "请按时接种。"}}
    system = await gateway.department()
    sent = await system.post("/dept/v1/notices", json=notice, headers={"Idempotency-Key": "one"})
    assert sent.status_code == 201, sent.text
    inbox = (await parent.get("/api/v1/inbox")).json()["items"]
    assert "疫苗提醒" in [item["title"]["zh-CN"] for item in inbox]
    assert (await parent.delete(f"/api/v1/mandates/{begun['id']}")).status_code == 204
    assert await rooms.mandates.reader(child) is None
    again = await system.post("/dept/v1/notices", json=notice, headers={"Idempotency-Key": "two"})
    assert refused(again) == (404, "recipient-unknown")


async def test_a_representative_appoints_who_then_acts(gateway: Gateway) -> None:
    boss = await known(gateway, PARENT, "张伟", "310101198803150012", 3)
    clerk = await known(gateway, CLERK, "王芳", "310115199207140021", 3)
    assert refused(await clerk.post("/api/v1/mandates", json=COMPANY)) == (403, "not-representative")
    begun = (await boss.post("/api/v1/mandates", json=COMPANY)).json()
    assert (begun["state"], begun["principal"]["name"]) == ("active", "上海浦江机械制造有限公司")
    assert begun["roles"] == ["administrator", "clerk", "finance"]
    offered = (await boss.post("/api/v1/mandates", json=COMPANY | {"phone": CLERK, "roles": ["finance"]})).json()
    assert (await clerk.post(f"/api/v1/mandates/{offered['id']}/acceptance")).status_code == 200
    listed = (await clerk.get("/api/v1/identities")).json()["items"]
    assert [(each["kind"], each["roles"]) for each in listed] == [("self", []), ("legal-person", ["finance"])]
    seen = (await boss.get("/api/v1/mandates", params={"role": "principal"})).json()["items"]
    assert [(each["id"], each["actor"]["name"]) for each in seen] == [(offered["id"], "王*")]
    reader = await gateway.city.identity.rooms.mandates.mandates.reader(
        await gateway.city.identity.rooms.mandates.principals.legal_person("浦江", COMPANY["credit_code"])
    )
    assert reader == AccountId((await gateway.city.identity.accounts.for_phone(PARENT))[0].id)


async def test_nobody_represents_what_is_dissolved_or_unknown(gateway: Gateway) -> None:
    chen = await known(gateway, PARENT, "陈建国", "310104197501020030", 3)
    for code in ("91310115MA1H9P0X57", "91310000MA1FL0000D"):
        asked = await chen.post("/api/v1/mandates", json=COMPANY | {"credit_code": code})
        assert asked.status_code in {403, 422}, asked.text
    asked = await chen.post("/api/v1/mandates", json=COMPANY | {"credit_code": "91310115MA1H9P0X57"})
    assert refused(asked) == (403, "not-representative")
