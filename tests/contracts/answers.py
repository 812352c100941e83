"""What policies answer, and whether two answers are the same."""

import numpy as np

from sim.ports import Slates


def act(policy, asked):
    slates = policy.act(asked)
    return slates if isinstance(slates, Slates) else Slates(np.asarray(slates))


def same(a, b):
    for mine, other in ((a.items, b.items), (a.propensity, b.propensity), (a.predicted, b.predicted)):
        assert (mine is None) == (other is None)
        assert mine is None or np.array_equal(mine, other, equal_nan=True)


def close(a, b):
    assert np.array_equal(a.items, b.items)
    if a.predicted is not None:
        np.testing.assert_allclose(a.predicted, b.predicted, rtol=1e-9, atol=1e-9)


def predict(policy, asked, items):
    said = getattr(policy, "predict", None)
    return None if said is None else said(asked, items)
