"""What a client says of itself, and what of it is refused."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from auth.jwk import KeyUnusable, jwk_of
from auth.provider.clients import KEYS
from auth.provider.errors import ClientExists, ClientKeyUnknown, ClientRefused, ClientUnknown
from auth.provider.sectors import client_sector
from core.ids import DepartmentId
from tests.unit.auth.provider.wiring import registration
from tests.unit.auth.wiring import City

OWNER = DepartmentId("civil-affairs")
HTTP = "http://127.0.0.1/cb"
REFUSED: dict[str, dict[str, Any]] = {
    "http": {"redirect_uris": ["http://shop.example/cb"]},
    "http on loopback in production, for a web service": {"redirect_uris": [HTTP]},
    "a fragment": {"redirect_uris": ["https://shop.example/cb#x"]},
    "an empty fragment": {"redirect_uris": ["https://shop.example/cb#"]},
    "a user": {"redirect_uris": ["https://user@shop.example/cb"]},
    "a wildcard": {"redirect_uris": ["https://*.shop.example/cb"]},
    "no host": {"redirect_uris": ["https:///callback"]},
    "a scheme that runs code": {"redirect_uris": ["javascript:alert(1)"]},
    "a scheme of an app": {"redirect_uris": ["com.example.app:/cb"]},
    "a backslash": {"redirect_uris": ["https://shop.example\\@evil.example/"]},
    "a blank": {"redirect_uris": ["https://shop.example/a b"]},
    "a line break": {"redirect_uris": ["https://shop.example/c\nb"]},
    "a port that is none": {"redirect_uris": ["https://shop.example:99999/cb"]},
    "another script": {"redirect_uris": ["https://shоp.example/cb"]},
    "too long": {"redirect_uris": [f"https://shop.example/{'x' * 500}"]},
    "a logout address on http": {"backchannel_logout_uri": "http://shop.example/out"},
    "a post-logout address with a wildcard": {"post_logout_uris": ["https://shop.example/*"]},
    "several hosts without a sector": {"redirect_uris": ["https://a.example/cb", "https://b.example/cb"]},
    "redirect URIs and nothing to ask for": {"asks": []},
    "something to ask for and nowhere to go": {"redirect_uris": []},
    "no openid": {"asks": [{"name": "phone", "reason": {"zh-CN": "x"}}]},
    "a scope that is none": {"asks": [{"name": "everything", "reason": {"zh-CN": "x"}}]},
    "a scope twice": {"asks": [{"name": "openid", "reason": {"zh-CN": "x"}}] * 2},
    "a scope without a reason": {"asks": [{"name": "openid"}]},
    "a reason without Chinese": {"asks": [{"name": "openid", "reason": {"en": "x"}}]},
    "an unknown method": {"auth_method": "client_secret_post"},
    "a public client with scopes of its own": {"scopes": ["dept:notices:send"]},
    "a name with NUL": {"name": {"zh-CN": "a\0b"}},
    "none as algorithm": {"id_token_alg": "none"},
    "an unknown member": {"grant_types": ["implicit"]},
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_client_is_refused(case: str) -> None:
    with pytest.raises(ValidationError):
        registration(**REFUSED[case])


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": [HTTP], "kind": "native"},
        {"redirect_uris": [HTTP, "http://[::1]:8080/cb", "http://localhost/cb"], "environment": "sandbox"},
        {"redirect_uris": ["https://a.example/cb", "https://b.example/cb"], "sector": "example"},
        {"redirect_uris": ["https://shop.example/cb?tenant=1"]},
        {"asks": [], "redirect_uris": [], "auth_method": "private_key_jwt", "scopes": ["dept:notices:send"]},
    ],
    ids=str,
)
def test_a_client_is_taken(changes: dict[str, Any]) -> None:
    assert registration(**changes).columns("shop")["sector"]


async def test_subjects_are_shared_in_one_department_environment_and_sector_alone(city: City) -> None:
    made = {
        "same": await city.clients.add("one", OWNER, registration()),
        "also": await city.clients.add("two", OWNER, registration()),
        "sandbox": await city.clients.add("three", OWNER, registration(environment="sandbox")),
        "other": await city.clients.add("four", DepartmentId("health"), registration()),
        "long": await city.clients.add("five", OWNER, registration(sector="x" * 255)),
    }
    sectors = {name: client_sector(client) for name, client in made.items()}
    assert sectors["same"] == sectors["also"]
    assert len(set(sectors.values())) == 4
    assert all(len(sector) <= 60 for sector in sectors.values())


async def test_a_name_is_taken_once(city: City) -> None:
    await city.clients.add("shop", OWNER, registration())
    with pytest.raises(ClientExists):
        await city.clients.add("shop", DepartmentId("health"), registration())


async def test_keys_come_with_the_method_that_uses_them(city: City) -> None:
    jwk = jwk_of(generate_private_key(SECP256R1()).public_key())
    with pytest.raises(ClientRefused):
        await city.clients.add("shop", OWNER, registration(), [jwk])
    with pytest.raises(ClientRefused):
        await city.clients.add("shop", OWNER, registration(auth_method="private_key_jwt"))


async def test_keys_change_without_a_gap(city: City) -> None:
    keys = [generate_private_key(SECP256R1()).public_key() for _ in range(KEYS + 1)]
    bank = registration(auth_method="private_key_jwt")
    await city.clients.add("bank", OWNER, bank, [{**jwk_of(keys[0]), "kid": "first"}])
    for key in keys[1:-1]:
        await city.clients.add_key("bank", key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())
    with pytest.raises(ClientRefused):
        await city.clients.add_key("bank", jwk_of(keys[-1]))
    await city.clients.remove_key("bank", "first")
    with pytest.raises(ClientKeyUnknown):
        await city.clients.remove_key("bank", "first")
    assert len(await city.clients.keys("bank")) == KEYS - 1


BAD_KEYS: dict[str, Any] = {
    "no PEM": "nonsense",
    "a private part": {**jwk_of(generate_private_key(SECP256R1()).public_key()), "d": "x"},
    "a key to encrypt with": {**jwk_of(generate_private_key(SECP256R1()).public_key()), "use": "enc"},
    "a short RSA key": jwk_of(generate_rsa(65537, 1024).public_key()),  # noqa: S505 - refused
    "an exponent of three": jwk_of(generate_rsa(3, 2048).public_key()),
    "an endless modulus": {"kty": "RSA", "n": "x" * 3000, "e": "AQAB"},
    "a modulus that is even": {"kty": "RSA", "n": "_" * 341 + "w", "e": "AA"},
    "RSA for another algorithm": {**jwk_of(generate_rsa(65537, 2048).public_key()), "alg": "PS256"},
    "an unknown kind": {"kty": "oct", "k": "x"},
}


@pytest.mark.parametrize("case", BAD_KEYS)
async def test_a_key_is_refused(city: City, case: str) -> None:
    with pytest.raises(KeyUnusable):
        await city.clients.add("bank", OWNER, registration(auth_method="private_key_jwt"), [BAD_KEYS[case]])


async def test_clients_are_administered_by_their_own_department(city: City) -> None:
    await city.clients.add("shop", OWNER, registration())
    assert (await city.clients.owned("shop", OWNER)).id == (await city.clients.owned("shop", None)).id
    with pytest.raises(ClientUnknown):
        await city.clients.owned("shop", DepartmentId("health"))
    await city.clients.disable("shop")
    with pytest.raises(ClientUnknown):
        await city.clients.owned("shop", OWNER)
    assert [client.id for client in await city.clients.page(OWNER, None, 10)] == ["shop"]
    assert await city.clients.page(OWNER, "shop", 10) == []
