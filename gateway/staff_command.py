"""`onecity staff …`: the first members, and the audit's chain."""

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from core.access import StaffRole
from core.ids import DepartmentId
from core.problems import Problem
from gateway.composition import City

Run = Callable[[Callable[[City], Awaitable[Any]]], Any]
"""Runs work with every service at hand."""


def staff_commands(run: Run) -> typer.Typer:
    """The sub-commands; the machine's own operator is trusted, and on record."""
    app = typer.Typer(help="Civil servants and department developers.", no_args_is_help=True)
    commands = _Commands(run)
    app.command("invite")(commands.invite)
    app.command("invite-again")(commands.invite_again)
    app.command("bind")(commands.bind)
    app.command("list")(commands.show_members)
    app.command("disable")(commands.disable)
    app.command("verify")(commands.verify)
    return app


class _Commands:
    def __init__(self, run: Run) -> None:
        self._run = run

    def invite(
        self,
        login: Annotated[str, typer.Argument(help="What the member is called at sign-in, like an e-mail address.")],
        name: Annotated[str, typer.Option(help="The member's name.")],
        role: Annotated[list[StaffRole], typer.Option(help="A role; may be given several times.")],
        department: Annotated[str | None, typer.Option(help="The department's id; none: the platform team.")] = None,
    ) -> None:
        """Enter a member and print the invitation by which they enrol a passkey, once."""
        owner = DepartmentId(department) if department else None

        async def work(city: City) -> str:
            members = city.identity.rooms.staff.members
            _, secret = await members.invite(None, name=name, login=login, department=owner, roles=role)
            return secret

        typer.echo(f"Invitation: {self._done(work)}")

    def invite_again(self, member: Annotated[str, typer.Argument(help="The member's id.")]) -> None:
        """Print another invitation for a member who lost their passkey."""
        secret = self._done(lambda city: city.identity.rooms.staff.members.invite_again(None, member))
        typer.echo(f"Invitation: {secret}")

    def bind(
        self,
        member: Annotated[str, typer.Argument(help="The member's id.")],
        issuer: Annotated[str, typer.Option(help="The provider's issuer.")],
        subject: Annotated[str, typer.Option(help="`sub` of the member at that provider.")],
    ) -> None:
        """Let a provider's user in as that member."""
        self._done(lambda city: city.identity.rooms.staff.sign_in.bind(None, member, issuer, subject))
        typer.echo("Bound.")

    def show_members(self) -> None:
        """Every member, a line each."""
        for member in self._done(lambda city: city.identity.rooms.staff.members.page(None, None, 10_000)):
            roles = ",".join(member.roles) or "-"
            typer.echo(f"{member.id}  {member.department_id or 'platform'}  {member.login}  {roles}")

    def disable(self, member: Annotated[str, typer.Argument(help="The member's id.")]) -> None:
        """Let a member in no more, at once."""
        self._done(lambda city: city.identity.rooms.staff.members.disable(None, member))
        typer.echo("Disabled.")

    def verify(self) -> None:
        """Check that no act on record was changed or taken out; status 1 otherwise."""
        broken = self._done(lambda city: city.identity.rooms.staff.acts.broken())
        if broken is not None:
            typer.echo(f"The chain does not hold from act {broken} on.", err=True)
            sys.exit(1)
        typer.echo("The chain of acts holds.")

    def _done(self, work: Callable[[City], Awaitable[Any]]) -> Any:
        try:
            return self._run(work)
        except Problem as problem:
            typer.echo(f"{problem.title}. {problem.detail}", err=True)
            sys.exit(1)
