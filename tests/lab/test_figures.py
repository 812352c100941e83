"""What figures look like where there is little room or little data, and the files that they become."""

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from sim.analysis.bands import band, binned
from sim.analysis.report.lines import BASELINE, Line
from sim.analysis.report.model import Axis
from sim.analysis.score import AGE, REGRET
from sim.analysis.settings import two_words
from sim.lab.report import palette
from sim.lab.report.charts.attribution import key
from sim.lab.report.charts.files import png, svg
from sim.lab.report.charts.style import FILE, figure, heading, wrapped
from sim.lab.report.panels.heat import Heat
from sim.lab.report.panels.over_time import OverTime

pytestmark = pytest.mark.drawn
HOSTILE = "<script>alert(1)</script>\x1b]0;\x00 $\\frac{$ \"'&"


def drawn(days: float, name: str = "a") -> Figure:
    """Return the figure of one line with very wide bands."""
    values = np.array([0.2, 0.8])
    wide = np.array([8.0, 8.0])
    regret, age = (Line(name, BASELINE, np.array([0.0, days]), one, wide) for one in (values, 3600 * values))
    return OverTime("", (regret,), (age,)).draw(name)


def contrast(colour: str) -> float:
    """Return the contrast with white, WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 1.05 / (np.dot([0.2126, 0.7152, 0.0722], linear) + 0.05)


def test_all_lines_can_be_seen_on_white_and_have_a_colour_of_their_own() -> None:
    assert all(contrast(colour) >= 3.0 for colour in (*palette.LINES, palette.GREY, palette.SOFT))
    looks = [palette.BASELINE, *map(palette.look, range(len(palette.LINES)))]
    assert len({one.colour for one in looks}) == len(looks)


def test_lines_set_the_axis_of_regret_not_their_bands() -> None:
    assert np.allclose(drawn(3.0).axes[0].get_ylim(), (0.0, 1.2))


def test_equal_figures_are_equal_bytes() -> None:
    assert png(drawn(3.0)) == png(drawn(3.0))
    assert svg(drawn(3.0), "n", "a", "x-") == svg(drawn(3.0), "n", "a", "x-")


def test_an_svg_holds_its_words_and_nothing_from_outside() -> None:
    text = svg(drawn(3.0, HOSTILE), HOSTILE, "about", "x-")
    root = ElementTree.fromstring(text)
    assert text.startswith("<svg ")
    assert root.get("role") == "img"
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not re.search("[\x00\x1b]|https?:|<metadata|<style|<!--", text)
    used = [value for one in root.iter() for key, value in one.attrib.items() if key == "href" or "url(" in value]
    assert used
    ids = {one.get("id") for one in root.iter()}
    assert {re.fullmatch(r"(?:url\()?#(.*?)\)?", value)[1] for value in used} <= ids
    assert all(name.startswith("x-") for name in ids - {None})


@pytest.mark.parametrize("asked", [0, 60])
def test_few_requests_make_fewer_points_and_no_specks(asked: int) -> None:
    bucket = np.tile(np.arange(200), 2)
    weight = (np.arange(400) % 17 == 0) | (bucket < asked)  # a request every 17 buckets, in turn
    table = pd.DataFrame({"replication": np.repeat([0, 1], 200), "bucket": bucket, "at": 43.2 * (bucket + 1.0),
                          "requests": weight, "weight": weight, REGRET: 0.5, AGE: 60.0})  # fmt: skip
    at, (regret, age) = binned([table], (REGRET, AGE))
    assert regret.shape == (2, 12)
    assert at.shape == regret.shape[1:]
    assert np.allclose(regret, 0.5)
    assert np.allclose(age, 60.0)


def test_a_map_with_empty_cells_is_drawn() -> None:
    down, across = Axis("a", "a", ("x", "y"), ("x", "y")), Axis("b", "b", ("1", "2"), ("1", "2"))
    values, none = np.array([[0.25, np.nan], [np.nan, 0.5]]), np.full((2, 2), np.nan)
    for halves, told in (
        (none, ["0.250", "-", "-", "0.500"]),
        (values / 10, ["0.250\n± 0.025", "-", "-", "0.500\n± 0.050"]),
    ):
        words = [text.get_text() for text in Heat("", down, across, values, halves).draw().axes[0].texts]
        assert words == told  # so many digits in all cells


def test_a_curve_is_the_mean_of_the_replications_that_have_requests_then() -> None:
    values = np.array([[0.1, np.nan, np.nan], [0.3, 0.5, np.nan]])
    middle, half = band(values)
    np.testing.assert_allclose(middle, [0.2, 0.5, np.nan])
    np.testing.assert_allclose(half, [12.706205 * 0.1, np.nan, np.nan], rtol=1e-6)  # t with one degree of freedom
    assert np.array_equal(band(values[:1])[0], values[0], equal_nan=True)
    assert band(values[:1])[1] is None


def test_a_day_is_told_in_hours() -> None:
    assert [drawn(days).axes[1].get_xlabel() for days in (0.99, 2.9)] == ["simulated hours", "simulated days"]
    assert drawn(1.0).axes[1].xaxis.get_major_formatter()(0.25) == "6"


def test_a_heading_is_broken_to_the_width_of_its_figure() -> None:
    lines = wrapped("word " * 30 + "\nsecond", 6.0).splitlines()
    assert [len(line) for line in lines] == [84, 64, 6]
    assert lines[-1] == "second"


def test_a_number_and_its_unit_stay_in_a_line() -> None:
    for line in wrapped("from +12 % to 0.1 ± 0.2 of https://a.b/c-d-e " * 9, 1.7).splitlines():
        assert line.split(" ")[0] not in ("%", "±", "0.2", "d-e")


def test_a_world_is_called_as_on_the_map() -> None:
    assert two_words("scenario.users.trend.spread") == "trend spread"


def test_a_gain_is_hatched() -> None:
    cost, gain, _ = key()
    assert (cost.get_hatch(), gain.get_hatch()) == (None, "///")


def test_a_heading_of_wide_letters_stays_within_the_figure() -> None:
    made = figure(FILE, 2.0)
    heading(made, "9,872 ± 158, " * 30)
    assert made.get_suptitle().count("\n") >= 2
    assert made.texts[0].get_window_extent().width <= made.bbox.width
