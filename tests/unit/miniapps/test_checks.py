"""What the schema cannot see: a manifest against its package, its department and the upstreams it names."""

import random
import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import DepartmentId
from core.problems import FieldError
from miniapps.checks import ContractChecks, department_of, missing_files, upstream_ids
from miniapps.errors import ManifestRefused, NotYourService
from miniapps.first_page import bytes_of_first_page
from tests.unit.miniapps.wiring import CIVIL, MANIFEST, TAX, Wiring, manifest, package

CITY = MANIFEST["onecity"]
SCOPE = {"name": "profile:name:read", "reason": {"zh-CN": "写在预约单上。"}}
NOISE = random.Random(7).randbytes(2_200_000)  # noqa: S311 - the same noise each time


def lines(errors: Sequence[Any]) -> str:
    return "\n".join(f"{each['pointer']}: {each['detail']}" for each in errors)


async def refusal(city: Wiring, described: Any, **files: bytes) -> list[FieldError]:
    with pytest.raises(ManifestRefused) as caught:
        await city.releases.submit(package(described, files), CIVIL)
    return caught.value.errors


async def test_all_errors_come_at_once(city: Wiring) -> None:
    described = manifest(
        version={"code": 0, "name": "1.0.0"},
        pages=["index.html", "gone.html"],
        onecity__loa=9,
        onecity__scopes=[],
        onecity__upstreams=[
            {"id": "registry", "operations": ["holdSlot", "dropTables"]},
            {"id": "nowhere", "operations": ["x"]},
        ],
    )
    assert [each["pointer"] for each in await refusal(city, described)] == [
        "/onecity/loa",
        "/version/code",
        "/pages/1",
        "/onecity/upstreams/1/id",
        "/onecity/upstreams/0/operations/1",
        "/onecity/scopes",
    ]


@pytest.mark.parametrize(
    ("described", "says"),
    [
        (manifest(pages=["home.html"]), "/pages/0: the package has no file 'home.html'"),
        (manifest(icons=[{"src": "a.png"}]), "/icons/0/src: the package has no file 'a.png'"),
        (
            manifest(onecity__scopes=[SCOPE]),
            "ask for 'appointments:booking:write', with a reason: holdSlot, cancelBook",
        ),
        (manifest(onecity__scopes=[*CITY["scopes"], SCOPE]), "/onecity/scopes/2/name: this stands twice"),
        (manifest(onecity__upstreams=CITY["upstreams"] * 2), "/onecity/upstreams/1/id: this stands twice"),
        (
            manifest(onecity__upstreams=[{"id": "tax-file", "operations": ["listSites"]}]),
            "belongs to the department 'tax'",
        ),
        (
            manifest(onecity__upstreams=[{"id": "other", "operations": ["listSites"]}]),
            "no upstream 'other' is registered",
        ),
        (manifest(onecity__upstreams=[{"id": "registry", "operations": ["drop"]}]), "registry has no operation 'drop'"),
    ],
)
async def test_a_manifest_fits_its_package_and_its_systems(city: Wiring, described: Any, says: str) -> None:
    await city.register(id="tax-file", department=TAX)
    assert says in lines(await refusal(city, described))


async def test_what_is_odd_but_works_is_a_warning(city: Wiring) -> None:
    idle = {"name": "appointments:booking:read", "reason": {"zh-CN": "也许以后会用到。"}}
    described = manifest(onecity__loa=1, onecity__scopes=[*CITY["scopes"], idle], hobby="chess")
    release = await city.releases.submit(package(described, {"main.js": b'import "./big.js"', "big.js": NOISE}), CIVIL)
    assert lines(release.warnings) == (
        "/hobby: this member is not known and is ignored\n"
        "/onecity/scopes/2/name: neither an operation that you name nor its answers need it: ask for no more\n"
        "/onecity/loa: holdSlot will be refused to residents of level 1\n"
        f"/pages/0: it needs {len(NOISE) + 103} bytes before it shows: slow on a thin network, 2097152 is good"
    )


@pytest.mark.parametrize(
    ("page", "others", "counted"),
    [
        (b"<p>", {}, {"index.html"}),
        (b'<script src="a.js?v=1"></script>', {"a.js": b""}, {"index.html", "a.js"}),
        (
            b"<link rel=stylesheet href=/b.css>",
            {"b.css": b"@import 'c.css'; p{background:url(d.png)}", "c.css": b"", "d.png": b""},
            {"index.html", "b.css", "c.css", "d.png"},
        ),
        (b'<img\nsrc="%E5%9B%BE.png">', {"图.png": b""}, {"index.html", "图.png"}),
        (
            b'<script src="x/a.js"></script>',
            {
                "x/a.js": b'import {b} from "../b.mjs"; import "./a.js"; import("./lazy.js")',
                "b.mjs": b"",
                "x/lazy.js": b"",
            },
            {"index.html", "x/a.js", "b.mjs"},
        ),
        (
            b'<a href="next.html"><img src="https://x.example/y.png"><img src="http://[">',
            {"next.html": b"", "y.png": b""},
            {"index.html"},
        ),
    ],
)
def test_the_first_page_needs_what_it_names_and_what_that_names(
    page: bytes, others: dict[str, bytes], counted: set[str]
) -> None:
    """Each file is filled up to a size of its own power of two, so that the sum tells which were counted."""
    files = {"index.html": page, **others}
    padded = {name: content.ljust(4096 << at, b" ") for at, (name, content) in enumerate(sorted(files.items()))}
    needed = bytes_of_first_page(padded, "index.html", 2**20)
    assert {name for name, content in padded.items() if needed & len(content)} == counted


def test_no_more_is_searched_than_a_warning_needs() -> None:
    chain = {f"{number}.js": f'import "./{number + 1}.js"'.encode().ljust(1000) for number in range(9)}
    assert bytes_of_first_page(chain, "0.js", 2500) == 3000
    far = {"index.html": b" " * 70_000 + b'<script src="a.js">', "a.js": b"x"}
    assert bytes_of_first_page(far, "index.html", 2**20) == len(far["index.html"])


@pytest.mark.parametrize("start", [b"<link ", b"<link src", b'<script src="', b"url( ", b"from "])
def test_no_package_makes_the_search_slow(start: bytes) -> None:
    files = dict.fromkeys(("index.html", "a.js", "a.css"), (start * 2**20)[: 2**22])
    started = time.process_time()
    for name in files:
        bytes_of_first_page(files, name, 2**20)
    assert time.process_time() - started < 5


async def test_a_refusal_has_an_end(city: Wiring) -> None:
    names = [f"{number}.html" for number in range(8000)]
    operations = [{"id": "registry", "operations": ["holdSlot", *(f"op{number}" for number in range(5000))]}]
    errors = await refusal(city, manifest(pages=names, onecity__upstreams=operations, onecity__scopes=[]))
    assert len(errors) == 100


async def test_only_the_department_itself_may_claim_its_name(city: Wiring) -> None:
    with pytest.raises(NotYourService, match=r"onecity\.department is civil-affairs, and your token is tax's"):
        await city.releases.submit(package(), TAX)


async def test_a_manifest_that_cannot_be_read_is_no_release(city: Wiring) -> None:
    assert [each["pointer"] for each in await refusal(city, b"{")] == [""]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "name", "src", "x"]), inner),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(MANIFEST, JSON)),
    st.dictionaries(st.sampled_from(sorted(CITY)), JSON),
)
def test_no_manifest_upsets_the_checks(described: dict[str, Any], city: dict[str, Any]) -> None:
    described = {"onecity": city, **described}
    checks = ContractChecks(described, {}, DepartmentId("civil-affairs"))
    for found in (missing_files(described, ()), checks.errors(), checks.warnings()):
        assert all(each["pointer"] == "" or each["pointer"].startswith("/") for each in found)
    department_of(described)
    upstream_ids(described)
