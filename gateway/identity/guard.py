"""The services of auth/guard."""

from auth.guard.alarms import Alarms
from auth.guard.attempts import Attempts
from auth.guard.challenges import Challenges
from auth.guard.counters import Counters
from auth.guard.devices import KnownDevices
from auth.guard.leftovers import GuardLeftovers
from auth.guard.limits import Limits
from auth.guard.services import GuardServices
from auth.once import Once
from gateway.identity.foundation import Foundation


def compose_guard(base: Foundation) -> GuardServices:
    options, clock = base.settings.guard, base.clock
    once = Once(base.secrecy)
    devices = KnownDevices(clock, base.secrecy, options.device_days)
    attempts = Attempts(
        Limits(options),
        Counters(clock, base.secrecy),
        Challenges(clock, base.secrecy, once, options.challenge_seconds),
        devices,
        Alarms(clock, once, base.events),
    )
    return GuardServices(attempts=attempts, devices=devices, leftovers=GuardLeftovers(clock))
