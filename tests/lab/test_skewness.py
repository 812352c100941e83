"""Skewed differences: the estimate, which one decides, how often the map's rule is wrong, and what a cell says."""

import numpy as np
import pytest
from scipy import stats

from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import UNDECIDED
from sim.analysis.paired.map_sentences import map_paragraphs
from sim.analysis.paired.pairwise import holm
from sim.analysis.paired.skewness import beyond_doubt, deciding, deciding_of, kept, skewness, standard_error
from sim.analysis.paired.verdict_map import BATCH, NOT_GUARANTEED, VerdictMap, frame, verdict_map
from tests.lab.test_verdicts import place

NAN = np.nan


def test_the_estimate_is_scipys() -> None:
    gaps = np.random.default_rng(1).exponential(size=(5, 12))
    assert skewness(gaps) == pytest.approx(stats.skew(gaps, axis=1, bias=False))
    assert skewness(np.append(gaps[0], [NAN, NAN])) == pytest.approx(float(stats.skew(gaps[0], bias=False)))
    assert skewness(np.array([0.3, 0.3, 0.3])) == 0.0
    assert np.isnan(skewness(np.array([1.0, 2.0])))


def test_its_standard_error_is_that_of_normal_samples() -> None:
    spread = skewness(np.random.default_rng(2).normal(size=(20_000, 12))).std()
    assert standard_error(np.array(12.0)) == pytest.approx(spread, rel=0.02)


def test_the_mean_of_a_family_decides_unless_one_is_known_to_differ() -> None:
    twelve, many = np.full(4, 12.0), np.full(4, 400.0)
    own = np.array([0.1, -0.3, 0.2, 1.2])
    assert deciding(own, twelve) == pytest.approx([0.3] * 4)
    assert deciding(own, many) == pytest.approx([0.3, -0.3, 0.3, 1.2])  # a standard error is 0.12 now
    assert deciding_of([(0.4, 30), (None, 2), (1.0, 10)]) == pytest.approx([0.55] * 3)
    assert deciding_of([(None, 1)]) == [None]
    assert deciding_of([]) == []
    assert kept(np.array([0.5, 0.51, -0.8, 1.01, NAN]), np.array([4, 23, 24, 500, 2])).tolist() == [
        True, False, True, False, True,
    ]  # fmt: skip


def test_only_what_is_beyond_doubt_is_said() -> None:
    assert beyond_doubt([(1.2, 12)]) is None  # one test of twelve pairs tells nothing
    assert beyond_doubt([(1.2, 12)] * 18) == pytest.approx(1.2)
    assert beyond_doubt([(0.6, 12)] * 18) is None
    assert beyond_doubt([(-1.2, 400), (None, 1)]) == -1.2
    assert beyond_doubt([(None, 2)]) is None


LAWS = {
    "normal": lambda rng, size: rng.normal(size=size),
    "t5": lambda rng, size: rng.standard_t(5, size=size),
    "skewness 0.5": lambda rng, size: rng.gamma(16.0, size=size) - 16.0,
    "skewness 1": lambda rng, size: rng.gamma(4.0, size=size) - 4.0,
    "lognormal(0.5)": lambda rng, size: np.exp(0.5 * rng.normal(size=size)) - np.exp(0.125),
    "exponential": lambda rng, size: rng.exponential(size=size) - 1.0,
}


@pytest.mark.parametrize(
    ("law", "plain", "most"),
    [
        ("normal", 0.047, 0.05), ("t5", 0.035, 0.05), ("skewness 0.5", 0.062, 0.06), ("skewness 1", 0.125, 0.06),
        ("lognormal(0.5)", 0.208, 0.02), ("exponential", 0.355, 0.01),
    ],
)  # fmt: skip
def test_a_map_of_eighteen_cells_of_twelve_pairs_is_rarely_wrong(law: str, plain: float, most: float) -> None:
    """Any false colour: of the t-test alone as known, of the rule below."""
    studies, cells, pairs = 1500, 18, 12
    gaps = LAWS[law](np.random.default_rng(3), (studies, cells, pairs))
    t = gaps.mean(axis=-1) / gaps.std(axis=-1, ddof=1) * np.sqrt(pairs)
    wrong = holm(2 * stats.t.sf(np.abs(t), pairs - 1)) < 0.05
    count = np.full(wrong.shape, float(pairs))
    ruled = wrong & kept(deciding(skewness(gaps), count), count)
    slack = 3 * np.sqrt(plain * (1 - plain) / studies)
    assert wrong.any(axis=1).mean() == pytest.approx(plain, abs=slack)
    assert ruled.any(axis=1).mean() <= most + 3 * np.sqrt(most * (1 - most) / studies)


def skewed(count: int, shape: float) -> VerdictMap:
    """Return a map of four places whose differences are those of a gamma law, batch far behind."""
    made: list[Contender] = []
    levels = stats.gamma.ppf((np.arange(count) + 0.5) / count, shape)
    for delay in ("5m", "1h"):
        for spread in (0.0, 0.6):
            made += place(delay, spread, {"6h": list(10.0 + levels)}, [0.0] * count)
    found = verdict_map(made)
    assert found is not None
    return found


def test_a_cell_says_why_it_claims_nothing() -> None:
    strong = skewed(30, 1.0)
    assert {one.verdict for one in strong.places} == {NOT_GUARANTEED}
    assert frame(strong)["skewness"].tolist() == pytest.approx([1.594] * 4, abs=0.001)
    assert frame(strong)["difference/half"].notna().all()  # the interval is shown
    assert "At 4 the level is not guaranteed: the differences are too skewed (1." in " ".join(map_paragraphs(strong))
    few, enough = skewed(20, 6.0), skewed(24, 6.0)
    assert {one.verdict for one in few.places} == {UNDECIDED}
    assert "At 4 the differences are skewed (0.6), and 24 pairs are needed." in " ".join(map_paragraphs(few))
    assert "replications=24 seed=1" in " ".join(map_paragraphs(few))
    assert {one.verdict for one in enough.places} == {"online"}
    assert enough.count(BATCH) == 0
