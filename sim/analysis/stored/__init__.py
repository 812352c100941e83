"""Stored runs: plain data, agents built again, trackers."""
