"""What each retrain interval costs, in money."""
