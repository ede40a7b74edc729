"""A small mini-service for tests, and the contract of the department system that it calls."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Records", "version": "1"},
    "paths": {
        "/records": {
            "get": {"operationId": "listRecords", "summary": "查看记录", "x-onecity-scope": "records:record:read"},
            "post": {"operationId": "addRecord", "summary": "新增记录", "x-onecity-scope": "records:record:write"},
        },
        "/open": {"get": {"operationId": "showOpen", "summary": "公开信息"}},
        "/strict": {
            "get": {
                "operationId": "showStrict",
                "summary": "实名信息",
                "x-onecity-scope": "records:record:read",
                "x-onecity-loa": 3,
            }
        },
        "/undeclared": {"get": {"operationId": "showUndeclared", "summary": "未声明"}},
    },
}
MANIFEST: dict[str, Any] = {
    "app_id": "hello",
    "name": "你好服务",
    "name_localized": {"en": "Hello"},
    "lang": "zh-CN",
    "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    "version": {"code": 1, "name": "1.0.0"},
    "platform_version": {"min_code": 1},
    "pages": ["index.html"],
    "onecity": {
        "department": "dept-one",
        "kind": "query",
        "category": "life",
        "keywords": ["问候", "打招呼"],
        "scopes": [
            {"name": "records:record:read", "reason": {"zh-CN": "显示您的记录", "en": "To show your records"}},
            {"name": "profile:name:read", "reason": {"zh-CN": "称呼您的姓名"}},
        ],
        "upstreams": [{"id": "records", "operations": ["listRecords", "showOpen", "showStrict"]}],
    },
}
FILES = {
    "index.html": b'<!doctype html><title>Hello</title><script type="module" src="main.js"></script>',
    "main.js": b'import { city } from "/sdk/v1/onecity.js";\nawait city.ready();\n',
    "icon.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
}


def package(manifest: Mapping[str, Any] | bytes = MANIFEST, files: Mapping[str, bytes] = FILES) -> bytes:
    """A zip with the manifest and the files."""
    text = manifest if isinstance(manifest, bytes) else json.dumps(manifest, ensure_ascii=False).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", text)
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
