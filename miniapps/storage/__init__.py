"""What a mini-service keeps for a resident between two visits."""
