"""`onecity sm2 …`: keys and signed messages of departments, by national cryptography."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

import typer

from auth.errors import SignatureRefused
from auth.shangmi import sm2
from auth.shangmi.errors import KeyUnusable, SigningUnavailable
from auth.shangmi.keys import PrivateKey, PublicKey
from auth.shangmi.messages import KnownSigner, Message, SignedHeaders, sign, verify
from core.clock import SystemClock

Method = Annotated[str, typer.Argument(help="POST, PUT, …")]
Target = Annotated[str, typer.Argument(help="The address, percent-encoded: /dept/v1/notices, or all of the URL.")]
Client = Annotated[str, typer.Option(help="The client's id.")]
Body = Annotated[Path | None, typer.Option(help="The file with the body; none: no body.")]
_DAY = 86_400


def sm2_commands() -> typer.Typer:
    """The sub-commands; none needs the city's settings."""
    app = typer.Typer(help="Keys and signed messages by SM2 and SM3.", no_args_is_help=True)
    app.command("key")(make_key)
    app.command("public")(show_public)
    app.command("sign")(sign_message)
    app.command("verify")(verify_message)
    return app


def make_key(file: Annotated[Path, typer.Argument(help="The file to write, PEM; it must not be there yet.")]) -> None:
    """Make a key, readable by its owner alone, and print its public half for ONECITY_AUTH__SHANGMI__MESSAGE_KEYS."""
    try:
        key = sm2.new_key()
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(key.pem)
    except (OSError, SigningUnavailable) as error:
        _fail(str(error))
    typer.echo(key.public.octets.hex())


def show_public(file: Annotated[Path, typer.Argument(help="The private key, PEM.")]) -> None:
    """Print the public half of a key."""
    typer.echo(_key(file).public.octets.hex())


def sign_message(
    method: Method,
    target: Target,
    key: Annotated[Path, typer.Option(help="The client's private key, PEM.")],
    client: Client,
    body: Body = None,
) -> None:
    """Print the header fields that sign a message (RFC 9421); they count for five minutes, once."""
    private = _key(key)
    try:
        signer = sm2.signer(private)
        headers = sign(_message(method, target, body), signer, client, SystemClock().now())
    except (OSError, SigningUnavailable) as error:
        _fail(str(error))
    for name, value in headers.fields.items():
        typer.echo(f"{name}: {value}")


def verify_message(
    method: Method,
    target: Target,
    signer: Annotated[str, typer.Option(help="The client's id and public key: ID=130 hexadecimal digits.")],
    headers: Annotated[Path, typer.Option(help="The file with the header fields, as `sign` prints them.")],
    body: Body = None,
) -> None:
    """Check a signed message of the last day."""
    try:
        client, _, public = signer.rpartition("=")
        known = KnownSigner(client, sm2.verifier(PublicKey.of_hex(public)))
        verify(_message(method, target, body), _headers(headers), known, SystemClock().now(), _DAY)
    except (OSError, KeyUnusable, SignatureRefused) as error:
        _fail(str(error))
    typer.echo("The signature fits.")


def _message(method: str, target: str, body: Path | None) -> Message:
    parts = urlsplit(target)
    return Message(method.upper(), parts.path or "/", parts.query, body.read_bytes() if body else b"")


def _headers(file: Path) -> SignedHeaders:
    lines = (line.partition(":") for line in file.read_text(encoding="utf-8").splitlines())
    fields = {name.strip().lower(): value.strip() for name, _, value in lines}
    return SignedHeaders(*(fields.get(name, "") for name in ("content-digest", "signature-input", "signature")))


def _key(file: Path) -> PrivateKey:
    try:
        return PrivateKey.of_pem(file.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        _fail(f"{file}: {error}")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)
