"""Shapes that many answers share."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Text(Answer):
    """Words for people, in both languages."""

    zh_cn: str = Field(alias="zh-CN")
    en: str


class Money(Answer):
    """An amount in minor units (分)."""

    amount: int = Field(description="分 / fen")
    currency: str = Field(default="CNY", min_length=3, max_length=3)


class Page(Answer, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: Annotated[str | None, Field(description="下一页的 cursor,没有更多时为 null")] = None


def text(zh_cn: str, en: str) -> Text:
    return Text(zh_cn=zh_cn, en=en)
