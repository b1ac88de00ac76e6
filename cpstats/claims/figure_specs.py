"""What a figure may ask for: each is read before it is looked up."""

from __future__ import annotations

import ast
import re
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
    "item": (set(), {"needs", "per", "over"}),
    "number": (set(), set()),
    "numerator": ({"denominator"}, {"per"}),
    "times": (set(), set()),
    "plus": (set(), set()),
    "less": (set(), set()),
    "first": (set(), set()),
}
#: No figure here is larger; more digits could not be rounded as they are printed.
LARGEST = 1e12
_TEXTS = ("indicator", "table", "measure", "area", "period", "where", "claim", "item", "needs")
_LISTS = ("times", "plus", "less", "first")
#: All that a condition on a table may be made of: comparisons of columns with what is written.
_PLAIN = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Name, ast.Load, ast.Constant,
    ast.Tuple, ast.List, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
)  # fmt: skip


def in_period(spec: Any, period: str) -> Any:
    """
    Ask for a figure in a period: items take it into their name.

    Parameters
    ----------
    spec : dict
        A figure without period.
    period : str

    Returns
    -------
    dict

    Examples
    --------
    >>> in_period({"item": "orders", "needs": "orders"}, "2016-17")
    {'item': 'orders_2016_17', 'needs': 'orders, 2016-17'}
    """
    if not isinstance(spec, dict) or "claim" in spec or "number" in spec:
        return spec
    if "item" in spec:
        name = f"{spec['item']}_{re.sub(r'[^a-z0-9]+', '_', period.casefold())}"
        needs = {"needs": f"{spec['needs']}, {period}"} if "needs" in spec else {}
        return {**spec, "item": name, **needs}
    parts = [key for key in ("numerator", "denominator", *_LISTS) if key in spec]
    if not parts:
        return {**spec, "period": period}
    made = {
        key: [in_period(p, period) for p in spec[key]]
        if isinstance(spec[key], list)
        else in_period(spec[key], period)
        for key in parts
    }
    return {**spec, **made}


def texts(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(t, str) for t in given)


def figure(spec: Any) -> Iterator[Wrong]:
    """Say what is wrong with one figure, and with those it is made of."""
    if not isinstance(spec, dict):
        yield spec, "is no figure", f"Write a table with one of: {', '.join(_FORMS)}"
        return
    forms = [form for form in _FORMS if form in spec]
    if len(forms) != 1:
        yield spec, "is not one figure", f"Give one of: {', '.join(_FORMS)}"
        return
    (form,) = forms
    yield from keys(spec, _FORMS[form][0] | {form}, _FORMS[form][1])
    for key in (k for k in _TEXTS if k in spec and not isinstance(spec[k], str)):
        yield spec[key], f"has a {key} that is no text", "Write it in quotes"
        return
    if form in _LISTS:
        parts = spec[form]
        if not isinstance(parts, list) or len(parts) < 2 or (form == "less" and len(parts) != 2):
            yield parts, f"has too few parts for {form}", "Give a list of figures"
            return
        for part in parts:
            yield from figure(part)
    for part in ("numerator", "denominator") if form == "numerator" else ():
        yield from figure(spec.get(part))
    yield from numbers(spec)
    if "over" in spec:
        yield from figure(spec["over"])
    yield from _named(spec)


def numbers(spec: dict[str, Any]) -> Iterator[Wrong]:
    for key in (k for k in ("number", "per") if k in spec):
        value = spec[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            yield value, f"has a {key} that is none", "Write a number"
        elif key == "per" and value <= 0:
            yield value, "has a per that is none", "Write a number above 0"


def _finite(value: float) -> bool:
    """Tell a number that can be reckoned with: TOML reads 1e400, and whole numbers of any size."""
    try:
        return abs(float(value)) <= LARGEST
    except OverflowError:
        return False


def keys(spec: Any, needed: set[str], allowed: set[str]) -> Iterator[Wrong]:
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
        yield from area(spec["area"])
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


def area(name: Any) -> Iterator[Wrong]:
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
