"""The services of this room, as its endpoints find them."""

from dataclasses import dataclass

from auth.mandates.acting import MandateActing
from auth.mandates.acts import Acts
from auth.mandates.consents import ActingConsents
from auth.mandates.mandates import Mandates
from auth.mandates.offers import Offers
from auth.mandates.represented import Principals
from auth.mandates.settings import MandatesSettings


@dataclass(frozen=True, slots=True)
class MandatesServices:
    """Made by gateway/identity/mandates.py."""

    settings: MandatesSettings
    mandates: Mandates
    offers: Offers
    acting: MandateActing
    acts: Acts
    consents: ActingConsents
    principals: Principals
