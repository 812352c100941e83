"""A gate that a version must pass before its push."""


def add(random, ticks, scenario):
    waits = ticks(random.choice([0, 1, 3]))
    scenario["platform"]["gate"] = {
        "for": waits,
        "margin": random.choice([0.0, 0.2]),
        "least": random.choice([1, 2, 6]),
    }
