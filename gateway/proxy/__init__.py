"""The data path: a mini-service's call to a department's back end.

`paths` reads the target, `decide` says whether the call may pass and as whom (pure), `facts` gathers what the decision
needs, `headers` says what crosses, `carry` carries both ways, `door` joins them, and the ledger records.
"""
