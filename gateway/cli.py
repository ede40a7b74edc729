"""The `onecity` command."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from socket import socket
from typing import Annotated, Any, NoReturn, TypeVar, cast

import typer
import uvicorn
from pydantic import ValidationError
from tortoise.exceptions import DBConnectionError, OperationalError

from auth.secrecy import SealBroken
from auth.shangmi.errors import SigningUnavailable
from core.clock import SystemClock
from core.database import database
from core.database import migrate as migrate_database
from core.outbound import Outbound, OutboundError
from core.telemetry import configure_logs
from gateway import register
from gateway.app import City as Application
from gateway.app import create_app
from gateway.client_command import client_commands
from gateway.composition import City, compose
from gateway.ledger.command import ledger_commands
from gateway.manual import required_below, settings_page, unknown_variables
from gateway.publishing import Publisher, PublishingFailed
from gateway.settings import Settings
from gateway.sm2_command import sm2_commands
from gateway.staff_command import staff_commands
from gateway.tables import APPS
from miniapps.pack import pack as pack_folder

Result = TypeVar("Result")
GRACE_SECONDS = 10
COLLECT_AFTER = 20_000
"""Objects made, beyond those let go of, until the collector looks at the youngest."""

app = typer.Typer(
    help="OneCity: the back end of a city's super-app.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # settings hold secrets
)


@app.command()
def serve() -> None:
    """Start the gateway: the app host and every mini-service's host, on one port."""
    settings = _settings()
    # says what is wrong with the database before anything starts
    _with_city(lambda city: city.identity.keys.ensure(with_rsa=True))
    application = create_app(settings)
    _settle_memory()
    Server(config_of(settings, application), application).run()


def _settle_memory() -> None:
    """Have the collector look seldom, and never again at what lives as long as the process: calls leave no cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


def config_of(settings: Settings, application: Application) -> uvicorn.Config:
    """How a city runs uvicorn."""
    return uvicorn.Config(
        application,
        host=str(settings.host),
        port=settings.port,
        http=cast("Any", application.protocol),  # the lane takes calls, and gives all else to uvicorn's own
        ws="none",
        proxy_headers=bool(settings.proxies),  # nobody else's X-Forwarded-For is believed
        forwarded_allow_ips=[str(network) for network in settings.proxies],
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class Server(uvicorn.Server):
    """Ends the live streams before it waits for its connections: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._application.end_streams()
        await super().shutdown(sockets)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; safe to repeat."""
    settings = _settings()
    _make_folder(settings.database_url)
    _run_with_database(migrate_database(settings.database_url, APPS))


@app.command()
def apply(file: Annotated[Path, typer.Argument(help="The city's register: see docs/operating.md.")]) -> None:
    """Enter departments, their systems and clients; safe to repeat."""

    async def work(city: City) -> register.Register:
        return await register.apply(file, city)

    try:
        entered = _with_city(work)
    except register.RegisterUnusable as error:
        _fail(f"{file} was not applied.\n{error}")
    typer.echo(f"Applied: {len(entered.departments)} departments, {len(entered.upstreams)} upstreams.")


@app.command()
def rotate_keys() -> None:
    """Make the next signing key now; the old one stays published until its last token has ended."""

    async def work(city: City) -> None:
        await city.identity.keys.ensure(with_rsa=True)
        await city.identity.keys.rotate()

    _with_city(work)


@app.command()
def pack(
    folder: Annotated[Path, typer.Argument(help="The folder with manifest.json.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The zip to write.")],
) -> None:
    """Pack a mini-service; the same files give the same bytes."""
    try:
        output.write_bytes(pack_folder(folder))
    except OSError as error:
        _fail(str(error))


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="The folder with manifest.json.")],
    client: Annotated[str, typer.Option(help="The department's client id.")],
    key: Annotated[Path, typer.Option(help="The client's private key, PEM.")],
    url: Annotated[str, typer.Option(help="The city's origin.")] = "http://localhost:8000",
) -> None:
    """Check a mini-service, submit it, and make it live."""

    async def work() -> dict[str, Any]:
        async with Outbound() as http:
            return await Publisher(client, key, url, SystemClock()).publish(folder, http)

    try:
        release = asyncio.run(work())
    except (PublishingFailed, OSError, ValueError) as error:
        _fail(str(error))
    except OutboundError as error:
        _fail(f"{url} cannot be reached: {error}")
    for warning in release["warnings"]:
        typer.echo(f"warning: {warning['pointer']}: {warning['detail']}", err=True)
    typer.echo(f"{release['service']} {release['version']} is live.")


@app.command("settings")
def show_settings() -> None:
    """Every setting, its default and what it does."""
    typer.echo(settings_page(), nl=False)


def main() -> None:
    """The command's entry."""
    app()


def _settings() -> Settings:
    if unknown := unknown_variables(os.environ):
        _fail(f"No setting has this name (see `onecity settings`): {', '.join(unknown)}")
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"  {name}: {each['msg']}" for each in error.errors() for name in required_below(each["loc"])]
        _fail("The settings are not usable (see `onecity settings`):\n" + "\n".join(lines))


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)


def _make_folder(database_url: str) -> None:
    if database_url.startswith("sqlite://"):
        Path(database_url.removeprefix("sqlite://").partition("?")[0]).parent.mkdir(parents=True, exist_ok=True)


def _with_city(work: Callable[[City], Awaitable[Result]]) -> Result:
    """Run one piece of work with the database open and every service at hand."""
    settings = _settings()
    configure_logs(settings.log_format, settings.log_level)
    _make_folder(settings.database_url)

    async def run() -> Result:
        async with _city(settings) as city:
            return await work(city)

    return _run_with_database(run())


def _run_with_database(work: Coroutine[Any, Any, Result]) -> Result:
    try:
        return asyncio.run(work)
    except SealBroken as error:
        _fail(f"A signing key cannot be opened: {error}")
    except SigningUnavailable as error:
        _fail(str(error))
    except (OperationalError, DBConnectionError, OSError) as error:
        _fail(f"The database does not answer, or is not migrated (`onecity migrate`): {error}")


@asynccontextmanager
async def _city(settings: Settings) -> AsyncIterator[City]:
    async with database(settings.database_url, APPS), Outbound() as outbound:
        yield compose(settings, SystemClock(), outbound)


app.add_typer(client_commands(_with_city), name="clients")
app.add_typer(ledger_commands(_settings, _run_with_database), name="ledger")
app.add_typer(staff_commands(_with_city), name="staff")
app.add_typer(sm2_commands(), name="sm2")

if __name__ == "__main__":
    main()
