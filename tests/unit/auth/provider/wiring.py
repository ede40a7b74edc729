"""The OpenID provider over the wired account, as the gateway composes it."""

from auth.provider.registration import Registration
from auth.provider.services import ProviderServices
from auth.security.events import Events
from core.outbound import Outbound
from gateway.identity.foundation import Foundation
from gateway.identity.provider import compose_provider
from tests.unit.auth.wiring import ORIGIN, City


def provider_of(city: City) -> ProviderServices:
    """The room's services, made by the gateway's own composition."""
    return compose_provider(
        Foundation(
            clock=city.clock,
            settings=city.settings,
            origin=ORIGIN,
            outbound=Outbound(),
            secrecy=city.secrecy,
            changes=city.changes,
            events=Events(city.clock),
            accounts=city.accounts,
            sessions=city.sessions,
            subjects=city.subjects,
            consents=city.consents,
            codes=city.codes,
            quotas=city.quotas,
            sender=city.phone,
            clients=city.clients,
            department_tokens=city.department_tokens,
            keys=city.keys,
            tokens=city.tokens,
            directory=city.directory,
        )
    )


def registration(**changes: object) -> Registration:
    """A client that signs residents in."""
    usual: dict[str, object] = {
        "name": {"zh-CN": "便民商店"},
        "auth_method": "none",
        "asks": [{"name": "openid", "reason": {"zh-CN": "登录"}}],
        "redirect_uris": ["https://shop.example/callback"],
    }
    return Registration.model_validate({**usual, **changes})
