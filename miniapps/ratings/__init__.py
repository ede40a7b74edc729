"""What residents say of a service when a matter is finished: five grades (好差评)."""
