"""The report of a comparison: rows, numbers, their texts, paragraphs.

`sim.lab.report` formats it for terminal, page and files.
"""
