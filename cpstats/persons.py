"""Who an event is about: one person before and after birth, with age and circumstances on the day.

A child discussed or registered before birth may have one identifier then and another once born.
`later_id` of the children table says so, and both are one person here.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw

from .records import Records
from .records.dates import years_between
from .records.shortcuts import replaced

#: How often an identifier may change: before birth, at birth, and once more.
_STEPS = 3

_TRAITS = ("sex", "ethnicity", "disability", "simd_quintile", "family_id")
_BIRTH = ("date_of_birth", "expected_date_of_birth")

#: The columns that `attach` adds.
ATTACHED = ("person_id", *_TRAITS, *_BIRTH, "age", "age_band", "age_group")

NOT_KNOWN = "not known"


def links(records: Records) -> nw.LazyFrame:
    """
    Say which person an identifier that was replaced stands for.

    Parameters
    ----------
    records : Records

    Returns
    -------
    narwhals LazyFrame
        Columns `child_id` and `person_id`: only identifiers that have a `later_id`, each once, so
        that there are few. The person is the last identifier that `later_id` leads to, in at most
        three steps.
    """
    return records.once("links", lambda: _links(records))


def _links(records: Records) -> nw.LazyFrame:
    step = (
        records.table("children")
        .filter(~nw.col("child_id").is_null(), ~nw.col("later_id").is_null())
        .group_by("child_id")
        .agg(nw.col("later_id").max())
    )
    found = step.rename({"later_id": "person_id"})
    step = step.rename({"child_id": "_from", "later_id": "_to"})
    for _ in range(_STEPS - 1):
        found = found.join(step, left_on="person_id", right_on="_from", how="left").select(
            "child_id", nw.coalesce("_to", "person_id").alias("person_id")
        )
    return found


def with_person(frame: nw.LazyFrame, records: Records) -> nw.LazyFrame:
    """Add `person_id`; an identifier that was never replaced stands for itself."""
    if "children" not in records.tables:
        return frame.with_columns(person_id=nw.col("child_id"))
    return replaced(frame, links(records), of="child_id", by="person_id")


def attach(
    frame: nw.LazyFrame, records: Records, date: str = "date", uses: Sequence[str] = ()
) -> nw.LazyFrame:
    """
    Add who the child is, and how old on a day.

    Parameters
    ----------
    frame : narwhals LazyFrame
        With `child_id`, or `person_id` already, and a column of dates.
    records : Records
    date : str
        The column of dates.
    uses : sequence of str
        Those of the columns that the caller goes on to work with itself.

    Returns
    -------
    narwhals LazyFrame
        With the columns of `ATTACHED`, or `person_id` alone where `records.wanted` names no other
        of them. What one identity of a person lacks, another gives. `age` is
        in completed years, null before birth and where the date of birth is missing.
    """
    if "person_id" not in frame.collect_schema().names():
        frame = with_person(frame, records)
    if not uses and not records.wants(*ATTACHED[1:]):
        return frame
    people = records.once("people", lambda: _people(records))
    joined = frame.join(people, on="person_id", how="left")
    day, born = nw.col(date), nw.col("date_of_birth")
    unborn = (day < born).fill_null(False) | (
        born.is_null() & ~nw.col("expected_date_of_birth").is_null()
    )
    known = ~born.is_null() & ~day.is_null() & ~unborn
    return (
        joined.with_columns(age=nw.when(known).then(years_between(born, day)), _unborn=unborn)
        .with_columns(
            age_band=_banded([("0-4", 4), ("5-10", 10), ("11-15", 15)], "16+"),
            age_group=_banded([("0-12", 12), ("13-17", 17)], "18+"),
        )
        .drop("_unborn")
    )


def _banded(bands: list[tuple[str, int]], last: str) -> nw.Expr:
    age = nw.col("age")
    band = nw.lit(last)
    for name, oldest in reversed(bands):
        band = nw.when(age <= oldest).then(nw.lit(name)).otherwise(band)
    known = nw.when(~age.is_null()).then(band).otherwise(nw.lit(NOT_KNOWN))
    return nw.when(nw.col("_unborn")).then(nw.lit("unborn")).otherwise(known)


def _people(records: Records) -> nw.LazyFrame:
    """Give one row for each person: what the last identity says, else what an earlier one does."""
    children = records.table("children").filter(~nw.col("child_id").is_null())
    joined = with_person(children, records)
    own = nw.col("child_id") == nw.col("person_id")
    columns = (*_TRAITS, *_BIRTH)
    marked = joined.with_columns(
        *(nw.when(own).then(nw.col(c)).alias(f"_own_{c}") for c in columns)
    )
    # The greatest of each, so that two rows with one identifier give the same in any order.
    people = marked.group_by("person_id").agg(
        *(nw.col(c).max() for c in columns), *(nw.col(f"_own_{c}").max() for c in columns)
    )
    return people.select("person_id", *(nw.coalesce(f"_own_{c}", c).alias(c) for c in columns))
