"""What stands before every attempt: limits, challenges, what text messages may cost."""
