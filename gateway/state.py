"""What a request finds in its state: every feature's needs together."""

from collections.abc import Callable, Mapping
from typing import Any

from auth.credentials.api.state import CredentialsState
from auth.external.api.state import ExternalState
from auth.guard.api.state import GuardState
from auth.lifecycle.api.state import LifecycleState
from auth.mandates.api.state import MandatesState
from auth.proofing.api.state import ProofingState
from auth.provider.api.state import ProviderState
from auth.security.api.state import SecurityState
from auth.sms import Outbox
from auth.staff.api.state import StaffState
from gateway.composition import City
from gateway.ledger.api.state import LedgerState
from gateway.pages import PagesState, problem_texts
from gateway.proxy.api.state import ProxyState
from gateway.proxy.door import Door
from gateway.settings import Settings
from miniapps.api.state import MiniappsState
from miniapps.intents.api.state import IntentsState
from miniapps.reports.api.state import ReportsState
from miniapps.storage.api.state import StorageState
from push.api.state import PushState


class IdentityState(
    GuardState,
    CredentialsState,
    ProofingState,
    SecurityState,
    LifecycleState,
    MandatesState,
    ProviderState,
    ExternalState,
    StaffState,
):
    """What the rooms of auth need, each of which inherits auth's own."""


class HostingState(MiniappsState, StorageState, IntentsState, ReportsState):
    """What miniapps and its rooms need."""


class State(IdentityState, HostingState, PushState, LedgerState, ProxyState, PagesState):
    outbox: Outbox
    openapi: Callable[[], Mapping[str, Any]]


def state_of(city: City, door: Door, settings: Settings, openapi: Callable[[], Mapping[str, Any]]) -> State:
    """The state that the lifespan yields."""
    identity, hosting, messages = city.identity, city.hosting, city.messages
    return State(
        authenticator=identity.authenticator,
        auth_settings=settings.auth,
        own_origin=identity.own_origin,
        accounts=identity.accounts,
        sign_in=identity.sign_in,
        sessions=identity.sessions,
        consents=identity.consents,
        mini_tokens=identity.mini_tokens,
        identity_tokens=identity.identity_tokens,
        department_tokens=identity.department_tokens,
        keys=identity.keys,
        guard=identity.rooms.guard,
        credentials=identity.rooms.credentials,
        proofing=identity.rooms.proofing,
        security=identity.rooms.security,
        lifecycle=identity.rooms.lifecycle,
        mandates=identity.rooms.mandates,
        provider=identity.rooms.provider,
        external=identity.rooms.external,
        staff=identity.rooms.staff,
        services=hosting.services,
        catalogue=hosting.catalogue,
        keepsakes=hosting.keepsakes,
        releases=hosting.releases,
        scope_titles=hosting.scope_titles,
        storage=city.rooms.storage,
        ratings=city.rooms.ratings,
        intents=city.rooms.intents,
        reports=city.rooms.reports,
        intent_providers=city.rooms.intent_providers,
        package_limits=settings.miniapps.limits,
        notices=messages.notices,
        inbox=messages.inbox,
        threads=messages.threads,
        push_subscriptions=messages.subscriptions,
        live_streams=messages.streams,
        vapid=messages.vapid,
        ledger=city.ledger,
        ledger_directory=city.names,
        outbox=identity.outbox,
        door=door,
        upstreams=hosting.upstreams,
        problem_texts=problem_texts(settings.problems_file),
        openapi=openapi,
    )
