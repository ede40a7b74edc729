"""`python -m mock_services.<department>`: serve, or print the OpenAPI document."""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import uvicorn
from pydantic import ValidationError
from starlette.types import ASGIApp

from mock_services.shared.settings import DepartmentSettings, complaint, listing

SettingsT = TypeVar("SettingsT", bound=DepartmentSettings)
Server = Callable[[uvicorn.Config], None]

WRONG_USE = 2


@dataclass(frozen=True)
class Department(Generic[SettingsT]):
    """What the command line runs."""

    module: str
    title: str
    settings: type[SettingsT]
    create_app: Callable[[SettingsT], ASGIApp]
    document: Callable[[], dict[str, Any]]


def run(department: Department[Any], arguments: Sequence[str] | None = None, *, serve: Server | None = None) -> int:
    """Do what the command line asks; the exit status."""
    chosen = _parser(department).parse_args(arguments)
    if chosen.command == "openapi":
        print(json.dumps(department.document(), ensure_ascii=False, indent=2))  # noqa: T201 - that is the command
        return 0
    try:
        settings = department.settings()
    except ValidationError as error:
        print(complaint(error), file=sys.stderr)  # noqa: T201 - nobody logs yet
        return WRONG_USE
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    (serve or _serve)(_configuration(department.create_app(settings), settings))
    return 0


def _parser(department: Department[Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {department.module}",
        description=department.title,
        epilog=f"settings, from the environment:\n{listing(department.settings)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "command", nargs="?", choices=["serve", "openapi"], default="serve", help="what to do [serve]; openapi prints"
    )
    return parser


def _configuration(app: ASGIApp, settings: DepartmentSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        lifespan="on",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=None,
        timeout_graceful_shutdown=5,
    )


def _serve(configuration: uvicorn.Config) -> None:
    uvicorn.Server(configuration).run()
