"""Periods, areas and the four kinds of nothing."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpstats import areas, periods, values
from cpstats.errors import CpstatsError, UnknownName

ORACLE = Path(__file__).parent / "oracle"
DAYS = st.dates(dt.date(1999, 1, 1), dt.date(2060, 12, 31))


# Periods


@pytest.mark.parametrize("text", ["2018-19", "2018/19", "2018-2019", "2018–19", " 2018-19 "])
def test_a_year_is_read_however_it_is_written(text):
    year = periods.parse(text)
    assert (year.label, year.start, year.end) == (
        "2018-19",
        dt.date(2018, 8, 1),
        dt.date(2019, 7, 31),
    )


def test_the_turn_of_the_century():
    assert periods.parse("1999-00").end == dt.date(2000, 7, 31)
    assert periods.before("2000-01") == "1999-00"


@pytest.mark.parametrize(
    ("text", "said"),
    [("2018-20", "2018-19"), ("2019", "two academic years"), ("soon", "not a year")],
)
def test_what_is_no_year_is_refused_with_the_way_out(text, said):
    with pytest.raises(CpstatsError, match=said):
        periods.parse(text)


def test_the_census_moved_in_2011():
    assert periods.census_date("2006-07") == dt.date(2007, 3, 31)
    assert periods.census_date("2009-10") == dt.date(2010, 3, 31)
    assert periods.census_date("2010-11") == dt.date(2011, 7, 31)
    assert periods.parse("2018-19").census_date == dt.date(2019, 7, 31)


def test_financial_years_equal_phsmethods():
    cases = pd.read_csv(ORACLE / "phs_dates.csv", parse_dates=["date"])
    ours = periods.label_dates(cases["date"], periods.FINANCIAL)
    assert ours.tolist() == cases["fin_year"].str.replace("/", "-").tolist()


def test_financial_quarters_equal_phsmethods():
    cases = pd.read_csv(ORACLE / "phs_dates.csv", parse_dates=["date"])
    names = {
        1: "April to June",
        2: "July to September",
        3: "October to December",
        0: "January to March",
    }
    for day, expected in zip(cases["date"].dt.date, cases["qtr_long"], strict=True):
        quarter = periods.quarter_of(day, periods.FINANCIAL)
        said = f"{names[int(quarter.label[-1]) % 4]} {quarter.start.year}"
        assert said == expected


@given(DAYS, st.sampled_from([periods.ACADEMIC, periods.FINANCIAL]))
def test_every_day_lies_in_its_year_and_its_quarter(day, calendar):
    year, quarter = periods.of(day, calendar), periods.quarter_of(day, calendar)
    assert year.start <= quarter.start <= day <= quarter.end <= year.end
    assert periods.parse(year.label, calendar) == year
    assert periods.parse(quarter.label, calendar) == quarter


@given(DAYS)
def test_years_follow_each_other_without_gap(day):
    year = periods.of(day)
    after = periods.of(year.end + dt.timedelta(days=1))
    assert periods.before(after.label) == year.label


def test_a_missing_date_has_no_year():
    labels = periods.label_dates(pd.Series(pd.to_datetime(["2019-07-31", None])))
    assert labels[0] == "2018-19"
    assert pd.isna(labels[1])


# Areas


def test_there_are_32_councils_and_scotland():
    assert len(areas.councils()) == 32
    assert areas.names() == [*areas.councils(), "Scotland"]
    assert len({area.code for area in areas.every()}) == 33


@pytest.mark.parametrize(
    ("spelt", "name"),
    [
        ("Argyll & Bute", "Argyll and Bute"),
        ("Edinburgh, City of", "City of Edinburgh"),
        ("City of Edinburgh Council", "City of Edinburgh"),
        ("Eilean Siar", "Na h-Eileanan Siar"),
        ("Comhairle nan Eilean Siar", "Na h-Eileanan Siar"),
        ("DUNDEE CITY", "Dundee City"),
        ("dundee", "Dundee City"),
        ("Orkney", "Orkney Islands"),
        ("Perth & Kinross", "Perth and Kinross"),
        ("S12000042", "Dundee City"),
        ("S92000003", "Scotland"),
        # Codes retired at changes of boundary.
        ("S12000015", "Fife"),
        ("S12000024", "Perth and Kinross"),
        ("S12000043", "Glasgow City"),
        ("S12000046", "Glasgow City"),
        ("S12000044", "North Lanarkshire"),
        ("S12000009", "East Dunbartonshire"),
    ],
)
def test_an_area_is_found_by_any_spelling_or_code(spelt, name):
    assert areas.find(spelt).name == name


@pytest.mark.parametrize(
    ("typed", "near"), [("Dundeee", "Dundee City"), ("Edinbrugh", "City of Edinburgh")]
)
def test_an_unknown_area_names_the_nearest(typed, near):
    with pytest.raises(UnknownName, match=f"Did you mean '{near}'"):
        areas.find(typed)


def test_no_spelling_belongs_to_two_areas():
    words = [w for a in areas.every() for w in {areas._plain(s) for s in (a.name, *a.spellings)}]
    codes = [c for a in areas.every() for c in (a.code, *a.former_codes)]
    assert len(words) == len(set(words))
    assert len(codes) == len(set(codes))


# Values


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        ("0", 0, ""),
        ("1,234", 1234, ""),
        ("1 234", 1234, ""),
        ("1\u00a0234", 1234, ""),
        ("12,345,678.5", 12345678.5, ""),
        ("-3", -3, ""),
        ("*", None, "[c]"),
        ("[c]", None, "[c]"),
        ("-", None, "[x]"),
        ("..", None, "[x]"),
        ("[x]", None, "[x]"),
        ("[z]", None, "[z]"),
        ("12 [p]", 12, "[p]"),
    ],
)
def test_a_cell_whose_meaning_is_certain_is_read(text, value, mark):
    read, read_mark = values.read_cell(text)
    assert read_mark == mark
    assert math.isnan(read) if value is None else read == value


@pytest.mark.parametrize(
    "text", ["", " ", "n/a", "nil", "1,23", "1.2.3", "5%", "abc", "nan", "inf", "1,2345"]
)
def test_a_cell_whose_meaning_is_not_certain_is_refused_with_a_remedy(text):
    with pytest.raises(ValueError, match=r".+\|.+"):
        values.read_cell(text)


def test_four_kinds_of_nothing_are_written_differently():
    nothing = math.nan
    written = [values.write(0.0), *(values.write(nothing, m) for m in values.WHY_MISSING)]
    assert written == ["0", "[c]", "[x]", "[z]", "[low]"]


def test_a_mark_of_a_missing_figure_never_stands_beside_one():
    assert [values.write(2129.0, m) for m in values.WHY_MISSING] == ["2,129"] * 4
    assert values.write(2668.0, "[e]") == "2,668 [e]"


def test_a_missing_figure_without_a_reason_is_never_blank():
    assert values.write(math.nan) == "[x]"


@given(st.integers(-(10**9), 10**9))
def test_a_whole_number_written_is_read_back(number):
    assert values.read_cell(values.write(float(number))) == (number, "")


@given(st.floats(0, 1e6), st.integers(0, 6))
def test_rounding_never_moves_a_figure_by_more_than_half_a_step(value, decimals):
    assert abs(values.round_half_up(value, decimals) - value) <= 0.5000001 * 10**-decimals
