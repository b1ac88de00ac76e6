"""What pandas does in a dearer way than an engine that plans: the same rows, by a shorter way.

pandas looks a text up at each join, grouping and sort. Elsewhere these are plain joins and groups.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
import pandas as pd


def replaced(frame: nw.LazyFrame, few: nw.LazyFrame, *, of: str, by: str) -> nw.LazyFrame:
    """
    Add a column of what stands for each value of another: a few values have been replaced.

    Parameters
    ----------
    frame : narwhals LazyFrame
    few : narwhals LazyFrame
        Columns `of`, each value once, and `by`: what replaces it. Without nulls.
    of, by : str
        The column there is, and the one to add; a value that is not among the few is kept.

    Returns
    -------
    narwhals LazyFrame
    """
    if not frame.implementation.is_pandas():
        joined = frame.join(few, on=of, how="left")
        return joined.with_columns(nw.coalesce(by, of).alias(by))
    # A join would look every text up; only those among the few are.
    native = frame.collect().to_native()
    new = few.collect().to_native().set_index(of)[by]
    values = native[of]
    hit = values.isin(new.index) & values.notna()
    if hit.any():
        values = values.copy()
        values[hit] = values[hit].map(new)
    return nw.from_native(native.assign(**{by: values})).lazy()


def numbered(
    frames: Sequence[nw.LazyFrame], *, column: str
) -> tuple[str, tuple[nw.LazyFrame, ...]]:
    """
    Give texts that are grouped, sorted and joined by again and again a number.

    Parameters
    ----------
    frames : sequence of narwhals LazyFrame
        All that will be joined by it.
    column : str

    Returns
    -------
    key : str
        The column to use instead: one more on pandas, where a text would be looked up each time;
        the same elsewhere. A number says nothing of the order, and is negative for null.
    frames : tuple of narwhals LazyFrame
    """
    if not frames[0].implementation.is_pandas():
        return column, tuple(frames)
    natives = [frame.collect().to_native() for frame in frames]
    codes, _ = pd.factorize(pd.concat([native[column] for native in natives], ignore_index=True))
    key, found, start = f"_number_of_{column}", [], 0
    for native in natives:
        end = start + len(native)
        found.append(nw.from_native(native.assign(**{key: codes[start:end]})).lazy())
        start = end
    return key, tuple(found)


def merged(frame: nw.LazyFrame, *, by: Sequence[str], how: Sequence[nw.Expr]) -> nw.LazyFrame:
    """
    Make one row of those that are alike in some columns, which most rows have to themselves.

    Parameters
    ----------
    frame : narwhals LazyFrame
    by : sequence of str
        The columns.
    how : sequence of narwhals Expr
        What to make of each other column, such as the least of it: of one row, the row itself.

    Returns
    -------
    narwhals LazyFrame
    """
    if not frame.implementation.is_pandas():
        return frame.group_by(*by).agg(*how)
    # Grouping texts is dear here, so only rows that have something to be merged with are grouped.
    native = frame.collect().to_native()
    several = native.duplicated(list(by), keep=False)
    if not several.any():
        return nw.from_native(native).lazy()
    many = nw.from_native(native[several]).group_by(*by).agg(*how).to_native()
    alone = native.loc[~several, list(many.columns)]
    return nw.from_native(pd.concat([alone, many], ignore_index=True)).lazy()
