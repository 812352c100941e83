"""Laws come back from what they drew, censored or not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.fit.fits import Fit, fit_all
from sim.draws import child
from sim.lab.cli import main
from sim.laws import parse_law
from sim.scenario import Scenario

N = 4000


def fits(delay: np.ndarray, watched: np.ndarray | None = None, **how) -> list[Fit]:
    return fit_all(
        np.asarray(delay, dtype=float), np.full(len(delay), np.nan) if watched is None else watched, **how
    ).fits


def drawn(law: str, seed: int = 3) -> np.ndarray:
    return parse_law(law).draw(child(np.uint64(seed), np.arange(N)), np.zeros(N)).delay


@pytest.mark.parametrize(
    ("law", "name"),
    [
        ("lognormal(median=20s, sigma=1.5)", "lognormal"),
        ("weibull(scale=1d, shape=0.5)", "weibull"),
        ("mixture(0.43: exponential(mean=40m), 0.57: exponential(mean=11d))", "two exponentials"),
    ],
)
def test_the_law_that_drew_is_the_best_and_its_quantiles_come_back(law: str, name: str) -> None:
    best = fits(drawn(law))[0]
    assert best.name == name
    assert best.answers == 1.0
    assert best.distance < 0.02
    at = np.quantile(drawn(law), [0.1, 0.5, 0.9])
    np.testing.assert_allclose(parse_law(best.law).cdf(at), [0.1, 0.5, 0.9], atol=0.03)


@pytest.mark.usefixtures("few_laws")
def test_rows_that_have_not_answered_yet_count_for_what_they_are() -> None:
    # 70 % ever answer, after 4 days on average, and nobody was watched for more than 10 days
    rng = np.random.default_rng(1)
    watched = rng.uniform(0, 10 * 86400.0, N)
    delay = np.where(rng.uniform(size=N) < 0.7, drawn("exponential(mean=4d)"), np.inf)
    seen = np.where(delay <= watched, delay, np.nan)
    exponential = next(f for f in fits(seen, watched) if f.name == "exponential")
    assert exponential.answers == pytest.approx(0.7, abs=0.06)
    law = parse_law(exponential.law)
    assert law.cdf(np.array([4 * 86400.0]))[0] / exponential.answers == pytest.approx(1 - np.exp(-1), abs=0.05)
    assert np.nanmean(seen) < 3 * 86400.0  # what a mean of the answers alone would have said


def scenario_with(law: str, folder: Path) -> Scenario:
    file = folder / "world.yaml"
    file.write_text(
        "name: world\nhorizon: 2d\nusers: {count: 4, visits: {every: 10m}}\nitems: {click_rates: [0.6, 0.3]}\n"
        f'slate: {{size: 1}}\nfeedback: {{click: {{delay: "{law}"}}}}\n'
    )
    return Scenario.load(file)


def quantiles_of(law: str, n: int) -> np.ndarray:
    return parse_law(law).quantile((np.arange(n) + 0.5) / n)


# delays, watched, how to fit: tables at the edges, of which every law must be one that a scenario takes
EDGES = {
    "rare": (np.where(np.arange(50_000) < 30, 3000.0 + 50.5 * np.arange(50_000), np.nan), np.full(50_000, 2.6e6), {}),
    "same but one": ([3600.0] * 30 + [7200.0], None, {}),
    "in a second": (3600.0 + np.linspace(0.0, 1.0, 40), None, {}),
    "apart": (np.logspace(-3, 9, 40), None, {}),
    "milliseconds": (np.linspace(0.001, 0.04, 40), None, {}),
    "flat to the window": (np.linspace(1.0, 86399.0, 200), None, {"window": 86400.0}),
    "rising to the window": (86400.0 - np.linspace(0.0, 300.0, 200) ** 2 / 2, None, {"window": 86400.0}),
    "mostly zeros": ([0.0] * 90 + [1.0] * 7 + [2.0, 5.0, 9.0], None, {}),
    "zeros beside hours": ([0.0] * 8 + list(quantiles_of("lognormal(median=1h, sigma=0.8)", 492).round()), None, {}),
    "at once watched": (
        np.r_[np.linspace(50.0, 900.0, 20), np.full(20, np.nan)],
        np.r_[np.full(20, 1e4), np.zeros(20)],
        {},
    ),
    "never for certain": (
        np.r_[np.linspace(50.0, 900.0, 20), np.full(20, np.nan)],
        np.r_[np.full(20, 1e4), np.full(20, np.inf)],
        {},
    ),
    "two kinds": (np.r_[np.linspace(1, 9, 50), np.linspace(1e5, 9e5, 50)], None, {}),
    "all the same": ([3600.0] * 12, None, {}),
    "all zero": ([0.0] * 12 + [np.nan] * 4, np.full(16, 60.0), {}),
    "days": ([0.0] * 30 + [86400.0] * 9 + [172800.0] * 4 + [np.nan] * 50, np.full(93, 30 * 86400.0), {}),
    "ten": (np.arange(1.0, 11.0) ** 2, None, {}),
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            one, marks=[pytest.mark.slow] if n % 2 or one in ("zeros beside hours", "rising to the window") else []
        )
        for n, one in enumerate(EDGES)
    ],
)
def test_every_law_that_is_fitted_is_one_that_a_scenario_takes(name: str, tmp_path: Path) -> None:
    delay, watched, how = EDGES[name]
    for fit in fits(delay, watched, **how):
        if not fit.found:  # nor is it printed
            continue
        scenario_with(fit.law, tmp_path)
        assert parse_law(fit.law).cdf(np.array([1e17]))[0] == pytest.approx(fit.answers, rel=2e-3)
        assert all(0 < number.value < np.inf and number.error >= 0 for number in fit.numbers), fit


def test_a_zero_is_a_delay_below_the_resolution_of_the_clock() -> None:
    rng = np.random.default_rng(4)
    delay = np.floor(rng.lognormal(np.log(20.0), 1.2, 500))
    assert (delay == 0).sum() >= 3
    best = fits(delay)[0]
    assert best.name == "lognormal"
    assert best.numbers[0].value == pytest.approx(20.0, abs=3 * best.numbers[0].error)
    assert best.numbers[1].value == pytest.approx(1.2, abs=3 * best.numbers[1].error)
    assert best.distance < 0.05


def test_zeros_that_no_law_explains_are_a_share_of_their_own() -> None:
    best = fits(*EDGES["zeros beside hours"][:1])[0]
    assert best.law == "mixture(0.016: constant(0s), 0.984: lognormal(median=1h, sigma=0.799))"
    assert best.distance < 0.02


@pytest.mark.parametrize(
    "shape", [pytest.param(1.5, marks=pytest.mark.slow), 2.0, pytest.param(5.0, marks=pytest.mark.slow)]
)
def test_a_rising_hazard_is_found(shape: float) -> None:
    found = fits(quantiles_of(f"weibull(scale=10d, shape={shape})", 600).round(1))
    assert (found[0].name, found[0].found) == ("weibull", True)
    assert [n.value for n in found[0].numbers] == pytest.approx([864000.0, shape], rel=0.003)
    assert found[0].distance < 0.002


@pytest.mark.usefixtures("few_laws")
@pytest.mark.parametrize(
    ("n", "answers", "p"),
    [
        pytest.param(25_000, 40, "0.9984", marks=pytest.mark.slow),
        pytest.param(50_000, 30, "0.9994", marks=pytest.mark.slow),
        (100_000, 12, "0.99988"),
    ],
)
def test_a_tiny_share_that_answers_keeps_its_digits(n: int, answers: int, p: str) -> None:
    delay = np.full(n, np.nan)
    delay[:answers] = quantiles_of("exponential(mean=1h)", answers).round(1)
    best = fits(delay, np.full(n, 30 * 86400.0))[0]
    assert best.law.startswith(f"never(p={p}, else=")
    assert best.answers == pytest.approx(answers / n, rel=1e-5)
    assert 1 - parse_law(best.law).p == pytest.approx(answers / n, rel=1e-9)


@pytest.mark.usefixtures("few_laws")
@pytest.mark.parametrize("step", [60.0, pytest.param(86400.0, marks=pytest.mark.slow)])
def test_how_delays_were_rounded_is_found(step: float) -> None:
    x, nobody = quantiles_of(f"exponential(mean={4 * step}s)", 400), np.full(400, np.nan)
    fitted = fit_all(np.ceil(x / step) * step, nobody)
    assert (fitted.rounding, fitted.step) == ("up", step)
    assert fitted.gain > 3
    mean = next(fit for fit in fitted.fits if fit.name == "exponential").numbers[0]
    assert mean.value == pytest.approx(4 * step, rel=0.01)
    down = fit_all(np.floor(x / step) * step, nobody)
    assert (down.rounding, down.gain) == ("down", 0.0)
    mean = next(fit for fit in down.fits if fit.name == "exponential").numbers[0]
    assert mean.value == pytest.approx(4 * step, rel=0.01)
    near = fit_all(np.rint(x / step) * step, nobody, rounding="nearest")
    mean = next(fit for fit in near.fits if fit.name == "exponential").numbers[0]
    assert mean.value == pytest.approx(4 * step, rel=0.01)


def test_a_share_that_the_data_do_not_say_has_a_wide_interval() -> None:
    # 30 % never answer, the tail is heavy and nobody was watched beyond the median
    rng = np.random.default_rng(8)
    x = np.where(rng.uniform(size=600) < 0.7, rng.lognormal(np.log(86400.0), 1.5, 600), np.inf)
    watched = rng.uniform(0, 86400.0, 600)
    best = fits(np.where(x <= watched, x, np.nan), watched)[0]
    share = best.numbers[-1]
    assert share.name == "ever answers"
    assert share.low < 0.7 < share.high == 1.0


@pytest.mark.usefixtures("few_laws")
def test_the_profile_interval_is_where_twice_the_log_likelihood_falls_by_384() -> None:
    # all were watched to the end: the share is a plain binomial one
    delay = np.r_[quantiles_of("exponential(mean=10m)", 30), np.full(70, np.nan)]
    share = fits(delay, np.full(100, 1e6))[0].numbers[-1]
    for end in (share.low, share.high):
        lost = 30 * np.log(0.3 / end) + 70 * np.log(0.7 / (1 - end))
        assert 2 * lost == pytest.approx(3.84, abs=0.03)


def test_a_file_that_is_cut_at_a_window_is_fitted_given_that() -> None:
    x = quantiles_of("truncated(max=30d, law=exponential(mean=30d))", 600).round()
    found = fits(x, window=30 * 86400.0)
    exponential = next(fit for fit in found if fit.name == "exponential")
    assert exponential.law == "truncated(max=30d, law=exponential(mean=30d))"
    assert exponential.distance < 0.002
    for fit in found:
        assert parse_law(fit.law).cdf(np.array([30 * 86400.0]))[0] == 1.0


@pytest.mark.usefixtures("few_laws")
def test_the_command_ends_with_a_line_to_copy(tmp_path: Path, capsys) -> None:
    file = tmp_path / "delays.csv"
    pd.DataFrame({"delay": drawn("exponential(mean=10m)")}).to_csv(file, index=False)
    assert main(["fit", str(file)]) == 0
    key, _, law = capsys.readouterr().out.strip().splitlines()[-1].partition(": ")
    assert key == "delay"
    assert parse_law(law.strip('"')).cdf(np.array([600.0]))[0] == pytest.approx(1 - np.exp(-1), abs=0.02)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("late\n1\n", "there is no column delay; there are late"),
        ("delay\n" + "1\n" * 20 + '""\n', "no delay in 1 row, and there is no column watched"),
        ("delay\nsoon\n", "column delay holds something that is not a number of seconds"),
        ("delay\n1\n2\n", "an answer in 2 rows only; at least 10 are needed"),
        ("delay\n1\n", "an answer in 1 row only; at least 10 are needed"),
        ("delay,watched\n,5\n,6\n", "none of 2 rows has an answer; at least 10 are needed"),
    ],
)
def test_what_cannot_be_fitted_is_said(tmp_path: Path, capsys, text: str, message: str) -> None:
    file = tmp_path / "delays.csv"
    file.write_text(text)
    assert main(["fit", str(file)]) == 2
    assert message in capsys.readouterr().err


def test_a_share_is_unknown_though_no_law_so_slow_can_be_stated() -> None:
    # all answer, 1e-4 of them within the hour watched: with the share at 1 the likelihood falls by next to nothing
    x = 3600.0 * (1e4 * np.random.default_rng(3).exponential(size=100_000)) ** 2  # Weibull, shape 0.5
    fitted = fit_all(np.where(x <= 3600.0, np.floor(x), np.nan), np.full(100_000, 3600.0), resolution=1.0)
    share = fitted.fits[0].numbers[-1]
    assert (share.name, share.high) == ("ever answers", 1.0)
    assert 0.4 * fitted.answered / 1e5 < share.low < fitted.answered / 1e5
    lognormal = next(f for f in fitted.fits if f.name == "lognormal")  # its median is as late as is searched
    assert [number.error for number in lognormal.numbers] == [np.inf, pytest.approx(1.08, abs=0.05), np.inf]


@pytest.mark.usefixtures("few_laws")
def test_a_law_that_is_the_better_the_more_answer_is_found_at_the_end() -> None:
    # a rising hazard, watched to its beginning: an exponential is the better the more answer, later, without end
    rng, end = np.random.default_rng(10), 0.3 * 86400.0
    x = stats.weibull_min(5.0, scale=86400.0).rvs(100_000, random_state=rng)
    came = (rng.uniform(size=100_000) < 0.3) & (x <= end)
    found = fits(np.where(came, np.floor(x), np.nan), np.full(100_000, end), rounding="down")
    fit = next(f for f in found if f.name == "exponential")
    assert fit.found
    assert fit.answers > 0.999
    assert parse_law(fit.law).cdf(np.array([end]))[0] == pytest.approx(came.mean(), rel=0.01)
