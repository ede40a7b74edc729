"""What the scopes of residents give away, in the words of OpenID Connect Core (sections 5.1 and 5.4) and of people."""

from collections.abc import Collection, Iterable
from typing import Any

from auth.models import Account
from core.bodies import Localized

OPENID = "openid"
CLAIMS_OF: dict[str, tuple[str, ...]] = {
    OPENID: ("sub",),
    "profile": ("name", "locale"),
    "phone": ("phone_number", "phone_number_verified"),
    "profile:name:read": ("name",),
    "profile:phone:read": ("phone_number", "phone_number_verified"),
    "offline_access": (),
}
"""The claims of each scope that a client may ask residents for."""
PROFILE = tuple(dict.fromkeys(name for names in CLAIMS_OF.values() for name in names))

_TITLES: dict[str, Localized] = {
    OPENID: {"zh-CN": "确认是您本人", "en": "Recognise you"},
    "profile": {"zh-CN": "姓名与语言", "en": "Your name and language"},
    "phone": {"zh-CN": "手机号码", "en": "Your mobile number"},
    "profile:name:read": {"zh-CN": "姓名", "en": "Your name"},
    "profile:phone:read": {"zh-CN": "手机号码", "en": "Your mobile number"},
    "offline_access": {"zh-CN": "在您离开后继续使用", "en": "Go on while you are away"},
    "sub": {"zh-CN": "仅供该服务使用的编号", "en": "An identifier that only this service knows"},
    "name": {"zh-CN": "姓名", "en": "Name"},
    "locale": {"zh-CN": "语言", "en": "Language"},
    "phone_number": {"zh-CN": "手机号码", "en": "Mobile number"},
    "phone_number_verified": {"zh-CN": "号码是否已验证", "en": "Whether the number was verified"},
}


def title_of(name: str) -> Localized:
    """What people read for a scope or a claim."""
    return _TITLES[name]


def claims_of(account: Account, scopes: Iterable[str], only: Collection[str] | None = None) -> dict[str, Any]:
    """The account's claims that these scopes cover, those with a value; `only` those named, where some are."""
    values = {
        "name": account.name,
        "locale": account.locale,
        "phone_number": f"+86{account.phone}" if account.phone else None,
        "phone_number_verified": True if account.phone else None,
    }
    covered = {name for scope in scopes for name in CLAIMS_OF.get(scope, ())}
    wanted = covered if only is None else covered & set(only)
    return {name: value for name, value in values.items() if name in wanted and value is not None}
