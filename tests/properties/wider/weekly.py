"""Days of the week on which users come more or less often."""


def add(random, ticks, scenario):
    visits = scenario["users"]["visits"]
    if "rate" in visits:
        visits["weekly"] = random.choice([[1, 1, 1, 1, 1.2, 1.5, 1.3], [2, 0.1, 1, 4, 0.5, 1, 7]])
