"""Drawn control and run charts: their data, their words and their marks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cpstats as cp
from cpstats.charts.wording import LETTERS, letters_of
from cpstats.control.rulesets import CONTROL, RUN
from cpstats.errors import CpstatsError, ImpossibleInput, UnknownName

VALUES = [5, 4, 6, 5, 3, 5, 6, 4, 5, 14, 5, 4]


@pytest.fixture(scope="module")
def rates(data):
    results = cp.measure(data, "register_rate", areas=cp.areas.councils())
    return results[results["period"] <= "2018-19"]


def texts(axes) -> list[str]:
    return [t.get_text() for t in axes.texts]


def test_a_control_chart_draws_values_lines_and_what_fires():
    chart = cp.charts.control(cp.control_chart(VALUES, rules="phs"))
    (axes,) = chart.axes
    diamonds = [line for line in axes.lines if line.get_marker() == "D"]
    assert [list(line.get_xydata()[0]) for line in diamonds if len(line.get_xdata())] == [[9, 14]]
    assert "L" in texts(axes)
    assert {"Mean 5.5", "Upper limit 13"} <= set(texts(axes))
    # The lower limit lies below zero, where no count can be: it is none.
    assert not any("Lower" in t for t in texts(axes))
    assert "Above the limit: 9." in chart.alt
    assert "L beyond a limit" in chart.caption


def test_letters_stand_out_from_the_lines_they_stand_on():
    (axes,) = cp.charts.control(cp.control_chart(VALUES, rules="phs")).axes
    (letter,) = [t for t in axes.texts if t.get_text() == "L"]
    assert letter.get_path_effects()


def test_the_axis_of_a_share_ends_at_a_hundred(data):
    results = cp.measure(data, "registered_before", areas="Scotland").dropna(subset="value")
    results["value"] = [60.0, 99.0] * (len(results) // 2) + [98.0] * (len(results) % 2)
    (axes,) = cp.charts.control(cp.run_chart(results, rules="phs")).axes
    _, high = axes.get_ylim()
    assert high > 100  # room for letters
    assert axes.yaxis.get_majorticklocs().max() <= 100
    (axes,) = cp.charts.trend(results).axes
    assert axes.yaxis.get_majorticklocs().max() == 100


@pytest.mark.parametrize("rules", sorted(CONTROL))
def test_a_control_chart_names_its_rule_set_and_its_rules(rules):
    caption = cp.charts.control(cp.control_chart(VALUES, rules=rules)).caption
    assert CONTROL[rules].title in caption
    assert CONTROL[rules].words in caption


@pytest.mark.parametrize("rules", sorted(RUN))
def test_a_run_chart_names_its_rule_set_and_draws_no_limits(rules):
    chart = cp.charts.control(cp.run_chart(VALUES, rules=rules))
    assert RUN[rules].title in chart.caption
    assert "Median 5" in texts(chart.axes[0])
    assert chart.alt.startswith("Run chart of values")


def test_every_rule_has_a_letter_of_its_own():
    letters = [letter for letter, _ in LETTERS.values()]
    assert len(set(letters)) == len(letters)
    for name, letter in {
        "above the limit": "L", "shift down": "S", "trend up": "T", "2 of 3 high": "N",
        "4 of 5 low": "N", "15 near the centre": "H", "14 up and down": "A",
        "8 far from the centre": "F", "long run": "R", "few crossings": "", "": "",
    }.items():  # fmt: skip
        assert letters_of(name) == letter
    assert letters_of("above the limit; shift up; 2 of 3 high; 4 of 5 high") == "LSN"


def test_a_rebase_is_drawn_with_its_reason():
    values = pd.Series([*VALUES, *[v + 9 for v in VALUES]], index=range(24))
    chart = cp.charts.control(cp.control_chart(values, rebase={12: "A second team"}))
    assert "12 on:\nA second team" in texts(chart.axes[0])
    assert "From 12: A second team." in chart.caption
    assert "0 to 11: centre 5.5" in chart.alt
    assert "12 to 23: centre 14.5" in chart.alt


def test_a_target_is_drawn_and_named():
    chart = cp.charts.control(cp.control_chart(VALUES), target=2.5)
    assert "Target 2.5" in texts(chart.axes[0])
    assert "Target 2.5." in chart.alt


def test_a_suppressed_figure_has_its_mark_and_no_point(rates):
    orkney = cp.control_chart(rates[rates["area"] == "Orkney Islands"], chart="u", rules="phs")
    chart = cp.charts.control(orkney)
    assert texts(chart.axes[0]).count("[c]") == 3
    marked = [line for line in chart.axes[0].lines if line.get_marker() in "oD"]
    drawn = np.concatenate([line.get_ydata() for line in marked])
    assert np.count_nonzero(~np.isnan(drawn)) == orkney["value"].notna().sum() == 10
    assert "2015-16, 2016-17, 2017-18 suppressed" in chart.alt


def test_of_what_is_hidden_the_words_draw_no_mean(rates):
    orkney = cp.control_chart(rates[rates["area"] == "Orkney Islands"], rules="phs")
    chart = cp.charts.control(orkney)
    assert not any("Mean" in text for text in texts(chart.axes[0]))
    assert "no centre line, as figures are hidden" in chart.alt
    assert "The rules are not read." in chart.alt
    assert "No rule fires" not in chart.alt
    panels = cp.charts.control_multiples(cp.control_chart(rates, rules="phs"))
    assert "No rule is read, for want of a centre line: " in panels.alt
    unread = panels.alt.split("No rule is read")[1].split(".")[0]
    assert "Orkney Islands" in unread
    assert "Fife" not in unread


def test_a_limit_that_is_not_drawn_is_not_told():
    few = cp.control_chart([3, 1, 2, 4, 0, 2, 3, 1, 2, 0, 1, 3, 5])
    assert (few["lower"] < 0).all()
    assert "upper limit" in cp.charts.control(few).alt
    assert " to " not in cp.charts.control(few).alt.split("centre")[1].split(".")[0]


def test_limits_on_trial_and_phases_without_limits_are_said(rates):
    chart = cp.charts.control(cp.control_chart(rates[rates["area"] == "Dundee City"]))
    assert "2010-11 to 2018-19: fewer than 12 points" in chart.caption
    assert "Provisional limits are dotted" in chart.caption
    assert "2006-07 to 2009-10: too few points for a centre line" in chart.alt
    assert "Source: CSWS 2018-19" in chart.caption
    # The interval of a figure is no limit of a process, and no word of it stands here.
    assert "95%" not in chart.caption


def test_one_chart_takes_one_series(rates):
    with pytest.raises(CpstatsError, match="control_multiples"):
        cp.charts.control(cp.control_chart(rates))
    with pytest.raises(CpstatsError, match="control_chart"):
        cp.charts.control(rates[rates["area"] == "Fife"])


def test_small_multiples_draw_every_council_and_bring_one_out(rates):
    result = cp.control_chart(rates, chart="up", rules="phs")
    chart = cp.charts.control_multiples(result, focus="Dundee City")
    titles = [axes.get_title(loc="left").replace("\n", " ") for axes in chart.axes]
    assert sorted(titles) == sorted(cp.areas.councils())
    fired = set(result.loc[result["signal"] != "", "series"])
    with_diamonds = {
        title
        for title, axes in zip(titles, chart.axes, strict=True)
        if any(line.get_marker() == "D" and len(line.get_xdata()) for line in axes.lines)
    }
    assert with_diamonds == fired
    said, calm = chart.alt.split("No rule fires: ")
    assert all(f"{area}: " in said for area in fired)
    assert "Dundee City" in calm
    assert "Orkney Islands: no figure: 2015-16" in chart.alt
    assert len(chart.alt) < 2000


def test_small_multiples_refuse_nothing_and_an_unknown_focus(rates):
    result = cp.control_chart(rates)
    with pytest.raises(UnknownName, match="Dundee City"):
        cp.charts.control_multiples(result, focus="Dundee")
    with pytest.raises(ImpossibleInput, match="nothing to draw"):
        cp.charts.control_multiples(result.assign(value=np.nan))


def test_drawing_changes_nothing(rates):
    result = cp.control_chart(rates[rates["area"] == "Fife"])
    before = result.copy()
    cp.charts.control(result)
    pd.testing.assert_frame_equal(result, before)


def test_charts_run_forwards_whatever_the_order_given():
    dates = pd.date_range("2017-01-01", periods=12, freq="MS")
    values = pd.Series(VALUES, index=dates)[::-1]
    chart = cp.charts.control(cp.control_chart(values))
    assert "Latest: 4 in Dec 2017." in chart.alt
    months = [f"{d:%b %Y}" for d in dates]
    both = pd.Series(VALUES * 2, index=months * 2)
    panels = cp.charts.control_multiples(cp.control_chart(both, by=["a"] * 12 + ["b"] * 12))
    drawn = next(x for x in panels.axes[0].lines if len(x.get_xdata()) == 12)
    assert list(drawn.get_xdata()) == list(range(12))
    assert list(drawn.get_ydata()) == VALUES


def test_large_numbers_are_written_as_numbers():
    values = [2600, 2610, 2590, 2620, 2605, 2751]
    texts_ = texts(cp.charts.control(cp.control_chart(values)).axes[0])
    assert not any("e+" in t for t in texts_)
    assert any("2,629" in t for t in texts_)


def test_one_series_without_values_among_others_is_refused_in_words():
    values = pd.Series([*VALUES, *[None] * 12], dtype=float)
    chart = cp.control_chart(values, by=["a"] * 12 + ["b"] * 12)
    with pytest.raises(ImpossibleInput, match="nothing to draw"):
        cp.charts.control(chart[chart["series"] == "b"])
    alt = cp.charts.control_multiples(chart).alt
    assert "No rule fires: b" not in alt


def test_limits_are_drawn_from_phase_to_phase_and_dotted_while_on_trial():
    values = pd.Series([*VALUES, *[v + 9 for v in VALUES[:6]]], index=range(18), dtype=float)
    frame = cp.control_chart(values, rebase={12: "A second team"})
    (axes,) = cp.charts.control(frame).axes
    steps = [line for line in axes.lines if line.get_drawstyle() == "steps-post"]
    spans = {(line.get_xdata()[0], line.get_xdata()[-1]) for line in steps}
    assert spans == {(-0.5, 11.5), (11.5, 17.5)}
    upper = {
        line.get_xdata()[0]: line for line in steps if line.get_ydata()[0] in set(frame["upper"])
    }
    assert upper[-0.5].get_ydata()[0] == frame["upper"].iloc[0]
    assert upper[-0.5].get_linestyle() == "--"
    assert upper[11.5].get_ydata()[0] == frame["upper"].iloc[-1]
    assert upper[11.5].get_linestyle() == ":"
