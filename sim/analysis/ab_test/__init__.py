"""A/B tests inside the world, and the truth."""
