"""What many tests come to: shares that are wrong, the first honest day, and what stopping early costs."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.ab_test.ab_tests import AbTests
from sim.analysis.ab_test.answer import answer_of
from sim.analysis.ab_test.sentences import answer, sentences
from sim.analysis.ab_test.user_level import Estimates
from sim.analysis.report.columns import Table

DAY = 86400.0


def many(value: np.ndarray, error: float = 0.1, truth: float = -1.0, noise: float = 0.1) -> AbTests:
    """Return tests with these estimates, all with one standard error, and a truth."""
    shape = value.shape
    luck = np.random.default_rng(0).normal(truth, noise, shape) if noise else np.full(shape, truth)
    seen = Estimates(value, np.full(shape, error), np.full(shape, 1e6))
    inside = {"own": luck[:, -1] / 2.0}
    return AbTests(DAY * np.arange(1.0, shape[1] + 1.0), "per_request", ("own",), seen, luck, inside)


@pytest.fixture
def sooner() -> AbTests:
    """A hundred tests: B wins on day 1 in 60 of them, nobody does on day 2, A wins on days 3 and 4 in all but one."""
    value = np.tile([0.1, -0.1, -0.5, -1.0], (100, 1))
    value[:60, 0] = 0.5
    value[:7, 1] = 0.1
    value[0, 2:] = 0.1
    return many(value)


def test_shares_by_day(sooner: AbTests) -> None:
    assert sooner.true_sign == -1
    assert sooner.wrong_sign.tolist() == [1.0, 0.07, 0.01, 0.01]
    assert sooner.false_win.tolist() == [0.6, 0.0, 0.0, 0.0]
    assert sooner.first_honest_look == 2  # 99 of 100 are enough, 93 are not
    frame = sooner.frame()
    assert frame.day.tolist() == [1.0, 2.0, 3.0, 4.0]
    half = 1.959964 * 0.1
    assert frame.seen_high.iloc[0] == pytest.approx(0.34 + half, abs=1e-5)
    assert answer(sooner) == (
        "Yes: on day 1, 60 % of the tests name a false winner. From day 3 on, at least 95 % have the right sign."
    )


def test_stopping_at_the_first_significant_look_takes_the_false_winner(sooner: AbTests) -> None:
    end, peeking, spent = sooner.stopping
    assert (end.wins, end.losses, end.false, end.day) == (0.0, 0.99, 0.0, 3.0)
    assert (peeking.wins, peeking.losses, peeking.false) == (0.6, 0.4, 0.6)
    assert peeking.day == pytest.approx(0.4 * 2)
    assert (spent.wins, spent.losses, spent.false) == (0.6, 0.4, 0.6)  # .5 is 5 standard errors
    assert sooner.interference["own"][0] == pytest.approx(-sooner.truth[0] / 2)


def test_a_test_that_is_only_noisy_does_not_lie() -> None:
    value = np.random.default_rng(1).normal(-0.05, 0.1, (100, 5))
    found = many(value, truth=-0.05, noise=0.01)
    assert answer(found) == "It cannot tell: 29 % of the tests have the wrong sign on day 5. Too few users or days."
    value = np.random.default_rng(1).normal(-0.05, 0.04, (100, 5))
    found = many(value, error=0.03, truth=-0.05, noise=0.01)
    assert answer(found).startswith("Hardly: on no day more than ")
    assert answer(found).endswith("Up to day 5 fewer than 95 % are known to have the right sign.")
    assert answer(many(value, error=9.0, truth=-0.05, noise=0.01)).startswith("Hardly: no test names a false winner. ")
    few = many(value[:20], error=9.0, truth=-0.05, noise=0.01)
    assert "The sign is wrong in " in answer(few)
    assert sentences(few)[-1] == "First honest day: unknown; 59 replications or more are needed."


def test_without_a_difference_no_sign_is_right() -> None:
    found = many(np.random.default_rng(1).normal(0.0, 0.1, (100, 2)), truth=0.0, noise=0.0)
    assert answer(found).startswith("Neither side is known to be better. On day 2, ")
    assert found.false_win[-1] == pytest.approx(0.05, abs=0.05)
    assert np.isnan(found.wrong_sign).all()


def test_what_is_not_known_yet_is_no_sign() -> None:
    found = many(np.tile([np.nan, -1.0], (100, 1)))
    assert np.isnan(found.wrong_sign[0])
    assert found.wrong_sign[1] == 0.0
    assert found.first_honest_look == 1
    assert found.plain()["days"][0]["seen"] is None
    value = np.full((100, 1), np.nan)
    value[:10] = [[1.0], *[[-1.0]] * 9]
    assert many(value).wrong_sign.tolist() == [0.1]  # of the ten tests that have an estimate


@pytest.mark.parametrize("truth", [-1.0, 0.0])
def test_where_tests_have_no_interval_it_cannot_tell(truth: float) -> None:
    found = many(np.full((100, 2), -1.0), error=np.nan, truth=truth)
    assert np.isnan(found.false_win).all()
    assert np.isnan(found.covered).all()
    start = "" if truth else "Neither side is known to be better. "
    why = "It cannot tell: on day 2, 100 % of the tests have no interval. Too few users or days."
    assert answer(found) == start + why
    days = next(part for part in answer_of(found, [], {}).parts if isinstance(part, Table))
    assert [column.cells[0] for column in days.columns[1:]] == ["-1.0000 ± -", f"{found.truths[:, 0].mean():+.4f}",
                                                               "0 %" if truth else "-", "-"]  # fmt: skip
