"""The shell's files, compressed for those who take them so."""

from pathlib import Path

import httpx2
import pytest

from gateway.shell import Shell

PLAIN = b"export const words = 1;"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(b"<!doctype html>")
    (tmp_path / "assets" / "a.js").write_bytes(PLAIN)
    (tmp_path / "assets" / "a.js.br").write_bytes(b"as br")
    (tmp_path / "assets" / "a.js.gz").write_bytes(b"as gzip")
    (tmp_path / "assets" / "b.js").write_bytes(PLAIN)
    return tmp_path


async def fetched(folder: Path, path: str, accepted: str, **headers: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(Shell(folder))
    async with httpx2.AsyncClient(transport=transport, base_url="http://app.test") as http:
        request = http.build_request("GET", path, headers={"Accept-Encoding": accepted, **headers})
        response = await http.send(request, stream=True)
        response.extensions["body"] = b"".join([chunk async for chunk in response.aiter_raw()])
        return response


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"as br"),
        ("gzip", "gzip", b"as gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", b"as gzip"),
        ("br;q=0.0, gzip;q=0", None, PLAIN),
        ("identity", None, PLAIN),
        ("", None, PLAIN),
    ],
)
async def test_an_asset_comes_in_the_best_coding_that_is_taken(
    folder: Path, accepted: str, coding: str | None, body: bytes
) -> None:
    response = await fetched(folder, "/assets/a.js", accepted)
    assert (response.headers.get("content-encoding"), response.extensions["body"]) == (coding, body)
    assert response.headers["content-type"].startswith("text/javascript")
    assert (response.headers["vary"], response.headers["cache-control"][:7]) == ("Accept-Encoding", "public,")


async def test_a_page_of_the_app_comes_in_the_coding_of_the_first_page(folder: Path) -> None:
    (folder / "index.html.br").write_bytes(b"as br")
    response = await fetched(folder, "/inbox/cases", "br")
    assert (response.headers.get("content-encoding"), response.extensions["body"]) == ("br", b"as br")
    assert (response.headers["vary"], response.headers["cache-control"]) == ("Accept-Encoding", "no-cache")
    assert response.headers["content-type"].startswith("text/html")
    again = await fetched(folder, "/inbox/cases", "br", **{"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.extensions["body"]) == (304, b"")


async def test_what_was_not_compressed_comes_as_it_is(folder: Path) -> None:
    response = await fetched(folder, "/assets/b.js", "br, gzip")
    assert ("content-encoding" in response.headers, response.extensions["body"]) == (False, PLAIN)


async def test_codings_have_tags_of_their_own(folder: Path) -> None:
    tags = [(await fetched(folder, "/assets/a.js", coding)).headers["etag"] for coding in ("br", "gzip", "identity")]
    assert len(set(tags)) == len(tags)
    again = await fetched(folder, "/assets/a.js", "br", **{"If-None-Match": tags[0]})
    assert (again.status_code, again.extensions["body"]) == (304, b"")
