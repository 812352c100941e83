"""The scores of a run, worked out again from the naive trace, in plain loops."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from sim.score.grid import LogBins

HALF_BIN = 0.0051  # quantiles are the middles of bins that grow by 1 %
SMALL = LogBins.LOWEST


def fit(summary, trace, scenario):
    """Assert that a summary is what the naive trace says."""
    requests, versions = trace.requests, trace.versions.set_index("version")
    pushed = versions[1:][versions.trained_at[1:].notna()]
    assert summary["requests"] == len(requests)
    assert summary["versions/trained"] == len(pushed)
    assert summary["versions/pushed"] == pushed.live_at.notna().sum()
    assert summary["versions/superseded"] == (pushed.status == "superseded").sum()
    assert summary["triggers/merged"] == trace.merged
    assert summary["cost/training_time"] == pytest.approx(trace.training_time, rel=1e-9)
    if not len(requests):
        return
    late = requests[requests.request_at >= 0.9 * scenario.horizon]
    assert summary["users/retained"] == late.user.nunique() / scenario.users.count
    assert summary["reward/total"] == requests.reward.sum() == trace.impressions.outcome.sum()
    assert summary["regret/total"] == pytest.approx(requests.regret.sum(), abs=1e-9)
    if requests.gap.sum() > 1e-6:
        normalised = requests.regret.sum() / requests.gap.sum()
        assert summary["regret/normalised"] == pytest.approx(normalised, rel=1e-9, abs=1e-9)
    for name, values in ages(trace, versions).items():
        spread_fits(summary, f"staleness/{name}", values)
    cycle_time_fits(summary, trace, scenario.horizon)


def ages(trace, versions):
    """Return what is stale about each request."""
    requests = trace.requests
    at, serving = requests.request_at.to_numpy(), versions.loc[requests.version]
    served = trace.impressions.request_at.to_numpy()
    before = np.array([(served < t).sum() for t in at])
    return {
        "model_age": at - serving.live_at.to_numpy(float),
        "data_age": at - serving.cutoff_at.to_numpy(),
        "version_lag": requests.lag.to_numpy(),
        "unlearned": before - serving.examples.to_numpy(),
    }


def spread_fits(summary, name, values):
    assert values.min() >= 0
    assert summary[f"{name}/mean"] == pytest.approx(values.mean(), rel=1e-9, abs=1e-9)
    for label, share in (("p50", Fraction(1, 2)), ("p95", Fraction(19, 20))):
        quantile = sorted(values)[int(np.ceil(share * len(values))) - 1]
        assert summary[f"{name}/{label}"] == pytest.approx(quantile, rel=HALF_BIN, abs=SMALL)


def cycle_time_fits(summary, trace, horizon):
    """Compare with Kaplan-Meier on exact times, where binning does not change who is at risk."""
    times = cycles(trace, horizon)
    bins = LogBins.place(np.array([time for time, _ in times]))
    learnt, censored = (set(bins[[event is kind for _, event in times]]) for kind in (True, False))
    if learnt & censored:
        times = [(LogBins.middles[place], event) for place, (_, event) in zip(bins, times, strict=True)]
    survival = kaplan_meier(times)
    name = "staleness/cycle_time"
    assert summary[f"{name}/mean"] == pytest.approx(restricted_mean(survival, horizon), rel=0.01, abs=SMALL)
    for label, left in (("p50", Fraction(1, 2)), ("p95", Fraction(1, 20))):
        reached = [time for time, share in survival if share <= left]
        if reached:
            assert summary[f"{name}/{label}"] == pytest.approx(reached[0], rel=HALF_BIN, abs=SMALL)
        else:
            assert summary[f"{name}/{label}"] is None


def cycles(trace, horizon):
    """Return for each impression the time until a version that has learnt it answers, or (rest of the run, False)."""
    requests, examples = trace.requests, trace.versions.set_index("version").examples
    knows = list(zip(requests.request_at, examples.loc[requests.version], strict=True))
    out = []
    for at, rank in zip(trace.impressions.request_at, trace.impressions["rank"], strict=True):
        answered = (t for t, entries in knows if 0 <= rank < entries)
        first = next(answered, None)
        out.append((horizon - at, False) if first is None else (first - at, True))
    return out


def kaplan_meier(times):
    """Return (time, share surviving it) at each event, as exact fractions; events come before censorings."""
    share, at_risk, out = Fraction(1), len(times), []
    for now in sorted({time for time, _ in times}):
        leaving = [event for time, event in times if time == now]
        if events := sum(leaving):
            share *= 1 - Fraction(events, at_risk)
            out.append((now, share))
        at_risk -= len(leaving)
    return out


def restricted_mean(survival, horizon):
    """Return the area under the survival curve up to the horizon."""
    area, since, share = 0.0, 0.0, Fraction(1)
    for now, left in survival:
        area += float(share) * (min(now, horizon) - since)
        since, share = min(now, horizon), left
    return area + float(share) * (horizon - since)
