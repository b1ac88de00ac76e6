"""Trends, years taken together, and the sentences on them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpstats as cp
from cpstats import sentences
from cpstats.errors import CpstatsError, ImpossibleInput, UnknownName
from cpstats.trends import rolling, trend

ORACLE = Path(__file__).parent / "oracle"


def table(counts, population=10_000, start=2011, **columns):
    years = range(start, start + len(counts))
    return pd.DataFrame(
        {"period": list(years), "numerator": counts, "denominator": population} | columns
    )


def register(counts, first=2010, **columns):
    """A results table of the register rate, years such as 2010-11."""
    labels = [f"{y}-{(y + 1) % 100:02d}" for y in range(first, first + len(counts))]
    frame = table(counts).assign(period=labels, indicator="register_rate", area="Fife")
    frame["value"] = frame["numerator"] / frame["denominator"] * 1000
    return frame.assign(mark="", **columns)


def one(*args, **options):
    return trend(*args, **options).iloc[0]


# Against R


@pytest.fixture(scope="module")
def oracle():
    given_rows = pd.read_csv(ORACLE / "trend_in.csv")
    theirs = pd.read_csv(ORACLE / "trend_base_r_out.csv").set_index("set")
    renamed = given_rows.rename(columns={"year": "period", "x": "numerator", "n": "denominator"})
    ours = trend(renamed, by="set").set_index("set").loc[theirs.index]
    return renamed, ours, theirs


def test_the_ratio_per_year_equals_poisson_regression_of_r(oracle):
    _, ours, theirs = oracle
    np.testing.assert_allclose(ours["ratio"], theirs["rate_ratio_per_year"], rtol=1e-12)
    np.testing.assert_allclose(np.log(ours["ratio"]), theirs["pois_slope"], rtol=1e-12)
    assert ours["points"].tolist() == theirs["k"].tolist()


def test_standard_errors_and_p_values_equal_r_as_far_as_its_fit_goes(oracle):
    _, ours, theirs = oracle
    np.testing.assert_allclose(ours["standard_error"], theirs["pois_se"], rtol=3e-8)
    np.testing.assert_allclose(ours["dispersion"], theirs["pearson_dispersion"], rtol=3e-8)
    np.testing.assert_allclose(ours["p_quasi_poisson"], theirs["quasi_p"], rtol=1e-6)
    # A p-value moves z squared times as much as the error behind it.
    np.testing.assert_allclose(ours["p_poisson"], theirs["pois_p"], rtol=1e-5)


def test_dispersion_and_error_follow_from_the_slope_of_r_exactly(oracle):
    rows, ours, theirs = oracle
    for name, group in rows.groupby("set"):
        t = group["period"] - group["period"].iloc[0]
        weight = group["denominator"] * np.exp(theirs.loc[name, "pois_slope"] * t)
        expected = weight * group["numerator"].sum() / weight.sum()
        pearson = ((group["numerator"] - expected) ** 2 / expected).sum()
        away = t - (expected * t).sum() / expected.sum()
        got = ours.loc[name]
        assert got["dispersion"] == pytest.approx(pearson / (len(t) - 2), rel=1e-12)
        assert got["standard_error"] == pytest.approx((expected * away**2).sum() ** -0.5, rel=1e-12)


def test_kendalls_tau_and_its_p_value_equal_r(oracle):
    rows, ours, theirs = oracle
    np.testing.assert_allclose(ours["kendall_tau"], theirs["kendall_tau"], rtol=1e-12)
    np.testing.assert_allclose(ours["kendall_p_value"], theirs["kendall_p"], rtol=1e-11)
    share = rows["numerator"] / rows["denominator"]
    tied = share.groupby(rows["set"]).agg(lambda x: x.duplicated().any())
    assert (tied.loc[theirs.index] == (theirs["kendall_stat_name"] != "T")).all()


# By hand


def test_two_years_give_the_ratio_of_their_rates():
    row = one(table([10, 30]))
    # 30 / 10 = 3; its log has variance 1/10 + 1/30.
    assert row["ratio"] == pytest.approx(3)
    assert row["standard_error"] == pytest.approx((1 / 10 + 1 / 30) ** 0.5)
    assert row["method"] == "Poisson"
    assert np.isnan(row["dispersion"])
    assert row["verdict"] == ""
    assert "too few points: 2, and a trend needs at least 4" in row["note"]


def test_a_gap_in_the_years_counts_as_the_time_it_is():
    # From 10 to 40 in two years is twice as many each year.
    apart = table([10, 40]).assign(period=[2011, 2013])
    assert one(apart)["ratio"] == pytest.approx(2)
    assert one(apart)["years"] == 2


def test_the_same_day_each_year_is_a_year_apart():
    days = table([10, 20, 40]).assign(period=[dt.date(y, 7, 31) for y in (2011, 2012, 2013)])
    assert one(days)["ratio"] == pytest.approx(2, rel=1e-12)
    text = days.assign(period=[d.isoformat() for d in days["period"]])
    assert one(text)["ratio"] == pytest.approx(2, rel=1e-12)


def test_quarters_are_a_quarter_of_a_year_apart():
    labels = ["2018-19 Q1", "2018-19 Q2", "2018-19 Q3"]
    assert one(table([10, 20, 40]).assign(period=labels))["ratio"] == pytest.approx(16)


def test_the_interval_is_the_wider_of_the_two():
    smooth = one(table([100, 110, 121, 133, 146, 161, 177, 195]))
    assert smooth["method"] == "Poisson"
    # Poisson: 1.959964 standard errors either way.
    assert np.log(smooth["ratio_upper"] / smooth["ratio"]) == pytest.approx(
        1.959963984540054 * smooth["standard_error"]
    )
    rough = one(table([100, 200, 90, 210, 80, 220, 100, 190]))
    assert rough["method"] == "quasi-Poisson"
    # Student's t on 6 degrees of freedom is 2.446912 at 97.5%.
    assert np.log(rough["ratio_upper"] / rough["ratio"]) == pytest.approx(
        2.446911851144979 * rough["standard_error"] * rough["dispersion"] ** 0.5
    )
    assert rough["p_value"] == rough["p_quasi_poisson"] > rough["p_poisson"]


def test_holms_procedure_by_hand():
    values = [[0, 1, 2, 3, 4], [0, 2, 1, 3, 4], [0, 2, 1, 4, 3], [3, 3, 3, 3, 3]]
    frame = pd.concat(
        table([np.nan] * 5).assign(area=str(i), value=v) for i, v in enumerate(values)
    )
    result = trend(frame)
    # Exact p-values of tau at 5 points: 2/120, 10/120, 28/120; equal values have none.
    np.testing.assert_allclose(result["kendall_p_value"][:3], [2 / 120, 10 / 120, 28 / 120])
    np.testing.assert_allclose(result["p_adjusted"][:3], [6 / 120, 20 / 120, 28 / 120])
    assert result["tested"].tolist() == [3] * 4
    assert result["verdict"].tolist() == ["rising"] + ["no clear change"] * 3
    assert "every figure is the same" in result["note"][3]


def test_rates_that_are_equal_as_fractions_tie():
    frame = table([7, 14, 21, 28, 35], population=[1001, 2002, 3003, 4004, 5005])
    # As the value is multiplied out, the last digit can differ.
    frame["value"] = frame["numerator"] * (1000 / frame["denominator"])
    assert np.isnan(one(frame)["kendall_tau"])


def test_the_change_is_from_the_baseline_to_the_last_year():
    row = one(register([40, 10, 20, 30, 45]), baseline="2011/12")
    expected = cp.compare_rates(45, 10_000, 10, 10_000).iloc[0]
    assert (row["baseline"], row["baseline_value"], row["last_value"]) == ("2011-12", 1.0, 4.5)
    assert row["change_ratio"] == pytest.approx(4.5)
    assert row["change_lower"] == expected["ratio_lower"]
    assert row["change_verdict"] == "higher"
    assert one(register([40, 10, 20, 30, 45]))["baseline"] == "2010-11"


def test_a_baseline_without_a_figure_or_on_another_definition_is_said():
    frame = register([10, 20, 30, 40, np.nan, 60, 70, 80], first=2008)
    assert "no figure for the baseline 2012-13" in one(frame, baseline="2012-13")["note"]
    before = one(frame, baseline="2008-09")
    assert "baseline 2008-09 is on another definition" in before["note"]
    assert np.isnan(before["change_ratio"])
    last = one(frame, baseline="2015-16")
    assert "last period is the baseline itself" in last["note"]
    assert last["change_verdict"] == ""
    with pytest.raises(UnknownName, match="baseline"):
        trend(frame, baseline="1999-00")


# What stands in the way


def test_a_trend_does_not_run_across_a_break_in_the_definition():
    # Steep before 2010-11, level from then on.
    row = one(register([900, 600, 300, 50, 50, 50, 50, 50], first=2007))
    assert (row["first"], row["points"], row["verdict"]) == ("2010-11", 5, "no clear change")
    assert "figures before 2010-11 are on another definition and are left out" in row["note"]


def test_a_series_that_ends_before_the_break_is_used_whole():
    row = one(register([50, 50, 50, 50, np.nan], first=2006))
    assert (row["first"], row["last"], row["points"]) == ("2006-07", "2009-10", 4)
    assert "another definition" not in row["note"]


def test_missing_figures_are_left_out_and_counted_and_estimated_ones_kept_and_said():
    frame = register([10, 11, np.nan, 13, 14, np.nan])
    frame.loc[4, "mark"] = "[e]"
    row = one(frame)
    assert row["points"] == 4
    assert "2 of 6 periods without a figure are left out" in row["note"]
    assert "estimated: 2014-15" in row["note"]


def test_values_without_counts_are_tested_by_their_order_alone():
    frame = register([np.nan] * 6).assign(value=[1.0, 2.0, 3.0, 4.0, 5.0, 7.0])
    row = one(frame)
    # All 15 pairs rise: tau 1, exact p 2/6!; the median of the 15 slopes is 1.
    assert (row["slope"], row["verdict"]) == (1.0, "rising")
    assert row["kendall_tau"] == pytest.approx(1)
    assert row["kendall_p_value"] == pytest.approx(2 / 720)
    assert np.isnan(row["ratio"])
    assert row["method"] == ""
    assert "without counts" in row["note"]
    few = one(frame.head(4))
    assert few["verdict"] == ""
    assert "too few points: 4, and without counts a test at 95% needs at least 5" in few["note"]


def test_a_published_figure_among_counts_is_left_out_and_said():
    frame = register([10, 11, 12, 13, np.nan]).assign(value=[1.0, 1.1, 1.2, 1.3, 9.9])
    row = one(frame)
    assert (row["points"], row["last"]) == (4, "2013-14")
    assert "1 figure published without a count is left out" in row["note"]


def test_nothing_but_zeros_has_no_ratio_and_says_why():
    row = one(table([0, 0, 0, 0, 0]))
    assert np.isnan(row["ratio"])
    assert (row["verdict"], row["slope"]) == ("", 0.0)
    assert "no cases in any period" in row["note"]


@pytest.mark.parametrize(("counts", "ratio"), [([0, 0, 0, 0, 7], np.inf), ([7, 0, 0, 0, 0], 0.0)])
def test_cases_at_one_end_only_give_a_ratio_without_bound(counts, ratio):
    row = one(table(counts))
    assert row["ratio"] == ratio
    assert np.isnan(row["ratio_lower"])
    assert row["verdict"] == ""
    assert "every case fell in one period" in row["note"]


def test_cases_in_one_year_in_the_middle_have_a_ratio():
    row = one(table([0, 0, 7, 0, 0]))
    assert row["ratio"] == pytest.approx(1)
    assert row["verdict"] == "no clear change"
    assert "every case fell in one period, 2013" in row["note"]


def test_one_point_and_none_at_all():
    alone, none = one(table([5])), one(table([np.nan, np.nan]))
    assert "too few points: 1" in alone["note"]
    assert (none["points"], none["note"]) == (0, "there is no figure")
    assert none["verdict"] == alone["verdict"] == ""
    assert pd.isna(none["first"])


def test_an_empty_table_gives_an_empty_one():
    empty = trend(register([1, 2]).head(0))
    assert len(empty) == 0
    assert list(empty) == list(trend(register([1, 2])))


def test_counts_of_the_catalogue_need_no_population():
    frame = table([10, 20, 40, 80], population=np.nan).assign(indicator="children_on_register")
    assert one(frame)["ratio"] == pytest.approx(2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"numerator": [-1, 2, 3]}, "negative"),
        ({"numerator": [1, np.inf, 3]}, "finite"),
        ({"numerator": [1, 2.5, 3]}, "whole number: got 2.5 at position 1"),
        ({"denominator": [10, 0, 10]}, "denominator of 0"),
        ({"denominator": [10, -1, 10]}, "negative"),
        ({"numerator": ["a", "b", "c"]}, "not a number"),
        ({"period": ["2011-12", "2011-12", "2012-13"]}, "2011-12 .*twice"),
        ({"period": ["2011-12", None, "2012-13"]}, "period is missing"),
        ({"period": ["2011-12", "2012-13 Q2", "2013-14"]}, "not written like"),
        ({"period": ["2010-11 to 2012-13", "2011-12", "2012-13"]}, "taken together"),
        ({"period": ["2011-13", "2011-12", "2012-13"]}, "is not a year"),
        ({"area": ["a", None, "a"]}, "area"),
        ({"indicator": "registered_before", "numerator": [5, 11, 5], "denominator": 10}, "part"),
    ],
)
def test_what_is_no_set_of_series_is_refused(change, words):
    with pytest.raises(CpstatsError, match=words):
        trend(table([1, 2, 3]).assign(**change))


def test_a_missing_column_and_a_wrong_name_are_refused():
    with pytest.raises(ImpossibleInput, match="denominator"):
        trend(table([1, 2]).drop(columns="denominator"))
    with pytest.raises(UnknownName, match="column"):
        trend(table([1, 2], sex="all"), by="sexe")
    with pytest.raises(ImpossibleInput, match="confidence"):
        trend(table([1, 2]), confidence=1.5)


# What must hold

COUNTS = st.lists(st.integers(1, 400), min_size=4, max_size=10)


@settings(max_examples=25)
@given(COUNTS, st.randoms())
def test_the_order_of_rows_is_irrelevant(counts, random):
    frame = pd.concat([table(counts, area="a"), table(counts[::-1], area="b")], ignore_index=True)
    before = frame.copy()
    rows = list(frame.index)
    random.shuffle(rows)
    ours = trend(frame)
    shuffled = trend(frame.loc[rows])
    shuffled = shuffled.sort_values("area").reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, shuffled, check_exact=True)
    pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=25)
@given(COUNTS, st.floats(0.01, 100))
def test_a_larger_population_throughout_changes_no_ratio(counts, factor):
    ours, theirs = one(table(counts)), one(table(counts, population=10_000 * factor))
    for column in ("ratio", "ratio_lower", "p_value", "dispersion"):
        assert theirs[column] == pytest.approx(ours[column], rel=1e-9, abs=1e-12)


@settings(max_examples=25)
@given(COUNTS)
def test_turning_time_round_inverts_the_ratio(counts):
    ours, theirs = one(table(counts)), one(table(counts[::-1]))
    assert theirs["ratio"] == pytest.approx(1 / ours["ratio"], rel=1e-9)
    assert theirs["ratio_lower"] == pytest.approx(1 / ours["ratio_upper"], rel=1e-9)


@settings(max_examples=25)
@given(st.integers(1, 50), st.lists(st.integers(1, 30), min_size=4, max_size=10))
def test_a_constant_rate_has_a_ratio_of_1(count, sizes):
    row = one(table([count * s for s in sizes], population=[1000 * s for s in sizes]))
    assert row["ratio"] == pytest.approx(1, abs=1e-9)
    assert row["verdict"] == "no clear change"


@settings(max_examples=25)
@given(st.integers(1000, 5000), st.lists(st.integers(5, 20), min_size=5, max_size=10))
def test_large_counts_that_rise_steadily_are_rising(first, steps):
    counts = [first]
    for step in steps:
        counts.append(counts[-1] + first // 10 + step)
    assert one(table(counts))["verdict"] == "rising"


@settings(max_examples=30)
@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=8).filter(any))
def test_the_fit_is_where_the_likelihood_is_level(counts):
    row = one(table(counts))
    if not 0 < row["ratio"] < np.inf:
        return
    t, y = np.arange(len(counts)), np.array(counts, dtype=float)
    weight = np.exp(np.log(row["ratio"]) * (t - t.mean()))
    # At the best slope the mean time of cases is as expected.
    assert (y * t).sum() / y.sum() == pytest.approx((weight * t).sum() / weight.sum(), abs=1e-9)


def test_other_series_do_not_move_this_one():
    frame = table([5, 8, 13, 21, 34], area="a")
    both = pd.concat([frame, table([0, 0, 0, 0, 9], area="b")])
    columns = ["ratio", "ratio_lower", "dispersion", "kendall_tau", "verdict"]
    assert one(both)[columns].tolist() == one(frame)[columns].tolist()


# Years taken together


def test_years_taken_together_add_up():
    result = rolling(register([10, 20, 30, 40], area_code="S1"))
    assert result["period"].tolist() == ["2010-11 to 2012-13", "2011-12 to 2013-14"]
    # 10 + 20 + 30 over 30,000 person-years is 2 per 1,000.
    assert result["numerator"].tolist() == [60, 90]
    assert result["denominator"].tolist() == [30_000, 30_000]
    expected = cp.rate(60, 30_000).iloc[0]
    assert result.loc[0, ["value", "lower", "upper", "method"]].tolist() == (
        expected[["value", "lower", "upper", "method"]].tolist()
    )
    assert "counted on each" in result["note"][0]


def test_a_window_with_a_gap_a_missing_figure_or_a_break_has_no_figure():
    broken = rolling(register([10, 20, 30], first=2008))
    assert broken["mark"].tolist() == ["[x]"]
    assert broken["note"].tolist() == ["the definition changes inside it, from 2010-11"]
    missing = rolling(register([10, np.nan, 30]))
    assert missing["note"].tolist() == ["no count to add up for 2011-12"]
    gap = rolling(register([10, 20, 30, 40]).drop(index=1))
    assert gap["period"].tolist() == ["2010-11 to 2012-13", "2011-12 to 2013-14"]
    assert gap["note"].tolist() == ["1 of its 3 years not in the table"] * 2
    assert gap[["numerator", "denominator", "value"]].isna().all(axis=None)


def test_a_share_keeps_its_own_interval_and_a_count_is_a_mean():
    share = rolling(register([10, 20]).assign(indicator="registered_before"), years=2)
    assert share["method"].tolist() == ["Wilson"]
    assert share["upper"][0] == cp.proportion(30, 20_000)["upper"][0]
    count = rolling(register([10, 20]).assign(indicator="children_on_register"), years=2)
    assert (count["value"][0], count["method"][0]) == (15.0, "mean of 2 years")
    assert np.isnan(count["lower"][0])


def test_an_estimated_year_marks_its_window():
    frame = register([10, 20, 30, 40])
    frame.loc[0, "mark"] = "[e]"
    assert rolling(frame)["mark"].tolist() == ["[e]", ""]


def test_windows_of_published_data_keep_their_columns_and_equal_the_sums(data):
    rows = cp.measure(data, "register_rate", areas=["Dundee City", "Fife"])
    result = rolling(rows)
    assert list(result) == list(rows)
    window = result[(result["area"] == "Dundee City") & result["period"].str.endswith("2018-19")]
    # Table 2.4: 69, 73 and 91 children.
    assert window["numerator"].tolist() == [69 + 73 + 91]
    shuffled = rolling(rows.sample(frac=1, random_state=1))
    keys = ["area", "period"]
    pd.testing.assert_frame_equal(
        shuffled.sort_values(keys, ignore_index=True), result.sort_values(keys, ignore_index=True)
    )


def test_years_that_cannot_be_taken_together_are_refused():
    with pytest.raises(ImpossibleInput, match="years"):
        rolling(register([1, 2, 3]), years=1)
    with pytest.raises(ImpossibleInput, match="indicator"):
        rolling(table([1, 2, 3]))
    with pytest.raises(UnknownName, match="indicator"):
        rolling(table([1, 2, 3], indicator="register_rat"))
    quarters = table([1, 2]).assign(period=["2018-19 Q1", "2018-19 Q2"], indicator="register_rate")
    with pytest.raises(ImpossibleInput, match="yearly"):
        rolling(quarters)
    assert len(rolling(register([1, 2]))) == 0
    assert len(rolling(register([1, 2]).head(0))) == 0


# Sentences

RATE = cp.CATALOGUE["register_rate"]


def test_a_sentence_says_no_more_than_the_row():
    row = one(register([100, 110, 121, 133, 146, 161]))
    low, high = (100 * (row[c] - 1) for c in ("ratio_lower", "ratio_upper"))
    assert sentences.trend(row, RATE) == (
        "Over 6 years, 2010-11 to 2015-16, the register rate in Fife rose by 10.0% a year "
        f"(95% interval {low:.1f}% to {high:.1f}%)."
    )
    years = one(table([10, 20, 40, 80], population=[1e3] * 4).astype({"period": float}))
    assert sentences.trend(years, RATE).startswith("Over 4 years, 2011 to 2014, the register rate")
    level = one(register([100, 200, 90, 210, 80, 220]))
    assert "showed no clear change: the rate ratio per year is" in sentences.trend(level, RATE)
    assert "times the variation that chance alone would give" in sentences.trend(level, RATE)


def test_a_fall_is_written_from_its_smaller_limit_to_its_larger():
    row = one(register([161, 146, 133, 121, 110, 100]))
    # The inverse of a rise of 10.0%: 1 - 1/1.1 is 9.1%.
    small, large = (100 * (1 - row[c]) for c in ("ratio_upper", "ratio_lower"))
    assert small < 9.1 < large
    said = f"fell by 9.1% a year (95% interval {small:.1f}% to {large:.1f}%)"
    assert said in sentences.trend(row, RATE)


def test_tests_that_disagree_and_many_tests_are_said():
    row = one(register([100, 100, 100, 100, 100])).copy()
    row[["verdict", "order_verdict", "tested", "p_adjusted"]] = (
        "rising", "no clear change", 32, 0.4,
    )  # fmt: skip
    row[["ratio", "ratio_lower", "ratio_upper", "kendall_tau"]] = 1.1, 1.02, 1.2, 0.4
    said = sentences.trend(row, RATE)
    assert "The two tests disagree" in said
    assert "Allowing for all 32 tested together, it is not clear" in said


def test_a_sentence_without_a_verdict_says_why():
    said = sentences.trend(one(register([3, 4])), RATE)
    assert said.startswith("The register rate in Fife cannot be judged for a trend: too few points")


@pytest.mark.parametrize("indicator", [i for i, e in cp.CATALOGUE.items() if e.is_published])
def test_every_indicator_can_be_put_into_a_sentence(data, indicator):
    entry = cp.CATALOGUE[indicator]
    rows = cp.measure(data, indicator, areas=["Dundee City", "Scotland"], by=entry.breakdowns)
    for _, row in trend(rows, by=entry.breakdowns).iterrows():
        said = sentences.trend(row, entry)
        for column in entry.breakdowns:
            # The publisher's own words, such as "improved home situation".
            said = said.replace(row[column], "")
        assert not {"significant", "improved", "because", "nan", "inf"} & set(said.split())
        assert said.endswith(".")
    assert list(rolling(rows)) == list(rows)


def test_every_council_has_a_verdict_or_words(data):
    result = trend(cp.measure(data, "register_rate"))
    assert len(result) == 33
    assert ((result["verdict"] != "") | (result["note"] != "")).all()
    # Dundee City had 90 children of 23,929 in 2010-11 and 84 of 23,704 in 2020-21 (published).
    dundee = result.set_index("area").loc["Dundee City"]
    assert dundee["change_ratio"] == pytest.approx((84 / 23704) / (90 / 23929))
    # Some verdicts are to be expected from 33 tests; none stands once that is allowed for.
    assert (result["verdict"] != "no clear change").any()
    assert (result["p_adjusted"] > 0.05).all()


def test_ties_make_no_trend_of_a_slope_of_nothing():
    frame = pd.DataFrame(
        {
            "area": "x",
            "period": list(range(2010, 2018)),
            "numerator": np.nan,
            "denominator": np.nan,
            "value": [1.0, 1, 1, 1, 1, 1, 0, 0],
        }
    )
    row = cp.trend(frame).iloc[0]
    assert row["kendall_p_value"] < 0.05
    assert row["slope"] == 0
    assert row["verdict"] == "no clear change"
