"""``delaylab fit --world``: the lab's own logs, what they do not say, and what is refused."""

import re
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
import yaml

from sim import Scenario, simulate
from sim.analysis.fit.rows import Asked
from sim.analysis.fit.table import Table
from sim.analysis.fit_world.catalogue import catalogue_part
from sim.analysis.fit_world.clicks import clicks_part
from sim.analysis.fit_world.columns import log_of
from sim.analysis.fit_world.conversions import conversions_part
from sim.analysis.fit_world.delays import Delay
from sim.analysis.fit_world.found import Part
from sim.analysis.fit_world.positions import positions_part
from sim.analysis.fit_world.stub import range_options
from sim.analysis.fit_world.visits import visits_part
from sim.analysis.fit_world.world import Fitted
from sim.analysis.sensitivity.ranges import ranges_of
from sim.lab.cli import main
from sim.laws import parse_law
from tests.lab.fitted_logs import DAY, TRUE, fitted, impressions, log, why, within


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return impressions()


@pytest.fixture(scope="module")
def found(frame: pd.DataFrame) -> Fitted:
    return fitted(frame)


def test_a_run_s_own_log_gives_its_scenario_back(frame: pd.DataFrame, found: Fitted, tmp_path: Path, capfd) -> None:
    frame.to_parquet(tmp_path / "impressions.parquet")
    assert main(["fit", "--world", str(tmp_path / "impressions.parquet"), "--out", str(tmp_path / "w.yaml")]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    assert out.partition("\n")[2] == (tmp_path / "w.yaml").read_text()
    assert max(len(line) for line in out.splitlines() if "--range" not in line and "Written" not in line) <= 80
    assert main(["check", str(tmp_path / "w.yaml")]) == 0
    again = ["fit", "--world", str(tmp_path / "impressions.parquet"), "--out", str(tmp_path / "w.yaml")]
    assert main(again) == 2
    assert "w.yaml is there already; --force writes over it" in capfd.readouterr().err
    world = yaml.safe_load(out)
    assert (world["horizon"], world["users"]["count"], world["items"]["count"], world["slate"]["size"]) == (
        "5d", 150, 40, 3,
    )  # fmt: skip
    assert "feedback_at after the end of the log" in out  # what the file knows and the log does not yet
    for told in ("users.trend, drift, shifts:", "users.visits.weekly:", "items.turnover:", "platform:"):
        assert f"# - {told}" in out
    assert [key for key, inside in within(found).items() if not inside] == []
    ranges = ranges_of([option.removeprefix("--range '").removesuffix("'") for option in range_options(found)])
    assert {one.key for one in ranges} == set(TRUE) - {"users.count", "items.count"} | {
        "slate.choice", "feedback.click.delay",
    }  # fmt: skip
    for one in ranges:
        for end in (one.low, one.high):
            Scenario.load(tmp_path / "w.yaml", {one.key: float(end) if end.replace(".", "").isdigit() else end})


@pytest.mark.usefixtures("few_laws")
def test_tastes_of_a_given_spread_keep_the_clicks(frame: pd.DataFrame, found: Fitted, tmp_path: Path, capsys) -> None:
    frame.to_parquet(tmp_path / "log.parquet")
    assert (
        main(["fit", "--world", str(tmp_path / "log.parquet"), "--preferences-spread", "1", "--out",
              str(tmp_path / "w.yaml")]) == 0
    )  # fmt: skip
    text = " ".join(capsys.readouterr().out.replace("#", "").split())
    low, high = re.search(r"of all impressions \S+ \((\S+) to (\S+)\)", text).groups()
    many = Scenario.load(
        tmp_path / "w.yaml", {"items.lifetime": "1h", "horizon": "3d"}
    )  # whose popularity averages out
    assert (many.users.preferences.dim, many.users.preferences.spread) == (8, 1.0)
    assert many.items.click_rate < 0.8 * found.found.get("items.click_rate").value
    assert float(low) < simulate(many, agent="uniform", seed=1, trace=True).impressions.outcome.mean() < float(high)


@pytest.mark.usefixtures("few_laws")
def test_a_csv_of_other_names_and_clocks_says_the_same(frame: pd.DataFrame, found: Fitted, tmp_path: Path) -> None:
    start = pd.Timestamp("2024-06-10T00:00:00Z")
    other = pd.DataFrame({
        "when": start + pd.to_timedelta(frame.request_at, unit="s"), "who": "u" + frame.user.astype(str),
        "place": frame.position + 1, "what": "i" + frame.item.astype(str), "p": frame.propensity,
        "clicked": (start + pd.to_timedelta(frame.feedback_at, unit="s")).where(frame.outcome == 1),
    })  # fmt: skip
    other.sample(frac=1.0, random_state=0).to_csv(tmp_path / "log.csv", index=False)
    names = "request_at,user,position,item,propensity,feedback_at"
    assert (
        main(["fit", "--world", str(tmp_path / "log.csv"), "--columns", names, "--out", str(tmp_path / "w.yaml")]) == 0
    )
    text = (tmp_path / "w.yaml").read_text()
    assert "Positions begin at 1, here at 0." in " ".join(text.replace("#", "").split())
    world = yaml.safe_load(text)
    for one in found.found.estimates:
        here = world
        for part in one.key.split("."):
            here = here[part]
        assert str(here) == one.text, one.key


def test_less_than_two_days_have_no_cycle_and_a_slate_of_one_no_positions() -> None:
    short = log(impressions(horizon="40h", **{"slate.size": 1, "slate.choice": "bernoulli"}))
    visits = visits_part(short, None)
    assert visits.get("users.visits.daily_swing") is None
    assert "the log has 1.66 days from its first request to its end; 1.9 days or more" in why(visits, "daily_peak")
    assert "one item is shown at a time" in why(positions_part(short), "slate.choice")


def test_a_rate_without_a_cycle_has_none() -> None:
    visits = visits_part(log(impressions(**{"users.visits.daily_swing": 0.0})), None)
    assert visits.get("users.visits.daily_swing") is None
    assert "no daily cycle is seen" in why(visits, "daily_swing")
    rate = visits.get("users.visits.rate")
    assert rate.low < 4 / DAY < rate.high


def test_what_a_policy_decides_is_not_identified() -> None:
    chosen = log(impressions("ucb1_online", horizon="2d"))
    part = positions_part(chosen) + catalogue_part(chosen) + clicks_part(chosen, Delay(None, Part()), None)
    assert "no request was left to chance" in why(part, "slate.choice")
    assert "only uniformly random slates" in why(part, "items.lifetime")
    assert "what was shown" in why(part, "items.click_rate")
    assert "not told apart" in why(part, "items.popularity")
    assert [one.key for one in part.estimates] == ["slate.size", "items.count", "items.click_rate"]


def test_a_share_of_random_slates_is_enough(frame: pd.DataFrame) -> None:
    chosen = frame.user * 7919 % 10 < 6  # their requests are answered by a policy with two favourites
    mixed = frame.assign(
        item=frame.item.where(~chosen, 1000 + frame.position // 2), propensity=frame.propensity.where(~chosen, 1.0),
        outcome=frame.outcome.where(~chosen, (frame.position == 2).astype(int)),
    )  # fmt: skip
    part = catalogue_part(log(mixed)) + (choice := positions_part(log(mixed)))
    part += clicks_part(log(mixed), Delay(None, Part()), choice.get("slate.choice"))
    for key in ("items.lifetime", "items.click_rate", "items.popularity"):
        assert part.get(key).low < TRUE[key] < part.get(key).high
    assert (part.get("items.count").text, part.unknown[0].key) == ("40", "items.turnover")
    assert choice.get("slate.choice").low[2] < 0.3 < choice.get("slate.choice").high[2]


def test_without_propensities_it_is_said_what_would_have_to_hold(frame: pd.DataFrame) -> None:
    silent = log(frame.drop(columns=["propensity", "visit"]))
    choice = why(positions_part(silent), "slate.choice")
    assert "does not say that positions were left to chance. If positions were shuffled" in choice
    life = why(catalogue_part(silent), "items.lifetime")
    assert "If all were shown evenly to their end, the mean life is" in life
    fixed = frame.drop(columns="propensity").assign(item=lambda rows: 3 * (rows.item // 3) + rows.position)
    assert "Each item has one position only." in why(positions_part(log(fixed)), "slate.choice")


def test_a_cascade_is_not_taken_for_positions(frame: pd.DataFrame) -> None:
    cascade = impressions(**{"slate.choice": "cascade", "items.click_rate": 0.3})
    assert "rather cascade or multinomial" in why(positions_part(log(cascade)), "slate.choice")
    assert why(positions_part(log(frame)), "slate.choice") == ""
    doubtful = positions_part(log(cascade)).get("slate.choice")
    assert (doubtful.ends, doubtful.note) == (None, "doubtful: see below")


@pytest.mark.usefixtures("few_laws")
def test_delays_that_the_log_cuts_off_or_does_not_have(frame: pd.DataFrame) -> None:
    unseen = fitted(frame.drop(columns="feedback_at")).found
    assert "no column feedback_at" in why(unseen, "feedback.click.delay")
    late = Delay(parse_law("exponential(mean=10d)"), Part())
    assert "old enough for nine clicks in ten" in why(clicks_part(log(frame), late, None), "items.click_rate")


@pytest.mark.usefixtures("few_laws")
def test_conversions_after_clicks(frame: pd.DataFrame, found: Fitted) -> None:
    rng = np.random.default_rng(1)
    happens = (frame.outcome == 1) & (rng.uniform(size=len(frame)) < 0.4)
    later = frame.feedback_at + rng.exponential(3600.0, len(frame))
    part = conversions_part(log(frame.assign(converted_at=later.where(happens))))
    rate, law = part.get("feedback.conversion.rate"), part.get("feedback.conversion.delay")
    assert rate.low < 0.4 < rate.high
    assert parse_law(law.low).mean < 3600.0 < parse_law(law.high).mean
    assert range_options(replace(found, found=found.found + part)) == range_options(found)  # clicks are learnt


@pytest.mark.usefixtures("few_laws")
def test_conversions_that_are_too_young_leave_a_rate_to_state(frame: pd.DataFrame, tmp_path: Path, capsys) -> None:
    rng = np.random.default_rng(1)
    some = frame[frame.position == 0]
    later = some.feedback_at + rng.exponential(4 * DAY, len(some))
    some.assign(converted_at=later.where(some.outcome == 1)).to_parquet(tmp_path / "log.parquet")
    assert main(["fit", "--world", str(tmp_path / "log.parquet"), "--out", str(tmp_path / "w.yaml")]) == 0
    assert "rate: 0.1  # not identified: yours to state" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "w.yaml")]) == 0


@pytest.mark.usefixtures("few_laws")
def test_a_few_conversions_before_their_click_are_put_down_to_clocks(frame: pd.DataFrame) -> None:
    some = (frame.outcome == 1) & (frame.user % 2 == 0)
    after = frame.feedback_at + np.random.default_rng(1).exponential(3600.0, len(frame))
    few = frame.assign(converted_at=after.where(frame.user != 0, frame.request_at).where(some))
    assert conversions_part(log(few)).get("feedback.conversion.delay") is not None
    many = conversions_part(log(frame.assign(converted_at=frame.request_at.where(some))))
    assert "lie before their click" in why(many, "feedback.conversion")


def test_clicks_without_instants(frame: pd.DataFrame) -> None:
    empty = log(frame.assign(feedback_at=np.nan))
    assert (empty.timed, empty.clicked.sum()) == (False, frame.outcome.sum())
    half = frame.assign(feedback_at=frame.feedback_at.where(frame.user < 75))
    table = Table(Path("log.csv"), half, "row", 1)
    assert log_of(table, Asked()).clicked[half.user >= 75].sum() == 0
    assert "with outcome 1 and no feedback_at: counted as no click." in " ".join(table.notes)


def test_what_is_always_clicked_has_a_rate_below_one(frame: pd.DataFrame) -> None:
    first = frame[frame.position == 0].assign(outcome=1)
    for rows in (first, first.drop(columns="propensity")):
        rate = clicks_part(log(rows.drop(columns="feedback_at")), Delay(None, Part()), None).get("items.click_rate")
        assert 0.9 < rate.low <= rate.value <= rate.high < 1.0


def test_a_row_without_an_instant_is_no_part_of_another_request(frame: pd.DataFrame) -> None:
    last = frame.iloc[[-1]]
    lost = last.assign(user=last.user + 1, request_at=np.nan)
    rows = pd.concat([frame.iloc[:300].assign(user=0), lost.assign(user=1), last.assign(user=0, item=1)])
    read = log(rows.drop(columns="visit").reset_index(drop=True))
    assert (len(read.at), read.requests) == (301, 101)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"user": None}, "there is no column user; there are request_at, visit, position,"),
        ({"feedback_at": None, "outcome": None}, "there is no column feedback_at, nor outcome;"),
        ({"outcome": 2}, "column outcome: 300 rows (first in line 2) hold neither 0 nor 1"),
        ({"position": -1}, "column position: 300 rows (first in line 2) hold no whole number from 0 on"),
        ({"position": 0}, "two rows of one user, visit and position: 200 rows (first in line 3); one is allowed"),
        ({"propensity": 0.0}, "column propensity: 300 rows (first in line 2) do not lie above 0 and up to 1"),
        ({"user": ""}, "column user is empty: 300 rows (first in line 2); a number or a name is allowed"),
        ({"feedback_at": 1.0}, "column feedback_at: 300 rows (first in line 2) lie before request_at"),
        ({"request_at": 5.0, "visit": range(300)}, "all impressions are of one instant; a log of some time is needed"),
        ({"request_at": "soon"}, "column request_at holds something that is no instant: 'soon'"),
    ],
)
def test_columns_that_cannot_be_are_refused(
    frame: pd.DataFrame, change: dict, message: str, tmp_path: Path, capsys
) -> None:
    rows = frame.head(300)
    rows = rows.drop(columns=[name for name, value in change.items() if value is None])
    rows.assign(**{name: value for name, value in change.items() if value is not None}).to_csv(
        tmp_path / "log.csv", index=False
    )
    assert main(["fit", "--world", str(tmp_path / "log.csv")]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert "log.csv" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--world", "--users", "3"], "--users: 3 users; the log has 150: as many or more are allowed"),
        (["--world", "--served", "request_at"], "--served does not go with --world"),
        (["--world", "--cutoff", "1w"], "--cutoff: '1w' is no instant; a number of seconds as in the columns"),
        (["--world", "--cutoff", "1m"], "impressions by the cutoff: 3; at least 100 are needed"),
        (["--world", "--cutoff", "60"], "impressions by the cutoff: 3; at least 100 are needed"),
        (["--users", "200"], "--users goes with --world"),
        (["--preferences-spread", "1"], "--preferences-spread goes with --world"),
        (["--world", "--preferences-spread", "0"], "--preferences-spread: 0 is not allowed; above 0 and up to 4 is"),
        (["--world", "--preferences-spread", "nan"], "--preferences-spread: nan is not allowed"),
    ],
)
def test_options_that_cannot_be_are_refused(
    frame: pd.DataFrame, options: list[str], message: str, tmp_path: Path, capsys
) -> None:
    frame.to_parquet(tmp_path / "impressions.parquet")
    assert main(["fit", str(tmp_path / "impressions.parquet"), *options]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_ninety_five_percent_intervals_hold_the_truth_as_often() -> None:
    counted: dict[str, list[bool]] = {}
    for seed in range(60):
        for key, inside in within(fitted(impressions(seed=seed + 100))).items():
            counted.setdefault(key, []).append(inside)
    uncertain = {key: values for key, values in counted.items() if key not in ("users.count", "items.count")}
    # of 60 fair intervals fewer than 51 hold the truth once in 500 times
    assert {key: sum(values) for key, values in uncertain.items() if sum(values) < 0.85 * len(values)} == {}
    assert np.mean(np.concatenate([*uncertain.values()])) > 0.925
    assert all(counted["users.count"] + counted["items.count"])


@pytest.mark.slow
def test_intervals_with_tastes_hold_the_truth_as_often() -> None:
    inside = []
    for seed in range(100, 120):
        seen = log(impressions(seed=seed, **{"users.preferences": {"dim": 8, "spread": 1.0}}))
        part = clicks_part(seen, Delay(None, Part()), positions_part(seen).get("slate.choice"), tastes=1.0)
        inside += [
            part.get(key).low <= TRUE[key] <= part.get(key).high for key in ("items.click_rate", "items.popularity")
        ]
    assert sum(inside) > 0.9 * len(inside)


def test_only_too_few_users_are_blamed_on_users(frame: pd.DataFrame, tmp_path: Path, monkeypatch) -> None:
    frame.head(300).to_csv(tmp_path / "log.csv", index=False)
    monkeypatch.setattr("sim.lab.cli._fit_world.fit_world", Mock(side_effect=ValueError("no root")))
    with pytest.raises(ValueError, match=r"^no root$"):
        main(["fit", "--world", str(tmp_path / "log.csv")])
