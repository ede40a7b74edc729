"""Which departments' systems sign their calls with SM2, and the check of each call."""

from datetime import timedelta

from auth.errors import SignatureRefused
from auth.once import Once
from auth.shangmi.keys import PublicKey
from auth.shangmi.messages import KnownSigner, Message, SignedHeaders, verify
from auth.shangmi.settings import ShangmiSettings
from auth.shangmi.sm2 import verifier
from core.clock import Clock


class MessageSignatures:
    """The keys of the clients that are set to sign."""

    def __init__(self, clock: Clock, settings: ShangmiSettings, once: Once) -> None:
        self._clock = clock
        self._seconds = settings.message_seconds
        self._once = once
        self._signers = {
            client: KnownSigner(client, verifier(PublicKey.of_hex(text)))
            for client, text in settings.message_keys.items()
        }

    def concern(self, client: str) -> bool:
        """Whether this client has to sign."""
        return client in self._signers

    async def check(self, client: str, message: Message, headers: SignedHeaders) -> None:
        """Take a message of a client that has to sign, once; raises SignatureRefused."""
        now = self._clock.now()
        octets = verify(message, headers, self._signers[client], now, self._seconds)
        until = now + timedelta(seconds=2 * self._seconds)
        if not await self._once.spend("message", client, octets.hex(), until=until):
            raise SignatureRefused("Sign the message anew: this signature came before.")
