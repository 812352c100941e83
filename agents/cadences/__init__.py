"""When training starts: one cadence a file."""
