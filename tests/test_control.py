"""Control and run charts: their own rules for gaps, ties, phases, few points and bad input."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpstats as cp
from cpstats.control.rulesets import CONTROL, RUN
from cpstats.errors import CpstatsError, ImpossibleInput, UnknownName

LEVEL = [5, 4, 6, 5, 3, 5, 6, 4, 5, 4, 5, 6, 4]


def signals(values, **options) -> list[str]:
    return cp.control_chart(values, **options)["signal"].tolist()


# By hand


def test_an_individuals_chart_by_hand():
    # Mean of 2 4 3 5 6 is 4; moving ranges 2 1 2 1, mean 1.5; 2.66 x 1.5 = 3.99.
    chart = cp.control_chart([2, 4, 3, 5, 6])
    assert chart["centre"].unique().tolist() == [4]
    assert chart.loc[0, ["lower", "upper"]].tolist() == pytest.approx([0.01, 7.99])


def test_a_moving_range_beyond_its_limit_is_left_out():
    # Ranges 1 x 8, then 30 and 30: mean 6.8, limit 22.2, so the mean without them is 1.
    values = [5, 6, 5, 6, 5, 6, 5, 6, 5, 35, 5]
    screened = cp.control_chart(values)
    assert (screened["upper"] - screened["centre"]).iloc[0] == pytest.approx(2.66)
    plain = cp.control_chart(values, screen_moving_ranges=False)
    assert (plain["upper"] - plain["centre"]).iloc[0] == pytest.approx(2.66 * 6.8)


def test_a_proportion_chart_by_hand():
    # 50 of 500: 10%. Limits at n = 100: 0.1 +/- 3 x sqrt(0.09 / 100) = 0.01 and 0.19.
    chart = cp.control_chart([10, 8, 12, 9, 11], chart="p", n=100, rules="phs")
    assert chart.loc[0, ["value", "centre", "lower", "upper"]].tolist() == pytest.approx(
        [0.1, 0.1, 0.01, 0.19]
    )


def test_a_count_chart_by_hand():
    # Mean 9, limits 9 +/- 3 x 3.
    chart = cp.control_chart([8, 10, 9, 7, 11], chart="c", rules="phs")
    assert chart.loc[0, ["centre", "lower", "upper"]].tolist() == pytest.approx([9, 0, 18])


def test_laneys_limits_widen_with_what_varies_beyond_chance():
    # z = +/- 5 in turn about 10% of 900 (sd 0.01): moving ranges 10, so sigma_z = 10 / 1.128.
    counts = [135, 45, 135, 45, 135, 45]
    chart = cp.control_chart(counts, chart="pp", n=900, rules="phs")
    width = chart["upper"] - chart["centre"]
    assert width.iloc[0] == pytest.approx(3 * 0.01 * 10 / 1.128)
    rate = cp.control_chart(counts, chart="up", n=900, rules="phs")
    # The same for rates: sd sqrt(0.1 / 900), z +/- 0.05 / sd.
    assert (rate["upper"] - rate["centre"]).iloc[0] == pytest.approx(3 * 0.1 / 1.128)


def test_numbers_between_rare_events_by_hand():
    # Mean 20, sd sqrt(20 x 21); the centre is the median, 10.
    chart = cp.control_chart([10, 10, 10, 10, 60], chart="g", rules="phs")
    upper = 20 + 3 * math.sqrt(420)
    assert chart.loc[0, ["centre", "lower", "upper"]].tolist() == pytest.approx([10, 0, upper])


def test_times_between_rare_events_are_judged_on_the_straightened_scale():
    straight = np.array([2.0, 4, 3, 5, 6])
    chart = cp.control_chart(straight**3.6, chart="t")
    assert chart.loc[0, "centre"] == pytest.approx(4**3.6)
    assert chart.loc[0, ["lower", "upper"]].tolist() == pytest.approx([0.01**3.6, 7.99**3.6])
    assert cp.control_chart([1, 50, 2, 60, 1], chart="t")["lower"].iloc[0] == 0


# Rules


def test_a_shift_is_seven_for_making_data_count_eight_for_public_health_scotland_nine_for_nelson():
    for points, name in ((7, "mdc"), (7, "mdc-2023"), (8, "phs"), (9, "nelson")):
        assert CONTROL[name].shift == points
        high, base = [7, 8] * 10, [2, 3, 2, 3, 2]
        long = base + high[:points] + base
        short = base + high[: points - 1] + base
        fired = [i for i, s in enumerate(signals(long, rules=name)) if "shift up" in s]
        assert fired == list(range(5, 5 + points))
        assert not any("shift up" in s for s in signals(short, rules=name))


def test_a_tie_ends_a_trend():
    rising = [1, 2, 3, 4, 5, 6, 7]
    assert sum("trend up" in s for s in signals([5, *rising, 5, 4, 5])) == 7
    assert not any("trend" in s for s in signals([5, 1, 2, 3, 4, 4, 5, 6, 7, 5, 4]))


def test_a_point_on_the_line_ends_a_shift():
    # Mean 0 by symmetry; the eighth point lies on it.
    assert not any("shift" in s for s in signals([1, 2, 1, 0, 2, 1, 1, -1, -2, -1, 0, -2, -1, -1]))


def test_two_of_three_take_points_beyond_the_limit_only_since_2023():
    # Baseline of 0 and 1: mean 0.5, moving range 1, limits 0.5 +/- 2.66, two sigma at 2.27.
    values = [0, 1] * 6 + [3.0, 9.0, 0.5]
    older = signals(values, baseline=12)
    newer = signals(values, rules="mdc-2023", baseline=12)
    assert older[12:] == ["", "above the limit", ""]
    assert newer[12:] == ["2 of 3 high", "above the limit; 2 of 3 high", ""]


def test_nelsons_other_rules():
    alternating = [5, 6] * 7
    assert all("14 up and down" in s for s in signals(alternating, rules="nelson"))
    assert not any("14 up" in s for s in signals([5, 6] * 6 + [5], rules="nelson"))
    # Limits from a wide baseline: later points hug the centre, then avoid it.
    wide = [0, 10] * 6
    hugging = signals([0, 0, 10, 10] * 3 + [5.1, 4.9] * 8, rules="nelson", baseline=12)
    assert sum("15 near the centre" in s for s in hugging) == 16
    scottish = signals([0, 0, 10, 10] * 3 + [5.1, 4.9] * 8, rules="phs", baseline=12)
    assert sum("15 near the centre" in s for s in scottish) == 16
    short = signals([0, 0, 10, 10] * 3 + [5.1, 4.9] * 7, rules="phs", baseline=12)
    assert not any("near the centre" in s for s in short)
    avoiding = signals(wide + [-5, 15] * 4, rules="nelson", baseline=12)
    assert any("8 far from the centre" in s for s in avoiding)
    four = signals([*wide, 15, 15, 15, 5, 15], rules="nelson", baseline=12)
    assert [i for i, s in enumerate(four) if "4 of 5 high" in s] == [12, 13, 14, 16]


def test_each_rule_set_is_described_in_the_words_of_its_own_numbers():
    for rules in (*CONTROL.values(), RUN["phs"]):
        for number in (rules.shift, rules.trend, rules.hugging, rules.alternating, rules.avoiding):
            assert not number or f"{number} in a row" in rules.words
        for near in rules.near:
            assert f"{near.points} of {near.among}" in rules.words


# Gaps, phases, baselines


def test_a_missing_point_cuts_runs_trends_and_moving_ranges():
    whole = [1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9, 8]
    holed = [*whole[:9], None, *whole[9:]]
    assert sum("shift up" in s for s in signals(whole)) == 7
    chart = cp.control_chart(pd.Series(holed))
    assert not chart["signal"].str.contains("shift").any()
    # Moving ranges across the gap are unknown: eleven remain, ten of 1 and one of 6.
    assert chart["upper"].iloc[0] - chart["centre"].iloc[0] == pytest.approx(2.66 * 1)
    assert math.isnan(chart["value"].iloc[9])
    assert chart["signal"].iloc[9] == ""
    climbing = [5, 1, 2, 3, 4, None, 5, 6, 7, 5]
    assert not any("trend" in s for s in signals(pd.Series(climbing)))


def test_an_absent_year_is_a_gap():
    years = [f"{y}-{y - 1999:02d}" for y in range(2005, 2019)]
    values = pd.Series([1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9, 8, 9], index=years)
    assert cp.control_chart(values)["signal"].str.contains("shift up").sum() == 8
    without = values.drop("2014-15")
    assert not cp.control_chart(without)["signal"].str.contains("shift up").any()


def test_rows_may_come_in_any_order_when_periods_have_one():
    years = [f"{y}-{y - 1999:02d}" for y in range(2005, 2019)]
    values = pd.Series(range(14), index=years, dtype=float)
    mixed = values.sample(frac=1, random_state=1)
    chart = cp.control_chart(mixed)
    assert chart.index.tolist() == mixed.index.tolist()
    pd.testing.assert_frame_equal(chart.loc[years], cp.control_chart(values))


def test_a_rebase_starts_new_limits_and_keeps_its_reason():
    values = pd.Series([*LEVEL[:12], 15, 14, 16, 15, 13, 15])
    chart = cp.control_chart(values, rebase={12: "A second intake team"})
    assert chart["phase"].tolist() == [1] * 12 + [2] * 6
    assert chart["reason"].unique().tolist() == ["", "A second intake team"]
    assert chart["centre"].round(2).unique().tolist() == [4.83, 14.67]
    assert not chart["signal"].str.contains("limit|shift").any()
    assert chart["trial"].tolist() == [False] * 12 + [True] * 6


@pytest.mark.parametrize("rebase", [[12], ["2018"], {12: ""}, {12: None}, [(12, " ")]])
def test_a_rebase_without_a_reason_is_refused(rebase):
    with pytest.raises(ImpossibleInput, match="reason"):
        cp.control_chart(pd.Series(LEVEL), rebase=rebase)


def test_a_baseline_fixes_the_limits():
    later = [9, 9, 9]
    fixed = cp.control_chart(LEVEL[:12] + later, baseline=12)
    alone = cp.control_chart(LEVEL[:12])
    assert fixed["upper"].iloc[-1] == alone["upper"].iloc[0]
    assert fixed["in_baseline"].tolist() == [True] * 12 + [False] * 3
    labelled = pd.Series(LEVEL[:12] + later, index=list("abcdefghijklmno"))
    by_label = cp.control_chart(labelled, baseline="l")
    assert by_label["upper"].tolist() == fixed["upper"].tolist()
    with pytest.raises(ImpossibleInput, match="not among the periods"):
        cp.control_chart(labelled, baseline="z")
    with pytest.raises(ImpossibleInput, match="at least 5"):
        cp.control_chart(labelled, baseline=3)


def test_a_new_definition_in_the_catalogue_starts_new_limits(data):
    rates = cp.measure(data, "register_rate", areas=["Dundee City", "Scotland"])
    chart = cp.control_chart(rates)
    assert chart.loc[chart["period"] == "2009-10", "phase"].tolist() == [1, 1]
    assert chart.loc[chart["period"] == "2010-11", "phase"].tolist() == [2, 2]
    assert "31 July" in chart.loc[chart["phase"] == 2, "reason"].iloc[0]
    # Four years before the change are too few for limits.
    first = chart[chart["phase"] == 1]
    assert first[["centre", "lower", "upper"]].isna().all(axis=None)
    assert first["caution"].str.startswith("fewer than 5 points").all()


def test_a_results_table_is_charted_in_the_unit_of_its_indicator(data):
    rates = cp.measure(data, "register_rate", areas=["Dundee City", "Fife"], periods=[
        f"{y}-{y - 1999:02d}" for y in range(2010, 2019)])  # fmt: skip
    chart = cp.control_chart(rates, chart="u", rules="phs")
    dundee = chart[chart["area"] == "Dundee City"]
    known = rates[rates["area"] == "Dundee City"]
    expected = 1000 * known["numerator"].sum() / known["denominator"].sum()
    assert dundee["centre"].iloc[0] == pytest.approx(expected)
    np.testing.assert_allclose(chart["value"], rates["value"])
    assert "method" not in chart
    assert set(chart["series"]) == {"Dundee City", "Fife"}


# Several series


@given(
    st.lists(st.lists(st.integers(0, 30), min_size=5, max_size=20), min_size=2, max_size=5),
    st.sampled_from(sorted(CONTROL)),
    st.sampled_from(["xmr", "c", "g"]),
)
def test_many_series_at_once_are_each_as_if_alone(series, rules, chart):
    frames = [pd.Series(s, dtype=float) for s in series]
    by = np.repeat(np.arange(len(series)), [len(s) for s in series])
    together = cp.control_chart(
        pd.concat(frames, ignore_index=True), by=by, rules=rules, chart=chart
    )
    runs = cp.run_chart(pd.concat(frames, ignore_index=True), by=by)
    columns = ["centre", "lower", "upper", "signal", "trial", "caution", "phase"]
    for number, frame in enumerate(frames):
        alone = cp.control_chart(frame, rules=rules, chart=chart)[columns]
        part = together.loc[by == number, columns].reset_index(drop=True)
        # Sums of many series are added up in another order.
        pd.testing.assert_frame_equal(part, alone, rtol=1e-13)
        run = runs.loc[by == number].reset_index(drop=True)
        pd.testing.assert_frame_equal(
            run.drop(columns="series"),
            cp.run_chart(frame).drop(columns="series").assign(period=run["period"]),
        ) if len(frame) else None


def test_series_that_stand_mixed_are_told_apart():
    index = pd.MultiIndex.from_product([range(6), ["Fife", "Angus"]], names=["period", "area"])
    values = pd.Series([1, 10, 2, 11, 1, 12, 2, 10, 1, 11, 2, 12], index=index)
    chart = cp.control_chart(values, by="area")
    assert chart["series"].tolist() == ["Fife", "Angus"] * 6
    assert chart["centre"].tolist() == pytest.approx([1.5, 11] * 6)


# Properties


@given(st.floats(-1e6, 1e6), st.integers(5, 30), st.sampled_from(sorted(CONTROL)))
def test_a_constant_series_never_signals(value, points, rules):
    values = [value] * points
    assert set(signals(values, rules=rules)) == {""}
    assert set(signals(values, rules=rules, screen_moving_ranges=False)) == {""}
    assert set(cp.run_chart(values, rules="phs")["signal"]) == {""}


@given(
    st.lists(st.integers(0, 20), min_size=12, max_size=40),
    st.integers(0, 40),
    st.sampled_from(sorted(CONTROL)),
)
def test_a_far_point_always_signals(values, place, rules):
    place = min(place, len(values))
    values = [*values[:place], 1000, *values[place:]]
    assert "above the limit" in signals(values, rules=rules)[place]


@given(
    st.lists(st.integers(-50, 50), min_size=5, max_size=30),
    st.sampled_from([0.001, 0.3, 7.0, 1e6]),
    st.sampled_from(sorted(CONTROL)),
)
def test_the_unit_of_measurement_changes_no_signal(values, scale, rules):
    plain, scaled = signals(values, rules=rules), signals(np.array(values) * scale, rules=rules)
    assert plain == scaled


@given(st.lists(st.integers(-50, 50), min_size=5, max_size=30), st.sampled_from(sorted(CONTROL)))
def test_turning_values_upside_down_turns_the_signals(values, rules):
    turned = {"above": "below", "below": "above", "up": "down", "down": "up"}
    turned |= {"high": "low", "low": "high"}
    plain, other = signals(values, rules=rules), signals([-v for v in values], rules=rules)
    for one, two in zip(plain, other, strict=True):
        swapped = {
            n if "up and down" in n else " ".join(turned.get(w, w) for w in n.split())
            for n in one.split("; ")
        }
        assert swapped == set(two.split("; "))


@given(st.lists(st.integers(0, 50), min_size=5, max_size=25), st.integers(60, 500))
def test_limits_stay_within_what_can_be(counts, n):
    chart = cp.control_chart(counts, chart="p", n=n)
    assert chart["lower"].ge(0).all()
    assert chart["upper"].le(1).all()
    assert (chart["lower"] <= chart["centre"]).all()
    assert (chart["centre"] <= chart["upper"]).all()


# Run charts


def test_a_run_chart_by_hand():
    # Median 5.5. Ten points, none on it: the longest run may have round(log2(10) + 3) = 6 points,
    # and there must be 2 crossings of it at least.
    chart = cp.run_chart([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    row = chart.iloc[0]
    assert (row["centre"], row["useful"], row["longest_run"]) == (5.5, 10, 5)
    assert (row["longest_run_limit"], row["crossings"], row["crossings_limit"]) == (6, 1, 2)
    assert set(chart["signal"]) == {"few crossings"}


def test_a_long_run_is_named_at_its_points_and_passes_over_the_median_and_gaps():
    values = [4, 6, 4, 6, 4, 6, 7, 7, 5, 7, None, 7, 7, 7, 7, 4, 4, 4, 4, 4, 6, 4, 4]
    chart = cp.run_chart(pd.Series(values), baseline=6)
    assert chart["centre"].iloc[0] == 5
    # 21 useful points allow a run of round(log2(21) + 3) = 7: there is one of 8.
    assert chart["useful"].iloc[0] == 21
    long = chart.index[chart["signal"].str.contains("long run")].tolist()
    assert long == [5, 6, 7, 9, 11, 12, 13, 14]


# Few points, small counts


def test_fewer_than_twelve_points_are_on_trial():
    assert cp.control_chart(LEVEL[:12])["trial"].tolist() == [False] * 12
    chart = cp.control_chart(LEVEL[:11])
    assert chart["trial"].all()
    assert "provisional" in chart["caution"].iloc[0]
    assert cp.run_chart(LEVEL[:11])["trial"].all()


@pytest.mark.parametrize("draw", [cp.control_chart, cp.run_chart])
@pytest.mark.parametrize("values", [[1], [1, 2, 3, 4], pd.Series([1, 2, None, 3, 4, None])])
def test_too_few_points_are_refused_in_words(draw, values):
    with pytest.raises(ImpossibleInput, match=r"Too few points.*at least 5"):
        draw(values)


def test_a_short_series_among_longer_ones_has_no_limits_and_says_so():
    by = ["Fife"] * 12 + ["Orkney Islands"] * 3
    chart = cp.control_chart([*LEVEL[:12], 1, 9, 1], by=by)
    short = chart[chart["series"] == "Orkney Islands"]
    assert short[["centre", "lower", "upper"]].isna().all(axis=None)
    assert short["caution"].str.startswith("fewer than 5 points").all()
    assert set(short["signal"]) == {""}
    assert chart.loc[chart["series"] == "Fife", "caution"].eq("").all()


@pytest.mark.parametrize("chart", ["p", "u", "c", "pp", "up"])
def test_counts_too_small_for_their_chart_are_said_with_the_chart_to_use(chart):
    n = None if chart == "c" else 40
    small = cp.control_chart([1, 0, 2, 1, 3, 0, 1, 2, 1, 0, 1, 2], chart=chart, n=n)
    assert small["caution"].str.contains("fewer than 5 events expected").all()
    assert small["caution"].str.contains("g").all()
    enough = cp.control_chart([9, 8, 10, 9, 12, 9, 8, 7, 9, 10, 9, 9], chart=chart, n=n)
    assert enough["caution"].eq("").all()


def test_values_mostly_at_their_ends_ask_for_a_chart_of_what_lies_between():
    zeros = cp.control_chart([0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0])
    assert zeros["caution"].str.contains("more than half").all()
    full = cp.control_chart([20] * 8 + [19, 20, 18, 20], chart="p", n=20)
    assert full["caution"].str.contains("more than half").all()
    between = cp.control_chart([0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0], chart="g")
    assert not between["caution"].str.contains("more than half").any()


def test_a_baseline_without_any_variation_has_no_limits_and_says_so():
    chart = cp.control_chart([7] * 12)
    assert chart["upper"].isna().all()
    assert chart["caution"].str.contains("no variation").all()


# Verdicts and suggestions


def test_a_verdict_takes_the_direction_of_the_catalogue(data):
    rates = cp.measure(data, "register_rate", areas="Scotland")
    verdict = cp.judge(cp.control_chart(rates[rates["period"] <= "2018-19"]))
    assert verdict.loc[0, "variation"] in {"unusually high", "unusually low", "no signal"}
    assert verdict.loc[0, "assurance"] == ""


def test_a_verdict_needs_the_latest_figure():
    chart = cp.control_chart(pd.Series([*LEVEL, None]))
    verdict = cp.judge(chart, better="lower", target=1)
    assert verdict.loc[0, "variation"] == ""
    assert verdict.loc[0, "note"] == "the latest period has no figure"


def test_a_target_is_held_against_the_limits():
    chart = cp.control_chart(LEVEL)
    lower, upper = chart.loc[0, ["lower", "upper"]]
    for target, better, said in (
        (upper + 1, "lower", "will be met"),
        (lower - 1, "lower", "will be missed"),
        (upper + 1, "higher", "will be missed"),
        (lower - 1, "higher", "will be met"),
        ((lower + upper) / 2, "higher", "may be met or missed by chance"),
        (upper + 1, "neither", ""),
    ):
        assert cp.judge(chart, better=better, target=target).loc[0, "assurance"] == said


def test_a_direction_that_is_none_is_refused():
    with pytest.raises(UnknownName, match="lower"):
        cp.judge(cp.control_chart(LEVEL), better="lowr")
    with pytest.raises(CpstatsError, match="control_chart"):
        cp.judge(pd.DataFrame({"value": [1]}))


def test_a_rebase_is_suggested_where_a_shift_still_holds_and_nothing_is_changed():
    values = [*LEVEL[:10], 9, 10, 9, 11, 10, 9, 10]
    chart = cp.control_chart(values)
    before = chart.copy()
    row = cp.suggest_rebases(chart).iloc[0]
    assert (row["period"], row["points"], row["side"]) == (10, 7, "up")
    assert "known what changed" in row["suggestion"]
    pd.testing.assert_frame_equal(chart, before)
    # A shift that is over asks for nothing.
    assert cp.suggest_rebases(cp.control_chart([*values, 4, 5, 4])).empty
    assert cp.suggest_rebases(cp.control_chart(LEVEL)).empty


# Bad input


@pytest.mark.parametrize(
    ("values", "options", "said"),
    [
        ([], {}, "nothing to chart"),
        (pd.Series([None] * 8, dtype=float), {}, "nothing to chart"),
        ([1, 2, float("inf"), 3, 4, 5], {}, "finite.*position 2"),
        (["a", "b"], {}, "not a number"),
        ([1, 2, 3, -4, 5], {"chart": "c"}, "negative"),
        ([1, 2, 3, 4, 5], {"chart": "p"}, "give `n`"),
        ([1, 2, 3, 4, 5], {"chart": "xmr", "n": 10}, "leave `n` out"),
        ([1, 2, 3, 4, 5], {"chart": "p", "n": [10, 10, 0, 10, 10]}, "above 0.*position 2"),
        ([1, 2, 3, 4, 5], {"chart": "p", "n": [9, 9, 2, 9, 9]}, "larger.*position 2"),
        ([1, 2, 3, 4, 5], {"chart": "u", "n": [9, 9]}, "5 and 2"),
        ([1, 0, 3, 4, 5], {"chart": "t"}, "above 0"),
        (pd.Series([1] * 6, index=list("abcabc")), {}, "Period a stands twice.*by"),
        (pd.Series([1] * 6, index=["2011-12", "2010-11"] * 3), {}, "2010-11 stands twice"),
        ([1, 2, 3, 4, 5], {"by": ["x"]}, "5 and 1"),
        ([1, 2, 3, 4, 5], {"by": ["x", "x", None, "x", "x"]}, "missing"),
    ],
)
def test_what_cannot_be_charted_is_refused_in_words(values, options, said):
    with pytest.raises(ImpossibleInput, match=f"(?i){said}"):
        cp.control_chart(values, **options)


def test_a_missing_denominator_loses_no_count():
    n = pd.Series([10, 10, None, 10, 10, 10])
    with pytest.raises(ImpossibleInput, match="no denominator"):
        cp.control_chart(pd.Series([1, 2, 3, 1, 2, 3]), chart="p", n=n)
    chart = cp.control_chart(pd.Series([1, 2, None, 1, 2, 3]), chart="p", n=n)
    assert math.isnan(chart["value"].iloc[2])
    assert not chart["centre"].isna().any()


@pytest.mark.parametrize("options", [{"chart": "xm"}, {"rules": "mdc-2021"}])
def test_an_unknown_chart_or_rule_set_is_told_the_nearest(options):
    with pytest.raises(UnknownName, match="Did you mean"):
        cp.control_chart(LEVEL, **options)
    with pytest.raises(UnknownName, match="anhoej"):
        cp.run_chart(LEVEL, rules="anhoj")


def test_the_input_is_not_changed(data):
    rates = cp.measure(data, "register_rate", areas=["Fife", "Scotland"])
    before = rates.copy()
    cp.control_chart(rates)
    cp.run_chart(rates)
    pd.testing.assert_frame_equal(rates, before)


# Periods of every kind, several series at once


def yearly(first: int, values: list[float]) -> pd.Series:
    labels = [f"{y}-{(y + 1) % 100:02d}" for y in range(first, first + len(values))]
    return pd.Series(values, index=labels, dtype=float)


def test_labels_that_say_nothing_of_time_stand_as_given_within_each_series():
    early = pd.Series(range(1, 13), index=[f"y{y}" for y in range(2005, 2017)], dtype=float)
    late = pd.Series(LEVEL[:12], index=[f"y{y}" for y in range(2010, 2022)], dtype=float)
    both = pd.concat([late, early])
    chart = cp.control_chart(both, by=["late"] * 12 + ["early"] * 12, rules="phs")
    own = chart[chart["series"] == "early"]
    assert own["signal"].tolist() == cp.control_chart(early, rules="phs")["signal"].tolist()
    assert cp.judge(chart).set_index("series").loc["early", "period"] == "y2016"


@pytest.mark.parametrize("kind", ["dates of two days", "rows in turn", "numbers"])
def test_the_periods_of_one_series_make_no_gap_in_another(kind):
    alone = cp.control_chart(LEVEL)["upper"].iloc[0]
    by, many = ["a", "b"] * len(LEVEL), len(LEVEL)
    if kind == "dates of two days":
        firsts = pd.date_range("2018-01-01", periods=many, freq="MS")
        index = [d for first in firsts for d in (first, first + pd.Timedelta(days=14))]
    elif kind == "numbers":
        index = [x for i in range(many) for x in (i * 10, i * 10 + 3)]
    else:
        index = list(range(2 * many))
    chart = cp.control_chart(pd.Series(np.repeat(LEVEL, 2), index=index), by=by)
    assert chart["upper"].tolist() == pytest.approx([alone] * (2 * many))


@pytest.mark.parametrize("freq", ["3M", "2Q", "M", "Y"])
def test_pandas_periods_of_any_length_follow_each_other(freq):
    index = pd.period_range("2008-01", periods=len(LEVEL), freq=freq)
    chart = cp.control_chart(pd.Series(LEVEL, index=index))
    assert chart["upper"].tolist() == pytest.approx(cp.control_chart(LEVEL)["upper"].tolist())
    holed = pd.Series(LEVEL, index=index).drop(index[6])
    assert cp.control_chart(holed)["upper"].iloc[0] != chart["upper"].iloc[0]


def test_dates_as_text_are_dates_and_not_years():
    index = [f"2019-{month:02d}-01" for month in range(1, 13)]
    chart = cp.control_chart(pd.Series(LEVEL[:12], index=index))
    assert chart["upper"].tolist() == pytest.approx(cp.control_chart(LEVEL[:12])["upper"].tolist())


def test_a_phase_starts_though_a_series_has_no_row_for_that_period(data):
    counts = cp.measure(data, "register_rate", areas=["Fife", "Angus"])
    counts = counts[counts["period"] <= "2018-19"]
    without = counts[(counts["area"] != "Fife") | (counts["period"] != "2010-11")]
    chart = cp.control_chart(without)
    fife = chart[chart["area"] == "Fife"]
    assert fife.loc[fife["period"] == "2011-12", "phase"].tolist() == [2]
    values = pd.concat([yearly(2000, LEVEL), yearly(2000, LEVEL).drop("2006-07")])
    by = ["a"] * 13 + ["b"] * 12
    rebased = cp.control_chart(values, by=by, rebase={"2006-07": "why"})
    assert rebased.groupby("series")["phase"].max().tolist() == [2, 2]


def test_a_baseline_that_is_over_limits_no_later_phase():
    values = yearly(1998, LEVEL + [v + 9 for v in LEVEL])
    chart = cp.control_chart(values, baseline="2009-10", rebase={"2011-12": "a new team"})
    later = chart[chart["phase"] == 2]
    assert later["in_baseline"].all()
    assert later["centre"].iloc[0] == pytest.approx(np.mean([v + 9 for v in LEVEL]))


def test_a_baseline_longer_than_the_series_was_meant_as_a_period():
    with pytest.raises(ImpossibleInput, match="To name a period, give it as text"):
        cp.control_chart(pd.Series(LEVEL, index=range(2000, 2013)), baseline=2007)


def test_several_indicators_are_not_charted_as_one(data):
    both = pd.concat([cp.measure(data, i, areas="Fife") for i in
                      ("register_rate", "children_on_register")])  # fmt: skip
    with pytest.raises(ImpossibleInput, match="one indicator"):
        cp.control_chart(both)


def test_what_screening_leaves_without_variation_is_not_screened():
    chart = cp.control_chart([5] * 20 + [9])
    # Mean 109 / 21; twenty moving ranges, one of 4: mean 0.2.
    assert chart["upper"].iloc[0] == pytest.approx(109 / 21 + 2.66 * 0.2)
    assert chart["signal"].str.contains("limit").tolist() == [False] * 20 + [True]


def test_a_target_on_the_edge_of_what_can_be_is_not_always_missed():
    full = cp.control_chart([20, 20, 19, 20, 20, 20, 18, 20, 20, 20, 19, 20], chart="p", n=20)
    verdict = cp.judge(full, better="higher", target=1.0)
    assert verdict.loc[0, "assurance"] == "may be met or missed by chance"


@pytest.mark.parametrize("name", ["value", "period", "n"])
def test_a_name_that_the_result_has_is_no_name_for_series(name):
    by = pd.Series([1] * 6 + [2] * 6, name=name)
    with pytest.raises(ImpossibleInput, match="rename"):
        cp.control_chart(pd.Series(LEVEL[:12]), by=by)


def test_two_series_of_one_name_stay_two():
    frame = pd.DataFrame(
        {
            "area": "Fife",
            "area_code": ["A"] * 13 + ["B"] * 13,
            "period": list(yearly(2000, LEVEL).index) * 2,
            "value": LEVEL + [v + 9 for v in LEVEL],
        }
    )
    chart = cp.control_chart(frame)
    assert chart["series"].nunique() == 2
    assert len(cp.judge(chart)) == 2


@pytest.mark.parametrize(
    "values",
    [np.ma.array([1.0] * 6, mask=[0, 1, 0, 0, 0, 0]), pd.Series(pd.date_range("2020", periods=6))],
)
def test_what_only_looks_like_numbers_is_refused(values):
    with pytest.raises(ImpossibleInput, match=r"masked|dates"):
        cp.control_chart(values)
    with pytest.raises(ImpossibleInput, match=r"masked|dates"):
        cp.rate(values, 100)


def test_missing_points_are_no_small_counts():
    counts = pd.Series([70, 69, 71, 68, 72, 70, 69, 71, 70, 68, 72, 70, *[None] * 13])
    chart = cp.control_chart(counts, chart="u", n=pd.Series([10.0] * 25))
    assert set(chart["caution"]) == {""}


@pytest.mark.parametrize("compute", [cp.control_chart, cp.run_chart])
@pytest.mark.parametrize(("hidden", "said"), [(0, ""), (2, "a little off"), (3, "no centre")])
def test_what_is_hidden_is_no_chance_so_the_others_have_no_mean(compute, hidden, said):
    # Twenty quarters of 10 and 12 in turn; of more than a tenth hidden nothing is drawn.
    value = np.array([10.0, 12.0] * 10)
    value[:hidden] = np.nan
    marks = ["[c]"] * hidden + [""] * (20 - hidden)
    quarters = [f"{2010 + n // 4}-{11 + n // 4} Q{n % 4 + 1}" for n in range(20)]
    chart = compute(pd.DataFrame({"period": quarters, "value": value, "mark": marks}))
    assert chart["centre"].isna().all() == (said == "no centre")
    assert (said in chart["caution"].iloc[-1]) if said else chart["caution"].eq("").all()
    assert not chart["trial"].any()
    missing = pd.DataFrame({"period": quarters, "value": value, "mark": ""})
    assert compute(missing)["centre"].notna().all()  # nobody hid what is only missing


def test_a_pattern_without_a_side_is_no_calm():
    chart = cp.control_chart([5, 6] * 7, rules="nelson")
    assert cp.judge(chart, better="lower").loc[0, "variation"] == "unusual, to neither side"


@pytest.mark.parametrize("rebase", [None, 13, "2018", {12: float("nan")}, {True: "why"}])
def test_a_rebase_that_is_none_is_refused(rebase):
    with pytest.raises(ImpossibleInput, match="rebase"):
        cp.control_chart(pd.Series(LEVEL), rebase=rebase)


@pytest.mark.parametrize("target", ["5", float("nan"), {"a": 1}])
def test_a_target_is_a_number(target):
    with pytest.raises(CpstatsError, match="target"):
        cp.judge(cp.control_chart(LEVEL), better="lower", target=target)


def test_a_year_is_a_year_however_it_is_written():
    shuffled = [3, 0, 2, 1, *range(4, 13)]
    for label in (lambda y: f"{y}", lambda y: f"mid-{y}", lambda y: f"{y}/{(y + 1) % 100:02d}"):
        values = pd.Series(LEVEL, index=[label(2000 + i) for i in range(13)])
        mixed = cp.control_chart(values.iloc[shuffled]).loc[values.index]
        pd.testing.assert_frame_equal(mixed, cp.control_chart(values))
        holed = cp.control_chart(values.drop(label(2006)))
        assert holed["upper"].iloc[0] != cp.control_chart(LEVEL[:6] + LEVEL[7:])["upper"].iloc[0]


def test_years_taken_together_are_no_points_of_a_chart(data):
    rates = cp.measure(data, "register_rate", areas="Fife")
    with pytest.raises(ImpossibleInput, match="neighbours share years"):
        cp.control_chart(cp.rolling(rates))


def test_years_and_quarters_in_one_series_are_refused():
    values = pd.Series(LEVEL[:6], index=[*(f"{y}-{y - 1999:02d}" for y in range(2010, 2015)),
                                         "2015-16 Q1"])  # fmt: skip
    with pytest.raises(ImpossibleInput, match="quarter and as year"):
        cp.control_chart(values)
