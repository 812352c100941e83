"""Own vectors: files of strangers, of which numbers are read and nothing else."""

import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from agents import Agent, Never
from sim.draws import Stream, root, uniform
from sim.scenario import Scenario, ScenarioError
from sim.scenario import vectors as reading
from sim.simulation import simulate
from sim.world import World
from sim.world.tastes import Tastes
from tests.support.worlds import TASTES, FirstItems

ROWS = np.array([[0.5, -1.0], [1.5, 0.25], [0.0, 2.0], [-1.0, -1.0]])
SMALL = {
    "name": "small",
    "horizon": "1d",
    "users": {"count": 3, "visits": {"every": "1h"}, "preferences": {"dim": 2}},
    "items": {"count": 3, "click_rate": 0.3},
    "slate": {"size": 1},
    "feedback": {"click": {"delay": "constant(1m)"}},
}
ITEMS, USERS = {"items.features": "own.csv"}, {"users.tastes": "own.csv"}


def text_of(rows, header=""):
    return header + "".join(",".join(map(repr, row)) + "\n" for row in np.asarray(rows).tolist())


@pytest.fixture
def small(tmp_path):
    """Return how to load the small world beside files."""

    def load(changes):
        return Scenario.load(Scenario.check(SMALL, folder=tmp_path), changes)

    return load


def refused(load, changes):
    with pytest.raises(ScenarioError) as caught:
        load(changes)
    (line,) = caught.value.messages
    return line


@pytest.mark.parametrize("name", ["own.csv", "own.parquet"])
def test_items_and_users_have_the_rows_of_the_file(small, tmp_path, name):
    (tmp_path / "own.csv").write_text(text_of(ROWS, "first,second\n"))
    pd.DataFrame(ROWS, columns=["a", "b"]).to_parquet(tmp_path / "own.parquet")
    scenario = small({"items.features": name, "users.tastes": name})
    here = World(scenario, 0, 0)
    assert here.items.on(0.0).features.tolist() == ROWS[:3].tolist()
    assert Tastes(scenario, 5, 1).base.tolist() == ROWS[:3].tolist()
    assert simulate(scenario, Agent(FirstItems(), cadence=Never())).summary["requests"] == 70


def test_what_comes_later_is_drawn_from_the_file_by_number(small, tmp_path):
    (tmp_path / "own.csv").write_text(text_of(ROWS))
    scenario = small(ITEMS | {"items.turnover": {"every": "1h", "rate": "6 per hour"}, "items.count": 3})
    drawn = (uniform(root(3, 0, Stream.ITEM_VECTOR), np.arange(3, 400)) * 4).astype(int)
    here = World(scenario, 3, 0)
    alive = here.items.on(20 * 3600.0)
    assert alive.ids.min() > 3
    assert alive.features.tolist() == ROWS[drawn[alive.ids - 3]].tolist()
    assert len(set(drawn)) == 4


def test_the_digest_follows_the_content(small, tmp_path):
    file = tmp_path / "own.csv"
    found = []
    for rows, at in ((ROWS, 1), (ROWS * 2, 2), (ROWS.reshape(8, 1).repeat(2, 1), 3), (ROWS, 4)):
        file.write_text(text_of(rows))
        os.utime(file, (at, at))
        found.append(small(ITEMS))
    assert len({scenario.digest for scenario in found}) == 3
    assert found[0].digest == found[3].digest
    assert found[0] == found[3] != found[1]
    assert found[0].digest != small(USERS).digest
    with pytest.raises(ScenarioError, match=r"items.features: 'own.csv' needs a scenario that is a file"):
        Scenario.load(found[0].plain())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "'own.csv' holds no numbers"),
        ("a,b\n", "'own.csv' holds no numbers"),
        ("1,2\n3\n4,5\n", "commas between them: the number of columns changed from 2 to 1 at row 2"),
        ("1,2\n3,x\n4,5\n", "not a table of numbers with commas between them: could not convert string 'x'"),
        ("1,2\n3,\n4,5\n", "not a table of numbers with commas between them: could not convert string ''"),
        ("1;2\n3;4\n5;6\n", "not a table of numbers with commas between them: could not convert string '1;2'"),
        ("1,2\n3,nan\n4,5\n", "'own.csv' holds a number that is missing or not finite"),
        ("1,2\n3,1e999\n4,5\n", "'own.csv' holds a number that is missing or not finite"),
        ("1,2\n3,1001\n4,5\n", "'own.csv' holds a number beyond 1000; -1000 to 1000 is allowed"),
        ("1,2\n3,4\n", "'own.csv' has 2 rows, but items.count is 3; a row for each is needed"),
        ("1,2,3\n" * 3, "'own.csv' has 3 columns, but users.preferences.dim is 2"),
        ("\n\n1,2\r\n3,nan\r\n", "'own.csv' holds a number that is missing or not finite"),
        (b"\xff\xfe1,2", "it is not UTF-8 text"),
        ("1_0,2\n" * 3, "not a table of numbers with commas between them: could not convert string '1_0'"),
        ("__import__('os'),2\n3,4\n5,6\n", "holds"),
    ],
)
def test_wrong_text(small, tmp_path, content, why):
    (tmp_path / "own.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    if why == "holds":  # a first line of words is a header, whatever they are
        why = "'own.csv' has 2 rows"
    assert why in refused(small, ITEMS)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ({"a": [1.0, None, 3.0], "b": [1.0, 2.0, 3.0]}, "'own.parquet' holds a number that is missing or not finite"),
        ({"a": [1, None, 3], "b": [1, 2, 3]}, "'own.parquet' holds a number that is missing or not finite"),
        ({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "z"]}, "has a column 'b' that is not of numbers"),
        ({"a": [1.0, 2.0, 3.0], "b": [True, False, True]}, "has a column 'b' that is not of numbers"),
        ({"a": [[1.0, 2.0]] * 3}, "has a column 'a' that is not of numbers"),
        ({"a": [{"x": 1.0, "y": 2.0}] * 3}, "has a column 'a' that is not of numbers"),
        ({"a": [], "b": []}, "has a column 'a' that is not of numbers"),
    ],
)
def test_wrong_columns(small, tmp_path, frame, why):
    pq.write_table(pa.table(frame), tmp_path / "own.parquet")
    assert why in refused(small, {"items.features": "own.parquet"})


def test_whole_numbers_are_numbers(small, tmp_path):
    pq.write_table(
        pa.table({"a": pa.array([1, 2, 3], pa.int8()), "b": pa.array([1, 2, 3], pa.float32())}),
        tmp_path / "own.parquet",
    )
    assert World(small({"items.features": "own.parquet"}), 0, 0).items.on(0.0).features[2].tolist() == [3.0, 3.0]


def test_what_is_no_parquet(small, tmp_path):
    for content in (b"", b"PAR1", b"PAR1" + bytes(200) + b"PAR1", b"\x80\x04\x95" + bytes(50), text_of(ROWS).encode()):
        (tmp_path / "own.parquet").write_bytes(content)
        assert "'own.parquet' cannot be read as Parquet" in refused(small, {"items.features": "own.parquet"})


def test_size_is_checked_before_it_is_read(small, tmp_path, monkeypatch):
    """A file that says of itself that it is large is not unpacked."""
    pq.write_table(pa.table({"a": np.zeros(100_000), "b": np.zeros(100_000)}), tmp_path / "own.parquet")
    assert (tmp_path / "own.parquet").stat().st_size < 10_000
    monkeypatch.setattr(reading, "MOST_NUMBERS", 150_000)
    monkeypatch.setattr(pq.ParquetFile, "read", None)
    assert "at most 150000 is allowed" in refused(small, {"items.features": "own.parquet"})
    (tmp_path / "own.csv").write_text("0,0\n" * 100_000)
    assert "at most 150000 is allowed" in refused(small, ITEMS)
    monkeypatch.setattr(reading, "MOST_TEXT", 200_000)
    (tmp_path / "own.csv").write_text("0,0\n" * 60_000)
    assert "'own.csv' is larger than 0 MiB; write it as Parquet" in refused(small, ITEMS)
    monkeypatch.setattr(reading, "MOST_BYTES", 100_000)
    assert "'own.csv' is larger than 0 MiB" in refused(small, ITEMS)


def test_it_lies_beside_the_scenario(small, tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "own.csv").write_text(text_of(ROWS))
    (tmp_path / "link.csv").symlink_to(tmp_path / "inner" / "own.csv")
    for name in ("inner/own.csv", "../own.csv", str(tmp_path / "inner" / "own.csv"), ".own.csv"):
        assert "is not the plain name of a file beside the scenario" in refused(small, {"items.features": name})
    for name in ("link.csv", "none.csv"):
        assert f"there is no file '{name}' beside the scenario" in refused(small, {"items.features": name})
    assert "is the name of a file that runs write" in refused(small, {"items.features": "requests.parquet"})
    for name in ("own.pkl", "own.npy", "own.csv.gz"):
        assert "is not the name of a file that ends in .parquet or .csv" in refused(small, {"users.tastes": name})
    for what in ("gaussian", 3, ["own.csv"]):
        assert "is neither normal, uniform nor the name of a file" in refused(small, {"items.features": what})


def test_what_would_have_no_effect(small, tmp_path):
    (tmp_path / "own.csv").write_text(text_of(ROWS))
    for key in ("spread", "mean"):
        line = refused(small, USERS | {f"users.preferences.{key}": 1.0})
        assert line == f"users.preferences.{key}: has no effect with users.tastes, which are all of the fixed taste"
    assert "'own.csv' has 4 rows, but users.count is 5" in refused(small, USERS | {"users.count": 5})


def test_conversions_agree_with_tastes_of_a_file(small, tmp_path):
    """What a conversion's taste is divided by is the spread of the file's numbers."""
    (tmp_path / "own.csv").write_text(text_of(ROWS))
    shop = {
        "feedback.conversion": {"rate": 0.4, "spread": 1.0, "agrees_with_click": 0.5, "delay": "constant(1h)"},
        "feedback.learn_from": "conversion",
    }
    scenario = small(USERS | shop)
    assert Tastes(scenario, 0, 0).scale == pytest.approx(np.sqrt(ROWS.var(axis=0).mean()))
    (tmp_path / "own.csv").write_text("1,2\n" * 3)
    os.utime(tmp_path / "own.csv", (9, 9))
    assert "has no effect without a taste of the users to agree with" in refused(small, USERS | shop)


def test_a_world_without_files_has_the_digest_of_before():
    assert Scenario.load(TASTES).digest == Scenario.load(TASTES, {"users.tastes": None}).digest
