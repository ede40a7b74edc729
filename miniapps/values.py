"""JSON values as rooms keep them: as short as it can be, and written again as it was read."""

import json

from core.problems import Unprocessable


def text_of(value: object) -> str:
    """The shortest JSON that a database takes; raises Unprocessable for a number beyond all bounds."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        detail = "a number is larger than JSON readers can tell"
        raise Unprocessable(
            "Correct the members named in `errors`.", errors=[{"pointer": "/value", "detail": detail}]
        ) from error
    return text if _is_unicode(text) else json.dumps(value, separators=(",", ":"))


def size_of(key: str, text: str) -> int:
    """The bytes that count: of the key and of the JSON, in UTF-8."""
    return len(key.encode()) + len(text.encode())


def _is_unicode(text: str) -> bool:
    """Whether it holds whole characters only: half of one can be written as an escape alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def from_text(text: str) -> object:
    """The value that was kept."""
    value: object = json.loads(text)
    return value
