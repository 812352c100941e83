"""Cadences: when training starts. One file for each."""
