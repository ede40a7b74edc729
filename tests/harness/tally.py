"""One line for each family of bad inputs at the end of a run: how many there were, and what they got."""

from collections import Counter

import pytest

NAME = "bad input"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    got: dict[str, Counter[str]] = {}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == NAME and isinstance(value, tuple | list):
                got.setdefault(str(value[0]), Counter())[str(value[1])] += 1
    if not got:
        return
    terminalreporter.write_sep("-", f"bad inputs: {sum(counts.total() for counts in got.values())}")
    for family, counts in got.items():
        answers = ", ".join(f"{answer} × {count}" for answer, count in counts.most_common())
        terminalreporter.write_line(f"{family:26} {counts.total():4}  {answers}")
