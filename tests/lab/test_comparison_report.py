"""The report of a comparison: computed once with numbers and words, and printed at any width without a value cut."""

from dataclasses import FrozenInstanceError, fields, replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from sim.analysis.paired.comparison import comparison
from sim.analysis.report.build import report_of
from sim.analysis.report.columns import Column, Table, arranged, fitting, width_of, widths
from sim.analysis.report.model import COLUMNS, Report
from sim.analysis.report.parts import comparison_parts, next_parts
from sim.analysis.units import with_interval
from sim.lab.report.text.tables import show, table_of
from sim.lab.store.run_folder import records
from sim.lab.store.sweep_file import runs_of, sweeps
from tests.lab.test_compare import synthetic

REGRET = "regret/at_base_rate"
LAW = "lognormal(median={}h, p95=12h)"


@pytest.fixture(scope="module")
def report(swept: Path) -> Report:
    """The report of the small sweep."""
    runs = runs_of(swept, sweeps(swept)[0].name)
    return report_of(runs, comparison(runs))


@pytest.fixture(scope="module")
def wide(swept: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of twelve runs with long settings, in two worlds; the second has one cadence only."""
    results = tmp_path_factory.mktemp("wide")
    base = runs_of(swept, sweeps(swept)[0].name)[1].folder
    for n in range(12):
        cadence = "nightly" if n < 4 else "hourly"
        agent = {"agent.learner.alpha": n % 2, "choices.cadence": cadence, "agent.cadence.x": cadence}
        push = {"scenario.platform.push": LAW.format(n // 2 % 2 + 1)}
        synthetic(base, results / "runs", n, 0.1 * n, **agent, **push, **{"scenario.users.count": 6 if n < 8 else 12})
    runs = records(results)
    return report_of(runs, comparison(runs))


def printed(report: Report, width: int, most: int | None = None) -> str:
    text = StringIO()
    console = Console(file=text, width=width)
    show((*comparison_parts(report, most), *next_parts(report)), console, "; --csv has all")
    return text.getvalue()


def test_rows_are_the_decisions_with_their_words(swept: Path, report: Report) -> None:
    runs = runs_of(swept, sweeps(swept)[0].name)
    (world,) = comparison(runs).worlds
    (told,) = report.worlds
    assert [setting.key for setting in told.settings] == ["learner", "cadence"]
    assert [row.runs for row in told.rows] == [(one.records[0].hash,) for one, _ in world.ranked()]
    for row, (one, decision) in zip(told.rows, world.ranked(), strict=True):
        assert row.score.value == one.scores[REGRET]
        assert (row.score.low, row.score.high) == (one.scores[f"{REGRET}/low"], one.scores[f"{REGRET}/high"])
        assert row.behind.value == decision.behind
        assert row.p == decision.adjusted
        assert (row.bootstrap.low, row.bootstrap.high) == (decision.low, decision.high)
    first, last = told.rows[0], told.rows[-1]
    assert (first.verdict, first.is_baseline, first.behind.text) == ("baseline", True, "-")
    assert last.score.value == max(row.score.value for row in told.rows)
    assert last.behind.text == with_interval(last.behind.value, world.ranked()[-1][1].half)
    assert told.reach[0] <= 0.0 < told.reach[1] == max(row.behind.high or 0.0 for row in told.rows)


def test_the_table_has_the_rows_in_the_same_order(report: Report, wide: Report) -> None:
    for one in (report, wide):
        assert one.table["run"].tolist() == [" ".join(row.runs) for world in one.worlds for row in world.rows]
        for _, rows in one.table.groupby("world"):
            assert rows[REGRET].is_monotonic_increasing


def test_a_report_is_frozen(report: Report) -> None:
    for part in (report, report.worlds[0], report.worlds[0].rows[0], report.worlds[0].rows[0].score):
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, None)


def test_what_a_world_shares_is_said_once_in_its_heading(wide: Report) -> None:
    first, second = wide.worlds
    assert (first.heading, second.heading) == ("tiny, count 6", "tiny, count 12; all rows: hourly")
    assert [setting.key for setting in first.settings] == ["cadence", "scenario.platform.push", "learner.alpha"]
    assert [setting.key for setting in second.settings] == ["scenario.platform.push", "learner.alpha"]
    assert printed(wide, 200).count("tiny, count 12; all rows: hourly") == 1


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("which", ["report", "wide"])
def test_columns_are_left_out_instead_of_values_cut(which: str, width: int, request: pytest.FixtureRequest) -> None:
    told: Report = request.getfixturevalue(which)
    text = printed(told, width)
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= width
    for row in (row for world in told.worlds for row in world.rows):
        assert all(cell in text for cell in (row.score.text, row.behind.text, row.verdict))
    words = " ".join(text.split())
    left = words.partition("not shown at this width: ")[2].partition("; --csv has all")[0].split(", ")
    if width == 200:
        assert "not shown" not in words
        for row in (row for world in told.worlds for row in world.rows):
            assert all(cell in text for cell in (*row.settings, row.p_text, row.wins, row.requests.text))
    else:
        assert "requests" in left
        assert set(left) < {column.heading for column in COLUMNS}
        assert not {"verdict", "behind", "regret (base rate)"} & set(left)


def test_a_row_that_is_undecided_and_not_the_best_is_explained_below_the_table(report: Report) -> None:
    why = '"may be best" is a one-sided test'
    (world,) = report.worlds
    for verdict, said in (("worse", False), ("undecided", True)):
        rows = (*world.rows[:-1], replace(world.rows[-1], may_be_best="no", verdict=verdict))
        text = printed(replace(report, worlds=(replace(world, rows=rows),)), 80)
        assert (why in " ".join(text.split())) is said


def test_the_least_telling_column_goes_first() -> None:
    columns = [Column("a b", ("123456",)), Column("c", ("12",), rank=1), Column("d", ("1",), rank=2)]
    assert width_of(columns) == 6 + 2 + 1 + 3 * 3 + 1
    assert fitting(columns, 19) == (columns, [])
    assert fitting(columns, 18) == (columns[:2], ["d"])
    assert fitting(columns, 14) == (columns[:1], ["c", "d"])
    assert fitting(columns, 3) == (columns[:1], ["c", "d"])


def test_headings_are_whole_where_there_is_room_for_all_of_one() -> None:
    columns = [Column("may be best", ("no",)), Column("wins", ("1 of 2",))]
    assert width_of(columns) == 4 + 6 + 2 * 3 + 1
    assert [widths(columns, width) for width in (17, 23, 24)] == [[4, 6], [4, 6], [11, 6]]


def test_where_a_table_does_not_fit_others_stand_instead() -> None:
    two, one = [Column("a", ("123456",)), Column("b", ("123456",))], [Column("a", ("12",), rank=1), Column("b", ("1",))]
    table = Table("t", two, instead=[[Table("u", two[:1]), Table("v", two[1:])], [Table("w", one)]])
    found = {width: [(own.title, left) for own, left in arranged(table, width)] for width in (19, 18, 9, 6)}
    assert found == {19: [("t", [])], 18: [("u", []), ("v", [])], 9: [("w", ["a"])], 6: [("w", ["a"])]}


def test_a_long_setting_is_broken_and_whole() -> None:
    columns = [Column("push", ("lognormal(median=1h, p95=12h)",), folds=True), Column("n", ("1",), right=True)]
    for width in (24, 80):
        text = StringIO()
        Console(file=text, width=width).print(table_of(Table("t", columns), width))
        rows = [line.split("│")[1].strip() for line in text.getvalue().splitlines() if line.startswith("│")]
        assert "".join(rows).replace(" ", "") == "lognormal(median=1h,p95=12h)"
        assert len(rows) == (1 if width == 80 else 2)
