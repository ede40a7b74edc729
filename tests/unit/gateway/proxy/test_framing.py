"""Chunked bodies, in whatever pieces they come."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.proxy.framing import LAST_CHUNK, Chunks, ChunksBroken, chunk


def read(pieces: list[bytes]) -> tuple[bytes, bytes, bool]:
    chunks, content, rest = Chunks(), b"", b""
    for piece in pieces:
        if chunks.done:
            rest += piece
        else:
            content += chunks.feed(piece)
            rest += chunks.rest
    return content, rest, chunks.done


@given(
    st.lists(st.binary(min_size=1, max_size=40)),
    st.sampled_from([LAST_CHUNK, b"0;a\r\nTrailer: x\r\n\r\n", b"000\r\na: b\r\nc: d\r\n\r\n"]),
    st.binary(max_size=10),
    st.lists(st.integers(0, 400), max_size=8),
)
def test_the_pieces_change_nothing(contents: list[bytes], end: bytes, after: bytes, cuts: list[int]) -> None:
    text = b"".join(map(chunk, contents)) + end + after
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert read(pieces) == (b"".join(contents), after, True)


@pytest.mark.parametrize("size", [b"5", b"0000005", b'5;a="b"', b"5;a", b"5 ; a=b;c", b'5;a="\\""'])
def test_sizes_may_have_extensions(size: bytes) -> None:
    assert read([size + b"\r\nhello\r\n0\r\n\r\n"]) == (b"hello", b"", True)


@pytest.mark.parametrize(
    "text",
    [
        b"0x5\r\nhello\r\n",
        b"+5\r\nhello\r\n",
        b" 5\r\nhello\r\n",
        b"g\r\n",
        b"\r\n",
        b"-1\r\n",
        b"5\nhello\r\n",
        b"5;a\rb\r\nhello\r\n",
        b"5\r\nhellooo\r\n",
        b"5\r\nhell\r\n0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"1" * 16 + b"\r\n",
        b"5;" + b"a" * 600 + b"\r\nhello\r\n",
        b"5;" + b"a" * 600,
        b"0\r\nbad trailer\r\n\r\n",
        b"0\r\n folded: x\r\n\r\n",
        b"0\r\na: " + b"b" * 9000,
    ],
)
@pytest.mark.parametrize("bytewise", [False, True])
def test_what_is_no_chunked_body_is_refused(text: bytes, bytewise: bool) -> None:
    pieces = [text[i : i + 1] for i in range(len(text))] if bytewise else [text]
    with pytest.raises(ChunksBroken):
        read(pieces)


def test_a_body_without_its_last_chunk_is_not_done() -> None:
    assert read([b"5\r\nhello\r\n"]) == (b"hello", b"", False)
