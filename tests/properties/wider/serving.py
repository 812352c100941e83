"""Replicas that load a version one after another, and clients that keep one for a while."""

CACHES = ["constant({1})", "released(every={2})", "uniform(low={0}, high={4})", "exponential(mean={3})"]


def add(random, ticks, scenario):
    rollout = random.choice([0, 1, 2, 4])
    serving = {"replicas": random.choice([2, 3, 3]) if rollout else 1, "rollout": ticks(rollout)}
    if not rollout or random.random() < 0.5:
        serving["cache"] = ticks.law(random.choice(CACHES))
    scenario["platform"]["serving"] = serving
