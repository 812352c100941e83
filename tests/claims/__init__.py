"""Known answers: what theory says of a world, and what the simulator gives.

A topic is a module. Its public functions return claims (see `Claim`); `_claim.found` walks this package, so that
nothing is listed by hand. ``delaylab verify`` prints them as a table.
"""
