"""Delays by how much an item is liked, and delays whose law changes at an instant, in and around other laws."""

OTHERS = ["constant({1})", "exponential(mean={3})", "released(every={3}, law=constant({1}))", "never(p=0.3, else={1})"]
AROUND = ["{law}", "released(every={tick}, law={law})", "mixture(0.5: {law}, 0.5: {tick})", "never(p=0.2, else={law})"]
AROUND += ["truncated(max={long}, law={law})"]


def add(random, ticks, scenario):
    users, items, feedback = scenario["users"], scenario["items"], scenario["feedback"]
    moving = [users.get(what, {}).get("spread", 0) for what in ("preferences", "trend", "drift")]
    liked = items.get("popularity") or any(moving)
    for kind in ("click", "conversion"):
        if kind in feedback and random.random() < 0.8:
            delay = feedback[kind]["delay"]
            if random.random() < 0.5:
                at, other = ticks(random.choice([0, 5, 12])), ticks.law(random.choice(OTHERS))
                delay = f"shifting(at={at}, before={delay}, after={other})"
            if liked and random.random() < 0.7:
                delay = f"by_utility(effect={random.choice([-0.7, 0.4, 2.0])}, law={delay})"
                delay = random.choice(AROUND).format(law=delay, tick=ticks(2), long=ticks(40))
            feedback[kind]["delay"] = delay
