"""The table of docs/off-policy.md is what its program prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.off_policy.table import CASES, markdown, table


@pytest.mark.long
def test_delay_matters_more_than_the_estimator() -> None:
    """Two runs show it already: an estimate of late labels is ten standard errors off, by age it is not."""
    found = table(2)
    assert len(found) == len(CASES) * 5
    for name in ("ips", "snips", "dr"):
        half = found.half["Exp(2 d), pending is a no", name]
        assert found.error["Exp(2 d), pending is a no", name] < -5 * half
        assert abs(found.error["Exp(2 d), pending by age", name]) < 1.5 * found.half["Exp(2 d), pending by age", name]


@pytest.mark.slow
def test_the_page_shows_these_numbers() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "off-policy.md").read_text(encoding="utf-8")
    assert [row for row in markdown(table()) if row.replace("-0.", "\N{MINUS SIGN}0.") not in page] == []
