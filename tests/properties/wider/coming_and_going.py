"""Users who arrive and leave."""


def add(random, ticks, scenario):
    users = scenario["users"]
    if not scenario["items"].get("redrawn") and random.random() < 0.7:
        users["arrivals"] = {"rate": f"1 per {ticks(random.choice([3, 8, 30]))}"}
    if random.random() < 0.7:
        effect = random.choice([0.0, 0.0, 1.0, -1.0])
        users["leaving"] = {"rate": f"{random.choice([30, 100])}% per {ticks(12)}", "satisfaction_effect": effect}
        if effect:
            users.setdefault("satisfaction", {}).setdefault("half_life", ticks(6))
