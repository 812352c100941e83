"""One run: computed, or taken from its folder."""
