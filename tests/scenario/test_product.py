"""One product that has most of what a scenario can say: it loads, runs, and every impression has a status."""

from agents import Agent, Every, RidgeRanker, Wait
from sim import Scenario, simulate
from sim.trace.chunk import STATUSES

PRODUCT = """
name: product
horizon: 12d
users:
  count: 40
  visits:
    rate: 2 per day
    weekly: [1, 1, 1, 1, 1.2, 1.5, 1.3]
    session: {stay: 0.9, gap: "lognormal(median=25s, p95=3m)"}
  preferences: {dim: 8, spread: 1.0}
  satisfaction: {half_life: 2d, return_effect: 0.5}
  groups:
    android: {share: 0.6, delay: 3.0, visits: 1.0}
    ios: {share: 0.4, delay: 1.0, visits: 1.5, click_rate: 0.07}
  arrivals: {rate: 10 per day}
  leaving: {rate: 1% per day, satisfaction_effect: 1.0}
  context: {hour: true, weekday: true, dim: 2, spread: 0.5, seen: 0.5}
  observed: {share: 0.5, noise: 0.3, group: true, recent: {half_life: 6h, latency: 5m, refresh: 0s}}
items:
  count: 200
  click_rate: beta(4, 4)
  lifetime: 2d
slate: {size: 5, choice: "position_based(examination=[1, 0.7, 0.5, 0.4, 0.3])"}
feedback:
  click:
    delay: "by_utility(effect=-0.5, law=lognormal(median=20s, p95=5m))"
    window: 30m
    value: "by_utility(effect=0.5, law=lognormal(mean=40, sigma=1))"
  conversion:
    rate: 0.1
    delay: "shifting(at=10d, before=exponential(mean=1d), after=exponential(mean=4d))"
    window: 7d
    value: 25
    reversal: {rate: 0.1, delay: exponential(mean=10d), window: 30d}
  learn_from: conversion
platform:
  ingest: constant(30s)
  training: {fixed: 10m, per_example: 0.2ms}
  push: lognormal(median=20m, p95=2h)
  serving: {replicas: 8, rollout: 30m, cache: "uniform(low=0s, high=4h)"}
  canary: {share: 20%, for: 1h, least: 5}
  gate: {for: 1h, margin: 0.01}
incidents:
  - {kind: label_outage, at: 3d, for: 12h, backfill: true}
  - {kind: traffic, at: 4d, for: 2h, factor: 5}
"""


def product(folder, **overrides):
    file = folder / "product.yaml"
    file.write_text(PRODUCT)
    return Scenario.load(file, overrides)


def test_it_is_read_as_it_is_written(tmp_path):
    read = product(tmp_path)
    assert read.platform.canary.share == 0.2
    assert read.users.leaving.rate == 0.01 / 86400
    assert [incident.kind for incident in read.incidents] == ["label_outage", "traffic"]
    assert product(tmp_path, **{"platform.canary.share": 0.2}).digest == read.digest


def test_it_runs_and_the_counts_add_up(tmp_path):
    agent = Agent(RidgeRanker(), Wait(), Every("12h"), ship="push")
    soon = {"incidents.0.at": "12h", "incidents.1.at": "36h", "users.visits.session.stay": 0.7}
    few = product(tmp_path, horizon="2d", **{"users.count": 12, "users.arrivals.rate": "6 per day"} | soon)
    run = simulate(few, agent, trace=True)
    assert simulate(few, agent, block=50).fingerprint == run.fingerprint
    names = ("positive", "negative", "expired", "lost", "pending", "reversed")
    assert tuple(STATUSES) == names
    assert run.summary["feedback/delivered"] == (run.impressions.status == "positive").sum()
    assert sum(run.summary[f"feedback/{n}"] for n in ("delivered", *names[1:])) == len(run.impressions)
    assert run.requests.user.max() >= 12  # somebody arrived
    assert run.requests.replica.nunique() > 1
    assert run.impressions.value.sum() == run.summary["reward/total"]
