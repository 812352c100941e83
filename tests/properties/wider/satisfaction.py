"""Satisfaction by something else than clicks, with a say in values."""


def add(random, ticks, scenario):
    """Let satisfaction move values, visits or both."""
    feedback, users = scenario["feedback"], scenario["users"]
    learnt = feedback[feedback.get("learn_from", "click")]
    own = users.setdefault("satisfaction", {"half_life": ticks(random.choice([2, 6]))})
    dim = users.get("preferences", {}).get("dim", 0)
    if "value" not in learnt and random.random() < 0.7:
        learnt["value"] = 3
    by = ["clicks"] + ["value"] * ("value" in learnt) + [f"feature({dim - 1})"] * (2 * (dim > 0))
    own["driven_by"] = random.choice(by)
    if "value" in learnt:
        own["value_effect"] = random.choice([0.0, 0.8, -2.0])
