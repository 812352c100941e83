"""Two columns of instants: epochs, zones, types, cutoffs; read and said, or refused with advice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import LabError
from tests.lab.fit_tables import EXACT, SECONDS, START, column, read, written


def iso(at: pd.Series, form: str) -> list[str]:
    return [moment.strftime(form) for moment in at]


SERVED = pd.Series(START + pd.to_timedelta(np.arange(40) * 200.0, unit="s"))
EVENT = pd.Series(SERVED + pd.to_timedelta(SECONDS.round(), unit="s"))
BERLIN = EVENT.dt.tz_convert("Europe/Berlin")
PAIRS = {
    "zones": (iso(SERVED, "%Y-%m-%dT%H:%M:%SZ"), iso(EVENT, "%Y-%m-%dT%H:%M:%SZ")),
    "other zones": (iso(SERVED, "%Y-%m-%dT%H:%M:%S.000Z"), iso(BERLIN, "%Y-%m-%dT%H:%M:%S%z")),
    "mixed zones": (
        iso(SERVED, "%Y-%m-%d %H:%M:%S UTC"),
        iso(EVENT[:9], "%Y-%m-%dT%H:%M:%SZ") + [t.isoformat() for t in BERLIN[9:]],
    ),
    "no zones": (iso(SERVED, "%Y-%m-%d %H:%M:%S"), iso(EVENT, "%Y-%m-%d %H:%M:%S")),
    "epoch": (SERVED.astype("int64") // 10**6, EVENT.dt.as_unit("s").astype("int64")),
    "milliseconds": (SERVED.dt.as_unit("ms").astype("int64"), EVENT.dt.as_unit("ms").astype("int64")),
    "microseconds": (SERVED.dt.as_unit("us").astype("int64"), EVENT.dt.as_unit("us").astype("int64")),
    "nanoseconds": (SERVED.dt.as_unit("ns").astype("int64"), EVENT.dt.as_unit("ns").astype("int64")),
    "a zero of its own": (np.arange(40) * 200, np.arange(40) * 200 + SECONDS.round().astype(int)),
    "epoch and zones": (SERVED.dt.as_unit("s").astype("int64"), iso(EVENT, "%Y-%m-%dT%H:%M:%SZ")),
}


@pytest.mark.parametrize("way", PAIRS)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_two_columns_of_instants_are_a_delay(way: str, form: str, tmp_path: Path) -> None:
    file = tmp_path / f"log.{form}"
    frame = pd.DataFrame({"shown at": list(PAIRS[way][0]), "bought": list(PAIRS[way][1])})
    frame.to_csv(file, index=False) if form == "csv" else frame.to_parquet(file)
    seen, table = read(file, served="shown at", event="bought")
    np.testing.assert_array_equal(seen.delay, SECONDS.round())
    assert seen.steps == (1.0, 1.0)
    last = np.arange(40) * 200.0 + SECONDS.round()
    np.testing.assert_allclose(seen.watched, last.max() - np.arange(40) * 200.0)
    said = " ".join(table.notes)
    assert "known up to the last instant" in said
    names = {"epoch": "epoch seconds", "milliseconds": "epoch milliseconds", "no zones": "names no zone"}
    assert names.get(way, "") in said


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_typed_instants_are_read_in_their_unit(unit: str, tmp_path: Path) -> None:
    file = tmp_path / "log.parquet"
    pd.DataFrame({"a": SERVED.dt.as_unit(unit), "b": BERLIN.dt.as_unit(unit)}).to_parquet(file)
    np.testing.assert_array_equal(read(file, served="a", event="b")[0].delay, SECONDS.round())


def test_a_cutoff_since_the_zero_of_the_columns_is_a_duration(tmp_path: Path) -> None:
    for unit, shown in (("s", "90"), ("m", "1.5")):
        file = written(tmp_path, column(["0,1", "1,2", "2,3"], "a,b"))
        times = [read(file, served="a", event="b", unit=unit, cutoff=at)[0].watched.tolist() for at in ("90s", shown)]
        assert times[0] == times[1] != []
    dated = written(tmp_path, column([f"{iso(SERVED, '%Y-%m-%dT%H:%M:%SZ')[0]},"], "a,b"))
    with pytest.raises(LabError, match="'90s' is no instant; a date as in the columns, such as 2024-"):
        read(dated, served="a", event="a", cutoff="90s")


def test_instants_up_to_a_cutoff(tmp_path: Path) -> None:
    shown = iso(SERVED, "%Y-%m-%dT%H:%M:%SZ")
    came = iso(EVENT, "%Y-%m-%dT%H:%M:%SZ")
    came[3], came[4], shown[5] = "", "NULL", ""
    file = written(tmp_path, column([f"{a},{b}" for a, b in zip(shown, came, strict=True)], "a,b"))
    cutoff = START + pd.Timedelta(seconds=7000)
    seen, table = read(file, served="a", event="b", cutoff=cutoff.isoformat())
    at, late = np.arange(40) * 200.0, np.arange(40) * 200.0 + SECONDS.round()
    keep = (at <= 7000) & (np.arange(40) != 5)
    known = np.where((late <= 7000) & ~np.isin(np.arange(40), [3, 4]), SECONDS.round(), np.nan)
    np.testing.assert_array_equal(seen.delay, known[keep])
    np.testing.assert_allclose(seen.watched, 7000 - at[keep])
    said = " ".join(table.notes)
    assert "1 row (in line 7) without a: left out." in said
    assert f"{int((at > 7000).sum())} rows (first in line 38) served after the cutoff: left out." in said
    answered_late = int((keep & (late > 7000) & ~np.isin(np.arange(40), [3, 4])).sum())
    assert f"{answered_late} rows (first in line" in said
    assert "answered after the cutoff: counted as not answered by then" in said


INSTANTS_REFUSED = {
    "some zones": (
        ["2024-06-10T08:00:00", "2024-06-10T08:00:00Z"],
        ["2024-06-10T09:00:00Z"] * 2,
        "have no zone and others",
    ),
    "one with zones": (
        ["2024-06-10T08:00:00"] * 2,
        ["2024-06-10T09:00:00Z"] * 2,
        "column a has none, column b has zones",
    ),
    "epoch and count": (
        ["1718002837"] * 2,
        ["55", "66"],
        "column a is an epoch, column b counts from a zero of its own",
    ),
    "not ISO": (
        ["10/06/2024 08:00"] * 2,
        ["10/06/2024 09:00"] * 2,
        "no instant: '10/06/2024 08:00', 2 rows (first in line 2)",
    ),
    "turned round": (["2024-06-10T09:00:00"] * 3, ["2024-06-10T08:00:00"] * 3, "are the columns in the wrong order"),
    "wrong zones": (["2024-06-10T08:00:00Z"] * 2, ["2024-06-10T08:30:00+02:00"] * 2, "add --ignore-zones"),
    "none": (["2024-06-10T08:00:00"] * 2, ["", ""], "column b: none of 2 rows has an event"),
}


@pytest.mark.parametrize("kind", INSTANTS_REFUSED)
def test_instants_that_do_not_fit_are_refused_with_advice(kind: str, tmp_path: Path) -> None:
    one, other, message = INSTANTS_REFUSED[kind]
    file = written(tmp_path, column([f"{a},{b}" for a, b in zip(one, other, strict=True)], "a,b"))
    with pytest.raises(LabError) as error:
        read(file, served="a", event="b")
    assert message in str(error.value)


def test_a_few_events_before_their_serving_are_left_out_and_said(tmp_path: Path) -> None:
    rows = [f"{1000 + n},{1000 + n + round(s)},{n}" for n, s in enumerate(SECONDS)] + ["5000,4990,77", "5000,4990,77"]
    file = written(tmp_path, column(rows, "a,b,user"))
    seen, table = read(file, served="a", event="b")
    assert len(seen.delay) == 40
    assert "2 rows (first in line 42) with b before a: left out." in table.notes
    assert "1 row (in line 43) repeat another row in every column: kept; is an event logged twice?" in table.notes


def test_layouts_without_names(tmp_path: Path) -> None:
    rows = [f"{1000 + n}\t{1000 + n + round(s)}\tx" for n, s in enumerate(SECONDS)] + ["4000\t-1\tx"] * 3
    seen, table = read(written(tmp_path, "\n".join(rows)), ["click", "sale"], served="click", event="sale")
    np.testing.assert_array_equal(seen.delay[:40], SECONDS.round())
    assert np.isnan(seen.delay[40:]).all()
    assert "Column sale: 3 rows (first in line 41) with -1 taken as empty." in table.notes


def test_the_clock_is_known_by_its_steps_and_a_timetable_is_no_clock(tmp_path: Path) -> None:
    minutes = (EXACT // 60 * 60).astype(int)
    rows = [f"{n * 300},{n * 300 + s}" for n, s in enumerate(minutes)]
    assert read(written(tmp_path, column(rows, "a,b")), served="a", event="b")[0].steps == (60.0, 60.0)
    rows = [f"0,{s}" for s in minutes]  # all served at once: only the answers show the clock
    assert read(written(tmp_path, column(rows, "a,b")), served="a", event="b")[0].steps == (60.0, 60.0)
    asked = {"served": "a", "event": "b", "resolution": 1.0}
    assert read(written(tmp_path, column(rows, "a,b")), **asked)[0].steps == (1.0, 1.0)
