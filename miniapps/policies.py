"""The policy of a mini-service's pages, generated from its manifest: what it did not declare, it cannot do."""

from collections.abc import Iterable, Mapping

_FEATURES: Mapping[str, str] = {
    "camera": "device:camera:use",
    "geolocation": "device:location:read",
    "microphone": "device:microphone:use",
}
"""Powerful features and the scope that grants each."""
_NEVER = (
    "accelerometer",
    "browsing-topics",
    "display-capture",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "midi",
    "payment",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)


def policy_headers(
    app_origin: str, scopes: Iterable[str], external: Iterable[str], *, secure: bool
) -> list[tuple[str, str]]:
    """The headers of every file of a service: CSP level 3, Permissions Policy, and isolation of its origin."""
    headers = [
        ("Content-Security-Policy", content_policy(app_origin, external)),
        ("Permissions-Policy", permissions_policy(scopes)),
        ("Connection-Allowlist", connection_allowlist(external)),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Origin-Agent-Cluster", "?1"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return [*headers, ("Strict-Transport-Security", "max-age=63072000")] if secure else headers


def content_policy(app_origin: str, external: Iterable[str]) -> str:
    """Its own origin, in a frame of the app only; `external` are hosts for data and pictures."""
    hosts = "".join(f" https://{host}" for host in external)
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "worker-src 'self'",
            f"img-src 'self' data: blob:{hosts}",
            f"connect-src 'self'{hosts}",
            "object-src 'none'",
            "frame-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {app_origin}",
        ]
    )


def connection_allowlist(external: Iterable[str]) -> str:
    """Where its pages may connect at all: a Content-Security-Policy does not hold WebRTC back."""
    hosts = "".join(f' "https://{host}"' for host in external)
    return f"(response-origin{hosts}); webrtc=block"


def permissions_policy(scopes: Iterable[str]) -> str:
    granted = set(scopes)
    asked = [f"{name}={'(self)' if scope in granted else '()'}" for name, scope in _FEATURES.items()]
    return ", ".join([*asked, *(f"{name}=()" for name in _NEVER)])
