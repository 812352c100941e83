"""How pending and late labels become weighted examples: one correction a file."""
