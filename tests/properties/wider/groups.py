"""Users of two or three groups with delays, visit rates and click rates of their own."""


def add(random, ticks, scenario):
    users, items = scenario["users"], scenario["items"]
    shares = random.choice([[1.0], [0.5, 0.5], [0.2, 0.5, 0.3]])
    rated = "click_rates" not in items and not (
        isinstance(items["click_rate"], str) and scenario["slate"]["link"] == "identity"
    )
    often, names = "rate" in users["visits"], iter("zab")
    users["groups"] = {next(names): group(random, share, often, rated) for share in shares}
    users.setdefault("observed", {})["group"] = random.choice([True, False])


def group(random, share, often, rated):
    settings = {"share": share, "delay": random.choice([1.0, 0.5, 3.0])}
    if often:
        settings["visits"] = random.choice([1.0, 2.0, 0.3])
    if rated:
        settings["click_rate"] = random.choice([None, 0.2, 0.7])
    return settings
