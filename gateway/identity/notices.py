"""What the platform itself tells residents: auth's words in push's inbox."""

from core.bodies import Localized
from core.ids import AccountId
from push.notices import Notices


class OwnNotices:
    """auth.security's OwnerInbox, out of push's notices."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def tell(self, account: AccountId, title: Localized, body: Localized, key: str) -> None:
        await self._notices.tell(account, title, body, thread="account-security", key=key)
