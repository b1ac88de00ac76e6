"""Charts, tables and sentences: tested by their data and their words, not by pixels."""

from __future__ import annotations

import base64
import math
import re
from itertools import pairwise

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

import cpstats as cp
from cpstats import sentences
from cpstats.catalogue import CATALOGUE
from cpstats.charts.figure import spread
from cpstats.errors import ReportFailed
from cpstats.tables import Prose, Table


@pytest.fixture(scope="module")
def dundee_rates(data):
    results = cp.measure(data, "register_rate", areas=["Dundee City", "Scotland"])
    return results[results["period"] <= "2018-19"]


def texts(chart) -> list[str]:
    return [t.get_text() for t in chart.axes[0].texts]


def drawn(chart, colour: str) -> list[float]:
    lines = [line for line in chart.axes[0].lines if line.get_color() == colour]
    return [float(y) for line in lines if line.get_linestyle() != "None" for y in line.get_ydata()]


def test_a_trend_draws_the_figures_and_breaks_where_the_census_moved(dundee_rates):
    chart = cp.charts.trend(dundee_rates)
    assert isinstance(chart, Figure)
    values = dundee_rates.loc[dundee_rates["area"] == "Dundee City", "value"].tolist()
    assert drawn(chart, "#12436D") == values
    lengths = [len(x.get_ydata()) for x in chart.axes[0].lines if x.get_color() == "#12436D"]
    assert lengths == [4, 9]
    assert "2010-11 on:\nCounted on 31 July" in texts(chart)
    assert any("estimated" in t and "Glasgow City" in t.replace("\n", " ") for t in texts(chart))


def test_no_name_at_the_end_of_a_line_stands_on_the_years(data):
    rates = cp.measure(data, "register_rate", areas=["Orkney Islands", "Scotland"])
    rates = rates[rates["period"] <= "2018-19"].assign(lower=0.0, upper=0.0)
    focus = rates["area"] == "Orkney Islands"
    chart = cp.charts.trend(rates.assign(value=focus.map({True: 0.0, False: 5.0}) + 60.0 * (
        focus & (rates["period"] == "2014-15"))), focus="Orkney Islands")  # fmt: skip
    ends = [t for t in chart.axes[0].texts if "in 2018-19" in t.get_text()]
    gap = chart.axes[0].get_ylim()[1] * 0.135
    assert min(t.xy[1] for t in ends) >= gap / 2
    heights = sorted(t.xy[1] for t in ends)
    assert heights[1] - heights[0] >= gap - 1e-6


def test_a_new_published_base_is_no_break_in_the_series(data):
    chart = cp.charts.trend(cp.measure(data, "register_rate", areas="Scotland"))
    assert not any("2022-23 on" in t for t in texts(chart))
    assert "From 2022-23" not in chart.alt


def test_a_trend_says_what_it_shows(dundee_rates):
    alt = cp.charts.trend(dundee_rates).alt
    assert "Dundee City: 3.7 in 2006-07, lowest 1.9 in 2012-13, highest 4.0 in 2008-09, 3.8" in alt
    assert "Scotland 2017-18 is estimated" in alt
    assert "From 2010-11" in alt


def test_marks_stand_where_a_figure_is_missing(data):
    orkney = cp.measure(data, "register_rate", areas=["Orkney Islands"])
    chart = cp.charts.trend(orkney[orkney["period"] <= "2018-19"])
    assert texts(chart).count("[c]") == 3
    assert "2015-16, 2016-17, 2017-18 suppressed" in chart.alt
    assert all(math.isfinite(y) for y in drawn(chart, "#12436D"))


def test_a_caption_has_definition_denominator_source_and_method(dundee_rates):
    caption = cp.charts.trend(dundee_rates).caption
    for expected in (
        "unborn children included",
        "Denominator",
        "Table 2.4",
        "Byar",
        "later revised",
    ):
        assert expected in caption


def test_a_ranking_is_in_order_with_the_missing_last(data):
    results = cp.measure(data, "register_rate", periods="2017-18")
    chart = cp.charts.ranking(results, focus="Dundee City")
    labels = [t.get_text() for t in chart.axes[0].get_yticklabels()]
    known = results[results["area"].ne("Scotland") & results["value"].notna()]
    expected = known.sort_values("value", ascending=False)["area"].tolist()
    assert labels[:29] == expected
    assert sorted(labels[29:]) == ["Glasgow City", "Na h-Eileanan Siar", "Orkney Islands"]
    assert sorted(t for t in texts(chart) if t.startswith("[")) == ["[c]", "[c]", "[x]"]
    assert "Glasgow City: not available" in chart.alt


def test_groups_keep_a_place_for_what_is_suppressed(data):
    results = cp.measure(data, "register_rate_by_age", periods="2018-19", by=["age_band", "sex"])
    results = results[results["sex"].isin(["male", "female"])]
    chart = cp.charts.groups(results, across="age_band", within="sex")
    assert [t.get_text() for t in chart.axes[0].get_xticklabels()] == [
        "0-4",
        "5-10",
        "11-15",
        "16+",
    ]
    heights = [round(float(p.get_height()), 6) for p in chart.axes[0].patches]
    expected = results["value"].dropna().round(6).tolist()
    assert sorted(h for h in heights if h > 0) == sorted(expected)
    assert texts(chart).count("[c]") == 2


def test_a_chart_shows_itself_with_its_alternative(dundee_rates):
    html = cp.charts.trend(dundee_rates).html()
    image, alt = re.search(r'src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', html).groups()
    assert base64.b64decode(image).startswith(b"<?xml")
    assert alt.startswith("Line chart of register rate")


def test_a_chart_without_an_alternative_is_refused(dundee_rates):
    chart = cp.charts.trend(dundee_rates)
    chart.alt = " "
    with pytest.raises(ReportFailed, match="alternative"):
        chart.html()


def test_the_same_figures_give_the_same_file(dundee_rates):
    assert cp.charts.trend(dundee_rates).svg() == cp.charts.trend(dundee_rates).svg()


def test_drawing_leaves_matplotlib_and_the_results_as_they_were(dundee_rates):
    before, copy = dict(mpl.rcParams), dundee_rates.copy()
    cp.charts.trend(dundee_rates)
    assert dict(mpl.rcParams) == before
    pd.testing.assert_frame_equal(dundee_rates, copy)


def test_a_name_with_markup_is_text_in_a_chart(dundee_rates):
    hostile = dundee_rates.replace("Dundee City", '<script>"$x$&')
    chart = cp.charts.trend(hostile)
    html = chart.html()
    assert "<script>" not in html
    assert "&lt;script&gt;&#34;$x$&amp;" in html
    assert any(t.startswith('<script>"$x$&') for t in texts(chart))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(0.1, 5))
def test_labels_never_overlap_and_keep_their_order(heights, gap):
    placed = spread(heights, gap)
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    assert all(placed[b] - placed[a] >= gap - 1e-6 for a, b in pairwise(order))


# Tables and prose


def test_a_table_has_caption_scopes_and_explains_its_marks():
    frame = pd.DataFrame({"Area": ["Fife", "Orkney"], "Rate": ["3.2", "[c]"]})
    html = Table(frame, "Rates", numbers=["Rate"])._repr_html_()
    assert "<caption>Rates</caption>" in html
    assert '<th scope="col">Area</th><th scope="col" class="number">Rate</th>' in html
    assert '<th scope="row">Orkney</th><td class="number">[c]</td>' in html
    assert "[c] suppressed to protect" in html
    assert "[x]" not in html


@pytest.mark.parametrize("kind", ["paragraphs", "list", "warning"])
def test_prose_and_tables_hold_markup_as_text(kind):
    hostile = '<img src=x onerror="alert(1)">'
    frame = pd.DataFrame({hostile: [hostile], "b": [hostile]})
    for html in (
        Prose([hostile], kind)._repr_html_(),
        Table(frame, hostile, notes=[hostile])._repr_html_(),
    ):
        assert "<img" not in html
        assert "&lt;img" in html


# Sentences

RATE = CATALOGUE["register_rate"]


def row(**given) -> pd.Series:
    base = {
        "area": "Fife", "period": "2018-19", "value": 2.0, "lower": 1.0, "upper": 3.0, "mark": "",
        "numerator": 20.0, "denominator": 10_000.0,
    }  # fmt: skip
    return pd.Series({**base, **given})


def compared(verdict: str) -> pd.Series:
    return pd.Series(
        {"ratio": 2.0, "ratio_lower": 0.9, "ratio_upper": math.inf, "verdict": verdict}
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("higher", "a rise beyond what chance"),
        ("lower", "a fall beyond what chance"),
        ("similar", "no clear change"),
        ("", "cannot be said whether"),
    ],
)
def test_a_change_is_said_as_its_test_found_it(verdict, said):
    text = sentences.change(row(), row(period="2017-18", value=1.0), compared(verdict), RATE)
    assert said in text
    assert "1.0 in 2017-18" in text


def test_a_change_from_or_to_a_missing_figure_is_not_given():
    missing = row(period="2017-18", value=math.nan, mark="[c]")
    assert "2017-18 has no figure" in sentences.change(row(), missing, compared(""), RATE)


@pytest.mark.parametrize(("mark", "said"), [("[c]", "suppressed to"), ("[x]", "not available")])
def test_a_missing_level_says_why(mark, said):
    nothing = row(value=math.nan, numerator=math.nan, mark=mark)
    assert said in sentences.level(nothing, RATE)


def test_zero_children_is_said_as_zero():
    assert "0 children in Fife" in sentences.level(row(numerator=0.0, value=0.0), RATE)


def test_a_place_is_said_with_its_range():
    ranges = {"rank_lower": 1, "rank_upper": 12, "rank_lower_each": 1, "rank_upper_each": 7}
    placed = row(rank=3, ranked=32, **ranges)
    assert sentences.place(placed, RATE) == (
        "Fife has the 3rd highest register rate of the 32 councils with a figure, and any place "
        "from 1st to 12th is consistent with chance, allowing for all 31 comparisons at once; "
        "compared pair by pair, 1st to 7th."
    )


def test_a_place_in_the_lower_half_is_told_from_the_bottom():
    ranges = {"rank_lower": 5, "rank_upper": 32, "rank_lower_each": 20, "rank_upper_each": 32}
    placed = row(rank=31, rank_from_lowest=2, ranked=32, **ranges)
    assert sentences.place(placed, RATE).startswith(
        "Fife has the 2nd lowest register rate of the 32 councils with a figure (31st from the "
        "highest), and any place from 5th to 32nd"
    )


@pytest.mark.parametrize(
    ("lower", "upper", "each", "ending"),
    [
        (1, 5, (1, 5), ", and any place from 1st to 5th is consistent with chance."),
        (1, 5, (3, 3), "at once; compared pair by pair, only 3rd."),
        (3, 3, (3, 3), ", and no other place is consistent with chance at the 95% level."),
    ],
)
def test_ranges_that_agree_are_said_once_and_one_place_is_no_range(lower, upper, each, ending):
    placed = row(
        rank=3,
        ranked=8,
        rank_lower=lower,
        rank_upper=upper,
        rank_lower_each=each[0],
        rank_upper_each=each[1],
    )
    assert sentences.place(placed, RATE).endswith(ending)


def test_counts_too_near_to_children_are_not_spelt_out():
    assert "3 in 5" not in sentences.few_events(60.0, [(3, 5), (6, 10)])
    assert "1 in 24" in sentences.few_events(4.17, [(1, 24), (2, 48)])


def test_ages_years_and_quarters_stay_on_one_line():
    frame = pd.DataFrame({"Age": ["0-15", "all of 0-15"], "Until": ["2018-19 Q2", "2018-19"]})
    page = Table(frame, "Children")._repr_html_()
    assert page.count('class="whole"') == 3
    assert '<th scope="row" class="whole">0-15</th>' in page
