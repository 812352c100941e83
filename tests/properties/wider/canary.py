"""A share of the users that tries each version first; few users are enough for a test here."""


def add(random, ticks, scenario):
    scenario["users"]["count"] = random.choice([4, 6])
    if "every" in scenario["users"]["visits"]:
        scenario["users"]["visits"]["every"] = ticks(4)
    canary = {"share": random.choice([0.3, 0.5, 0.7]), "for": ticks(random.choice([1, 3, 6, 12])), "least": 2}
    scenario["platform"]["canary"] = canary | random.choice([{}, {"margin": 0.2}])
    scenario["platform"]["push"] = ticks.law(random.choice(["constant({0})", "constant({1})", "exponential(mean={2})"]))
