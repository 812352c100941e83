"""Rollbacks by hand, two of them perhaps at one instant."""


def add(random, ticks, scenario):
    rollbacks = [
        {"kind": "rollback", "at": ticks(random.choice([5, 9, 14, 20, 23]))} for _ in range(random.randint(1, 3))
    ]
    scenario["incidents"] = [*scenario.get("incidents", ()), *rollbacks]
    if "for" not in scenario["platform"].get("canary", {}):
        scenario["platform"]["push"] = ticks.law(random.choice(["constant({1})", "exponential(mean={3})"]))
