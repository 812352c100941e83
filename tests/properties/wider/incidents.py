"""Incidents of the trainer and of pushes, some of them one after another, some at once."""

KINDS = [{"kind": "trainer_down"}, {"kind": "push_stuck"}]


def add(random, ticks, scenario):
    scenario["incidents"] = [
        random.choice(KINDS) | {"at": ticks(random.choice([2, 5, 11, 20])), "for": ticks(random.choice([1, 3, 6, 30]))}
        for _ in range(random.randint(1, 4))
    ]
