"""Jobs of a sweep: overrides, warnings, what differs, added replications."""
