"""What a report counts from records, protected all together before any of it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from .. import catalogue, measures, periods
from ..disclosure import Policy, read_policy, release
from ..disclosure.handing import hand
from ..disclosure.ledgers import earlier
from ..disclosure.policies import POLICY
from .opening import Local
from .sections import Section
from .spans import Span

Key = tuple[str, str, tuple[str, ...] | None, tuple[str, ...]]


@dataclass(frozen=True)
class _Asked:
    """One count that a section makes, and which of its rows it shows."""

    indicator: str
    every: str
    periods: tuple[str, ...] | None = None
    by: str = ""
    shown: tuple[str, ...] = ()  # periods; empty for all
    groups: tuple[str, ...] = ()  # groups of the breakdown; empty for all

    @property
    def key(self) -> Key:
        return self.indicator, self.every, self.periods, (self.by,) if self.by else ()

    def rows(self, frame: pd.DataFrame, until: str) -> pd.Series:
        """Tell which rows of the count are shown."""
        is_shown = pd.Series(True, index=frame.index)
        if self.periods is None:
            is_shown &= frame["start"] <= pd.Timestamp(periods.parse(until).start)
        if self.shown:
            is_shown &= frame["period"].isin(self.shown)
        if self.groups:
            is_shown &= frame[self.by].isin(self.groups)
        return is_shown


def for_readers(
    local: Local,
    sections: Iterable[Section],
    span: Span,
    *,
    restricted: bool,
    policy: str = "",
    ledger: str = "",
) -> Local:
    """
    Make records ready for those who will read a report.

    Parameters
    ----------
    local : Local
    sections : iterable of Section
    span : Span
    restricted : bool
        Whether it is for the committee alone, who may see all.
    policy : str
        As `cpstats.protect` takes it; empty for that of the data package.
    ledger : str
        Folder of what was released before; empty for none.

    Returns
    -------
    Local
    """
    if restricted:
        return local
    synthetic = local.records.synthetic
    before = earlier(Path(ledger), area=local.area, synthetic=synthetic) if ledger else []
    chosen = policy or local.data.folder / POLICY
    ready = protected(local, sections, span, policy=chosen, earlier=before)
    if ready.release is not None:
        hand(ready.release, area=local.area, synthetic=synthetic)
    return ready


def protected(
    local: Local,
    sections: Iterable[Section],
    span: Span,
    *,
    policy: str | Path | Policy | None = None,
    earlier: Iterable[pd.DataFrame] = (),
) -> Local:
    """
    Count all that sections show, and hide what a policy says must not be seen.

    Parameters
    ----------
    local : Local
    sections : iterable of Section
    span : Span
    policy : str, Path or Policy, optional
        As `cpstats.protect` takes it.
    earlier : iterable of DataFrame
        What was released before.

    Returns
    -------
    Local
        It gives what was counted here as it may be seen, and counts nothing else.

    Raises
    ------
    NotProven
        When the figures cannot be protected.
    """
    found: dict[Key, pd.Series] = {}
    frames: dict[Key, pd.DataFrame] = {}
    for asked in (a for section in sections for a in _asked(section, span)):
        key = asked.key
        if key not in frames:
            frames[key] = local.count(
                asked.indicator, every=asked.every, periods=asked.periods, by=key[3]
            )
        rows = asked.rows(frames[key], span.until)
        found[key] = found[key] | rows if key in found else rows
    chosen = read_policy(policy)
    given = {_name(key): frames[key][found[key]].reset_index(drop=True) for key in frames}
    if chosen.families or chosen.dominance:
        given = {_name(key): _with_families(local, key, given[_name(key)]) for key in frames}
    done = release(
        given,
        chosen,
        public=_published(local),
        earlier=list(earlier),
    )
    counted = {key: done.tables[_name(key)] for key in frames}
    return replace(local, release=done, _counted=counted)


def _asked(section: Section, span: Span) -> Iterator[_Asked]:
    """List what a section counts: the same that its figures, pairs and charts ask for."""
    for indicator in section.figures:
        yield _Asked(indicator, span.every, _both(indicator, span))
    for pair in section.pairs:
        for indicator in pair.indicators:
            both = _both(indicator, span)
            now = both[1:] if pair.groups else ()
            yield _Asked(indicator, span.every, both, pair.by, now, pair.groups)
    for chart in section.charts:
        groups = (chart.group,) if chart.group else ()
        yield _Asked(chart.indicator, "quarter", None, chart.by, (), groups)


def _both(indicator: str, span: Span) -> tuple[str, ...]:
    return span.periods(catalogue.find(indicator))


def _with_families(local: Local, key: Key, rows: pd.DataFrame) -> pd.DataFrame:
    """Say of each count how many families are behind it."""
    indicator, every, given, by = key
    behind = local.families(indicator, every=every, periods=given, by=by)
    return rows.merge(behind, on=["area", "period", *by], how="left", validate="one_to_one")


def _name(key: Key) -> str:
    indicator, every, _, by = key
    return " ".join([indicator, "every", every, *(f"by {column}" for column in by)])


def _published(local: Local) -> list[pd.DataFrame]:
    """Give what is published of the area: everybody can know it, whatever a report shows of it."""
    both = [i for i, entry in catalogue.CATALOGUE.items() if entry.is_published and entry.counted]
    return [measures.measure(local.data, i, areas=[local.area]) for i in both]
