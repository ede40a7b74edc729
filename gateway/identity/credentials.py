"""The services of auth/credentials."""

from auth.credentials.assertions import PasskeyAssertions
from auth.credentials.breached import BreachedPasswords
from auth.credentials.challenges import Challenges
from auth.credentials.entrances import Entrances
from auth.credentials.hashing import Hashing
from auth.credentials.leftovers import CredentialLeftovers
from auth.credentials.passkeys import Passkeys
from auth.credentials.passwords import Passwords
from auth.credentials.policy import PasswordPolicy
from auth.credentials.ports import Holds
from auth.credentials.precautions import Precautions
from auth.credentials.proofs import SecondProofs
from auth.credentials.recovery import RecoveryCodes
from auth.credentials.second_factors import SecondFactors
from auth.credentials.services import CredentialsServices
from auth.credentials.step_ups import StepUps
from auth.credentials.strength import Strength
from auth.credentials.tickets import Tickets
from auth.credentials.webauthn import Ceremonies
from auth.guard.services import GuardServices
from auth.sign_in import Entrance
from gateway.identity.foundation import Foundation


def compose_credentials(base: Foundation, holds: Holds, guard: GuardServices) -> CredentialsServices:
    options, clock = base.settings.credentials, base.clock
    precautions = Precautions(clock, base.sessions, base.events, holds, base.changes)
    policy = PasswordPolicy(options.password_length, BreachedPasswords.shipped())
    passwords = Passwords(clock, Hashing(options.hashing), policy, precautions)
    challenges = Challenges(clock, options.ceremony_seconds)
    ceremonies = Ceremonies(base.origin, options.ceremony_seconds)
    passkeys = Passkeys(clock, challenges, ceremonies, precautions, options.passkeys)
    assertions = PasskeyAssertions(clock, challenges, ceremonies, passkeys, base.events)
    recovery = RecoveryCodes(clock, base.secrecy)
    second_factors = SecondFactors(
        clock,
        secrecy=base.secrecy,
        recovery=recovery,
        precautions=precautions,
        events=base.events,
        sessions=base.sessions,
        tries_hour=options.totp_tries_hour,
    )
    tickets = Tickets(clock, second_factors, options.ticket_seconds, options.ticket_tries)
    second = SecondProofs(tickets, second_factors)
    return CredentialsServices(
        clock=clock,
        passwords=passwords,
        strength=Strength(policy),
        passkeys=passkeys,
        assertions=assertions,
        second_factors=second_factors,
        recovery=recovery,
        tickets=tickets,
        entrances=Entrances(
            base.accounts,
            Entrance(base.sessions, tickets),
            passwords=passwords,
            assertions=assertions,
            second=second,
            guard=guard,
        ),
        step_ups=StepUps(
            base.sessions,
            base.codes,
            passwords=passwords,
            passkeys=passkeys,
            assertions=assertions,
            second_factors=second_factors,
            tickets=tickets,
            second=second,
            attempts=guard.attempts,
        ),
        leftovers=CredentialLeftovers(clock),
    )
