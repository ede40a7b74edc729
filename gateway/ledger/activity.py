"""How busy the data path is, as one number: whoever gathers work can tell whether more of it is about to come.

⚡ Compiled on the data path: no dynamic tricks.
"""


class Activity:
    """`events` grows with each piece of network input that the data path handles."""

    __slots__ = ("events",)

    def __init__(self) -> None:
        self.events = 0
