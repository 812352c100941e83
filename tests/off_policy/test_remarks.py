"""What is said below a table of estimates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.analysis.off_policy.shown import remarks
from tests.off_policy.worlds import contexts


@pytest.mark.parametrize("dr", [0.5, 0.6])
def test_where_nothing_matches_it_is_told_of_what_a_model_says(dr: float) -> None:
    values = {"ips": np.nan, "snips": np.nan, "dm": 0.5, "dr": dr, "switch": dr}
    frame = pd.DataFrame(values.items(), columns=["estimator", "value"]).assign(read_at=0.0, pending="no")
    (said,) = remarks(frame, contexts())
    where = "its position, so" if dr == 0.5 else "one position or more, where"
    told = "Nothing matches: no logged impression that counts has an item that the target shows at"
    assert said.startswith(f"{told} {where} dr and switch are dm, ")
    assert remarks(frame.fillna(0.4), contexts()) == []
    (said,) = remarks(pd.concat([frame.assign(read_at=3600.0), frame.fillna(0.4)]), contexts())
    assert said.startswith("Nothing matches (read at 1h, pending is a no): no logged impression")
    assert remarks(frame.assign(value=np.nan), contexts()) == []  # no label counts: there is no dm
