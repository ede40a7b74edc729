"""What a resident proves themselves by: passwords, passkeys, one-time codes, recovery codes."""
