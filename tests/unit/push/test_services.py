"""Which endpoints are taken: a table of addresses that somebody would like us to call."""

import pytest

from push.errors import PushServiceUnknown
from push.services import PushServices
from push.settings import PUSH_SERVICES

SERVICES = PushServices([*PUSH_SERVICES, "push.city.example:8443", ".corp.example"])


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:APA91b-_x",
        "https://fcm.googleapis.com:443/fcm/send/abc",
        "https://jmt17.google.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYA%2bx",
        "https://web.push.apple.com/QGbq",
        "https://push.city.example:8443/x",
        "https://a.b.corp.example/",
    ],
)
def test_a_browsers_endpoint_is_taken(endpoint: str) -> None:
    SERVICES.check(endpoint)
    assert SERVICES.address(endpoint) == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "https://evil.example/x",
        "http://fcm.googleapis.com/x",
        "HTTPS://fcm.googleapis.com/x",
        "ftp://fcm.googleapis.com/x",
        "//fcm.googleapis.com/x",
        "https://fcm.googleapis.com",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://user@fcm.googleapis.com/x",
        "https://user:password@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:80/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:0443/x",
        "https://fcm.googleapis.com:/x",
        "https://push.city.example/x",
        "https://push.city.example:84430/x",
        "https://fcm.googleapis.com./x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil-fcm.googleapis.com/x",
        "https://a.fcm.googleapis.com/x",
        "https://evilcorp.example/x",
        "https://corp.example/x",
        "https://.corp.example/x",
        "https://a..corp.example/x",
        "https://a.corp.example./x",
        "https://evil.example/.push.apple.com",
        "https://evil.example#.push.apple.com/x",
        "https://evil.example?.push.apple.com/x",
        "https://evil.example\\.push.apple.com/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://fcm.googleapis.com/x#fragment",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x\n",
        "https://fcm.googleapis.com/\r\nHost: evil.example",
        "\thttps://fcm.googleapis.com/x",
        "https://fcm.googleapis.com/ü",
        "https://ｆcm.googleapis.com/x",
        "https://fcm。googleapis。com/x",
        "https://fcm%2egoogleapis.com/x",
        "https://FCM.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 2000,
    ],
)
def test_any_other_address_is_refused(endpoint: str) -> None:
    for reading in (SERVICES.check, SERVICES.address):
        with pytest.raises(PushServiceUnknown) as raised:
            reading(endpoint)
    assert raised.value.status == 422
    assert raised.value.errors[0]["pointer"] == "/endpoint"


def test_a_relay_takes_the_place_of_the_host_and_keeps_the_rest() -> None:
    services = PushServices(PUSH_SERVICES, {"fcm.googleapis.com": "http://127.0.0.1:9000/out/"})
    assert services.address("https://fcm.googleapis.com:443/a/b?c=d") == "http://127.0.0.1:9000/out/a/b?c=d"
    assert services.address("https://web.push.apple.com/x") == "https://web.push.apple.com/x"
    with pytest.raises(PushServiceUnknown):
        services.address("https://evil.example/x")
