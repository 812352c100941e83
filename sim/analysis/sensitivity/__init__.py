"""Which unknown of a scenario turns the verdict."""
