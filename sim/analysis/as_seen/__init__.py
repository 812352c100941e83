"""What a dashboard shows, and what it hides."""
