"""`onecity ledger …`: the key, a check of everything, an export, and forgetting."""

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from core.clock import SystemClock
from core.database import database
from core.ids import AccountId
from gateway.composition import compose_ledger
from gateway.ledger import export
from gateway.ledger.audit import Audit
from gateway.ledger.entries import forget
from gateway.ledger.notes import NoteKey, NoteUnusable, note_key
from gateway.ledger.proofs import ProofUnusable, check_entry_proof, read_entry_proof
from gateway.settings import Settings
from gateway.tables import APPS

Result = TypeVar("Result")
Run = Callable[[Coroutine[Any, Any, Any]], Any]
"""Runs work on the database, and says what is wrong with it."""

KeyOption = Annotated[str | None, typer.Option("--key", help="The ledger's public key (vkey), as you know it.")]
SecondKeyOption = Annotated[
    str | None, typer.Option("--sm2-key", help="The key of the second signature (vkey), to check that one too.")
]


def ledger_commands(settings: Callable[[], Settings], run: Run) -> typer.Typer:
    """The sub-commands; `settings` reads the city's, `run` runs work that needs its database."""
    app = typer.Typer(help="The record of every access to a resident's data.", no_args_is_help=True)
    commands = _Commands(settings, run)
    app.command("key")(commands.show_key)
    app.command("verify")(commands.verify)
    app.command("verify-entry")(verify_entry)
    app.command("export")(commands.write_export)
    app.command("forget")(commands.forget)
    return app


class _Commands:
    def __init__(self, settings: Callable[[], Settings], run: Run) -> None:
        self._settings = settings
        self._run = run

    def show_key(self) -> None:
        """Print the public keys that checkpoints are verified with; tell them to whoever is to check them.

        The second line is the key of the second signature, where one is made (ONECITY_LEDGER__SM2).
        """
        for key in self._in_database(_keys_of):
            typer.echo(key.vkey)

    def verify(
        self,
        file: Annotated[Path | None, typer.Option(help="Check an exported file instead; needs no database.")] = None,
        key: KeyOption = None,
        sm2_key: SecondKeyOption = None,
    ) -> None:
        """Check every entry, every checkpoint and their order; one line for each thing wrong, status 1 if any."""
        known, second = _known(key), _known(sm2_key, "--sm2-key")
        if file is None:
            _conclude(lambda tell: self._in_database(lambda settings: _audit(settings, (known, second), tell)))
        elif known is None:
            _fail("Give the ledger's public key with --key.")
        else:
            _conclude(lambda tell: _audit_file(file, (known, second), tell))

    def write_export(
        self, output: Annotated[Path, typer.Option("--output", "-o", help="The file to write, JSON Lines.")]
    ) -> None:
        """Write all entries that a checkpoint covers, and all checkpoints; no account is named."""
        typer.echo(f"{self._in_database(lambda _: _export(output))} lines.")

    def forget(self, account: Annotated[str, typer.Argument(help="The account's id.")]) -> None:
        """Destroy what links the entries of an account to it and to each other; proofs stay valid. For good."""
        typer.echo(f"{self._in_database(lambda _: forget(AccountId(account)))} entries.")

    def _in_database(self, work: Callable[[Settings], Coroutine[Any, Any, Result]]) -> Result:
        settings = self._settings()

        async def opened() -> Result:
            async with database(settings.database_url, APPS):
                return await work(settings)

        done: Result = self._run(opened())
        return done


def verify_entry(
    proof: Annotated[Path, typer.Argument(help="The proof, as a resident downloaded it.")],
    key: Annotated[str, typer.Option(help="The ledger's public key (vkey).")],
) -> None:
    """Check a resident's proof of one entry; needs nothing but the key. Prints the entry."""
    known = _known(key)
    assert known  # noqa: S101 - the option is required
    try:
        document = read_entry_proof(proof.read_bytes())
        check_entry_proof(document, known)
    except (OSError, ProofUnusable) as error:
        _fail(f"{proof}: {error}")
    typer.echo(document.content)
    whose = f"about account {document.who.account}" if document.who else "of nobody who is named"
    typer.echo(f"It is entry {document.index} of the ledger {known.name}, {whose}.")


async def _keys_of(settings: Settings) -> list[NoteKey]:
    checkpoints = compose_ledger(settings, SystemClock()).checkpoints
    second = await checkpoints.second_key()
    return [await checkpoints.key(), *([second] if second else [])]


async def _audit(settings: Settings, keys: tuple[NoteKey | None, NoteKey | None], tell: Callable[[str], None]) -> Audit:
    key, second = keys
    return await export.audit(key or (await _keys_of(settings))[0], tell, second)


def _audit_file(file: Path, keys: tuple[NoteKey, NoteKey | None], tell: Callable[[str], None]) -> Audit:
    try:
        with file.open(encoding="utf-8") as text:
            return export.audit_file(text, keys[0], tell, keys[1])
    except (OSError, ValueError, export.FileUnusable) as error:
        _fail(f"{file}: {error}")


async def _export(output: Path) -> int:
    count = 0
    with output.open("w", encoding="utf-8") as file:
        async for line in export.lines():
            file.write(line + "\n")
            count += 1
    return count


def _conclude(look: Callable[[Callable[[str], None]], Audit]) -> None:
    findings: list[str] = []

    def tell(finding: str) -> None:
        findings.append(finding)
        typer.echo(finding)

    audit = look(tell)
    if findings:
        _fail(f"{len(findings)} things are wrong in {audit.size} entries.")
    typer.echo(f"{audit.size} entries hold together; the newest checkpoint covers {audit.covered}.")


def _known(key: str | None, option: str = "--key") -> NoteKey | None:
    try:
        return note_key(key) if key else None
    except NoteUnusable as error:
        _fail(f"{option}: {error}")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)
