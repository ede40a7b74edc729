"""The OpenID provider: what web services and apps of others sign residents in with."""
