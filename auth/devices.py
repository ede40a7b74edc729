"""What a resident reads in their list of devices, out of what the browser says of itself."""

DEVICE_LIMIT = 80
_BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first that occurs: most browsers also name those they descend from."""
_PLATFORMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(given: str | None, user_agent: str) -> str:
    """A label of at most 80 characters: the one given, or like `Chrome on Android`."""
    label = "".join(letter for letter in given or "" if letter.isprintable()).strip()[:DEVICE_LIMIT]
    return label or f"{_first(_BROWSERS, user_agent, 'Browser')} on {_first(_PLATFORMS, user_agent, 'unknown device')}"


def _first(marks: tuple[tuple[str, str], ...], text: str, otherwise: str) -> str:
    return next((name for mark, name in marks if mark in text), otherwise)
