"""The edge: hosts, problems, headers, the shell's files, probes."""

import pytest

from core.database import transaction
from tests.harness.gateway import Gateway


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", "/assets/nothing.js", 404, "not-found"),
        ("PATCH", "/api/v1/services", 405, "method-not-allowed"),
        ("POST", "/livez", 405, "method-not-allowed"),
        ("GET", "/api/v1/account", 401, "unauthenticated"),
        ("POST", "/dept/v1/notices", 401, "token-missing"),
        ("GET", "/problems/no-such-thing", 404, "no-such-problem"),
        ("GET", "/api/v1/services?limit=0", 422, "unprocessable"),
        ("GET", "/api/v1/services/none", 404, "service-unknown"),
    ],
)
async def test_every_error_is_a_problem(gateway: Gateway, method: str, path: str, status: int, slug: str) -> None:
    response = await gateway.client().request(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    content = response.json()
    assert content["type"] == f"http://localhost:8000/problems/{slug}"
    assert content["request_id"] == response.headers["x-request-id"]
    page = await gateway.client().get(content["type"])
    assert page.status_code == 200


async def test_401_says_how_to_come_in_and_405_what_is_taken(gateway: Gateway) -> None:
    assert (await gateway.client().get("/api/v1/account")).headers["www-authenticate"] == "Cookie"
    assert "Bearer" in (await gateway.client().post("/dept/v1/notices")).headers["www-authenticate"]
    allowed = (await gateway.client().post("/api/v1/favourites/hello")).headers["allow"]
    assert {each.strip() for each in allowed.split(",")} == {"PUT", "DELETE"}


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1:8000", "a.b.localhost:8000"])
async def test_a_foreign_host_is_misdirected(gateway: Gateway, host: str) -> None:
    response = await gateway.client(host=host).get("/api/v1/services")
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (421, "misdirected-request")


async def test_the_app_cannot_be_framed_and_runs_only_its_own_code(gateway: Gateway) -> None:
    headers = (await gateway.client().get("/livez")).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "script-src 'self';" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


async def test_every_path_of_the_app_is_its_first_page(gateway: Gateway) -> None:
    for path in ("/", "/inbox", "/s/appointments", "/me/data"):
        response = await gateway.client().get(path)
        assert response.status_code == 200
        assert '<div id="app"' in response.text
        assert response.headers["cache-control"] == "no-cache"


async def test_a_hashed_asset_is_kept_for_a_year(gateway: Gateway) -> None:
    page = (await gateway.client().get("/")).text
    asset = page.partition('src="')[2].partition('"')[0]
    response = await gateway.client().get(asset)
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]


async def test_a_mini_host_serves_the_release_under_its_policy(gateway: Gateway) -> None:
    await gateway.register_department()
    await gateway.publish()
    response = await gateway.mini().get("/")
    assert response.status_code == 200
    assert "frame-ancestors http://localhost:8000" in response.headers["content-security-policy"]
    assert "set-cookie" not in response.headers
    assert (await gateway.mini().get("/sdk/v1/onecity.js")).status_code == 200
    assert (await gateway.mini().get("/api/v1/account")).status_code == 404
    assert (await gateway.mini().post("/")).status_code == 405
    assert (await gateway.mini().get("/nothing.js")).json()["type"].endswith("/file-unknown")


async def test_it_is_alive_and_ready(gateway: Gateway) -> None:
    assert (await gateway.client().get("/livez")).json() == {"status": "alive"}
    assert (await gateway.client().get("/readyz")).json() == {"status": "ready"}


async def test_it_is_not_ready_without_its_tables(gateway: Gateway) -> None:
    async with transaction() as connection:
        await connection.execute_script("DROP TABLE ledger_entry")
    response = await gateway.client().get("/readyz")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert "onecity migrate" in response.json()["detail"]


async def test_the_development_outbox_shows_the_codes(gateway: Gateway) -> None:
    client = gateway.client()
    assert "还没有短信" in (await client.get("/dev/outbox")).text
    await client.post("/api/v1/sign-in/codes", json={"phone": "13800000001"})
    code = (await client.get("/dev/outbox.json")).json()["items"][0]["code"]
    assert code in (await client.get("/dev/outbox")).text


async def test_what_fails_on_our_side_is_logged_and_says_nothing_of_it(gateway: Gateway) -> None:
    async with transaction() as connection:
        await connection.execute_script("DROP TABLE miniapps_favourite")
    resident = await gateway.resident()
    response = await resident.get("/api/v1/favourites")
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (500, "internal-error")
    assert "favourite" not in response.text
