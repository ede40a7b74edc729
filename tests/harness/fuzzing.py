"""What the fuzzers share: profiles bounded in time, bytes that are nearly right, and the corpus."""

import os
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

CORPUS = Path(__file__).parents[1] / "corpus"
BOUNDED: Any = settings(
    max_examples=int(os.environ.get("ONECITY_FUZZ_EXAMPLES", "1500")),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
"""Some seconds for each test; a long run sets ONECITY_FUZZ_EXAMPLES."""
SPICE = (
    *(
        bytes([byte])
        for byte in b"\x00\x01\t\n\x0b\x0c\r \"#%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\x7f\x80\x85\xa0\xc0\xff"
    ),
    b"\r\n",
    b"\r\n\r\n",
    b"\n\n",
    b"\r\n ",
    b"\r\n\t",
    b"HTTP/1.1",
    b"HTTP/1.0",
    b"HTTP/2.0",
    b"Content-Length: 5\r\n",
    b"Content-Length: 05\r\n",
    b"Content-Length: +5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: identity\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n",
    b"Host: evil.example\r\n",
    b"Host: hello.localhost:8000\r\n",
    b"Connection: close, Host, Content-Length\r\n",
    b"Authorization: Bearer a.b.c\r\n",
    b"Expect: 100-continue\r\n",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
    b"Connection: keep-alive\r\n",
    b"%2e%2e",
    b"%2f",
    b"%5c",
    b"%00",
    b"..",
    b"../",
    b"..;/",
    b"//",
    b"http://evil.example",
    "é".encode(),
    "\u2028".encode(),
)


LINES = tuple(each for each in SPICE if each.endswith(b"\r\n") and b":" in each)


@st.composite
def nearly(draw: st.DrawFn, *seeds: bytes) -> bytes:
    """One of the seeds with a few lines put in, and a few bytes put in, taken out or exchanged."""
    content = bytearray(draw(st.sampled_from(seeds)))
    for line in draw(st.lists(st.sampled_from(LINES), max_size=2)):
        at = content.find(b"\r\n", draw(st.integers(0, 60))) + 2
        content[at:at] = line
    for _ in range(draw(st.sampled_from((0, 0, 1, 2, 4)))):
        at = draw(st.integers(0, len(content)))
        until = at + draw(st.sampled_from((0, 0, 0, 1, 1, 2, 5)))
        content[at:until] = draw(st.one_of(st.sampled_from(SPICE), st.binary(max_size=3)))
    return bytes(content)


def kept(folder: str) -> list[bytes]:
    """The corpus: what was interesting once is tried each time."""
    return [file.read_bytes() for file in sorted((CORPUS / folder).glob("*.bin"))]
