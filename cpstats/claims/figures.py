"""What a check asks for: a figure of the data package, of the document itself, or one supplied.

A figure is named by a small table: `{ indicator, area, period }`, `{ table, measure, area, period,
where }`, `{ claim }`, `{ item }`, `{ number }`; or made of others: `{ numerator, denominator,
per }`, `{ plus = [...] }`, `{ times = [...] }`, `{ less = [..., ...] }`; or `{ first = [...] }`, of
which the first that is in hand is taken.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .. import areas, catalogue, measures, selections, values
from ..definitions import Figures, columns_of
from ..errors import CannotRead, CpstatsError, UnknownName
from ..published import Published
from .figure_specs import LARGEST
from .ledgers import Ledger
from .supplied import Item, number_of, said_of


@dataclass(frozen=True)
class Found:
    """A figure, or why there is none.

    Attributes
    ----------
    value : float
        nan when it is not in hand.
    said : str
        What it is, for the reason of a verdict.
    missing : str
        What is not in hand; empty for a figure.
    decimals : int or None
        Of a figure that was printed, its decimal places; None for one that is not rounded.
    span : (float, float) or None
        What rounding leaves open, for a printed figure and what is made of it; None for nothing.
    own : bool
        Made with a figure of the document itself, so that it is no evidence for it.
    """

    value: float
    said: str
    missing: str = ""
    decimals: int | None = None
    span: tuple[float, float] | None = None
    own: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most that it can be."""
        return self.span or (self.value, self.value)

    @property
    def known(self) -> bool:
        return not np.isnan(self.value)


@dataclass
class Evidence:
    """All that claims are held against.

    Attributes
    ----------
    data : Published
        Without the document's own figures.
    ledger : Ledger
    items : dict of str to Item
    """

    data: Published
    ledger: Ledger
    items: dict[str, Item] = field(default_factory=dict)
    _measured: dict[Any, pd.DataFrame] = field(default_factory=dict, repr=False)
    _plans: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)

    def find(self, spec: Any) -> Found:
        """
        Look up a figure.

        Parameters
        ----------
        spec : dict
            As the head of this module says.

        Returns
        -------
        Found

        Raises
        ------
        CpstatsError
            For a table that names no figure.
        """
        for key, way in _WAYS.items():
            if isinstance(spec, dict) and key in spec:
                return way(self, spec)
        raise CpstatsError(f"{spec!r} names no figure: give one of {', '.join(_WAYS)}.")

    def column(self, spec: dict[str, Any]) -> pd.Series:
        """Give a figure for every area, by its name; missing where there is none."""
        if "indicator" in spec:
            rows = self.measured(spec).drop_duplicates("area")
        else:
            rows = self.cells(spec).drop_duplicates("area")
        return rows.set_index("area")["value"]

    def titled(self, spec: dict[str, Any]) -> str:
        """Give the name of a figure in words."""
        if "indicator" in spec:
            return catalogue.find(spec["indicator"]).name
        return str(self.data.measures["title"][spec["measure"]])

    def due(self, plan: str) -> dict[str, str]:
        """Give when each action of an improvement plan is due, as the plan says it."""
        if plan not in self._plans:
            held = {p.stem: p for p in sorted((self.data.folder / "plans").glob("*.csv"))}
            if plan not in held:
                raise UnknownName("improvement plan", plan, held)
            try:
                with held[plan].open(encoding="utf-8-sig", newline="") as file:
                    self._plans[plan] = {row["id"]: row["due"] for row in csv.DictReader(file)}
            except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
                raise CannotRead(f"Cannot read {held[plan]}: {error}.") from error
        return self._plans[plan]

    def measured(self, spec: dict[str, Any]) -> pd.DataFrame:
        """Measure an indicator in a period, once for all claims that ask for it."""
        groups = spec.get("group", {})
        key = (spec["indicator"], tuple(groups))
        if key not in self._measured:
            self._measured[key] = measures.measure(self.data, key[0], by=key[1])
        rows = self._measured[key]
        for column, member in {**groups, "period": spec["period"]}.items():
            rows = rows[rows[column] == member]
        return rows

    def cells(self, spec: dict[str, Any]) -> pd.DataFrame:
        """Take the cells of a table in a period."""
        asked = Figures(spec["table"], spec["measure"], spec.get("where", ""))
        if asked.measure not in self.data.measures.index:
            raise UnknownName("measure", asked.measure, self.data.measures.index)
        unknown = columns_of(asked.where) - set(self.data.columns(asked.table))
        if unknown:
            raise UnknownName(
                f"column of {asked.table}", min(unknown), self.data.columns(asked.table)
            )
        rows = selections.select(self.data, asked)
        return rows[rows["period"] == spec["period"]]


def _indicator(evidence: Evidence, spec: dict[str, Any]) -> Found:
    entry, area = catalogue.find(spec["indicator"]), areas.find(spec["area"]).name
    rows = evidence.measured(spec)
    rows = rows[rows["area"] == area]
    name = f"{entry.name}, {area}, {spec['period']}"
    if rows.empty or pd.isna(rows["value"].iloc[0]):
        why = values.WHY_MISSING[rows["mark"].iloc[0]] if len(rows) else "not available"
        return Found(np.nan, name, f"{name}: {why}")
    row = rows.iloc[0]
    if pd.isna(row["numerator"]) or pd.isna(row["denominator"]):
        return Found(row["value"], f"{name}, as published ({row['source']})")
    parts = f"{row['numerator']:,.0f} over {row['denominator']:,.0f}"
    return Found(row["value"], f"{name}: {parts} ({row['source']}; {row['denominator_basis']})")


def _table(evidence: Evidence, spec: dict[str, Any]) -> Found:
    area = areas.find(spec["area"]).name
    rows = evidence.cells(spec)
    rows = rows[rows["area"] == area]
    title = evidence.data.measures["title"][spec["measure"]]
    where = f" where {spec['where']}" if "where" in spec else ""
    name = f"{title}, {area}, {spec['period']}{where}"
    if rows.empty or rows["value"].isna().any():
        reason = gaps_of(evidence.data, area, spec["period"], spec["measure"])
        return Found(np.nan, name, f"{name}: not available{reason}")
    cited = "; ".join(dict.fromkeys(selections.cite(evidence.data, rows)))
    return Found(float(rows["value"].sum()), f"{name}: {rows['value'].sum():,.10g} ({cited})")


def gaps_of(data: Published, area: str, period: str, measure: str) -> str:
    """Say why a cell is missing, where the list of known gaps tells."""
    known = data.table("known_gaps")
    rows = known[(known["area"] == area) & (known["period"] == period)]
    rows = rows[rows["measure"] == measure]
    return f" ({'; '.join(dict.fromkeys(rows['reason']))})" if len(rows) else ""


def _claim(evidence: Evidence, spec: dict[str, Any]) -> Found:
    claim = evidence.ledger.by_id[spec["claim"]]
    if claim.number is None:
        raise CpstatsError(f"The claim {claim.id} has no number to reckon with.")
    half = 0.5 * 10.0**-claim.decimals
    said = f"the document's own {claim.value} ({claim.place})"
    # A count was not rounded.
    span = None if claim.kind in {"count", "rank"} else (claim.number - half, claim.number + half)
    return Found(claim.number, said, "", claim.decimals, span, own=True)


def _item(evidence: Evidence, spec: dict[str, Any]) -> Found:
    """Read what was supplied in the unit that is asked for: counts per hundred or `per`."""
    item, per = evidence.items.get(spec["item"]), spec.get("per", 100)
    if item is None:
        wanted = f"{spec.get('needs', 'a figure')} (item {spec['item']})"
        return Found(np.nan, spec["item"], wanted)
    if item.numerator is not None and item.denominator:
        return Found(per * item.numerator / item.denominator, said_of(item))
    value = number_of(item.value)
    if value is None:
        raise CpstatsError(f"The item {spec['item']} is {item.value!r}. Write a number.")
    counted = Found(value, said_of(item))
    if "over" not in spec:
        return counted
    return _share(counted, evidence.find(spec["over"]), per)


def _number(evidence: Evidence, spec: dict[str, Any]) -> Found:
    return Found(float(spec["number"]), f"{spec['number']:g}")


def _first(evidence: Evidence, spec: dict[str, Any]) -> Found:
    """Take the first figure that is in hand; where none is, the last is what can be supplied."""
    parts = [evidence.find(part) for part in spec["first"]]
    for part in parts:
        if part.known:
            return part
    return parts[-1]


def _ratio(evidence: Evidence, spec: dict[str, Any]) -> Found:
    one, other = evidence.find(spec["numerator"]), evidence.find(spec["denominator"])
    return _share(one, other, spec.get("per", 1))


def _share(one: Found, other: Found, per: float) -> Found:
    if other.known and other.value == 0:
        return Found(np.nan, "", f"a share of nothing ({other.said})")
    said = f"{one.said} over {other.said}"
    return _made([one, other], lambda a, b: per * a / b if b else math.inf, said)


def _times(evidence: Evidence, spec: dict[str, Any]) -> Found:
    parts = [evidence.find(part) for part in spec["times"]]
    return _made(parts, lambda *given: math.prod(given), " times ".join(p.said for p in parts))


def _plus(evidence: Evidence, spec: dict[str, Any]) -> Found:
    parts = [evidence.find(part) for part in spec["plus"]]
    return _made(parts, lambda *given: sum(given), " and ".join(p.said for p in parts))


def _less(evidence: Evidence, spec: dict[str, Any]) -> Found:
    one, other = (evidence.find(part) for part in spec["less"])
    return _made([one, other], lambda a, b: a - b, f"{one.said} less {other.said}")


def _made(parts: list[Found], way: Callable[..., float], said: str) -> Found:
    """Make a figure of others, with what their rounding leaves open."""
    lacking = [part.missing for part in parts if not part.known]
    if lacking:
        return Found(np.nan, said, "; ".join(lacking))
    own, value = any(part.own for part in parts), way(*(part.value for part in parts))
    if not abs(value) <= LARGEST:
        return Found(np.nan, said, f"{said} is too large to reckon with")
    if not any(part.span for part in parts):
        return Found(value, said, own=own)
    # Each way goes up or down with each part, so its ends lie where the ends of the parts meet.
    corners = [way(*ends) for ends in itertools.product(*(part.ends for part in parts))]
    return Found(value, said, span=(min(corners), max(corners)), own=own)


_WAYS: dict[str, Callable[[Evidence, dict[str, Any]], Found]] = {
    "indicator": _indicator,
    "table": _table,
    "claim": _claim,
    "item": _item,
    "number": _number,
    "numerator": _ratio,
    "times": _times,
    "plus": _plus,
    "less": _less,
    "first": _first,
}


def apart_from(data: Published, source: str) -> Published:
    """
    Give the data package without the figures of one publication.

    Parameters
    ----------
    data : Published
    source : str
        Its key in sources.csv; empty leaves all in.

    Returns
    -------
    Published
    """
    rest = Published(data.folder)
    for name in data.names:
        frame = data.table(name)
        own = source and name != "sources" and "source" in frame
        rest._frames[name] = frame[frame["source"] != source] if own else frame
    return rest
