"""One run: computed, or taken from where it is."""
