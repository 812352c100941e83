"""Context of requests: time of day, weekday, normals that are seen in part."""

from __future__ import annotations


def add(random, ticks, scenario):
    context = {"hour": random.random() < 0.6, "weekday": random.random() < 0.4, "dim": random.choice([0, 1, 3])}
    context["seen"] = random.choice([0.0, 0.5, 1.0]) if context["dim"] else 1.0
    there = context["hour"] or context["weekday"] or context["dim"]
    if there and scenario["users"].get("preferences", {}).get("dim"):
        context["spread"] = random.choice([0.0, 0.7, 2.0])
    scenario["users"]["context"] = context
