"""Funnels: do areas differ by more than chance, and by more than areas ordinarily do?

References
----------
Spiegelhalter DJ (2005a). Funnel plots for comparing institutional performance. Stat Med 24:
    1185-1202. Limits about a target, at 95% and 99.8%, from exact tail probabilities.
Spiegelhalter DJ (2005b). Handling over-dispersion of performance indicators. Qual Saf Health Care
    14: 347-351. Winsorised z-scores, the dispersion phi and additive random effects.
Spiegelhalter D, Sherlaw-Johnson C, Bardsley M, Blunt I, Wood C, Grigg O (2012). Statistical methods
    for healthcare regulation: rating, screening and surveillance. J R Stat Soc A 175: 1-47.
    Transformations of proportions, rates and ratios.
DerSimonian R, Laird N (1986). Meta-analysis in clinical trials. Control Clin Trials 7: 177-188. The
    moment estimate of tau squared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import catalogue, inputs
from .errors import CpstatsError, ImpossibleInput, UnknownName

#: Confidence of the inner and the outer limits, as the field draws them.
INNER, OUTER = 0.95, 0.998
#: From so many areas on their spread is known well enough to be said without a caution.
ENOUGH_AREAS = 10
WITHIN = "within the limits"

#: Share of the areas, at either end, whose z-scores are drawn in before their spread is taken.
_WINSORISED = 0.1


@dataclass(frozen=True)
class _Kind:
    """How one kind of figure is put on a scale where its spread is nearly the same throughout.

    Attributes
    ----------
    scaled, spread : callable
        Numerator, denominator and target to a height on that scale, and to the standard deviation
        there.
    middle : callable
        The target to that scale.
    back : callable
        Heights on it and the target back to the figure.
    """

    scaled: Callable[[np.ndarray, np.ndarray, float], np.ndarray]
    spread: Callable[[np.ndarray, np.ndarray, float], np.ndarray]
    middle: Callable[[float], float]
    back: Callable[[np.ndarray, float], np.ndarray]


_KINDS = {
    # Observed over expected, by its square root.
    "rate": _Kind(
        scaled=lambda x, n, target: np.sqrt(x / (n * target)),
        spread=lambda x, n, target: 1 / (2 * np.sqrt(n * target)),
        middle=lambda target: 1.0,
        back=lambda y, target: np.maximum(y, 0) ** 2 * target,
    ),
    "proportion": _Kind(
        scaled=lambda x, n, target: np.arcsin(np.sqrt(x / n)),
        spread=lambda x, n, target: 1 / (2 * np.sqrt(n)),
        middle=lambda target: np.arcsin(np.sqrt(target)),
        back=lambda y, target: np.sin(np.clip(y, 0, np.pi / 2)) ** 2,
    ),
    "ratio": _Kind(
        scaled=lambda x, n, target: np.log((x + 0.5) / (n + 0.5)),
        spread=lambda x, n, target: np.sqrt(x / (x + 0.5) ** 2 + n / (n + 0.5) ** 2),
        middle=np.log,
        back=lambda y, target: np.exp(y),
    ),
}


def funnel(
    results: pd.DataFrame, *, kind: str | None = None, target: float | None = None
) -> pd.DataFrame:
    """
    Hold areas against a target, with limits for chance and for what areas ordinarily differ by.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator and one period, without the country the areas make up; or
        any table with `numerator` and `denominator` (and `kind` given).
    kind : str, optional
        "rate" (events in a population, or over the number expected), "proportion" (part of a
        whole) or "ratio" (of one count to another). Without it, that of the indicator.
    target : float, optional
        In the unit of the values. Without it, all numerators over all denominators.

    Returns
    -------
    DataFrame
        The rows given with `kind, per, target`; exact limits `inner_lower, inner_upper` (95%) and
        `outer_lower, outer_upper` (99.8%) and `verdict`; `z` (distance from the target in standard
        deviations), `dispersion` (phi: the mean square of winsorised z) and `tau_squared` (variance
        between areas beyond chance, on the transformed scale); the limits widened by it,
        `inner_lower_adjusted` and so on, `verdict_adjusted`, and `caution`. Limits are
        in the unit of the values. Without variation beyond chance the adjusted limits are the
        exact ones, and an adjusted verdict is never further out than the exact one. A verdict
        is "within the limits", or "above" or "below" "the 95% limits" or
        "the 99.8% limits"; empty for an area without a count, which has no limits either.

        An area is outside exact limits just when the exact test of its count against the target,
        in the tail it lies in, gives less than half of 5% or 0.2%. No count lies below a limit of
        0, so an area can be too small to be unusually low.

    Raises
    ------
    ImpossibleInput
        For fewer than two areas with counts, negative or infinite numbers, a denominator of 0, a
        part larger than its whole, areas without any event, or a target that cannot be.
    UnknownName
        For an unknown kind.
    CpstatsError
        For several indicators or periods.

    References
    ----------
    Spiegelhalter (2005a, 2005b), Spiegelhalter and others (2012). Rates: square root of observed
    over expected; proportions: arcsine of the square root; ratios: logarithm, with half added to
    either count. A tenth of the z-scores at either end is winsorised.

    Examples
    --------
    >>> areas = pd.DataFrame({"numerator": [12, 30, 8], "denominator": [4000, 9000, 1000]})
    >>> found = funnel(areas, kind="rate")
    >>> found["verdict"].tolist()
    ['within the limits', 'within the limits', 'within the limits']
    """
    chosen, per = _kind_of(results, kind)
    count, whole, known = _read(results, chosen)
    goal = _target(count[known], whole[known], target, per, chosen)
    z, phi, tau_squared = _dispersion(count, whole, known, goal, chosen)
    added: dict[str, Any] = {"kind": chosen, "per": per, "target": goal * per}
    lines = limits_at(whole, count, kind=chosen, target=goal, tau_squared=tau_squared)
    value = count / whole
    for name, line in lines.items():
        added[name] = line * per
    added["verdict"] = _verdicts(value, lines, "", known)
    added["verdict_adjusted"] = _verdicts(value, lines, "_adjusted", known)
    caution = ""
    if known.sum() < ENOUGH_AREAS:
        caution = f"{known.sum()} areas: how much areas differ beyond chance is poorly known"
    return results.assign(
        **added, z=z, dispersion=phi, tau_squared=tau_squared, caution=caution
    ).astype({"verdict": "str", "verdict_adjusted": "str", "caution": "str", "kind": "str"})


def limits_at(
    denominator: np.ndarray,
    numerator: np.ndarray | None = None,
    *,
    kind: str,
    target: float,
    tau_squared: float,
) -> dict[str, np.ndarray]:
    """Give exact and adjusted limits at denominators, as fractions of one.

    Parameters
    ----------
    denominator : array of float
    numerator : array of float, optional
        For a ratio, whose limits go by both counts; without it the one the target leads to expect.
    kind : str
    target : float
        As a fraction of one.
    tau_squared : float

    Returns
    -------
    dict of str to array
        By name: `inner_lower`, ..., `outer_upper_adjusted`.
    """
    from scipy import special

    n = np.asarray(denominator, dtype=float)
    x = target * n if numerator is None else numerator
    scale = _KINDS[kind]
    found = {}
    for name, level in (("inner", INNER), ("outer", OUTER)):
        tail = (1 - level) / 2
        lower, upper = _exact(n, x, tail, kind, target)
        found[f"{name}_lower"], found[f"{name}_upper"] = lower, upper
        if tau_squared > 0:
            reach = special.ndtri(1 - tail) * np.sqrt(scale.spread(x, n, target) ** 2 + tau_squared)
            lower = scale.back(scale.middle(target) - reach, target)
            upper = scale.back(scale.middle(target) + reach, target)
        found[f"{name}_lower_adjusted"], found[f"{name}_upper_adjusted"] = lower, upper
    return found


def _exact(
    n: np.ndarray, x: np.ndarray, tail: float, kind: str, target: float
) -> tuple[np.ndarray, np.ndarray]:
    """Solve for the counts whose tail probability is that asked for, between whole counts too."""
    from scipy import special

    if kind == "rate":
        expected = target * n
        low = special.pdtrik(tail, expected)
        high = special.pdtrik(1 - tail, expected) + 1
        none_below = special.pdtr(0, expected) >= tail
        return np.where(none_below, 0.0, low) / n, high / n
    size, share = (n, target) if kind == "proportion" else (x + n, target / (1 + target))
    low = special.bdtrik(tail, size, share)
    high = special.bdtrik(1 - tail, size, share) + 1
    low = np.where((1 - share) ** size >= tail, 0.0, low)
    high = np.where(share**size >= tail, size, high)
    if kind == "proportion":
        return low / n, np.minimum(high / n, 1.0)
    with np.errstate(divide="ignore"):
        return low / (size - low), np.where(high >= size, np.inf, high / (size - high))


def _dispersion(
    count: np.ndarray, whole: np.ndarray, known: np.ndarray, goal: float, kind: str
) -> tuple[np.ndarray, float, float]:
    """Give each area's z, and how far areas spread beyond chance."""
    scale = _KINDS[kind]
    spread = scale.spread(count, whole, goal)
    z = (scale.scaled(count, whole, goal) - scale.middle(goal)) / spread
    many, given = int(known.sum()), z[known]
    low, high = np.quantile(given, [_WINSORISED, 1 - _WINSORISED])
    phi = float((np.clip(given, low, high) ** 2).mean())
    weight = 1 / spread[known] ** 2
    excess = many * phi - (many - 1)
    between = excess / (weight.sum() - (weight**2).sum() / weight.sum())
    return z, phi, max(0.0, float(between))


def _verdicts(
    value: np.ndarray, lines: dict[str, np.ndarray], which: str, known: np.ndarray
) -> np.ndarray:
    def beyond(level: str, which: str = which) -> tuple[np.ndarray, np.ndarray]:
        # A count on the line is not beyond it, whatever the last digit of a quotient says.
        slack = 1e-9 * value
        upper, lower = lines[f"{level}_upper{which}"], lines[f"{level}_lower{which}"]
        return value > upper + slack, value < lower - slack

    (above, below), (far_above, far_below) = beyond("inner"), beyond("outer")
    if which:
        # What chance alone explains needs no wider limits to be explained.
        (one, two), (three, four) = beyond("inner", ""), beyond("outer", "")
        above, below, far_above, far_below = (
            above & one,
            below & two,
            far_above & three,
            far_below & four,
        )
    return np.select(
        [~known, far_above, far_below, above, below],
        [
            "",
            "above the 99.8% limits",
            "below the 99.8% limits",
            "above the 95% limits",
            "below the 95% limits",
        ],
        WITHIN,
    )


def _kind_of(results: pd.DataFrame, kind: str | None) -> tuple[str, float]:
    for column in ("indicator", "period"):
        if column in results and results[column].nunique() > 1:
            raise CpstatsError(f"A funnel takes one {column}: choose one.")
    entry = None
    if "indicator" in results and len(results):
        entry = catalogue.CATALOGUE.get(results["indicator"].iloc[0])
    found = kind or (entry.kind if entry else None)
    if found is None:
        raise ImpossibleInput("Say what the figures are: give `kind`.")
    if found not in _KINDS:
        raise UnknownName("kind of funnel", found, _KINDS)
    return found, entry.per if entry else 1.0


def _read(results: pd.DataFrame, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    missing = [c for c in ("numerator", "denominator") if c not in results]
    if missing:
        raise ImpossibleInput(f"The table has no column {' or '.join(missing)}.")
    (count, whole), _ = inputs.aligned(
        numerator=results["numerator"], denominator=results["denominator"]
    )
    inputs.refuse(count < 0, count, "a numerator cannot be negative")
    inputs.refuse(whole <= 0, whole, "a denominator must be above 0")
    if kind == "proportion":
        larger = count > whole
        inputs.refuse(larger, count, "a numerator cannot be larger than its denominator")
    known = ~np.isnan(count) & ~np.isnan(whole)
    if known.sum() < 2:
        raise ImpossibleInput(f"A funnel takes two areas with counts or more: got {known.sum()}.")
    # What has no count has no limits either: its population alone would draw a point.
    return np.where(known, count, np.nan), np.where(known, whole, np.nan), known


def _target(
    count: np.ndarray, whole: np.ndarray, target: float | None, per: float, kind: str
) -> float:
    goal = count.sum() / whole.sum() if target is None else target / per
    if not goal > 0 or not np.isfinite(goal) or (kind == "proportion" and goal >= 1):
        if target is None:
            raise ImpossibleInput("A funnel takes areas with some events, and some without.")
        raise ImpossibleInput(f"No funnel can be drawn about a target of {target!r}.")
    return float(goal)
