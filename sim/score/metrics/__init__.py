"""Metrics, one file for each.

Every public subclass of `Metric` in this folder is used.
"""
