"""Mobile numbers of mainland China, as people type them."""

import re
import unicodedata

from auth.errors import InvalidPhone

_TYPED = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")


def phone_of(typed: str) -> str:
    """The eleven digits; blanks, hyphens, full-width digits and the country's prefix are forgiven.

    Raises InvalidPhone.
    """
    match = _TYPED.fullmatch(re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)))
    if match is None:
        error = "Give the eleven digits of a mobile number, like 13800000001."
        raise InvalidPhone(error, errors=[{"pointer": "/phone", "detail": error}])
    return match[1]
