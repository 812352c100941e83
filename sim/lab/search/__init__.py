"""A sweep that looks for the best: an optimiser chooses the jobs."""
