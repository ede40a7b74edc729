"""What a scope is called on a resident's screen."""

from collections.abc import Mapping

from core.bodies import Localized
from miniapps.manifest import Manifest
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


class ScopeTitles:
    """Titles for the scopes of a manifest: the platform's own, or the operations at the department that need it."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams

    async def of(self, manifest: Manifest) -> Mapping[str, Localized]:
        titles = dict(PROFILE)
        for upstream_id, names in manifest.upstreams.items():
            upstream = await self._upstreams.find(upstream_id)
            operations = upstream.contract.operations if upstream else {}
            for operation in (operations[name] for name in sorted(names & operations.keys())):
                if operation.scope and operation.scope not in PROFILE:
                    titles[operation.scope] = _joined(titles.get(operation.scope), operation.summary)
        return {scope.name: titles.get(scope.name, {"zh-CN": scope.name}) for scope in manifest.scopes}


def _joined(before: Localized | None, summary: Localized) -> Localized:
    """The summaries of all operations under one scope, as a list in each language."""
    if before is None:
        return summary
    joined: Localized = {"zh-CN": f"{before['zh-CN']}、{summary['zh-CN']}"}
    if "en" in before and "en" in summary:
        joined["en"] = f"{before['en']}; {summary['en']}"
    return joined
