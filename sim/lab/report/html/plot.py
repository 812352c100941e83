"""A small plot as inline SVG: it needs no script and scales with the page."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.lab.report.html.markup import Safe, join, tag
from sim.lab.report.html.scales import Floats, Linear, Spans

Scale = Linear | Spans
WIDTH, HEIGHT = 480.0, 310.0
LEFT, RIGHT, TOP, BOTTOM = 74.0, 14.0, 12.0, 46.0
SHAPES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "M-3.6 -3.6h7.2v7.2h-7.2z", "M0 -4.8L4.6 3.6H-4.6z", "M0 -5L5 0L0 5L-5 0z",
    "M0 4.8L4.6 -3.6H-4.6z", "M-1.4 -4.4h2.8v3h3v2.8h-3v3h-2.8v-3h-3v-2.8h3z",
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How a contender looks in every figure: told apart by colour, dashes and marker alike."""

    colour: str = "#999999"
    dash: str | None = None
    shape: str = SHAPES[0]
    width: float = 2.0


@dataclass
class Plot:
    """Axes and what is drawn in them.

    Attributes:
        x: scale of the horizontal axis.
        y: scale of the vertical axis.
        x_name: written below it.
        y_name: written at its top.
        height: of the whole, in units of which the width has `WIDTH`.
        left: room for the labels of the vertical axis.
    """

    x: Scale
    y: Scale
    x_name: str
    y_name: str
    height: float = HEIGHT
    left: float = LEFT
    parts: list[Safe] = field(default_factory=list)

    def at_x(self, values: Floats) -> Floats:
        """Return horizontal places."""
        return self.left + self.x.place(np.asarray(values, dtype=float)) * (WIDTH - self.left - RIGHT)

    def at_y(self, values: Floats) -> Floats:
        """Return vertical places."""
        low = self.height - BOTTOM
        return low - self.y.place(np.asarray(values, dtype=float)) * (low - TOP)

    def line(self, x: Floats, y: Floats, style: Style, name: str, marks: int = 0) -> None:
        """Draw a line with some markers on it; it is interrupted where a value is not known."""
        path = _path(self.at_x(x), self.at_y(y))
        self.parts.append(
            tag("path", tag("title", name), d=path, fill="none", stroke=style.colour, stroke_width=style.width,
                stroke_dasharray=style.dash, stroke_linejoin="round")
        )  # fmt: skip

        every = max(1, len(x) // marks) if marks else 2 * len(x)
        for n in range(every // 2, len(x), every):
            if np.isfinite(y[n]):
                self.point(float(x[n]), float(y[n]), style, name)

    def band(self, x: Floats, low: Floats, high: Floats, style: Style) -> None:
        """Fill what lies between two lines; points that are not known are left out."""
        known = np.isfinite(low) & np.isfinite(high)
        if known.sum() < 2:
            return
        there = np.concatenate([x[known], x[known][::-1]])
        edge = np.concatenate([high[known], low[known][::-1]])
        path = _path(self.at_x(there), self.at_y(edge)) + "z"
        self.parts.append(tag("path", d=path, fill=style.colour, fill_opacity=0.15, stroke="none"))

    def point(self, x: float, y: float, style: Style, name: str) -> None:
        """Draw a marker with a name that shows when pointed at."""
        across, down = float(self.at_x(np.array([x]))[0]), float(self.at_y(np.array([y]))[0])
        self.parts.append(mark(across, down, style, name))

    def text(self, x: float, y: float, words: str, anchor: str = "start") -> None:
        """Write words at a place of the plot."""
        across, down = float(self.at_x(np.array([x]))[0]), float(self.at_y(np.array([y]))[0])
        self.parts.append(tag("text", words, x=across, y=down, text_anchor=anchor))

    def svg(self, name: str) -> Safe:
        """Return the plot; ``name`` is read to those who cannot see it."""
        x, y, width, height = self.left - 7, TOP - 7, WIDTH - self.left - RIGHT + 14, self.height - BOTTOM - TOP + 14
        box = f"{x:.0f} {y:.0f} {width:.0f} {height:.0f}"
        inside = tag("svg", *self.parts, x=x, y=y, width=width, height=height, viewBox=box)  # clips
        return drawing(join([*self._frame(), inside]), name, self.height)

    def _frame(self) -> list[Safe]:
        low, right = self.height - BOTTOM, WIDTH - RIGHT
        parts = []
        for value, words in self.x.ticks():
            at = float(self.at_x(np.array([value]))[0])
            parts.append(tag("line", x1=at, x2=at, y1=TOP, y2=low, class_="grid"))
            parts.append(tag("text", words, x=at, y=low + 17, text_anchor="middle"))
        for value, words in self.y.ticks():
            at = float(self.at_y(np.array([value]))[0])
            parts.append(tag("line", x1=self.left, x2=right, y1=at, y2=at, class_="grid"))
            parts.append(tag("text", words, x=self.left - 7, y=at + 4, text_anchor="end"))
        parts.append(tag("text", self.x_name, x=(self.left + right) / 2, y=self.height - 8, text_anchor="middle"))
        middle = (TOP + low) / 2
        turned = f"rotate(-90 13 {middle:.0f})"
        parts.append(tag("text", self.y_name, x=13, y=middle, text_anchor="middle", transform=turned))
        return parts


def drawing(inner: Safe, name: str, height: float, width: float = WIDTH) -> Safe:
    """Return an SVG element that takes the width it is given."""
    return tag("svg", inner, viewBox=f"0 0 {width:.0f} {height:.0f}", role="img", aria_label=name)


def mark(x: float, y: float, style: Style, name: str = "") -> Safe:
    """Return a marker."""
    title = [tag("title", name)] if name else []
    return tag("path", *title, d=style.shape, transform=f"translate({x:.1f} {y:.1f})", fill=style.colour,
               stroke="#fff", stroke_width=0.8)  # fmt: skip


def _path(x: Floats, y: Floats) -> str:
    """Return the moves of a line through points, anew after every gap."""
    moves, pen = [], "M"
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if not (np.isfinite(across) and np.isfinite(down)):
            pen = "M"
            continue
        moves.append(f"{pen}{across:.1f} {down:.1f}")
        pen = "L"
    return "".join(moves)
