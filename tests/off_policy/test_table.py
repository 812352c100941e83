"""The table of docs/off-policy.md is what its program prints; that of the command fits a terminal."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sim.analysis.off_policy.shown import table as shown
from sim.lab.report.text.tables import show
from tests.off_policy.table import CASES, contexts, markdown, table


@pytest.mark.long
def test_delay_matters_more_than_the_estimator() -> None:
    """Two runs show it already: an estimate of late labels is ten standard errors off, by age it is not."""
    found = table(2, [case for case in CASES if case[0] in ("Exp(2 d), pending is a no", "Exp(2 d), pending by age")])
    assert len(found) == 2 * 5
    for name in ("ips", "snips", "dr"):
        half = found.half["Exp(2 d), pending is a no", name]
        assert found.error["Exp(2 d), pending is a no", name] < -5 * half
        assert abs(found.error["Exp(2 d), pending by age", name]) < 1.5 * found.half["Exp(2 d), pending by age", name]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_each_case_is_a_world(case) -> None:
    assert contexts(**{key.replace(".", "__"): value for key, value in case[1].items()}).slate.size == 1


@pytest.mark.slow
def test_the_page_shows_these_numbers() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "off-policy.md").read_text(encoding="utf-8")
    assert [row for row in markdown(table()) if row.replace("-0.", "\N{MINUS SIGN}0.") not in page] == []


@pytest.mark.parametrize("model", [True, False])
def test_a_table_fits_80_columns_and_breaks_no_number(model: bool) -> None:
    one = {"read_at": 86400.0, "pending": "km", "estimator": "dr", "value": -1.2345, "low": -2.3456, "high": 12.3456}
    unknown = one | {"estimator": "snips", "value": np.nan, "low": np.nan, "high": np.nan, "error": np.nan}
    known = one | {"estimator": "dm" if model else "dr"}
    slate = unknown | {"estimator": "slate"}  # of whole slates none may count, whatever counts of impressions
    rows = pd.DataFrame([known | {"error": -1.3730}, unknown, slate]).assign(truth=0.1385)
    text = StringIO()
    show([shown(rows, "estimates")], Console(file=text, width=80), "")
    said = text.getvalue()
    assert max(map(len, said.splitlines())) <= 80
    assert all(number in said for number in ("-1.2345", "-2.3456 to 12.3456", "0.1385"))
    assert "- to -" not in said
    assert ("nothing matches" in said, "no label counts" in said) == (model, not model)
    assert "no estimate" in next(line for line in said.splitlines() if "slate" in line)
    assert "not shown at this width: off by" in said
