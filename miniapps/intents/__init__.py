"""What one mini-service asks of another, through the resident: an intent, and its signed result."""
