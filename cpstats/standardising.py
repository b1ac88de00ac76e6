"""Rates that can be compared although their populations differ in age, or in anything else.

Direct standardisation weights the rate of each band by a standard population. Indirect
standardisation sets the events seen against those expected at the rates of a reference.

References
----------
Dobson AJ, Kuulasmaa K, Eberle E, Scherer J (1991). Confidence intervals for weighted sums of
    Poisson parameters. Stat Med 10: 457-462.
Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, Lyon: 57-69.
Stukel TA, Glynn RJ, Fisher ES, Sharp SM, Lu-Yao G, Wennberg JE (1994). Standardized rates of
    recurrent outcomes. Stat Med 13: 1781-1791.
Kegler SR (2007). Applying the compound Poisson process model to the reporting of injury-related
    mortality rates. Epidemiol Perspect Innov 4: 1.
Public Health England (2018). Technical Guide: Confidence Intervals. No rate below 10 events.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import bands, groups
from .groups import By, Groups
from .inputs import Levels, levels, positive
from .rates import BYAR, BYAR_FROM, EXACT, poisson_limits

DOBSON = "Dobson with Byar"

#: Why a group has no figure, the first that applies, or what to know of the one it has.
NO_COUNT = "missing: a band has no count"
NO_POPULATION = "missing: a band has no population figure"
NOBODY = "missing: a band of nobody has no rate"
WITHHELD = f"withheld: fewer than {BYAR_FROM} events"
BELOW_ZERO = "lower limit below 0: few events, and unequal weights"
NONE_EXPECTED = "missing: no events expected"

_LIMITS = ["value", "lower", "upper", "confidence", "method", "note"]


def directly_standardised_rate(
    frame: pd.DataFrame,
    *,
    by: By,
    count: str,
    population: str,
    standard: str,
    band: str | None = None,
    events_per_child: str | None = None,
    per: float = 1000,
    confidence: Levels = 0.95,
) -> pd.DataFrame:
    """
    Rates of several groups as they would be, had all the age structure of a standard population.

    Parameters
    ----------
    frame : DataFrame
        One row for each group and band, also for bands without events. Bands are of age, or of
        age and sex, or of anything else; their number is free.
    by : str or list of str
        The columns that tell the groups apart: area, period, sex.
    count : str
        The column of events, 0 or more.
    population : str
        The column of persons at risk in the group and band.
    standard : str
        The column of the standard population in the band, above 0. Its scale does not matter.
    band : str, optional
        The column that names the bands. With it a band given twice, and a group without a band
        that others have, are refused; without it neither can be seen.
    events_per_child : str, optional
        For events that come to the same child more than once: the column that says how many
        events each child of the row had. There is then one row for each group, band and number of
        events; `count` still counts events, so 5 children with 2 events each are a count of 10;
        population and standard are those of the whole band, the same in all its rows. Needs
        `band`. The value stays; the interval widens.
    per : float
        1000 gives a rate per 1,000.
    confidence : float or iterable of float
        Between 0 and 1. Several levels give a row each: all groups at the first level, then all
        at the second.

    Returns
    -------
    DataFrame
        The columns of `by`, then `count` and `population` (totals of the group), `value, lower,
        upper` (events per `per` persons), `confidence`, `method` and `note`; one row a group, in
        order of first appearance. Value and limits are missing, with an empty method, where the
        note begins with "withheld" (fewer than 10 events) or "missing" (a band has no count, no
        population figure, or nobody in it: a band is never taken for 0, nor left out). The
        method can put the lower limit below 0, where few events meet very unequal weights; it
        is given as it is, and the note says so.

    Raises
    ------
    ImpossibleInput
        For a negative number, events in a band of nobody, a standard population that is missing
        or not above 0, a missing group, or rows that do not fit together.
    UnknownName
        For a column that is not there.

    References
    ----------
    With the share w of the standard population in a band, value T = sum(w x / n). Its interval is
    Dobson's (1991), from Byar's limits L of the total count O: T + sqrt(V / O) (L - O), where
    V = sum(w^2 v / n^2). The variance v of the count in a band is the count itself; with repeat
    events it is the sum over f of f^2 times the children with f events (compound Poisson: Stukel
    and others, 1994; Kegler, 2007).

    Examples
    --------
    >>> bands = pd.DataFrame({"area": "Fife", "age": ["0-4", "5-15"], "children": [20, 30],
    ...                       "persons": [2000, 6000], "standard": [5000, 11000]})
    >>> result = directly_standardised_rate(
    ...     bands, by="area", count="children", population="persons", standard="standard")
    >>> result.iloc[:, :6].round(2)
       area  count  population  value  lower  upper
    0  Fife   50.0      8000.0   6.56   4.85   8.68
    """
    told = groups.group(frame, by, beside=["count", "population", *_LIMITS])
    at, per = levels(confidence), positive(per)
    cells = bands.read(frame, told, count, population, standard, band, events_per_child)
    events, persons = cells.sum(cells.count), cells.sum(cells.population)
    weight = cells.standard / cells.sum(cells.standard)[cells.group]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = weight / cells.population * per
        value = cells.sum(rate * cells.count)
        spread = np.sqrt(cells.sum(rate**2 * cells.variance) / events)
    reasons = [NO_COUNT, NO_POPULATION, NOBODY, WITHHELD]
    why = np.select(
        [
            np.isnan(events),
            np.isnan(persons),
            cells.sum(cells.population == 0) > 0,
            events < BYAR_FROM,
        ],
        [1, 2, 3, 4],
    )
    value[why > 0] = np.nan
    blocks = []
    for c in at:
        lower, upper = (
            value + spread * (limit - events) for limit in poisson_limits(events, (1 - c) / 2)
        )
        note = groups.words(np.where(lower < 0, 5, why), ["", *reasons, BELOW_ZERO])
        method = groups.words((why == 0).astype(int), ["", DOBSON])
        own = {"count": events, "population": persons}
        blocks.append(told.labels.assign(**own, **_limits(value, lower, upper, c, method, note)))
    return groups.stacked(blocks)


def indirectly_standardised_ratio(
    frame: pd.DataFrame,
    *,
    by: By,
    count: str,
    population: str,
    reference_count: str,
    reference_population: str,
    per: float = 1,
    confidence: Levels = 0.95,
) -> pd.DataFrame:
    """
    Events seen in several groups, over those expected at the rates of a reference population.

    Parameters
    ----------
    frame : DataFrame
        One row for each group and band. A band given twice cannot be seen, and counts twice.
    by : str or list of str
        The columns that tell the groups apart.
    count, population : str
        The columns of events and persons in the group and band.
    reference_count, reference_population : str
        The columns of events and persons of the reference in the band, such as Scotland's.
    per : float
        1 gives a ratio; 100 the form in which mortality ratios are given.
    confidence : float or iterable of float
        Between 0 and 1. Several levels give a row each: all groups at the first level, then all
        at the second.

    Returns
    -------
    DataFrame
        The columns of `by`, then `observed` and `expected` (events), `value, lower, upper`,
        `confidence`, `method` and `note`; one row a group, in order of first appearance. Value
        and limits are missing, with an empty method, where the note says why: a band has no count
        or no population figure, or no events are expected. A band of nobody adds nothing.

    Raises
    ------
    ImpossibleInput
        For a negative number, events in a band of nobody, a missing reference, or one of nobody.
    UnknownName
        For a column that is not there.

    References
    ----------
    Breslow and Day (1987). Expected events are sum(n X / N), with events X and persons N of the
    reference; the limits are those of the count observed, exact below 10 events and Byar's from
    10, over the events expected.

    Examples
    --------
    >>> bands = pd.DataFrame({"area": "Fife", "children": [20, 30], "persons": [2000, 6000],
    ...                       "scotland": [800, 1000], "all": [100_000, 250_000]})
    >>> result = indirectly_standardised_ratio(
    ...     bands, by="area", count="children", population="persons",
    ...     reference_count="scotland", reference_population="all")
    >>> result.iloc[:, :6].round(2)
       area  observed  expected  value  lower  upper
    0  Fife      50.0      40.0   1.25   0.93   1.65
    """
    columns = (count, population, reference_count, reference_population)
    told, observed, expected, _ = _indirect(frame, by, ["observed", "expected"], columns)
    own = {"observed": observed, "expected": expected}
    return _ratios(told, own, positive(per), confidence)


def indirectly_standardised_rate(
    frame: pd.DataFrame,
    *,
    by: By,
    count: str,
    population: str,
    reference_count: str,
    reference_population: str,
    per: float = 1000,
    confidence: Levels = 0.95,
) -> pd.DataFrame:
    """
    Rates of several groups: the standardised ratio, times the crude rate of the reference.

    Parameters
    ----------
    frame : DataFrame
        As in `indirectly_standardised_ratio`; so are `by` and the columns.
    by : str or list of str
    count, population : str
    reference_count, reference_population : str
    per : float
        1000 gives a rate per 1,000.
    confidence : float or iterable of float

    Returns
    -------
    DataFrame
        As `indirectly_standardised_ratio`, with `reference_rate` (the crude rate of the reference
        over the bands of the group, per `per` persons) after `expected`.

    Raises
    ------
    ImpossibleInput, UnknownName
        As `indirectly_standardised_ratio`.

    Examples
    --------
    >>> bands = pd.DataFrame({"area": "Fife", "children": [20, 30], "persons": [2000, 6000],
    ...                       "scotland": [800, 1000], "all": [100_000, 250_000]})
    >>> result = indirectly_standardised_rate(
    ...     bands, by="area", count="children", population="persons",
    ...     reference_count="scotland", reference_population="all")
    >>> result.iloc[:, 3:7].round(2)
       reference_rate  value  lower  upper
    0            5.14   6.43   4.77   8.48
    """
    columns = (count, population, reference_count, reference_population)
    own = ["observed", "expected", "reference_rate"]
    told, observed, expected, crude = _indirect(frame, by, own, columns)
    reference_rate = crude * positive(per)
    head = dict(zip(own, (observed, expected, reference_rate), strict=True))
    return _ratios(told, head, reference_rate, confidence)


def _indirect(
    frame: pd.DataFrame, by: By, own: list[str], columns: tuple[str, str, str, str]
) -> tuple[Groups, np.ndarray, np.ndarray, np.ndarray]:
    """Add up events observed and expected in each group, and find the reference's crude rate."""
    told = groups.group(frame, by, beside=[*own, *_LIMITS])
    roles = ("count", "population", "reference_count", "reference_population")
    x, n, events, persons = groups.numbers(frame, **dict(zip(roles, columns, strict=True)))
    bands.check(frame, told, x, n, None)
    groups.refuse(~(events >= 0), events, "A reference count must be 0 or more", told)
    groups.refuse(~(persons > 0), persons, "A reference population must be above 0", told)
    crude = told.sum(events) / told.sum(persons)
    return told, told.sum(x), told.sum(n * (events / persons)), crude


def _ratios(
    told: Groups, own: dict[str, np.ndarray], scale: float | np.ndarray, confidence: Levels
) -> pd.DataFrame:
    """Set events observed against those expected, at each level of confidence."""
    observed, expected = own["observed"], own["expected"]
    why = np.select([np.isnan(observed), np.isnan(expected), expected == 0], [1, 2, 3])
    note = groups.words(why, ["", NO_COUNT, NO_POPULATION, NONE_EXPECTED])
    used = np.where(observed < BYAR_FROM, 1, 2)
    method = groups.words(np.where(why > 0, 0, used), ["", EXACT, BYAR])
    each = scale / np.where(why > 0, np.nan, expected)
    blocks = []
    for c in levels(confidence):
        lower, upper = (limit * each for limit in poisson_limits(observed, (1 - c) / 2))
        limits = _limits(observed * each, lower, upper, c, method, note)
        blocks.append(told.labels.assign(**own, **limits))
    return groups.stacked(blocks)


def _limits(*values: object) -> dict[str, object]:
    return dict(zip(_LIMITS, values, strict=True))
