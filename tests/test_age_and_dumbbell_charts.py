"""Ages back to back, and two years side by side: what is drawn, marked and said."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import cpstats as cp
from cpstats.charts import ages, dumbbell
from cpstats.errors import CpstatsError, UnknownName

BOTH = ["age_band", "sex"]


def measured(data, indicator: str, year: str, by=BOTH) -> pd.DataFrame:
    return cp.measure(data, indicator, areas="Scotland", periods=year, by=by)


def texts(chart) -> list[str]:
    return [t.get_text() for t in chart.axes[0].texts]


def bars(chart) -> list[tuple[float, float]]:
    """Where each bar starts and ends, from the bottom."""
    found = [(p.get_y(), p.get_x(), p.get_x() + p.get_width()) for p in chart.axes[0].patches]
    return [(round(min(a, b), 6), round(max(a, b), 6)) for _, a, b in sorted(found)]


def labels(axis) -> list[str]:
    return [t.get_text() for t in axis.get_ticklabels()]


# Ages


def test_males_are_to_the_left_females_to_the_right_and_the_youngest_at_the_bottom(data):
    chart = ages(measured(data, "children_by_age", "2013-14"))
    # Table 2.1 of 2018-19: unborn 49 and 28, then 725 674, 463 433, 205 241, 7 6.
    assert bars(chart) == [
        (-49, 0), (0, 28), (-725, 0), (0, 674), (-463, 0), (0, 433), (-205, 0), (0, 241),
        (-7, 0), (0, 6),
    ]  # fmt: skip
    assert labels(chart.axes[0].yaxis) == ["unborn", "0-4", "5-10", "11-15", "16+"]
    assert {"Male", "Female", "725", "674"} <= set(texts(chart))


def test_both_sides_have_one_scale_and_no_negative_label(data):
    axes = ages(measured(data, "children_by_age", "2018-19")).axes[0]
    low, high = axes.get_xlim()
    assert low == -high
    said = labels(axes.xaxis)
    assert said == said[::-1]
    assert not any(s.startswith(("-", "\N{MINUS SIGN}")) for s in said)


def test_a_suppressed_cell_has_its_mark_and_no_bar(data):
    chart = ages(measured(data, "register_rate_by_age", "2018-19"))
    assert texts(chart).count("[c]") == 2
    assert len(bars(chart)) == 6
    assert "16+: each sex suppressed to protect" in chart.alt
    assert "[c]: suppressed to protect" in chart.caption
    assert "Byar" in chart.caption


def test_a_band_known_for_the_sexes_together_is_across_the_middle(data):
    every = measured(data, "children_by_age", "2018-19", "age_band")
    chart = ages(pd.concat([measured(data, "children_by_age", "2018-19"), every]))
    # 98 unborn children, of whom the sexes are suppressed.
    assert bars(chart)[0] == (-49, 49)
    assert "98 in all,\neach sex [c]" in texts(chart)
    assert "unborn: each sex suppressed to protect children, 98 in all." in (chart.alt)
    assert "the sexes together" in chart.caption
    # A total takes no place where the sexes are known.
    assert bars(chart)[1:3] == [(-620, 0), (0, 555)]


def test_zero_is_written_as_zero(data):
    rows = measured(data, "children_by_age", "2013-14")
    at = rows["age_band"].eq("16+") & rows["sex"].eq("male")
    chart = ages(rows.assign(value=rows["value"].mask(at, 0.0)))
    assert "0" in texts(chart)
    assert "16+: male 0, female 6." in chart.alt


def test_children_of_unknown_age_or_sex_are_said(data):
    chart = ages(measured(data, "children_by_age", "2011-12"))
    # Table 2.1: 40 boys and 48 girls of unknown age in 2012.
    for words in (chart.alt, chart.caption):
        assert "40 of unknown age (male)" in words
        assert "48 of unknown age (female)" in words
    rows = measured(data, "children_by_age", "2018-19")
    at = rows["age_band"].eq("0-4") & rows["sex"].eq("unknown")
    unsure = ages(rows.assign(value=rows["value"].mask(at, 3.0)))
    assert "Not drawn: 3 aged 0-4 with sex unknown." in unsure.alt


def test_years_without_ages_draw_the_children_born(data):
    chart = ages(measured(data, "children_by_age", "2022-23"))
    assert labels(chart.axes[0].yaxis) == ["all born"]
    assert bars(chart) == [(-983, 0), (0, 1004)]


def test_nothing_in_hand_draws_nothing_and_says_nothing_of_zero(data):
    rows = measured(data, "register_rate_by_age", "2018-19")
    chart = ages(rows.assign(value=math.nan, lower=math.nan, upper=math.nan))
    assert bars(chart) == []
    assert texts(chart).count("[c]") == 2  # bands that are nothing but unavailable are left out


def test_the_order_of_rows_changes_nothing(data):
    rows = measured(data, "children_by_age", "2013-14")
    before = rows.copy()
    one, other = ages(rows), ages(rows[::-1])
    assert (bars(one), one.alt, texts(one)) == (bars(other), other.alt, texts(other))
    pd.testing.assert_frame_equal(rows, before)


def test_ages_refuse_what_they_cannot_draw(data):
    rows = measured(data, "children_by_age", "2018-19")
    for wrong, said in (
        (rows.drop(columns="sex"), "measured by age_band and sex"),
        (rows.iloc[:0], "at least one row"),
        (pd.concat([rows, rows]), "two rows for"),
        (pd.concat([rows, measured(data, "children_by_age", "2017-18")]), "one period: got 2018"),
    ):
        with pytest.raises(CpstatsError, match=said):
            ages(wrong)


# Then and now


@pytest.fixture(scope="module")
def two_years(data):
    return cp.measure(data, "register_rate", periods=["2017-18", "2018-19"])


def points(chart) -> dict[str, list[tuple[float, str, bool]]]:
    """By area its points: value, shape, and whether it is hollow."""
    axes, found = chart.axes[0], {}
    names = labels(axes.yaxis)
    for line in axes.lines:
        (x,), (y,) = line.get_xdata(), line.get_ydata()
        if y >= 0 and not math.isnan(x):
            hollow = line.get_markerfacecolor() == "white"
            found.setdefault(names[round(y)], []).append((float(x), line.get_marker(), hollow))
    return found


def test_areas_are_in_order_of_their_later_value(two_years):
    chart = dumbbell(two_years, focus="Dundee City")
    later = two_years[two_years["period"] == "2018-19"].set_index("area")["value"]
    order = labels(chart.axes[0].yaxis)
    assert later[order].is_monotonic_decreasing
    assert len(order) == 33
    bold = [t.get_text() for t in chart.axes[0].get_yticklabels() if t.get_fontweight() == "bold"]
    assert bold == ["Dundee City"]
    # Table 2.4: 3.0 in 2018 and 3.8 in 2019.
    then, now = points(chart)["Dundee City"]
    assert (round(then[0], 1), then[2]) == (3.0, True)
    assert (round(now[0], 1), now[2]) == (3.8, False)
    assert "Dundee City: 3.0 to 3.8." in chart.alt
    assert {"2017-18", "2018-19"} <= set(texts(chart))


def test_an_area_with_one_figure_has_one_point_and_the_mark(two_years):
    chart = dumbbell(two_years)
    assert len(points(chart)["Orkney Islands"]) == 1
    assert "0.8 (2017-18 [c])" in texts(chart)
    assert "4.1 (2017-18 [x])" in texts(chart)
    assert "Orkney Islands: 2017-18 suppressed to protect children, 2018-19" in (chart.alt)


def test_areas_without_a_figure_stand_last_and_nothing_is_drawn_at_zero(data):
    chart = dumbbell(cp.measure(data, "register_rate", periods=["2015-16", "2016-17"]))
    assert sorted(labels(chart.axes[0].yaxis)[-2:]) == ["Na h-Eileanan Siar", "Orkney Islands"]
    assert texts(chart).count("[c] in both years") == 2
    assert "Orkney Islands" not in points(chart)
    assert "[c]: suppressed to protect" in chart.caption


def test_an_area_that_lost_its_figure_stands_after_those_that_have_one(two_years):
    gone = two_years["area"].eq("Fife") & two_years["period"].eq("2018-19")
    rows = two_years.assign(
        value=two_years["value"].mask(gone), mark=two_years["mark"].mask(gone, "[c]")
    )
    chart = dumbbell(rows)
    assert labels(chart.axes[0].yaxis)[-1] == "Fife"
    assert "2.7 (2018-19 [c])" in texts(chart)
    assert points(chart)["Fife"][0][2]


def test_no_verdict_no_claim(two_years):
    chart = dumbbell(two_years)
    assert "not tested here" in chart.caption
    assert "clearly" not in chart.alt
    assert not any("now" in t for t in texts(chart))
    assert {shape for found in points(chart).values() for _, shape, _ in found} == {"o"}


def test_a_verdict_is_shown_by_shape_and_word(two_years):
    verdicts = {"Falkirk": "higher", "Dumfries and Galloway": "lower", "Fife": "similar"}
    rows = two_years.assign(verdict=two_years["area"].map(verdicts).fillna(""))
    chart = dumbbell(rows)
    drawn = points(chart)
    assert [drawn[a][1][1] for a in verdicts] == [">", "<", "o"]
    assert [t for t in texts(chart) if "now" in t] == ["4.4, now higher", "4.0, now lower"]
    assert "Falkirk: 3.1 to 4.4, clearly higher." in chart.alt
    assert "by the test in the results" in chart.caption


def test_a_break_between_the_two_years_is_said(data):
    chart = dumbbell(cp.measure(data, "register_rate", periods=["2006-07", "2018-19"]))
    for words in (chart.alt, chart.caption):
        assert "From 2010-11 the definition differs: Counted on 31 July." in words


def test_estimates_keep_their_mark(two_years):
    chart = dumbbell(two_years)
    assert "2.9 [e]" in texts(chart)
    assert "Scotland: 2.9 [e] to 2.8." in chart.alt
    assert "carried forward for Glasgow City" in chart.caption


def test_one_area_and_no_figure_at_all_can_be_drawn(data):
    years = ["2015-16", "2016-17"]
    chart = dumbbell(cp.measure(data, "register_rate", areas="Orkney Islands", periods=years))
    assert labels(chart.axes[0].xaxis) == []
    assert "suppressed" in chart.alt
    assert (
        len(points(dumbbell(cp.measure(data, "register_rate", areas="Fife", periods=years)))) == 1
    )


def test_rows_in_any_order_give_the_same_chart_and_stay_as_they_were(two_years):
    before = two_years.copy()
    one, other = dumbbell(two_years), dumbbell(two_years[::-1])
    assert (one.alt, texts(one), points(one)) == (other.alt, texts(other), points(other))
    pd.testing.assert_frame_equal(two_years, before)


def test_then_and_now_refuse_what_they_cannot_draw(data, two_years):
    other = cp.measure(data, "registered_before", periods="2017-18")
    for wrong, said in (
        (two_years.iloc[:0], "one indicator: got none"),
        (two_years[two_years["period"] == "2018-19"], "two periods: got 2018-19"),
        (cp.measure(data, "register_rate"), "two periods: got .*, ..."),
        (pd.concat([two_years, two_years]), "two rows for 2017-18"),
        (pd.concat([two_years, other]), "one indicator"),
    ):
        with pytest.raises(CpstatsError, match=said):
            dumbbell(wrong)
    with pytest.raises(UnknownName, match="Did you mean 'Dundee City'"):
        dumbbell(two_years, focus="Dundee")
