"""The data path: a mini-service's call to a department's back end.

`lane` is the inbound side of every connection, `head` and `framing` read it in one way, `gate` finds out whether the
call may pass (`decide`, pure) and as whom, `call` takes it through limits, breaker, bulkhead and cache to the
department (`system`, `connection`), `answer` reads what comes back; the ledger has it before the last byte goes out.
`door` is what they share.
"""

from gateway.compiled import prefer

prefer(__path__, "proxy")
