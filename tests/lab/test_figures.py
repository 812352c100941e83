"""What figures look like where there is little room or little data."""

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.settings import two_words
from sim.lab.report.charts.attribution import _legend
from sim.lab.report.charts.curves import _dress, _in_hours_if_short, band, headroom
from sim.lab.report.charts.verdicts import wrapped


def _axes(days: float):
    axes = Figure().subplots(2, 1, squeeze=False)
    at = np.array([0.0, days])
    for axis in axes[:, 0]:
        axis.plot(at, [0.2, 0.8])
        axis.fill_between(at, [-8.0, -8.0], [8.0, 8.0])
    _in_hours_if_short(axes[1])
    _dress(axes)
    return axes


def test_lines_set_the_axis_of_regret_not_their_bands() -> None:
    assert np.allclose(_axes(3.0)[0, 0].get_ylim(), (0.0, 1.2))
    assert headroom(np.array([np.nan, 0.0])) == np.inf


def test_a_curve_is_the_mean_of_the_replications_that_have_requests_then() -> None:
    values = np.array([[0.1, np.nan, np.nan], [0.3, 0.5, np.nan]])
    middle, half = band(values)
    np.testing.assert_allclose(middle, [0.2, 0.5, np.nan])
    np.testing.assert_allclose(half, [12.706205 * 0.1, np.nan, np.nan], rtol=1e-6)  # t with one degree of freedom
    assert np.array_equal(band(values[:1])[0], values[0], equal_nan=True)


def test_a_day_is_told_in_hours() -> None:
    assert [_axes(days)[1, 0].get_xlabel() for days in (0.99, 2.9)] == ["hours", "days"]
    assert _axes(1.0)[1, 0].xaxis.get_major_formatter()(0.25) == "6"


def test_a_heading_is_broken_to_the_width_of_its_figure() -> None:
    lines = wrapped("word " * 30 + "\nsecond", 6.0).splitlines()
    assert [len(line) for line in lines] == [74, 74, 6]
    assert lines[-1] == "second"


def test_a_world_is_called_as_on_the_map() -> None:
    assert two_words("scenario.users.trend.spread") == "trend spread"


def test_a_gain_is_hatched() -> None:
    cost, gain, _ = _legend()
    assert (cost.get_hatch(), gain.get_hatch()) == (None, "///")
