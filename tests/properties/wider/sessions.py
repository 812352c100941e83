"""Visits that come in sessions, by gaps that tie with the rest of the world or do not."""

GAPS = ["constant({1})", "geometric(mean={2}, step={1})", "released(every={2})", "exponential(mean={1})"]
GAPS += ["mixture(0.5: constant({1}), 0.5: uniform(low={0}, high={1}))"]


def add(random, ticks, scenario):
    visits = scenario["users"]["visits"]
    if "rate" in visits:
        visits["session"] = {"stay": random.choice([0.2, 0.5, 0.8]), "gap": ticks.law(random.choice(GAPS))}
