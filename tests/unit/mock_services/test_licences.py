"""A resident sees, shows, shares and signs with their own licences; others see what the resident agreed to."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest

from miniapps.operations import contract_of
from mock_services.licences import codes, signatures
from mock_services.licences.answers import NUMBER, SignatureRequest
from mock_services.licences.app import SCHEMAS
from mock_services.licences.issuing import licences_of
from mock_services.licences.kinds import Kind
from mock_services.licences.operations import OPERATIONS, document
from mock_services.licences.upkeep import Upkeep
from mock_services.licences.wallet import all_of
from mock_services.shared.assertions import Resident
from mock_services.shared.database import Database, create_tables
from mock_services.shared.residents import DemoResident
from tests.unit.mock_services.platform_twin import ISSUER, Gateway, ManualClock

ZHANG, LI = "310101198803150012", "310106195209180022"
SCOPES = " ".join(sorted({operation.scope for operation in OPERATIONS if operation.scope}))
LEVEL_TWO = "urn:onecity:loa:2"
DIGEST = "sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:"
WISH = {"recipient": "appointments", "recipient_name": "办证预约", "purpose": "办理居住登记"}

Key = Callable[[], dict[str, str]]


def person(gateway: Gateway, id_number: str | None = ZHANG, **changes: Any) -> dict[str, str]:
    sub = f"resident-{(id_number or 'x')[-3:]}"
    whole = {"scope": SCOPES, "acr": LEVEL_TWO, "id_number": id_number, "sub": sub, "name": "张伟"} | changes
    return gateway.bearer("licences", **whole)


async def wallet(client: httpx2.AsyncClient, headers: dict[str, str]) -> dict[str, Any]:
    answer = await client.get("/licences", headers=headers)
    assert answer.status_code == 200, answer.text
    return {item["kind"]: item for item in answer.json()["items"]}


async def made(client: httpx2.AsyncClient, path: str, headers: dict[str, str], body: Any = None) -> Any:
    answer = await client.post(path, headers=headers, json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def checked(client: httpx2.AsyncClient, reference: str, recipient: str = "appointments") -> httpx2.Response:
    return await client.get(f"/references/{reference}", params={"recipient": recipient})


async def test_a_wallet_holds_ones_own_licences_masked(licences: httpx2.AsyncClient, gateway: Gateway) -> None:
    mine, hers = await wallet(licences, person(gateway)), await wallet(licences, person(gateway, LI))
    assert list(mine) == ["id-card", "driving-licence", "social-card", "birth-certificate"]
    assert list(hers) == ["id-card", "social-card", "senior-card"]
    assert (mine["id-card"]["holder"], mine["id-card"]["number"]) == ("张*", "****0012")
    assert mine["id-card"]["validity"] == "valid"
    assert hers["id-card"]["valid_until"] is None


async def test_whom_the_city_knows_nothing_of_has_an_empty_wallet(
    licences: httpx2.AsyncClient, gateway: Gateway
) -> None:
    assert await wallet(licences, person(gateway, "110101199001011237")) == {}


async def test_the_whole_number_is_for_those_who_agreed_to_it(licences: httpx2.AsyncClient, gateway: Gateway) -> None:
    """As the gateway strips it, by the department's own document."""
    mine = await wallet(licences, person(gateway))
    answer = await licences.get(f"/licences/{mine['id-card']['id']}", headers=person(gateway))
    fields = contract_of(document()).operations["showLicence"].fields
    assert fields is not None
    assert fields.scopes == {NUMBER}
    hidden = fields.hidden(frozenset(SCOPES.split()))
    assert hidden is not None
    stripped = hidden.strip(200, answer.headers["content-type"].encode(), answer.content)
    whole = answer.json()
    assert whole.pop("whole_number") == ZHANG
    assert json.loads(stripped) == whole
    assert whole["facts"][0]["value"] == {"zh-CN": "男", "en": "male"}


REFUSALS: dict[str, tuple[dict[str, Any], int, str]] = {
    "no identity number": ({"id_number": None}, 403, "identity-needed"),
    "a level of 1": ({"acr": "urn:onecity:loa:1"}, 403, "level-too-low"),
    "no scope": ({"scope": "profile:name:read"}, 403, "scope-missing"),
    "another audience": ({"aud": "urn:onecity:upstream:appointments"}, 401, "assertion-invalid"),
}


@pytest.mark.parametrize(("changes", "status", "slug"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_who_may_not_see_licences_does_not(
    licences: httpx2.AsyncClient, gateway: Gateway, changes: dict[str, Any], status: int, slug: str
) -> None:
    answer = await licences.get("/licences", headers=person(gateway, **changes))
    assert (answer.status_code, answer.json()["type"]) == (status, f"{ISSUER}/problems/{slug}")


@pytest.mark.parametrize("path", ["", "/codes", "/shares"])
async def test_anothers_licence_is_as_unknown_as_none(
    licences: httpx2.AsyncClient, gateway: Gateway, key: Key, path: str
) -> None:
    hers = (await wallet(licences, person(gateway, LI)))["id-card"]["id"]
    for licence_id in (hers, "none"):
        answer = await licences.request(
            "POST" if path else "GET",
            f"/licences/{licence_id}{path}",
            headers=person(gateway) | key(),
            json=WISH if path == "/shares" else None,
        )
        assert (answer.status_code, answer.json()["type"]) == (404, f"{ISSUER}/problems/licence-unknown")


async def test_a_code_shows_a_licence_once(licences: httpx2.AsyncClient, gateway: Gateway, key: Key) -> None:
    mine = (await wallet(licences, person(gateway)))["driving-licence"]
    shown = await made(licences, f"/licences/{mine['id']}/codes", person(gateway) | key())
    assert shown["text"] == f"onecity-licence:{shown['code']}"
    window, tap = person(gateway, LI), key()
    seen = await made(licences, f"/verify/{shown['code']}", window | tap)
    assert (seen["kind"], seen["holder"], seen["number"]) == ("driving-licence", "张*", "****0012")
    assert await made(licences, f"/verify/{shown['code']}", window | tap) == seen  # its answer was lost: the same again
    again = await licences.post(f"/verify/{shown['code']}", headers=window | key())
    assert (again.status_code, again.json()["type"]) == (409, f"{ISSUER}/problems/code-used")


async def test_a_code_lives_for_a_minute_and_a_newer_one_ends_it(
    licences: httpx2.AsyncClient, gateway: Gateway, clock: ManualClock, key: Key
) -> None:
    path = f"/licences/{(await wallet(licences, person(gateway)))['id-card']['id']}/codes"
    older, newer = [await made(licences, path, person(gateway) | key()) for _ in range(2)]
    clock.advance(seconds=newer["expires_in"] - 1)
    assert (await licences.post(f"/verify/{older['code']}", headers=person(gateway) | key())).status_code == 404
    clock.advance(seconds=1)
    assert (await licences.post(f"/verify/{newer['code']}", headers=person(gateway) | key())).status_code == 404


@pytest.mark.parametrize(
    ("whole", "holder", "number"), [(False, "张*", "****0012"), (True, "张伟", ZHANG)], ids=["masked", "whole"]
)
async def test_a_department_checks_with_its_reference_what_the_resident_agreed_to(  # noqa: PLR0913 - the columns
    licences: httpx2.AsyncClient, gateway: Gateway, key: Key, *, whole: bool, holder: str, number: str
) -> None:
    mine = (await wallet(licences, person(gateway)))["id-card"]
    wish = WISH | {"whole_number": whole}
    share = await made(licences, f"/licences/{mine['id']}/shares", person(gateway) | key(), wish)
    answer = await checked(licences, share["reference"])
    assert answer.status_code == 200
    assert (answer.json()["holder"], answer.json()["number"]) == (holder, number) == (share["holder"], share["number"])
    assert answer.json()["purpose"] == WISH["purpose"]
    assert (await checked(licences, share["reference"], "queries")).status_code == 404


async def test_a_share_ends_when_the_resident_says_so_or_its_time_is_over(
    licences: httpx2.AsyncClient, gateway: Gateway, clock: ManualClock, key: Key
) -> None:
    path = f"/licences/{(await wallet(licences, person(gateway)))['id-card']['id']}/shares"
    ended, late = [await made(licences, path, person(gateway) | key(), WISH) for _ in range(2)]
    for _ in range(2):
        assert (await licences.delete(f"/shares/{ended['id']}", headers=person(gateway))).json()["ended_at"]
    assert (await checked(licences, ended["reference"])).status_code == 404
    assert (await licences.delete(f"/shares/{late['id']}", headers=person(gateway, LI))).status_code == 404
    clock.advance(minutes=10)
    gone = await checked(licences, late["reference"])
    assert (gone.status_code, gone.json()["type"]) == (404, f"{ISSUER}/problems/reference-unknown")


async def test_shares_are_listed_newest_first_and_pages_join_up(
    licences: httpx2.AsyncClient, gateway: Gateway, clock: ManualClock, key: Key
) -> None:
    path = f"/licences/{(await wallet(licences, person(gateway)))['id-card']['id']}/shares"
    made_ids = []
    for _ in range(5):
        made_ids.append((await made(licences, path, person(gateway) | key(), WISH))["id"])
        clock.advance(seconds=1)
    seen, cursor = list[str](), dict[str, str]()
    while len(seen) < 5:
        page = (await licences.get("/shares", headers=person(gateway), params={"limit": "2", **cursor})).json()
        seen += [item["id"] for item in page["items"]]
        cursor = {"cursor": page["next"]}
    assert seen == made_ids[::-1]
    assert "reference" not in page["items"][0]
    assert page["items"][0]["recipient_name"] == WISH["recipient_name"]
    assert (await licences.get("/shares", headers=person(gateway, LI))).json()["items"] == []


async def test_a_share_asked_for_twice_with_one_key_is_one(
    licences: httpx2.AsyncClient, gateway: Gateway, key: Key
) -> None:
    path, tap = f"/licences/{(await wallet(licences, person(gateway)))['id-card']['id']}/shares", key()
    first, second = [await made(licences, path, person(gateway) | tap, WISH) for _ in range(2)]
    assert first == second
    other = await licences.post(path, headers=person(gateway) | tap, json=WISH | {"whole_number": True})
    assert (other.status_code, other.json()["type"]) == (422, f"{ISSUER}/problems/idempotency-key-reused")


async def test_a_signature_can_be_checked_by_whom_it_was_made_for(
    licences: httpx2.AsyncClient, gateway: Gateway, key: Key
) -> None:
    wish = {"recipient": "appointments", "title": "租房合同备案", "digest": DIGEST}
    signature = await made(licences, "/signatures", person(gateway) | key(), wish)
    answer = (await checked(licences, signature["reference"])).json()
    assert (answer["title"], answer["digest"], answer["holder"]) == ("租房合同备案", DIGEST, "张*")
    assert answer["signed_at"] == signature["signed_at"]
    assert (await checked(licences, signature["reference"], "queries")).status_code == 404


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "a digest that is none": ("/signatures", {"recipient": "a1", "title": "t", "digest": "abc"}, "/digest"),
    "no title": ("/signatures", {"recipient": "a1", "title": " ", "digest": DIGEST}, "/title"),
    "a share without end": ("/licences/1/shares", WISH | {"minutes": 10**6}, "/minutes"),
    "a recipient that cannot be": ("/licences/1/shares", WISH | {"recipient": "A B"}, "/recipient"),
}


@pytest.mark.parametrize(("path", "body", "pointer"), WRONG.values(), ids=WRONG.keys())
async def test_a_wish_that_is_not_right_is_explained(  # noqa: PLR0913, PLR0917 - the table's columns
    licences: httpx2.AsyncClient, gateway: Gateway, key: Key, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await licences.post(path, headers=person(gateway) | key(), json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_newcomers_have_a_residence_permit() -> None:
    newcomer = DemoResident(name="王强", id_number="330106199604120019")
    issued = {each.kind: each for each in licences_of(newcomer, date(2026, 11, 26))}
    assert list(issued) == ["id-card", "residence-permit", "driving-licence", "social-card"]
    assert issued[Kind.RESIDENCE_PERMIT].valid_until == date(2027, 1, 7)


@pytest.mark.parametrize("born", range(1930, 2026, 5))
def test_nothing_is_issued_in_the_future(born: int) -> None:
    resident, today = DemoResident(name="王强", id_number=f"110101{born}1231001X"), date(2026, 11, 26)
    assert all(each.issued_on <= today for each in licences_of(resident, today))


async def test_a_licence_that_ends_soon_says_so(
    licences: httpx2.AsyncClient, gateway: Gateway, clock: ManualClock
) -> None:
    clock.advance(days=365 * 7 + 230)  # the driving licence of 2024 is good for ten years
    mine = await wallet(licences, person(gateway))
    assert mine["driving-licence"]["validity"] == "expiring"
    clock.advance(days=365)
    assert (await wallet(licences, person(gateway)))["driving-licence"]["validity"] == "expired"


async def test_time_takes_signatures_that_nobody_can_check_any_more(tmp_path: Path, clock: ManualClock) -> None:
    create_tables(tmp_path / "l.sqlite", *SCHEMAS)
    database, signer = Database(tmp_path / "l.sqlite"), Resident("s", frozenset(), 2, "张伟", id_number=ZHANG)
    wish = SignatureRequest(recipient="appointments", title="办理居住登记", digest=DIGEST)
    upkeep = Upkeep(database, [], clock)
    left = []
    for days in (89, 2):
        await database.write(lambda store: signatures.make(store, signer, wish, clock()))
        clock.advance(days=days)
        await upkeep.sweep()
        left.append(await database.read(lambda store: store.execute("select count(*) from signature").fetchone()[0]))
    database.close()
    assert left == [1, 1]


async def test_time_brings_licences_and_takes_codes_away(tmp_path: Path, clock: ManualClock) -> None:
    create_tables(tmp_path / "l.sqlite", *SCHEMAS)
    database = Database(tmp_path / "l.sqlite")
    nearly = DemoResident(name="王强", id_number="310106196204120019")
    upkeep = Upkeep(database, [nearly], clock)
    await upkeep.fill()
    before = await database.read(lambda store: all_of(store, nearly.id_number, clock()))
    await database.write(lambda store: codes.make(store, nearly.id_number, before.items[0].id, clock()))
    clock.advance(days=2 * 365)
    await upkeep.sweep()
    after = await database.read(lambda store: all_of(store, nearly.id_number, clock()))
    left = await database.read(lambda store: store.execute("select count(*) from show_code").fetchone()[0])
    database.close()
    assert [each.kind for each in after.items] == [*(each.kind for each in before.items), Kind.SENIOR_CARD]
    assert [each.id for each in after.items[:-1]] == [each.id for each in before.items]
    assert left == 0
