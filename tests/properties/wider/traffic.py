"""Spikes of traffic, and lulls, some of them at once."""


def add(random, ticks, scenario):
    if "rate" not in scenario["users"]["visits"]:
        return
    spikes = [
        {"kind": "traffic", "at": ticks(random.choice([0, 2, 5, 11])), "for": ticks(random.choice([1, 3, 8]))}
        for _ in range(random.randint(1, 3))
    ]
    known = scenario.setdefault("incidents", [])
    known += [spike | {"factor": random.choice([0.1, 2.0, 5.0])} for spike in spikes]
