"""What must hold whoever adds what: routes, guards, problems, settings, the OpenAPI document."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import auth
import core
import gateway
import miniapps
import push
from core.access import public
from core.problems import Problem
from gateway.app import create_app
from gateway.manual import settings, settings_page
from gateway.openapi import document
from gateway.pages import problem_texts
from gateway.routes import app_routes, operations_of
from gateway.settings import Settings
from tests.harness.gateway import ORIGIN, settings_for

ROOT = Path(__file__).parents[2]
PUBLIC = {
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/openid-configuration",
    "GET /api/v1/categories",
    "GET /api/v1/departments",
    "GET /api/v1/ledger/checkpoints/latest",
    "GET /api/v1/ledger/consistency",
    "GET /api/v1/life-events",
    "GET /api/v1/services",
    "GET /api/v1/services/{service_id}",
    "GET /api/v1/sign-in/external",
    "GET /dev/outbox",
    "GET /dev/outbox.json",
    "GET /external/{provider_id}/callback",
    "GET /external/{provider_id}/start",
    "GET /livez",
    "GET /oauth/authorize",
    "GET /oauth/authorize/{authorization_id}",
    "GET /oauth/end_session",
    "GET /oauth/jwks",
    "GET /oauth/userinfo",
    "GET /openapi.json",
    "GET /problems/{slug}",
    "GET /readyz",
    "GET /schemas/manifest.json",
    "POST /api/v1/sign-in/codes",
    "POST /api/v1/sign-in/newcomer",
    "POST /api/v1/sign-in/owner",
    "POST /api/v1/sign-in/passkey",
    "POST /api/v1/sign-in/passkey/options",
    "POST /api/v1/sign-in/password",
    "POST /api/v1/sign-in/second-factor",
    "POST /api/v1/sign-in/sessions",
    "POST /external/{provider_id}/logout",
    "POST /oauth/authorize",
    "POST /oauth/end_session",
    "POST /oauth/introspect",
    "POST /oauth/par",
    "POST /oauth/register",
    "POST /oauth/revoke",
    "POST /oauth/token",
    "POST /oauth/userinfo",
    "POST /staff/v1/enrolment",
    "POST /staff/v1/enrolment/options",
    "POST /staff/v1/sign-in",
    "POST /staff/v1/sign-in/options",
}
"""Routes that ask nothing of their caller: a new one is added here by hand, after a second look."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_for("sqlite://:memory:", tmp_path_factory.mktemp("city"))


def modules() -> Iterator[ModuleType]:
    for package in (auth, core, gateway, miniapps, push):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name:
                yield importlib.import_module(found.name)


def problems() -> set[type[Problem]]:
    ours = {module.__name__ for module in modules()}

    def below(kind: type[Problem]) -> Iterator[type[Problem]]:
        for each in kind.__subclasses__():
            if each.__module__ in ours:
                yield each
            yield from below(each)

    return set(below(Problem))


def test_every_route_states_its_guard_and_only_known_ones_are_public(city: Settings) -> None:
    open_ones = {f"{each.method} {each.path}" for each in operations_of(city) if each.guard is public}
    assert open_ones == PUBLIC


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(city: Settings) -> None:
    operations = operations_of(city)
    names = [operation.name for operation in operations]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in names)
    assert all(operation.summary and operation.tag for operation in operations)


def test_the_document_describes_every_route_and_nothing_else(city: Settings) -> None:
    described = document(operations_of(city), ORIGIN, "1")
    said = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    routed = {
        (method, route.path.replace(":path}", "}"))
        for route in app_routes(city)
        for method in (route.methods or ()) - {"HEAD"}
    }
    assert said == routed


def test_without_the_outbox_its_routes_are_not_there(city: Settings) -> None:
    closed = city.model_copy(update={"development_outbox": False})
    assert not [route for route in app_routes(closed) if route.path.startswith("/dev/")]


def test_every_problem_has_its_text_and_every_text_its_problem() -> None:
    texts = problem_texts(ROOT / "docs" / "problems.md")
    assert set(texts) == {problem.slug for problem in problems()}
    assert all(len(text) > 20 for text in texts.values())


def test_one_slug_means_one_status_everywhere() -> None:
    statuses: dict[str, set[int]] = {}
    for problem in problems():
        statuses.setdefault(problem.slug, set()).add(problem.status)
    assert not {slug for slug, found in statuses.items() if len(found) > 1}


def test_every_setting_is_described_and_documented() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page(), (
        "write docs/settings.md anew: onecity settings > docs/settings.md"
    )
    assert all(setting.description.endswith(".") for setting in settings())


def test_an_unknown_setting_and_a_missing_secret_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="auth"):
        Settings()  # type: ignore[call-arg]  # that is the point
    monkeypatch.setenv("ONECITY_AUTH__SECRE", "x" * 40)
    with pytest.raises(ValueError, match="secre"):
        Settings()  # type: ignore[call-arg]  # the same


@pytest.mark.parametrize("origin", ["localhost:8000", "http://localhost:8000/", "ftp://a", "http://user@localhost"])
def test_an_origin_is_scheme_host_and_port(city: Settings, origin: str) -> None:
    values: dict[str, Any] = city.model_dump() | {"origin": origin}
    with pytest.raises(ValueError, match=r"origin|scheme"):
        Settings(**values)


def test_the_outbox_is_refused_on_a_real_host(city: Settings) -> None:
    values: dict[str, Any] = city.model_dump() | {"origin": "https://city.example"}
    with pytest.raises(ValueError, match="localhost only"):
        Settings(**values)


def test_the_outbox_is_refused_on_an_address_that_others_reach(city: Settings) -> None:
    values: dict[str, Any] = city.model_dump() | {"host": "0.0.0.0"}  # noqa: S104 - refused
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        Settings(**values)


def test_behind_tls_the_browser_is_told_to_stay_there(city: Settings) -> None:
    secure = city.model_copy(update={"origin": "https://city.example", "development_outbox": False})
    assert secure.secure
    assert create_app(secure)
