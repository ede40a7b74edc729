"""What a scope is called when the resident is asked."""

from typing import Any

from miniapps.manifest import Manifest
from tests.unit.miniapps.wiring import Wiring, manifest


async def titles(city: Wiring, **changes: Any) -> dict[str, Any]:
    return dict(await city.titles.of(Manifest(manifest(**changes))))


async def test_a_title_is_the_platforms_own_or_what_the_operations_do(city: Wiring) -> None:
    assert await titles(city) == {
        "profile:name:read": {"zh-CN": "您的姓名", "en": "Your name"},
        "appointments:booking:write": {"zh-CN": "取消预约、预约时段", "en": "Cancel; Hold a time"},
    }


async def test_english_is_left_out_where_one_operation_has_none(city: Wiring) -> None:
    scopes = [{"name": "appointments:booking:read", "reason": {"zh-CN": "显示您的预约。"}}]
    upstreams = [{"id": "registry", "operations": ["listBookings"]}]
    found = await titles(city, onecity__scopes=scopes, onecity__upstreams=upstreams)
    assert found == {"appointments:booking:read": {"zh-CN": "查看预约"}}


async def test_a_scope_that_nothing_explains_keeps_its_name(city: Wiring) -> None:
    gone = [{"id": "gone", "operations": ["x"]}]
    found = await titles(city, onecity__upstreams=gone)
    assert found["appointments:booking:write"] == {"zh-CN": "appointments:booking:write"}


async def test_a_title_fits_on_a_screen_however_many_operations_there_are(city: Wiring) -> None:
    operations = {
        f"/a{number}": {
            "get": {"operationId": f"op{number}", "summary": "查" * 200, "x-onecity-scope": "a:b:c"}
            if number
            else {"operationId": "op0", "summary": "查" * 199, "x-onecity-scope": "a:b:c"}
        }
        for number in range(100)
    }
    await city.register(openapi={"openapi": "3.1.0", "paths": operations})
    found = await titles(
        city,
        onecity__scopes=[{"name": "a:b:c", "reason": {"zh-CN": "因为要用"}}],
        onecity__upstreams=[{"id": "registry", "operations": [f"op{number}" for number in range(100)]}],
    )
    assert found["a:b:c"]["zh-CN"].count("、") == 1, "the same words are said once"
