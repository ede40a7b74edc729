from core.access import AccessState
from gateway.ledger.entries import Ledger
from gateway.ledger.ports import Directory


class LedgerState(AccessState):
    ledger: Ledger
    ledger_directory: Directory
