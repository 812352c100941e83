"""Incidents of labels, trainer and pushes, some of them one after another, some at once."""


def add(random, ticks, scenario):
    shares = [{"share": share} for share in (0.3, 1.0)]
    besides = {
        "label_outage": [{}, {"backfill": False}],
        "label_loss": shares,
        "label_duplicates": shares,
        "trainer_down": [{}],
        "push_stuck": [{}],
    }
    scenario["incidents"] = []
    for _ in range(random.randint(1, 4)):
        kind = random.choice(["label_outage", *besides])
        when = {"at": ticks(random.choice([2, 5, 11, 20])), "for": ticks(random.choice([1, 3, 6, 30]))}
        scenario["incidents"].append({"kind": kind} | when | random.choice(besides[kind]))
