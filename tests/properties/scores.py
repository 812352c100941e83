"""The scores of a run, worked out again from the naive trace, in plain loops."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from sim.score.grid import LogBins
from tests.support.predictions import auc, scores

HALF_BIN = 0.0051  # quantiles are the middles of bins that grow by 1 %
SMALL = LogBins.LOWEST
MOST = 256  # trainings of a life table
WIDEST_BIN = 0.0035  # of predictions, within -0.5 and 1.5


def fit(summary, trace, scenario):
    """Assert that a summary is what the naive trace says."""
    requests, versions = trace.requests, trace.versions.set_index("version")
    pushed = versions[1:][versions.trained_at[1:].notna()]
    assert summary["requests"] == len(requests)
    assert summary["versions/trained"] == len(pushed)
    assert summary["versions/pushed"] == pushed.live_at.notna().sum()
    assert summary["versions/superseded"] == (pushed.status == "superseded").sum()
    assert summary["versions/rolled_back"] == (pushed.status == "rolled_back").sum()
    assert summary["versions/rejected"] == (pushed.status == "rejected").sum()
    assert summary["versions/untested"] == trace.untested
    assert summary["triggers/merged"] == trace.merged
    assert summary["cost/training_time"] == pytest.approx(trace.training_time, rel=1e-9)
    if not len(requests):
        return
    late = requests[requests.request_at >= 0.9 * scenario.horizon]
    assert summary["users/retained"] == late.user.nunique() / len(trace.arrived_at)
    shown = trace.impressions
    happened = shown.outcome == 1
    assert summary["feedback/credited"] == (shown.credited[happened].mean() if happened.any() else None)
    assert summary["feedback/duplicates"] == (shown.copied & shown.delivered_at.notna()).sum()
    assert summary["reward/total"] == pytest.approx(trace.impressions.value.sum(), rel=1e-9)
    learnt = scenario.feedback.learnt
    valued = learnt.value is not None or learnt.reversal is not None
    if not valued:
        assert summary["reward/total"] == requests.reward.sum() == trace.impressions.outcome.sum()
    assert summary["regret/total"] == pytest.approx(requests.regret.sum(), abs=1e-9)
    assert summary["regret/per_request"] == summary["regret/total"] / len(requests)
    base = (requests.weight * requests.regret).sum() / requests.weight.sum()
    assert summary["regret/at_base_rate"] == pytest.approx(base, rel=1e-9, abs=1e-9)
    if not scenario.users.satisfaction.return_effect:
        assert summary["regret/at_base_rate"] == summary["regret/per_request"]
    days = sum(scenario.horizon - at for at in trace.arrived_at) / 86400
    assert summary["reward/per_user_day"] == pytest.approx(requests.reward.sum() / days, rel=1e-12)
    if requests.gap.sum() > 1e-6:
        normalised = requests.regret.sum() / requests.gap.sum()
        assert summary["regret/normalised"] == pytest.approx(normalised, rel=1e-9, abs=1e-9)
    for name, values in ages(trace, versions).items():
        spread_fits(summary, f"staleness/{name}", values)
    cycle_time_fits(summary, trace, scenario.horizon)
    fit_predictions = values_fit if valued else predictions_fit
    shown, drawn = trace.impressions, requests
    fit_predictions(summary, "prediction", shown.predicted, shown.probability, shown.worth)
    fit_predictions(summary, "prediction/random", drawn.random_predicted, drawn.random_probability, drawn.random_worth)


def values_fit(summary, what, predicted, probability, worth):
    """Compare predictions of values with plain sums; what is about probabilities is unknown."""
    q, expected = predicted.to_numpy(float), (probability * worth).to_numpy(float)
    known = ~np.isnan(q)
    errors = q[known] - expected[known]
    assert [summary[f"{what}/{name}"] for name in ("nll", "auc", "cut")] == [None] * 3
    assert summary[f"{what}/mse"] == (pytest.approx((errors**2).mean(), rel=1e-9) if known.any() else None)
    ratio = q[known].sum() / expected[known].sum() if expected[known].sum() else None
    assert summary[f"{what}/calibration"] == (ratio and pytest.approx(ratio, rel=1e-9, abs=1e-9))


def predictions_fit(summary, what, predicted, probability, worth):
    """Compare with plain sums; the order of two predictions in one bin is not known."""
    assert (worth == 1.0).all()
    assert summary[f"{what}/mse"] is None
    q, p = predicted.to_numpy(float), probability.to_numpy(float)
    expected, found = scores(q, p), summary[f"{what}/auc"]
    for name in ("nll", "calibration", "cut"):
        value = expected[name]
        assert summary[f"{what}/{name}"] == (None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)), name
    assert (found is None) == (expected["auc"] is None)
    if found is not None:
        known = ~np.isnan(q)
        least, most = (auc(q[known].clip(-0.5, 1.5), p[known], sign * WIDEST_BIN) for sign in (1, -1))
        assert least - 1e-9 <= found <= most + 1e-9


def comes(trace):
    """Return the impressions that have a settled label."""
    shown = trace.impressions
    return shown[(shown.status != "lost") & ~shown.lost]


def ages(trace, versions):
    """Return what is stale about each request; of the age of labels only where there is one."""
    requests, impressions = trace.requests, comes(trace)
    at, version = requests.request_at.to_numpy(), requests.version.to_numpy()
    serving = versions.loc[version]
    served, by = impressions.request_at.to_numpy(), impressions.learnt_by.to_numpy()
    knows = [served[(by >= 0) & (by <= v)] for v in version]
    return {
        "model_age": at - serving.live_at.to_numpy(float),
        "data_age": at - serving.cutoff_at.to_numpy(),
        "version_lag": requests.lag.to_numpy(),
        "unlearned": np.array([(served < t).sum() - len(k) for t, k in zip(at, knows, strict=True)]),
        "label_age": np.array([t - k.max() for t, k in zip(at, knows, strict=True) if len(k)]),
    }


def spread_fits(summary, name, values):
    if not len(values):
        assert summary[f"{name}/mean"] is summary[f"{name}/p50"] is summary[f"{name}/p95"] is None
        return
    assert values.min() >= 0
    assert summary[f"{name}/mean"] == pytest.approx(values.mean(), rel=1e-9, abs=1e-9)
    for label, share in (("p50", Fraction(1, 2)), ("p95", Fraction(19, 20))):
        quantile = sorted(values)[int(np.ceil(share * len(values))) - 1]
        assert summary[f"{name}/{label}"] == pytest.approx(quantile, rel=HALF_BIN, abs=SMALL)


def cycle_time_fits(summary, trace, horizon):
    """Compare with a life table in exact fractions, of lists of impressions."""
    name = "staleness/cycle_time"
    first = trace.requests[trace.requests.version > trace.requests.version.cummax().shift(fill_value=-1)]
    cutoffs = trace.versions.set_index("version").cutoff_at
    trainings = [(v, cutoffs[v], at) for v, at in zip(first.version, first.request_at, strict=True) if v > 0]
    rows = comes(trace)
    rows = list(zip(rows.request_at, rows.learnt_by, strict=True))
    rows = [(served, by) for served, by in rows if trainings and served <= trainings[-1][1]]
    if not rows:
        assert summary[f"{name}/mean"] is summary[f"{name}/restricted"] is summary[f"{name}/unreached"] is None
        return
    limit = horizon - min(served for served, _ in rows)
    learnt, left = (life_table if len(trainings) <= MOST else kaplan_meier)(rows, trainings, horizon)
    restricted = float(sum(share * Fraction(seconds) for seconds, share in learnt)) + float(left) * limit
    assert summary[f"{name}/unreached"] == pytest.approx(float(left), abs=1e-9)
    assert summary[f"{name}/limit"] == pytest.approx(limit, rel=1e-12)
    assert summary[f"{name}/restricted"] == pytest.approx(restricted, rel=1e-9, abs=SMALL)
    mean = summary[f"{name}/mean"]
    assert mean is None if left > Fraction(1, 100) else mean == summary[f"{name}/restricted"]
    for label, q in (("p50", Fraction(1, 2)), ("p95", Fraction(19, 20))):
        reached = quantile(learnt, q)
        if reached is None:
            assert summary[f"{name}/{label}"] is None
        else:
            assert summary[f"{name}/{label}"] == pytest.approx(reached, rel=HALF_BIN, abs=SMALL)


def quantile(learnt, q):
    """Return the seconds by which a share ``q`` of all is learnt, None if it is not."""
    upto = Fraction(0)
    for seconds, share in sorted(learnt):
        upto += share
        if upto >= q:
            return seconds
    return None


def life_table(rows, trainings, horizon):
    """Return (seconds, share) of what is learnt, and the share that is left at the longest lag."""
    gaps = np.diff([cutoff for _, cutoff, _ in trainings])
    start = 1 if len(gaps) and trainings[0][1] < gaps.min() * (1 - 1e-9) else 0
    people = []  # lags followed, lag at which learnt or None, seconds
    for served, by in rows:
        phase = next(k for k, (_, cutoff, _) in enumerate(trainings) if cutoff >= served)
        lag = next((k - phase + 1 for k, (v, _, _) in enumerate(trainings) if 0 <= by <= v), None)
        if phase >= start:
            people.append((len(trainings) - phase, lag, trainings[phase + lag - 1][2] - served if lag else None))
    left, learnt = Fraction(1), []
    for lag in range(1, len(trainings) - start + 1):
        at_risk = [p for p in people if p[0] >= lag and (p[1] is None or p[1] >= lag)]
        now = [seconds for _, own, seconds in at_risk if own == lag]
        learnt += [(seconds, left / len(at_risk)) for seconds in now]
        left -= left * Fraction(len(now), max(len(at_risk), 1))
    return learnt, left


def kaplan_meier(rows, trainings, horizon):
    """Return the same on the bins of the score: what is learnt in a bin comes before what is cut off in it."""
    bins = {}
    for served, by in rows:
        first = next((at for v, _, at in trainings if 0 <= by <= v), None)
        seconds = horizon - served if first is None else first - served
        bins.setdefault(int(LogBins.place(np.array([seconds]))[0]), []).append((seconds, first is not None))
    left, at_risk, learnt = Fraction(1), len(rows), []
    for _, people in sorted(bins.items()):
        now = [seconds for seconds, event in people if event]
        learnt += [(seconds, left / at_risk) for seconds in now]
        left -= left * Fraction(len(now), at_risk)
        at_risk -= len(people)
    return learnt, left
