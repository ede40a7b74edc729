"""When somebody comes of age: on the day of their eighteenth birthday, in the city's time (Civil Code, article 17)."""

from datetime import UTC, date, datetime, timedelta, timezone

ADULT = 18
_CITY = timezone(timedelta(hours=8))


def of_age_at(born: date) -> datetime:
    """The moment, in UTC; who was born on a leap day comes of age on the first of March."""
    day = date(born.year, 3, 1) if (born.month, born.day) == (2, 29) else born
    return datetime(day.year + ADULT, day.month, day.day, tzinfo=_CITY).astimezone(UTC)
