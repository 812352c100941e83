"""Fit a delay law to a table of observed delays.

`table`, `cells`, `instants` and `rows` read the file, `intervals` says what each row is known to be, `families`,
`likelihood`, `optimise` and `fits` find the laws, `write` and `show` print them.
"""
