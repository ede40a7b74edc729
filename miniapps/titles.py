"""What a scope is called on a resident's screen."""

from collections.abc import Iterator, Mapping

from core.bodies import Localized
from miniapps.manifest import Manifest
from miniapps.operations import Operation
from miniapps.upstreams import Upstreams

PROFILE: Mapping[str, Localized] = {
    "profile:name:read": {"zh-CN": "您的姓名", "en": "Your name"},
    "profile:phone:read": {"zh-CN": "您的手机号码", "en": "Your phone number"},
    "profile:id_number:read": {"zh-CN": "您的身份证号码", "en": "Your ID number"},
    "device:camera:use": {"zh-CN": "使用相机", "en": "Use the camera"},
    "device:location:read": {"zh-CN": "您的位置", "en": "Your location"},
    "device:microphone:use": {"zh-CN": "使用麦克风", "en": "Use the microphone"},
}
"""The scopes of the platform itself."""
_MOST_NAMED = 8


class ScopeTitles:
    """Titles for the scopes of a manifest: the platform's own, or what at the department needs it.

    That is operations, by their summaries, and fields of answers, by the words of the document.
    """

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams

    async def of(self, manifest: Manifest) -> Mapping[str, Localized]:
        summaries = await self._summaries(manifest)
        return {scope.name: PROFILE.get(scope.name) or _title(scope.name, summaries) for scope in manifest.scopes}

    async def _summaries(self, manifest: Manifest) -> Mapping[str, list[Localized]]:
        """What the declared operations say they do, by the scope that each needs."""
        summaries: dict[str, list[Localized]] = {}
        for upstream_id, names in manifest.upstreams.items():
            upstream = await self._upstreams.find(upstream_id)
            operations = upstream.contract.operations if upstream else {}
            for scope, words in (
                each for name in sorted(names & operations.keys()) for each in _words(operations[name])
            ):
                known = summaries.setdefault(scope, [])
                known += [words] if words not in known else []
        return summaries


def _words(operation: Operation) -> Iterator[tuple[str, Localized]]:
    """What the operation says of each scope that has to do with it."""
    yield operation.scope or "", operation.summary
    if operation.fields:
        yield from operation.fields.titles.items()


def _title(scope: str, summaries: Mapping[str, list[Localized]]) -> Localized:
    """The summaries of all operations under one scope, as a list in each language; a screen has room for a few."""
    known = summaries.get(scope, [])[:_MOST_NAMED]
    title: Localized = {"zh-CN": "、".join(each["zh-CN"] for each in known) or scope}
    if known and all("en" in each for each in known):
        title["en"] = "; ".join(each["en"] for each in known)
    return title
