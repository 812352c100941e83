"""Laws at the edges: exact multiples, rounding, files, ranges, and what a text may hold."""

import warnings

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.draws import child
from sim.laws import parse_law
from sim.laws.durations import seconds, text
from sim.scenario import Scenario

KEYS = child(np.uint64(5), np.arange(2_000))
START = np.linspace(0.0, 1e6, len(KEYS))

durations = st.floats(1e-3, 1e9, allow_nan=False).map(text)
shapes = st.floats(0.2, 50.0).map(repr)
plain_laws = st.one_of(
    durations.map("constant({})".format),
    durations.map("exponential(mean={})".format),
    durations.map("exponential(median={})".format),
    st.tuples(shapes, durations).map(lambda p: "gamma(shape={}, mean={})".format(*p)),
    st.tuples(shapes, durations).map(lambda p: "weibull(shape={}, median={})".format(*p)),
    st.tuples(shapes, durations).map(lambda p: "pareto(shape={}, minimum={})".format(*p)),
    st.tuples(durations, st.floats(0.01, 5).map(repr)).map(lambda p: "lognormal(mean={}, sigma={})".format(*p)),
    st.floats(1.0, 1e6).map(lambda mean: f"geometric(mean={text(mean)})"),
)
laws = st.recursive(
    plain_laws,
    lambda inner: st.one_of(
        st.tuples(st.floats(0.01, 0.99).map(repr), inner).map(lambda p: "never(p={}, else={})".format(*p)),
        st.tuples(durations, inner).map(lambda p: "released(every={}, law={})".format(*p)),
        st.tuples(inner, inner).map(lambda p: "mixture(0.25: {}, 0.75: {})".format(*p)),
        inner.map("truncated(max=31688d, law={})".format),
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(laws)
def test_text_parses_back_to_an_equal_law(source):
    law = parse_law(source)
    again = parse_law(str(law))
    assert again == law
    assert hash(again) == hash(law)
    draw, other = law.draw(KEYS[:50], START[:50]), again.draw(KEYS[:50], START[:50])
    assert all(np.array_equal(a, b) for a, b in zip(draw, other, strict=True))
    assert not np.isnan(draw.delay).any()
    assert np.all(draw.delivered_at >= draw.event_at)
    assert np.all(draw.delay >= 0.0)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.floats(0.0, 1e12, allow_nan=False))
@example(0.1 + 0.2)
@example(1e-9)
def test_durations_survive_their_text(value):
    assert seconds(text(value)) == value


@pytest.mark.parametrize("every", ["0.1s", "0.7s", "1000s", "7m", "86399.9s"])
def test_the_next_drop_is_exact_on_every_multiple_and_one_ulp_beside(every):
    law, period = parse_law(f"released(every={every})"), round(seconds(every) * 1e6)
    drops = np.arange(1, 200_000) * period / 1e6  # microseconds, divided once
    for start in (drops, np.nextafter(drops, 0.0), np.nextafter(drops, np.inf)):
        delivered = law.draw(np.zeros(len(start), np.uint64), start).delivered_at
        number = np.rint(delivered * 1e6 / period)
        assert np.array_equal(number * period / 1e6, delivered)  # a multiple
        assert np.all(delivered > start)  # strictly after
        assert np.all((number - 1) * period / 1e6 <= start)  # and the first


def test_a_truncated_mixture_is_a_mixture_of_truncated_laws():
    law = parse_law("truncated(max=1h, law=mixture(0.5: exponential(mean=1h), 0.5: exponential(mean=1d)))")
    fast, slow = 1 - np.exp(-1), 1 - np.exp(-1 / 24)
    assert law.weights == pytest.approx((fast / (fast + slow), slow / (fast + slow)), rel=1e-12)
    assert [str(part) for part in law.laws] == [
        "truncated(max=1h, law=exponential(mean=1h))",
        "truncated(max=1h, law=exponential(mean=1d))",
    ]


def test_truncation_passes_through():
    assert str(parse_law("truncated(max=1h, law=constant(1h))")) == "constant(1h)"
    assert str(parse_law("truncated(max=1h, law=never(p=0.5, else=constant(2s)))")) == "constant(2s)"
    assert str(parse_law("truncated(max=2h, law=truncated(max=1h, law=pareto(shape=1, minimum=1s)))")) == (
        "truncated(max=1h, law=pareto(shape=1, minimum=1s))"
    )
    assert str(parse_law("truncated(max=1m, law=released(every=1d, law=exponential(mean=1h)))")) == (
        "released(every=1d, law=truncated(max=1m, law=exponential(mean=1h)))"
    )


def test_criteos_law_has_the_published_quantiles():
    law = Scenario.load("shop").feedback.conversion.delay
    assert law == parse_law("criteo_c14()")
    shares = law.cdf(np.array([3600.0, 86400.0, 14 * 86400.0]))
    np.testing.assert_allclose(shares, [0.35, 0.50, 0.87], atol=1e-3)


def test_criteos_other_law_is_near_the_published_density():
    shares = parse_law("criteo_kde()").cdf(np.array([900.0, 3600.0, 86400.0, 7 * 86400.0, 14 * 86400.0]))
    np.testing.assert_allclose(shares, [0.187, 0.237, 0.354, 0.645, 0.816], atol=0.035)
    with pytest.raises(ValueError, match="criteo_kde takes no arguments, not 1h"):
        parse_law("criteo_kde(mean=1h)")


def test_a_bare_duration_is_a_constant_everywhere():
    assert str(parse_law("90s")) == "constant(90s)"
    assert str(parse_law("never(p=0.5, else=90s)")) == "never(p=0.5, else=constant(90s))"
    assert str(parse_law("mixture(0.5: 1s, 0.5: 1m)")) == "mixture(0.5: constant(1s), 0.5: constant(1m))"


@pytest.mark.parametrize(
    "source",
    ["lognormal(median=1h, sigma=19.9)", "pareto(shape=0.11, minimum=1s)", "weibull(shape=0.021, mean=1h)",
     "weibull(shape=5000, scale=1h)", "gamma(shape=0.001, mean=1h)", "geometric(mean=10000d, step=1ms)"],
)  # fmt: skip
def test_nothing_overflows_within_the_ranges(source):
    law = parse_law(source)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        delay = law.draw(KEYS, START).delay
        assert np.isfinite(delay).all()
        assert 0.99 < float(law.cdf(np.array(1e300))) <= 1.0


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("constant(1e999s)", "too long"),
        ("lognormal(mean=1h, p95=2h, sigma=1)", "p95 goes with median"),
        ("lognormal(mean=1h, sigma=20)", "above 0 and below 20"),
        ("pareto(shape=0.1, minimum=1s)", "above 0.1"),
        ("weibull(shape=0.02, scale=1d)", "above 0.02"),
        ("mixture(0.5: constant(1s), constant(2s))", "weight: law"),
        ("mixture(1: 3)", "weight: law"),
        ("never(p=0.5, else=soon)", "expected a law"),
        ("constant(" + "1" * 10_000 + "s)", "longer than the 10000 characters"),
        ("1a" * 400, "\\.\\.\\.: unexpected|is not a duration"),
    ],
)
def test_errors(source, message):
    with pytest.raises(ValueError, match=message) as caught:
        parse_law(source)
    assert len(str(caught.value)) < 300


@pytest.fixture
def empirical(tmp_path):
    def parse(content, name="delays.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return parse_law(f"empirical(file={name})", tmp_path)

    return parse


@pytest.mark.parametrize("content", ["3\n1\n2\n", "seconds to click\n3\n1\n\n2", '\ufeff"delay"\r\n3\r\n1\r\n2\r\n'])
def test_empirical_files(empirical, content):
    law = empirical(content)
    assert law.values.tolist() == [1.0, 2.0, 3.0]
    # the inverse of a step function: at a step, the lower value
    assert law.quantile(np.array([1e-9, 1 / 3, 0.34, 2 / 3, 1 - 1e-9])).tolist() == [1.0, 1.0, 2.0, 2.0, 3.0]
    assert law.cdf(np.array([0.5, 1.0, 2.5, 9.0])).tolist() == pytest.approx([0.0, 1 / 3, 2 / 3, 1.0])


def test_empirical_names_may_start_with_a_digit(empirical):
    assert str(empirical("1\n", "2024-05.csv")) == "empirical(file=2024-05.csv)"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("user,delay\n1,2\n", "'1,2' is not a number"),
        ("1 2\n", "'1 2' is not a number"),
        (b"\xff\xfe1\n", "not UTF-8"),
        ("delay\n", "at least one delay"),
        ("", "at least one delay"),
        ("-1\n", "not negative"),
        ("1\nnan\n", "all finite"),
        ("1\n1e400\n", "all finite"),
    ],
)
def test_empirical_errors(empirical, content, message):
    with pytest.raises(ValueError, match=message):
        empirical(content)


def test_empirical_follows_no_link(tmp_path):
    (tmp_path / "outside.csv").write_text("1\n")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "link.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(ValueError, match="there is no file"):
        parse_law("empirical(file=link.csv)", tmp_path / "scenarios")


def test_empirical_inside_another_law(empirical, tmp_path):
    empirical("1\n2\n3\n4\n")
    law = parse_law("truncated(max=2s, law=empirical(file=delays.csv))", tmp_path)
    assert sorted(set(law.draw(KEYS, START).delay.tolist())) == [1.0, 2.0]
    assert [type(part).__name__ for part in law.parts()] == ["Capped", "Empirical"]
