"""The heat map: its cells and their intervals, against scipy."""

import numpy as np
import pytest
from scipy import stats

from sim.analysis.paired.comparison import compared
from sim.analysis.report.heat import heat_map
from tests.analysis.test_opening import contender


def test_a_cell_has_the_interval_of_its_contenders_on_common_random_numbers() -> None:
    def cell(x: int, y: int, z: int):
        return contender(0.3 + 0.2 * x + 0.1 * y + 0.01 * z, learner__x=x, learner__y=y, learner__z=z)

    made = [cell(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1) if not x or not y]
    found = heat_map(compared(made), ["x", "y"])
    assert found is not None
    for x, y in ((0, 0), (0, 1), (1, 0)):
        means = np.mean([[*one.regret.values()] for one in made if one.settings["learner.x"] == x
                         and one.settings["learner.y"] == y], axis=0)  # fmt: skip
        low, high = stats.t.interval(0.95, 19, means.mean(), stats.sem(means))
        assert (found.values[x, y], found.halves[x, y]) == pytest.approx((means.mean(), (high - low) / 2))
    assert np.isnan([found.values[1, 1], found.halves[1, 1]]).all()
    assert found.texts()[1][1] == "-"
    assert found.about.endswith("± is the 95 % interval of a cell alone; the table has paired differences.")
