"""What residents report about a service."""
