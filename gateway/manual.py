"""The settings as a page for people: what docs/settings.md holds and `onecity settings` prints."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gateway.settings import Settings

_HEAD = """# Settings

Read from the environment when the process starts. Those without a default must be set. A list or a mapping is given as
JSON. `onecity settings` prints this page.

| variable | default | what it sets |
| --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Setting:
    variable: str
    default: str
    description: str


def settings_page() -> str:
    """Markdown, one row a setting."""
    rows = [f"| `{each.variable}` | {each.default} | {each.description} |" for each in settings()]
    return _HEAD + "\n".join(rows) + "\n"


def settings() -> list[Setting]:
    return list(_walk(Settings, "ONECITY_"))


def required_below(place: Sequence[str | int]) -> list[str]:
    """The variable at a place of the settings; for a whole feature's place, those of it that must be set."""
    variable = "ONECITY_" + "__".join(map(str, place)).upper()
    below = [each for each in settings() if each.variable.startswith(f"{variable}__")]
    return [each.variable for each in below if each.default == "required"] or [variable]


def _walk(model: type[BaseModel], prefix: str) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            yield from _walk(nested, f"{prefix}{name.upper()}__")
        else:
            yield Setting(f"{prefix}{name.upper()}", _default(field), field.description or "")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value: Any = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value in ("", {}, ()):
        return "none"
    return f"`{' '.join(map(str, value)) if isinstance(value, tuple) else value}`"


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Names in the environment that look like settings and are none: most often a slip of the pen."""
    known = [setting.variable for setting in settings()]
    return sorted(
        name
        for name in environment
        if name.startswith("ONECITY_") and not any(each == name or _within(each, name) for each in known)
    )


def _within(one: str, other: str) -> bool:
    """Whether one is a part of the other: a whole group may be given as JSON, and a mapping entry by entry."""
    return one.startswith(f"{other}__") or other.startswith(f"{one}__")
