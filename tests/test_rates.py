"""Rates and proportions: equal to the R packages of record, and refusing what cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpstats as cp
from cpstats.errors import ImpossibleInput

ORACLE = Path(__file__).parent / "oracle"


def compare(name: str, function, columns: tuple[str, str]) -> None:
    cases = pd.read_csv(ORACLE / f"{name}.csv")
    assert len(cases) == 120
    for case in cases.itertuples():
        result = function(
            getattr(case, columns[0]),
            getattr(case, columns[1]),
            per=case.multiplier,
            confidence=case.confidence_in,
        ).iloc[0]
        expected = [case.value, case.lowercl, case.uppercl]
        np.testing.assert_allclose(
            result[["value", "lower", "upper"]].astype(float), expected, rtol=1e-12, atol=1e-13
        )


def test_rates_equal_phe_rate():
    compare("phe_rate", cp.rate, ("x", "n"))


def test_proportions_equal_phe_proportion():
    compare("phe_proportion", cp.proportion, ("x", "n"))


def test_the_method_changes_at_ten_events():
    methods = cp.rate(np.array([0, 9, 9.999, 10]), 100)["method"].tolist()
    assert methods == ["exact Poisson"] * 3 + ["Byar"]


def test_dundee_2019_by_hand():
    # 91 children over 24,016 people aged 0-15: 91 / 24.016 = 3.7891.
    row = cp.rate(91, 24016).iloc[0]
    assert row["value"] == pytest.approx(3.7891405729)
    assert list(row.index) == ["value", "lower", "upper", "confidence", "method"]


def test_no_events_have_a_lower_limit_of_nothing():
    row = cp.rate(0, 1000).iloc[0]
    assert (row["value"], row["lower"]) == (0.0, 0.0)
    assert row["upper"] == pytest.approx(3.688879454)  # -ln(0.025), the textbook limit


def test_the_ends_of_a_proportion_are_exact():
    ends = cp.proportion(np.array([0, 7]), 7)
    assert ends["lower"].iloc[0] == 0
    assert ends["upper"].iloc[1] == 100


def test_the_index_is_kept():
    count = pd.Series([1, 2], index=["Fife", "Angus"])
    assert cp.rate(count, 100).index.tolist() == ["Fife", "Angus"]
    assert cp.rate(100, count, per=1).index.tolist() == ["Fife", "Angus"]


def test_a_value_missing_from_a_series_is_missing_from_the_result():
    result = cp.rate(pd.Series([3.0, None]), pd.Series([100, 100]))
    assert result.loc[1, ["value", "lower", "upper"]].isna().all()
    assert result.loc[1, "method"] == ""


@pytest.mark.parametrize("count", [-1, float("inf"), float("nan"), "many", [[1, 2]]])
def test_impossible_counts_are_refused(count):
    with pytest.raises(ImpossibleInput):
        cp.rate(count, 100)


@pytest.mark.parametrize("population", [0, -5, float("inf"), float("nan")])
def test_impossible_populations_are_refused(population):
    with pytest.raises(ImpossibleInput, match=r"(?i)population"):
        cp.rate(1, population)


@pytest.mark.parametrize(
    ("part", "whole"), [(5, 4), (-1, 4), (1, 0), (0, 0), (1, float("inf")), (float("nan"), 4)]
)
def test_impossible_proportions_are_refused(part, whole):
    with pytest.raises(ImpossibleInput):
        cp.proportion(part, whole)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5])
def test_confidence_is_between_0_and_1(confidence):
    with pytest.raises(ImpossibleInput, match="confidence"):
        cp.rate(1, 2, confidence=confidence)


def test_several_levels_are_stacked_and_nest():
    count = pd.Series([3, 40], index=["Fife", "Angus"])
    both = cp.rate(count, 1000, confidence=(0.95, 0.998))
    assert both.index.tolist() == ["Fife", "Angus", "Fife", "Angus"]
    assert both["confidence"].tolist() == [0.95, 0.95, 0.998, 0.998]
    for at in (0.95, 0.998):
        alone = cp.rate(count, 1000, confidence=at)
        pd.testing.assert_frame_equal(both[both["confidence"] == at], alone)
    shares = cp.proportion(count, 1000, confidence=[0.95, 0.998])
    inner, outer = shares.iloc[:2], shares.iloc[2:]
    assert (outer["lower"] < inner["lower"]).all()
    assert (inner["upper"] < outer["upper"]).all()


@pytest.mark.parametrize("confidence", [(), (0.95, 0.95), (0.95, 2)])
def test_levels_that_make_no_sense_are_refused(confidence):
    with pytest.raises(ImpossibleInput, match="confidence"):
        cp.proportion(1, 2, confidence=confidence)


def test_an_infinity_in_a_series_is_refused_with_its_place():
    with pytest.raises(ImpossibleInput, match="position 1"):
        cp.rate(pd.Series([1.0, np.inf]), 100)


def test_series_with_different_indexes_are_refused():
    with pytest.raises(ImpossibleInput, match="index"):
        cp.rate(pd.Series([1, 2]), pd.Series([10, 20], index=[1, 2]))


def test_nothing_in_gives_nothing_out():
    assert cp.rate(pd.Series([], dtype=float), 100).empty


def test_nullable_numbers_are_read():
    result = cp.rate(pd.Series([91, None], dtype="Int64"), 24016)
    assert result["value"].round(2).tolist()[0] == 3.79
    assert np.isnan(result["value"].iloc[1])


def test_the_input_is_not_changed():
    count = pd.Series([1, 12])
    cp.rate(count, 100)
    assert count.tolist() == [1, 12]


@given(st.integers(0, 10**6), st.integers(1, 10**7), st.sampled_from([0.8, 0.95, 0.998]))
def test_limits_enclose_the_rate_and_widen_with_confidence(count, population, confidence):
    near = cp.rate(count, population, confidence=confidence).iloc[0]
    wide = cp.rate(count, population, confidence=0.999).iloc[0]
    assert wide["lower"] <= near["lower"] <= near["value"] <= near["upper"] <= wide["upper"]


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_proportion_and_its_complement_mirror_each_other(case):
    part, whole = case
    one = cp.proportion(part, whole).iloc[0]
    other = cp.proportion(whole - part, whole).iloc[0]
    assert 0 <= one["lower"] <= one["value"] <= one["upper"] <= 100
    assert one["lower"] == pytest.approx(100 - other["upper"], abs=1e-9)


@pytest.mark.parametrize("per", ["1000", None, True, float("nan"), 0, -1])
def test_a_multiplier_is_a_number_above_0(per):
    with pytest.raises(ImpossibleInput, match="per"):
        cp.rate(1, 2, per=per)


@pytest.mark.parametrize("confidence", ["0.95", None, True, ["a"]])
def test_a_level_that_is_no_number_is_refused(confidence):
    with pytest.raises(ImpossibleInput, match="confidence"):
        cp.rate(1, 2, confidence=confidence)


def test_a_level_may_be_a_numpy_number():
    assert cp.rate(9, 100, confidence=np.float64(0.95))["confidence"].tolist() == [0.95]


@given(st.integers(1, 10**4), st.integers(1, 10**5), st.integers(2, 50))
def test_intervals_shrink_as_numbers_grow_at_the_same_rate(count, more, times):
    population = count + more
    for compute in (cp.rate, cp.proportion):
        few = compute(count, population).iloc[0]
        many = compute(count * times, population * times).iloc[0]
        assert many["value"] == pytest.approx(few["value"])
        assert many["upper"] - many["lower"] < few["upper"] - few["lower"]


@given(st.lists(st.integers(0, 500), min_size=2, max_size=30), st.randoms())
def test_the_order_of_rows_changes_nothing(counts, random):
    order = list(range(len(counts)))
    random.shuffle(order)
    column = pd.Series(counts)
    straight, mixed = cp.rate(column, 1000), cp.rate(column.iloc[order], 1000)
    pd.testing.assert_frame_equal(mixed.sort_index(), straight)
