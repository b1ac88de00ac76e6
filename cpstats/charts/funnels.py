"""Areas about a target, with limits that narrow as areas grow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import catalogue, values
from ..definitions import Indicator
from ..errors import CpstatsError
from ..funnels import WITHIN, limits_at
from . import describe
from .figure import (
    CONTEXT,
    FAINT,
    FOCUS,
    INK,
    PLATE,
    SECOND,
    Chart,
    blank,
    end_at_hundred,
    name_values,
    spread,
    styled,
)

#: Denominators along a limit: enough for a smooth line.
_STEPS = 200


@styled
def funnel(found: pd.DataFrame, *, focus: str | None = None) -> Chart:
    """
    Draw areas about a target, with 95% and 99.8% limits.

    Parameters
    ----------
    found : DataFrame
        From `cpstats.funnel`, of one indicator of the catalogue.
    focus : str, optional
        The area to bring out.

    Returns
    -------
    Chart
        Solid limits allow for what areas ordinarily differ by, thin dotted ones for chance alone;
        without variation beyond chance there is one pair. Areas beyond the solid 95% limits are
        diamonds with their names. Areas without a count have no point, and are named in `alt`.
    """
    if "tau_squared" not in found:
        raise CpstatsError("A funnel is drawn from what cpstats.funnel gives.")
    entry = catalogue.find(found["indicator"].iloc[0])
    known = found[found["verdict"] != ""]
    chart, axes = blank(height=4.9)
    ends = _limits(axes, known)
    named = _points(axes, known, focus)
    _finish(axes, known, entry)
    _name_lines(axes, known, ends, entry)
    _names(axes, named, focus)
    chart.data = found
    chart.alt = _alternative(found, known, entry, focus)
    chart.caption = _caption(found, known, entry)
    return chart


def _limits(axes: Axes, known: pd.DataFrame) -> dict[str, float]:
    """Draw the limits, and give the height at which each of the wider ones ends."""
    first = known.iloc[0]
    per, goal = first["per"], first["target"] / first["per"]
    widest = known["denominator"].max() * 1.05
    # Closer together where the limits bend most.
    across = widest * np.linspace(0.02, 1, _STEPS) ** 2
    lines = limits_at(across, kind=first["kind"], target=goal, tau_squared=first["tau_squared"])
    axes.axhline(first["target"], color=CONTEXT, linewidth=1.4, zorder=1)
    ends = {}
    for name, line in lines.items():
        widened = name.endswith("_adjusted")
        if widened:
            ends[name] = float(line[-1] * per)
        if widened or first["tau_squared"] > 0:
            style = ("-" if "outer" in name else (0, (5, 2))) if widened else ":"
            axes.plot(
                across, line * per, color=CONTEXT if widened else FAINT, linestyle=style,
                linewidth=1.4 if widened else 1.0, zorder=1, gid=name,
            )  # fmt: skip
    return ends


def _points(axes: Axes, known: pd.DataFrame, focus: str | None) -> pd.DataFrame:
    beyond = known["verdict_adjusted"] != WITHIN
    brought = known["area"] == focus
    for rows, look in (
        (known[~beyond & ~brought], {"marker": "o", "color": FAINT, "markersize": 6}),
        (known[beyond & ~brought], {"marker": "D", "color": SECOND, "markersize": 7}),
        (known[brought], {"marker": "D" if beyond[brought].any() else "o", "color": FOCUS,
                          "markersize": 9}),
    ):  # fmt: skip
        axes.plot(
            rows["denominator"], rows["value"], linestyle="none", markeredgecolor="black",
            markeredgewidth=0.7, zorder=4, **look,
        )  # fmt: skip
    return known[beyond | brought].sort_values("value")


def _finish(axes: Axes, known: pd.DataFrame, entry: Indicator) -> None:
    top = max(known["value"].max() * 1.25, known["target"].iloc[0] * 2.2)
    axes.set_ylim(0, top)
    end_at_hundred(axes.yaxis, entry)
    axes.set_xlim(0, known["denominator"].max() * 1.05)
    axes.grid(axis="y")
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(entry.denominator.split(":")[0].split(",")[0])
    name_values(axes, entry.unit[:1].upper() + entry.unit[1:])


def _name_lines(axes: Axes, known: pd.DataFrame, ends: dict[str, float], entry: Indicator) -> None:
    """Write what each line is where it ends."""
    goal, (_, top) = known["target"].iloc[0], axes.get_ylim()
    said = {f"All together {values.write(goal, decimals=entry.decimals)}": float(goal)}
    for name, height in ends.items():
        side = "Upper" if "upper" in name else "Lower"
        said[f"{side} {'99.8%' if 'outer' in name else '95%'} limit"] = height
    said = {text: height for text, height in said.items() if height <= top}
    placed = spread(list(said.values()), top * 0.06)
    for (text, _), height in zip(said.items(), placed, strict=True):
        axes.annotate(
            text, (axes.get_xlim()[1], height), (6, 0), textcoords="offset points", va="center",
            color=CONTEXT, fontsize=11, annotation_clip=False,
        )  # fmt: skip


def _names(axes: Axes, named: pd.DataFrame, focus: str | None) -> None:
    """Write names beside their points, each where it covers no other name and no named point."""
    chart = axes.get_figure(root=True)
    if chart is None:
        return
    layout = chart.get_layout_engine()
    if layout is not None:
        layout.execute(chart)
        chart.set_layout_engine("none")  # names are placed for these axes
    points = {
        r.area: axes.transData.transform((r.denominator, r.value)) for r in named.itertuples()
    }
    taken = [_box(x, y, 0, 0, pad=7) for x, y in points.values()]
    inside = axes.get_window_extent()
    # The one brought out chooses first, then small areas, which stand closest together.
    first = named.assign(later=named["area"] != focus).sort_values(["later", "denominator"])
    for row in first.itertuples():
        chosen = row.area == focus
        look: dict[str, Any] = {
            "fontsize": 12 if chosen else 11,
            "fontweight": "bold" if chosen else "normal",
            "color": FOCUS if chosen else INK,
        }
        size = _size(axes, row.area, look)
        x, y, far = _free(points[row.area], size, taken, (inside.x0, inside.y0, inside.x1))
        at = points[row.area]
        taken.append(_box(at[0] + x, at[1] + y, *size, pad=1))
        scale = 72 / chart.dpi
        axes.annotate(
            row.area, (row.denominator, row.value), (x * scale, y * scale),
            textcoords="offset points", ha="left", va="bottom", zorder=6, bbox=PLATE,
            arrowprops={"arrowstyle": "-", "color": CONTEXT, "linewidth": 0.8} if far else None,
            **look,
        )  # fmt: skip


def _size(axes: Axes, name: str, look: dict[str, Any]) -> tuple[float, float]:
    """Measure a name in pixels."""
    text = axes.annotate(name, (0, 0), **look)
    box = text.get_window_extent()
    text.remove()
    return box.width, box.height


def _free(
    at: np.ndarray,
    size: tuple[float, float],
    taken: list[tuple[float, ...]],
    inside: tuple[float, float, float],
) -> tuple[float, float, bool]:
    """Find the nearest free place for a name about its point, and say whether it is far."""
    width, height = size
    for gap in (9, 24, 40, 58, 78):
        for x, y in (
            (gap, -height / 2),
            (-gap - width, -height / 2),
            (gap, gap / 2),
            (-width / 2, gap),
            (gap, -gap / 2 - height),
            (-width / 2, -gap - height),
        ):
            box = _box(at[0] + x, at[1] + y, width, height, pad=1)
            within = box[0] >= inside[0] and box[1] >= inside[1] and box[2] <= inside[2]
            if within and not any(_meet(box, other) for other in taken):
                return x, y, gap > 9
    return 9.0, -height / 2, False


def _box(x: float, y: float, width: float, height: float, *, pad: float) -> tuple[float, ...]:
    return x - pad, y - pad, x + width + pad, y + height + pad


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _alternative(
    found: pd.DataFrame, known: pd.DataFrame, entry: Indicator, focus: str | None
) -> str:
    goal = values.write(known["target"].iloc[0], decimals=entry.decimals)
    beyond = known[known["verdict_adjusted"] != WITHIN].sort_values("value", ascending=False)
    period = f", {found['period'].iloc[0]}" if "period" in found else ""
    said = [
        f"Funnel chart of {describe.lower_first(entry.name)}{period}: {len(known)} areas by the "
        f"size of their denominator, about {goal} for all of them together."
    ]
    wide = known["tau_squared"].iloc[0] > 0
    said.append(
        f"{len(known) - len(beyond)} lie within the 95% limits"
        + (" that allow for what areas ordinarily differ by." if wide else ".")
    )
    said += [
        f"{r['area']} {describe.show(r, entry)}: {r['verdict_adjusted']}."
        for _, r in beyond.iterrows()
    ]
    if wide:
        count = (known["verdict"] != WITHIN).sum()
        said.append(f"Held against chance alone, {count} lie beyond the 95% limits.")
    if focus in set(known["area"]):
        row = known.set_index("area").loc[focus]
        said.append(
            f"{focus}, brought out: {describe.show(row, entry)}, {row['verdict_adjusted']}."
        )
    for row in found[found["verdict"] == ""].itertuples():
        said.append(f"{row.area}: {values.WHY_MISSING.get(row.mark, 'no count, so no point')}.")
    return " ".join(said)


def _caption(found: pd.DataFrame, known: pd.DataFrame, entry: Indicator) -> str:
    first = known.iloc[0]
    said = ["Broken lines: 95% limits. Solid lines: 99.8% limits."]
    phi = values.write(first["dispersion"], decimals=1)
    if first["tau_squared"] > 0:
        said.append(
            "They allow for what areas ordinarily differ by beyond chance (Spiegelhalter: "
            f"dispersion {phi}, between-area variance {first['tau_squared']:.2g} on the "
            "transformed scale, a tenth winsorised). Dotted: exact limits for chance alone."
        )
    else:
        said.append(
            f"They are exact and allow for chance alone: areas vary no more (dispersion {phi})."
        )
    if first["caution"]:
        said.append(f"{first['caution']}.")
    said.append("Diamonds: beyond the 95% limits. Far from the rest is a question, no judgement.")
    # The intervals of single areas are not drawn.
    rows = known.assign(lower=np.nan)
    said.append(describe.caption(rows, entry))
    return " ".join(said)
