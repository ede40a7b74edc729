"""The department's public surface: what may be called, by whom, with what."""

from typing import Any

from mock_services.licences import endpoints, errors
from mock_services.licences.answers import (
    Licence,
    NewShare,
    Share,
    ShareRequest,
    ShowCode,
    Shown,
    Signature,
    SignatureRequest,
    WholeLicence,
)
from mock_services.shared.openapi import Description, openapi
from mock_services.shared.operations import Operation
from mock_services.shared.pages import PageQuery
from mock_services.shared.problems import IdentityNeeded
from mock_services.shared.wire import Page

UPSTREAM = "licences"
READ = "licences:licence:read"
SHOW = "licences:code:write"
VERIFY = "licences:code:verify"
SHARE = "licences:share:write"
SHARES = "licences:share:read"
SIGN = "licences:signature:write"
LOA = 2

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listLicences",
        method="GET",
        path="/licences",
        summary="查看我的证照",
        summary_en="List your licences",
        endpoint=endpoints.list_licences,
        answer=Page[Licence],
        scope=READ,
        loa=LOA,
        problems=(IdentityNeeded,),
    ),
    Operation(
        id="showLicence",
        method="GET",
        path="/licences/{licence_id}",
        summary="查看一张证照",
        summary_en="Show a licence",
        endpoint=endpoints.show_licence,
        answer=WholeLicence,
        scope=READ,
        loa=LOA,
        problems=(IdentityNeeded, errors.LicenceUnknown),
    ),
    Operation(
        id="createCode",
        method="POST",
        path="/licences/{licence_id}/codes",
        summary="生成亮证码",
        summary_en="Make a code to show a licence with",
        endpoint=endpoints.create_code,
        answer=ShowCode,
        status=201,
        keyed=True,
        scope=SHOW,
        loa=LOA,
        problems=(IdentityNeeded, errors.LicenceUnknown),
    ),
    Operation(
        id="verifyCode",
        method="POST",
        path="/verify/{code}",
        summary="核验他人出示的证照",
        summary_en="Verify a licence that somebody shows",
        endpoint=endpoints.verify_code,
        answer=Shown,
        keyed=True,
        scope=VERIFY,
        loa=LOA,
        problems=(errors.CodeUnknown, errors.CodeUsed),
    ),
    Operation(
        id="createShare",
        method="POST",
        path="/licences/{licence_id}/shares",
        summary="向部门提供证照",
        summary_en="Share a licence with a department",
        endpoint=endpoints.create_share,
        body=ShareRequest,
        answer=NewShare,
        status=201,
        keyed=True,
        scope=SHARE,
        loa=LOA,
        problems=(IdentityNeeded, errors.LicenceUnknown),
    ),
    Operation(
        id="listShares",
        method="GET",
        path="/shares",
        summary="查看证照提供记录",
        summary_en="List what you shared",
        endpoint=endpoints.list_shares,
        query=PageQuery,
        answer=Page[Share],
        scope=SHARES,
        loa=LOA,
    ),
    Operation(
        id="endShare",
        method="DELETE",
        path="/shares/{share_id}",
        summary="停止提供证照",
        summary_en="End a share",
        endpoint=endpoints.end_share,
        answer=Share,
        scope=SHARE,
        loa=LOA,
        problems=(errors.ShareUnknown,),
    ),
    Operation(
        id="createSignature",
        method="POST",
        path="/signatures",
        summary="签署确认",
        summary_en="Sign a text",
        endpoint=endpoints.create_signature,
        body=SignatureRequest,
        answer=Signature,
        status=201,
        keyed=True,
        scope=SIGN,
        loa=LOA,
        problems=(IdentityNeeded,),
    ),
)


def document() -> dict[str, Any]:
    about = Description(
        title="电子证照 Licences",
        description="本人的电子证照：查看、亮证、提供、签署。One's own licences: to see, show, share and sign with.",
        version="1.0.0",
    )
    return openapi(about, OPERATIONS)
