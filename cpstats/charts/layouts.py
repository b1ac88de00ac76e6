"""Room for what surrounds a chart's axes, measured once."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine

#: Points that stay free along each edge.
_PAD = 3.0
#: Left, bottom, width and height to measure from, as parts of the chart: near where axes end up.
_START = (0.08, 0.08, 0.7, 0.8)


class Snug(LayoutEngine):
    """Make the only axes of a chart as large as its texts leave room for.

    As matplotlib's constrained layout, to a point or so, which measures every text twice: that
    was the dearest part of drawing. For a chart of several axes use that one.
    """

    _adjust_compatible = False
    _colorbar_gridspec = False

    def execute(self, fig: Figure) -> None:
        """Place the axes; done again it gives the same."""
        (axes,) = fig.axes
        axes.set_position(_START)
        around = axes.get_tightbbox(for_layout_only=True)
        inside, whole = axes.get_window_extent(), fig.bbox
        if around is None:
            return
        pad = _PAD * fig.dpi / 72
        left = (inside.x0 - around.x0 + pad) / whole.width
        right = (around.x1 - inside.x1 + pad) / whole.width
        below = (inside.y0 - around.y0 + pad) / whole.height
        above = (around.y1 - inside.y1 + pad) / whole.height
        axes.set_position((left, below, 1 - left - right, 1 - below - above))
        # Placed by hand, axes would no longer count as part of the picture.
        axes.set_in_layout(True)
