"""Many areas in small panels, and one area in the spread of all: drawn data, words, arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpstats as cp
from cpstats.charts.figure import STYLE, fitted
from cpstats.charts.multiples import columns_for, panels
from cpstats.errors import ImpossibleInput, UnknownName
from cpstats.spreads import FEWEST_FOR_QUARTILES, place_around, spread_of

FOCUS = "#12436D"


def table(figures: dict[str, float], indicator: str = "register_rate", **columns) -> pd.DataFrame:
    """One indicator in one period: a row for each area; a missing figure is suppressed."""
    frame = pd.DataFrame({"indicator": indicator, "area": list(figures), "period": "2018-19"})
    value = pd.Series(figures.values(), dtype="float64")
    frame = frame.assign(value=value, lower=value - 0.5, upper=value + 0.5, method="Byar")
    mark = value.isna().map({True: "[c]", False: ""})
    return frame.assign(mark=mark, source="Source A", note="", **columns)


def over_years(figures: dict[str, list[float]]) -> pd.DataFrame:
    years = [f"{y}-{y - 1999}" for y in range(2012, 2012 + len(next(iter(figures.values()))))]
    return pd.concat(
        [
            table({a: v[k] for a, v in figures.items()}).assign(period=year)
            for k, year in enumerate(years)
        ],
        ignore_index=True,
    )


def texts(axes) -> list[str]:
    return [t.get_text() for t in axes.texts]


def lines_of(axes) -> list[list[float]]:
    return [
        [float(y) for y in line.get_ydata()]
        for line in axes.lines
        if line.get_color() == FOCUS and line.get_linestyle() != "None"
    ]


# The spread


TEN = {name: float(k) for k, name in enumerate("abcdefghi", start=1)}


def test_a_spread_is_what_arithmetic_by_hand_gives():
    # 1 to 9 in order: the quartile at p is 1 + 8p, so 3, 5 and 7.
    row = spread_of(table({**TEN, "Scotland": 4.0}), area="b").squeeze()
    assert row[["lowest", "lower_quartile", "median", "upper_quartile", "highest"]].tolist() == [
        1, 3, 5, 7, 9,
    ]  # fmt: skip
    assert row[["value", "reference", "areas", "areas_with_figure"]].tolist() == [2, 4, 9, 9]
    assert row["note"] == ""


def test_a_quartile_between_two_areas_lies_on_the_line_between_them():
    # 8 values: (8 - 1) / 4 = 1.75 steps above the lowest, so 2 + 0.75 of the way to 3.
    figures = {name: float(k) for k, name in enumerate("abcdefgh", start=1)}
    assert spread_of(table(figures), area="a")["lower_quartile"].item() == pytest.approx(2.75)


def test_the_reference_is_not_part_of_the_spread():
    row = spread_of(table({**TEN, "Scotland": 400.0}), area="b").squeeze()
    assert row["highest"] == 9
    other = spread_of(table({**TEN, "Scotland": 400.0}), area="b", reference="c").squeeze()
    assert (other["reference"], other["highest"]) == (3, 400)


def test_values_are_placed_around_the_reference_and_the_farther_end_is_at_one():
    # Reference 4, lowest 1, highest 9: 5 away at most, so (2 - 4) / 5, (1 - 4) / 5 and so on.
    at = place_around(spread_of(table({**TEN, "Scotland": 4.0}), area="b")).iloc[0]
    assert at.tolist() == pytest.approx([-0.4, -0.6, -0.2, 0.2, 0.6, 1.0])


def test_areas_all_alike_are_all_in_the_middle():
    at = place_around(spread_of(table(dict.fromkeys([*TEN, "Scotland"], 3.0)), area="a"))
    assert (at == 0).all(axis=None)


def test_a_spread_of_few_areas_has_ends_and_no_quartiles():
    few = dict(list(TEN.items())[: FEWEST_FOR_QUARTILES - 1])
    row = spread_of(table({**few, "h": math.nan, "Scotland": 2.0}), area="a").squeeze()
    assert (row["areas_with_figure"], row["areas"]) == (7, 8)
    assert np.isnan(row["median"])
    assert (row["lowest"], row["highest"]) == (1, 7)
    assert "fewer than 8 areas" in row["note"]


def test_what_is_missing_stays_missing_with_its_mark():
    rows = pd.concat(
        [
            table({**TEN, "a": math.nan, "Scotland": 4.0}),
            table({**TEN, "Scotland": math.nan}, "domestic_abuse_rate"),
            table({"a": math.nan, "b": math.nan, "Scotland": 2.0}, "aged_under_16"),
            table({"Scotland": 2.0, "b": 1.0}, "lgbf_reregistration"),
        ],
        ignore_index=True,
    )
    result = spread_of(rows, area="a").set_index("indicator")
    assert result["mark"].tolist() == ["[c]", "", "[c]", "[x]"]
    assert result["reference_mark"].tolist() == ["", "[c]", "", ""]
    assert result["note"].tolist() == [
        "no figure for a",
        "no figure for Scotland",
        "no area has a figure",
        "no figure for a",
    ]
    assert place_around(result).loc["domestic_abuse_rate"].isna().all()
    assert result.loc["aged_under_16", ["lowest", "highest"]].isna().all()


def test_a_verdict_is_taken_from_the_area_and_only_where_two_figures_were_held_together():
    rows = table({**TEN, "Scotland": 4.0}, verdict="higher")
    assert spread_of(rows, area="i")["verdict"].item() == "higher"
    assert spread_of(rows.drop(columns="verdict"), area="i")["verdict"].item() == ""
    rows.loc[rows["area"] == "Scotland", "value"] = math.nan
    assert spread_of(rows, area="i")["verdict"].item() == ""


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (table({"a": 1.0}).iloc[:0], "no rows"),
        (table({"a": math.inf, "b": 1.0}), "finite"),
        (pd.concat([table({"a": 1.0}), table({"a": 1.0}).assign(period="2019-20")]), "one period"),
        (pd.concat([table({"a": 1.0}), table({"a": 1.0})]), "more than once"),
    ],
)
def test_a_spread_refuses_what_it_cannot_be_made_of(rows, said):
    with pytest.raises(ImpossibleInput, match=said):
        spread_of(rows, area="a")


@pytest.mark.parametrize("name", ["Dundee", "Scotland"])
def test_an_area_that_is_not_there_or_is_the_reference_is_refused(name):
    with pytest.raises(UnknownName, match="area beside Scotland"):
        spread_of(table({"Dundee City": 1.0, "Scotland": 2.0}), area=name)


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1e4), min_size=8, max_size=40), st.floats(0, 1e4), st.randoms())
def test_a_spread_is_in_order_and_knows_no_order_of_rows(figures, country, chance):
    named = {f"area {k}": v for k, v in enumerate(figures)}
    rows = table({**named, "Scotland": country})
    result = spread_of(rows, area="area 0")
    parts = result[["lowest", "lower_quartile", "median", "upper_quartile", "highest"]].iloc[0]
    assert (parts.diff().dropna() >= -1e-9).all()
    assert place_around(result).abs().max(axis=None) <= 1 + 1e-12
    order = list(range(len(rows)))
    chance.shuffle(order)
    pd.testing.assert_frame_equal(result, spread_of(rows.iloc[order], area="area 0"))


def test_published_quartiles_of_the_councils_are_those_of_numpy(data):
    rows = cp.measure(data, "register_rate", periods="2018-19")
    before = rows.copy()
    result = spread_of(rows, area="Orkney Islands").squeeze()
    councils = rows.loc[rows["area"].isin(cp.areas.councils()), "value"].to_numpy()
    assert result["upper_quartile"] == pytest.approx(np.percentile(councils, 75), rel=1e-12)
    pd.testing.assert_frame_equal(rows, before)


# The spine chart


def several(verdict: str = "") -> pd.DataFrame:
    return pd.concat(
        [
            table({**TEN, "Scotland": 4.0}, verdict=verdict),
            table({**TEN, "Scotland": 4.0}, "lgbf_reregistration", verdict=verdict),
            table({"a": math.nan, "i": math.nan, "Scotland": 2.0}, "aged_under_16", verdict=""),
        ],
        ignore_index=True,
    )


def points(chart) -> list:
    return [x for x in chart.axes[0].lines if x.get_marker() in {"o", "^", "v"}]


def test_a_spine_draws_each_bar_and_point_where_arithmetic_puts_it():
    axes = cp.charts.spine(several(), area="i").axes[0]
    # Reference 4, from 1 to 9: bar from -0.6 to 1, middle half 3 to 7, area i at (9 - 4) / 5.
    spans = [(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches]
    assert spans[:2] == [pytest.approx((-0.6, 1.0)), pytest.approx((-0.2, 0.6))]
    assert len(spans) == 4  # two indicators have a spread, the third has none
    assert [float(p.get_xdata()[0]) for p in points(axes.figure)] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("verdict", "shape", "filled", "key"),
    [
        ("higher", "^", True, "▲ higher"),
        ("lower", "v", True, "▼ lower"),
        ("similar", "o", True, "● no clear difference"),
        ("", "o", False, "○ not tested"),
    ],
)
def test_shape_and_fill_tell_the_verdict_and_the_key_says_so(verdict, shape, filled, key):
    chart = cp.charts.spine(several(verdict), area="i")
    point = points(chart)[0]
    assert point.get_marker() == shape
    assert (point.get_markerfacecolor() != "white") is filled
    assert chart.texts[0].get_text() == f"Than Scotland: {key}"
    assert {p.get_color() for p in points(chart)} == {FOCUS}


def test_better_and_worse_are_said_only_where_the_indicator_says_which():
    alt = cp.charts.spine(several("higher"), area="i").alt
    rate, again = alt.split("Re-registrations")
    assert rate.endswith("higher than Scotland. ")
    assert "higher than Scotland, which is worse." in again
    lower = cp.charts.spine(several("lower"), area="a").alt
    assert "lower than Scotland, which is better." in lower


def test_an_indicator_that_no_council_has_keeps_its_row_and_its_mark():
    chart = cp.charts.spine(several(), area="i")
    assert "[c] no council\nhas a figure" in texts(chart.axes[0])
    assert "no council has a figure" in chart.alt
    assert "i suppressed to protect" in chart.alt
    assert "[c] suppressed" in chart.caption
    assert len(chart.axes[0].get_yticks()) == 3


def test_an_indicator_without_the_reference_is_not_centred_on_something_else():
    rows = table({**TEN, "Scotland": math.nan})
    chart = cp.charts.spine(rows, area="i")
    assert not chart.axes[0].patches
    assert "[c] no figure\nfor Scotland" in texts(chart.axes[0])
    assert points(chart) == []


def test_one_council_alone_is_a_tick_with_its_figure_once():
    chart = cp.charts.spine(table({"a": 5.0, "b": math.nan, "Scotland": 4.0}), area="b")
    assert texts(chart.axes[0]).count("5.0") == 1
    assert "1 of 2 councils at 5.0" in chart.alt


def test_a_spine_of_real_indicators_writes_what_it_draws(data):
    periods = {"register_rate": "2018-19", "lgbf_reregistration": "2018-19",
               "domestic_abuse_rate": "2018-19", "aged_under_16": "mid-2019",
               "most_deprived_fifth": "2020"}  # fmt: skip
    frames = [cp.measure(data, i, periods=p) for i, p in periods.items()]
    rows = pd.concat(frames, ignore_index=True)
    before = rows.copy()
    chart = cp.charts.spine(rows, area="Orkney Islands")
    written = texts(chart.axes[0])
    for figure in ("0.8", "2.8", "0.0 [u]", "[x]", "112", "16.1"):
        assert figure in written
    names = [t.get_text() for t in chart.axes[0].get_yticklabels()]
    assert names[2].endswith("2018-19\n5 of 32 councils")
    assert "Scottish Index of Multiple Deprivation" in chart.caption
    assert chart.data["indicator"].tolist() == list(periods)
    assert chart.html()
    pd.testing.assert_frame_equal(rows, before)


# Panels and small multiples


@pytest.mark.parametrize(
    ("count", "columns"), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (7, 4), (8, 4), (9, 3), (32, 4)]
)
def test_a_grid_has_at_most_four_columns_and_few_places_empty(count, columns):
    assert columns_for(count) == columns


def test_panels_share_both_axes_and_only_the_lowest_write_the_years():
    names = ["a", "b", "c", "d", "e"]
    chart, axes = panels(names, labels=["2012-13", "2013-14", "2014-15"], focus="b")
    assert list(axes) == names
    assert len(chart.axes) == 5
    axes["a"].set_ylim(0, 7)
    assert axes["e"].get_ylim() == (0, 7)
    # Three columns: c has nothing beneath it, so it writes its years like d and e.
    assert [n for n in names if "2012-13" in texts(axes[n])] == ["c", "d", "e"]
    assert texts(axes["e"]) == ["2012-13", "2014-15"]


def test_the_panel_in_focus_is_bold_and_in_a_box():
    _, axes = panels(["a", "b"], labels=["2012-13"], focus="b")
    weights = {n: x._left_title.get_fontweight() for n, x in axes.items()}
    assert weights == {"a": "normal", "b": "bold"}
    assert axes["b"].spines["top"].get_visible()


@pytest.mark.parametrize("names", [[], ["a", "a"]])
def test_panels_need_names_once_each(names):
    with pytest.raises(ImpossibleInput, match="Panels need names"):
        panels(names, labels=["2012-13"])


def test_names_break_at_spaces_and_only_shire_is_parted():
    assert fitted("Argyll and Bute", 5, 11) == "Argyll and Bute"
    assert fitted("West Dunbartonshire", 1.4, 11) == "West\nDunbartonshire"
    assert fitted("Midlothian", 0.2, 11) == "Midlothian"


def panel(chart, area: str):
    return next(
        x for x in chart.axes if x._left_title.get_text().replace("-\n", "").split("\n") == [area]
    )


def test_each_panel_draws_its_own_figures_and_ends_with_the_last():
    rows = over_years({"b": [1, 2, 3], "a": [4, 5, 6], "Scotland": [2, 2, 2]})
    chart = cp.charts.small_multiples(rows)
    assert [x._left_title.get_text() for x in chart.axes] == ["a", "b"]
    assert lines_of(panel(chart, "a")) == [[4, 5, 6]]
    assert "6.0" in texts(panel(chart, "a"))
    assert "3.0" in texts(panel(chart, "b"))
    dashed = [x for x in panel(chart, "b").lines if x.get_color() == "#3D3D3D"]
    assert [list(x.get_ydata()) for x in dashed] == [[2, 2, 2]]


def test_a_line_breaks_at_a_missing_year_which_has_its_mark_below_zero():
    rows = over_years({"a": [4, math.nan, 6, 7], "Scotland": [2, 2, 2, 2]})
    axes = panel(cp.charts.small_multiples(rows), "a")
    assert lines_of(axes) == [[4], [6, 7]]
    (mark,) = [t for t in axes.texts if t.get_text() == "[c]"]
    assert mark.xy[1] == axes.get_ylim()[0] < 0


def test_a_line_breaks_where_the_census_moved(data):
    rows = cp.measure(data, "register_rate", areas=["Dundee City", "Fife", "Scotland"])
    chart = cp.charts.small_multiples(rows[rows["period"] <= "2018-19"])
    assert [len(x) for x in lines_of(panel(chart, "Fife"))] == [4, 9]
    assert "Dotted: 2010-11 on, counted on 31 July" in chart._suptitle.get_text()
    assert "From 2010-11" in chart.alt


def test_figures_far_above_all_others_do_not_press_the_rest_to_the_ground():
    figures = {f"area {k:02}": [4.0] * 10 for k in range(20)} | {"high": [4.0] * 9 + [90.0]}
    chart = cp.charts.small_multiples(over_years(figures))
    assert chart.axes[0].get_ylim()[1] == pytest.approx(4 * 1.6)
    assert "90.0" in texts(panel(chart, "high"))
    assert "cut there, with their highest figure" in chart.caption


@pytest.mark.parametrize("last", ["2016-17", "2018-19", "2023-24"])
def test_every_figure_is_on_the_scale_and_the_words_of_32_areas_stay_short(data, last):
    rows = cp.measure(data, "register_rate")
    rows = rows[rows["period"] <= last]
    before = rows.copy()
    chart = cp.charts.small_multiples(rows, focus="Dundee City")
    assert len(chart.axes) == 32
    assert rows["value"].where(rows["area"] != "Scotland").max() < chart.axes[0].get_ylim()[1]
    assert len(chart.alt) <= 1800
    for area in cp.areas.councils():
        assert f"{area} " in chart.alt
    assert "Orkney Islands 5.4 to" in chart.alt
    assert "alphabetical order" in chart.caption
    pd.testing.assert_frame_equal(rows, before)


def test_what_most_areas_share_is_said_once_and_exceptions_where_they_are(data):
    rows = cp.measure(data, "register_rate")
    chart = cp.charts.small_multiples(rows[rows["period"] <= "2016-17"])
    assert "First and last figure, 2006-07 to 2016-17 unless said: Aberdeen" in chart.alt
    assert "Orkney Islands 5.4 to 1.7 (2006-07 to 2014-15, 2 years suppressed)" in chart.alt
    assert "2016-17 (2014-15 for Na h-Eileanan Siar, Orkney Islands)" in chart.caption


def test_counts_have_no_reference_line(data):
    rows = cp.measure(data, "children_on_register", areas=["Fife", "Scotland"])
    chart = cp.charts.small_multiples(rows)
    assert "Dashed" not in chart._suptitle.get_text()
    assert chart.axes[0].get_ylim()[1] < 1000


def test_the_reference_alone_has_a_panel_of_its_own():
    chart = cp.charts.small_multiples(over_years({"Scotland": [1, 2, 3]}))
    assert lines_of(panel(chart, "Scotland")) == [[1, 2, 3]]


def test_an_area_without_any_figure_has_its_panel_and_its_mark():
    rows = over_years({"a": [math.nan, math.nan], "b": [0, 0]})
    chart = cp.charts.small_multiples(rows)
    assert "[c]" in texts(panel(chart, "a"))
    assert "a no figure (2 years suppressed)" in chart.alt
    assert "0.0" in texts(panel(chart, "b"))


def test_nothing_at_all_is_still_a_chart_of_marks():
    chart = cp.charts.small_multiples(over_years({"a": [math.nan, math.nan]}))
    assert lines_of(chart.axes[0]) == []
    assert "a no figure" in chart.alt
    assert "[c] suppressed" in chart.caption


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (over_years({"a": [1.0]}).iloc[:0], "no rows"),
        (pd.concat([table({"a": 1.0}), table({"a": 1.0}, "aged_under_16")]), "one indicator"),
        (pd.concat([table({"a": 1.0}), table({"a": 2.0})]), "more than once"),
        (table({"a": math.inf}), "finite"),
    ],
)
def test_small_multiples_refuse_what_they_cannot_be_made_of(rows, said):
    with pytest.raises(ImpossibleInput, match=said):
        cp.charts.small_multiples(rows)


def test_a_focus_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'Fife'"):
        cp.charts.small_multiples(table({"Fife": 1.0, "Moray": 2.0}), focus="fife")


def test_text_is_never_below_11_point(data):
    rows = cp.measure(data, "register_rate", periods=["2017-18", "2018-19"])
    chart = cp.charts.small_multiples(rows)
    sizes = {t.get_fontsize() for x in chart.axes for t in [*x.texts, x._left_title]}
    spine = cp.charts.spine(rows[rows["period"] == "2018-19"], area="Fife")
    sizes |= {t.get_fontsize() for t in spine.axes[0].texts}
    assert min(sizes) >= 11
    assert STYLE["font.size"] == 12
