"""Evidence made ready for those who will read it: counted, and hidden where few are behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from .. import measures
from ..claims.words import shares as share_words
from ..disclosure import Policy, release
from ..disclosure.handing import hand, together
from ..disclosure.ledgers import earlier
from ..disclosure.releases import Release
from ..evidence.outcomes import MISSING, changes
from ..evidence.outcomes import shares as outcome_shares
from ..evidence.participation import by_span, participation
from ..evidence.plan import days_within
from ..evidence.record_reading import good_or_better
from ..evidence.survey import agreement
from ..evidence.tabling import AFTER
from ..periods import write_date
from ..tables import Prose
from ..values import SUPPRESSED
from .folders import Evidence, indicator_of

#: Words stand in place of a hidden count only where they leave so many counts open.
_OPEN = 5
_SAID = ("also_possible", "note")
_OF_STAFF = "survey staff"
#: Columns that tell counts apart, beside those of every results table.
_GROUPS = {"group", "age_group", "answer", "span"}
#: The table of meetings before and after the days on which actions were first written down.
SPANS = "participation by span"
#: What a row says beside its figure, and would give it back.
_TOLD = ("first_mean", "later_mean", "missing", "wilcoxon_p_value", "sign_p_value", "verdict",
         "bound_lower", "bound_upper", "dont_know", "not_applicable", "not_answered",
         "not_recorded", "not_marked", "by_second", "responded", "response_rate")  # fmt: skip


@dataclass(frozen=True)
class Own:
    """The partnership's own evidence, as a report may show it.

    Attributes
    ----------
    evidence : Evidence
    tables : dict of str to DataFrame
        Results tables by name: "record_reading 2021-10-31", "outcomes", ...
    release : Release or None
        None where nothing is hidden: for the committee alone.
    """

    evidence: Evidence
    tables: dict[str, pd.DataFrame]
    release: Release | None = None

    def find(self, link: str) -> pd.DataFrame | None:
        """
        Find the figures of a link, over all times.

        Parameters
        ----------
        link : str
            "record_reading:plan", "survey:advocacy_available", "outcomes:*".

        Returns
        -------
        DataFrame or None
            A row for each time and, with "*", each measure; None where there are none.
        """
        kind, _, name = link.partition(":")
        found = [
            rows for table in self.tables.values()
            if len(rows := table[_linked(table, kind, name)])
        ]  # fmt: skip
        if not found:
            return None
        return pd.concat(found, ignore_index=True).sort_values("start", kind="stable")


def _linked(table: pd.DataFrame, kind: str, name: str) -> pd.Series:
    """Tell which rows a link means; split tables stand beside their whole and are left out."""
    named = indicator_of(table)
    of_kind = named.str.split(":").str[0] == kind
    whole = pd.Series(True, index=table.index)
    for column in ("group", "age_group"):
        if column in table:
            whole &= table[column].str.casefold() == "all"
    if "answer" in table or "span" in table:
        whole &= False
    return of_kind & whole & ((name == "*") | (named.str.split(":").str[1] == name))


def tables_of(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """
    Count everything that a report shows of evidence.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict of str to DataFrame
    """
    made = {f"record_reading {r.date}": good_or_better(r) for r in evidence.readings}
    for survey in evidence.surveys:
        made[f"survey {survey.who} {survey.date}"] = agreement(survey)
        if len(survey.groups) > 1:
            made[f"survey {survey.who} {survey.date} by group"] = agreement(survey, by_group=True)
    if evidence.outcomes is not None:
        made["outcomes"] = changes(evidence.outcomes)
        made["outcomes by age"] = changes(evidence.outcomes, by_age=True)
        made["outcomes shares"] = outcome_shares(evidence.outcomes)
    if evidence.participation is not None:
        made["participation"] = participation(evidence.participation)
        made["participation by age"] = participation(evidence.participation, by="age_group")
        if days := days_within(evidence.plan):
            made[SPANS] = by_span(evidence.participation, days)
    return made


def for_readers(
    evidence: Evidence, policy: Policy | str | Path, *, restricted: bool, ledger: str = ""
) -> Own:
    """
    Hide what a policy says must not be seen.

    Parameters
    ----------
    evidence : Evidence
    policy : Policy, str or Path
    restricted : bool
        Whether it is for the committee alone, who may see all.
    ledger : str
        Folder of what was released before; empty for none.

    Returns
    -------
    Own
        Surveys of staff hide their small groups themselves; everything about children and families
        goes through the policy.
    """
    tables = tables_of(evidence)
    if restricted:
        return Own(evidence, tables)
    own = {name: table for name, table in tables.items() if not name.startswith(_OF_STAFF)}
    before = (
        earlier(Path(ledger), area=evidence.area, synthetic=evidence.synthetic) if ledger else []
    )
    done = release({n: _as_counts(t) for n, t in own.items()}, policy, earlier=before)
    shown = {name: _as_shown(table, done.tables[name]) for name, table in own.items()}
    return Own(evidence, {**tables, **shown}, done)


def _as_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Keep what tells counts apart; answers of children add up to all who were followed."""
    columns = [c for c in table if c in {*measures.BEFORE, *AFTER, *_GROUPS}]
    counts = table[columns].reset_index(drop=True)
    if "answer" not in counts:
        return counts
    lost = counts["answer"] == MISSING
    counts.loc[lost, "indicator"] = "missing, " + counts["indicator"]
    whole = counts[~lost].drop_duplicates(["indicator", "denominator"])
    whole = whole.assign(answer="all", numerator=whole["denominator"], value=100.0)
    return pd.concat([counts, whole], ignore_index=True)


def _as_shown(table: pd.DataFrame, released: pd.DataFrame) -> pd.DataFrame:
    """Give a table its released figures; what else it says of a hidden row is taken out."""
    figures = ["numerator", "denominator", "value", "lower", "upper", "mark"]
    shown = table.reset_index(drop=True)
    shown[figures] = released[figures].iloc[: len(table)].reset_index(drop=True)
    hidden = shown["mark"] == SUPPRESSED
    for column in (c for c in (*_TOLD, *_SAID) if c in shown):
        shown[column] = shown[column].where(~hidden, "" if shown[column].dtype == "str" else np.nan)
    return _without_words(shown)


def _without_words(table: pd.DataFrame) -> pd.DataFrame:
    """Take out the words of hidden figures, but where they leave enough open."""
    hidden = table["mark"] == SUPPRESSED
    if "word" not in table or not hidden.any():
        return table
    kept = [
        word if hides and _leaves_open(word, whole) else ("" if hides else word)
        for word, whole, hides in zip(table["word"], table["denominator"], hidden, strict=True)
    ]
    return table.assign(word=kept)


def _leaves_open(word: str, whole: float) -> bool:
    share = share_words().get(word)
    if share is None or pd.isna(whole) or whole < 1:
        return False
    counts = share.counts(int(whole))
    return counts is not None and counts[1] - counts[0] + 1 >= _OPEN


def about(own: Own) -> Prose:
    """Say what other evidence a report uses, and how those it is about are protected."""
    held = own.evidence
    found = [
        *(f"a reading of {r.records} records ({write_date(r.date)})" for r in held.readings),
        *(f"a survey of {s.who} ({write_date(s.date)})" for s in held.surveys),
        *(["outcomes of the same children"] if held.outcomes else []),
        *(["a log of meetings"] if held.participation else []),
    ]
    text = f"Other evidence{' (SYNTHETIC, made up)' if held.synthetic else ''}: {'; '.join(found)}."
    if own.release is None:
        warned = "It is not protected against disclosure: small numbers can be recognised."
        return Prose([text, f"For the committee alone. {warned}"], "warning")
    policy = own.release.policy
    staff = "Groups of staff of fewer than 10 answers are hidden."
    return Prose([text, f"How it is protected: {policy}. {' '.join(policy.said())} {staff}"])


def give(own: Own, beside: Release | None) -> None:
    """
    Hand what was hidden to whoever lets the report leave.

    Parameters
    ----------
    own : Own
    beside : Release or None
        What the same report releases from records.
    """
    if own.release is not None:
        whole = together(beside, own.release) if beside else own.release
        hand(whole, area=own.evidence.area, synthetic=own.evidence.synthetic)
