"""Laws come back from what they drew, censored or not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.draws import child
from sim.lab.cli import main
from sim.lab.fitting import FAMILIES, fits
from sim.laws import parse_law

N = 4000


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
    best = fits(drawn(law), np.full(N, np.nan))[0]
    assert best.name == name
    assert best.answers == 1.0
    assert best.distance < 0.02
    at = np.quantile(drawn(law), [0.1, 0.5, 0.9])
    np.testing.assert_allclose(parse_law(best.law).cdf(at), [0.1, 0.5, 0.9], atol=0.03)


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


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_each_family_writes_a_law_that_a_scenario_takes(family) -> None:
    x = np.array([10.0, 60.0, 300.0])
    parameters = np.array(family.start(60.0))
    np.testing.assert_allclose(parse_law(family.text(parameters)).cdf(x), family.cdf(x, parameters), atol=0.01)


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
        ("delay\n" + "1\n" * 20 + '""\n', "1 rows have no delay, and there is no column watched"),
        ("delay\nsoon\n", "column delay holds something that is no number of seconds"),
        ("delay\n1\n2\n", "2 rows have an answer; at least 10 are needed"),
    ],
)
def test_what_cannot_be_fitted_is_said(tmp_path: Path, capsys, text: str, message: str) -> None:
    file = tmp_path / "delays.csv"
    file.write_text(text)
    assert main(["fit", str(file)]) == 2
    assert message in capsys.readouterr().err
