"""Conditions of definitions: text that is printed word for word, and run on every engine.

`meeting_type in ('initial', 'pre-birth') and days_to_meeting <= 28`. A comparison with a missing
value is false, whichever way it goes; `is None` and `is not None` ask for missing values.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

import narwhals as nw

from .errors import CpstatsError

_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def as_expression(condition: str) -> nw.Expr:
    """
    Turn a condition into an expression that any engine runs.

    Parameters
    ----------
    condition : str
        Column names, texts and numbers, compared by `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`,
        `not in`, `is None`, `is not None`, joined by `and`, `or`, `not`. Empty is true of all.

    Returns
    -------
    narwhals Expr of bool
        Never null.

    Raises
    ------
    CpstatsError
        When the text is no such condition.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"age": [3.0, None, 15.0]}))
    >>> frame.filter(as_expression("age >= 13"))["age"].to_list()
    [15.0]
    """
    if not condition.strip():
        return nw.lit(True)
    try:
        return _logical(ast.parse(condition, mode="eval").body)
    except (SyntaxError, KeyError, ValueError, AttributeError) as error:
        raise CpstatsError(f"{condition!r} is not a condition that can be read.") from error


def _logical(node: ast.expr) -> nw.Expr:
    if isinstance(node, ast.BoolOp):
        join = operator.and_ if isinstance(node.op, ast.And) else operator.or_
        first, *rest = (_logical(value) for value in node.values)
        for part in rest:
            first = join(first, part)
        return first
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ~_logical(node.operand)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _comparison(node.left, node.ops[0], node.comparators[0])
    raise ValueError


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr) -> nw.Expr:
    if not isinstance(left, ast.Name):
        raise ValueError
    column = nw.col(left.id)
    if isinstance(op, ast.Is | ast.IsNot):
        if ast.literal_eval(right) is not None:
            raise ValueError
        return ~column.is_null() if isinstance(op, ast.IsNot) else column.is_null()
    if isinstance(op, ast.In | ast.NotIn):
        among = column.is_in(list(ast.literal_eval(right)))
        found = ~among if isinstance(op, ast.NotIn) else among
        return found.fill_null(False) & ~column.is_null()
    other = nw.col(right.id) if isinstance(right, ast.Name) else ast.literal_eval(right)
    known = ~column.is_null()
    if isinstance(right, ast.Name):
        known = known & ~nw.col(right.id).is_null()
    return _COMPARE[type(op)](column, other).fill_null(False) & known
