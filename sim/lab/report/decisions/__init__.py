"""Decisions: what a sweep is asked, a file each.

An experiment names one, ``decision: attribution_window``; how to add one: `sim.lab.report.decisions.base`.
"""
