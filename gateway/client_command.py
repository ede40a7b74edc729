"""`onecity clients …`: the register of OpenID clients; a secret is printed once, when it is made."""

import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from auth.jwk import KeyUnusable
from auth.provider.clients import SECRET
from auth.provider.errors import ClientRefused
from auth.provider.models import Client
from auth.provider.registration import Environment, Registration
from core.database import transaction
from core.ids import LABEL_PATTERN, DepartmentId
from core.problems import Problem
from gateway.composition import City

Run = Callable[[Callable[[City], Awaitable[Any]]], Any]
"""Runs work with every service at hand."""

ClientArgument = Annotated[str, typer.Argument(help="The client's id.")]


def client_commands(run: Run) -> typer.Typer:
    """The sub-commands."""
    app = typer.Typer(help="Web services and apps that sign residents in.", no_args_is_help=True)
    commands = _Commands(run)
    app.command("add")(commands.add)
    app.command("list")(commands.show_all)
    app.command("show")(commands.show)
    app.command("rotate-secret")(commands.rotate_secret)
    app.command("add-key")(commands.add_key)
    app.command("remove-key")(commands.remove_key)
    app.command("disable")(commands.disable)
    app.command("initial-token")(commands.issue_initial_token)
    return app


class _Commands:
    def __init__(self, run: Run) -> None:
        self._run = run

    def add(
        self,
        client: Annotated[str, typer.Argument(help="Its id: a label like city-library.")],
        file: Annotated[Path, typer.Argument(help="What it is, as JSON: see docs/connecting.md.")],
        department: Annotated[str, typer.Option(help="The department that it belongs to.")],
        key: Annotated[list[Path] | None, typer.Option(help="A public key, PEM; for private_key_jwt.")] = None,
    ) -> None:
        """Register a client; prints its secret, once, where it has one."""
        keys = [each.read_text(encoding="utf-8") for each in key or ()]
        registration = _registration(file)
        if not _is_label(client):
            _fail(f"{client}: give a label of small letters, digits and hyphens.")

        async def work(city: City) -> str | None:
            clients = city.identity.clients
            async with transaction():
                added = await clients.add(client, DepartmentId(department), registration, keys)
                return await clients.add_secret(client) if added.auth_method == SECRET else None

        secret = self._done(work)
        typer.echo(f"Registered {client}.")
        if secret:
            typer.echo(f"Secret: {secret}")

    def show_all(self) -> None:
        """Every client, a line each."""
        for client in self._done(lambda city: city.identity.clients.page(None, None, 10_000)):
            state = "disabled" if client.disabled_at else client.environment
            typer.echo(f"{client.id}  {client.department_id}  {state}  {client.auth_method}  {client.name['zh-CN']}")

    def show(self, client: ClientArgument) -> None:
        """One client with its keys; never a secret."""

        async def work(city: City) -> tuple[Client, list[str]]:
            found = await city.identity.clients.owned(client, None)
            return found, [key.kid for key in await city.identity.clients.keys(client)]

        found, kids = self._done(work)
        for name in ("department_id", "environment", "kind", "auth_method", "sector", "id_token_alg"):
            typer.echo(f"{name}: {getattr(found, name)}")
        for name, values in (
            ("redirect_uri", found.redirect_uris),
            ("post_logout_uri", found.post_logout_uris),
            ("asks", [ask["name"] for ask in found.asks]),
            ("scope", found.scopes),
            ("key", kids),
        ):
            for value in values:
                typer.echo(f"{name}: {value}")

    def rotate_secret(self, client: ClientArgument) -> None:
        """Print a new secret, once; the one before counts for some days more."""

        async def work(city: City) -> str:
            found = await city.identity.clients.owned(client, None)
            if found.auth_method != SECRET:
                raise ClientRefused(f"{client} does not authenticate with a secret.")
            return await city.identity.clients.add_secret(client)

        typer.echo(f"Secret: {self._done(work)}")

    def add_key(
        self, client: ClientArgument, key: Annotated[Path, typer.Argument(help="The public key, PEM.")]
    ) -> None:
        """One more public key, so that the client may change over to it."""
        text = key.read_text(encoding="utf-8")

        async def work(city: City) -> str:
            await city.identity.clients.owned(client, None)
            return (await city.identity.clients.add_key(client, text)).kid

        typer.echo(f"Added {self._done(work)}.")

    def remove_key(self, client: ClientArgument, kid: Annotated[str, typer.Argument(help="The key's kid.")]) -> None:
        """Take a public key away: nothing signed with it counts from now on."""
        self._done(lambda city: city.identity.clients.remove_key(client, kid))
        typer.echo("Removed.")

    def disable(self, client: ClientArgument) -> None:
        """Let a client in no more, nor any token it holds."""

        async def work(city: City) -> None:
            await city.identity.clients.owned(client, None)
            await city.identity.clients.disable(client)

        self._done(work)
        typer.echo("Disabled.")

    def issue_initial_token(
        self,
        department: Annotated[str, typer.Option(help="The department that the clients will belong to.")],
        sandbox: Annotated[bool, typer.Option(help="For the sandbox, not for production.")] = True,
        uses: Annotated[int, typer.Option(help="How many clients.", min=1, max=1000)] = 1,
        days: Annotated[int, typer.Option(help="For how long.", min=1, max=365)] = 7,
    ) -> None:
        """Print a token, once, with which clients register themselves where that is switched on (RFC 7591)."""
        environment: Environment = "sandbox" if sandbox else "production"
        token = self._done(
            lambda city: city.identity.rooms.provider.initial_tokens.issue(
                DepartmentId(department), environment, uses=uses, days=days
            )
        )
        typer.echo(f"Token: {token}")

    def _done(self, work: Callable[[City], Awaitable[Any]]) -> Any:
        try:
            return self._run(work)
        except (Problem, KeyUnusable) as error:
            _fail(str(error))


def _registration(file: Path) -> Registration:
    try:
        return Registration.model_validate_json(file.read_bytes())
    except OSError as error:
        _fail(f"{file} cannot be read: {error.strerror}")
    except ValidationError as error:
        _fail("\n".join("/".join(map(str, each["loc"])) + f": {each['msg']}" for each in error.errors()))


def _is_label(client: str) -> bool:
    return re.fullmatch(LABEL_PATTERN, client) is not None


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)
