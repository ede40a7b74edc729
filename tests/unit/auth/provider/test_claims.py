"""What clients are told of a resident."""

import pytest

from auth.models import Account
from auth.provider.claims import claims_of


@pytest.mark.parametrize(
    ("phone", "told"),
    [("13800000001", {"phone_number": "+8613800000001", "phone_number_verified": True}), (None, {})],
)
def test_of_an_account_without_a_number_no_number_is_told(phone: str | None, told: dict[str, object]) -> None:
    assert claims_of(Account(id="a", phone=phone, loa=1, locale="zh-CN", elder=False), ["openid", "phone"]) == told
