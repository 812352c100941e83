"""Figures as PNG or SVG; equal figures give equal bytes."""

from __future__ import annotations

import re
import warnings
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree

from matplotlib.figure import Figure

from sim.lab.report.charts.style import styled
from sim.lab.store.atomic import write_atomic

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INSIDE = re.compile(r"#([\w-]+)")
_DROPPED = ("metadata", "style")


def write_png(figure: Figure, file: Path) -> None:
    """Write a figure as PNG, complete or not there."""
    write_atomic(file, png(figure))


@styled
def png(figure: Figure) -> bytes:
    """Return a figure as PNG without matplotlib's version."""
    buffer = BytesIO()
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # a letter that the font has not is a box
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


@styled
def svg(figure: Figure, name: str, about: str, prefix: str) -> str:
    """Return a figure as an SVG element without references outside.

    Args:
        figure: what is drawn; its words stay words.
        name: its title, read to those who cannot see it.
        about: its description.
        prefix: of all ids in it, different for each figure of a page.
    """
    buffer = StringIO()
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(_NO_XML.sub("\ufffd", buffer.getvalue()))
    _plain(root, prefix)
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.attrib |= {"role": "img", "aria-labelledby": f"{prefix}title {prefix}about"}
    for place, (tag, text) in enumerate((("title", name), ("desc", about))):
        told = ElementTree.Element(tag, {"id": f"{prefix}{'title' if tag == 'title' else 'about'}"})
        told.text = _NO_XML.sub("\ufffd", text)
        root.insert(place, told)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _plain(node: ElementTree.Element, prefix: str) -> None:
    """Remove namespaces from an element and prefix its ids."""
    node.tag = node.tag.rpartition("}")[2]
    told = {key.rpartition("}")[2]: value for key, value in node.attrib.items()}
    node.attrib.clear()
    for key, value in told.items():
        node.set(key, prefix + value if key == "id" else _INSIDE.sub(rf"#{prefix}\1", value) if _refers(key) else value)
    for child in list(node):
        if child.tag.rpartition("}")[2] in _DROPPED:
            node.remove(child)
        else:
            _plain(child, prefix)


def _refers(key: str) -> bool:
    return key in ("href", "clip-path")
