"""Rules about children: who they are, when they were or will be born."""

from __future__ import annotations

import pandas as pd

from .entries import WARNING, rule
from .histories import first_of
from .reading import Tables, nothing

#: Nobody on a register since 2012 was born before this year.
EARLIEST_BIRTH = 1990


@rule(
    "CHI01",
    "A child has a date of birth or, not yet born, an expected date of birth.",
    "Enter the date of birth; for an unborn child the expected date of birth.",
    tables=("children",),
    severity=WARNING,
)
def _no_date_of_birth(tables: Tables) -> pd.DataFrame:
    children = tables["children"]
    broken = children["date_of_birth"].isna() & children["expected_date_of_birth"].isna()
    return tables.hits("children", broken, "date_of_birth")


@rule(
    "CHI02",
    "A date of birth is from 1990 on and not after the last day of the records.",
    "Check the year of birth. Leave the date empty if it is not known; do not enter a stand-in.",
    tables=("children",),
)
def _implausible_birth(tables: Tables) -> pd.DataFrame:
    born = tables["children"]["date_of_birth"]
    broken = (born.dt.year < EARLIEST_BIRTH) | (born > tables.until)
    return tables.hits("children", broken, "date_of_birth")


@rule(
    "CHI03",
    "The later identifier of an unborn child is that of a child in the records.",
    "Enter the identifier the child was given once born, or add that child.",
    tables=("children",),
)
def _later_nobody(tables: Tables) -> pd.DataFrame:
    children = tables["children"]
    later = children["later_id"]
    return tables.hits("children", later.notna() & ~later.isin(children["child_id"]), "later_id")


@rule(
    "CHI04",
    "A child's later identifier is not the child's own.",
    "Leave the later identifier empty, or enter the one given at birth.",
    tables=("children",),
)
def _later_itself(tables: Tables) -> pd.DataFrame:
    children = tables["children"]
    return tables.hits("children", children["later_id"] == children["child_id"], "later_id")


@rule(
    "CHI05",
    "A later identifier belongs to a born child who has no later identifier in turn.",
    "Let each record made before birth point straight at the child's last record.",
    tables=("children",),
)
def _later_again(tables: Tables) -> pd.DataFrame:
    children = tables["children"]
    further = children["later_id"].map(first_of(children, "child_id")["later_id"]).notna()
    return tables.hits(
        "children", further & (children["later_id"] != children["child_id"]), "later_id"
    )


@rule(
    "CHI06",
    "No two records made before birth point at the same child.",
    "Join the two records made before birth, or correct the later identifier of one.",
    tables=("children",),
    severity=WARNING,
)
def _later_shared(tables: Tables) -> pd.DataFrame:
    later = tables["children"]["later_id"]
    return tables.hits("children", later.notna() & later.duplicated(keep=False), "later_id")


@rule(
    "CHI07",
    "An unborn child has been born, and is linked, by three weeks after the expected date.",
    "Enter the date of birth or the later identifier. If there was no birth, close the record.",
    tables=("children",),
    severity=WARNING,
)
def _long_unborn(tables: Tables) -> pd.DataFrame:
    children = tables["children"]
    unborn = children["date_of_birth"].isna() & children["later_id"].isna()
    overdue = children["expected_date_of_birth"] + pd.Timedelta(days=21) < tables.until
    return tables.hits("children", unborn & overdue, "expected_date_of_birth")


@rule(
    "CHI08",
    "A child is born at most three weeks after and eighteen weeks before the expected date.",
    "Check both dates; check that the later identifier is of the same child.",
    tables=("children",),
    severity=WARNING,
)
def _far_from_expected(tables: Tables) -> pd.DataFrame:
    children = tables["children"]
    days = (children["born"] - children["due"]).dt.days
    return tables.hits("children", (days > 21) | (days < -126), "expected_date_of_birth")


@rule(
    "CHI09",
    "Only a record made before birth has a later identifier.",
    "Take the later identifier away, or enter the expected date of birth instead of the birth.",
    tables=("children",),
    severity=WARNING,
)
def _later_of_born(tables: Tables) -> pd.DataFrame:
    children = tables["children"]
    broken = children["later_id"].notna() & children["date_of_birth"].notna()
    return tables.hits("children", broken, "later_id")


@rule(
    "CHI10",
    "Two children of a family with the same date of birth and sex are two children.",
    "See whether they are twins; if it is one child, join the records under one identifier.",
    tables=("children",),
    severity=WARNING,
)
def _twins(tables: Tables) -> pd.DataFrame:
    children = tables["children"]
    same = ["family_id", "date_of_birth", "sex"]
    whole = children[same].notna().all(axis=1)
    twin = children[whole].duplicated(same, keep=False).reindex(children.index, fill_value=False)
    return tables.hits("children", twin, "child_id")


def _registered_without(tables: Tables, column: str) -> pd.DataFrame:
    if column not in tables.given.get("children", {column}):
        return nothing()
    known = first_of(tables["children"], "child_id")
    person = tables["registrations"]["person"]
    return tables.hits(
        "registrations",
        person.isin(known.index) & person.map(known[column]).isna(),
        "child_id",
    )


@rule(
    "CHI11",
    "A registered child's disability is recorded as yes, no or not known.",
    "Answer the question on the child's record; enter not known where nobody knows.",
    tables=("children", "registrations"),
    severity=WARNING,
    since="2016-17",
)
def _no_disability(tables: Tables) -> pd.DataFrame:
    # Up to 2015-16 the return asked for additional support needs, which is another question.
    return _registered_without(tables, "disability")


@rule(
    "CHI12",
    "A registered child's fifth of deprivation is recorded, or not known.",
    "Look the home postcode up in the index and enter its fifth; enter not known if there is none.",
    tables=("children", "registrations"),
    severity=WARNING,
    since="2023-24",
)
def _no_quintile(tables: Tables) -> pd.DataFrame:
    return _registered_without(tables, "simd_quintile")


@rule(
    "CHI13",
    "A child's identifier is a pseudonym, not a ten-digit public number.",
    "Replace the identifiers by pseudonyms before the records are used; remove this copy.",
    tables=("children",),
)
def _public_number(tables: Tables) -> pd.DataFrame:
    # The first six digits of a CHI number are the date of birth.
    day_month = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{6}"
    broken = tables["children"]["child_id"].str.fullmatch(day_month)
    return tables.hits("children", broken, "child_id")
