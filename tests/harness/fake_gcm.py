"""The part of Google's cloud messaging that Chromium speaks, on loopback: check-in, registration, and the MCS line.

1. Check-in: an HTTP POST, answered with a made-up device.
2. Registration ("register3"): a form with `sender`, `app` and `X-subtype`, answered by `token=…`; the browser's push
   endpoint ends in that token.
3. MCS, over TLS: one version byte from each side, then messages of tag, length as a varint, and protobuf. After the
   login a push is a DataMessageStanza.
"""

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import randbits, token_urlsafe
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

VERSION = 41
UNSURE_SECONDS = 2
HEARTBEAT_PING, HEARTBEAT_ACK, LOGIN_REQUEST, LOGIN_RESPONSE, DATA_MESSAGE = 0, 1, 2, 3, 8


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: int | str | bytes) -> bytes:
    """One protobuf field: a varint, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def fixed64(number: int, value: int) -> bytes:
    return varint(number << 3 | 1) + value.to_bytes(8, "little")


def first_string(message: bytes) -> str:
    """Field 1 of a message, when it comes first: the id of a LoginRequest."""
    return message[2 : 2 + message[1]].decode() if message[:1] == b"\x0a" else ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a browser registered: `sender` is the site's VAPID key."""

    sender: str
    app: str
    subtype: str


class FakeGCM:
    """The registered browsers of one Chromium, and the line to it.

    A message waits while there is no line, as it does at Google: Chromium hangs up and calls again when it has
    registered. One that was sent just before the line broke is sent once more.
    """

    def __init__(self) -> None:
        self.registrations: dict[str, Registration] = {}
        self._line: asyncio.StreamWriter | None = None
        self._waiting: list[bytes] = []
        self._sent: list[tuple[float, bytes]] = []
        self._numbers = count(1)

    def check_in(self) -> bytes:
        """The answer to a check-in (application/x-protobuffer)."""
        device = fixed64(7, randbits(62) | 1) + fixed64(8, randbits(62) | 1)
        return field(1, 1) + field(3, int(time.time() * 1000)) + device

    def register(self, form: Mapping[str, str]) -> str:
        """The answer to a registration (text/plain)."""
        token = token_urlsafe(48)
        self.registrations[token] = Registration(form["sender"], form["app"], form.get("X-subtype", ""))
        return f"token={token}"

    async def push(self, token: str, body: bytes, seconds: int) -> None:
        """Hand a message to the browser."""
        registration = self.registrations[token]
        stanza = (
            field(3, registration.sender)
            + field(5, registration.app)
            + field(7, field(1, "subtype") + field(2, registration.subtype))
            + field(7, field(1, "content-encoding") + field(2, "aes128gcm"))
            + field(9, f"message-{next(self._numbers)}")
            + field(17, seconds)
            + field(21, body)
        )
        self._waiting.append(stanza)
        await self._flush()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One MCS line, until the browser hangs up."""
        try:
            await reader.readexactly(1)
            writer.write(bytes([VERSION]))
            while True:
                await self._answer(await reader.readexactly(1), await _message(reader), writer)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            self._hung_up(writer)
            writer.close()

    def _hung_up(self, line: asyncio.StreamWriter) -> None:
        if line is self._line:
            self._line = None
            unsure = [stanza for at, stanza in self._sent if time.monotonic() - at < UNSURE_SECONDS]
            self._waiting, self._sent = unsure + self._waiting, []

    async def _flush(self) -> None:
        while self._line and self._waiting:
            stanza = self._waiting.pop(0)
            self._sent.append((time.monotonic(), stanza))
            await _write(self._line, DATA_MESSAGE, stanza)

    async def _answer(self, tag: bytes, message: bytes, writer: asyncio.StreamWriter) -> None:
        if tag[0] == LOGIN_REQUEST:
            await _write(writer, LOGIN_RESPONSE, field(1, first_string(message) or "chrome-1"))
            if self._line:
                self._hung_up(self._line)
            self._line = writer
            await self._flush()
        elif tag[0] == HEARTBEAT_PING:
            await _write(writer, HEARTBEAT_ACK, b"")


async def _message(reader: asyncio.StreamReader) -> bytes:
    size = shift = 0
    while True:
        (byte,) = await reader.readexactly(1)
        size |= (byte & 127) << shift
        if byte < 128:
            return await reader.readexactly(size)
        shift += 7


async def _write(writer: asyncio.StreamWriter, tag: int, message: bytes) -> None:
    writer.write(bytes([tag]) + varint(len(message)) + message)
    await writer.drain()


@asynccontextmanager
async def mcs_line(gcm: FakeGCM) -> AsyncIterator[int]:
    """The MCS server with a throw-away certificate; yields its port."""
    talks: set[asyncio.Task[None] | None] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        await gcm.talk(reader, writer)

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=_throw_away_tls())
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for each in talks:
            if each:
                each.cancel()
        await asyncio.gather(*(each for each in talks if each), return_exceptions=True)


def _throw_away_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "mcs.pem"
        file.write_bytes(_throw_away_certificate())
        context.load_cert_chain(file)
    return context


def _throw_away_certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
