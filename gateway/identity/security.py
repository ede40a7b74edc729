"""The services of auth/security."""

from auth.security.devices import Devices, KnownBrowsers
from auth.security.holds import Holds
from auth.security.journal import Journal
from auth.security.places import NetworkPlaces
from auth.security.services import SecurityServices
from auth.security.telling import Telling
from gateway.identity.foundation import Foundation


def compose_security(base: Foundation, known: KnownBrowsers) -> SecurityServices:
    options = base.settings.security
    devices = Devices(base.events, NetworkPlaces(options.places), known)
    base.sessions.tell(devices)
    return SecurityServices(
        holds=Holds(base.clock, options, base.changes),
        devices=devices,
        journal=Journal(),
        telling=Telling(base.clock, options, base.sender, base.settings.sms_seconds),
    )
