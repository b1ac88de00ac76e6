"""Two rates, ranks, and what may stand behind a percentage."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpstats as cp
from cpstats.comparisons import compare_rates, fewest_behind, proportions_p_value, rank
from cpstats.errors import CpstatsError, ImpossibleInput

ORACLE = Path(__file__).parent / "oracle"


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


def test_verdicts_follow_the_interval():
    result = compare_rates(np.array([40, 10, 20]), 1000, np.array([10, 40, 21]), 1000)
    assert result["verdict"].tolist() == ["higher", "lower", "similar"]


def test_two_proportions_equal_prop_test_of_r():
    for case in pd.read_csv(ORACLE / "two_rates_base_r.csv").itertuples():
        ours = proportions_p_value(case.x1, case.n1, case.x2, case.n2)
        assert ours == pytest.approx(case.prop_test_p, rel=1e-9, abs=1e-300)


def test_both_sides_of_a_comparison_must_be_aligned():
    one, other = pd.Series([1, 2], index=list("ab")), pd.Series([1, 2], index=list("ba"))
    with pytest.raises(ImpossibleInput, match="index"):
        compare_rates(one, 100, other, 100)


def test_counts_that_are_not_whole_are_not_compared():
    with pytest.raises(ImpossibleInput, match="whole"):
        compare_rates(0.4, 100, 0, 100)


def test_a_ranking_of_several_years_keeps_its_rows_apart():
    years = pd.concat(
        [results({"a": 9, "b": 3}), results({"a": 3, "b": 9}).assign(period="2019-20")]
    )
    ranked = rank(years, among=["a", "b"])
    assert ranked["rank"].tolist() == [1, 2, 2, 1]


def test_a_ranking_of_a_breakdown_is_refused():
    twice = pd.concat([results({"a": 9}), results({"a": 3})])
    with pytest.raises(CpstatsError, match="one row for each"):
        rank(twice, among=["a"])


def test_places_allow_for_all_the_comparisons(data):
    """One comparison at 95% would set East Ayrshire apart from more councils than all together."""
    rows = cp.measure(data, "register_rate", periods="2018-19", areas=cp.areas.councils())
    first = rows.sort_values("value", ascending=False).iloc[0]
    alone = compare_rates(
        first["numerator"], first["denominator"], rows["numerator"], rows["denominator"]
    )
    ranked = rank(rows, among=cp.areas.councils()).set_index("area")
    assert ranked.loc[first["area"], "rank_upper"] > 32 - (alone["verdict"] == "higher").sum()


def test_one_area_is_compared_with_several_and_what_is_missing_stays_missing():
    others = pd.Series([73, None], index=["a", "b"])
    result = compare_rates(91, 24016, others, 24218)
    assert result.index.tolist() == ["a", "b"]
    assert result["verdict"].tolist() == ["similar", ""]
    assert result.loc["b"].drop("verdict").isna().all()


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


def results(counts: dict[str, float], population: float = 10_000) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "indicator": "register_rate",
            "area": list(counts),
            "period": "2018-19",
            "numerator": list(counts.values()),
            "denominator": population,
            "value": [c / population * 1000 for c in counts.values()],
        }
    )


def test_ranks_share_the_better_place_and_leave_out_the_missing():
    ranked = rank(results({"a": 9, "b": 9, "c": 3, "d": float("nan")}), among=list("abcd"))
    assert ranked["rank"].tolist()[:3] == [1, 1, 3]
    assert np.isnan(ranked["rank"].iloc[3])
    assert ranked["ranked"].tolist() == [3] * 4


def test_far_apart_rates_have_sure_places_and_equal_ones_have_none():
    sure = rank(results({"a": 1000, "b": 100, "c": 1}), among=list("abc"))
    assert sure[["rank_lower", "rank_upper"]].to_numpy().tolist() == [[1, 1], [2, 2], [3, 3]]
    none = rank(results({"a": 5, "b": 5, "c": 5}), among=list("abc"))
    assert none[["rank_lower", "rank_upper"]].to_numpy().tolist() == [[1, 3]] * 3


@given(st.lists(st.integers(0, 300), min_size=2, max_size=8))
def test_a_rank_lies_within_its_range(counts):
    ranked = rank(results({str(i): c for i, c in enumerate(counts)}), among=map(str, range(8)))
    assert (ranked["rank_lower"] <= ranked["rank"]).all()
    assert (ranked["rank"] <= ranked["rank_upper"]).all()


def test_an_area_without_a_count_leaves_every_range_open():
    frame = results({"a": 9, "b": 3}).assign(numerator=[9, float("nan")])
    assert rank(frame, among=list("ab"))["rank_lower"].isna().all()


def test_a_ranking_takes_one_indicator():
    mixed = pd.concat([results({"a": 1}), results({"b": 1}).assign(indicator="registered_before")])
    with pytest.raises(CpstatsError, match="one indicator"):
        rank(mixed, among=list("ab"))


def test_dundee_2019_is_sixth_and_not_surely(data):
    ranked = rank(
        cp.measure(data, "register_rate", periods="2018-19"), among=cp.areas.councils()
    ).set_index("area")
    # Table 2.4 of the publication has five councils above Dundee's 3.79.
    assert ranked.loc["Dundee City", "rank"] == 6
    assert ranked.loc["Dundee City", "rank_lower"] == 1
    assert ranked.loc["Dundee City", "rank_upper"] > 12


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
