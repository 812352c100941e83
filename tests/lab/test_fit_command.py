"""``delaylab fit`` as people use it: what it prints, where, and its options."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.lab.cli import main
from sim.laws import parse_law
from tests.lab.fit_tables import SECONDS, column, written


def test_all_words_go_to_the_output_and_the_law_is_last(tmp_path: Path, capfd) -> None:
    file = written(tmp_path, column(SECONDS.round()))
    assert main(["fit", str(file), "--out", str(tmp_path / "law.yaml")]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    key, _, law = out.splitlines()[-1].partition(": ")
    assert (key, law) == ("delay", f'"{parse_and_print(law)}"')
    assert yaml.safe_load((tmp_path / "law.yaml").read_text()) == {"delay": law.strip('"')}
    for told in ("40 rows: 40 answered, 0 did not (yet).", "standard error", "Delays in whole seconds"):
        assert told in out


@pytest.mark.usefixtures("few_laws")
def test_a_file_that_seems_cut_is_said_and_the_window_is_fitted(tmp_path: Path, capfd) -> None:
    x = -np.log1p(-(np.arange(600) + 0.5) / 600 * -np.expm1(-1.0)) * 30 * 86400.0  # exponential(mean=30d) within 30 d
    file = written(tmp_path, column(x.round()))
    assert main(["fit", str(file)]) == 0
    out = capfd.readouterr().out
    assert "and none is: if the file was cut at a window, add --window 30d." in out
    assert main(["fit", str(file), "--window", "30d"]) == 0
    out = capfd.readouterr().out
    assert out.splitlines()[-1] == 'delay: "truncated(max=30d, law=exponential(mean=30d))"'
    assert "if the file was cut" not in out


@pytest.mark.usefixtures("few_laws")
def test_a_share_that_the_data_do_not_say_is_said(tmp_path: Path, capfd) -> None:
    rng = np.random.default_rng(8)
    x = np.where(rng.uniform(size=600) < 0.7, rng.lognormal(np.log(86400.0), 1.5, 600), np.inf)
    watched = rng.uniform(0, 86400.0, 600)
    frame = pd.DataFrame({"delay": np.where(x <= watched, x, np.nan), "watched": watched})
    frame.to_csv(tmp_path / "delays.csv", index=False)
    assert main(["fit", str(tmp_path / "delays.csv")]) == 0
    out, err = capfd.readouterr()
    assert "The share that ever answers is not known: " in out
    assert err == ""


def parse_and_print(law: str) -> str:
    parse_law(law.strip('"'))
    return law.strip('"')


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--window", "10m"], "with a delay beyond the window 10m: leave them out, or give a longer one"),
        (["--window", "10"], "--window: '10' is not a duration"),
        (["--served", "delay", "--event", "delay", "--rounding", "up"], "--rounding goes with a column of delays"),
        (["--resolution", "0s"], "--resolution: must be longer than 0s"),
        (["--out", "/dev/null/law.yaml"], "cannot write /dev/null/law.yaml: "),
        (["--columns", "a,b,c"], "--columns has 3 names for 1 column"),
    ],
)
def test_options_that_cannot_be_are_refused(options: list[str], message: str, tmp_path: Path, capsys) -> None:
    assert main(["fit", str(written(tmp_path, column(SECONDS))), *options]) == 2
    assert message in capsys.readouterr().err
