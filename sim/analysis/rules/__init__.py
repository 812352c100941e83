"""Rules of thumb, tested against their alternatives."""
