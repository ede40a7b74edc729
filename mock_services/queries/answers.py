"""What the endpoints take and give."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from mock_services.shared.pages import PageQuery
from mock_services.shared.wire import Answer, Money, Text

BASE = "social-insurance:base:read"
Insurance = Literal["pension", "medical", "unemployment"]


class InsuranceRecordsQuery(PageQuery):
    year: int | None = Field(default=None, ge=1950, le=2100, description="年份 / year")


class InsuranceAccount(Answer):
    insurance: Insurance
    name: Text
    balance: Money
    meaning: Text = Field(description="余额的含义 / what the balance is")
    months_paid: int


class SocialInsurance(Answer):
    name: str = Field(description="脱敏姓名 / masked")
    id_number: str = Field(description="脱敏证件号 / masked")
    status: Literal["active", "retired"]
    employer: str | None = Field(description="脱敏单位名称 / masked")
    monthly_pension: Money | None = Field(description="每月养老金，未退休时为 null / null before retirement")
    accounts: list[InsuranceAccount]
    years: list[int] = Field(description="有记录的年份，新的在前 / years with records, newest first")
    as_of: datetime


class InsuranceRecord(Answer):
    month: str = Field(description="2026-10")
    kind: Literal["contribution", "benefit"]
    employer: str | None = Field(description="脱敏单位名称 / masked")
    base: Money | None = Field(
        description="缴费基数 / what contributions are counted from",
        json_schema_extra={
            "x-onecity-scope": BASE,  # close to the salary: a scope of its own, left out by the gateway without it
            "x-onecity-summary": "查询社保缴费基数",
            "x-onecity-summary-en": "Read the base of your contributions",
        },
    )
    pension: Money
    medical: Money
    unemployment: Money
    received: Money = Field(description="发放的养老金 / pension paid out")


class HousingFund(Answer):
    name: str = Field(description="脱敏姓名 / masked")
    account: str = Field(description="脱敏账号 / masked")
    status: Literal["active", "closed"]
    employer: str | None = Field(description="脱敏单位名称 / masked")
    balance: Money
    monthly_deposit: Money
    as_of: datetime


class FundRecord(Answer):
    date: date
    kind: Literal["deposit", "interest", "withdrawal"]
    employer: str | None = Field(description="脱敏单位名称 / masked")
    amount: Money = Field(description="转出为负 / negative where money left")
    balance: Money
