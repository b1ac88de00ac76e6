"""Groups side by side: bars in two colours, with intervals, as seaborn draws them."""

from __future__ import annotations

import pandas as pd

from .. import catalogue, values
from . import describe
from .figure import FOCUS, INK, SECOND, Chart, blank, end_at_hundred, name_values, styled


@styled
def groups(results: pd.DataFrame, *, across: str, within: str) -> Chart:
    """
    Draw a value for each group of a breakdown, split in two.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator, area and period, measured by `across` and `within`.
    across : str
        The column along the axis.
    within : str
        The column whose two members share each place.

    Returns
    -------
    Chart
        A missing figure has its mark where its bar would stand.
    """
    import seaborn as sns  # slow to import, and only this chart needs it

    entry = catalogue.find(results["indicator"].iloc[0])
    order = list(dict.fromkeys(results[across]))
    pair = list(dict.fromkeys(results[within]))
    chart, axes = blank(height=4.2)
    sns.barplot(
        results, x=across, y="value", hue=within, order=order, hue_order=pair,
        palette=[FOCUS, SECOND], saturation=1, errorbar=None, ax=axes, gap=0.08,
    )  # fmt: skip
    for k, member in enumerate(pair):
        rows = results[results[within] == member].set_index(across).reindex(order)
        for x, row in enumerate(rows.itertuples()):
            middle = x + (k - 0.5) * 0.4
            if pd.isna(row.value):
                axes.annotate(
                    row.mark, (middle, 0), (0, 4), textcoords="offset points", ha="center"
                )
                continue
            axes.vlines(middle, row.lower, row.upper, color=INK, linewidth=1.4)
            axes.annotate(
                values.write(row.value, decimals=entry.decimals),
                (middle, row.upper), (0, 4), textcoords="offset points", ha="center",
            )  # fmt: skip
    axes.grid(axis="y")
    axes.set_ylim(0, results["upper"].max() * 1.15)
    end_at_hundred(axes.yaxis, entry)
    # seaborn drops a place at the end where every value is missing.
    axes.set_xticks(range(len(order)), order)
    axes.set_xlim(-0.5, len(order) - 0.5)
    axes.set_xlabel("")
    axes.set_ylabel("")
    axes.legend(title=None, frameon=False, loc="upper right")
    name_values(axes, entry.unit[:1].upper() + entry.unit[1:])
    chart.data = results
    chart.alt = " ".join(
        [
            f"Bar chart of {describe.lower_first(entry.name)}, {results['area'].iloc[0]}, "
            f"{results['period'].iloc[0]}.",
            *(_group(name, results[results[across] == name], within, entry) for name in order),
        ]
    )
    chart.caption = describe.caption(results, entry)
    return chart


def _group(name: str, rows: pd.DataFrame, within: str, entry: catalogue.Indicator) -> str:
    said = [f"{r[within]} {describe.show(r, entry)}" for _, r in rows.iterrows()]
    return f"{name}: {', '.join(said)}."
