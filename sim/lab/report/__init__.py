"""Reports that people read.

`build` makes a report once; `text`, `html`, `charts` and `figure_files` only format it.
"""
