"""Addresses as subjects of limits."""

import pytest

from auth.guard.networks import network_of, wide_network_of


@pytest.mark.parametrize(
    ("address", "narrow", "wide"),
    [
        ("192.0.2.1", "192.0.2.1", None),
        ("::ffff:192.0.2.1", "192.0.2.1", None),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "", None),
        ("a socket", "a socket", None),
    ],
)
def test_a_household_and_a_site(address: str, narrow: str, wide: str | None) -> None:
    assert network_of(address) == narrow
    assert wide_network_of(address) == wide
