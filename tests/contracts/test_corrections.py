"""What every correction must do."""

from dataclasses import replace

import numpy as np
import pytest

from sim.ports import Impressions, News, close_part, fresh_copy, labels_of
from tests.contracts.shelves import CORRECTIONS, make
from tests.support.corrections import Expecting, made
from tests.support.logs import begun, impressions, nothing, pending

MODELS = (None, Expecting(np.nan), Expecting(0.3))  # what a learner may know, from nothing on
CUTOFFS = (100.0, 350.0, 351.0, 700.0, 2000.0)


def log_order(rows: Impressions) -> Impressions:
    return rows.take(np.lexsort((np.arange(len(rows)), rows.delivered_at)))


def news(rows: Impressions, since: float, now: float, refit: bool = False) -> News:
    served = rows.take((rows.request_at > since) & (rows.request_at <= now))
    late = served.delivered_at > now
    served = served.replace(
        delivered_at=np.where(late, np.inf, served.delivered_at),
        closes_at=np.where(late, np.inf, served.closes_at),
        label=np.where(late, 0.0, served.label),
    )
    matured = log_order(rows.take((rows.delivered_at > since) & (rows.delivered_at <= now)))
    return News(now, refit, served, matured)


def told(correction, rows, since, now, refit=False):
    """Return the news as a correction gets it."""
    rows = with_truth(rows, correction, rows)
    return news(rows, since, now, refit)


def net(examples, total=None):
    """Sum the weights by (impression, label)."""
    total = {} if total is None else total
    rows = examples.impressions
    for visit, label, weight in zip(rows.visit, examples.label, examples.weight, strict=True):
        total[(int(visit), float(label))] = total.get((int(visit), float(label)), 0.0) + float(weight)
    return total


@pytest.fixture(params=CORRECTIONS, ids=lambda part: part.__name__)
def correction(request):
    part = begun(make(request.param))
    yield part
    close_part(part)


@pytest.fixture
def another(correction):
    other = begun(fresh_copy(correction))
    yield other
    close_part(other)


@pytest.mark.parametrize("worth", [1.0, 2.5], ids=["binary", "real"])
def test_in_the_end_every_label_counts_once(correction, worth):
    if not getattr(correction, "unbiased", False):
        pytest.skip("this correction does not declare that labels count once each when all are known")
    if worth != 1.0 and labels_of(correction) != "real":
        pytest.skip("this correction does not declare that it can work with values")
    rows, total, since = impressions(80), {}, -1.0
    rows = rows.replace(label=worth * rows.label)
    for now in CUTOFFS:
        net(made(correction, told(correction, rows, since, now)), total)
        since = now
    expected = {(int(v), float(y)): 1.0 for v, y in zip(rows.visit, rows.label, strict=True)}
    assert {key: weight for key, weight in total.items() if weight != 0.0} == expected


def test_a_refit_is_all_the_news_at_once(correction, another):
    rows, total, since = impressions(80), {}, -1.0
    whole = another
    for now in CUTOFFS[:3]:
        net(made(correction, told(correction, rows, since, now)), total)
        since = now
    made(whole, told(correction, rows, -1.0, 100.0, refit=True))
    at_once = net(made(whole, told(correction, rows, -1.0, since, refit=True)))
    assert {k: w for k, w in total.items() if w} == {k: w for k, w in at_once.items() if w}


@pytest.mark.parametrize("refitted", [100.0, 351.0, 700.0])
def test_after_a_refit_it_goes_on(correction, another, refitted):
    """A refit, and then what is new, are the rows of all the news one after another."""
    if not getattr(correction, "goes_on", False):
        pytest.skip("it does not declare that it goes on after a refit")
    rows, total, since, stream = impressions(80), {}, -1.0, another
    for now in CUTOFFS:
        net(made(stream, told(stream, rows, since, now)), total)
        since = now
    made(correction, told(correction, rows, -1.0, 50.0))
    at_once = told(correction, rows, -1.0, refitted, refit=True)
    mine, since = net(made(correction, replace(at_once, goes_on=True))), refitted
    for now in (cutoff for cutoff in CUTOFFS if cutoff > refitted):
        net(made(correction, told(correction, rows, since, now)), mine)
        since = now
    if not hasattr(correction, "base"):
        assert {k: w for k, w in mine.items() if w} == {k: w for k, w in total.items() if w}
        return
    assert by_visit(mine).keys() == by_visit(total).keys()  # its weights are learnt: a refit has seen more by then
    np.testing.assert_allclose(list(by_visit(mine).values()), list(by_visit(total).values()), atol=0.1)


def by_visit(total):
    """Return the weight of each impression, and that of its yeses, in order."""
    sums = {}
    for (visit, label), weight in sorted(total.items()):
        before = sums.get(visit, (0.0, 0.0))
        sums[visit] = (before[0] + weight, before[1] + weight * label)
    return sums


def test_all_that_ship_go_on():
    assert all(getattr(part, "goes_on", False) for part in CORRECTIONS)


def test_of_a_refit_the_newest_row_is_the_last(correction):
    """One row an impression, in order of serving, of delivery or of closing."""
    if not getattr(correction, "newest_last", False):
        pytest.skip("it does not declare that the newest row is the last")
    rows = impressions(300, window=300.0)
    later = rows.replace(**{name: getattr(rows, name) * 300 for name in ("request_at", "delivered_at", "closes_at")})
    asked = replace(told(correction, later, -1.0, 270_000.0, refit=True), since=-1.0)
    examples = made(correction, asked)
    shown = examples.impressions
    assert len(shown) > 100
    assert len(set(shown.number.tolist())) == len(shown)
    assert (examples.weight >= 0).all()
    orders = (np.diff(getattr(shown, name)) for name in ("request_at", "delivered_at", "closes_at"))
    assert any((steps >= 0).all() for steps in orders)


def test_a_fresh_one_is_a_correction_of_its_own(correction, another):
    rows, third = impressions(80), begun(fresh_copy(correction))
    assert len({id(correction), id(another), id(third)}) == 3
    made(another, told(correction, rows, -1.0, 100.0))
    later = told(correction, rows, 100.0, 350.0)
    assert net(made(correction, later)) == net(made(third, later))
    close_part(third)


def test_the_shipped_ones_declare_it():
    assert sum(getattr(part, "unbiased", False) for part in CORRECTIONS) >= 3


@pytest.mark.parametrize("model", MODELS, ids=["untrained", "unknown", "known"])
def test_no_news_no_rows(correction, model):
    none = with_truth(nothing(), correction, nothing())
    assert len(made(correction, News(1.0, False, none, none), model)) == 0


@pytest.mark.parametrize("refit", [False, True], ids=["new", "refit"])
@pytest.mark.parametrize("model", MODELS, ids=["untrained", "unknown", "known"])
def test_whatever_the_learner_knows_there_is_a_rule(correction, model, refit):
    rows = impressions(80)
    examples = made(correction, told(correction, rows, -1.0, 700.0, refit), model)
    assert len(examples.label) == len(examples.weight) == len(examples)
    assert all(fits(label, labels_of(correction, "makes")) for label in examples.label)
    assert np.isfinite(examples.weight).all()


def fits(label, kind):
    return {"binary": label in (0.0, 1.0), "soft": 0.0 <= label <= 1.0, "real": np.isfinite(label)}[kind]


@pytest.mark.parametrize("model", MODELS, ids=["untrained", "unknown", "known"])
def test_nothing_is_said_before_it_is_known(correction, model):
    """What is pending may only ever be assumed negative, or expected; but by who is told the truth."""
    rows = pending(impressions(20))
    examples = made(correction, News(2000.0, False, with_truth(rows, correction, impressions(20)), nothing()), model)
    if labels_of(correction, "makes") == "binary" and not getattr(correction, "needs_truth", False):
        assert (examples.label == 0).all()


def with_truth(rows, correction, settled):
    """Return rows with the column of settled labels where a correction is told it."""
    return rows.replace(outcome=settled.label) if getattr(correction, "needs_truth", False) else rows
