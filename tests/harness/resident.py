"""A resident over HTTP: signs in through the real API, gives consent, and calls departments as a mini-service would."""

import itertools
from http.cookies import SimpleCookie
from typing import Any, Self

import httpx2

from tests.harness.city import City

_FRESH = itertools.count(13900000001)


def fresh_number() -> str:
    """A phone number that no other resident of this run has."""
    return str(next(_FRESH))


class Resident:
    """Keeps the cookies by hand: they are for secure contexts, and an HTTP client takes localhost for none."""

    def __init__(self, city: City, phone: str | None = None, session: str | None = None) -> None:
        """`session` is the cookie of somebody who is signed in already."""
        self.city = city
        self.phone = phone or fresh_number()
        self.cookies = {"__Host-onecity_session": session} if session else {}
        self._http = httpx2.Client(
            base_url=f"http://127.0.0.1:{city.port}",
            timeout=40,
            trust_env=False,
            limits=httpx2.Limits(max_connections=40),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def api(self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> httpx2.Response:
        """Call the app host as the app's own page does."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        own = {
            "Host": f"localhost:{self.city.port}",
            "Origin": self.city.origin,
            **({"Cookie": cookie} if cookie else {}),
        }
        response = self._http.request(method, path, headers={**own, **(headers or {})}, **options)
        for line in response.headers.get_list("set-cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return response

    def asks_for_a_code(self) -> str:
        _fine(self.api("POST", "/api/v1/sign-in/codes", json={"phone": self.phone}))
        return self.city.code(self.phone)

    def tries(self, code: str) -> httpx2.Response:
        return self.api("POST", "/api/v1/sign-in/sessions", json={"phone": self.phone, "code": code})

    def signs_in(self) -> "Resident":
        _fine(self.tries(self.asks_for_a_code()))
        return self

    def signs_out(self) -> None:
        _fine(self.api("DELETE", "/api/v1/sessions/current"))

    def agrees(self, service: str, scopes: list[str] | None = None) -> None:
        """Consent to all that the service asks for, or to `scopes` alone."""
        detail = _fine(self.api("GET", f"/api/v1/services/{service}")).json()
        names = [scope["name"] for scope in detail["scopes"]] if scopes is None else scopes
        wanted = {"scopes": names, "version": detail["version"]}
        _fine(self.api("PUT", f"/api/v1/services/{service}/consent", json=wanted))

    def withdraws(self, service: str) -> None:
        _fine(self.api("DELETE", f"/api/v1/services/{service}/consent"))

    def grant(self, service: str) -> dict[str, Any]:
        """The answer with a token: what the shell gets and hands on over the bridge."""
        answered: dict[str, Any] = _fine(self.api("POST", f"/api/v1/services/{service}/tokens")).json()
        return answered

    def token(self, service: str) -> str:
        return str(self.grant(service)["token"])

    def calls(
        self, service: str, upstream: str, path: str, token: str | None, method: str = "GET", **options: Any
    ) -> httpx2.Response:
        """A call to a department at the service's own host; without a token when that is None."""
        headers = {"Host": f"{service}.localhost:{self.city.port}", **options.pop("headers", {})}
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return self._http.request(method, f"/svc/{upstream}{path}", headers={**headers, **bearer}, **options)

    def inbox(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = _fine(self.api("GET", "/api/v1/inbox")).json()["items"]
        return items


def _fine(response: httpx2.Response) -> httpx2.Response:
    assert response.is_success, f"{response.request.method} {response.request.url.path}: {response.text}"
    return response
