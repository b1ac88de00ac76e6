"""A document's claims on a page: what was reproduced, what was not and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from .. import areas, claims, endnotes, periods, published
from ..claims.checks import CONSISTENT, CONTRADICTED, NOT_REPRODUCIBLE, VERDICTS
from ..published import Published
from ..tables import Html, Prose, Table

_MEANS = {
    "reproduced": "the data give the same figure",
    "reproduced to published rounding": "the data give it once rounded as it was printed",
    "consistent": "a statement or a word that the data, or the document's own figures, allow",
    "not reproducible": "the data do not hold what is needed; what that is, is said",
    "contradicted": "the data, or the document elsewhere, say otherwise",
}


@dataclass(frozen=True)
class Reproduction:
    """A document's claims, each held against the data.

    Attributes
    ----------
    data : Published
    ledger : Ledger
    found : DataFrame
        As `cpstats.reproduce` gives it.
    parameters : dict
    """

    data: Published
    ledger: claims.Ledger
    found: pd.DataFrame
    parameters: dict[str, object]


def open(*, ledger: str, supplied: str = "", data: Published | None = None) -> Reproduction:
    """
    Recompute the claims of a document.

    Parameters
    ----------
    ledger : str
        Its name in `data/claims/`, or the path of its ledger.
    supplied : str
        A file of figures that the partnership holds; empty for none.
    data : Published, optional

    Returns
    -------
    Reproduction

    Raises
    ------
    UnknownName
        For a ledger that is not there.
    DataProblems
        With everything wrong in the ledger or in what was supplied.
    """
    package = data or published.load()
    read = claims.read_ledger(claims.find_ledger(ledger, package.folder))
    found = claims.reproduce(package, read, supplied=supplied or None)
    return Reproduction(package, read, found, {"ledger": ledger, "supplied": supplied})


def title(made: Reproduction) -> Html:
    """Head the page: which document, and what was done with it."""
    ledger = made.ledger
    text = (
        f"Each of {len(made.found)} quantitative or quantified statements of this document is "
        "recomputed from published figures, or held against what the document says elsewhere. "
        "Statements are paraphrased; values stand as printed. The document's own figures are no "
        "evidence for it."
    )
    return Html(
        Markup("<h1>Claims recomputed: {}</h1><p class='lead'>{}</p><p>{}</p>").format(
            ledger.title,
            f"{ledger.publisher}, {ledger.published}.",
            text,
        )
    )


def in_brief(made: Reproduction) -> Prose:
    """Say how many claims came to each verdict, and what the verdict means."""
    counts = made.found["verdict"].value_counts()
    lines = [f"{v[:1].upper()}{v[1:]}: {counts.get(v, 0)}; {_MEANS[v]}." for v in VERDICTS]
    several = counts.get(CONTRADICTED, 0)
    if (apart := _conflicts(made)) < several:
        lines[-1] += (
            f" The {several} are {apart} different matters: where the document says two things, "
            "the claim is counted at each place."
        )
    return Prose(lines, "list")


def _conflicts(made: Reproduction) -> int:
    """Count what is contradicted, once each where the document contradicts itself."""
    wrong = made.found.loc[made.found["verdict"] == CONTRADICTED, "id"].tolist()
    together = {name: {name} for name in wrong}
    for name in wrong:
        for other in made.ledger.by_id[name].check.get("same", []):
            if other in together:
                joined = together[name] | together[other]
                together |= dict.fromkeys(joined, joined)
    return len({min(group) for group in together.values()})


def verdicts(made: Reproduction) -> Table:
    """Count claims by kind and verdict."""
    frame = claims.tally(made.found).astype("str")
    frame.columns = [c[:1].upper() + c[1:] for c in frame]
    return Table(frame, "Claims by kind and verdict", numbers=list(frame)[1:])


def contradicted(made: Reproduction) -> Table | Prose:
    """List the claims that the data or the document contradict, with both values."""
    return _listed(made, made.found["verdict"] == CONTRADICTED, "Claims that are contradicted")


def against_itself(made: Reproduction) -> Table | Prose:
    """List what follows from the document's own figures: conversions, comparisons, repeats."""
    own = [c.id for c in made.ledger.claims if c.way in {"compare", "together", "whole"}]
    chosen = made.found["id"].isin(own) & (made.found["verdict"] == CONSISTENT)
    return _listed(made, chosen, "Comparisons and conversions that its figures bear out")


def three_points(made: Reproduction) -> Table | Prose:
    """List trends, with the chance of them and what came next."""
    return _listed(made, made.found["kind"] == "trend", "Trends: what was said, and what came next")


def wanted(made: Reproduction) -> Table | Prose:
    """List what would have to be supplied to reproduce the rest."""
    chosen = made.found["verdict"] == NOT_REPRODUCIBLE
    rows = made.found[chosen]
    if rows.empty:
        return Prose(["Nothing is missing."])
    frame = pd.DataFrame(
        {
            "Claim": rows["says"],
            "Published": rows["published"],
            "What is missing": [_in_words(reason) for reason in rows["reason"]],
            "To be supplied as": ["; ".join(_items(reason)) for reason in rows["reason"]],
        }
    )
    return Table(frame, "What is missing for the rest", notes=[
        "Whoever holds these figures can supply them: a file with the columns item, value, "
        "numerator, denominator, source, note, named when the claims are recomputed. The last "
        "column says what to write as its item."
    ])  # fmt: skip


#: What a figure is called in the file that supplies it: the words before it say what it is.
_ITEM = re.compile(r" \(item ([A-Za-z0-9_-]+)(?:: ([^)]*))?\)")


def _items(reason: str) -> list[str]:
    return list(dict.fromkeys(found[1] for found in _ITEM.finditer(reason)))


def _in_words(reason: str) -> str:
    """Leave out what figures are called in a file."""
    return _ITEM.sub(lambda found: f" ({found[2]})" if found[2] else "", reason)


def every_claim(made: Reproduction) -> Table | Prose:
    """List every claim in the order of the document."""
    frame = pd.DataFrame(
        {
            "Claim": made.found["says"],
            "Place": made.found["place"],
            "Published": made.found["published"],
            "Computed": _computed(made, made.found),
            "Verdict": made.found["verdict"],
        }
    )
    # Published and computed hold words and days as well as figures.
    return Table(frame, "Every claim")


def _listed(made: Reproduction, chosen: pd.Series, caption: str) -> Table | Prose:
    rows = made.found[chosen]
    if rows.empty:
        return Prose(["None."])
    frame = pd.DataFrame(
        {
            "Claim": rows["says"],
            "Published": rows["published"],
            "Computed": _computed(made, rows),
            "Verdict": rows["verdict"],
            "Why": [_in_words(reason) for reason in rows["reason"]],
        }
    )
    # A column that says the same on each row says it in the caption.
    return Table(frame.drop(columns=["Verdict"] * (rows["verdict"].nunique() == 1)), caption)


def _computed(made: Reproduction, rows: pd.DataFrame) -> list[str]:
    """Write what was computed; nothing was where the data lack."""
    return [
        _written(value, made.ledger.by_id[name])
        for name, value in zip(rows["id"], rows["computed"], strict=True)
    ]


def _written(value: object, claim: claims.Claim) -> str:
    if value is None:
        return "[x]"
    return claims.shown(value, claim) if isinstance(value, int | float) else str(value)


def denominators(made: Reproduction) -> Table:
    """Tell with which population each published register rate of the area was made."""
    name = areas.find(made.ledger.area or areas.SCOTLAND).name
    table = made.data.table("register_by_council")
    rows = table[table["area"] == name].pivot_table("value", "period", "measure").dropna()
    lines = [_audited(made.data, name, str(period), row) for period, row in rows.iterrows()]
    return Table(
        pd.DataFrame(lines),
        f"Which population made each published register rate, {name}",
        numbers=["Children", "Published rate", "Population"],
        notes=["Rates per 1,000. An estimate that fits gives the published rate from the count."],
    )


def _audited(data: Published, name: str, period: str, row: pd.Series) -> dict[str, str]:
    rate, count = row["register_rate_0_15"], row["children_on_register"]
    found = claims.audit_rate(data, repr(float(rate)), count, area=name)
    fits = found[found["fits"]]
    census = periods.census_date(period)
    best = fits.iloc[0] if len(fits) else None
    return {
        "Register of": periods.write_date(census),
        "Children": f"{count:,.0f}",
        "Published rate": f"{rate:.4g}",
        "Made with": "no estimate in hand" if best is None else f"{best['year']}, {best['ages']}",
        "Population": "[x]" if best is None else f"{best['population']:,.0f}",
        "Year of the estimate": _against(best, census.year),
    }


def _against(best: pd.Series | None, year: int) -> str:
    if best is None:
        return "superseded since"
    apart = year - int(best["year"].removeprefix("mid-"))
    said = {0: "the same year", 1: "the year before"}
    return said.get(apart, f"{apart} years before")


def provenance(made: Reproduction) -> Table:
    """Say what the page was made from, with what, and when."""
    file = claims.find_ledger(str(made.parameters["ledger"]), made.data.folder)
    facts = [("Ledger", f"{made.ledger.name}: {len(made.found)} claims, {_hash(file)}")]
    return endnotes.made_from(made.parameters, made.data, facts)


def _hash(path: Path) -> str:
    return published.file_hash(path).removeprefix("sha256:")[:16]
