"""Off-policy evaluation where outcomes have values, and some are taken back."""

import numpy as np
import pytest

from agents import Agent, LinUCB, Never, NoCorrection, Uniform
from sim.analysis.off_policy.contexts import contexts
from sim.analysis.off_policy.evaluate import evaluate
from tests.support.worlds import run, world

VALUED = {
    "horizon": "2500s",
    "items__click_rates": [0.2, 0.6],
    "feedback__click__value": "exponential(mean=40)",
    "feedback__click__reversal": {"rate": 0.5, "delay": "1s", "window": "1h"},
}


def test_estimates_are_in_the_unit_of_values():
    """Two arms under random slates: the target always shows the first, worth .2 x 40 x .5 = 4 a request."""
    log = run(world(**VALUED), Uniform())
    target = Agent(LinUCB(), NoCorrection(), Never())
    found = evaluate(log, target, at=("2500s",), pending=("no",), draws=4).set_index("estimator")
    assert found.truth.unique() == pytest.approx([4.0])
    for name in ("ips", "snips", "dm", "dr"):
        assert found.value[name] == pytest.approx(4.0, rel=0.25), name
        assert found.low[name] - 0.5 < 4.0 < found.high[name] + 0.5


def test_an_exported_label_is_what_the_log_says_by_then():
    log = run(world(**VALUED | {"horizon": "100s"}), Uniform())
    rows = log.impressions
    labels = np.concatenate([part.label.ravel() for part in contexts(log, 100.0)])
    stands = (rows.status == "positive").to_numpy()
    assert (labels[stands] > 0).all()
    assert (labels[(rows.status != "positive").to_numpy()] == 0.0).all()
    assert (rows.status == "reversed").sum() > 5
