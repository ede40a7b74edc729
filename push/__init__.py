"""What departments tell residents: notices, the inbox, the live stream, and delivery by Web Push."""
