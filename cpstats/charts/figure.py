"""A matplotlib figure that carries its text alternative and its caption.

Palette: the Analysis Function's categorical colours, at most two at a time and never alone;
grey from the Scottish Government's focus palette. Text is 12 point and horizontal, the background
white, grid lines on the value axis only, series named where they end instead of in a legend.
"""

from __future__ import annotations

import base64
import functools
import io
import math
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from markupsafe import escape
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import AutoLocator

from ..definitions import Indicator
from ..errors import ReportFailed

FOCUS, SECOND, CONTEXT, FAINT, INK = "#12436D", "#F46A25", "#3D3D3D", "#949494", "#0b0c0c"

STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 12,
    "axes.titlesize": 12,
    "axes.labelsize": 12,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.facecolor": "white",
    "figure.facecolor": "white",
    "grid.color": "#d3d3d3",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.2,
    "ytick.major.size": 0,
    # A dollar sign in a name is a dollar sign.
    "text.parse_math": False,
    # Titles stand where they are put: matplotlib would measure every tick to find that out.
    "axes.titley": 1.0,
    # The same figure gives the same file.
    "svg.hashsalt": "cpstats",
    "svg.fonttype": "path",
}

#: Wide enough to read at 12 point on a page, narrow enough to stay readable on a phone.
WIDTH = 5.7

#: SVG is drawn in points.
_POINTS = 72

#: What figures from made-up records say of their source.
SYNTHETIC = "SYNTHETIC"

#: White behind text that stands on lines.
PLATE = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"}


class _Canvas(FigureCanvasSVG):
    """A canvas that measures texts as it draws them, so that each is measured once.

    savefig would draw a chart twice, and measure what it lays out by a renderer of its own.
    """

    def __init__(self, chart: Figure, file: io.StringIO) -> None:
        super().__init__(chart)
        width, height = chart.bbox.size
        self._renderer = RendererSVG(width, height, file, metadata={"Date": None})

    def get_renderer(self) -> RendererSVG:
        """Give the renderer: matplotlib's layout asks its canvas first."""
        return self._renderer

    def draw(self) -> None:
        """Lay the chart out and draw it."""
        self.figure.draw(self._renderer)
        self._renderer.finalize()


class Chart(Figure):
    """A chart: a matplotlib Figure with words for those who cannot see it.

    Attributes
    ----------
    alt : str
        What the chart shows, made from its data.
    caption : str
        What it is made of: definition, denominator, source.
    data : DataFrame
        The figures drawn.
    """

    alt: str = ""
    caption: str = ""
    data: pd.DataFrame

    def svg(self) -> str:
        """Draw as SVG."""
        file = io.StringIO()
        for axis in (axis for axes in self.axes for axis in (axes.xaxis, axes.yaxis)):
            if not axis.get_label_text():
                # There is nothing to place: matplotlib would measure every tick to place it.
                axis.set_label_coords(0, 0)
        canvas, dpi = self.canvas, self.dpi
        try:
            self.dpi = _POINTS
            with mpl.rc_context(STYLE):
                _Canvas(self, file).draw()
        finally:
            self.dpi = dpi
            self.set_canvas(canvas)
        return file.getvalue()

    def html(self) -> str:
        """Give the HTML figure: an image with its alternative, and a caption.

        Raises
        ------
        ReportFailed
            When the chart has no alternative text.
        """
        if not self.alt.strip():
            raise ReportFailed("A chart has no alternative text: give it one in `alt`.")
        image = base64.b64encode(self.svg().encode()).decode()
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        source = f"data:image/svg+xml;base64,{image}"
        # On a small screen the drawing scrolls, as its lettering would become too small to read.
        within = '<div class="chart" role="group" tabindex="0" aria-label="Chart">'
        drawing = f'{within}<img src="{source}" alt="{escape(self.alt)}"></div>'
        return f"<figure>{drawing}{caption}</figure>"

    def _ipython_display_(self) -> None:
        # Shown this way and no other: a kernel with the inline backend would draw it twice.
        from IPython.display import display

        display({"text/html": self.html(), "text/plain": self.alt}, raw=True)


def blank(height: float, width: float = WIDTH) -> tuple[Chart, Axes]:
    """Start a chart with one set of axes. Call within the style."""
    chart = Chart(figsize=(width, height), layout="constrained")
    return chart, chart.subplots()


def name_values(axes: Axes, words: str) -> None:
    """Say what the value axis shows, horizontally, above it."""
    axes.set_title(words, loc="left", pad=12)


class _UpToHundred(AutoLocator):
    """Ticks of a scale that ends at 100, though there may be room beyond it for words."""

    def tick_values(self, vmin: float, vmax: float) -> Any:
        ticks = np.asarray(super().tick_values(vmin, min(vmax, 100.0)))
        return ticks[ticks <= 100.0]


def end_at_hundred(axis: Axis, entry: Indicator | None) -> None:
    """Number the axis of a share in per cent up to 100: there are none beyond."""
    if entry is not None and entry.kind == "proportion" and entry.per == 100:
        axis.set_major_locator(_UpToHundred())


def spread(heights: list[float], gap: float, floor: float = -math.inf) -> list[float]:
    """Move heights apart so that labels at them do not overlap; order is kept.

    Examples
    --------
    >>> spread([1.0, 1.1, 5.0], gap=1.0)
    [0.55, 1.55, 5.0]
    >>> spread([1.0, 1.1, 5.0], gap=1.0, floor=1.0)
    [1.0, 2.0, 5.0]
    """
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    groups: list[list[int]] = []
    for index in order:
        groups.append([index])
        while (
            len(groups) > 1
            and _bottom(groups[-1], heights, gap) - _top(groups[-2], heights, gap) < gap - 1e-9
        ):
            last = groups.pop()
            groups[-1] += last
    placed = list(heights)
    for group in groups:
        bottom = _bottom(group, heights, gap)
        for step, index in enumerate(group):
            placed[index] = round(bottom + step * gap, 10)
    for index in order:
        placed[index] = max(placed[index], round(floor, 10))
        floor = placed[index] + gap
    return placed


def _bottom(group: list[int], heights: list[float], gap: float) -> float:
    return sum(heights[i] for i in group) / len(group) - gap * (len(group) - 1) / 2


def _top(group: list[int], heights: list[float], gap: float) -> float:
    return _bottom(group, heights, gap) + gap * (len(group) - 1)


def fitted(words: str, inches: float, size: float, *, bold: bool = False) -> str:
    r"""Break words into lines that fit a width; only "shire" is parted from a name too long.

    Examples
    --------
    >>> fitted("Dumfries and Galloway", 1.4, 11)
    'Dumfries and\nGalloway'
    >>> fitted("Clackmannanshire", 1.4, 11, bold=True)
    'Clackmannan-\nshire'
    """
    lines: list[str] = []
    for word in words.split():
        together = f"{lines[-1]} {word}" if lines else word
        if lines and _width(together, size, bold) <= inches:
            lines[-1] = together
        elif word.endswith("shire") and _width(word, size, bold) > inches:
            lines += [f"{word[:-5]}-", "shire"]
        else:
            lines.append(word)
    return "\n".join(lines)


def _width(words: str, size: float, bold: bool) -> float:
    """Measure a line of text in inches."""
    weight = "bold" if bold else "normal"
    font = FontProperties(family=STYLE["font.sans-serif"], weight=weight, size=size)
    return text_to_path.get_text_width_height_descent(words, font, ismath=False)[0] / 72


def styled(draw: Any) -> Any:
    """Run a drawing function in our style, and leave matplotlib's settings as they were."""

    @functools.wraps(draw)
    def within(*args: Any, **kwargs: Any) -> Any:
        with mpl.rc_context(STYLE):
            drawn = draw(*args, **kwargs)
            if isinstance(drawn, Chart):
                _say_if_synthetic(drawn)
            return drawn

    return within


def _say_if_synthetic(chart: Chart) -> None:
    """Say on the picture and in its words that its figures are made up."""
    source = chart.data["source"] if "source" in chart.data else pd.Series(dtype="str")
    if source.astype("str").str.contains(SYNTHETIC).any():
        chart.text(0.995, 0.995, SYNTHETIC, ha="right", va="top", fontweight="bold", fontsize=11)
        chart.alt = f"{SYNTHETIC} records, made up. {chart.alt}"
