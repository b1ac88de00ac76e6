"""Control charts: centre, limits and signals of a series, or of many at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import ImpossibleInput, UnknownName
from ..groups import words
from ..inputs import Numbers
from . import limits, rulesets, signals
from .layouts import Layout, Rebase, lay, pairs
from .readings import OF_COUNTS, OVER_N, By, Reading, read
from .times import read as read_times

#: Below so many points in its baseline a phase gets no limits at all.
FEWEST = 5
#: Below so many its limits are on trial: they will move with every point to come.
FIRM = 12
#: With a larger share of a baseline hidden the centre would be far off: none is drawn. A count is
#: hidden for being small, a share for a small part or a small rest: the others lie to one side.
_MOST_HIDDEN = 0.1

#: An expected count below this makes symmetrical limits of counts wrong.
_ENOUGH_EVENTS = 5


def control_chart(
    values: Numbers | pd.DataFrame,
    *,
    chart: str = "xmr",
    n: Numbers = None,
    rules: str = "mdc",
    baseline: Any = None,
    rebase: Rebase = (),
    by: By = None,
    screen_moving_ranges: bool = True,
) -> pd.DataFrame:
    """
    Compute a control chart: centre, limits, and which rules fire at which points.

    Parameters
    ----------
    values : Series, sequence, array or DataFrame
        Values in order of time; the index of a Series names the periods. For p, u, c, pp and up
        they are counts. A results table gives its `value`, or its `numerator` and `denominator`,
        with a series for each indicator and area.
    chart : str
        "xmr" (individual values), "p" (proportions), "u" (rates), "c" (counts), "pp" and "up"
        (Laney's p' and u', for large denominators), "g" (numbers between rare events) or "t"
        (times between them).
    n : Series, sequence or array, optional
        Denominators of p, u, pp and up.
    rules : str
        "mdc", "mdc-2023", "phs" or "nelson".
    baseline : int or period, optional
        Centre and limits come from so many first points of each phase, or from the points up to
        a period; without it from all of them.
    rebase : mapping or iterable of pairs
        First period of a new phase and the reason for it: `{"2018-19": "new guidance"}`. A
        results table's new phases where the catalogue records a new definition are added.
    by : Series, sequence or str, optional
        What tells series apart: labels, a level of the index, or columns of a results table.
    screen_moving_ranges : bool
        Whether moving ranges beyond 3.267 times their mean are left out of xmr, t, pp and up.

    Returns
    -------
    DataFrame
        A row for each value, in the order and on the index given: what was given (`period`,
        `value`, `n`; `value` is the count over `n` where there is one), then `series` (its
        name), `centre, lower, upper` (float), `signal` (names of the rules that fire, parted by
        "; "; empty for none), `phase` (1, 2, ...), `reason` (why it began), `in_baseline` and
        `trial` (bool: fewer than 12 points behind the limits), `caution` (what makes the limits
        doubtful, or why there are none), `chart` and `rules`. The interval of a results table
        gives way to the limits.

        A missing point or absent year cuts runs, trends and moving ranges. Rules do not look
        across phases. What a point on the line or a tie does, the rule set says. A phase with
        fewer than 5 points has no limits, nor has one of whose baseline more than a tenth is
        suppressed (`[c]`): nothing is hidden by chance, and the mean of the others is off.

    Raises
    ------
    ImpossibleInput
        When no series has 5 points, and for impossible or infinite numbers, a denominator of 0,
        a period given twice, or a rebase without a reason.
    UnknownName
        For an unknown chart or rule set.

    References
    ----------
    Rules: see `cpstats.control.rulesets`. Limits: see `cpstats.control.limits`.

    Examples
    --------
    >>> deaths = [5, 4, 6, 5, 3, 5, 6, 4, 5, 14, 5, 4]
    >>> chart = control_chart(deaths, rules="phs")
    >>> chart.loc[chart["signal"] != "", ["value", "upper", "signal"]].round(1).values.tolist()
    [[14.0, 13.0, 'above the limit']]
    """
    if chart not in limits.CHARTS:
        raise UnknownName("chart", chart, limits.CHARTS)
    ruleset = rulesets.find(rules, rulesets.CONTROL)
    reading = read(values, n, by, chart)
    layout = arrange(reading, baseline, rebase)
    drawn = limits.draw(
        chart,
        layout,
        reading.values[layout.order],
        reading.n[layout.order],
        ruleset.reach,
        screen_moving_ranges,
    )
    few, trial = counted(layout, drawn.value)
    refuse_short(layout, drawn.value, few)
    some, hidden = (held & ~few for held in with_hidden(layout, reading))
    short = layout.spread(few | hidden)
    lines = {"centre": drawn.centre, "lower": drawn.lower, "upper": drawn.upper}
    columns = {
        "value": drawn.value * reading.per,
        **{name: np.where(short, np.nan, line * reading.per) for name, line in lines.items()},
        "signal": signals.find(layout, drawn, short, ruleset),
        **about(layout, trial & ~hidden, _cautions(layout, drawn, few, some, hidden, trial, chart)),
    }
    return together(reading, layout, columns, chart, rules)


def arrange(reading: Reading, baseline: Any, rebase: Rebase) -> Layout:
    """Lay the series of a reading end to end, new definitions being new phases."""
    if isinstance(baseline, int | np.integer) and baseline < FEWEST:
        raise ImpossibleInput(f"A baseline takes at least {FEWEST} points: got {baseline}.")
    times = read_times(reading.periods)
    known = {times.within(since): why for since, why in reading.breaks.items()}
    starts = {key: why for key, why in known.items() if key is not None}
    starts |= {times.key_of(period, "rebase"): why for period, why in pairs(rebase)}
    return lay(reading.values, reading.periods, reading.series, baseline, starts)


def counted(layout: Layout, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell which phases have too few points in their baseline, and whose limits are on trial."""
    behind = layout.total(layout.in_baseline & ~np.isnan(value))
    return behind < FEWEST, (behind >= FEWEST) & (behind < FIRM)


def with_hidden(layout: Layout, reading: Reading) -> tuple[np.ndarray, np.ndarray]:
    """Tell which phases have suppressed points in their baseline, and which have too many."""
    hidden = layout.total(layout.in_baseline & reading.hidden[layout.order])
    most = _MOST_HIDDEN * layout.total(layout.in_baseline)
    return (hidden > 0) & (hidden <= most), hidden > most


def refuse_short(layout: Layout, value: np.ndarray, few: np.ndarray) -> None:
    """Refuse a chart of which no phase has enough points."""
    if few.all():
        most = int(layout.total(layout.in_baseline & ~np.isnan(value)).max())
        raise ImpossibleInput(
            f"Too few points for a chart: the longest baseline has {most}, and a centre line takes "
            f"at least {FEWEST} ({FIRM} to be firm). Show the figures in a table, or gather more."
        )


def about(layout: Layout, trial: np.ndarray, caution: Any) -> dict[str, Any]:
    """Say of each value which phase it belongs to, why that began, and what to beware of."""
    first = np.ones(layout.phases, dtype=bool)
    first[1:] = layout.series_of_phase[1:] != layout.series_of_phase[:-1]
    start = np.flatnonzero(first)[np.cumsum(first) - 1]
    number = np.arange(layout.phases) - start + 1
    return {
        "phase": layout.spread(number),
        "reason": words(layout.phase, layout.reasons),
        "in_baseline": layout.in_baseline,
        "trial": layout.spread(trial),
        "caution": caution.take(layout.phase),
    }


def together(
    reading: Reading, layout: Layout, columns: dict[str, Any], chart: str, rules: str
) -> pd.DataFrame:
    """Put computed columns beside what was given, in the order given."""
    # An interval is no control limit: where a results table has one, it gives way.
    result = reading.frame.drop(columns=["lower", "upper", "method"], errors="ignore")
    result["series"] = words(reading.series, reading.names)
    for name, column in columns.items():
        result[name] = layout.as_given(column)
    same = np.zeros(len(result), dtype=np.int8)
    return result.assign(chart=words(same, [chart]), rules=words(same, [rules]))


SOME_HIDDEN = "some are hidden, and not by chance: centre and limits of the others are a little off"
HIDDEN = "more than a tenth is hidden, and not by chance: no centre of the others is drawn"
_FEW = f"fewer than {FEWEST} points: no centre, no limits"
_TRIAL = f"fewer than {FIRM} points: provisional limits, which will move as points are added"
_CONSTANT = "the moving ranges show no variation: no limits can be drawn"
#: What a caution says of limits that must not be read.
LIMITS_FAIL = "these limits do not hold"

_SMALL = (
    f"fewer than {_ENOUGH_EVENTS} events expected at most points: {LIMITS_FAIL}; chart "
    "the numbers (g) or times (t) between events"
)
_EXTREME = (
    "more than half the values are 0 or the whole: chart the numbers (g) or times (t) between "
    "events"
)


def _cautions(
    layout: Layout, drawn: limits.Limits, few: np.ndarray, some: np.ndarray,
    hidden: np.ndarray, trial: np.ndarray, chart: str,
) -> Any:  # fmt: skip
    """Say of each phase what makes its limits doubtful."""
    with np.errstate(invalid="ignore"):
        points = layout.total(~np.isnan(drawn.value))
        few_events = (drawn.expected < _ENOUGH_EVENTS) & ~np.isnan(drawn.value)
        small = layout.total(few_events) / points
        extreme = layout.total((drawn.value == 0) | (drawn.value == drawn.ceiling)) / points
    drawn_at_all = ~few & ~hidden
    unknown = np.ones(layout.phases, dtype=bool)
    unknown[layout.phase[~np.isnan(drawn.upper)]] = False
    return signals.named(
        {
            _FEW: few,
            SOME_HIDDEN: some,
            HIDDEN: hidden,
            _TRIAL: trial & ~hidden,
            _CONSTANT: drawn_at_all & unknown,
            _SMALL: drawn_at_all & (small > 0.5) & (chart in (*OVER_N, *OF_COUNTS)),
            _EXTREME: drawn_at_all & (extreme > 0.5) & (chart not in ("g", "t")),
        }
    )
