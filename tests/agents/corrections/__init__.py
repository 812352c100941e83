"""Each correction against closed forms: on whole populations, without noise, and in a small world."""
