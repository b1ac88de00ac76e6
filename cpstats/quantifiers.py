"""Words for shares, as inspectors use them: "most", "few", and what else they might have been.

The words, their percentages and the rules for reading them are in `scales`.

References
----------
Wilson EB (1927). Probable inference, the law of succession, and statistical inference.
    J Am Stat Assoc 22: 209-212.
Cochran WG (1977). Sampling techniques, 3rd edition. Wiley, New York: 51-52. The variance of a
    share in a sample drawn without replacement.
Wright T (1991). Exact confidence bounds when sampling from small finite universes. Springer, New
    York.
Burstein H (1975). Finite population correction for binomial confidence limits. J Am Stat Assoc
    70: 67-69.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pandas as pd

from .errors import ImpossibleInput
from .inputs import Numbers, aligned, level, refuse
from .rates import WILSON, wilson_limits
from .scales import NONE, ROUNDING, Words, bands

CORRECTED = "Wilson, finite population correction"

#: Larger counts are no longer whole numbers to a computer.
_LARGEST = 2.0**53
#: A share is read to twelve decimals: 0.745 is 745 thousandths, whatever its binary form.
_PARTS = 10**12


def quantifier(
    numerator_or_proportion: Numbers,
    denominator: Numbers | None = None,
    *,
    population: Numbers | None = None,
    scale: str = "education-scotland",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Name a share by its word, and the other words that chance leaves open.

    Parameters
    ----------
    numerator_or_proportion : number, sequence, array or Series
        With `denominator`, the records of the sample that have it, a whole number; without, a
        share from 0 to 1, read to twelve decimals.
    denominator : number, sequence, array or Series, optional
        Records in the sample, a whole number above 0.
    population : number, sequence, array or Series, optional
        Records that the sample was drawn from at random: an audit that read 30 of 120 has
        denominator 30 and population 120. Without it, or where it is missing from a Series,
        there is no correction and the interval is the wider one.
    scale : str
        A scale of `quantifiers.csv`.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        Columns `numerator, denominator, population, value, lower, upper` (float; the last three
        per cent), `method`, `confidence` (missing where there is no interval), `word`,
        `also_possible` (other words that meet the interval, or with a population the exact one
        where that reaches further, in the order of the scale, joined by "; ") and `note` (what
        the table leaves open, whose words they are). A missing value has no word. A share is
        rounded half up to a whole per cent before its word is looked up, from whole numbers and
        not their binary fractions, and so are the ends of the interval. A
        sample that is its whole population has an interval of no width.

    Raises
    ------
    ImpossibleInput
        For counts that are not whole, a part larger than its whole, a denominator of 0, a
        population smaller than its sample or without one, a share beyond 0 and 1.
    UnknownName
        For a scale that is not in the data.

    References
    ----------
    Wilson (1927). With a population of N, a sample of n has the variance of one of
    n (N - 1) / (N - n) drawn from a population without end (Cochran, 1977); Wilson's interval is
    taken at that size (after Burstein, 1975). Its limits are kept within what was seen: at least x
    of the N have it, at least n - x have not. Wilson's interval is approximate for so few, so a
    word is ruled out only when the exact hypergeometric limits rule it out too (Wright, 1991).

    Examples
    --------
    >>> audit = quantifier(24, 30, population=120)
    >>> audit[["value", "lower", "upper"]].round(1).values.tolist()
    [[80.0, 65.2, 89.5]]
    >>> audit[["word", "also_possible"]].values.tolist()
    [['most', 'almost all; majority']]
    """
    words, at = Words(bands(scale)), level(confidence)
    (part, whole, persons, share), index = _read(numerator_or_proportion, denominator, population)
    # A figure has counts or is a bare share: the other of the two is missing, which is lowest.
    rounded = np.maximum(_whole_percent(part, whole), _round(share))
    value = np.where(np.isnan(share), 100 * part / whole, 100 * share)
    lower, upper, method = _limits(part, whole, persons, value, (1 - at) / 2)
    counted = ~np.isnan(lower)
    low, high = _reach(part, whole, persons, lower, upper, (1 - at) / 2)
    return pd.DataFrame(
        {
            "numerator": part,
            "denominator": whole,
            "population": persons,
            "value": value,
            "lower": lower,
            "upper": upper,
            "method": method,
            "confidence": np.where(counted, at, np.nan),
            "word": words.named(rounded),
            "also_possible": words.others(rounded, _round(high / 100), _round(low / 100)),
            "note": _notes(words, value, rounded, whole == persons, counted),
        },
        index=index,
    ).astype(dict.fromkeys(["method", "word", "also_possible", "note"], "str"))


def _read(
    numerator_or_proportion: Numbers, denominator: Numbers | None, population: Numbers | None
) -> tuple[list[np.ndarray], pd.Index]:
    """Give part, whole, population and bare share; what was not given is missing."""
    if denominator is None:
        if population is not None:
            raise ImpossibleInput("A `population` needs the counts: give a denominator as well.")
        (share,), index = aligned(proportion=numerator_or_proportion)
        outside = (share < 0) | (share > 1)
        refuse(outside, share, "a proportion without a denominator lies between 0 and 1")
        return [*np.full((3, len(share)), np.nan), share], index
    counts = {"numerator": numerator_or_proportion, "denominator": denominator}
    given = counts if population is None else {**counts, "population": population}
    arrays, index = aligned(**given)
    nothing = np.full(len(index), np.nan)
    part, whole, persons = arrays if population is not None else [*arrays, nothing]
    _check(part, whole, persons)
    return [part, whole, persons, nothing], index


def _check(part: np.ndarray, whole: np.ndarray, persons: np.ndarray) -> None:
    named = {"numerator": part, "denominator": whole, "population": persons}
    for name, counts in named.items():
        refuse(counts < 0, counts, f"a {name} cannot be negative")
        refuse(counts > _LARGEST, counts, f"a {name} this large cannot be counted")
        broken = ~np.isnan(counts) & (counts != np.floor(counts))
        refuse(broken, counts, f"a {name} must be a whole number")
    refuse(whole == 0, whole, "a denominator must be above 0")
    refuse(part > whole, part, "a numerator cannot be larger than its denominator")
    refuse(persons < whole, persons, "a population cannot be smaller than the sample drawn from it")


def _whole_percent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Round shares half up to a whole per cent, in whole numbers; NONE where there is none."""
    known = ~np.isnan(part / whole)
    x, n = np.where(known, part, 0).astype("int64"), np.where(known, whole, 1).astype("int64")
    return np.where(known, (200 * x + n) // (2 * n), NONE)


def _round(share: np.ndarray) -> np.ndarray:
    return _whole_percent(np.rint(share * _PARTS), np.full(len(share), _PARTS, dtype="float64"))


def _limits(
    part: np.ndarray, whole: np.ndarray, persons: np.ndarray, value: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give Wilson's limits, per cent, at the size that the population makes of a sample."""
    counted = ~np.isnan(part / whole)
    finite, census = counted & ~np.isnan(persons), counted & (persons == whole)
    apart = finite & ~census
    size = np.where(apart, whole * (persons - 1) / np.where(apart, persons - whole, 1), whole)
    limits = wilson_limits(np.where(apart, part / whole * size, part), size, tail)
    seen, most = 100 * part / persons, 100 * (persons - whole + part) / persons
    lower = np.where(apart, np.fmax(100 * limits[0], seen), 100 * limits[0])
    upper = np.where(apart, np.fmin(100 * limits[1], most), 100 * limits[1])
    # The last digit of the arithmetic must not put a limit on the wrong side of the value.
    lower = np.where(census, value, np.minimum(lower, value))
    upper = np.where(census, value, np.maximum(upper, value))
    return lower, upper, np.select([~counted, finite], ["", CORRECTED], WILSON)


def _reach(
    part: np.ndarray,
    whole: np.ndarray,
    persons: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    tail: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Widen limits, per cent, to the exact ones of a sample from a finite population."""
    low, high = lower.copy(), upper.copy()
    apart = np.flatnonzero(~np.isnan(part) & (persons > whole))
    if len(apart):
        x, n, many = part[apart], whole[apart], persons[apart]
        fewest = _fewest(x, n, many, tail)
        # Those that have it not are counted from the other end.
        most = many - _fewest(n - x, n, many, tail)
        low[apart] = np.minimum(low[apart], 100 * fewest / many)
        high[apart] = np.maximum(high[apart], 100 * most / many)
    return low, high


def _fewest(x: np.ndarray, n: np.ndarray, many: np.ndarray, tail: float) -> np.ndarray:
    """Find the fewest of a population with which a sample as high as this is not unlikely."""
    from scipy import stats

    low, high = x.copy(), many - n + x
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        likely = stats.hypergeom.sf(x - 1, many, middle, n) > tail
        low, high = np.where(likely, low, middle + 1), np.where(likely, middle, high)
        low = np.minimum(low, high)
    return low


def _notes(
    words: Words,
    value: np.ndarray,
    rounded: np.ndarray,
    census: np.ndarray,
    counted: np.ndarray,
) -> np.ndarray:
    """Say what the table leaves open, and whose words they are."""
    known = rounded != NONE
    told = [
        (~known, "No figure, so no word."),
        (known & ~counted, "Without counts no other word can be ruled in or out."),
        (known & census, "The sample is the whole population: nothing is left to chance."),
        (value == 100, "All of them did: the table has no word for that."),
        (value == 0, "None of them did: the table has no word for that."),
        *_edges(words, value, rounded),
    ]
    said = np.full(len(value), "", dtype=object)
    for where, text in told:
        said[where] += f"{text} "
    return said + f"{words.bands[0].note}."


def _edges(
    words: Words, value: np.ndarray, rounded: np.ndarray
) -> Iterator[tuple[np.ndarray, str]]:
    """Say where the table, read by itself, has two words, another word, or none."""
    # As the rounding reads them: an edge is met exactly or not at all.
    percent, place = np.round(value, 10), words.places[rounded]
    held = np.array([band.holds(percent) for band in words.bands])
    first = f"the rule here: round {ROUNDING} first."
    for (i, own), (j, other) in permutations(enumerate(words.bands), 2):
        meant = [f"'{band.word}' ({band.as_published})" for band in (own, other)]
        also = (place == i) & held[j]
        yield also & ~held[i], f"Unrounded it is in the band of {meant[1]}; {first}"
        yield (
            also & held[i],
            f"Exactly {max(own.lower, other.lower)}% is in two bands, {' and '.join(meant)}; "
            f"the rule here: {own.edge_rule}.",
        )
    nowhere = ~held.any(axis=0) & (rounded != NONE)
    yield nowhere, f"Unrounded it lies between two bands; {first}"
