"""The resident's record over HTTP: filters, export, proofs that hold alone; and what anybody may ask."""

import json
from typing import Any

import pytest

from gateway.ledger.notes import note_key
from gateway.ledger.proofs import ConsistencyProof, EntryProof, check_consistency, check_entry_proof
from tests.harness.gateway import Gateway
from tests.unit.gateway.ledger.wiring import ACCESS, keep


async def recorded(gateway: Gateway, count: int = 3, **changes: object) -> str:
    """Entries of the resident with the usual phone; gives their account."""
    account = (await gateway.city.identity.accounts.for_phone("13800000001"))[0].id
    assert await keep(gateway.city.ledger, count, account=account, **changes) == [None] * count
    return str(account)


def slug(problem: dict[str, Any]) -> str:
    return str(problem["type"]).rpartition("/")[2]


async def test_the_list_is_filtered_by_service_department_action_and_time(gateway: Gateway) -> None:
    resident = await gateway.resident()
    await recorded(gateway)
    gateway.clock.advance(hours=1)
    await recorded(gateway, 2, service="booking", department="health", action="write")
    for query, count in (
        ({}, 5),
        ({"service": "booking"}, 2),
        ({"department": "human-resources"}, 3),
        ({"action": "write"}, 2),
        ({"from": gateway.clock.now().isoformat()}, 2),
        ({"to": gateway.clock.now().isoformat()}, 3),
    ):
        listed = (await resident.get("/api/v1/ledger", params=query)).json()
        assert (len(listed["items"]), listed["next"]) == (count, None), query
    first = (await resident.get("/api/v1/ledger", params={"limit": 4})).json()
    rest = (await resident.get("/api/v1/ledger", params={"limit": 4, "cursor": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 1, None)
    assert first["items"][0]["sent"] == 1024
    refused = await resident.get("/api/v1/ledger", params={"from": "2026-11-23T01:00:00"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/from")


async def test_the_export_holds_everything_and_on_request_the_proofs(gateway: Gateway) -> None:
    resident = await gateway.resident()
    await recorded(gateway, 250)
    early = await resident.get("/api/v1/ledger/export", params={"proofs": "true"})
    assert [json.loads(line)["proof"] for line in early.text.splitlines()] == [None] * 250
    await gateway.city.ledger.checkpoints.write()
    await recorded(gateway, 1)
    exported = await resident.get("/api/v1/ledger/export", params={"proofs": "true"})
    assert exported.headers["content-type"] == "application/jsonl"
    assert exported.headers["content-disposition"] == 'attachment; filename="ledger.jsonl"'
    lines = [json.loads(line) for line in exported.text.splitlines()]
    assert len(lines) == 251
    assert lines[0]["proof"] is None
    key = await gateway.city.ledger.checkpoints.key()
    for line in lines[1:]:
        members = check_entry_proof(EntryProof.model_validate(line["proof"]), key)
        assert members["request_id"] == line["access"]["request_id"]
    plain = await resident.get("/api/v1/ledger/export")
    assert [json.loads(line)["proof"] for line in plain.text.splitlines()] == [None] * 251


async def test_a_proof_comes_with_the_checkpoint_and_belongs_to_its_resident(gateway: Gateway) -> None:
    resident = await gateway.resident()
    account = await recorded(gateway)
    entry = (await resident.get("/api/v1/ledger")).json()["items"][0]["id"]
    early = await resident.get(f"/api/v1/ledger/{entry}/proof")
    assert (early.status_code, slug(early.json()), "retry-after" in early.headers) == (409, "entry-not-covered", True)
    await gateway.city.ledger.checkpoints.write()
    proof = EntryProof.model_validate((await resident.get(f"/api/v1/ledger/{entry}/proof")).json())
    latest = (await gateway.client().get("/api/v1/ledger/checkpoints/latest")).json()
    assert (latest["size"], latest["checkpoint"]) == (3, proof.checkpoint)
    assert check_entry_proof(proof, note_key(latest["key"]))["operation"] == ACCESS.operation
    assert proof.who
    assert proof.who.account == account
    other = await gateway.resident("13800000002")
    foreign = await other.get(f"/api/v1/ledger/{entry}/proof")
    assert (foreign.status_code, slug(foreign.json())) == (404, "entry-unknown")
    assert (await gateway.client().get(f"/api/v1/ledger/{entry}/proof")).status_code == 401


async def test_anybody_may_ask_that_the_ledger_only_grew(gateway: Gateway) -> None:
    await gateway.resident()
    anybody = gateway.client()
    none = await anybody.get("/api/v1/ledger/checkpoints/latest")
    assert (none.status_code, slug(none.json())) == (404, "checkpoint-unknown")
    for _ in range(2):
        await recorded(gateway)
        gateway.clock.advance(minutes=2)
        await gateway.city.ledger.checkpoints.write()
    answered = await anybody.get("/api/v1/ledger/consistency", params={"from": 3, "to": 6})
    key = note_key((await anybody.get("/api/v1/ledger/checkpoints/latest")).json()["key"])
    first, second = check_consistency(ConsistencyProof.model_validate(answered.json()), key)
    assert (first.size, second.size) == (3, 6)


@pytest.mark.parametrize(("query", "status"), [
    ({"from": 3, "to": 6}, 404), ({"from": 0, "to": 1}, 422), ({"from": 1}, 422), ({"from": 2**70, "to": 1}, 422),
])  # fmt: skip
async def test_checkpoints_that_are_not_there_are_unknown(gateway: Gateway, query: dict[str, int], status: int) -> None:
    assert (await gateway.client().get("/api/v1/ledger/consistency", params=query)).status_code == status
