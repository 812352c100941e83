"""``delaylab compare``: baselines, worlds, bytes of the CSV, and a page that is safe with few and many runs."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.bands import band, binned
from sim.analysis.paired.comparison import comparison
from sim.analysis.paired.contenders import contenders
from sim.analysis.paired.table import table as frame
from sim.analysis.report.asked import Asked
from sim.analysis.report.build import report_of
from sim.analysis.report.chosen import MOST, chosen
from sim.analysis.report.model import Figures
from sim.lab.cli import main as delaylab
from sim.lab.report.html.page import html
from sim.lab.report.palette import look
from sim.lab.report.panels.base import Panel, figures_of
from sim.lab.report.panels.delays import Delays
from sim.lab.report.panels.heat import Heat
from sim.lab.report.text.tables import as_csv
from sim.lab.store.run_folder import Record, records
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.lab.store.untrusted import mapping
from tests.lab.safe_page import is_safe

REGRET = "regret/at_base_rate"
HOSTILE = "<script>alert(1)</script>"


def table(results: Path, *arguments: str, capsys: Any) -> pd.DataFrame:
    """Return what ``delaylab compare --csv -`` says."""
    assert delaylab(["compare", str(results), "--csv", "-", *arguments]) == 0
    return pd.read_csv(StringIO(capsys.readouterr().out))


def synthetic(base: Path, runs: Path, number: int, shift: float = 0.0, **changes: Any) -> None:
    """Copy a run under another name, its regret moved and its configuration changed at dotted keys."""
    folder = runs / f"{number:012x}"
    shutil.copytree(base, folder)
    config = mapping(folder / "config.yaml")
    for key, value in changes.items():
        *path, last = key.split(".")
        node = config
        for name in path:
            node = node[name]
        node[last] = value
    (folder / "config.yaml").write_text(json.dumps(config, sort_keys=True))  # it is YAML too, and written sooner
    scores = pd.read_parquet(folder / "replicates.parquet")
    scores[REGRET] += shift
    scores.to_parquet(folder / "replicates.parquet")
    summary = json.loads((folder / "summary.json").read_text())
    summary = {name: value + shift if name.startswith(REGRET) else value for name, value in summary.items()}
    (folder / "summary.json").write_text(json.dumps(summary))


def page_of(runs: list[Record], *kinds: type[Panel]) -> str:
    """Return the page of some runs, with all figures or those of some kinds."""
    found = comparison(runs)
    asked = Asked(found, chosen(found))
    some = Figures("", tuple(kind.of(asked) for kind in kinds))
    return html(report_of(runs, found, figures=some if kinds else figures_of(found)))


@pytest.fixture
def base(swept: Path) -> Path:
    """The folder of a run that pushes."""
    return runs_of(swept, sweeps(swept)[0].name)[1].folder


@pytest.fixture(scope="session")
def many(swept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder of a hundred runs."""
    return crowd(100, swept, tmp_path_factory.mktemp("many"))


@pytest.fixture(scope="session")
def several(swept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder of twenty-four runs."""
    return crowd(24, swept, tmp_path_factory.mktemp("several"))


def crowd(count: int, swept: Path, results: Path) -> Path:
    """Fill a results folder with runs in two worlds, whose names are hostile."""
    for n in range(count):
        source = runs_of(swept, sweeps(swept)[0].name)[n % 4].folder
        told = {
            "scenario.name": HOSTILE,
            "scenario.description": f"</style>{HOSTILE}",
            "choices.learner": f"'\">{HOSTILE}",
        }
        world = {"scenario.users.count": 5 + (n >= 0.6 * count)}
        synthetic(source, results / "runs", n, 0.01 * (n // 4), **told, **world, **{"agent.learner.x": n // 4})
    return results


def test_the_best_is_the_baseline_unless_one_is_asked_for(swept: Path, capsys) -> None:
    name = sweeps(swept)[0].name
    told = table(swept / "sweeps" / name, capsys=capsys)
    assert told["verdict"].tolist().count("baseline") == 1
    base = told[told["verdict"] == "baseline"].iloc[0]
    assert base[REGRET] == told[REGRET].min()
    assert base["behind"] == 0.0
    assert told[REGRET].is_monotonic_increasing
    asked = table(swept, "--sweep", name, "--baseline", "epsilon_greedy cadence=hourly", capsys=capsys)
    row = asked[asked["verdict"] == "baseline"].iloc[0]
    assert (row["learner"], row["cadence"]) == ("epsilon_greedy", "hourly")
    gaps = asked.set_index(["learner", "cadence"])[REGRET] - row[REGRET]
    assert asked.set_index(["learner", "cadence"])["behind"].to_numpy() == pytest.approx(gaps.to_numpy())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hourly", "fits 2 runs; say which: 'ucb1, hourly, 2m'; 'epsilon_greedy, hourly, 2m'"),
        ("nightly", "fits no run; candidates are 'ucb1, online, in place'"),
        ("push=3m", "fits no run"),
    ],
)
def test_a_baseline_that_is_none_or_several(swept: Path, capsys, words: str, said: str) -> None:
    name = sweeps(swept)[0].name
    assert delaylab(["compare", name, f"--results={swept}", "--baseline", words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"baseline: '{words}' ")
    assert "'ucb1, hourly" in error
    assert said.partition(",")[0] in error


def test_the_ways_to_name_a_baseline(swept: Path) -> None:
    runs = runs_of(swept, sweeps(swept)[0].name)
    label = comparison(runs).label(contenders(runs)[3])
    for words in (label, runs[3].hash, runs[3].hash[:6], "epsilon_greedy cadence=hourly", "epsilon_greedy hourly",
                  "epsilon_greedy, no correction, hourly, push 2m · tiny",
                  "hourly learner=epsilon_greedy push=2m"):  # fmt: skip
        (world,) = comparison(runs, words).worlds
        assert (world.baseline, world.chosen) == (3, True), words


@pytest.mark.slow
def test_equal_sweeps_give_equal_bytes_whatever_their_order(lab, tmp_path: Path) -> None:
    for results, learners in (("one", "ucb1,epsilon_greedy"), ("other", "epsilon_greedy,ucb1")):
        jobs = ["-m", "hydra/launcher=basic", f"learner={learners}", "replications=2"]
        assert lab(*jobs, f"results.dir={results}") == 0
        assert delaylab(["compare", str(tmp_path / results), "--csv", f"{results}.csv"]) == 0
    one, other = (tmp_path / f"{results}.csv" for results in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
    (report,) = (tmp_path / "one" / "sweeps").glob("*/report.html")
    assert str(tmp_path) not in one.read_text() + report.read_text(encoding="utf-8")
    said = pd.read_csv(one)
    assert len(said) == 2
    assert not {"started_at", "seconds", "sweep"} & set(said)
    assert said[REGRET].is_monotonic_increasing


def test_seeds_are_pairs_of_one_contender(base: Path, tmp_path: Path) -> None:
    for n in range(6):
        synthetic(base, tmp_path / "runs", n, 0.1 * n, **{"agent.learner.x": n % 2, "seed": n // 2})
    found = comparison(records(tmp_path))
    assert frame(found)["pairs"].tolist() == [9, 9]  # three seeds of three replications
    one = found.contenders[0]
    assert [record.config["seed"] for record in one.records] == [0, 1, 2]
    assert set(one.regret) == {(seed, n) for seed in range(3) for n in range(3)}
    assert one.scores[REGRET] == pytest.approx(np.mean(list(one.regret.values())))


def test_worlds_are_compared_within_and_the_platform_makes_none(base: Path, tmp_path: Path, capsys) -> None:
    for n in range(8):
        settings = {"scenario.platform.push": f"{n % 2}m", "scenario.users.count": 5 + n // 4}
        synthetic(base, tmp_path / "runs", n, 0.1 * n, **settings, **{"agent.learner.x": n // 2 % 2})
    assert delaylab(["compare", str(tmp_path)]) == 0
    assert "2 worlds" in capsys.readouterr().out
    found = comparison(records(tmp_path))
    assert [world.name for world in found.worlds] == ["tiny, count 5", "tiny, count 6"]
    assert [len(world.contenders) for world in found.worlds] == [4, 4]
    assert [world.baseline for world in found.worlds] == [0, 0]
    asked = comparison(records(tmp_path), "x=1 push=1m")
    assert [world.baseline for world in asked.worlds] == [3, 3]
    assert asked.worlds[0].decisions[0].behind == pytest.approx(-0.3)


def test_a_run_without_replicates_and_one_that_is_repeated(base: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    synthetic(base, runs, 1)
    synthetic(base, runs, 2, 0.5, **{"agent.learner.x": 1})
    synthetic(base, runs, 3, 0.7, **{"agent.learner.x": 1})
    (runs / f"{1:012x}" / "replicates.parquet").unlink()
    found = comparison([Record(runs / f"{n:012x}") for n in (1, 2, 3)])
    assert found.repeated == 1
    assert [d.pairs for d in found.worlds[0].decisions] == [0, 0]  # the first tells no replication


@pytest.mark.drawn
def test_a_page_of_two_runs(swept: Path) -> None:
    runs = runs_of(swept, sweeps(swept)[0].name)[:2]
    page = is_safe(page_of(runs))
    assert page.tags.count("figure") == page.tags.count("svg") == 6  # no heat map: one setting varies
    assert page.tags.count("tr") == 3
    assert "has the least regret" in " ".join(page.words)


def test_a_table_of_one_of_many_worlds_leaves_out_what_is_the_same_in_all_of_it(several: Path, swept: Path) -> None:
    found = comparison(records(several))
    assert "scenario.users.count" in found.names
    text = page_of(records(several), Delays)
    assert 'title="scenario.users.count"' not in text
    assert text.count('title="cadence"') == 2
    assert [text.count(f": users count {count}</h2>") for count in (5, 6)] == [1, 1]
    assert 'title="learner"' in page_of(runs_of(swept, sweeps(swept)[0].name), Delays)


@pytest.mark.slow
@pytest.mark.drawn
def test_a_page_of_a_hundred_runs_with_hostile_names(many: Path, tmp_path: Path, capsys) -> None:
    file = tmp_path / "report.html"
    assert delaylab(["compare", str(many), "--html", str(file), "--heat", "cadence", "x"]) == 0
    text = file.read_text(encoding="utf-8")
    page = is_safe(text)
    assert HOSTILE not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert page.tags.count("tr") == 102
    assert f"{MOST} of 100 lines are drawn" in text
    assert "Of 10 levels of learner x 8 are shown." in text  # of the one world of the map
    assert len(text) < 400_000
    assert all(f"{n:012x}" in text for n in range(100))


@pytest.mark.drawn
def test_a_page_of_one_run_without_requests(lab, tmp_path: Path) -> None:
    assert lab("agent=uniform", "scenario.horizon=1s", "scenario.users.count=1") == 0
    is_safe(page_of(records(tmp_path / "results")))


def test_each_world_has_its_turn_and_no_two_look_alike(several: Path) -> None:
    shown = chosen(comparison(records(several))).series
    assert len(shown) == MOST
    assert len({look(one.place).colour for one in shown}) == MOST
    assert len({(look(one.place).colour, look(one.place).dash) for one in shown}) == MOST
    counts = [one.contender.settings["scenario.users.count"] for one in shown]
    assert min(counts.count(5), counts.count(6)) >= 3


def test_the_keys_of_the_heat_map(several: Path, swept: Path, capsys) -> None:
    found = comparison(records(several))
    for asked, keys in (
        (None, ("learner.x", "learner.class")),
        (["cadence", "count"], ("cadence", "scenario.users.count")),
    ):
        made = Heat.of(Asked(found, chosen(found), asked))
        assert made is not None
        assert (made.down.key, made.across.key) == keys
    for words, said in (
        (["cadence", "nope"], "'nope' is not a setting that varies"), (["cadence"] * 2, "the same setting"),
    ):  # fmt: skip
        assert delaylab(["compare", str(swept), "--html", "x.html", "--heat", *words]) == 2
        assert said in capsys.readouterr().err


def test_a_heat_map_holds_fixed_what_moves_regret_more_than_it_shows(base: Path, tmp_path: Path) -> None:
    effects = {"x": 0.01, "y": 0.02, "z": 0.3, "w": 0.004}
    for n in range(16):
        told = {name: n >> place & 1 for place, name in enumerate(effects)}
        shift = sum(effects[name] * level for name, level in told.items())
        synthetic(base, tmp_path / "runs", n, shift, **{f"agent.learner.{name}": v for name, v in told.items()})
    found = comparison(records(tmp_path))
    made = Heat.of(Asked(found, chosen(found), ["x", "y"]))
    assert made is not None
    assert made.about == (
        "Held fixed, because its effect is larger than what is shown: learner z 0. "
        "Cells are means over learner w (effect 0.004). "
        "± is the 95 % interval of a cell alone; the table has paired differences."
    )
    assert made.values.max() - made.values.min() == pytest.approx(0.03)
    own = Heat.of(Asked(found, chosen(found)))
    assert own is not None
    assert {own.down.key, own.across.key} == {"learner.z", "learner.y"}
    assert own.about.startswith("Cells are means over learner w (effect 0.004); learner x (effect 0.01). ±")


@pytest.mark.drawn
def test_the_laws_of_all_delays_that_vary_are_drawn_first(base: Path, tmp_path: Path) -> None:
    for n in range(10):
        synthetic(base, tmp_path / "runs", n, **{"scenario.feedback.click.delay": f"exponential(mean={n + 1}m)"})
    found = comparison(records(tmp_path))
    names = [one.name for one in Delays.of(Asked(found, chosen(found))).lines]
    assert {f"click delay exponential(mean={n + 1}m)" for n in range(10)} == set(names[:10])
    assert names[10:] == ["ingest 1s", "push 2m", "training fixed 1m"]
    page = page_of(records(tmp_path), Delays)
    assert all(f">{name}</text>" in page for name in names)


def test_where_the_runs_are(swept: Path, tmp_path: Path, capsys) -> None:
    assert delaylab(["compare", "nowhere", "--results", str(swept)]) == 2
    assert "sweep: unknown name 'nowhere'" in capsys.readouterr().err
    assert delaylab(["compare", str(tmp_path)]) == 2
    assert "no complete run" in capsys.readouterr().err
    assert delaylab(["compare", str(swept), "--html", str(tmp_path)]) == 2
    assert "is a folder; a file is needed" in capsys.readouterr().err


def test_a_run_is_no_sweep_and_the_command_is_said_that_compares_it(swept: Path, base: Path, capsys) -> None:
    for words in ([base.name[:8], "--results", str(swept)], [str(base)]):
        assert delaylab(["compare", *words]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"compare: {words[0]!r} is a run; a sweep or a results folder is allowed. ")
        assert said.endswith(f": delaylab compare {swept} --baseline {base.name}\n")
    assert delaylab(["compare", base.name[:5], "--results", str(swept)]) == 2  # too short for a run
    assert f"sweep: unknown name {base.name[:5]!r}" in capsys.readouterr().err


def test_the_command_that_compares_a_run_can_be_pasted(base: Path, tmp_path: Path, capsys) -> None:
    shutil.copytree(base, run := tmp_path / "my runs" / "runs" / base.name)
    assert delaylab(["compare", str(run)]) == 2
    assert capsys.readouterr().err.endswith(f": delaylab compare '{tmp_path / 'my runs'}' --baseline {base.name}\n")


def test_unknown_scores_are_empty_in_the_csv(base: Path, tmp_path: Path) -> None:
    synthetic(base, tmp_path / "runs", 1)
    assert "nan" not in as_csv(frame(comparison(records(tmp_path)))).lower()


def test_the_curve_is_the_mean_of_the_replications_that_had_requests(base: Path, tmp_path: Path) -> None:
    synthetic(base, tmp_path / "runs", 1)
    file = tmp_path / "runs" / f"{1:012x}" / "curve.parquet"
    curve = pd.read_parquet(file)
    curve = curve.assign(**{"weight": 1.0, REGRET: curve["replication"].astype(float)})
    curve.loc[(curve["bucket"] >= 100) & (curve["replication"] == 2), ["weight", REGRET]] = (0.0, np.nan)
    curve.to_parquet(file)
    at, (regret,) = binned([records(tmp_path)[0].table("curve")], (REGRET,))
    middle, half = band(regret)
    assert (at[0], at[-1]) == pytest.approx((17.5 * 36 / 86400, 184.0 * 36 / 86400), rel=0.02)  # six points
    assert (middle[0], middle[-1]) == pytest.approx((1.0, 0.5))  # of 0, 1 and 2, then of 0 and 1
    assert half is not None
    assert half[0] == pytest.approx(4.302652729911275 / np.sqrt(3))
    assert np.isnan(half[-1])
