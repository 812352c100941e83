"""Claims about agents that a sweep checks."""
