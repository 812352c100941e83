"""The kernel leaves the trace of the naive model, bit for bit, in random small worlds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from sim.simulation import simulate
from tests.properties.strategies import agents, worlds
from tests.reference import simulate_naively

REQUESTS = ["request_at", "user", "visit", "version", "expected_reward", "reward"]
IMPRESSIONS = [
    "request_at",
    "user",
    "visit",
    "position",
    "item",
    "propensity",
    "outcome",
    "feedback_at",
    "delivered_at",
]
VERSIONS = ["version", "cutoff_at", "trained_at", "live_at", "retired_at", "examples"]
QUIET = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


def same(mine, other, columns):
    for column in columns:
        a, b = mine[column].to_numpy(float), other[column].to_numpy(float)
        assert np.array_equal(a, b, equal_nan=True), f"{column}: {a} {b}"


def check(scenario, agent):
    run = simulate(scenario, agent, trace=True)
    requests, impressions, versions = simulate_naively(scenario, agent)
    assert len(run.requests) == len(requests)
    if len(requests):
        same(run.requests, requests, REQUESTS)
        np.testing.assert_allclose(run.requests.regret, requests.regret, atol=1e-12)
        same(run.impressions, impressions, IMPRESSIONS)
        assert run.impressions.status.tolist() == impressions.status.tolist()
    same(run.versions, versions, VERSIONS)
    assert run.versions.status.tolist() == versions.status.tolist()
    for block in (1, 7):
        other = simulate(scenario, agent, block=block)
        assert other.fingerprint == run.fingerprint
        assert other.summary == run.summary
    scores_fit(run, requests, versions)


def scores_fit(run, requests, versions):
    """Recompute the staleness scores from the naive frames."""
    if not len(requests):
        return
    table, summary = versions.set_index("version"), run.summary
    live = table.live_at.astype(float).loc[requests.version].to_numpy()
    cutoff = table.cutoff_at.loc[requests.version].to_numpy()
    examples = table.examples.loc[requests.version].to_numpy()
    at, size = requests.request_at.to_numpy(), len(run.impressions) // len(requests)
    before = size * np.searchsorted(at, at, side="left")
    for name, values in (
        ("model_age", at - live),
        ("data_age", at - cutoff),
        ("version_lag", requests.lag.to_numpy()),
        ("unlearned", before - examples),
    ):
        assert summary[f"staleness/{name}/mean"] == pytest.approx(values.mean(), rel=1e-9, abs=1e-9)
        p50 = np.sort(values)[int(np.ceil(0.5 * len(values))) - 1]
        assert summary[f"staleness/{name}/p50"] == pytest.approx(p50, rel=0.011, abs=1e-3)
    assert summary["regret/total"] == pytest.approx(requests.regret.sum(), abs=1e-9)
    assert pd.Series(summary)[
        [f"feedback/{s}" for s in ("delivered", "negative", "expired", "lost", "pending")]
    ].sum() == len(run.impressions)


@settings(max_examples=50, **QUIET)
@given(worlds(), agents())
def test_the_kernel_and_the_naive_model_agree(scenario, agent):
    check(scenario, agent)


@pytest.mark.slow
@settings(max_examples=500, **QUIET)
@given(worlds(), agents())
def test_they_agree_in_many_more_worlds(scenario, agent):
    check(scenario, agent)
