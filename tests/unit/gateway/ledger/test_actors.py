"""Entries on a mandate: of two, whichever way they are found, and of one where it comes to whose they are."""

from dataclasses import replace

import pytest

from core.database import rows
from core.ids import AccountId
from gateway.ledger.content import commitment, opening_of
from gateway.ledger.entries import Ledger, forget
from gateway.ledger.errors import EntryUnknown
from tests.harness.clock import ManualClock
from tests.unit.gateway.ledger.test_residents import ALICE_ID, BOB_ID, indexed, seqs
from tests.unit.gateway.ledger.wiring import ACCESS, ALICE, BOB, keep, ledger_of

pytestmark = pytest.mark.both_databases
CAROL_ID = AccountId("01kb5rwzpv3zt4f1y0m8x2c9qc")
MANDATE = "01kb5rwzpv3zt4f1y0m8x2c9qm"


async def mixed(ledger: Ledger) -> None:
    """0, 1: Alice's own. 2, 3: about Alice, done by Bob. 4: Bob's own. 5: about Alice on another's mandate."""
    await keep(ledger, 2)
    await keep(ledger, 2, 2, mandate=MANDATE, actor=BOB)
    await keep(ledger, 1, 4, account=BOB)
    await keep(ledger, 1, 5, mandate=MANDATE[:-1] + "n", actor=CAROL_ID)


async def test_both_sides_find_them_before_and_after_they_are_indexed(ledger: Ledger, store: str) -> None:
    await mixed(ledger)
    for _ in range(2):
        assert await seqs(ledger, ALICE_ID) == [5, 3, 2, 1, 0]
        assert await seqs(ledger, BOB_ID) == [4, 3, 2]
        assert await seqs(ledger, CAROL_ID) == [5]
        assert await indexed(store) == 9


async def test_an_entry_says_whom_it_is_about_and_on_which_mandate(ledger: Ledger) -> None:
    await mixed(ledger)
    newest = [entry async for entry in ledger.every(BOB_ID)]
    assert [(entry.account, entry.mandate) for entry in newest] == [(BOB, None), (ALICE, MANDATE), (ALICE, MANDATE)]
    with pytest.raises(EntryUnknown):
        await ledger.entry(BOB_ID, newest[1].id)
    assert (await ledger.entry(ALICE_ID, newest[1].id)).seq == 3


async def test_only_the_represented_one_opens_it(ledger: Ledger) -> None:
    await mixed(ledger)
    await ledger.checkpoints.write()
    entry = await ledger.entry(ALICE_ID, [each async for each in ledger.every(BOB_ID)][1].id)
    assert (await ledger.prove(BOB_ID, entry)).who is None
    who = (await ledger.prove(ALICE_ID, entry)).who
    assert who
    assert (who.account, who.mandate) == (ALICE, MANDATE)
    key = bytes((await rows("SELECT key FROM ledger_key WHERE account_id = ?", ALICE))[0]["key"])
    assert commitment(opening_of(key, entry.request_id), ALICE, MANDATE) in entry.content.decode()


@pytest.mark.parametrize("after", [False, True])
async def test_forgetting_who_acted_leaves_the_represented_one_s_entries(
    ledger: Ledger, store: str, after: bool
) -> None:
    await mixed(ledger)
    if after:
        await indexed(store)
    assert await forget(BOB_ID) == 1
    await indexed(store)
    assert await seqs(ledger, BOB_ID) == []
    assert await seqs(ledger, ALICE_ID) == [5, 3, 2, 1, 0]
    assert await rows("SELECT mandate FROM ledger_actor WHERE account_id = ?", BOB) == []


@pytest.mark.parametrize("after", [False, True])
async def test_forgetting_the_represented_one_leaves_nothing_of_it_to_who_acted(
    ledger: Ledger, store: str, after: bool
) -> None:
    await mixed(ledger)
    if after:
        await indexed(store)
    assert await forget(ALICE_ID) == 5
    await indexed(store)
    assert await seqs(ledger, ALICE_ID) == await seqs(ledger, CAROL_ID) == []
    assert await seqs(ledger, BOB_ID) == [4]


async def test_who_acts_is_entered_before_the_first_entry_and_known_afterwards(
    ledger: Ledger, store: str, clock: ManualClock
) -> None:
    await keep(ledger, 1)
    await keep(ledger, 1, 1, mandate=MANDATE, actor=BOB)
    elsewhere = ledger_of(clock)
    access = replace(ACCESS, mandate=MANDATE, actor=BOB)
    assert elsewhere.prepared(access) is None
    await elsewhere.prepare(access)
    assert elsewhere.prepared(access)
    assert ledger.prepared(access)
    assert ledger.prepared(replace(access, mandate=MANDATE[:-1] + "x")) is None
