"""How a report opens: what it is, what changed and whether it is real, what to ask."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from .. import areas, catalogue, framework, local, sentences, values
from ..periods import census_date, parse, write_date
from ..tables import Html, Pieces, Prose, Table, pieces
from . import register, reregistration
from .scope import Scope


def title(scope: Scope) -> Pieces:
    """Head the page; where records are used, say so first."""
    own, more = scope.local, scope.own
    made_up = bool(own and own.records.synthetic) or bool(more and more.evidence.synthetic)
    hides = bool(scope.parameters["restricted"]) and bool(own or more)
    what = "records and other evidence" if more and own else "evidence" if more else "records"
    banner = local.banner_of(synthetic=made_up, restricted=hides, what=what)
    around = [banner] if made_up or hides else []
    abouts = [*([local.about(own)] if own else []), *([framework.about(more)] if more else [])]
    return pieces(*around, _title(scope), *abouts)


def _title(scope: Scope) -> Html:
    year = parse(scope.year)
    added = [what for what, held in (("its own records", scope.local),
                                     ("other evidence", scope.own)) if held]  # fmt: skip
    sources = " and ".join(["published figures", *added])
    text = (
        f"A self-evaluation of child protection in {scope.area} from {sources}: the "
        f"academic year {write_date(year.start)} to {write_date(year.end)}, with the register as "
        f"counted on {write_date(census_date(scope.year))}."
    )
    about = (
        f"Figures that are not from {' or '.join(added)} are published, or worked out from "
        "published ones. Nothing is worked out from a figure that was suppressed."
        if added
        else "Every figure here is published, or worked out from published ones. No child-level "
        "records were used, and nothing is worked out from a figure that was suppressed."
    )
    edited = scope.data.edited
    warned = (
        Markup('<p class="warning" role="note">These data files differ from what was published in '
               "the data package: {}. Check them before using this report.</p>").format(
            ", ".join(f"{name}.csv" for name in edited)
        )
        if edited
        else ""
    )  # fmt: skip
    return Html(
        Markup(
            "<h1>{}: child protection self-evaluation, {}</h1><p class='lead'>{}</p><p>{}</p>{}"
        ).format(scope.area, scope.year, text, about, warned)
    )


def what_changed(scope: Scope) -> Prose:
    """Say first what changed and whether it is more than chance."""
    said = [*register.findings(scope), *reregistration.findings(scope)]
    said.append(reregistration.national_finding(scope))
    if scope.local:
        sections = local.annual_chapters().values()
        said += local.in_brief(scope.local, sections, local.year(scope.year)).sentences
    return Prose(said, "list")


def at_a_glance(scope: Scope) -> Table:
    """Tabulate this year, last year and Scotland, with a verdict on each difference."""
    shown = (register.INDICATOR, reregistration.LOCAL)
    frame = pd.DataFrame([_glance(scope, indicator) for indicator in shown])
    if scope.is_scotland:
        frame = frame.drop(columns=["Scotland", "Against the rest of Scotland"])
    numbers = [scope.year, scope.year_before, *(["Scotland"] if not scope.is_scotland else [])]
    return Table(
        frame,
        f"{scope.area} at a glance",
        numbers=numbers,
        notes=[
            "Verdicts are at the 95% level, each difference tested on its own.",
            "CSWS: Children's Social Work Statistics. LGBF: Local Government Benchmarking "
            "Framework.",
            *(note for indicator in shown for note in _sources(scope, indicator)),
        ],
    )


def _sources(scope: Scope, indicator: str) -> list[str]:
    """Say where the figures of a row were published; nothing where there are none."""
    rows = scope.measure(indicator, scope.shown, [scope.year, scope.year_before])
    sources = "; ".join(dict.fromkeys(source for source in rows["source"] if source))
    heading = catalogue.CATALOGUE[indicator].heading
    return [f"{heading}. Source: {sources}."] if sources else []


def _glance(scope: Scope, indicator: str) -> dict[str, str]:
    entry = catalogue.CATALOGUE[indicator]
    now, then = scope.one(indicator), scope.one(indicator, period=scope.year_before)
    country = scope.one(indicator, areas.SCOTLAND)
    testable = indicator == register.INDICATOR
    year = register.since_last_year(scope)["verdict"] if testable else ""
    rest = register.against_scotland(scope)["verdict"] if testable and not scope.is_scotland else ""
    return {
        "Indicator": entry.heading,
        scope.year: values.write(now["value"], now["mark"], entry.decimals),
        scope.year_before: values.write(then["value"], then["mark"], entry.decimals),
        "Since the year before": "not comparable: the definition changed"
        if sentences.break_between(scope.year, entry)
        else _verdict(year, now, then),
        "Scotland": values.write(country["value"], country["mark"], entry.decimals),
        "Against the rest of Scotland": _verdict(rest, now, country),
    }


def _verdict(verdict: str, row: pd.Series, other: pd.Series) -> str:
    if pd.isna(row["value"]) or pd.isna(other["value"]):
        return "no comparison: a figure is missing"
    words = {"similar": "no clear difference", "": "not testable: no counts published"}
    return words.get(verdict, verdict)


def questions(scope: Scope) -> Prose:
    """Put the questions of the indicators used, for the committee to answer."""
    asked = [register.INDICATOR, reregistration.LOCAL, "register_rate_by_age", "registered_before"]
    return Prose([catalogue.CATALOGUE[i].question for i in asked], "list")
