"""Jobs of a sweep: warnings, what differs, added replications."""
