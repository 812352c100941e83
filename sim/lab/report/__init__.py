"""Reports that people read.

`build` makes a report once; `text`, `html`, `charts` only format it, and `panels` draw their own data.
"""
