"""Personal data as answers may show it."""


def mask_name(name: str) -> str:
    """Keep the family name's first character: 张伟 becomes 张*, 李秀英 becomes 李**."""
    return name[0] + "*" * (len(name) - 1)


def mask_employer(name: str) -> str:
    """Keep the city and the legal form: 上海东方明科技有限公司 becomes 上海****有限公司."""
    return f"{name[:2]}****{name[-4:]}"


def mask_number(number: str) -> str:
    """Keep the last four."""
    return "****" + number[-4:]


def mask_phone(phone: str) -> str:
    """Keep the first three and the last four: 138****0001."""
    return f"{phone[:3]}****{phone[-4:]}"
