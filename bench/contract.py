"""What contract checks cost: `python bench/contract.py`; prints microseconds of the processor for each, in seconds.

One process, no network. Each runs in rounds, all in turns; the smallest round is printed, the empty loop taken off.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from core.problems import Problem
from miniapps.operations import Operation, contract_of

ROUNDS, SECONDS = 7, 0.1
MEDIA = b"application/json"
PAY = "records:pay:read"
CONTACT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "phone"],
    "properties": {"name": {"type": "string", "maxLength": 50}, "phone": {"type": "string", "pattern": "^1[0-9]{10}$"}},
}
REQUEST = {
    "type": "object",
    "additionalProperties": False,
    "required": ["slot", "contact", "items"],
    "properties": {
        "slot": {"type": "string", "maxLength": 26},
        "contact": {"$ref": "#/components/schemas/Contact"},
        "items": {
            "type": "array",
            "maxItems": 20,
            "items": {"type": "object", "properties": {"code": {"type": "string"}, "count": {"type": "integer"}}},
        },
        "note": {"type": "string", "maxLength": 500},
        "at": {"type": "string", "format": "date-time"},
    },
}
MONEY = {"type": "object", "properties": {"amount": {"type": "integer"}, "currency": {"type": "string"}}}
RECORD = {
    "type": "object",
    "properties": {
        "month": {"type": "string"},
        "employer": {"type": "string"},
        "base": {"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}], "x-onecity-scope": PAY},
        "paid": {"$ref": "#/components/schemas/Money"},
    },
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/records": {
            "post": {
                "operationId": "addRecord",
                "x-onecity-scope": "records:record:write",
                "requestBody": {"required": True, "content": {"application/json": {"schema": REQUEST}}},
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
                                        "next": {"type": ["string", "null"]},
                                    },
                                }
                            }
                        },
                    }
                },
            }
        }
    },
    "components": {"schemas": {"Contact": CONTACT, "Money": MONEY, "Record": RECORD}},
}
BODY = {
    "slot": "01JD8Z5X9T3K6Q2W7R4M1N0P8A",
    "contact": {"name": "张伟", "phone": "13800000001"},
    "items": [{"code": "A-100", "count": 1}, {"code": "B-200", "count": 2}],
    "note": "请在上午办理，谢谢。" * 9,
    "at": "2026-11-26T09:00:00+08:00",
}
ANSWER = {
    "items": [
        {
            "month": f"2026-{month:02}",
            "employer": "上海****有限公司",
            "base": {"amount": 1234500, "currency": "CNY"},
            "paid": {"amount": 98760, "currency": "CNY"},
        }
        for month in range(1, 8)
    ],
    "next": None,
}


def pieces(operation: Operation) -> dict[str, Callable[[], object]]:
    body, fields = operation.body, operation.fields
    assert body is not None
    assert fields is not None
    plain = json.dumps(BODY, ensure_ascii=False).encode()
    escaped = json.dumps(BODY).encode()
    wrong = json.dumps(BODY | {"slot": 5}, ensure_ascii=False).encode()
    answer = json.dumps(ANSWER, ensure_ascii=False, separators=(",", ":")).encode()
    hidden = fields.hidden(frozenset())
    assert hidden is not None
    all_of_it, none_of_it = frozenset({PAY, "records:record:write"}), frozenset({"records:record:write"})
    return {
        "nothing": lambda: None,
        "find the operation": lambda: CONTRACT.find("POST", "/records"),
        "check_head": lambda: body.check_head(MEDIA, None),
        f"check, {len(plain)} bytes": lambda: body.check(MEDIA, None, plain),
        f"check, {len(escaped)} bytes with escapes": lambda: body.check(MEDIA, None, escaped),
        f"check, {len(wrong)} bytes, refused with a pointer": lambda: refused(lambda: body.check(MEDIA, None, wrong)),
        "hidden, nothing to hide (once a pass)": lambda: fields.hidden(all_of_it),
        "hidden, something to hide (once a pass)": lambda: fields.hidden(none_of_it),
        "concerns": lambda: hidden.concerns(200, MEDIA, None),
        f"strip, {len(answer)} bytes, 7 records": lambda: hidden.strip(200, MEDIA, answer),
        "compile the document (once a revision)": lambda: contract_of(DOCUMENT),
    }


def refused(check: Callable[[], None]) -> None:
    try:
        check()
    except Problem:
        return
    raise AssertionError


def times_of(piece: Callable[[], object]) -> int:
    """How many calls fill a round."""
    times, took = 1, 0.0
    while took < SECONDS / 10:
        times *= 4
        took = round_of(piece, times) * times
    return max(1, int(times * SECONDS / took))


def round_of(piece: Callable[[], object], times: int) -> float:
    """Seconds of the processor that one call takes."""
    began = time.process_time()
    for _ in range(times):
        piece()
    return (time.process_time() - began) / times


def main() -> None:
    measured = pieces(CONTRACT.operations["addRecord"])
    times = {name: times_of(piece) for name, piece in measured.items()}
    best = dict.fromkeys(measured, float("inf"))
    for _ in range(ROUNDS):
        for name, piece in measured.items():
            best[name] = min(best[name], round_of(piece, times[name]))
    empty = best.pop("nothing")
    for name, seconds in best.items():
        print(f"{(seconds - empty) * 1e6:8.2f} µs  {name}")


CONTRACT = contract_of(DOCUMENT)

if __name__ == "__main__":
    main()
