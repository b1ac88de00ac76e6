"""What one annual report is about: an area, a year, and those it is held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from .. import areas, catalogue, measures, periods, published
from ..disclosure.policies import POLICY
from ..errors import UnknownName
from ..families import family_members
from ..framework import Own, give, open_evidence
from ..framework import for_readers as framework_for_readers
from ..local import Local, annual_chapters, for_readers, local_records, refuse_uncovered
from ..local import year as span_of

#: The value of `comparators` that asks for the area's published family.
FAMILY = "family"


@dataclass(frozen=True)
class Scope:
    """The area, year and comparators of a report, and the data it is made from.

    Attributes
    ----------
    data : Published
    area, year : str
        By their proper names.
    comparators : tuple of str
        Councils the area is held against; empty for Scotland.
    comparators_are : str
        How they were chosen, in words.
    parameters : dict
        As given, for the provenance.
    local : Local or None
        The partnership's own records, where they were given.
    own : Own or None
        The partnership's other evidence, where it was given.
    """

    data: published.Published
    area: str
    year: str
    comparators: tuple[str, ...]
    comparators_are: str
    parameters: dict[str, object]
    local: Local | None = None
    own: Own | None = None
    _measured: dict[tuple, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _periods: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_scotland(self) -> bool:
        """Whether the report is about the country."""
        return self.area == areas.SCOTLAND

    @property
    def year_before(self) -> str:
        """The year before that of the report."""
        return periods.before(self.year)

    @cached_property
    def years(self) -> list[str]:
        """The years in the data up to that of the report."""
        return [y for y in measures.years(self.data) if y <= self.year]

    @property
    def shown(self) -> list[str]:
        """The area and Scotland, once each."""
        return list(dict.fromkeys([self.area, areas.SCOTLAND]))

    def measure(
        self,
        indicator: str,
        areas: Iterable[str] | None = None,
        periods: Iterable[str] | None = None,
        by: str | Iterable[str] = (),
    ) -> pd.DataFrame:
        """Measure an indicator; without areas and periods, for those of the report.

        What was measured once is kept: sections ask for the same figures again.
        """
        places = tuple(areas if areas is not None else self.shown)
        years = tuple([self.year] if periods is None else periods)
        splits = (by,) if isinstance(by, str) else tuple(by)
        asked = (indicator, places, years, splits)
        if asked not in self._measured:
            whole = self._whole(indicator, splits)
            if set(places) <= set(whole["area"]) and set(years) <= set(whole["period"]):
                self._measured[asked] = _picked(whole, places, years)
            else:
                self._measured[asked] = measures.measure(
                    self.data, indicator, areas=places, periods=years, by=splits
                )
        return self._measured[asked].copy(deep=False)

    def _whole(self, indicator: str, splits: tuple[str, ...]) -> pd.DataFrame:
        """Measure an indicator everywhere, once: a part of it is picked in no time."""
        asked = (indicator, "everywhere", splits)
        if asked not in self._measured:
            known = self._known(indicator)
            entry = catalogue.find(indicator)
            labels = known if entry.calendar in periods.NO_YEARS else sorted({*known, self.year})
            places = None if entry.coverage == areas.SCOTLAND else areas.names()
            self._measured[asked] = measures.measure(
                self.data, indicator, areas=places, periods=labels, by=splits
            )
        return self._measured[asked]

    def over_time(self, indicator: str) -> pd.DataFrame:
        """Measure an indicator of the area for every period with a figure."""
        return self.measure(indicator, [self.area], self._known(indicator))

    def _known(self, indicator: str) -> list[str]:
        """List the periods with a figure, of anywhere."""
        if indicator not in self._periods:
            self._periods[indicator] = measures.periods_of(self.data, indicator)
        return self._periods[indicator]

    def one(self, indicator: str, area: str | None = None, period: str | None = None) -> pd.Series:
        """Give one row of results: of the area and year of the report unless told otherwise."""
        return self.measure(indicator, [area or self.area], [period or self.year]).iloc[0]


def _picked(whole: pd.DataFrame, places: tuple[str, ...], years: tuple[str, ...]) -> pd.DataFrame:
    """Pick areas and periods of a results table, in the order asked for."""
    area = _order(whole["area"], places)
    period = _order(whole["period"], years)
    found = np.flatnonzero((area >= 0) & (period >= 0))
    order = np.lexsort((period[found], area[found]))
    return whole.iloc[found[order]].reset_index(drop=True)


def _order(held: pd.Series, wanted: tuple[str, ...]) -> np.ndarray:
    """Give the place of each value among those wanted; -1 where it is none of them."""
    at = {name: n for n, name in enumerate(dict.fromkeys(wanted))}
    return np.array([at.get(name, -1) for name in held.tolist()], dtype=int)


def open(
    *,
    area: str,
    year: str,
    comparators: str | Iterable[str] = FAMILY,
    records: str = "",
    evidence: str = "",
    commentary: str = "",
    policy: str = "",
    restricted: bool = False,
    ledger: str = "",
    date: str = "",
    data: published.Published | None = None,
) -> Scope:
    """
    Check the parameters of an annual report and open its data.

    Parameters
    ----------
    area : str
        A council or Scotland, in any known spelling.
    year : str
        Academic year, such as "2018-19".
    comparators : str or iterable of str
        "family" for the published family group, or council names (in one text, parted by ";").
    records : str
        Folder of the partnership's own child-level records, which add their chapters; empty for
        published figures alone.
    evidence : str
        Folder of the partnership's other evidence: record reading, surveys, outcomes, participation
        and plan; empty for none.
    commentary : str
        Folder of the partnership's own words in Markdown; empty for none.
    policy : str
        How figures from records are protected: "scotgov", "phs", "strict" or a file; empty for
        `policy.toml` of the data package.
    restricted : bool
        Whether the report is for the committee alone: nothing is hidden then.
    ledger : str
        Folder of what was released before, so that this report cannot be subtracted from it; empty
        for none.
    date : str
        Day of the report, such as "2026-11-28": it is printed, and waivers must hold on it. Empty
        for none; waivers must hold today then.
    data : Published, optional

    Returns
    -------
    Scope

    Raises
    ------
    UnknownName
        For an area, year or comparator that is not known, and for records that are not of the area.
    CpstatsError
        For a year that the records do not cover.
    DataProblems
        When records break rules whose errors stop a report, and nobody waived them.
    """
    package = data or published.load()
    found = areas.find(area)
    label = periods.parse(year).label
    known = measures.years(package)
    if label not in known:
        raise UnknownName("year with figures", year, known, near=[periods.nearest(label, known)])
    chosen, how = _comparators(package, found, comparators)
    given: dict[str, object] = {
        "area": area,
        "year": year,
        "comparators": comparators,
        "records": records,
        "evidence": evidence,
        "commentary": commentary,
        "policy": policy,
        "restricted": restricted,
        "date": date,
    }
    day = periods.read_day(date)
    own = local_records(records, area=found.name, data=package, on=day) if records else None
    if own is not None:
        refuse_uncovered(own, label)
        own = for_readers(
            own,
            annual_chapters().values(),
            span_of(label),
            restricted=restricted,
            policy=policy,
            ledger=ledger,
        )
    more = None
    if evidence:
        read = open_evidence(evidence, area=found.name)
        chosen_policy = policy or package.folder / POLICY
        more = framework_for_readers(read, chosen_policy, restricted=restricted, ledger=ledger)
        give(more, own.release if own else None)
    return Scope(package, found.name, label, chosen, how, given, own, more)


def _comparators(
    data: published.Published, area: areas.Area, asked: str | Iterable[str]
) -> tuple[tuple[str, ...], str]:
    if area.kind != "council":
        return (), "none: the report is about the whole country"
    if asked == FAMILY:
        families = data.table("comparator_families")
        people = families[families["family_set"] == "people"]
        group = people.loc[people["area"] == area.name, "group"].iloc[0]
        members = family_members(data, area.name)
        run = people["meaning"].iloc[0].replace("group", "families run from").replace(" - ", " to ")
        how = (
            "the area's family in the Local Government Benchmarking Framework, for services to "
            f"people: family {group:.0f}; {run}"
        )
        return tuple(members), how
    names = asked.split(";") if isinstance(asked, str) else list(asked)
    chosen = [areas.find(n).name for n in names if str(n).strip()]
    chosen = [c for c in dict.fromkeys(chosen) if c not in (area.name, areas.SCOTLAND)]
    return tuple(chosen), "chosen for this report"
