"""Figures as PNG or SVG; equal figures give equal bytes."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from xml.etree import ElementTree

from matplotlib.figure import Figure
from PIL import Image

from sim.analysis.report.model import Report
from sim.lab.report.charts import verdicts
from sim.lab.report.charts.style import FILE, styled
from sim.lab.report.panels.over_time import OverTime

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INSIDE = re.compile(r"#([\w-]+)")
_DROPPED = ("metadata", "style")
_COLOURS = 96  # of a picture with little but lines and letters
_REFERS = ("href", "clip-path")


def curves_png(report: Report) -> bytes:
    """Return regret and data age over time as PNG."""
    assert report.figures is not None
    title = f"{report.title}\n{report.figures.note}".rstrip()
    (curves,) = (panel for panel in report.figures.panels if isinstance(panel, OverTime))
    return png(curves.draw(title, FILE))


def map_png(report: Report) -> bytes:
    """Return the verdict map as PNG."""
    assert report.map is not None
    return png(verdicts.draw(report.map, report.map.heading(report.title)))


@styled
def png(figure: Figure) -> bytes:
    """Return a figure as PNG without matplotlib's version."""
    return _saved(figure, "png", ("Software",))


def small_png(figure: Figure) -> bytes:
    """Return a figure as PNG with few colours, for documents."""
    drawn = Image.open(BytesIO(png(figure))).convert("RGB")
    buffer = BytesIO()
    drawn.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE).save(buffer, "png", optimize=True)
    return buffer.getvalue()


@styled
def svg(figure: Figure, name: str, about: str, prefix: str) -> str:
    """Return a figure as an SVG element without references outside.

    Its words stay words; it has a title and a description for those who cannot see it, and a prefix in all its ids.
    """
    text = _saved(figure, "svg", ("Date", "Creator", "Format", "Type")).decode()
    root = ElementTree.fromstring(_NO_XML.sub("\ufffd", text))
    _plain(root, prefix)
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.attrib |= {"role": "img", "aria-labelledby": f"{prefix}title {prefix}about"}
    for place, (tag, key, words) in enumerate((("title", "title", name), ("desc", "about", about))):
        told = ElementTree.Element(tag, {"id": prefix + key})
        told.text = _NO_XML.sub("\ufffd", words)
        root.insert(place, told)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _saved(figure: Figure, kind: str, left_out: tuple[str, ...]) -> bytes:
    buffer = BytesIO()
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # a letter that the font has not is a box
        figure.savefig(buffer, format=kind, metadata=dict.fromkeys(left_out))
    return buffer.getvalue()


def _plain(node: ElementTree.Element, prefix: str) -> None:
    """Remove namespaces from an element and prefix its ids."""
    node.tag = node.tag.rpartition("}")[2]
    told = {key.rpartition("}")[2]: value for key, value in node.attrib.items()}
    node.attrib.clear()
    for key, value in told.items():
        refers = _INSIDE.sub(rf"#{prefix}\1", value) if key in _REFERS else value
        node.set(key, prefix + value if key == "id" else refers)
    for child in list(node):
        if child.tag.rpartition("}")[2] in _DROPPED:
            node.remove(child)
        else:
            _plain(child, prefix)
