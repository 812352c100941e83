"""Search: an optimiser chooses the jobs of a sweep."""
