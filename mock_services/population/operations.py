"""The department's public surface: what may be called, by whom, with what."""

from typing import Any

from mock_services.population import endpoints
from mock_services.population.answers import (
    FaceResult,
    FaceTicket,
    Guardianship,
    GuardianshipBody,
    LegalPersonAnswer,
    Match,
    PersonBody,
    Revocations,
    SampleBody,
)
from mock_services.population.endpoints import NoSuchPerson
from mock_services.population.faces import FaceCheckUnknown
from mock_services.shared.openapi import Description, openapi
from mock_services.shared.operations import Operation

UPSTREAM = "population"
CHECK = "population:identity:check"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="matchPerson",
        method="POST",
        path="/persons/match",
        summary="核验姓名与证件号",
        summary_en="Match a name and an identity number",
        endpoint=endpoints.match_person,
        body=PersonBody,
        answer=Match,
        scope=CHECK,
    ),
    Operation(
        id="beginFaceCheck",
        method="POST",
        path="/faces",
        summary="发起人脸核验",
        summary_en="Begin a face check",
        endpoint=endpoints.begin_face_check,
        body=PersonBody,
        answer=FaceTicket,
        status=201,
        scope=CHECK,
        problems=(NoSuchPerson,),
    ),
    Operation(
        id="checkFace",
        method="POST",
        path="/faces/{ticket}",
        summary="提交人脸或查询结果",
        summary_en="Send the picture, or ask for the result",
        endpoint=endpoints.check_face,
        body=SampleBody,
        answer=FaceResult,
        scope=CHECK,
        problems=(FaceCheckUnknown,),
    ),
    Operation(
        id="checkGuardianship",
        method="POST",
        path="/guardianships",
        summary="核验监护关系",
        summary_en="Whether one is a guardian of the other",
        endpoint=endpoints.check_guardianship,
        body=GuardianshipBody,
        answer=Guardianship,
        scope=CHECK,
    ),
    Operation(
        id="showLegalPerson",
        method="GET",
        path="/legal-persons/{credit_code}",
        summary="查询法人",
        summary_en="A legal person by its credit code",
        endpoint=endpoints.show_legal_person,
        answer=LegalPersonAnswer,
        scope=CHECK,
        problems=(NoSuchPerson,),
    ),
    Operation(
        id="showRevocations",
        method="GET",
        path="/revocations",
        summary="证书吊销列表",
        summary_en="The list of revoked certificates",
        endpoint=endpoints.show_revocations,
        answer=Revocations,
        scope=CHECK,
    ),
)


def document() -> dict[str, Any]:
    about = Description(
        title="人口库 Population register",
        description="平台核验身份所用：人员、监护、法人、证书。What the platform checks identities with.",
        version="1.0.0",
    )
    return openapi(about, OPERATIONS)
