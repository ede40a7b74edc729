"""Publishing from a department's desk: what `onecity publish` does, over the same API as any other publisher."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from auth.jwk import thumbprint
from auth.jwt import SigningKey, sign
from core.clock import Clock
from core.outbound import Outbound
from miniapps.pack import pack

_PACKAGE = "application/miniapp-pkg+zip"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class PublishingFailed(Exception):
    """The city said no; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """One department's client at one city."""

    client_id: str
    key_file: Path
    origin: str
    clock: Clock

    async def publish(self, folder: Path, http: Outbound) -> dict[str, Any]:
        """Pack the folder, submit it, make it live; gives the release. Raises PublishingFailed."""
        bearer = {"Authorization": f"Bearer {await self._token(http)}"}
        package = {**bearer, "Content-Type": _PACKAGE}
        submitted = await http.request("POST", f"{self.origin}/dept/v1/releases", headers=package, content=pack(folder))
        release = _answered(submitted)
        address = f"{self.origin}/dept/v1/releases/{release['id']}/publication"
        return {**_answered(await http.request("POST", address, headers=bearer)), "warnings": release["warnings"]}

    async def _token(self, http: Outbound) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._assertion(),
        }
        answered = await http.request("POST", f"{self.origin}/oauth/token", data=form)
        return str(_answered(answered)["access_token"])

    def _assertion(self) -> str:
        """Who we are, signed (RFC 7523, section 3)."""
        now = self.clock.now()
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{self.origin}/oauth/token",
            "jti": secrets.token_urlsafe(16),
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=60)).timestamp()),
        }
        key = load_pem_private_key(self.key_file.read_bytes(), None)
        if not isinstance(key, EllipticCurvePrivateKey):
            raise PublishingFailed(f"{self.key_file} holds no P-256 key.")
        return sign(claims, "JWT", SigningKey(thumbprint(key.public_key()), key))


def _answered(response: httpx2.Response) -> dict[str, Any]:
    content: dict[str, Any] = response.json()
    if response.is_success:
        return content
    lines = [f"{each['pointer']}: {each['detail']}" for each in content.get("errors", [])]
    said = content.get("detail") or content.get("error_description") or response.status_code
    raise PublishingFailed("\n".join([f"The city refused it: {said}", *lines]))
