"""Identity tokens over HTTP, verified as a department's own server verifies them: with the published keys alone."""

from typing import Any

import httpx2
import jwt
import pytest

from auth.subjects import department_sector, service_sector
from core.ids import AccountId
from tests.api.test_mandates import ACTOR, OTHER, accepted, account, known, refused, token
from tests.harness.gateway import Gateway

PATH = "/api/v1/services/hello/identity-tokens"


@pytest.fixture
async def service(gateway: Gateway) -> Gateway:
    """The city with one mini-service."""
    await gateway.register_department()
    await gateway.publish()
    return gateway


async def read(gateway: Gateway, answered: httpx2.Response, audience: str = "dept-one") -> dict[str, Any]:
    """Its claims; the times are those of the test's own clock."""
    assert answered.status_code == 201, answered.text
    assert answered.headers["cache-control"] == "no-store"
    signed = answered.json()["token"]
    published = jwt.PyJWKSet.from_dict((await gateway.client().get("/oauth/jwks")).json())
    header = jwt.get_unverified_header(signed)
    assert (header["typ"], header["alg"]) == ("identity+jwt", "ES256")
    required = ["exp", "iat", "sub", "jti"]
    claims: dict[str, Any] = jwt.decode(
        signed,
        published[header["kid"]].key,
        algorithms=["ES256"],
        issuer=gateway.origin,
        audience=audience,
        options={"require": required, "strict_aud": True, "verify_exp": False, "verify_iat": False},
    )
    return claims


async def name_of(gateway: Gateway, phone: str, sector: str) -> str:
    return await gateway.city.identity.subjects.of(AccountId(await account(gateway, phone)), sector)


async def test_a_department_reads_who_it_is_and_nobody_else_can(service: Gateway) -> None:
    resident = await known(service, ACTOR)
    await service.agree(resident)
    claims = await read(service, await resident.post(PATH))
    now = int(service.clock.now().timestamp())
    in_department = department_sector("dept-one")  # type: ignore[arg-type]  # a plain string will do
    assert claims == {
        "iss": service.origin,
        "aud": "dept-one",
        "sub": await name_of(service, ACTOR, in_department),
        "act": {"sub": "urn:onecity:service:hello"},
        "acr": "urn:onecity:loa:2",
        "amr": ["sms"],
        "iat": now,
        "exp": now + 60,
        "jti": claims["jti"],
    }
    assert claims["sub"] != await name_of(service, ACTOR, service_sector("hello"))  # type: ignore[arg-type]  # the same
    again = await read(service, await resident.post(PATH, json={}))
    assert (again["sub"], again["jti"] != claims["jti"]) == (claims["sub"], True)
    with pytest.raises(jwt.InvalidAudienceError):
        await read(service, await resident.post(PATH), "dept-two")


async def test_it_is_no_token_for_the_gateway(service: Gateway) -> None:
    resident = await known(service, ACTOR)
    await service.agree(resident)
    identity = (await resident.post(PATH)).json()["token"]
    assert refused(await service.mini(identity).get("/svc/records/records")) == (401, "token-invalid")


async def test_it_is_refused_where_a_token_would_be(service: Gateway) -> None:
    resident = await known(service, ACTOR)
    assert refused(await resident.post(PATH)) == (403, "consent-needed")
    await service.agree(resident)
    assert (await resident.post(PATH)).status_code == 201
    assert refused(await resident.post("/api/v1/services/gone/identity-tokens")) == (404, "service-unknown")
    assert refused(await resident.post(PATH, json={"mandate": "0" * 26})) == (404, "mandate-unknown")
    assert refused(await service.client().post(PATH)) == (401, "unauthenticated")
    assert (await resident.delete("/api/v1/services/hello/consent")).status_code == 204
    assert refused(await resident.post(PATH)) == (403, "consent-needed")


async def test_it_names_whom_one_acts_for_and_on_what(service: Gateway) -> None:
    one, other = await known(service, ACTOR), await known(service, OTHER)
    mandate = await accepted(one, other)
    await token(one, mandate)
    claims = await read(service, await one.post(PATH, json={"mandate": mandate}))
    in_department = department_sector("dept-one")  # type: ignore[arg-type]  # a plain string will do
    assert claims["sub"] == await name_of(service, OTHER, in_department)
    actor = await name_of(service, ACTOR, in_department)
    assert claims["act"] == {"sub": "urn:onecity:service:hello", "act": {"sub": actor}}
    assert (claims["mandate"]["kind"], claims["mandate"]["roles"]) == ("family", [])
    assert claims["mandate"]["id"] != mandate
    await other.delete(f"/api/v1/mandates/{mandate}")
    assert refused(await one.post(PATH, json={"mandate": mandate})) == (404, "mandate-unknown")
