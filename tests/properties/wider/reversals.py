"""Positives that are taken back."""

from tests.properties.worlds import GRID, LOOSE


def add(random, ticks, scenario):
    """Take some of what is learnt back."""
    window = random.choice([None, 1, 2, 12])
    back = {"rate": random.choice([0.5, 1.0]), "delay": ticks.law(random.choice(random.choice([GRID, LOOSE])))}
    feedback = scenario["feedback"]
    feedback[feedback.get("learn_from", "click")]["reversal"] = back | {"window": window and ticks(window)}
