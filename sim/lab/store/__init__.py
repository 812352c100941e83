"""Run folders and all other files of results."""
