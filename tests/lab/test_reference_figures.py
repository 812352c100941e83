"""The published tables in results/reference are drawn from the numbers beside them.

Of a change on purpose: ``python -m tests.lab.test_reference_figures`` draws them again.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim.analysis.published import Comparison
from sim.analysis.published_shown import answer_of
from sim.analysis.published_table import published_of
from sim.lab.report.charts.files import png
from sim.lab.report.charts.published import draw

HOME = Path(__file__).parents[2]
REFERENCE = HOME / "results" / "reference"
NUMBERS = ["published", "measured", "low", "high", "ratio"]


def read(file: Path) -> pd.DataFrame:
    """Return a table in which a name may be none, or a number."""
    empty = {name: [""] for name in NUMBERS}
    return pd.read_csv(file, keep_default_na=False, na_values=empty, dtype={"row": str, "column": str})


def redrawn() -> Iterator[tuple[Path, bytes]]:
    """Yield each figure with the bytes that are drawn now."""
    for file in sorted((HOME / "conf" / "experiment").glob("*.yaml")):
        told, cells = yaml.safe_load(file.read_text()).get("published"), REFERENCE / f"{file.stem}.csv"
        if told is not None and cells.exists():
            table, orders = published_of(told), REFERENCE / f"{file.stem}_orders.csv"
            found = Comparison(read(cells), read(orders) if orders.exists() else pd.DataFrame({"same": []}))
            yield cells.with_suffix(".png"), png(draw(found.cells, table, answer_of(table, found)))


@pytest.mark.slow
@pytest.mark.drawn
def test_published_tables_are_drawn_from_the_numbers_beside_them() -> None:
    drawn = dict(redrawn())
    assert len(drawn) == 13
    assert [file.name for file, data in drawn.items() if file.read_bytes() != data] == []


if __name__ == "__main__":
    for figure, data in redrawn():
        figure.write_bytes(data)
