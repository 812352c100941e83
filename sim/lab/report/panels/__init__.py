"""Panels of the report, a figure with caption each."""
