"""How personal data looks where the full value is not needed."""


def masked_name(name: str | None) -> str | None:
    """张三丰 becomes 张*: the length stays hidden too."""
    return f"{name[0]}*" if name else None


def masked_phone(phone: str | None) -> str | None:
    """13812345678 becomes 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else None
