"""The headline list, and what of the statistical core the report shows."""

from __future__ import annotations

import math

import pytest
from made_sections import made_sections

import cpstats as cp
from cpstats import annual
from cpstats.control.rulesets import CONTROL, RUN
from cpstats.tables import Prose


def scope(data, area, year="2018-19"):
    return annual.open(area=area, year=year, data=data)


def lines(data, area, year="2018-19") -> list[str]:
    return annual.headlines(scope(data, area, year)).sentences


def test_the_headlines_of_dundee_are_what_its_frames_say(data):
    rows = cp.measure(data, "register_rate", areas=["Dundee City", "Scotland"])
    now = rows[rows["period"] == "2018-19"]
    assert cp.compare_areas(now)["verdict"].iloc[0] == "higher"
    until = rows[(rows["period"] <= "2018-19") & (rows["area"] == "Dundee City")]
    assert cp.trend(until)["verdict"].tolist() == ["no clear change"]
    councils = cp.measure(data, "register_rate", areas=cp.areas.councils(), periods="2018-19")
    funnel = cp.funnel(councils).set_index("area")
    assert funnel.loc["Dundee City", "verdict_adjusted"] == "within the limits"
    assert lines(data, "Dundee City")[0] == (
        "Register rate: higher than the rest of Scotland, though by no more than councils "
        "ordinarily differ; no clear change from 2010-11 to 2018-19."
    )


def test_a_percentage_without_counts_is_not_tested_and_says_what_was(data):
    assert lines(data, "Dundee City")[1] == (
        "Re-registrations within 18 months: not tested against Scotland, as no counts are "
        "published; no clear change from 2012-13 to 2018-19, by the order of the years alone."
    )


def test_few_children_on_the_register_make_no_trend_of_a_percentage(data):
    # Its percentages rise every year to 62.5, of what may be eight registrations.
    said = lines(data, "Orkney Islands", "2016-17")
    assert "no trend is judged, as so few children" in said[1]
    assert said[0].startswith("Register rate: no figure for 2016-17; no clear change")


def test_a_first_year_has_no_trend_and_says_why(data):
    assert "too few points: 1" in lines(data, "Fife", "2006-07")[0]


def test_a_council_far_out_is_said_to_be(data):
    said = lines(data, "East Renfrewshire")[0]
    assert "lower than the rest of Scotland, and further from the other councils" in said


def test_the_country_is_not_held_against_itself(data):
    assert not any("rest of Scotland" in line for line in lines(data, "Scotland"))


@pytest.mark.parametrize("area", cp.areas.names())
def test_headlines_are_sentences_for_every_area(data, area):
    for year in ("2010-11", "2015-16", "2018-19", "2022-23"):
        for line in lines(data, area, year):
            assert line.endswith(".")
            assert "nan" not in line
            assert ".." not in line
            assert "; ;" not in line


def test_each_trend_chart_of_the_report_names_its_rule_set(data):
    dundee = scope(data, "Dundee City")
    for chart in (
        annual.trend_chart(dundee),
        annual.reregistration_chart(dundee),
        annual.national_chart(dundee),
    ):
        assert RUN["phs"].title in chart.caption
        assert RUN["phs"].words in chart.caption
    assert CONTROL["phs"].words in annual.process_chart(dundee).caption


def test_a_trend_chart_marks_what_fires(data):
    rates = cp.measure(data, "register_rate", areas=["Midlothian", "Scotland"])
    rates = rates[rates["period"] <= "2018-19"]
    run = cp.run_chart(rates[rates["area"] == "Midlothian"], rules="phs")
    chart = cp.charts.trend(rates, rules="phs")
    diamonds = [x for x in chart.axes[0].lines if x.get_marker() == "D"]
    drawn = [y for line in diamonds for y in line.get_ydata()]
    assert drawn == run.loc[run["signal"] != "", "value"].tolist()
    assert len(drawn) == 5
    assert "Trend down: 5 points, 2010-11 to 2014-15." in chart.alt
    assert "T trend" in chart.caption
    few = cp.charts.trend(rates[rates["period"] <= "2008-09"], rules="phs")
    assert "Too few points" in few.caption


def test_a_funnel_and_places_with_their_range_stand_for_bare_ranks(data):
    dundee = scope(data, "Dundee City")
    assert annual.place_chart(dundee).alt.startswith("Funnel chart")
    assert "range of places" in annual.ranks_chart(dundee).alt
    words = " ".join(annual.place(dundee).sentences)
    assert "6th highest" in words
    assert "consistent with chance" in words
    assert "ordinarily differ" in words


def test_the_spine_tests_the_register_alone(data):
    chart = annual.around_chart(scope(data, "Dundee City"))
    verdicts = dict(zip(chart.data["indicator"], chart.data["verdict"], strict=True))
    assert verdicts.pop("register_rate") == "higher"
    assert all(v == "" or (isinstance(v, float) and math.isnan(v)) for v in verdicts.values())


def test_scotland_sees_every_council_over_the_years(data):
    country = scope(data, "Scotland")
    assert len(annual.comparison_chart(country).axes) == 32
    assert isinstance(annual.around_chart(country), Prose)


@pytest.mark.parametrize("area", cp.areas.names())
def test_the_way_a_rate_goes_is_the_verdict_of_its_trend(data, area):
    rates = cp.measure(data, "register_rate", areas=area)
    verdict = cp.trend(rates[rates["period"] <= "2018-19"])["verdict"].iloc[0]
    words = {"rising": "rising from", "falling": "falling from", "no clear change": "no clear"}
    assert words[verdict] in lines(data, area)[0]
    national = cp.measure(data, "registered_before", areas="Scotland")
    assert cp.trend(national)["verdict"].tolist() == ["rising"]
    assert "rising from 2010-11 to 2018-19" in lines(data, area)[2]


@pytest.mark.parametrize("area", ["Dundee City", "Orkney Islands", "Scotland"])
def test_every_chart_of_the_report_says_of_when_and_from_where_its_figures_are(data, area):
    report = scope(data, area)
    drawn = [s for s in made_sections(report) if isinstance(s, cp.charts.Chart)]
    assert len(drawn) >= 8
    for chart in drawn:
        assert "2018-19" in chart.caption + chart.alt
        assert "Source: " in chart.caption
    assert "Counted on 31 July 2019 (2018-19)." in annual.place_chart(report).caption
    assert "Counted on 31 July 2019 (2018-19)." in annual.ranks_chart(report).caption


def test_the_first_table_says_where_its_figures_were_published(data):
    notes = annual.at_a_glance(scope(data, "Dundee City")).notes
    register, again = [note for note in notes if "Source: " in note]
    assert register.startswith("Register rate (per 1,000 aged 0-15). Source: CSWS 2018-19")
    assert register.endswith("Table 2.4.")
    assert "Source: LGBF" in again


def test_years_that_are_hidden_leave_no_control_chart(data):
    # 2015-16 to 2017-18 are suppressed for Orkney: three of the thirteen years to 2018-19.
    said = repr(annual.process_chart(scope(data, "Orkney Islands")))
    assert said.startswith("No control chart: in 3 of 13 years the figure is hidden")
    assert isinstance(annual.process_chart(scope(data, "Fife")), cp.charts.figure.Chart)
