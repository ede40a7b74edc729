"""May this call pass, and as whom? Facts in, verdict out: no I/O, so that any carrier can share it."""

from collections.abc import Collection
from dataclasses import dataclass

from auth.errors import ConsentNeeded, LevelTooLow, SessionEnded
from auth.mini_sessions import Standing
from core.problems import Forbidden, NotFound
from miniapps.services import LiveService
from miniapps.upstreams import Operation, Upstream


class UpstreamNotDeclared(Forbidden):
    title = "This mini-service did not declare that department system"


class OperationUnknown(NotFound):
    title = "The department's system has no such operation"


class OperationNotDeclared(Forbidden):
    title = "This mini-service did not declare that operation"


class ScopeMissing(Forbidden):
    title = "The resident did not agree to this"
