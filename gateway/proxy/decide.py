"""May this call pass, and as whom? Facts in, verdict out: no I/O, so that any carrier can share it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auth.errors import AccountOnHold, ConsentNeeded, MandateEnded, SessionEnded, StepUpNeeded, TokenInvalid
from auth.levels import Hold
from auth.mini_sessions import Standing
from auth.mini_tokens import MiniToken
from core.ids import ServiceId, UpstreamId
from core.problems import Problem
from gateway.proxy.errors import OperationNotDeclared, OperationUnknown, ScopeMissing, UpstreamNotDeclared
from miniapps.operations import Operation


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the decision rests on.

    `asks`: whether the live release asks the resident for anything at all; without that no consent is needed.
    `declared` maps the upstreams of the service's live release to the operation ids it may call; `operation` is what
    the upstream's contract makes of the method and path (None: nothing).
    """

    service: ServiceId
    asks: bool
    declared: Mapping[UpstreamId, frozenset[str]]
    upstream: UpstreamId
    operation: Operation | None
    token: MiniToken
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The call may pass: as this resident, for this operation, telling the department no more than these scopes."""

    standing: Standing
    operation: Operation
    scopes: frozenset[str]


def decide(facts: Facts) -> Verdict:
    """Let the call pass, or raise the first Problem that stands in its way: who, then what, then how well known.

    An operation that needs no scope gives nothing personal away, and so tells the department nothing personal either.
    """
    standing = _standing(facts)
    operation = _operation(facts)
    if operation.scope and operation.scope not in standing.scopes & facts.token.scopes:
        raise _refused(ScopeMissing, f"Ask the resident for {operation.scope}.", scope=operation.scope)
    if operation.loa > standing.loa:
        raise _too_low(operation, standing.hold)
    return Verdict(standing, operation, standing.scopes & facts.token.scopes if operation.scope else frozenset())


def _too_low(operation: Operation, hold: Hold | None) -> Problem:
    """No proof helps while an account is on hold: it has the level, and waits."""
    if hold is not None and operation.loa <= hold.loa:
        return AccountOnHold(hold.until, hop="gateway")
    return StepUpNeeded(f"This needs proofing level {operation.loa}.", loa=operation.loa, hop="gateway")


def _standing(facts: Facts) -> Standing:
    if facts.standing is None or facts.standing.service != facts.service:
        raise TokenInvalid("Get a new token over the bridge.", hop="client")
    if not facts.standing.live:
        raise SessionEnded("The resident signed out.", hop="client")
    if facts.standing.mandate is not None and not facts.standing.mandate.live:
        raise MandateEnded("The resident may act for nobody here any more.", hop="client")
    if facts.asks and not facts.standing.consented:
        raise _refused(ConsentNeeded, "The resident withdrew the consent: ask again.")
    return facts.standing


def _operation(facts: Facts) -> Operation:
    declared = facts.declared.get(facts.upstream)
    if declared is None:
        raise _refused(UpstreamNotDeclared, "Name the upstream in the manifest, and publish again.")
    if facts.operation is None:
        raise _refused(OperationUnknown, "See the OpenAPI document of the department's system.")
    if facts.operation.id not in declared:
        raise _refused(OperationNotDeclared, f"Name {facts.operation.id} in the manifest, and publish again.")
    return facts.operation


def _refused(kind: type[Problem], detail: str, **members: Any) -> Problem:
    return kind(detail, hop="gateway", **members)
