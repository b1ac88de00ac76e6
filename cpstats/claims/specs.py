"""What a check may ask for, besides its figures: see `figure_specs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import days
from .figure_specs import Wrong, area, figure, in_period, keys, numbers, texts

KINDS = (
    "rate", "share", "rank", "count", "comparison", "trend", "quantifier word", "date",
    "conversion",
)  # fmt: skip

#: What each check asks for, and what it may ask for besides. Each may have a `note`: a limit of the
#: check, which stands in its reason.
CHECKS: dict[str, tuple[set[str], set[str]]] = {
    "figure": ({"figure"}, {"bases", "base"}),
    "rank": ({"rank"}, {"among", "from", "at", "place"}),
    "compare": ({"compare", "with", "is"}, {"bases", "base", "periods", "years"}),
    "trend": ({"trend", "periods", "goes"}, {"after"}),
    "same": ({"same"}, set()),
    "together": ({"together"}, set()),
    "whole": ({"whole", "rate", "population"}, set()),
    "estimate": ({"estimate"}, set()),
    "when": ({"when", "of"}, set()),
    "due": ({"due", "plan"}, {"after"}),
    "item": ({"item", "needs"}, {"of", "per", "over"}),
}
GOES = ("up", "down", "up and down")


def wrong_in(check: dict[str, Any], way: str) -> Iterator[Wrong]:
    """
    Say all that is wrong with the figures of a check.

    Parameters
    ----------
    check : dict
    way : str
        Which check it is.

    Returns
    -------
    iterator of (value, what is wrong, what to do)
    """
    if not isinstance(check.get("note", ""), str):
        yield check["note"], "has a note that is no text", "Write it in quotes"
    yield from _WRONG.get(way, lambda _: iter(()))(check)


def _one_figure(check: dict[str, Any]) -> Iterator[Wrong]:
    yield from figure(check["figure"])
    yield from _bases(check, figure)


def _bases(check: dict[str, Any], look: Any) -> Iterator[Wrong]:
    bases = check.get("bases", {})
    if not isinstance(bases, dict):
        yield bases, "has bases that are no table", "Write bases = { name = {...} }"
        return
    for spec in bases.values():
        yield from look(spec)


def _compare(check: dict[str, Any]) -> Iterator[Wrong]:
    periods = check.get("periods")
    for key in ("compare", "with"):
        spec = check.get(key)
        yield from figure(spec if periods is None else in_period(spec, "any"))
    if periods is not None and not texts(periods):
        yield periods, "has no periods", 'Write periods = ["...", "..."]'
    if not isinstance(check.get("years", ""), str):
        yield check["years"], "names no item", 'Write years = "..."'
    yield from _bases(check, _pair)


def _pair(spec: Any) -> Iterator[Wrong]:
    yield from keys(spec, {"compare", "with"}, set())
    if isinstance(spec, dict):
        yield from figure(spec.get("compare"))
        yield from figure(spec.get("with"))


def _whole(check: dict[str, Any]) -> Iterator[Wrong]:
    yield from figure(check.get("rate"))
    given = check.get("population")
    for spec in given if isinstance(given, list) and given else [given]:
        yield from figure(spec)


def _estimate(check: dict[str, Any]) -> Iterator[Wrong]:
    yield from keys(check["estimate"], {"table", "rate", "count", "period", "ages"}, set())
    if isinstance(check["estimate"], dict) and not texts(list(check["estimate"].values())):
        yield check["estimate"], "holds something that is no text", "Write each in quotes"


def _listed(check: dict[str, Any]) -> Iterator[Wrong]:
    way = "same" if "same" in check else "together"
    if not texts(check[way]):
        yield check[way], f"has a {way} that is no list of claims", 'Write ["...", "..."]'


def _when(check: dict[str, Any]) -> Iterator[Wrong]:
    if str(check["when"]) not in days.ORDERS:
        yield check["when"], "is no order of dates", f"Write one of: {', '.join(days.ORDERS)}"
    yield from _day(check["of"])


def _due(check: dict[str, Any]) -> Iterator[Wrong]:
    for key in ("due", "plan"):
        if not isinstance(check[key], str):
            yield check[key], f"has a {key} that is no text", "Write it in quotes"
    if "after" in check:
        yield from _day(check["after"])


def _day(spec: Any) -> Iterator[Wrong]:
    """Say what is wrong with a date that another is held against."""
    forms = [key for key in ("claim", "item", "date") if isinstance(spec, dict) and key in spec]
    if len(forms) != 1 or not all(isinstance(value, str) for value in spec.values()):
        yield spec, "is no date", 'Write { claim = "..." }, { item = "..." } or { date = "..." }'
        return
    yield from keys(spec, set(forms), {"needs"} if forms == ["item"] else set())
    if forms == ["date"] and days.span(spec["date"]) is None:
        yield spec["date"], "is no date", "Write it as in 12 July 2021 or March 2022"


def _item(check: dict[str, Any]) -> Iterator[Wrong]:
    if not all(isinstance(check.get(key, ""), str) for key in ("item", "needs")):
        yield check["item"], "names no item", 'Write item = "..."'
    whole = check.get("of", 1)
    if not isinstance(whole, int) or whole < 1:
        yield whole, "has an `of` that is no number of people", "Write a whole number above 0"
    yield from numbers(check)
    if "over" in check:
        yield from figure(check["over"])


def _rank(check: dict[str, Any]) -> Iterator[Wrong]:
    spec = check["rank"]
    if not isinstance(spec, dict) or not {"indicator", "table"} & set(spec):
        yield spec, "ranks no indicator and no table", "Write indicator = ... or table = ..."
        return
    yield from figure(spec)
    among = check.get("among", [])
    if not texts(among) and among != []:
        yield among, "is no list of areas", 'Write among = ["...", "..."]'
    else:
        for name in among:
            yield from area(name)
    if not isinstance(check.get("at", 1), int):
        yield check["at"], "is no place", "Write a whole number"
    if not isinstance(check.get("place", ""), str):
        yield check["place"], "names no item", 'Write place = "..."'


def _trend(check: dict[str, Any]) -> Iterator[Wrong]:
    spec = check["trend"]
    if not isinstance(spec, dict):
        yield spec, "names no series", "Write indicator = ... and area = ..."
        return
    yield from figure(in_period(spec, "any"))
    periods = check.get("periods")
    if not texts(periods) or len(periods or ()) < 2 or not texts(check.get("after", ["x"])):
        yield periods, "has no periods to hold together", 'Write periods = ["...", "..."]'
    if check.get("goes") not in GOES:
        yield check.get("goes"), "goes no way", f"Write one of: {', '.join(GOES)}"


_WRONG = {
    "figure": _one_figure,
    "rank": _rank,
    "compare": _compare,
    "trend": _trend,
    "same": _listed,
    "together": _listed,
    "whole": _whole,
    "estimate": _estimate,
    "when": _when,
    "due": _due,
    "item": _item,
}
