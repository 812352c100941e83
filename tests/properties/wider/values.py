"""Outcomes of different worth."""

AMOUNTS = [
    25,
    0.5,
    "exponential(mean=40)",
    "mixture(0.5: 2, 0.5: lognormal(mean=4, sigma=1))",
    "uniform(low=1, high=3)",
]


def add(random, ticks, scenario):
    """Give what is learnt a value."""
    amount = random.choice(AMOUNTS)
    users, items = scenario["users"], scenario["items"]
    moves = any(users.get(what, {}).get("spread") for what in ("preferences", "trend", "drift"))
    if (moves or items.get("popularity")) and random.random() < 0.6:
        amount = f"by_utility(effect={random.choice([0.5, -1.5])}, law={amount})"
    feedback = scenario["feedback"]
    feedback[feedback.get("learn_from", "click")]["value"] = amount
