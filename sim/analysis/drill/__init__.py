"""What a bad day costs, until it is made good."""
