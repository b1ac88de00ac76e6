"""The words of small multiples: short, since there are many areas to speak of."""

from __future__ import annotations

import pandas as pd

from .. import values
from ..definitions import Indicator
from . import describe, lines


def alternative(
    drawn: pd.DataFrame,
    names: list[str],
    across: pd.DataFrame,
    reference: str,
    breaks: dict[str, str],
    entry: Indicator,
    focus: str | None,
) -> str:
    """Say how each area starts and ends, in a clause each."""
    span = sorted(drawn["period"].unique())
    years = f"{span[0]} to {span[-1]}" if len(span) > 1 else span[0]
    figures = drawn["value"].dropna()
    said = f"Small line charts of {describe.lower_first(entry.name)}, {years}, "
    said += f"{len(names)} areas on one scale" if len(names) > 1 else "one area"
    if len(figures):
        low, high = (
            values.write(v, decimals=entry.decimals) for v in (figures.min(), figures.max())
        )
        said += f", figures from {low} to {high}"
    ends = {name: _ends(lines.of(drawn, name), entry) for name in names}
    # What most areas have in common is said once.
    common = pd.Series([how for what, how in ends.values() if what], dtype="str").mode()
    usual = common.iloc[0] if len(common) else ""
    said += f". First and last figure, {usual} unless said: " if usual else ". "
    told = [_clause(name, *end, usual) for name, end in ends.items()]
    said += "; ".join(told) + "."
    if across["value"].notna().any():
        said += (
            f" {_clause(f'{reference}, {look(across).lower()},', *_ends(across, entry), usual)}."
        )
    if focus:
        said += f" {focus} is brought out."
    return " ".join([said, *(f"From {since}: {text}" for since, text in breaks.items())])


def look(across: pd.DataFrame) -> str:
    """Say how the reference is drawn: one figure alone makes a point, not a line."""
    return "Dashed grey" if across["value"].notna().sum() > 1 else "Grey"


def _clause(name: str, what: str, how: str, usual: str) -> str:
    return f"{name} {what or 'no figure'}{'' if how == usual else f' ({how})'}"


def _ends(rows: pd.DataFrame, entry: Indicator) -> tuple[str, str]:
    """Give the first and last figure of an area, and apart from them the years they are of."""
    known = rows[rows["value"].notna()]
    if known.empty:
        return "", _lacking(rows)
    ends = known.iloc[[0, -1]] if len(known) > 1 else known
    what = " to ".join(describe.show(r, entry) for _, r in ends.iterrows())
    return what, ", ".join([" to ".join(ends["period"]), *filter(None, [_lacking(rows)])])


def _lacking(rows: pd.DataFrame) -> str:
    counted = rows.loc[rows["value"].isna(), "mark"].value_counts(sort=False)
    words = {values.SUPPRESSED: "suppressed"}
    return ", ".join(
        f"{n} year{'s' if n > 1 else ''} {words.get(mark, values.WHY_MISSING.get(mark, mark))}"
        for mark, n in counted.items()
    )


def caption(shown: pd.DataFrame, names: list[str], entry: Indicator, top: float) -> str:
    """Say what the figures are made of, in what order they stand, and what is cut."""
    said = []
    if len(names) > 1:
        said.append(
            "Panels are in alphabetical order, so that a council can be found, and on one scale."
        )
    # The notes of many areas are gathered: what they say is mostly the same.
    said.append(describe.caption(shown.assign(note=""), entry))
    said += _notes(shown)
    known = shown[shown["value"].notna() & shown["area"].isin(names)].sort_values("period")
    if len(known):
        last = _last_of(known.groupby("area")["period"].last())
        said.append(f"The number at the end of a line is its last figure, {last}.")
    if (known["value"] > top).any():
        said.append("Lines that reach above the scale are cut there, with their highest figure.")
    if (known["upper"] > top).any():
        said.append("Bands that reach above the scale are cut there.")
    missing = shown[shown["value"].isna() & shown["area"].isin(names)]
    return " ".join([*said, *describe.marks_in(missing["mark"])])


def _notes(shown: pd.DataFrame) -> list[str]:
    """Say why points are hollow, once for each reason."""
    noted = shown[shown["value"].notna() & shown["mark"].ne("") & shown["note"].ne("")]
    why = noted["note"].str.split(";").str[0]
    return [
        f"{mark} {note}: {', '.join(dict.fromkeys(rows['area']))} ({_years(rows['period'])})."
        for (mark, note), rows in noted.groupby(["mark", why], sort=False)
    ]


def _years(periods: pd.Series) -> str:
    many = sorted(set(periods))
    return ", ".join(many) if len(many) < 3 else f"in {len(many)} years"


def _last_of(periods: pd.Series) -> str:
    """Say which year the last figures are of, and of which areas it is another."""
    usual = periods.mode().iloc[-1]
    others = [
        f"{period} for {', '.join(group.index)}"
        for period, group in periods[periods != usual].groupby(periods)
    ]
    besides = f" ({'; '.join(others)})" if others else ""
    return f"that of {usual}{besides}"
