"""Families behind counts, against a recount by hand and in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import made_records
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpstats import catalogue, open_records
from cpstats.counting import count
from cpstats.siblings import families_behind

SYNTHETIC = Path(__file__).parent.parent / "data" / "synthetic"
COUNTED = [i for i, entry in catalogue.CATALOGUE.items() if entry.counted is not None]

FAMILIES = {"C1": "F1", "C2": "F1", "C3": "F1", "C4": "F2", "C5": None, "C6": None}
CHILDREN = [{"child_id": c, "family_id": f} for c, f in FAMILIES.items()]


def registered(children: list[str], day: str = "2018-10-01", **more: str) -> list[dict]:
    date = dt.date.fromisoformat(day)
    return [{"child_id": c, "registration_date": date} | more for c in children]


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_three_sisters_are_one_family(engine):
    records = made_records.records(
        engine,
        children=CHILDREN,
        registrations=registered(["C1", "C2", "C3", "C4", "C5", "C6"]),
        deregistrations=[],
    )
    found = families_behind(records, "registrations", periods="2018-19").iloc[0]
    # F1 with three, F2, and two children with no family recorded, each of its own.
    assert found["numerator_families"] == 4
    assert found["numerator_largest"] == 3
    found = families_behind(records, "families_registered", periods="2018-19").iloc[0]
    assert (found["numerator_families"], found["numerator_largest"]) == (2, 1)


def test_a_child_twice_is_no_second_family():
    children = CHILDREN
    twice = [*registered(["C5"], "2018-09-01"), *registered(["C5"], "2019-03-01")]
    records = made_records.records(
        children=children,
        registrations=twice,
        deregistrations=[{"child_id": "C5", "deregistration_date": dt.date(2019, 1, 1)}],
    )
    found = families_behind(records, "registrations", periods="2018-19").iloc[0]
    assert (found["numerator_families"], found["numerator_largest"]) == (1, 2)


def test_the_rest_of_a_share_has_families_of_its_own():
    born = dict.fromkeys(FAMILIES, dt.date(2010, 1, 1))
    born |= dict.fromkeys(["C1", "C2"], dt.date(2019, 1, 1))
    records = made_records.records(
        children=[child | {"date_of_birth": born[child["child_id"]]} for child in CHILDREN],
        registrations=registered(["C1", "C2", "C3", "C4", "C5"]),
        deregistrations=[],
    )
    found = families_behind(records, "pre_birth_registrations", periods="2018-19").iloc[0]
    assert (found["numerator_families"], found["numerator_largest"]) == (1, 2)
    assert (found["denominator_families"], found["denominator_largest"]) == (3, 3)
    assert (found["complement_families"], found["complement_largest"]) == (3, 1)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["F1", "F2", "F3", None]), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=12),
)
def test_families_are_those_of_a_plain_recount(families, events):
    children = [{"child_id": f"C{n}", "family_id": f} for n, f in enumerate(families)]
    starts = [dt.date(2018, 9, 1), dt.date(2018, 12, 1), dt.date(2019, 3, 1), dt.date(2019, 6, 1)]
    rows = [
        {"child_id": f"C{who}", "received_date": starts[when], "concern_id": f"K{n}"}
        for n, (who, when) in enumerate(events)
        if who < len(families)
    ]
    empty = {"discussions": [], "investigations": [], "meetings": []}
    records = made_records.records(
        children=children, concerns_received=rows, registrations=[], deregistrations=[], **empty
    )
    found = families_behind(records, "concerns_received", every="quarter")
    by_quarter: dict[str, Counter] = {}
    for row in rows:
        quarter = f"2018-19 Q{starts.index(row['received_date']) + 1}"
        family = families[int(row["child_id"][1:])] or row["child_id"]
        by_quarter.setdefault(quarter, Counter())[family] += 1
    got = {
        r.period: (r.numerator_families, r.numerator_largest)
        for r in found.itertuples() if r.numerator_families
    }  # fmt: skip
    assert got == {q: (len(c), max(c.values())) for q, c in by_quarter.items()}


@pytest.fixture(scope="module")
def opened():
    return open_records(SYNTHETIC)


@pytest.mark.parametrize("indicator", COUNTED)
def test_there_are_never_more_families_than_counted(opened, indicator):
    records = opened
    counted = count(records, indicator)
    found = counted.merge(families_behind(records, indicator), on=["area", "period"], how="left")
    for side in ("numerator", "denominator"):
        if f"{side}_families" not in found:
            continue
        known = found[found[side].notna() & (found["note"] == "")]
        many = known[side]
        if catalogue.CATALOGUE[indicator].kind in ("rate", "count", "proportion"):
            # Nobody behind a count of none, somebody behind any other.
            assert ((many == 0) == (known[f"{side}_families"].fillna(0) == 0)).all()
        assert (known[f"{side}_families"].fillna(0) <= many).all()
        assert (known[f"{side}_largest"].fillna(0) <= many).all()
    assert not pd.Index(found.columns).duplicated().any()
