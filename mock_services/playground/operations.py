"""The department's public surface: what may be called, by whom, with what."""

from typing import Any

from mock_services.playground import endpoints
from mock_services.playground.answers import (
    BytesQuery,
    Echo,
    EchoRequest,
    Note,
    NoteRequest,
    PartsQuery,
    Received,
    Survived,
    TokenRequest,
    Verified,
    Waited,
    WaitQuery,
)
from mock_services.playground.attempts import Flaked
from mock_services.playground.signed import TokenInvalid
from mock_services.shared.openapi import Description, openapi
from mock_services.shared.operations import Operation
from mock_services.shared.pages import PageQuery
from mock_services.shared.wire import Page

UPSTREAM = "playground"
READ = "playground:note:read"
WRITE = "playground:note:write"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="echo",
        method="POST",
        path="/echo",
        summary="原样返回",
        summary_en="Say it back",
        endpoint=endpoints.echo,
        body=EchoRequest,
        answer=Echo,
    ),
    Operation(
        id="wait",
        method="GET",
        path="/slow",
        summary="稍后返回",
        summary_en="Answer late",
        endpoint=endpoints.wait,
        query=WaitQuery,
        answer=Waited,
    ),
    Operation(
        id="flake",
        method="POST",
        path="/flaky",
        summary="前两次失败",
        summary_en="Fail twice, then succeed",
        endpoint=endpoints.flake,
        answer=Survived,
        keyed=True,
        problems=(Flaked,),
    ),
    Operation(
        id="stream",
        method="GET",
        path="/stream",
        summary="分段返回",
        summary_en="Answer in parts",
        endpoint=endpoints.stream,
        query=PartsQuery,
        gives="text/plain",
    ),
    Operation(
        id="download",
        method="GET",
        path="/download",
        summary="下载",
        summary_en="Download bytes",
        endpoint=endpoints.download,
        query=BytesQuery,
        gives="application/octet-stream",
    ),
    Operation(
        id="upload",
        method="POST",
        path="/uploads",
        summary="上传",
        summary_en="Upload bytes",
        endpoint=endpoints.upload,
        takes="*/*",
        max_body=endpoints.LARGEST_UPLOAD,
        answer=Received,
    ),
    Operation(
        id="createNote",
        method="POST",
        path="/notes",
        summary="写一条便签",
        summary_en="Make a note",
        endpoint=endpoints.create_note,
        body=NoteRequest,
        answer=Note,
        status=201,
        keyed=True,
        scope=WRITE,
    ),
    Operation(
        id="listNotes",
        method="GET",
        path="/notes",
        summary="查看便签",
        summary_en="List your notes",
        endpoint=endpoints.list_notes,
        query=PageQuery,
        answer=Page[Note],
        scope=READ,
    ),
    Operation(
        id="verifyIdentity",
        method="POST",
        path="/identities",
        summary="核验身份令牌",
        summary_en="Verify an identity token",
        endpoint=endpoints.verify_identity,
        body=TokenRequest,
        answer=Verified,
        problems=(TokenInvalid,),
    ),
    Operation(
        id="verifyIntent",
        method="POST",
        path="/intents",
        summary="核验调用结果",
        summary_en="Verify the result of an intent",
        endpoint=endpoints.verify_intent,
        body=TokenRequest,
        answer=Verified,
        problems=(TokenInvalid,),
    ),
)


def document() -> dict[str, Any]:
    about = Description(
        title="调用演示 Playground",
        description="给开发者试用 SDK：慢、失败、分段、大文件。For developers: slow, failing and large calls.",
        version="1.0.0",
    )
    return openapi(about, OPERATIONS)
