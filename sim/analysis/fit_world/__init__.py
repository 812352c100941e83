"""Fit a world to one impression log.

`columns` reads a table as a `log`; `visits`, `cycle`, `seasonality`, `sessions`, `catalogue`, `positions`, `clicks`,
`popularity`, `conversions` and `delays` estimate a part of the world each, `world` puts them together, `stub` writes a
scenario.
"""
