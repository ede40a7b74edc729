"""What the gateway costs, beside other gateways doing what they can of its work: `make bench`. See README.md."""
