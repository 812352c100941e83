"""The verdict map: from a made-up table, from a sweep, and what does not make one."""

from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from sim.analysis.paired.comparison import compared
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.map_sentences import explained, legend, map_paragraphs
from sim.analysis.paired.table import table
from sim.analysis.paired.verdict_map import BATCH, ONLINE, PUSHED, UNDECIDED, frame, verdict_map
from sim.analysis.report.axes import scale
from sim.analysis.report.build_map import map_report
from sim.analysis.report.parts import map_parts
from sim.lab.cli import main as delaylab
from sim.lab.entry.app import main
from sim.lab.report.charts import verdicts
from sim.lab.report.charts.files import png
from sim.lab.report.text.tables import as_csv, show
from sim.lab.store.sweep_file import sweeps
from sim.score import Scores
from tests.lab.conftest import page_only

DELAY, SPREAD, PUSH = "scenario.feedback.click.delay", "scenario.users.trend.spread", "scenario.platform.push"


def contender(regret: list[float], **settings: Any) -> Contender:
    """Return one in the world of its delay and spread."""
    told = {"scenario": "s", "learner": "linucb", "learner.alpha": 0.3, **settings}
    world = f"{told[DELAY]} {told[SPREAD]}"
    mean = sum(regret) / len(regret)
    scores = Scores({"regret/at_base_rate": mean})
    return Contender((), told, world, {(0, n): r for n, r in enumerate(regret)}, scores)


def place(delay: str, spread: float, pushes: dict[str, list[float]], online: list[float]) -> list[Contender]:
    where = {DELAY: f"exponential(mean={delay})", SPREAD: spread}
    alone = contender(online, cadence="online", ship="in_place", **where, **{PUSH: None})
    return [alone, *(
        contender(regret, cadence="hourly", ship="push", **where, **{PUSH: f"constant({push})"})
        for push, regret in pushes.items()
    )]  # fmt: skip


@pytest.fixture
def made() -> list[Contender]:
    """Two delays, two spreads, two pushes; the levels do not come by size."""
    even = [1.0, 2.0, 3.0, 4.0]
    return [
        *place("1h", 0.6, {"6h": [1.5, 2.51, 3.49, 4.5], "0s": [1.1, 1.9, 3.1, 3.9]}, even),
        *place("5m", 0.6, {"6h": [1.5, 2.51, 3.49, 4.5], "0s": even}, even),
        *place("1h", 0.0, {"6h": [1.5, 2.51, 3.49, 4.5], "0s": [0.5, 1.51, 2.49, 3.5]}, even),
        *place("5m", 0.0, {"6h": [1.2, 2.1, 3.3, 4.2], "0s": [1.1, 1.9, 3.1, 3.9]}, even),
    ]


def test_verdicts_are_paired_and_corrected_over_the_whole_map(made: list[Contender]) -> None:
    found = verdict_map(made)
    assert found is not None
    assert found.keys == (DELAY, SPREAD, PUSH)
    table = frame(found).set_index([DELAY, SPREAD, PUSH])
    hour = "exponential(mean=1h)"
    assert table.loc[(hour, "0.6", "6h"), "verdict"] == ONLINE
    assert table.loc[(hour, "0.6", "0s"), "verdict"] == UNDECIDED
    assert table.loc[(hour, "0.0", "0s"), ["verdict", "batch", "online"]].tolist() == [BATCH, "hourly", "online"]
    assert table.loc[(hour, "0.0", "0s"), "difference"] == pytest.approx(-0.5)
    # the gaps 0.2 0.1 0.3 0.2 have s = 0.0816; 3.182 is the 97.5 % quantile of t with three degrees of freedom
    near = table.loc[("exponential(mean=5m)", "0.0", "6h")]
    assert near["difference"] == pytest.approx(0.2)
    assert near["difference/half"] == pytest.approx(3.182446305284263 * 0.0816496580927726 / 2)
    # decided alone; but it is the fifth of eight, and four times its p-value is too much
    assert near["p"] == pytest.approx(0.016277, abs=1e-6)
    assert near["p/holm"] == pytest.approx(4 * near["p"])
    assert near["verdict"] == UNDECIDED
    assert [found.count(v) for v in (ONLINE, BATCH, UNDECIDED)] == [3, 1, 4]
    assert " ".join(map_paragraphs(found)).startswith(
        "Verdict map: of 8 comparisons of batch with online, online is better in 3, batch in 1, and 4 are undecided"
    )
    assert as_csv(frame(found)).splitlines()[0] == (
        f"online,batch,{DELAY},{SPREAD},{PUSH},verdict,difference,difference/half,pairs,p,p/holm,regret/online,"
        "regret/batch,contender,skewness"
    )


def test_the_report_of_a_map_has_its_numbers_and_words(made: list[Contender]) -> None:
    found = verdict_map(made)
    assert found is not None
    report = map_report(found)
    ((first, second),) = report.panels
    down, across = report.down, report.across
    assert (down.name, across.name) == ("how late clicks come, exponential(mean=…)", "how fast tastes change")
    assert (first.title, second.title) == ("hourly, push takes 0s", "hourly, push takes 6h")
    assert (down.ticks, across.ticks) == (("5m", "1h"), ("0.0", "0.6"))
    assert down.levels == ("exponential(mean=5m)", "exponential(mean=1h)")
    assert scale(["6h", "0s"], PUSH).levels == ("0s", "6h")
    cell = first.cells[1][0]
    assert cell is not None
    assert (cell.verdict, cell.decided, cell.difference.value) == (BATCH, True, pytest.approx(-0.5))
    assert cell.difference.text == "-0.500 ± 0.013"  # narrow intervals keep their digits
    near = second.cells[0][0]
    assert near is not None
    assert (near.verdict, near.decided, near.difference.text) == (UNDECIDED, False, "+0.20 ± 0.13")
    half = 3.182446305284263 * 0.0816496580927726 / 2
    assert (near.difference.low, near.difference.high) == pytest.approx((0.2 - half, 0.2 + half))
    assert report.paragraphs == tuple(map_paragraphs(found))


@pytest.mark.parametrize(("width", "tables"), [(80, 2), (110, 1), (200, 1)])
def test_a_map_fits_the_terminal_and_no_number_is_broken(made: list[Contender], width: int, tables: int) -> None:
    found = verdict_map(three(made))
    assert found is not None
    report, text = map_report(found), StringIO()
    show(map_parts(report), Console(file=text, width=width))
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert sum(line.startswith("┏") for line in lines) == tables
    told = [
        cell.difference.text
        for row in report.panels
        for panel in row
        for cells in panel.cells
        for cell in cells
        if cell
    ]
    assert len(told) == 16
    assert all(text.getvalue().count(one) >= told.count(one) for one in told)


def test_what_makes_no_map(made: list[Contender]) -> None:
    assert (
        verdict_map([one for one in made if one.settings[SPREAD] == 0.6 and one.settings[PUSH] != "constant(6h)"])
        is None
    )
    assert verdict_map([one for one in made if one.settings["ship"] == "push"]) is None
    assert verdict_map([one for one in made if one.settings["ship"] == "in_place"]) is None
    twice = [contender([9.0] * 4, **{**made[0].settings, "cadence": "micro_batch"}), *made]
    found = verdict_map(twice)  # two in place in one world: none is the counterpart there
    assert found is not None
    assert len(found.places) == 6


AXES = ("cadence=online,hourly", "scenario.platform.push=30m", "scenario.slate.size=1,2", "scenario.users.count=2,3")


@pytest.mark.drawn
def test_a_sweep_ends_in_its_map(lab, capsys, monkeypatch, tmp_path: Path) -> None:
    page_only(monkeypatch)
    assert lab("-m", "hydra/launcher=basic", "learner=ucb1", "replications=2", *AXES) == 0
    (folder,) = sweeps(tmp_path / "results")
    table = pd.read_csv(folder / "verdicts.csv")
    assert len(table) == 4
    assert set(table["pairs"]) == {2}
    assert table["difference"].tolist() == pytest.approx((table["regret/batch"] - table["regret/online"]).tolist())
    assert (folder / "verdicts.png").read_bytes()[:4] == b"\x89PNG"
    assert "Which agent has less regret" in (folder / "report.html").read_text(encoding="utf-8")
    said = capsys.readouterr().out
    assert "Verdict map: of 4 comparisons of batch with online" in said
    assert f"map     {folder / 'verdicts.png'}" in said
    assert delaylab(["compare", str(tmp_path / "results"), "--map", str(tmp_path / "map.png")]) == 0
    assert (tmp_path / "map.png").read_bytes() == (folder / "verdicts.png").read_bytes()


def test_runs_that_make_no_map_are_told_what_it_needs(swept: Path, tmp_path: Path, capsys) -> None:
    assert delaylab(["compare", str(swept), "--map", str(tmp_path / "map.png")]) == 2
    assert capsys.readouterr().err.startswith(
        "map: these runs do not make one; it needs two or three keys of the scenario"
    )
    assert not (tmp_path / "map.png").exists()


@pytest.mark.slow
def test_the_main_job_makes_a_map_of_two_loops_that_push(tmp_path: Path) -> None:
    small = ("replications=2", "scenario.horizon=6h", "scenario.users.count=5")
    assert main(["experiment=online_or_batch", "tracker=none", f"results.dir={tmp_path}", *small]) == 0
    (folder,) = sweeps(tmp_path)
    table = pd.read_csv(folder / "verdicts.csv")
    assert table.groupby([DELAY, SPREAD, PUSH]).size().tolist() == [2] * 12
    assert len(list((tmp_path / "runs").iterdir())) == 30  # six in place, whatever the push


def three(made: list[Contender]) -> list[Contender]:
    """Return the contenders with a third at each place: what is updated in place, pushed."""
    shifts = {"constant(6h)": 1.5, "constant(0s)": 0.01}
    pushed = [
        contender(
            [r + shifts[str(one.settings[PUSH])] + 0.001 * n for n, r in enumerate((1.0, 2.0, 3.0, 4.0))],
            **{**one.settings, "cadence": "online"},
        )
        for one in made
        if one.settings["ship"] == "push"
    ]
    return [*made, *pushed]


def test_three_contenders_have_a_row_of_panels_each_and_one_correction(made: list[Contender]) -> None:
    found = verdict_map(three(made))
    assert found is not None
    assert found.contenders == [BATCH, PUSHED]
    assert found.agents == ("cadence", "ship")
    assert [[panel.title for panel in row] for row in map_report(found).panels] == [
        ["hourly, push takes 0s", "hourly, push takes 6h"],
        ["online pushed, push takes 0s", "online pushed, push takes 6h"],
    ]  # fmt: skip
    assert [found.count(v, BATCH) for v in (ONLINE, BATCH, UNDECIDED)] == [3, 1, 4]
    assert [found.count(v, PUSHED) for v in (ONLINE, PUSHED, UNDECIDED)] == [8, 0, 0]
    table = frame(found)
    assert table["contender"].tolist() == [BATCH] * 8 + [PUSHED] * 8
    assert table["online"].tolist() == ["online"] * 16
    least = table["p"].min()
    assert table["p/holm"][table["p"].argmin()] == pytest.approx(16 * least)  # over all of both
    assert " ".join(map_paragraphs(found)).startswith(
        "Verdict map: of 8 comparisons of batch with online, online is better in 3, batch in 1, and 4 are undecided; "
        "of 8 comparisons of pushed with online, online is better in 8, pushed in 0, and 0 are undecided (95 %, Holm's "
    )


@pytest.mark.drawn
def test_the_pushed_one_is_named_as_the_winner_where_it_is(made: list[Contender]) -> None:
    better = [
        one if (one.settings["ship"], one.settings["cadence"]) != ("push", "online")
        else contender([r - 3.0 for r in one.regret.values()], **one.settings)
        for one in three(made)
    ]  # fmt: skip
    found = verdict_map(better)
    assert found is not None
    assert found.count(PUSHED) == 8
    report = map_report(found)
    made = verdicts.draw(report, report.heading("s: 20 runs"))
    assert png(made)[:4] == b"\x89PNG"
    assert [text.get_text() for text in made.legends[0].get_texts()] == [
        "online is better", "batch (hourly) is better", "pushed (online pushed) is better", "undecided",
    ]  # fmt: skip


def test_agents_of_one_kind_share_a_colour_and_a_word(made: list[Contender]) -> None:
    nightly = [
        contender(list(one.regret.values()), **{**one.settings, "cadence": "nightly"})
        for one in made
        if one.settings["ship"] == "push"
    ]
    found = verdict_map([*made, *nightly])
    assert found is not None
    assert legend(found)["batch"] == "batch is better"


def test_a_map_says_what_a_cell_compares_and_how_agents_train(made: list[Contender]) -> None:
    parts = {"online": {"class": "agents.cadences.online.Online"},
             "hourly": {"class": "agents.cadences.every.Every", "interval": "1h", "refit_window": "7d"}}  # fmt: skip
    told = [
        contender(list(one.regret.values()), **one.settings,
                  **{f"cadence.{k}": v for k, v in parts[str(one.settings["cadence"])].items()})
        for one in made
    ]  # fmt: skip
    found = verdict_map(told)
    assert found is not None
    said = explained(found)
    assert said[0].startswith("A cell is one world. Its number is regret at the base rate of the agent above the panel")
    assert "95 % interval of 4 replications" in said[0]
    assert said[1:4] == [
        "+ means that the online agent is better, - that the other one is.",
        "online: learns from each feedback as it comes and serves it at once, in place: it pays no push.",
        "hourly: trains every 1h from scratch on the last 7d, and serves it after the push.",
    ]
    report = map_report(found)
    heading = verdicts.draw(report, report.heading("s")).get_suptitle()
    assert all(line in heading.replace("\n", " ").replace("\xa0", " ") for line in said)


def test_of_several_in_place_the_one_with_the_same_cadence_is_the_counterpart(made: list[Contender]) -> None:
    more = [contender([9.0, 8.0, 9.0, 8.5], **{**one.settings, "cadence": "hourly"})
            for one in made if one.settings["ship"] == "in_place"]  # fmt: skip
    found = verdict_map([*three(made), *more])
    assert found is not None
    assert len(found.places) == 16
    assert {place.contender for place in found.places} == {PUSHED}


def test_worlds_are_sorted_by_size_laws_too_on_terminal_page_and_in_csv(made: list[Contender]) -> None:
    found = compared(made)
    shown = [(world.contenders[0].settings[DELAY], world.contenders[0].settings[SPREAD]) for world in found.worlds]
    five, hour = "exponential(mean=5m)", "exponential(mean=1h)"  # as text the hour is first
    assert shown == [(five, 0.0), (five, 0.6), (hour, 0.0), (hour, 0.6)]
    assert found.middle is found.worlds[2]
    assert table(found)["world"].unique().tolist() == [world.name for world in found.worlds]
