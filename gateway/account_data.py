"""What each feature keeps about accounts: for merges, exports and deletions (auth/lifecycle/ports.py).

A test looks for every column of every table that names an account, and wants its table here: as erased, or kept with
the reason.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar

from auth.columns import from_json
from auth.lifecycle.ports import AccountData, Record
from auth.lifecycle.table_data import ERASED, Table, TableData
from auth.mandates.mandates import Mandates
from core.bodies import Localized
from core.database import rows
from core.ids import AccountId
from gateway.ledger import residents
from gateway.ledger.entries import Ledger
from gateway.ledger.errors import EntryNotCovered
from gateway.ledger.residents import Entry
from gateway.proxy.idempotency import Keys as IdempotencyKeys
from miniapps.ratings import ratings
from miniapps.storage import storage
from miniapps.storage.models import Entry as StoredEntry
from miniapps.storage.models import Space
from push import mailboxes
from push.models import Subscription
from push.subscriptions import remove

_TOMBSTONE = "what is left is an id and three times, so that nothing that names it names anybody else later"
_HEARD = "every process has to hear of it; it is gone within minutes"
_LOGOUT = "the application has yet to hear that its session ended; gone once it did, or gave up"
_OTHER_SIDE = "the record of the other side of a mandate, which has ended; of this account it holds an id alone"


def identity_data(mandates: Mandates) -> Sequence[AccountData]:
    """The rooms of auth, but for lifecycle's own."""
    return (_account(), _credentials(), _proofing(), _security(), _external(), MandateData(mandates), ProviderData())


def city_data(ledger: Ledger, idempotency: IdempotencyKeys) -> Sequence[AccountData]:
    """The other features."""
    return (
        _miniapps(),
        StorageData(),
        RatingsData(),
        _intents(),
        _reports(),
        PushData(),
        LedgerData(ledger),
        KeyedAnswers(idempotency),
    )


def _account() -> AccountData:
    return TableData(
        "account",
        {"zh-CN": "账号、设备和授权同意", "en": "The account, its devices and consents"},
        Table(
            name="auth_account",
            owner="id",
            shown=("phone", "name", "id_number", "loa", "locale", "elder", "created_at", "hold_until"),
            times=("created_at", "hold_until"),
            kept=_TOMBSTONE,
        ),
        Table(
            name="auth_session",
            shown=("device", "place", "amr", "created_at", "authenticated_at", "last_seen_at", "revoked_at"),
            times=("created_at", "authenticated_at", "last_seen_at", "revoked_at"),
        ),
        Table(
            name="auth_consent",
            shown=("service_id", "service_name", "scopes", "version", "granted_at"),
            times=("granted_at",),
            jsons=("service_name", "scopes"),
            moves=True,
            once=("service_id",),
        ),
        Table(
            name="auth_consent_event",
            shown=("service_id", "service_name", "action", "scopes", "shown", "version", "at"),
            times=("at",),
            jsons=("service_name", "scopes", "shown"),
        ),
        Table(name="auth_subject", key="sub", shown=("sector", "sub")),
        Table(name="auth_mini_session"),
        Table(name="auth_change", kept=_HEARD),
    )


def _credentials() -> AccountData:
    return TableData(
        "credentials",
        {"zh-CN": "登录方式", "en": "What signs in"},
        Table(name="credentials_password", key="account_id", shown=("changed_at",), times=("changed_at",)),
        Table(name="credentials_handle", key="account_id"),
        Table(
            name="credentials_passkey",
            shown=("name", "created_at", "last_used_at"),
            times=("created_at", "last_used_at"),
        ),
        Table(name="credentials_challenge"),
        Table(name="credentials_totp", key="account_id", shown=("since",), times=("since",)),
        Table(name="credentials_recovery_code"),
        Table(name="credentials_ticket", key="digest"),
        Table(name="guard_device"),
    )


def _proofing() -> AccountData:
    return TableData(
        "proofing",
        {"zh-CN": "实名认证", "en": "Proofs of identity"},
        Table(
            name="proofing_evidence",
            shown=("kind", "level", "at", "expires_at", "ended_at"),
            times=("at", "expires_at", "ended_at"),
        ),
        Table(name="proofing_identity", key="number"),
        Table(name="proofing_face"),
        Table(name="proofing_counter_code", key="account_id"),
    )


def _security() -> AccountData:
    return TableData(
        "security",
        {"zh-CN": "安全记录", "en": "Events that were told"},
        Table(name="security_event", shown=("kind", "details", "at"), times=("at",), jsons=("details",)),
    )


def _external() -> AccountData:
    return TableData(
        "external",
        {"zh-CN": "绑定的外部账号", "en": "Identities of elsewhere"},
        Table(
            name="external_identity",
            shown=("provider", "issuer", "subject", "created_at", "last_used_at"),
            times=("created_at", "last_used_at"),
        ),
        Table(name="external_attempt", key="state"),
        Table(name="external_session", key="session_id"),
    )


def _miniapps() -> AccountData:
    return TableData(
        "services",
        {"zh-CN": "收藏和最近使用的服务", "en": "Favourite services, and those used last"},
        Table(name="miniapps_favourite", shown=("service_id",), moves=True, once=("service_id",)),
        Table(
            name="miniapps_recent",
            shown=("service_id", "opened_at"),
            times=("opened_at",),
            moves=True,
            once=("service_id",),
        ),
    )


class MandateData(TableData):
    """Mandates end with the account, and when it becomes another one; their other sides keep the record."""

    def __init__(self, mandates: Mandates) -> None:
        columns = ("kind", "state", "principal_kind", "services", "roles", "created_at", "expires_at", "ended_at")
        sides = [
            Table(
                name="mandate_mandate",
                owner=owner,
                shown=columns,
                times=("created_at", "expires_at", "ended_at"),
                jsons=("services", "roles"),
                kept=_OTHER_SIDE,
            )
            for owner in ("actor_id", "principal_id")
        ]
        shown = ("mandate_id", "action", "service_id", "at")
        acts = Table(name="mandate_act", shown=shown, times=("at",), kept=_OTHER_SIDE)
        super().__init__("mandates", {"zh-CN": "授权", "en": "Mandates"}, *sides, acts)
        self._mandates = mandates

    async def merged(self, absorbed: AccountId, into: AccountId) -> dict[str, list[Any]]:
        """Nothing moves: who acts for whom is agreed between persons anew."""
        await self._mandates.end_all(absorbed)
        return await super().merged(absorbed, into)

    async def erase(self, account: AccountId) -> None:
        await self._mandates.end_all(account)
        await rows(
            "UPDATE mandate_mandate SET phone = NULL WHERE actor_id = ? OR principal_id = ? OR offered_by = ? "
            "OR phone = (SELECT phone FROM auth_account WHERE id = ?)",
            account,
            account,
            account,
            account,
        )


class ProviderData(TableData):
    """What web services and apps of others were allowed; their refresh tokens end."""

    def __init__(self) -> None:
        super().__init__(
            "connections",
            {"zh-CN": "已连接的应用", "en": "Connected applications"},
            Table(
                name="provider_grant",
                shown=("client_id", "scopes", "since"),
                times=("since",),
                jsons=("scopes",),
            ),
            Table(
                name="provider_grant_event",
                shown=("client_id", "action", "scopes", "at"),
                times=("at",),
                jsons=("scopes",),
            ),
            Table(name="provider_authorization"),
            Table(name="provider_session"),
            Table(name="provider_code", key="digest"),
            Table(name="provider_family"),
            Table(name="provider_logout", kept=_LOGOUT),
        )

    async def merged(self, absorbed: AccountId, into: AccountId) -> dict[str, list[Any]]:
        """The absorbed account's applications are connected anew: nothing goes on in its name."""
        await _end_refresh(absorbed)
        return await super().merged(absorbed, into)

    async def erase(self, account: AccountId) -> None:
        await _end_refresh(account)
        await super().erase(account)


def _intents() -> AccountData:
    return TableData(
        "intents",
        {"zh-CN": "服务之间的请求", "en": "What services asked of each other"},
        Table(
            name="intents_intent",
            shown=("service_id", "name", "provider_id", "state", "created_at"),
            times=("created_at",),
        ),
    )


def _reports() -> AccountData:
    return TableData(
        "reports",
        {"zh-CN": "您反馈的问题", "en": "What you reported"},
        Table(
            name="reports_report",
            shown=("service_id", "version", "reason", "text", "created_at"),
            times=("created_at",),
            moves=True,
            once=("service_id", "day", "digest"),
        ),
    )


class StorageData(TableData):
    """What mini-services keep: of whom it is about, on mandates as well, which end with the account."""

    def __init__(self) -> None:
        super().__init__(
            "storage",
            {"zh-CN": "服务为您保存的数据", "en": "What services keep for you"},
            Table(name="storage_space", moves=True, once=("service_id", "mandate_id")),
        )

    async def export(self, account: AccountId) -> AsyncIterator[Record]:
        async for space in Space.filter(account_id=account).order_by("id"):
            async for entry in StoredEntry.filter(space_id=space.id).order_by("key"):
                members = {"service_id": space.service_id, "key": entry.key, "value": from_json(entry.value)}
                yield Record("storage/entries", {**members, "updated_at": entry.updated_at.isoformat()})

    async def erase(self, account: AccountId) -> None:
        await storage.forget(account)


class RatingsData(TableData):
    """What a resident said of services; it goes out of their averages with the account."""

    def __init__(self) -> None:
        super().__init__(
            "ratings",
            {"zh-CN": "您的评价", "en": "Your ratings"},
            Table(
                name="ratings_rating",
                shown=("service_id", "event", "title", "grade", "text", "tags", "created_at"),
                times=("created_at",),
                jsons=("tags",),
                moves=True,
                once=("service_id", "event"),
            ),
        )

    async def erase(self, account: AccountId) -> None:
        await ratings.forget(account)
        await super().erase(account)


class PushData(TableData):
    """The inbox, and the browsers that take Web Push."""

    def __init__(self) -> None:
        super().__init__(
            "inbox",
            {"zh-CN": "消息", "en": "Notices"},
            Table(
                name="push_notice",
                shown=(
                    "department_id",
                    "service_id",
                    "title",
                    "body",
                    "path",
                    "thread",
                    "state",
                    "created_at",
                    "read_at",
                ),
                times=("created_at", "read_at"),
                jsons=("title", "body", "state"),
                moves=True,
            ),
            Table(
                name="push_subscription",
                shown=("created_at", "last_success_at"),
                times=("created_at", "last_success_at"),
            ),
            Table(name="push_mailbox", key="account_id"),
        )

    async def merged(self, absorbed: AccountId, into: AccountId) -> dict[str, list[Any]]:
        """Notices go over; a browser whose session ends subscribes anew when its owner signs in to `into` there."""
        await _unsubscribe(absorbed)
        moved = await super().merged(absorbed, into)
        await mailboxes.touch(into)
        return moved

    async def erase(self, account: AccountId) -> None:
        await _unsubscribe(account)
        query = "DELETE FROM push_delivery WHERE notice_id IN (SELECT id FROM push_notice WHERE account_id = ?)"
        await rows(query, account)
        query = "DELETE FROM push_idempotency WHERE notice_id IN (SELECT id FROM push_notice WHERE account_id = ?)"
        await rows(query, account)
        await super().erase(account)


class LedgerData:
    """Entries stay as they are, and every proof holds; the key that links them to the account is destroyed."""

    area = "ledger"
    title: ClassVar[Localized] = {"zh-CN": "用数记录", "en": "Who read or wrote your data"}
    tables: ClassVar[Mapping[str, str]] = {
        "ledger_entry": "the bytes that proofs cover name nobody; the columns that do are emptied",
        "ledger_key": ERASED,
        "ledger_access": ERASED,
        "ledger_actor": ERASED,
    }

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def merged(self, absorbed: AccountId, into: AccountId) -> None:
        """Nothing moves: an entry's commitment names the account of then. The survivor reads them all the same."""

    async def parted(self, absorbed: AccountId, into: AccountId, moved: object) -> None:
        """Nothing moved."""

    async def export(self, account: AccountId) -> AsyncIterator[Record]:
        """Each with its proof, where a checkpoint covers it."""
        async for entry in residents.every(account):
            members = {"id": entry.id, "content": entry.content.decode(), "proof": await self._proof(account, entry)}
            yield Record("ledger/accesses", members)

    async def erase(self, account: AccountId) -> None:
        await self._ledger.forget(account)

    async def _proof(self, account: AccountId, entry: Entry) -> dict[str, Any] | None:
        try:
            return (await self._ledger.prove(account, entry)).model_dump(mode="json", by_alias=True)
        except EntryNotCovered:
            return None


class KeyedAnswers:
    """What repeated calls are answered with: sealed, gone within a day, and told to nobody."""

    area = "calls"
    title: ClassVar[Localized] = {"zh-CN": "重复请求", "en": "Repeated calls"}
    tables: ClassVar[Mapping[str, str]] = {"proxy_key": ERASED}

    def __init__(self, keys: IdempotencyKeys) -> None:
        self._keys = keys

    async def merged(self, absorbed: AccountId, into: AccountId) -> None:
        """They stay: a call of before is repeated by nobody."""

    async def parted(self, absorbed: AccountId, into: AccountId, moved: object) -> None:
        """Nothing moved."""

    async def export(self, account: AccountId) -> AsyncIterator[Record]:  # noqa: ARG002 - the port's shape
        """Answers are sealed under keys that only the mini-services have."""
        nothing: tuple[Record, ...] = ()
        for record in nothing:
            yield record

    async def erase(self, account: AccountId) -> None:
        await self._keys.remove_account(account)


async def _end_refresh(account: AccountId) -> None:
    families = "SELECT id FROM provider_family WHERE account_id = ?"
    await rows(f"DELETE FROM provider_refresh WHERE family_id IN ({families})", account)  # noqa: S608 - ours


async def _unsubscribe(account: AccountId) -> None:
    found = await Subscription.filter(account_id=account).values_list("id", flat=True)
    await remove([str(each) for each in found])
