"""Whether anything changed, by a number in a row of its own: read every second, instead of tables of thousands.

The number grows in the transaction of the change, so that whoever sees it sees the change.
"""

from typing import Literal

from core.database import rows

Subject = Literal["services", "upstreams"]


async def announce(subject: Subject) -> None:
    """Inside the transaction of the change, as its last step: others that change the same wait for its end."""
    await rows(
        "INSERT INTO miniapps_change (id, number) VALUES (?, 1) "
        "ON CONFLICT (id) DO UPDATE SET number = miniapps_change.number + 1",
        subject,
    )


async def number_of(subject: Subject) -> int:
    """Another number than before: something changed."""
    found = await rows("SELECT number FROM miniapps_change WHERE id = ?", subject)
    return int(found[0]["number"]) if found else 0
