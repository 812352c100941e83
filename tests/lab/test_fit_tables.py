"""Tables as they come: separators, headers, units, zones, types, sentinels; read and said, or refused with advice."""

import bz2
import decimal
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.lab.cli import main
from sim.lab.errors import LabError
from sim.lab.fit.rows import Asked, Observed, observed
from sim.lab.fit.table import Table, read_table
from sim.laws import parse_law

EXACT = -np.log1p(-(np.arange(40) + 0.5) / 40) * 6400.0  # quantiles of exponential(mean=6400s)
SECONDS = EXACT.round(3)
START = pd.Timestamp("2024-06-10T08:00:00Z")


def read(file: Path, columns: list[str] | None = None, **asked) -> tuple[Observed, Table]:
    table = read_table(file, columns)
    return observed(table, Asked(**asked)), table


def written(folder: Path, text: str | bytes, name: str = "delays.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def column(cells, head: str = "delay") -> str:
    return "\n".join([head, *map(str, cells)]) + "\n"


def clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}"


WAYS = {
    "plain": (column(SECONDS), {}),
    "no header": ("\n".join(map(str, SECONDS)), {}),
    "byte order mark": ("\ufeff" + column(SECONDS), {}),
    "windows": (column(SECONDS).replace("\n", "\r\n"), {}),
    "utf-16": (column(SECONDS).encode("utf-16"), {}),
    "gzip": (gzip.compress(column(SECONDS).encode()), {}),
    "bzip2": (bz2.compress(column(SECONDS).encode()), {}),
    "tabs": (column([f"{n}\t{s}" for n, s in enumerate(SECONDS)], "id\tdelay"), {}),
    "spaces": (column([f"{n}, {s}" for n, s in enumerate(SECONDS)], "id, delay"), {}),
    "bars": (column([f"{n}|{s}" for n, s in enumerate(SECONDS)], "id|delay"), {}),
    "decimal comma": (column([f"{n};{s:.2f}".replace(".", ",") for n, s in enumerate(SECONDS)], "id;delay"), {}),
    "decimal comma alone": (column([f"{s:.2f}".replace(".", ",") for s in SECONDS]), {}),
    "thousands": (column([f'"{s:,.0f}"' for s in SECONDS]), {}),
    "thousands and a decimal": (column([f'"{s:,.2f}"' for s in SECONDS]), {}),
    "both the other way": (column([f"{s:,.2f}".translate(str.maketrans(",.", ".,")) for s in SECONDS], "delay"), {}),
    "hours, minutes, seconds": (column(map(clock, SECONDS)), {}),
    "a timedelta as text": (column(f"0 days {clock(s)}.500000" for s in SECONDS - 0.5), {}),
    "units": (column(f"{s / 60:.6f}m" for s in SECONDS), {}),
    "milliseconds by name": (column((SECONDS * 1000).round().astype(int), "delay_ms"), {"delay": "delay_ms"}),
    "hours by name": (column(SECONDS / 3600, "delay (hours)"), {"delay": "delay (hours)"}),
    "minutes as told": (column(SECONDS / 60), {"unit": "m"}),
    "days as told": (column(SECONDS / 86400, "lag"), {"delay": "lag", "unit": "d"}),
    "scientific": (column(f"{s:.8e}" for s in SECONDS), {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_column_of_delays_is_read_however_it_is_written(way: str, tmp_path: Path) -> None:
    text, asked = WAYS[way]
    seen, _ = read(written(tmp_path, text), **asked)
    np.testing.assert_allclose(seen.delay, SECONDS, atol=1.0)


TYPES = {
    "durations": pd.to_timedelta(SECONDS, unit="s"),
    "decimals": [decimal.Decimal(f"{s:.3f}") for s in SECONDS],
    "whole numbers": pd.array([round(s) for s in SECONDS], dtype="Int64"),
    "half precision": SECONDS.astype(np.float32),
    "categories": pd.Categorical([f"{s}" for s in SECONDS]),
    "text": [f"{s}" for s in SECONDS],
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_column_with_a_type_keeps_its_unit(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "delays.pq"
    pd.DataFrame({"delay": TYPES[kind]}).to_parquet(file)
    np.testing.assert_allclose(read(file)[0].delay, SECONDS, atol=0.51)


@pytest.mark.parametrize("mark", ["", "NULL", r"\N", "NaN", "None", "NA"])
def test_what_stands_for_empty_is_empty_and_said(mark: str, tmp_path: Path) -> None:
    rows = [f"{s},90000" for s in SECONDS] + [f"{mark},50"] * 3
    seen, table = read(written(tmp_path, column(rows, "delay,watched")))
    assert np.isnan(seen.delay[-3:]).all()
    assert not np.isnan(seen.delay[:-3]).any()
    assert (seen.watched[-3:] == 50).all()
    assert table.notes == ([f"Column delay: taken as empty is {mark} in 3 rows."] if mark else [])


def test_empty_lines_at_the_end_are_no_rows_and_quoted_empty_cells_are(tmp_path: Path) -> None:
    assert len(read(written(tmp_path, column(SECONDS) + "\n\n"))[0].delay) == 40
    frame = pd.DataFrame({"delay": [*SECONDS, np.nan], "watched": 99999.0})
    frame.to_csv(tmp_path / "d.csv", index=False)
    assert np.isnan(read(tmp_path / "d.csv")[0].delay[-1])


def test_an_answer_after_it_was_watched_is_no_answer_yet(tmp_path: Path) -> None:
    rows = [f"{s},90000" for s in SECONDS] + ["500,400", "700,650"]
    seen, table = read(written(tmp_path, column(rows, "delay,watched")))
    assert np.isnan(seen.delay[-2:]).all()
    assert seen.watched[-2:].tolist() == [400, 650]
    assert "2 rows (first in line 42) answered after watched was over" in table.notes[0]


REFUSED = {
    "minus one": (column([*SECONDS[:5], -1, -1]), {}, "2 rows (first in line 7) with -1: leave the cell empty where"),
    "minus 999": (column([*SECONDS[:5], -999, -999]), {}, "add --missing=-999"),
    "negative": (column([*SECONDS[:5], -7, -3600]), {}, "2 rows (first in line 7) are negative, down to -3600"),
    "infinite": (
        column([*SECONDS[:5], "inf"]),
        {},
        "1 row (in line 7) with inf: leave the cell empty, and write inf as",
    ),
    "nines": (column([*SECONDS[:5], 999999, 999999]), {}, "if that means no answer, add --missing=999999"),
    "epoch": (column((1718002837 + SECONDS).round()), {}, "holds instants, it seems (epoch seconds)"),
    "epoch ms": (column((1718002837000 + SECONDS).round()), {}, "holds instants, it seems (epoch milliseconds)"),
    "nanoseconds": (column((SECONDS * 1e9).round()), {}, "add --unit with one of ns, us, ms, s, m, h, d"),
    "dates": (column(START + pd.to_timedelta(SECONDS, unit="s")), {}, "an instant? Give two columns of instants"),
    "minutes or hours": (column(["12:30", *SECONDS[:5]]), {}, "'12:30' in line 2, hours and minutes or minutes and"),
    "either comma": (column([f"{n};2,{n + 100}" for n in range(9)], "a;delay"), {}, "a decimal comma or thousands?"),
    "words": (column([*SECONDS[:5], "soon", "later"]), {}, "'soon' in line 7 (2 such rows)"),
    "capital": (column(SECONDS, "Delay"), {}, "there is no column delay, did you mean Delay; there are Delay"),
    "no header": ("10993\t\t5\n46185\t50000\t6\n", {}, "has no header, its first line is 10993, (empty), 5; name the"),
    "one instant": (column(["2024-06-10 08:00:00,view"], "at,name"), {}, "at alone looks like an instant: join each"),
    "two instants": (
        column(["2024-06-10,2024-06-11"], "a b,c"),
        {},
        "look like instants: add --served 'a b' --event c",
    ),
    "twice": (column(["1,2"], "delay,delay"), {}, "2 columns are called delay: name them anew with --columns"),
    "ragged": ("a,delay\n1,2\n1,2,3\n", {}, "cannot be read as a table"),
    "empty": ("\n\n", {}, "is empty"),
    "binary": (b"\0\1\2\3" * 9, {}, "is neither text nor Parquet"),
    "zip": (b"PK\x03\x04....", {}, "is a zip archive or an Excel sheet; write it as CSV or Parquet"),
    "half a gzip": (gzip.compress(b"delay\n1\n" * 99)[:30], {}, "cannot be read as a table"),
    "half a parquet": (b"PAR1....", {}, "cannot be read as Parquet"),
    "no time watched": (
        column(["1,2", ",", "3,9"], "delay,watched"),
        {},
        "neither delay nor watched: 1 row (in line 3)",
    ),
    "negative watched": (column(["1,2", ",-5"], "delay,watched"), {}, "column watched is negative: 1 row (in line 3)"),
    "one of two": (column(["1,2"], "a,b"), {"served": "a"}, "--served and --event go together"),
    "a cutoff alone": (column([1.0]), {"cutoff": "9"}, "--cutoff goes with --served and --event"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_a_delay_is_refused_with_advice(kind: str, tmp_path: Path) -> None:
    text, asked, message = REFUSED[kind]
    with pytest.raises(LabError) as error:
        read(written(tmp_path, text), **asked)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_values_are_as_told(tmp_path: Path) -> None:
    rows = [f"{s},90000" for s in SECONDS] + ["-1,50", "999999,60"]
    seen, _ = read(written(tmp_path, column(rows, "delay,watched")), missing=("-1", "999999"))
    assert np.isnan(seen.delay[-2:]).all()
    frame = pd.DataFrame({"delay": [*SECONDS, -1.0], "watched": 9e4})
    frame.to_parquet(tmp_path / "d.parquet")
    assert np.isnan(read(tmp_path / "d.parquet", missing=("-1",))[0].delay[-1])


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


def parse_and_print(law: str) -> str:
    parse_law(law.strip('"'))
    return law.strip('"')


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--window", "10m"], "with a delay beyond the window 10m: leave them out, or say a longer one"),
        (["--window", "10"], "--window: '10' is not a duration"),
        (["--resolution", "0s"], "--resolution: must be longer than 0s"),
        (["--out", "/nowhere/law.yaml"], "/nowhere/law.yaml: cannot be written"),
        (["--columns", "a,b,c"], "--columns has 3 names for 1 columns"),
    ],
)
def test_options_that_cannot_be_are_refused(options: list[str], message: str, tmp_path: Path, capsys) -> None:
    assert main(["fit", str(written(tmp_path, column(SECONDS))), *options]) == 2
    assert message in capsys.readouterr().err
