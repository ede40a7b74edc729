"""The department's public surface: what may be called, by whom, with what."""

from typing import Any

from mock_services.queries import endpoints
from mock_services.queries.answers import (
    FundRecord,
    HousingFund,
    InsuranceRecord,
    InsuranceRecordsQuery,
    SocialInsurance,
)
from mock_services.queries.records import NoRecords
from mock_services.shared.openapi import Description, openapi
from mock_services.shared.operations import Operation
from mock_services.shared.pages import PageQuery
from mock_services.shared.problems import IdentityNeeded
from mock_services.shared.wire import Page

UPSTREAM = "social-records"
INSURANCE = "social-insurance:record:read"
FUND = "housing-fund:record:read"
LOA = 2
PROBLEMS = (IdentityNeeded, NoRecords)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="getSocialInsurance",
        method="GET",
        path="/social-insurance",
        summary="查询社保账户",
        summary_en="Read social insurance balances",
        endpoint=endpoints.get_social_insurance,
        answer=SocialInsurance,
        scope=INSURANCE,
        loa=LOA,
        problems=PROBLEMS,
    ),
    Operation(
        id="listSocialInsuranceRecords",
        method="GET",
        path="/social-insurance/records",
        summary="查询社保缴费记录",
        summary_en="Read social insurance records",
        endpoint=endpoints.list_social_insurance_records,
        query=InsuranceRecordsQuery,
        answer=Page[InsuranceRecord],
        scope=INSURANCE,
        loa=LOA,
        problems=PROBLEMS,
    ),
    Operation(
        id="getHousingFund",
        method="GET",
        path="/housing-fund",
        summary="查询公积金账户",
        summary_en="Read the housing fund balance",
        endpoint=endpoints.get_housing_fund,
        answer=HousingFund,
        scope=FUND,
        loa=LOA,
        problems=PROBLEMS,
    ),
    Operation(
        id="listHousingFundRecords",
        method="GET",
        path="/housing-fund/records",
        summary="查询公积金明细",
        summary_en="Read housing fund records",
        endpoint=endpoints.list_housing_fund_records,
        query=PageQuery,
        answer=Page[FundRecord],
        scope=FUND,
        loa=LOA,
        problems=PROBLEMS,
    ),
)


def document() -> dict[str, Any]:
    about = Description(
        title="社保公积金查询 Social insurance and housing fund",
        description="只读：本人的社会保险与住房公积金。Read only: one's own social insurance and housing fund.",
        version="1.0.0",
    )
    return openapi(about, OPERATIONS)
