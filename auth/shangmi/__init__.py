"""National cryptography: SM2, SM3 and SM4, for messages of departments and a second seal. Never in JOSE."""
