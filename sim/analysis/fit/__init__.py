"""Fit a delay law to a table of observed delays.

`table`, `cells`, `instants` and `rows` read the table, `intervals` holds what is known of each delay, `families`,
`likelihood`, `optimise` and `fits` find the laws, `write` states them as text.
"""
