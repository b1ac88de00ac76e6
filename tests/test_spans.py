"""Four quarters together: each event in four spans, each child once in a span."""

from __future__ import annotations

import pytest
from conftest import ROOT
from made_records import records

import cpstats as cp
from cpstats.errors import CpstatsError
from cpstats.periods import four_to, parse, place

SYNTHETIC = ROOT / "data" / "synthetic"


def test_a_child_counts_once_in_four_quarters(engine):
    # Orders of one child in two quarters, and of another in one.
    made = records(
        engine,
        children="""
            child_id | date_of_birth
            A        | 2010-01-01
            B        | 2011-01-01
        """,
        orders="""
            child_id | received_date
            A        | 2018-09-01
            A        | 2018-12-01
            B        | 2019-05-01
        """,
    )
    quarters = ["2018-19 Q1", "2018-19 Q2", "2018-19 Q4", "2019-20 Q2"]
    found = cp.count(
        made, "orders", every="four quarters", calendar="academic year", periods=quarters
    )
    assert found["period"].tolist()[:2] == ["2017-18 Q2 to 2018-19 Q1", "2017-18 Q3 to 2018-19 Q2"]
    assert found["numerator"].tolist() == [1, 1, 2, 1]


def test_four_quarters_of_a_year_are_the_year():
    opened = cp.open_records(SYNTHETIC)
    for indicator in ("registrations", "advocacy_offered", "meetings_to_registration"):
        four = cp.count(opened, indicator, every="four quarters")
        ends = four[four["period"].str.endswith("Q4")]
        year = cp.count(opened, indicator)
        assert ends["value"].tolist() == year["value"].tolist()
        assert len(four) == 4 * len(year) - 3


def test_a_stock_has_no_four_quarters():
    opened = cp.open_records(SYNTHETIC)
    with pytest.raises(CpstatsError, match="count it every quarter"):
        cp.count(opened, "children_on_register", every="four quarters")
    with pytest.raises(CpstatsError, match="'2018-19' is not a quarter"):
        cp.count(opened, "registrations", every="four quarters", periods="2018-19")


def test_four_quarters_are_read_as_they_are_written():
    label = "2017-18 Q3 to 2018-19 Q2"
    assert parse(label) == four_to(parse("2018-19 Q2"))
    assert parse(label).start.isoformat() == "2018-02-01"
    with pytest.raises(CpstatsError):
        parse("2017-18 Q2 to 2018-19 Q2")
    with pytest.raises(CpstatsError, match="neighbours share"):
        place(label)  # no point of a trend


def test_years_and_quarters_are_not_counted_together():
    opened = cp.open_records(SYNTHETIC)
    with pytest.raises(CpstatsError, match="counted apart"):
        cp.count(opened, "registrations", periods=["2018-19", "2018-19 Q2"])
