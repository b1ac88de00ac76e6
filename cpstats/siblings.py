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
    found = _behind(part, keys, "numerator")
    if entry.kind in SUMMARIES:
        # Every one of them was asked for a value.
        whole, whole_by = part, splits
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
    who = {"rows": ["family_id", "person_id"], "children": ["family_id"], "families": ["family_id"]}
    tally = tallied(records, entry, plain, spans, [*splits, *who[plain.unit]])
    keys = ["area", "period", *splits]
    if tally.empty:
        return pd.DataFrame(columns=[*keys, "family", "count"]).astype({"count": "float64"})
    known = tally["family_id"] != NOT_RECORDED
    families = tally[known].groupby([*keys, "family_id"], as_index=False)["count"].sum()
    alone = tally[~known]
    if plain.unit == "rows":
        # Rows of one child are of one family, even where its family is not recorded.
        named = alone["person_id"] != NOT_RECORDED
        children = alone[named].rename(columns={"person_id": "family"})
        alone = alone[~named]
    else:
        children = alone.iloc[:0].assign(family="")
    single = alone.loc[alone.index.repeat(alone["count"].astype(int))]
    single = single.assign(count=1, family=[f"alone {n}" for n in range(len(single))])
    columns = [*keys, "family", "count"]
    parts = [families.rename(columns={"family_id": "family"}), children, single]
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
    own = own[~own.index.get_level_values("family").str.startswith("alone ")]
    at = pd.MultiIndex.from_frame(spread[[*keys, "family"]])
    left = spread["count"] - own.reindex(at).fillna(0).to_numpy()
    return spread.assign(count=left)[left > 0]


def _behind(sizes: pd.DataFrame | None, keys: list[str], side: str) -> pd.DataFrame:
    columns = {f"{side}_families": ("family", "count"), f"{side}_largest": ("count", "max")}
    if sizes is None:
        return pd.DataFrame(columns=[*keys, *columns])
    found = sizes.groupby(keys, as_index=False).agg(**columns)
    return found.astype(dict.fromkeys(columns, "float64"))
