"""How well drift triggers see the shifts of a world."""
