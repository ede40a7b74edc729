"""What every package shares. Imports none of ours and knows no feature."""
