"""The mini-services keep the rules of their contract: nothing inline, nothing foreign, both languages whole."""

import json
import re
from pathlib import Path
from posixpath import dirname, normpath

import pytest

ROOT = Path(__file__).parents[3] / "mock_services"
NAMES = ("appointments", "queries", "licences", "playground")
PACKAGES = [ROOT / name / "h5" for name in NAMES]
SDK = "/sdk/v1/onecity.js"

pytestmark = pytest.mark.parametrize("package", PACKAGES, ids=NAMES)


def scripts(package: Path) -> list[Path]:
    return sorted(package.rglob("*.js"))


def table(source: str, name: str) -> set[str]:
    body = source.partition(f"const {name} = {{")[2].partition("};")[0]
    return set(re.findall(r"^ {2}'?([\w-]+)'?:", body, re.MULTILINE))


def test_the_page_has_nothing_inline_and_nothing_foreign(package: Path) -> None:
    page = (package / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=|https?:", page)


def test_no_script_writes_markup_or_leaves_the_origin(package: Path) -> None:
    for script in scripts(package):
        source = re.sub(r"/\*.*?\*/", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
        source = source.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?:|'style'", source
        ), script


def test_every_import_leads_to_a_file_of_the_package_or_to_the_sdk(package: Path) -> None:
    for script in scripts(package):
        for target in re.findall(r"from '([^']+)'", script.read_text(encoding="utf-8")):
            assert target == SDK or (script.parent / target).is_file(), (script, target)


def reached(package: Path, name: str, found: set[str]) -> set[str]:
    """All modules that one imports, and that those do, named from the package's root; the SDK as it is."""
    for target in re.findall(r"from '([^']+)'", (package / name).read_text(encoding="utf-8")):
        module = normpath(f"{dirname(name)}/{target}".removeprefix("/")) if target.startswith(".") else target
        if module not in found:
            found.add(module)
            if module != SDK:
                reached(package, module, found)
    return found


def test_the_page_asks_for_all_its_modules_at_once(package: Path) -> None:
    """One after the other they would cost a round trip each: on a thin network, a second until anything is seen."""
    page = (package / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'rel="modulepreload" href="([^"]+)"', page)) == reached(package, "main.js", set())
    assert '<div class="skeleton" role="status">' in page


def test_both_languages_have_the_same_words_and_every_used_word_is_there(package: Path) -> None:
    words = (package / "words.js").read_text(encoding="utf-8")
    assert table(words, "ZH") == table(words, "EN")
    assert table(words, "PROBLEMS_ZH") == table(words, "PROBLEMS_EN")
    used = {
        word for script in scripts(package) for word in re.findall(r"word\('(\w+)'", script.read_text(encoding="utf-8"))
    }
    assert used <= table(words, "ZH")


def test_the_manifest_names_files_that_are_there(package: Path) -> None:
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    named = [*manifest["pages"], *(icon["src"] for icon in manifest["icons"])]
    assert all((package / name).is_file() for name in named)


def test_no_mini_service_imports_the_platforms_python(package: Path) -> None:
    for module in package.parent.glob("*.py"):
        source = module.read_text(encoding="utf-8")
        assert not re.search(r"^(from|import) (core|gateway|auth|miniapps|push)\b", source, re.MULTILINE), module
