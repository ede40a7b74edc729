"""What the account's endpoints need."""

from auth.accounts import Accounts
from auth.api.origin import OwnOrigin
from auth.consents import Consents
from auth.department_tokens import DepartmentTokens
from auth.identity_tokens import IdentityTokens
from auth.keys import Keys
from auth.mandates.services import MandatesServices
from auth.mini_tokens import MiniTokens
from auth.sessions import Sessions
from auth.settings import AuthSettings
from auth.sign_in import SignIn
from core.access import AccessState


class AuthState(AccessState):
    auth_settings: AuthSettings
    own_origin: OwnOrigin
    accounts: Accounts
    sign_in: SignIn
    sessions: Sessions
    consents: Consents
    mini_tokens: MiniTokens
    identity_tokens: IdentityTokens
    department_tokens: DepartmentTokens
    keys: Keys
    mandates: MandatesServices
