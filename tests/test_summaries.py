"""Lengths, gaps, families and what follows de-registration: by hand, and alike on each engine."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from test_views import made

import cpstats as cp
from cpstats import values
from cpstats.records import open_records
from cpstats.summaries import quantile

SYNTHETIC = ROOT / "data" / "synthetic"
CHILDREN = """
    | child_id | date_of_birth | family_id |
    | a        | 2010-01-01    | f1        |
    | b        | 2012-01-01    | f1        |
    | c        | 2014-01-01    | f2        |
    | d        | 2016-01-01    |           |
"""
IN = """
    | child_id | registration_date |
    | a        | 2018-08-01        |
    | b        | 2018-08-01        |
    | c        | 2018-08-01        |
    | a        | 2018-10-10        |
    | d        | 2018-12-31        |
    | b        | 2019-07-01        |
"""
OUT = """
    | child_id | deregistration_date | support_until_date | supported |
    | a        | 2018-08-11          | 2018-11-10         | yes       |
    | b        | 2018-08-31          | 2018-11-30         | yes       |
    | c        | 2018-09-10          |                    | yes       |
    | d        | 2018-08-02          |                    | no        |
"""


def one(engine: str, indicator: str, data, **more) -> pd.Series:
    asked = {"periods": "2018-19"} | more
    frames = {"children": CHILDREN, "registrations": IN, "deregistrations": OUT}
    until = asked.pop("until", dt.date(2021, 7, 31))
    frames |= asked.pop("frames", {})
    return cp.count(made(engine, until=until, **frames), indicator, data=data, **asked).squeeze()


def test_median_and_quartiles_of_completed_registrations(engine, data):
    # 10, 30 and 40 days; d was not known to be registered, so has no length.
    row = one(engine, "median_days_registered", data)
    assert (row["value"], row["numerator"], row["denominator"]) == (30, 3, 4)
    assert np.isnan(row["lower"])  # three children are too few for limits
    assert row["note"] == "1 of 4 have no value recorded and are left out."
    assert one(engine, "lower_quartile_days_registered", data)["value"] == 20
    assert one(engine, "upper_quartile_days_registered", data)["value"] == 35


def test_the_length_on_the_register_runs_to_the_day_itself(engine, data):
    # On 31 July 2019: a 294 days, d 212, b 30.
    row = one(engine, "median_days_on_register", data)
    assert (row["value"], row["numerator"], row["denominator"]) == (212, 3, 3)


def test_the_limits_of_a_median_are_those_of_the_binomial_distribution():
    # Of ten values the 2nd and the 9th: P(1 or fewer below) = 11/1024 = 1.1%, with 2 it is 5.5%.
    found = quantile(np.arange(1.0, 11), 0.5, 0.95)
    assert found == (5.5, 2.0, 9.0)
    # Of 100 values, the 40th and the 61st (Conover, table of the sign test).
    assert quantile(np.arange(1.0, 101), 0.5, 0.95) == (50.5, 40.0, 61.0)


def test_a_median_of_nothing_is_not_applicable_and_of_no_known_length_not_available(engine, data):
    row = one(engine, "median_days_registered", data, periods="2015-16")
    assert (row["denominator"], row["mark"]) == (0, values.NOT_APPLICABLE)
    row = one(
        engine,
        "median_days_registered",
        data,
        frames={"registrations": "| child_id | registration_date |"},
    )
    assert (row["numerator"], row["denominator"], row["mark"]) == (0, 4, values.NOT_AVAILABLE)
    assert row["note"] == "None has the value recorded."


def test_the_largest_family_counts_each_child_once_and_says_what_is_missing(engine, data):
    # a was registered twice: f1 is of two children. d has no family recorded.
    row = one(engine, "largest_family_registered", data)
    assert (row["value"], row["numerator"], row["denominator"]) == (2, 3, 4)
    assert row["note"] == "1 of 4 have no value recorded and are left out."
    again = one(engine, "largest_family_reregistered", data)
    assert (again["value"], again["numerator"], again["denominator"]) == (2, 2, 3)


def test_the_longest_and_shortest_gap(engine, data):
    # a: 11 August to 10 October, 60 days; b: 31 August to 1 July, 304; d: 151.
    assert one(engine, "shortest_gap_before_reregistration", data)["value"] == 60
    assert one(engine, "longest_gap_before_reregistration", data)["value"] == 304


def test_support_of_three_months_is_to_the_same_day_of_the_third_month(engine, data):
    # a: a day short. b: 30 November is three months from 31 August. c: no last day, not known.
    # d: not supported.
    row = one(engine, "supported_for_3_months", data)
    assert (row["numerator"], row["denominator"]) == (1, 3)
    # Records to 15 November follow a and d for three months, not b and c.
    row = one(
        engine,
        "supported_for_3_months",
        data,
        until=dt.date(2018, 11, 15),
        every="quarter",
        periods="2018-19 Q1",
    )
    assert (row["numerator"], row["denominator"]) == (0, 2)


def test_the_cohort_is_followed_by_kaplan_and_meier(engine, data):
    # a after 1 month, b after 10, d after 4; c never, and followed for years.
    row = one(engine, "deregistered_then_reregistered_within_12_months", data)
    assert (row["numerator"], row["denominator"], row["value"]) == (3, 4, pytest.approx(75))
    assert (row["method"], row["note"]) == ("Kaplan-Meier", "")
    # To 30 June 2019 a and d came back; b is held for 9 months and c for 9: nobody for 12.
    row = one(
        engine,
        "deregistered_then_reregistered_within_12_months",
        data,
        until=dt.date(2019, 6, 30),
        every="quarter",
        periods="2018-19 Q1",
    )
    assert np.isnan(row["value"])
    assert row["note"] == "None of the 4 has been followed for 12 months yet."


def test_the_cohort_is_that_of_the_function(data):
    opened = open_records(SYNTHETIC)
    rows = cp.count(opened, "deregistered_then_reregistered_within_18_months", data=data)
    for row in rows.itertuples():
        year = int(row.period[:4])
        span = {"since": dt.date(year, 8, 1), "until": dt.date(year + 1, 7, 31)}
        said = cp.reregistered_within(opened, months=[18], **span).squeeze()
        found = [row.value, row.lower, row.upper, row.denominator]
        expected = [said["estimate"], said["lower"], said["upper"], said["at_start"]]
        np.testing.assert_allclose(found, expected, equal_nan=True)


def test_a_rate_by_age_has_the_people_of_the_band_under_it(data):
    opened = open_records(SYNTHETIC)
    by = {"by": "age_band", "data": data}
    rows = cp.count(opened, "register_rate_by_age_band", periods="2017-18", **by)
    assert rows["age_band"].tolist() == ["0-4", "5-10", "11-15", "16+"]
    ages = pd.read_csv(ROOT / "data" / "population_by_age.csv")
    there = ages[(ages["area"] == "Dundee City") & (ages["period"] == "mid-2018")]
    people = there.set_index("age")["value"]
    expected = [people.loc[a:b].sum() for a, b in ((0, 4), (5, 10), (11, 15), (16, 17))]
    assert rows["denominator"].tolist() == expected
    held = cp.count(opened, "children_on_register", periods="2017-18", **by)
    held = held.set_index("age_band")["numerator"]
    assert rows["numerator"].tolist() == [held[b] for b in rows["age_band"]]
    np.testing.assert_allclose(rows["value"], 1000 * rows["numerator"] / expected)


def test_a_rate_by_age_with_no_population_in_hand_is_not_available(data):
    rows = one(
        "pandas",
        "register_rate_by_age_band",
        data,
        by="age_band",
        periods="2029-30",
        until=dt.date(2030, 7, 31),
    )
    assert rows["mark"].eq(values.NOT_AVAILABLE).all()
    assert rows["note"].eq("No population of this area, age and time is in hand.").all()


def test_the_gap_of_stock_and_flow_is_what_the_register_does_not_show(engine, data):
    frames = {
        # a is registered when on the register already; d is de-registered when not on it.
        "registrations": IN + "    | a | 2019-03-01 |\n",
        "deregistrations": OUT,
    }
    row = one(engine, "stock_flow_gap", data, frames=frames)
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 1, 0)


def test_the_gap_is_the_one_that_the_four_numbers_leave(data):
    opened = open_records(SYNTHETIC)
    gap = cp.count(opened, "stock_flow_gap", data=data).set_index("period")["value"]
    stock = cp.count(opened, "children_on_register", data=data).set_index("period")["value"]
    out = cp.count(opened, "deregistrations", data=data).set_index("period")["value"]
    entry = cp.CATALOGUE["registrations"]
    every_type = dataclasses.replace(entry, counted=dataclasses.replace(entry.counted, where=""))
    into = cp.count(opened, every_type, data=data).set_index("period")["value"]
    left = (stock.shift() + into - out - stock).iloc[1:]
    assert left.tolist() == gap.iloc[1:].tolist()


@pytest.mark.parametrize(
    ("indicator", "by"),
    [
        ("median_days_registered", "reason"),
        ("upper_quartile_days_on_register", "age_group"),
        ("largest_family_registered", ()),
        ("longest_gap_before_reregistration", ()),
        ("supported_for_3_months", "age_group"),
        ("deregistered_then_reregistered_within_18_months", ()),
        ("register_rate_by_age_band", "age_band"),
        ("stock_flow_gap", ()),
    ],
)
def test_the_made_up_set_is_summarised_alike_by_duckdb(data, indicator, by):
    here, there = open_records(SYNTHETIC), open_records(SYNTHETIC, engine="duckdb")
    pd.testing.assert_frame_equal(
        cp.count(there, indicator, by=by, every="quarter", data=data),
        cp.count(here, indicator, by=by, every="quarter", data=data),
    )
