"""All services of a city, made from its settings: the one place that knows every constructor.

The lifespan serves them; the command line uses the same ones.
"""

from dataclasses import dataclass

from auth.accounts import Accounts
from auth.api.authenticator import CookieOrBearer
from auth.api.origin import OwnOrigin
from auth.assertions import Assertions
from auth.changes import Changes, Feed
from auth.codes import Codes
from auth.consents import Consents
from auth.department_tokens import DepartmentTokens
from auth.entitlements import Entitlements
from auth.freshness import Freshness
from auth.identity_tokens import IdentityTokens
from auth.intent_results import IntentResults
from auth.keys import Keys
from auth.leftovers import Leftovers
from auth.mini_sessions import MiniSessions
from auth.mini_tokens import MiniTokens
from auth.once import Once
from auth.ports import ServiceDirectory, SMSSender
from auth.provider.clients import Clients
from auth.quotas import CodeQuotas
from auth.secrecy import Secrecy
from auth.security.events import Events
from auth.sessions import Sessions
from auth.shangmi.message_signatures import MessageSignatures
from auth.sign_in import SignIn
from auth.sms import NoSender, Outbox
from auth.standings import Standings
from auth.subjects import Subjects
from auth.tokens import Tokens
from auth.verified_tokens import VerifiedTokens
from core.clock import Clock
from core.ids import AccountId
from core.outbound import Outbound
from gateway.account_data import city_data
from gateway.adapters import AccountReaders, KnownRecipients, LiveDirectory, LiveSessions, NameCards
from gateway.hosting import MiniappsRooms, compose_miniapps_rooms
from gateway.hosts import Hosts
from gateway.identity.foundation import Foundation
from gateway.identity.rooms import Rooms, compose_rooms
from gateway.ledger.checkpoints import Checkpoints
from gateway.ledger.entries import Ledger
from gateway.ledger.kin import Kin, alone
from gateway.ledger.signer import SecondSigner, Signer
from gateway.proxy.access_log import AccessLog
from gateway.proxy.door import ROUTE, Door
from gateway.proxy.gate import Gate
from gateway.proxy.idempotency import Keys as IdempotencyKeys
from gateway.settings import Settings
from miniapps.api.hosting import MiniHost
from miniapps.catalogue import Catalogue
from miniapps.departments import Departments
from miniapps.keepsakes import Keepsakes
from miniapps.releases import Releases
from miniapps.services import MiniHosts, Services
from miniapps.store import Store
from miniapps.titles import ScopeTitles
from miniapps.upstreams import Upstreams
from push.deliveries import Deliveries
from push.encryption import Vapid
from push.hub import Hub
from push.inbox import Inbox
from push.live import LiveStreams
from push.notices import Notices
from push.ports import ServiceNames
from push.sender import WebPushSender
from push.services import PushServices
from push.subscriptions import Subscriptions
from push.threads import Threads


@dataclass(frozen=True, slots=True)
class Identity:
    """auth's services."""

    accounts: Accounts
    sign_in: SignIn
    sessions: Sessions
    consents: Consents
    subjects: Subjects
    keys: Keys
    clients: Clients
    mini_sessions: MiniSessions
    mini_tokens: MiniTokens
    identity_tokens: IdentityTokens
    intent_results: IntentResults
    standings: Standings
    verified_tokens: VerifiedTokens
    freshness: Freshness
    department_tokens: DepartmentTokens
    assertions: Assertions
    authenticator: CookieOrBearer
    own_origin: OwnOrigin
    leftovers: Leftovers
    outbox: Outbox
    rooms: Rooms


@dataclass(frozen=True, slots=True)
class Messages:
    """push's services."""

    notices: Notices
    inbox: Inbox
    threads: Threads
    subscriptions: Subscriptions
    streams: LiveStreams
    vapid: Vapid
    hub: Hub
    deliveries: Deliveries


@dataclass(frozen=True, slots=True)
class Hosting:
    """miniapps' services."""

    departments: Departments
    upstreams: Upstreams
    services: Services
    catalogue: Catalogue
    keepsakes: Keepsakes
    releases: Releases
    scope_titles: ScopeTitles
    store: Store


@dataclass(frozen=True, slots=True)
class City:
    """Everything that answers."""

    hosting: Hosting
    rooms: MiniappsRooms
    identity: Identity
    messages: Messages
    ledger: Ledger
    names: NameCards
    idempotency: IdempotencyKeys
    mini_host: MiniHost


def compose(settings: Settings, clock: Clock, outbound: Outbound) -> City:
    """`outbound` is for push services and identity providers; departments' systems: the door alone (`open_door`)."""
    hosting = compose_hosting(settings, clock)
    identity = compose_identity(settings, clock, LiveDirectory(hosting.services), outbound)
    names = NameCards(hosting.services, hosting.departments, identity.rooms.mandates.mandates)
    ledger = compose_ledger(settings, clock, identity.accounts.kin)
    idempotency = IdempotencyKeys(clock, settings.proxy.idempotency)
    identity.rooms.lifecycle.areas.add(*city_data(ledger, idempotency))
    return City(
        hosting=hosting,
        rooms=compose_miniapps_rooms(clock, hosting.services, identity.rooms.mandates.acting, identity.intent_results),
        identity=identity,
        messages=compose_messages(settings, clock, outbound, identity, names),
        ledger=ledger,
        names=names,
        idempotency=idempotency,
        mini_host=MiniHost(
            services=hosting.services,
            store=hosting.store,
            sdk=settings.web / "sdk" / "dist",
            app_origin=settings.origin,
            secure=settings.secure,
        ),
    )


def open_door(settings: Settings, clock: Clock, city: City) -> Door:
    """The data path; to be called inside the running loop."""
    hosting, identity = city.hosting, city.identity

    def gate(door: Door) -> Gate:
        return Gate(
            hosting.services,
            hosting.upstreams,
            identity.verified_tokens,
            identity.standings,
            identity.assertions,
            city.ledger,
            door.system_of,
            (door.now, clock.unix),
        )

    return Door(
        origin=settings.origin,
        hosts=Hosts.of(settings.origin, settings.mini_domain),
        settings=settings.proxy,
        unix=clock.unix,
        services=hosting.services,
        upstreams=hosting.upstreams,
        ledger=city.ledger,
        keys=city.idempotency,
        gate=gate,
        access_log=AccessLog(settings.log_format, ROUTE),
    )


def compose_ledger(settings: Settings, clock: Clock, kin_of: Kin = alone) -> Ledger:
    secrecy = Secrecy(settings.auth.secret)
    signer = Signer(clock, secrecy, settings.origin)
    second = SecondSigner(clock, secrecy, signer.name) if settings.ledger.sm2 else None
    checkpoints = Checkpoints(clock, signer, settings.ledger.checkpoint_seconds, second)
    return Ledger(clock, settings.ledger, checkpoints, kin_of)


def compose_hosting(settings: Settings, clock: Clock) -> Hosting:
    options = settings.miniapps
    departments, store = Departments(), Store(options.store)
    upstreams = Upstreams(clock, options.cache_seconds, options.max_body_bytes)
    hosts = MiniHosts("https" if settings.secure else "http", settings.mini_domain)
    services = Services(departments, hosts, options.cache_seconds)
    return Hosting(
        departments=departments,
        upstreams=upstreams,
        services=services,
        catalogue=Catalogue(services),
        keepsakes=Keepsakes(clock, services),
        releases=Releases(clock, store, upstreams, options.limits, services.changed),
        scope_titles=ScopeTitles(upstreams),
        store=store,
    )


def compose_identity(settings: Settings, clock: Clock, directory: ServiceDirectory, outbound: Outbound) -> Identity:
    outbox = Outbox(clock)
    base = _foundation(settings, clock, directory, outbound, outbox if settings.development_outbox else NoSender())
    rooms = compose_rooms(base)
    options, acting = settings.auth, rooms.mandates.acting
    mini_sessions = MiniSessions(clock, base.sessions, acting)
    standings = Standings(clock, mini_sessions)
    base.changes.listen(standings)
    entitlements = Entitlements(clock, directory, base.accounts, base.consents)
    mini_tokens = MiniTokens(base.tokens, options, entitlements, base.subjects, mini_sessions, acting)
    verified_tokens = VerifiedTokens(clock, mini_tokens, base.keys)
    own_origin = OwnOrigin(settings.origin)
    return Identity(
        accounts=base.accounts,
        sign_in=_sign_in(base, rooms),
        sessions=base.sessions,
        consents=base.consents,
        subjects=base.subjects,
        keys=base.keys,
        clients=base.clients,
        mini_sessions=mini_sessions,
        mini_tokens=mini_tokens,
        identity_tokens=IdentityTokens(base.tokens, entitlements, base.subjects, acting),
        intent_results=IntentResults(base.tokens, base.subjects),
        standings=standings,
        verified_tokens=verified_tokens,
        freshness=Freshness(Feed(clock, standings), standings, verified_tokens),
        department_tokens=base.department_tokens,
        assertions=Assertions(options, base.tokens, base.accounts, base.subjects, profiles=rooms.mandates.principals),
        authenticator=_authenticator(base, rooms, own_origin),
        own_origin=own_origin,
        leftovers=Leftovers(clock, base.sessions),
        outbox=outbox,
        rooms=rooms,
    )


def _foundation(
    settings: Settings, clock: Clock, directory: ServiceDirectory, outbound: Outbound, sender: SMSSender
) -> Foundation:
    """What all rooms of auth share."""
    options, secrecy, changes = settings.auth, Secrecy(settings.auth.secret), Changes(clock)
    clients, keys = Clients(clock, options.provider), Keys(clock, options, secrecy)
    tokens = Tokens(clock, settings.origin, keys)
    quotas = CodeQuotas(clock, options.limits, secrecy, options.guard)
    return Foundation(
        clock=clock,
        settings=options,
        origin=settings.origin,
        outbound=outbound,
        secrecy=secrecy,
        changes=changes,
        events=Events(clock),
        accounts=Accounts(clock, changes),
        sessions=Sessions(clock, options, changes),
        subjects=Subjects(),
        consents=Consents(clock, directory, changes),
        codes=Codes(clock, options, secrecy, quotas, sender),
        quotas=quotas,
        sender=sender,
        clients=clients,
        department_tokens=DepartmentTokens(options, tokens, clients),
        keys=keys,
        tokens=tokens,
        directory=directory,
    )


def _sign_in(base: Foundation, rooms: Rooms) -> SignIn:
    return SignIn(
        base.codes,
        base.accounts,
        base.sessions,
        rooms.credentials.tickets,
        rooms.guard.attempts,
        newcomers=rooms.lifecycle.newcomers,
    )


def _authenticator(base: Foundation, rooms: Rooms, own_origin: OwnOrigin) -> CookieOrBearer:
    signatures = MessageSignatures(base.clock, base.settings.shangmi, Once(base.secrecy))
    return CookieOrBearer(own_origin, base.sessions, base.department_tokens, rooms.staff.sessions, signatures)


def compose_messages(
    settings: Settings, clock: Clock, outbound: Outbound, identity: Identity, names: ServiceNames
) -> Messages:
    options = settings.push
    vapid = Vapid(options.vapid_key.get_secret_value(), options.vapid_subject, clock)
    services = PushServices(options.services, {host: str(base) for host, base in options.relay.items()})
    hub = Hub(options.redis_url, poll_seconds=options.live.poll_seconds)
    live_sessions = LiveSessions(identity.sessions)
    deliveries = Deliveries(
        WebPushSender(outbound, vapid, services, clock),
        AccountReaders(identity.accounts),
        live_sessions,
        clock,
        settings=options.delivery,
    )

    def sent(account: AccountId) -> None:
        hub.announce(account)
        deliveries.wake()

    inbox = Inbox(names, clock, changed=hub.announce)
    return Messages(
        notices=Notices(
            KnownRecipients(identity.subjects, identity.rooms.mandates.mandates),
            names,
            clock,
            seconds=options.notice_seconds,
            sent=sent,
        ),
        inbox=inbox,
        threads=Threads(inbox),
        subscriptions=Subscriptions(services, clock, options.subscriptions),
        streams=LiveStreams(inbox, hub, live_sessions, options.live),
        vapid=vapid,
        hub=hub,
        deliveries=deliveries,
    )
