"""What a check may ask for: each figure that it names is read before any is looked up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from .. import areas, catalogue
from ..errors import CpstatsError, UnknownName

Wrong = tuple[object, str, str]

#: Each form of figure: what it is known by, what it needs beside that, and what it may have.
_FORMS: dict[str, tuple[set[str], set[str]]] = {
    "indicator": ({"area", "period"}, {"group"}),
    "table": ({"measure", "area", "period"}, {"where"}),
    "claim": (set(), set()),
    "item": (set(), {"needs"}),
    "number": (set(), set()),
    "numerator": ({"denominator"}, {"per"}),
    "times": (set(), set()),
    "plus": (set(), set()),
    "less": (set(), set()),
}
_TEXTS = ("indicator", "table", "measure", "area", "period", "where", "claim", "item", "needs")
_LISTS = ("times", "plus", "less")
#: All that a condition on a table may be made of: comparisons of columns with what is written.
_PLAIN = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Name, ast.Load, ast.Constant,
    ast.Tuple, ast.List, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
)  # fmt: skip


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
    if way == "figure":
        yield from _figure(check["figure"])
        bases = check.get("bases", {})
        if not isinstance(bases, dict):
            yield bases, "has bases that are no table", "Write bases = { name = {...} }"
            return
        for spec in bases.values():
            yield from _figure(spec)
    elif way == "compare":
        yield from _figure(check.get("compare"))
        yield from _figure(check.get("with"))
    elif way == "whole":
        yield from _figure(check.get("rate"))
        yield from _figure(check.get("population"))
    elif way == "rank":
        yield from _rank(check)
    elif way == "trend":
        yield from _trend(check)
    elif way == "estimate":
        asked = {"table", "rate", "count", "period", "ages"}
        yield from _keys(check["estimate"], asked, set())
        if isinstance(check["estimate"], dict) and not _texts(list(check["estimate"].values())):
            yield check["estimate"], "holds something that is no text", "Write each in quotes"
    elif way in {"same", "together"} and not _texts(check[way]):
        yield check[way], f"has a {way} that is no list of claims", 'Write ["...", "..."]'
    elif way == "item":
        if not all(isinstance(check.get(key, ""), str) for key in ("item", "needs")):
            yield check["item"], "names no item", 'Write item = "..."'
        whole = check.get("of", 1)
        if not isinstance(whole, int) or whole < 1:
            yield whole, "has an `of` that is no number of people", "Write a whole number above 0"


def _rank(check: dict[str, Any]) -> Iterator[Wrong]:
    spec = check["rank"]
    if not isinstance(spec, dict) or not {"indicator", "table"} & set(spec):
        yield spec, "ranks no indicator and no table", "Write indicator = ... or table = ..."
        return
    yield from _figure(spec)
    among = check.get("among", [])
    if not _texts(among) and among != []:
        yield among, "is no list of areas", 'Write among = ["...", "..."]'
    else:
        for name in among:
            yield from _area(name)
    if not isinstance(check.get("at", 1), int):
        yield check["at"], "is no place", "Write a whole number"


def _trend(check: dict[str, Any]) -> Iterator[Wrong]:
    spec = check["trend"]
    if not isinstance(spec, dict):
        yield spec, "names no series", "Write indicator = ... and area = ..."
        return
    yield from _figure({**spec, "period": "any"})
    periods = check.get("periods")
    if not _texts(periods) or len(periods or ()) < 2 or not _texts(check.get("after", ["x"])):
        yield periods, "has no periods to hold together", 'Write periods = ["...", "..."]'
    if check.get("goes") not in {"up", "down"}:
        yield check.get("goes"), "goes no way", "Write up or down"


def _texts(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(t, str) for t in given)


def _figure(spec: Any) -> Iterator[Wrong]:
    """Say what is wrong with one figure, and with those it is made of."""
    if not isinstance(spec, dict):
        yield spec, "is no figure", f"Write a table with one of: {', '.join(_FORMS)}"
        return
    forms = [form for form in _FORMS if form in spec]
    if len(forms) != 1:
        yield spec, "is not one figure", f"Give one of: {', '.join(_FORMS)}"
        return
    (form,) = forms
    yield from _keys(spec, _FORMS[form][0] | {form}, _FORMS[form][1])
    for key in (k for k in _TEXTS if k in spec and not isinstance(spec[k], str)):
        yield spec[key], f"has a {key} that is no text", "Write it in quotes"
        return
    if form in _LISTS:
        parts = spec[form]
        if not isinstance(parts, list) or len(parts) < 2 or (form == "less" and len(parts) != 2):
            yield parts, f"has too few parts for {form}", "Give a list of figures"
            return
        for part in parts:
            yield from _figure(part)
    for part in ("numerator", "denominator") if form == "numerator" else ():
        yield from _figure(spec.get(part))
    for key in (k for k in ("number", "per") if k in spec):
        if isinstance(spec[key], bool) or not isinstance(spec[key], int | float):
            yield spec[key], f"has a {key} that is none", "Write a number"
    yield from _named(spec)


def _keys(spec: Any, needed: set[str], allowed: set[str]) -> Iterator[Wrong]:
    if not isinstance(spec, dict):
        yield spec, "is no table", f"It needs {', '.join(sorted(needed))}"
        return
    for key in sorted(needed - set(spec)):
        yield next(iter(spec), ""), f"has no {key}", f"Write {key} = ..."
    for key in sorted(set(spec) - needed - allowed):
        yield key, "is not known in a figure", f"Known: {', '.join(sorted(needed | allowed))}"


def _named(spec: dict[str, Any]) -> Iterator[Wrong]:
    """Look up the names that a figure uses."""
    if "area" in spec:
        yield from _area(spec["area"])
    if "indicator" in spec:
        try:
            entry = catalogue.find(spec["indicator"])
        except UnknownName as error:
            yield spec["indicator"], "is no indicator", str(error)
            return
        if not entry.is_published:
            yield spec["indicator"], "is counted from records alone", "Name a published indicator"
        group = spec.get("group", {})
        if not isinstance(group, dict) or set(group) - set(entry.breakdowns):
            known = ", ".join(entry.breakdowns) or "none"
            yield group, "is no group of the indicator", f"It can be split by: {known}"
    if "where" in spec and not _is_plain(spec["where"]):
        said = "is no plain condition on columns"
        yield spec["where"], said, "Write comparisons: sex == 'all' and age_band in ('0-4', '5-10')"


def _area(name: Any) -> Iterator[Wrong]:
    try:
        areas.find(name)
    except CpstatsError as error:
        yield name, "is no area", str(error)


def _is_plain(condition: str) -> bool:
    """Tell whether a condition does nothing but compare: a ledger may come from elsewhere."""
    try:
        tree = ast.parse(condition, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(isinstance(node, _PLAIN) for node in ast.walk(tree))
