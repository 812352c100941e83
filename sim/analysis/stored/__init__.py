"""Stored runs: plain data, agents built again, the form of trackers."""
