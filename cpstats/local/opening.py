"""Records opened for a report: only those that the rules let through, or that were waived."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from .. import areas as area_terms
from .. import catalogue, counting, periods, siblings
from ..disclosure import Release
from ..errors import CpstatsError, DataProblems, Problem, UnknownName
from ..periods import ACADEMIC
from ..published import Published
from ..records import Records, open_records
from ..records.store import set_folder
from ..rules import Findings, validate
from ..rules.waivers import Waiver, read_waivers, unwaived_errors


@dataclass(frozen=True)
class Local:
    """The partnership's own records of one area, checked.

    Attributes
    ----------
    records : Records
    area : str
    data : Published
        Where populations are.
    findings : Findings
        What the rules found in the records of the area.
    waivers : tuple of Waiver
        Errors accepted in writing.
    hashes : dict of str to str
        The first 16 characters of the SHA-256 of each table.
    release : Release or None
        What may be seen of them; None for the committee alone, who may see all.
    """

    records: Records
    area: str
    data: Published
    findings: Findings
    waivers: tuple[Waiver, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    release: Release | None = None
    _counted: dict[tuple, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def families(
        self, indicator: str, *, every: str, periods: Iterable[str] | None, by: Iterable[str]
    ) -> pd.DataFrame:
        """Count the families behind what `count` counts; those of the area."""
        stock = catalogue.find(indicator).calendar == "census date"
        found = siblings.families_behind(
            self.records,
            indicator,
            periods=periods,
            by=by,
            every="quarter" if stock and every == "four quarters" else every,
            calendar=ACADEMIC,
        )
        return found[found["area"] == self.area]

    def count(
        self,
        indicator: str,
        *,
        every: str = "year",
        periods: Iterable[str] | None = None,
        by: str | Iterable[str] = (),
    ) -> pd.DataFrame:
        """Count an indicator in the records of the area, by academic years or their quarters.

        What was counted once is kept: sections ask for the same figures again.
        """
        asked = None if periods is None else tuple(periods)
        splits = (by,) if isinstance(by, str) else tuple(by)
        key = (indicator, every, asked, splits)
        if key not in self._counted:
            if self.release is not None:
                raise CpstatsError(f"{indicator} is no part of what this report releases.")
            stock = catalogue.find(indicator).calendar == "census date"
            self._counted[key] = counting.count(
                self.records,
                indicator,
                areas=[self.area],
                periods=asked,
                by=splits,
                every="quarter" if stock and every == "four quarters" else every,
                calendar=ACADEMIC,
                data=self.data,
            )
        return self._counted[key].copy()


def local_records(
    path: str | Path, *, area: str, data: Published, on: dt.date | None = None
) -> Local:
    """
    Open the records of an area for a report.

    Parameters
    ----------
    path : str or Path
        Folder of the record set. Errors accepted in writing stand in its `waivers.toml`.
    area : str
    data : Published
    on : datetime.date, optional
        The day on which waivers must hold: today, unless told otherwise.

    Returns
    -------
    Local

    Raises
    ------
    UnknownName
        When the records are not of the area.
    DataProblems
        With every rule whose errors stop the report.
    """
    name = area_terms.find(area).name
    path = set_folder(path)
    records = open_records(path)
    if name not in records.areas:
        raise UnknownName(f"area in the records of {path}", name, records.areas)
    findings = _of_area(validate(path), name)
    waivers = read_waivers(path, on=on or dt.date.today())
    stopping = unwaived_errors(findings, waivers)
    if len(stopping):
        raise DataProblems(_said(replace(findings, problems=stopping)))
    hashes = {table: _hash(Path(path) / file) for table, file in findings.files.items()}
    return Local(records, name, data, findings, waivers, hashes)


def _hash(path: Path) -> str:
    """Hash a table, which may lie in several parts."""
    parts = sorted(p for p in path.rglob("*.parquet")) if path.is_dir() else [path]
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.read_bytes())
    return whole.hexdigest()[:16]


def refuse_uncovered(local: Local, period: str) -> None:
    """Refuse a period that the records do not cover from its first day to its last.

    Raises
    ------
    CpstatsError
    """
    asked, records = periods.parse(period), local.records
    if records.since <= asked.start and asked.end <= records.until:
        return
    first, last, since, until = (
        day.isoformat() for day in (asked.start, asked.end, records.since, records.until)
    )
    raise CpstatsError(
        f"{asked.label} runs from {first} to {last}; the records cover {since} to {until}. "
        "Choose a time inside them."
    )


def _of_area(findings: Findings, area: str) -> Findings:
    """Keep the problems of one council, and those of no council in particular."""
    of = findings.problems["area"]
    return replace(findings, problems=findings.problems[of.isna() | of.isin([area, ""])])


def _said(findings: Findings) -> list[Problem]:
    """Say each rule that is broken once, with how often and where first."""
    return [
        Problem(
            file=row.example,
            line=None,
            column="",
            value="",
            problem=f"rule {row.code} is broken {row.count:,} times: {row.title.rstrip('.')}"
            if row.count > 1
            else f"rule {row.code} is broken: {row.title.rstrip('.')}",
            remedy=f"{row.remedy} Or accept it in writing in waivers.toml.",
        )
        for row in findings.summary().itertuples()
    ]
