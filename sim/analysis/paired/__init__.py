"""Compare runs, paired on common random numbers."""
