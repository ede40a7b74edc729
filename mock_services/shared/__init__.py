"""What the departments' web teams agreed on once: verification, errors, storage, idempotency, notices."""
