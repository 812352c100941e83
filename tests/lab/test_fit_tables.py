"""Tables as they come: separators, headers, units, types, sentinels; read and said, or refused with advice."""

import bz2
import decimal
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import LabError
from tests.lab.fit_tables import SECONDS, START, column, read, written


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
    "impressions": (column(["1,2,3"], "request_at,user,item"), {}, "looks like an impression log: add --world"),
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
