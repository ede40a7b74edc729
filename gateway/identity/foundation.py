"""What every room of auth is made from."""

from dataclasses import dataclass

from auth.accounts import Accounts
from auth.changes import Changes
from auth.codes import Codes
from auth.consents import Consents
from auth.department_tokens import DepartmentTokens
from auth.keys import Keys
from auth.ports import ServiceDirectory, SMSSender
from auth.provider.clients import Clients
from auth.quotas import CodeQuotas
from auth.secrecy import Secrecy
from auth.security.events import Events
from auth.sessions import Sessions
from auth.settings import AuthSettings
from auth.subjects import Subjects
from auth.tokens import Tokens
from core.clock import Clock
from core.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Foundation:
    """`origin` is the app host's, and the issuer; `outbound` the one client for the outside."""

    clock: Clock
    settings: AuthSettings
    origin: str
    outbound: Outbound
    secrecy: Secrecy
    changes: Changes
    events: Events
    accounts: Accounts
    sessions: Sessions
    subjects: Subjects
    consents: Consents
    codes: Codes
    quotas: CodeQuotas
    sender: SMSSender
    clients: Clients
    department_tokens: DepartmentTokens
    keys: Keys
    tokens: Tokens
    directory: ServiceDirectory
