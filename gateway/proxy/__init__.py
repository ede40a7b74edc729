"""The data path: a mini-service's call to a department's back end.

`paths` reads the target, `decide` says whether the call may pass and as whom (pure), `headers` says what crosses,
`carry` carries both ways; `door` gathers what the decision needs, joins them, and has the ledger record.
"""
