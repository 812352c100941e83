"""Corrections: how pending and late labels become weighted examples.

One file for each.
"""
