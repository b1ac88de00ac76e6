"""Two rates, two proportions, and what may stand behind a percentage."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from cpstats import rate
from cpstats.comparisons import compare_proportions, compare_rates, fewest_behind
from cpstats.errors import ImpossibleInput

ORACLE = Path(__file__).parent / "oracle"
DIFFERENCE = ["difference", "difference_lower", "difference_upper"]
NUMBERS = ["ratio", "ratio_lower", "ratio_upper", "p_value", *DIFFERENCE]

counts = st.integers(0, 30) | st.integers(0, 10**6)
persons = st.integers(1, 10) | st.integers(1, 10**6)


def test_two_rates_equal_poisson_test_of_r():
    cases = pd.read_csv(ORACLE / "two_rates_base_r.csv")
    result = compare_rates(cases["x1"], cases["n1"], cases["x2"], cases["n2"])
    for ours, theirs in (
        ("ratio", "rate_ratio"),
        ("ratio_lower", "rr_lo95"),
        ("ratio_upper", "rr_hi95"),
        ("p_value", "poisson_test_p"),
    ):
        np.testing.assert_allclose(result[ours], cases[theirs], rtol=1e-11)


@settings(max_examples=50)
@given(counts, counts, persons, persons)
@example(5, 10, 1, 1)  # as likely from either side: a tie
@example(0, 1, 7, 7)
@example(7, 3, 7, 3)  # as expected
@example(10**6, 10**6 - 2000, 3, 3)
@example(10**6, 0, 1, 10**6)
@example(15, 0, 1, 144_303)  # (1 / 144304)^15: a share near 1 must keep its digits
@example(0, 15, 144_303, 1)
def test_the_exact_p_value_is_that_of_the_binomial_test(x1, x2, n1, n2):
    ours = compare_rates(x1, n1, x2, n2)["p_value"].iloc[0]
    if x1 + x2 == 0:
        assert np.isnan(ours)
        return
    # Asked from the side with the smaller share: near 1 scipy (as R) loses digits to rounding.
    count, share = (x1, n1 / (n1 + n2)) if n1 <= n2 else (x2, n2 / (n1 + n2))
    theirs = stats.binomtest(count, x1 + x2, share).pvalue
    assert ours == pytest.approx(theirs, rel=1e-10, abs=1e-280)


def test_many_rows_are_tested_at_once_and_each_as_if_alone():
    draw = np.random.default_rng(1)
    x1, x2 = draw.poisson(40, (2, 300))
    n1, n2 = draw.integers(500, 900, (2, 300))
    together = compare_rates(x1, n1, x2, n2)
    alone = [compare_rates(*row) for row in zip(x1, n1, x2, n2, strict=True)]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


def test_the_difference_of_two_rates_sets_their_limits_square():
    found = compare_rates(9, 1000, 3, 1000).iloc[0]
    # Garwood's limits: 9 events 4.1154 to 17.0848, 3 events 0.6187 to 8.7673.
    # 6 - sqrt((9 - 4.1154)^2 + (8.7673 - 3)^2) = 6 - sqrt(23.859 + 33.262) = -1.558
    # 6 + sqrt((17.0848 - 9)^2 + (3 - 0.6187)^2) = 6 + sqrt(65.364 + 5.671) = 14.428
    assert found[DIFFERENCE].to_list() == pytest.approx([6, -1.558, 14.428], abs=1e-3)


def test_a_difference_is_per_as_many_persons_as_asked():
    per_thousand = compare_rates(91, 24016, 73, 24218)[DIFFERENCE]
    per_ten_thousand = compare_rates(91, 24016, 73, 24218, per=10_000)[DIFFERENCE]
    np.testing.assert_allclose(per_ten_thousand, per_thousand * 10, rtol=1e-14)


def test_nothing_against_nothing_differs_by_nothing_give_or_take_one_limit_each():
    found = compare_rates(0, 1000, 0, 1000).iloc[0]
    upper = rate(0, 1000)["upper"].iloc[0]
    assert found[DIFFERENCE].to_list() == pytest.approx([0, -upper, upper])


def test_a_very_uneven_pair_keeps_its_digits():
    one = compare_rates(1, 1, 10**6, 1).iloc[0]
    other = compare_rates(10**6, 1, 1, 1).iloc[0]
    assert one["ratio_lower"] == pytest.approx(1 / other["ratio_upper"], rel=1e-13)
    # With the larger count all but certain, the limits are those of a single event in a million.
    assert one["ratio_upper"] * 10**6 == pytest.approx(5.5716, rel=1e-3)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ((-1, 10, 1, 10), "cannot be negative"),
        ((1, 0, 1, 10), "must be above 0"),
        ((1, 10, np.inf, 10), "finite"),
        ((1, 10, np.nan, 10), "finite"),
        (([1, 2], 10, [1, 2, 3], 10), "values"),
    ],
)
@pytest.mark.parametrize("compare", [compare_rates, compare_proportions])
def test_impossible_numbers_are_refused(compare, given_, said):
    with pytest.raises(ImpossibleInput, match=said):
        compare(*given_)


def test_a_part_larger_than_its_whole_is_refused_on_either_side():
    with pytest.raises(ImpossibleInput, match="larger than its denominator"):
        compare_proportions(1, 10, 11, 10)


@pytest.mark.parametrize("compare", [compare_rates, compare_proportions])
def test_no_rows_and_only_missing_rows_give_none_and_missing(compare):
    none = pd.Series([], dtype=float)
    assert compare(none, none, none, none).empty
    missing = pd.Series([None, None], dtype=float)
    found = compare(missing, 10, missing, 10)
    assert found["verdict"].tolist() == found["method"].tolist() == ["", ""]
    assert found[[*DIFFERENCE, "p_value"]].isna().all(axis=None)


def test_two_proportions_equal_prop_test_of_r():
    cases = pd.read_csv(ORACLE / "two_rates_base_r.csv")
    found = compare_proportions(cases["x1"], cases["n1"], cases["x2"], cases["n2"])
    np.testing.assert_allclose(found["p_value"], cases["prop_test_p"], rtol=1e-12)


def test_differences_of_proportions_are_those_newcombe_printed():
    # Newcombe (1998), Table II, method 10, 95%.
    printed = [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ]
    cases = np.array([case for case, _ in printed])
    found = compare_proportions(*cases.T, per=1)[DIFFERENCE[1:]]
    np.testing.assert_allclose(found, [limits for _, limits in printed], atol=5.1e-5)


def test_proportions_that_are_both_none_or_both_all_do_not_differ():
    found = compare_proportions([0, 10], [10, 10], [0, 20], [20, 20])
    assert found["difference"].tolist() == [0, 0]
    assert found["p_value"].tolist() == [1, 1]
    assert found["verdict"].tolist() == ["similar", "similar"]


@given(st.integers(0, 40), st.integers(0, 60))
def test_turning_two_proportions_round_turns_the_sign(x1, x2):
    one = compare_proportions(x1, 40, x2, 60).iloc[0]
    other = compare_proportions(x2, 60, x1, 40).iloc[0]
    assert one["difference_lower"] == pytest.approx(-other["difference_upper"])
    assert one["p_value"] == pytest.approx(other["p_value"])
    assert -100 <= one["difference_lower"] <= one["difference"] <= one["difference_upper"] <= 100


def test_verdicts_follow_the_interval():
    result = compare_rates(np.array([40, 10, 20]), 1000, np.array([10, 40, 21]), 1000)
    assert result["verdict"].tolist() == ["higher", "lower", "similar"]


def test_both_sides_of_a_comparison_must_be_aligned():
    one, other = pd.Series([1, 2], index=list("ab")), pd.Series([1, 2], index=list("ba"))
    with pytest.raises(ImpossibleInput, match="index"):
        compare_rates(one, 100, other, 100)


def test_counts_that_are_not_whole_are_not_compared():
    with pytest.raises(ImpossibleInput, match="whole"):
        compare_rates(0.4, 100, 0, 100)


def test_one_area_is_compared_with_several_and_what_is_missing_stays_missing():
    others = pd.Series([73, None], index=["a", "b"])
    result = compare_rates(91, 24016, others, 24218)
    assert result.index.tolist() == ["a", "b"]
    assert result["verdict"].tolist() == ["similar", ""]
    assert result.loc["b", NUMBERS].isna().all()
    assert result.loc["b", "method"] == ""


def test_nothing_against_nothing_has_no_verdict():
    result = compare_rates(0, 100, 0, 100).iloc[0]
    assert result["verdict"] == ""
    assert np.isnan(result["ratio"])


def test_something_against_nothing_has_no_upper_limit():
    result = compare_rates(5, 100, 0, 100).iloc[0]
    assert np.isinf(result["ratio"])
    assert np.isinf(result["ratio_upper"])
    assert np.isfinite(result["ratio_lower"])


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 10**5), st.integers(1, 10**5))
def test_turning_a_comparison_round_inverts_it(x1, x2, n1, n2):
    one = compare_rates(x1, n1, x2, n2).iloc[0]
    other = compare_rates(x2, n2, x1, n1).iloc[0]
    assert one["ratio"] == pytest.approx(1 / other["ratio"])
    assert one["ratio_lower"] == pytest.approx(1 / other["ratio_upper"])
    assert one["p_value"] == pytest.approx(other["p_value"])


def test_counts_behind_the_percentage_of_the_inspection():
    # The reference notes say so: 1.923 per cent is 1/52, 2/104 or 3/156.
    assert fewest_behind(1.92307692307692, decimals=8, at_most=156) == [(1, 52), (2, 104), (3, 156)]


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_the_true_fraction_is_always_among_those_found(case):
    part, whole = case
    true = Fraction(part, whole)
    found = fewest_behind(100 * part / whole, decimals=8, at_most=200)
    assert (part, whole) in found
    assert all(Fraction(*f) == true for f in found)
