"""What crosses the gateway, both ways (RFC 9110, section 7.6.1: hop by hop)."""

from collections.abc import Iterable

Pairs = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    }
)
FROM_CLIENT = frozenset(
    {
        b"accept",
        b"accept-language",
        b"accept-encoding",
        b"content-type",
        b"content-encoding",
        b"content-language",
        b"if-match",
        b"if-none-match",
        b"if-modified-since",
        b"if-unmodified-since",
        b"range",
        b"idempotency-key",
        b"prefer",
    }
)
"""A list of what may pass, so that no look-alike of an identity header ever does; the framing is written anew."""
_FROM_UPSTREAM_NEVER = _HOP_BY_HOP | {
    b"set-cookie",
    b"set-cookie2",
    b"server",
    b"date",
    b"via",
    b"x-request-id",
    b"x-powered-by",
    b"alt-svc",
    b"strict-transport-security",
    b"public-key-pins",
    b"clear-site-data",
    b"service-worker-allowed",
    b"content-security-policy",
    b"content-security-policy-report-only",
    b"access-control-allow-origin",
    b"access-control-allow-credentials",
    b"access-control-allow-headers",
    b"access-control-allow-methods",
    b"access-control-allow-private-network",
    b"access-control-expose-headers",
    b"access-control-max-age",
    b"timing-allow-origin",
    b"refresh",
    b"www-authenticate",
    b"authentication-info",
    b"permissions-policy",
    b"x-frame-options",
    b"cross-origin-opener-policy",
    b"cross-origin-embedder-policy",
    b"origin-agent-cluster",
    b"link",
    b"nel",
    b"report-to",
    b"reporting-endpoints",
    b"expect-ct",
    b"public-key-pins-report-only",
    b"document-policy",
    b"origin-trial",
    b"speculation-rules",
    b"set-login",
    b"x-permitted-cross-domain-policies",
    b"x-accel-redirect",
    b"x-accel-expires",
    b"x-accel-limit-rate",
    b"x-sendfile",
    b"x-lighttpd-send-file",
    b"x-reproxy-url",
    b"ratelimit",
    b"ratelimit-policy",
    b"idempotent-replayed",
    b"x-content-type-options",
    b"cross-origin-resource-policy",
    b"referrer-policy",
}
"""Cookies and policies of our origin, orders to a proxy in front of us (x-accel, x-sendfile), and what is ours to say.

The last three are ours to set: two values of one policy can cancel each other.
"""
_ADDED: Pairs = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"vary", b"authorization"),
]
"""An answer from a department is data: opened as a page it runs nothing; kept, it serves only the token it was for."""
VIA = b"via: 1.1 onecity\r\n"


def to_client(received: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """The answer's headers as the mini-service gets them: no cookie, no policy, nothing hop by hop."""
    pairs = [(name.lower(), value) for name, value in received]
    named = {
        name.strip().lower()
        for key, value in pairs
        if key == b"connection"
        for name in value.split(b",")
        if name.strip()
    }
    dropped = _FROM_UPSTREAM_NEVER | named
    kept = [(name, value) for name, value in pairs if name not in dropped]
    if not any(name == b"cache-control" for name, _ in kept):
        kept.append((b"cache-control", b"no-store"))
    return [*kept, *_ADDED]
