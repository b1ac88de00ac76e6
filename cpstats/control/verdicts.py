"""What to make of a chart: is the process changing, will it meet its target, should it be rebased?

References
----------
NHS England, Making Data Count: variation and assurance. Variation looks at the latest point: does
    a rule fire there, and is its side the one that is wished for? Assurance looks at the limits:
    does the target lie outside them, so that it will be met, or missed, whatever chance does?
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from .. import catalogue
from ..errors import CpstatsError, UnknownName
from .times import read as read_times

IMPROVING, WORSENING = "improving", "worsening"
HIGH, LOW = "unusually high", "unusually low"
NO_SIGNAL = "no signal"
NO_SIDE = "unusual, to neither side"

_BETTER = ("lower", "higher", "neither")
#: Rules by what they weigh where two fire at once and differ: a far point before a run.
_WEIGHT = ("limit", " of ", "shift", "long run", "trend")
_UP = {"above the limit", "shift up", "trend up"}
_DOWN = {"below the limit", "shift down", "trend down"}


def judge(
    chart: pd.DataFrame, *, better: str | None = None, target: float | None = None
) -> pd.DataFrame:
    """
    Judge each series of a control or run chart: variation, and assurance against a target.

    Parameters
    ----------
    chart : DataFrame
        From `control_chart` or `run_chart`.
    better : str, optional
        "lower", "higher" or "neither". Without it what the catalogue says of the indicator, and
        "neither" where there is none.
    target : float, optional
        In the unit of the values.

    Returns
    -------
    DataFrame
        A row for each series: `series`, `period` (the latest), `value`, `signal` (at the latest
        point), `variation` ("improving", "worsening", "unusually high", "unusually low",
        "unusual, to neither side" or "no signal"; empty where the latest period has no figure),
        `target`, `assurance` ("will be met", "will be missed" or "may be met or missed by
        chance"; empty without a target, without limits, or where neither direction is better)
        and `note`.

    Raises
    ------
    UnknownName
        When `better` is none of the three.
    CpstatsError
        When the table is no chart.

    Examples
    --------
    >>> from cpstats import control_chart
    >>> chart = control_chart([5, 4, 6, 5, 3, 5, 6, 4, 5, 4, 5, 14])
    >>> judge(chart, better="lower", target=2).loc[0, ["variation", "assurance"]].tolist()
    ['worsening', 'may be met or missed by chance']
    """
    if target is not None and not (isinstance(target, int | float) and math.isfinite(target)):
        raise CpstatsError(f"A target is a number in the unit of the values: got {target!r}.")
    if not isinstance(chart, pd.DataFrame) or not {"series", "signal", "centre"} <= set(chart):
        raise CpstatsError("Verdicts take the table that control_chart or run_chart gives.")
    wished = _wished(chart, better)
    last = chart.iloc[_latest(chart)]
    sides = [_side(signal, value, centre) for signal, value, centre in
             zip(last["signal"], last["value"], last["centre"], strict=True)]  # fmt: skip
    known = last["value"].notna().to_numpy()
    variation = [
        _variation(side, signal, wished) if k else ""
        for side, signal, k in zip(sides, last["signal"], known, strict=True)
    ]
    note = np.where(known, last["caution"], "the latest period has no figure")
    return pd.DataFrame(
        {
            "series": last["series"].to_numpy(),
            "period": last["period"].to_numpy(),
            "value": last["value"].to_numpy(),
            "signal": last["signal"].to_numpy(),
            "variation": pd.array(variation, dtype="str"),
            "target": np.nan if target is None else float(target),
            "assurance": pd.array(_assurance(last, wished, target), dtype="str"),
            "note": pd.array(note, dtype="str"),
        }
    )


def _wished(chart: pd.DataFrame, better: str | None) -> str:
    if better is None:
        indicators = set(chart["indicator"]) if "indicator" in chart else set()
        entry = catalogue.CATALOGUE.get(indicators.pop()) if len(indicators) == 1 else None
        return entry.better if entry else "neither"
    if better not in _BETTER:
        raise UnknownName("direction of improvement", better, _BETTER)
    return better


def _latest(chart: pd.DataFrame) -> np.ndarray:
    """Find the row of the latest period of each series, series in order of first appearance."""
    when = read_times(pd.Index(chart["period"])).sort
    code = pd.factorize(chart["series"])[0]
    order = np.lexsort((when, code))
    ends = np.ones(len(order), dtype=bool)
    ends[:-1] = code[order][1:] != code[order][:-1]
    return order[ends]


def _side(signal: str, value: float, centre: float) -> int:
    """Tell which way the weightiest rule at a point goes: 1 up, -1 down, 0 none."""
    names = signal.split("; ") if signal else []
    for weight in _WEIGHT:
        for name in (n for n in names if weight in n):
            if name in _UP or name.endswith("high"):
                return 1
            if name in _DOWN or name.endswith("low"):
                return -1
            return int(np.sign(value - centre))
    return 0


def _variation(side: int, signal: str, wished: str) -> str:
    if side == 0:
        return NO_SIDE if signal else NO_SIGNAL
    if wished == "neither":
        return HIGH if side > 0 else LOW
    return IMPROVING if (side > 0) == (wished == "higher") else WORSENING


def _assurance(last: pd.DataFrame, wished: str, target: float | None) -> np.ndarray:
    if target is None or wished == "neither":
        return np.full(len(last), "", dtype=object)
    lower, upper = last["lower"].to_numpy(), last["upper"].to_numpy()
    # A limit can be where values end: a target there is met at times.
    below, above = target < lower, target > upper
    met, missed = (below, above) if wished == "higher" else (above, below)
    return np.select(
        [np.isnan(lower) | np.isnan(upper), met, missed],
        ["", "will be met", "will be missed"],
        "may be met or missed by chance",
    )


def suggest_rebases(chart: pd.DataFrame) -> pd.DataFrame:
    """
    Suggest where a person may want to start new limits; nothing is rebased.

    Parameters
    ----------
    chart : DataFrame
        From `control_chart` or `run_chart`.

    Returns
    -------
    DataFrame
        A row for each series that ends in a shift which still holds: `series`, `period` (where
        the shift began), `points` (in the shift), `side` ("up" or "down") and `suggestion` (what
        to ask before rebasing). Empty where there is none.

    Examples
    --------
    >>> from cpstats import control_chart
    >>> values = [5, 4, 6, 5, 3, 5, 6, 4, 5, 4, 9, 10, 9, 11, 10, 9, 10]
    >>> suggest_rebases(control_chart(values))[["period", "points", "side"]].values.tolist()
    [[10, 7, 'up']]
    """
    if not isinstance(chart, pd.DataFrame) or not {"series", "signal", "centre"} <= set(chart):
        raise CpstatsError("This takes the table that control_chart or run_chart gives.")
    when = read_times(pd.Index(chart["period"])).sort
    known = chart.iloc[np.argsort(when, kind="stable")].reset_index(drop=True)
    known = known[known["value"].notna()]
    shifted = known["signal"].str.contains("shift|long run")
    side = np.sign(known["value"] - known["centre"]).where(shifted, 0)
    last = side.groupby(known["series"]).transform("last")
    holds = (side == last) & (last != 0)
    # Counted from the end: the run in which the latest point stands.
    in_run = holds[::-1].groupby(known["series"][::-1]).cumprod().astype(bool)[::-1]
    rows = known[in_run]
    found = (
        rows.groupby("series", sort=False)
        .agg(
            period=("period", "first"),
            points=("period", "size"),
            value=("value", "last"),
            centre=("centre", "last"),
        )
        .reset_index()
    )
    found["side"] = np.where(found["value"] > found["centre"], "up", "down")
    found["suggestion"] = [
        f"The last {r.points} points, from {r.period}, lie {'above' if r.side == 'up' else 'below'}"
        " the centre. If it is known what changed then, rebase there and record it; if not, find "
        "out first."
        for r in found.itertuples()
    ]
    return found[["series", "period", "points", "side", "suggestion"]]
