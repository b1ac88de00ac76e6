"""How many families stand behind a count: brothers and sisters come and go together.

Three brothers are one family: a count of six children can be of two families, and a reader who
knows one of them knows much of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from . import catalogue
from . import periods as period_terms
from .counting import NOT_RECORDED, of_whole, spans_of, splits_of, tallied
from .definitions import SUMMARIES, Counted, Indicator
from .records import Records

#: By what the rows of a unit are told apart; a family counted once is one by itself.
_WHO = {"rows": ("family_id", "person_id"), "children": ("family_id",), "families": ()}
_ALONE = "alone "

_SIDES = ("numerator", "denominator", "complement")


def families_behind(
    records: Records,
    indicator: str | Indicator,
    *,
    periods: str | Iterable[str] | None = None,
    by: str | Iterable[str] = (),
    every: str = "year",
    calendar: str = "",
) -> pd.DataFrame:
    """
    Count the families behind what `count` counts.

    Parameters
    ----------
    records, indicator, periods, by, every, calendar
        As `count` takes them.

    Returns
    -------
    DataFrame
        A row for each area, period and group with anything in it: `area, period`, one column for
        each of `by`, and for the numerator, the denominator and (of shares) those in the
        denominator and not in the numerator: `numerator_families` (how many families; a child
        without one recorded is its own) and `numerator_largest` (how many of the count the largest
        has), `denominator_families`, ..., `complement_largest`. Missing where records do not count
        that side, 0 where it counts nobody.
    """
    entry = catalogue.find(indicator) if isinstance(indicator, str) else indicator
    splits, spans = splits_of(entry, by), spans_of(records, entry, every, calendar, periods)
    keys = ["area", "period", *splits]
    with records.query() as asked:
        part = _sizes(asked, entry, entry.counted, spans, splits)
        whole_by = of_whole(entry.counted_of, splits) if entry.counted_of else splits
        whole = _sizes(asked, entry, entry.counted_of, spans, whole_by)
    if entry.kind in SUMMARIES:
        # Every one of them was asked for a value; whose is known is not told apart.
        return _behind(part, keys, "denominator")
    found = _behind(part, keys, "numerator")
    if whole is None or part is None:
        return found
    wide = _behind(whole, ["area", "period", *whole_by], "denominator")
    found = found.merge(wide, on=["area", "period", *whole_by], how="outer")
    if entry.kind == "proportion":
        rest = _behind(_rest(part, whole, whole_by, keys), keys, "complement")
        found = found.merge(rest, on=keys, how="outer")
    sides = [c for c in found if c.startswith(_SIDES)]
    return found.assign(**{c: found[c].fillna(0.0) for c in sides})


def _sizes(
    records: Records,
    entry: Indicator,
    counted: Counted | None,
    spans: list[period_terms.Period],
    splits: list[str],
) -> pd.DataFrame | None:
    """Count each family by itself: columns area, period, splits, `family` and `count`."""
    if counted is None:
        return None
    plain = replace(
        counted, of=(), unit="children" if "family_size" in counted.of else counted.unit
    )
    who = _WHO[plain.unit]
    tally = tallied(records, entry, plain, spans, [*splits, *who])
    keys = ["area", "period", *splits]
    columns = [*keys, "family", "count"]
    if tally.empty:
        return pd.DataFrame(columns=columns).astype({"count": "float64"})
    left, parts = tally, []
    for identity in who:
        # A family; else a child, whose rows are of one family even where it is not recorded.
        known = left[identity] != NOT_RECORDED
        sizes = left[known].groupby([*keys, identity], as_index=False)["count"].sum()
        parts.append(sizes.rename(columns={identity: "family"}))
        left = left[~known]
    single = left.loc[left.index.repeat(left["count"].astype(int))]
    parts.append(single.assign(count=1, family=[f"{_ALONE}{n}" for n in range(len(single))]))
    return pd.concat([frame[columns] for frame in parts], ignore_index=True)


def _rest(
    part: pd.DataFrame, whole: pd.DataFrame, whole_by: list[str], keys: list[str]
) -> pd.DataFrame:
    """Take each family's part from its whole."""
    wide = ["area", "period", *whole_by]
    groups = part[keys].drop_duplicates()
    # Where the whole is not split, every group leaves the rest of it.
    spread = whole.merge(groups, on=wide, how="left")
    own = part.set_index([*keys, "family"])["count"]
    own = own[~own.index.get_level_values("family").str.startswith(_ALONE)]
    at = pd.MultiIndex.from_frame(spread[[*keys, "family"]])
    left = spread["count"] - own.reindex(at).fillna(0).to_numpy()
    return spread.assign(count=left)[left > 0]


def _behind(sizes: pd.DataFrame | None, keys: list[str], side: str) -> pd.DataFrame:
    columns = {f"{side}_families": ("family", "count"), f"{side}_largest": ("count", "max")}
    if sizes is None:
        return pd.DataFrame(columns=[*keys, *columns])
    found = sizes.groupby(keys, as_index=False).agg(**columns)
    return found.astype(dict.fromkeys(columns, "float64"))
