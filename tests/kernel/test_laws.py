"""Every law of the shelf: its quantiles against scipy, its text, its truncation; and the language's errors."""

import re

import numpy as np
import pytest
from scipy import stats

from sim.draws import child
from sim.laws import parse_law
from sim.laws.language import shelf
from sim.laws.pace import Pace

KEYS = child(np.uint64(11), np.arange(40_000))
START = np.linspace(0.0, 1e5, len(KEYS))
HOUR, DAY = 3600.0, 86400.0

KNOWN = {
    "exponential(mean=1h)": stats.expon(scale=HOUR),
    "exponential(median=1h)": stats.expon(scale=HOUR / np.log(2)),
    "uniform(low=10s, high=1m)": stats.uniform(10, 50),
    "gamma(shape=2, mean=1h)": stats.gamma(2, scale=HOUR / 2),
    "gamma(shape=0.5, scale=1h)": stats.gamma(0.5, scale=HOUR),
    "lognormal(median=20s, p95=5m)": stats.lognorm(np.log(15) / stats.norm.ppf(0.95), scale=20),
    "lognormal(median=20s, sigma=1.2)": stats.lognorm(1.2, scale=20),
    "lognormal(mean=1m, sigma=1)": stats.lognorm(1.0, scale=60 * np.exp(-0.5)),
    "weibull(scale=1d, shape=0.6)": stats.weibull_min(0.6, scale=DAY),
    "weibull(mean=1d, shape=2)": stats.weibull_min(2, scale=DAY / stats.weibull_min(2).mean()),
    "weibull(median=1d, shape=2)": stats.weibull_min(2, scale=DAY / np.log(2) ** 0.5),
    "pareto(shape=2.5, minimum=1m)": stats.pareto(2.5, scale=60),
    "geometric(mean=100s)": stats.geom(0.01),
}


@pytest.mark.parametrize("text", KNOWN)
def test_draws_follow_scipys_law(text):
    law, truth = parse_law(text), KNOWN[text]
    delay = law.draw(KEYS, START).delay
    shares = np.array([0.01, 0.1, 0.5, 0.9, 0.99])
    exact = truth.ppf(shares)
    assert np.all(np.abs((delay[:, None] <= exact).mean(axis=0) - truth.cdf(exact)) < 4 * np.sqrt(0.25 / len(KEYS)))
    np.testing.assert_allclose(law.quantile(shares), exact, rtol=1e-12)
    np.testing.assert_allclose(law.cdf(exact), truth.cdf(exact), rtol=1e-9)
    assert law.mean == pytest.approx(truth.mean(), rel=1e-9)


def example(law):
    """Return the first example of a law's description."""
    found = re.search(r"``(.+?)``", law.__doc__ or "")
    assert found, f"{law.__name__} has no example such as ``{law.name}(...)`` in its docstring: tests try it"
    return found[1]


OF_THE_SHELF = {name: example(law) for name, law in shelf().items()}
FROM_A_FILE = [name for name, text in OF_THE_SHELF.items() if "file=" in text]  # tested below
ONE_OF_EACH = [
    *(text for name, text in OF_THE_SHELF.items() if name not in FROM_A_FILE),
    *KNOWN,
    "mixture(0.4319: exponential(mean=0.674h), 0.5681: exponential(mean=271.6h))",
    "released(every=1h)",
    "released(every=1h, law=uniform(low=1s, high=2h))",
    "truncated(max=1h, law=pareto(shape=0.5, minimum=1s))",
    "truncated(max=30d, law=mixture(0.4319: exponential(mean=0.674h), 0.5681: exponential(mean=271.6h)))",
]


@pytest.mark.parametrize("name", OF_THE_SHELF)
def test_the_example_of_a_law_is_one_of_it(name):
    assert OF_THE_SHELF[name].startswith(f"{name}(")


@pytest.mark.parametrize("text", OF_THE_SHELF.values())
def test_the_share_of_the_draws_is_what_the_law_says(text):
    if "file=" in text:
        pytest.skip("it needs a file")
    law = parse_law(text)
    delay = law.draw(KEYS, START).delay
    at = np.quantile(delay, [0.05, 0.3, 0.6, 0.9], method="inverted_cdf")
    at = at[np.isfinite(at)]
    shares = (delay[:, None] <= at).mean(axis=0)
    np.testing.assert_allclose(shares, law.cdf(at), atol=4 * np.sqrt(0.25 / len(KEYS)))


@pytest.mark.parametrize("text", ONE_OF_EACH)
def test_text_means_the_same_law(text):
    law = parse_law(text)
    again = parse_law(str(law))
    assert str(again) == str(law)
    for mine, other in zip(law.draw(KEYS[:500], START[:500]), again.draw(KEYS[:500], START[:500]), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12)


@pytest.mark.parametrize("text", ONE_OF_EACH)
def test_one_draw_and_many_have_the_same_bits(text):
    law = parse_law(text)
    many = law.draw(KEYS[:200], START[:200])
    for i in (0, 7, 199):
        one = law.draw(KEYS[i : i + 1], START[i : i + 1])
        assert [float(x[0]) for x in one] == [float(x[i]) for x in many]
    block = law.draw(KEYS[:200].reshape(40, 5), START[:200].reshape(40, 5))
    assert np.array_equal(block.delivered_at.ravel(), many.delivered_at)


SLOW = Pace(np.linspace(0.5, 4.0, len(KEYS)))


@pytest.mark.parametrize("text", ONE_OF_EACH)
def test_at_a_pace_one_draw_and_many_have_the_same_bits(text):
    law = parse_law(text)
    many = law.draw(KEYS[:200], START[:200], SLOW.take(slice(200)))
    for i in (0, 7, 199):
        one = law.draw(KEYS[i : i + 1], START[i : i + 1], SLOW.take(slice(i, i + 1)))
        assert [float(x[0]) for x in one] == [float(x[i]) for x in many]


@pytest.mark.parametrize("text", [text for text in ONE_OF_EACH if "truncated" not in str(parse_law(text))])
def test_a_pace_multiplies_what_is_drawn(text):
    """Also inside mixtures, and before the next file drop, which is that of the later event."""
    law = parse_law(text)
    plain, slow = law.draw(KEYS, START), law.draw(KEYS, START, SLOW)
    np.testing.assert_allclose(slow.delay, plain.delay * SLOW.factor, rtol=1e-12, atol=1e-6)
    happens = np.isfinite(slow.delay)
    np.testing.assert_allclose(slow.event_at[happens], (START + slow.delay)[happens], rtol=1e-12)
    if "released" in text:
        every = float(law.every)
        later = slow.delivered_at - slow.event_at
        assert (later > 0).all()
        assert (later <= every).all()
        np.testing.assert_allclose(slow.delivered_at % every, 0.0, atol=1e-9)


def test_a_constant_at_a_pace_is_a_constant():
    pace = Pace(np.full(3, 3.0))
    draw = parse_law("constant(0.1s)").draw(KEYS[:3], np.array([0.0, 0.3, 0.6]), pace)
    assert draw.delay.tolist() == [0.3] * 3
    assert draw.event_at.tolist() == [0.3, 0.6, 0.9]


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_a_truncated_law_keeps_its_maximum_at_any_pace(factor):
    """It is the law of the slower delays, truncated."""
    law = parse_law("truncated(max=2h, law=exponential(mean=1h))")
    delay = law.draw(KEYS, START, Pace(np.full(len(KEYS), factor))).delay
    assert delay.max() <= 2 * HOUR
    slower = stats.truncexpon(b=2 / factor, scale=factor * HOUR)
    for share in (0.1, 0.5, 0.9):
        assert (delay <= slower.ppf(share)).mean() == pytest.approx(share, abs=4 * np.sqrt(0.25 / len(KEYS)))
    law = parse_law("truncated(max=2h, law=pareto(shape=2, minimum=1h))")
    none = law.draw(KEYS[:5], START[:5], Pace(np.full(5, 3.0)))
    assert none.delay.tolist() == [2 * HOUR] * 5  # not one of the slower ones is as quick


def test_truncation_renormalises():
    law = parse_law("truncated(max=30d, law=mixture(0.4: exponential(mean=1h), 0.6: exponential(mean=10d)))")
    whole = parse_law("mixture(0.4: exponential(mean=1h), 0.6: exponential(mean=10d))")
    at = np.array([0.5 * HOUR, DAY, 7 * DAY, 30 * DAY, 40 * DAY])
    np.testing.assert_allclose(law.cdf(at[:4]), whole.cdf(at[:4]) / whole.cdf(np.array(30 * DAY)), rtol=1e-12)
    assert law.cdf(at)[-1] == 1.0
    delay = law.draw(KEYS, START).delay
    assert delay.max() <= 30 * DAY
    assert (delay <= DAY).mean() == pytest.approx(float(law.cdf(np.array(DAY))), abs=0.01)
    with pytest.raises(ValueError, match="no delay"):
        parse_law("truncated(max=1s, law=constant(2s))")


def test_released_waits_for_the_next_multiple():
    law = parse_law("released(every=1000s)")
    start = np.array([0.0, 1.0, 999.0, 1000.0, 1000.5, 123456.7])
    draw = law.draw(KEYS[:6], start)
    assert draw.delay.tolist() == [0.0] * 6
    assert draw.event_at.tolist() == start.tolist()
    assert draw.delivered_at.tolist() == [1000.0, 1000.0, 1000.0, 2000.0, 2000.0, 124000.0]
    assert law.duration(KEYS[:2], start[1:3]).tolist() == [999.0, 1.0]


def test_a_share_never_answers():
    draw = parse_law("never(p=0.3, else=exponential(mean=1h))").draw(KEYS, START)
    assert np.isinf(draw.delay).mean() == pytest.approx(0.3, abs=0.01)
    assert np.isinf(draw.delivered_at[np.isinf(draw.delay)]).all()


def test_empirical_reads_beside_the_scenario(tmp_path):
    (tmp_path / "delays.csv").write_text("delay\n30\n10\n20\n40\n")
    law = parse_law("empirical(file=delays.csv)", tmp_path)
    assert law.quantile(np.array([0.1, 0.3, 0.6, 0.9])).tolist() == [10.0, 20.0, 30.0, 40.0]
    assert law.mean == 25.0
    (tmp_path / "delays.csv").write_text("delay\n30\n10\n20\n41\n")
    assert parse_law("empirical(file=delays.csv)", tmp_path).digest != law.digest
    for name in ("../delays.csv", "/etc/passwd", ".hidden", "absent.csv"):
        with pytest.raises(ValueError, match="empirical"):
            parse_law(f"empirical(file={name})", tmp_path)
    with pytest.raises(ValueError, match="beside"):
        parse_law("empirical(file=delays.csv)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("expo(mean=1h)", "unknown law 'expo'"),
        ("exponentail(mean=1h)", "did you mean exponential"),
        ("exponential(mea=1h)", "did you mean mean"),
        ("exponential(mean=5)", "expected a duration"),
        ("exponential(mean=1h, median=1h)", "exactly one of"),
        ("exponential()", "exactly one of"),
        ("exponential(mean=1h, mean=2h)", "twice"),
        ("exponential(mean=0s)", "longer than 0s"),
        ("lognormal(median=20s", "cannot read"),
        ("lognormal(median=5m, p95=20s)", "p95 must be longer"),
        ("uniform(low=2m, high=1m)", "low must be below high"),
        ("mixture(0.5: constant(1s), 0.6: constant(2s))", "add up to 1"),
        ("mixture(constant(1s))", "weight: law"),
        ("never(p=1.5, else=constant(1s))", "plain number"),
        ("constant(-3s)", "cannot read"),
        ("constant(1s) x", "unexpected 'x'"),
        ("weibull(shape=0, scale=1d)", "plain number above 0"),
        ("3", "is not a law"),
        ("soon", "is not a law"),
        ("released(every=1h, law=5)", "expected a law"),
        ("f(" * 40, "unknown law"),
        ("truncated(max=1h, law=" * 30, "deeper than"),
    ],
)
def test_errors_say_what_is_allowed(text, message):
    with pytest.raises(ValueError, match=message):
        parse_law(text)
