"""Residents, and the codes that they are sent."""

from auth.lifecycle.merges import Merged, OtherAccount
from auth.models import Account
from auth.sign_in import SignedIn
from core.access import Resident
from core.database import rows
from core.ids import AccountId, SessionId
from gateway.composition import City
from tests.harness.clock import ManualClock

PHONE, OTHER = "13800000001", "13800000003"
NAME, NUMBER = "张三丰", "11010519491231002X"
BROWSER = "the secret of a browser's cookie"


def as_resident(signed_in: SignedIn, clock: ManualClock) -> Resident:
    account, session = AccountId(signed_in.account.id), SessionId(signed_in.session.id)
    return Resident(account, session, ("sms",), clock.now())


async def newest_code(phone: str) -> str:
    found = await rows("SELECT code FROM auth_sms WHERE phone = ? ORDER BY at DESC LIMIT 1", phone)
    return str(found[0]["code"])


async def sign_in(city: City, clock: ManualClock, phone: str = PHONE, browser: str = BROWSER) -> SignedIn:
    """By a code; the time moves on, so that another may be asked for."""
    clock.advance(minutes=2)
    await city.identity.sign_in.send_code(phone, browser, "192.0.2.1")
    return await city.identity.sign_in.complete(phone, await newest_code(phone), browser, "Chrome", None)


async def resident(city: City, clock: ManualClock, phone: str = PHONE) -> Resident:
    return as_resident(await sign_in(city, clock, phone), clock)


async def proved(city: City, phone: str = PHONE, *, number: str = NUMBER, loa: int = 2) -> Account:
    """The account of that number, as a person of whom the city knows name and number."""
    return await city.identity.accounts.register(phone, name=NAME, id_number=number, loa=loa)


async def merge(city: City, clock: ManualClock, by: Resident, phone: str = OTHER, **more: str) -> Merged:
    clock.advance(minutes=2)
    fresh = Resident(by.account, by.session, by.amr, clock.now())
    merges = city.identity.rooms.lifecycle.merges
    await merges.send_code(fresh, phone, "192.0.2.1")
    return await merges.merge(fresh, OtherAccount(phone, await newest_code(phone), **more))  # type: ignore[arg-type]  # words of FactorMethod


async def events_of(account: str) -> list[str]:
    found = await rows("SELECT kind FROM security_event WHERE account_id = ? ORDER BY id", account)
    return [row["kind"] for row in found]
