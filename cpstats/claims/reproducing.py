"""Every claim of a ledger, held against the data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ..errors import DataProblems, UnknownName, named_in
from ..published import Published
from .checks import VERDICTS, check
from .figures import Evidence, apart_from
from .ledgers import Ledger, find_ledger, read_ledger
from .supplied import Item, read_items
from .wants import wants, wrong_items

#: Facts from other publishers' pages, beside the ledgers.
FACTS = "facts.csv"
COLUMNS = ["id", "kind", "place", "says", "published", "computed", "verdict", "reason"]


def reproduce(
    data: Published, claims: str | Path | Ledger, *, supplied: str | Path | None = None
) -> pd.DataFrame:
    """
    Recompute every claim of a document from the data.

    Parameters
    ----------
    data : Published
        From `load`.
    claims : str, Path or Ledger
        The name of a ledger in `data/claims/`, or its path.
    supplied : str or Path, optional
        Figures that the partnership holds and the data package has not: CSV with the columns
        `item, value, numerator, denominator, source, note`. The reasons name the items.

    Returns
    -------
    DataFrame
        A row for each claim, in the order of the ledger: `id, kind, place, says, published` (as
        printed), `computed` (a number, text, or None where the data lack), `verdict` and `reason`.
        Verdicts: "reproduced", "reproduced to published rounding", "consistent" (a statement or
        word that the data allow), "not reproducible" (the reason says what is missing) and
        "contradicted". Figures that come from the document itself are no evidence for it.

    Raises
    ------
    UnknownName
        For a ledger that is not there.
    DataProblems
        With everything wrong in the ledger or in what was supplied.

    Examples
    --------
    >>> from cpstats import load
    >>> found = reproduce(load(), "dundee-2022").set_index("id")
    >>> found.loc["reregistered-dundee", ["published", "verdict"]].tolist()
    ['1.9', 'reproduced to published rounding']
    """
    ledger = claims if isinstance(claims, Ledger) else read_ledger(find_ledger(claims, data.folder))
    _know_source(data, ledger)
    items = _items(data.folder, ledger, supplied)
    evidence = Evidence(apart_from(data, ledger.source), ledger, items)
    rows = []
    for claim in ledger.claims:
        found = check(claim, evidence)
        head = (claim.id, claim.kind, claim.place, claim.says, claim.published)
        rows.append((*head, found.computed, found.verdict, found.reason))
    # Of objects from the start, so that what lacks stays None among numbers.
    return pd.DataFrame(rows, columns=COLUMNS, dtype="object").astype(
        {name: "str" for name in COLUMNS if name != "computed"}
    )


def _know_source(data: Published, ledger: Ledger) -> None:
    """Refuse a source that is none: it would leave the document's own figures in the data."""
    known = data.table("sources")["source"]
    if ledger.source and ledger.source not in set(known):
        with named_in(f"{ledger.name}.toml"):
            raise UnknownName("source of figures in sources.csv", ledger.source, known)


def _items(folder: Path, ledger: Ledger, supplied: str | Path | None) -> dict[str, Item]:
    """Read the facts of the data package, and over them what the partnership supplies."""
    facts = folder / "claims" / FACTS
    items = read_items(facts) if facts.exists() else {}
    own = read_items(Path(supplied)) if supplied else {}
    asked = {want.item for want in wants(ledger)}
    used = [(name, item) for name, item in items.items() if name in asked and name not in own]
    problems = wrong_items(ledger, [*used, *own.items()])
    if problems:
        raise DataProblems(problems)
    return {**items, **own}


def tally(reproduced: pd.DataFrame, kinds: Iterable[str] = ()) -> pd.DataFrame:
    """
    Count claims by verdict and kind.

    Parameters
    ----------
    reproduced : DataFrame
        From `reproduce`.
    kinds : iterable of str
        Which kinds, in order; all of them without it.

    Returns
    -------
    DataFrame
        `kind`, a column for each verdict, and `all`; the last row is for all kinds.
    """
    counts = pd.crosstab(reproduced["kind"], reproduced["verdict"])
    wanted = list(kinds) or list(dict.fromkeys(reproduced["kind"]))
    counts = counts.reindex(index=wanted, columns=list(VERDICTS), fill_value=0)
    counts["all"] = counts.sum(axis=1)
    counts.loc["all kinds"] = counts.sum()
    return counts.rename_axis(index="kind", columns=None).reset_index()
