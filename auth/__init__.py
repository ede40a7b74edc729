"""One citizen account: who somebody is, how they sign in, what they allowed, and the tokens that say so."""
