"""Slope and relative index of inequality: equal to the R package of record."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

import cpstats as cp
from cpstats.errors import ImpossibleInput, UnknownName

ORACLE = Path(__file__).parent / "oracle"
COLUMNS = {
    "by": "area",
    "quantile": "fifth",
    "population": "persons",
    "value": "rate",
    "standard_error": "error",
}
BOTH = (cp.slope_index, cp.relative_index)


def slope(frame: pd.DataFrame, **options) -> pd.DataFrame:
    return cp.slope_index(frame, **{**COLUMNS, **options})


def relative(frame: pd.DataFrame, **options) -> pd.DataFrame:
    return cp.relative_index(frame, **{**COLUMNS, **options})


def fifths(rates, persons=1000.0, errors=0.5, area: str = "Fife") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": area,
            "fifth": range(1, len(rates) + 1),
            "persons": persons,
            "rate": rates,
            "error": errors,
        }
    )


# Equal to the package of record


def oracle(function) -> tuple[pd.DataFrame, pd.DataFrame]:
    given_, expected = (pd.read_csv(ORACLE / f"{f}.csv") for f in ("sii_in", "sii_out"))
    result = function(
        given_, by="grp", quantile="quantile", population="pop", value="value", standard_error="se"
    )
    return result.set_index("grp"), expected.set_index("grp").loc[result["grp"]]


@pytest.mark.parametrize(("function", "name"), [(BOTH[0], "sii"), (BOTH[1], "rii")])
def test_the_indexes_equal_phe_sii(function, name):
    result, expected = oracle(function)
    np.testing.assert_allclose(result["value"], expected[name], rtol=1e-12)
    np.testing.assert_allclose(result["most_deprived"], expected["intercept"], rtol=1e-12)
    assert (result["note"] == "").all()


@pytest.mark.parametrize(("function", "name"), [(BOTH[0], "sii"), (BOTH[1], "rii")])
def test_limits_equal_the_simulated_ones_as_far_as_simulation_goes(function, name):
    result, expected = oracle(function)
    # R's limits are quantiles of 100,000 draws: such a quantile is itself known to
    # sqrt(0.025 x 0.975 / 100,000) / 0.0584 = 0.0085 standard errors. Five of those are allowed.
    within = 5 * 0.0085 * (result["upper"] - result["lower"]) / (2 * ndtri(0.975))
    for ours, theirs in (("lower", f"{name}_lower95_0cl"), ("upper", f"{name}_upper95_0cl")):
        assert ((result[ours] - expected[theirs]).abs() < within).all()


# By hand


def test_a_straight_line_of_equal_fifths_by_hand():
    # Middles at 0.1, 0.3 ... 0.9; a step of -1 each 0.2 is a slope of -5, from 6.5 to 1.5.
    row = slope(fifths([6, 5, 4, 3, 2])).iloc[0]
    assert row[["value", "most_deprived", "least_deprived"]].tolist() == pytest.approx(
        [-5, 6.5, 1.5]
    )
    # Weights of the values are 2.5 (-0.4, -0.2, 0, 0.2, 0.4): variance 6.25 x 0.4 x 0.25 = 0.625.
    assert row["upper"] - row["value"] == pytest.approx(ndtri(0.975) * 0.625**0.5)
    assert relative(fifths([6, 5, 4, 3, 2])).loc[0, "value"] == pytest.approx(1.5 / 6.5)


@settings(max_examples=30)
@given(st.integers(2, 12), st.integers(0, 10**6))
def test_the_line_is_that_of_weighted_least_squares(many, seed):
    chance = np.random.default_rng(seed)
    persons, rates = chance.integers(50, 9000, many), chance.uniform(1, 9, many)
    rank = (persons.cumsum() - persons / 2) / persons.sum()
    gradient, most = np.polyfit(rank, rates, 1, w=np.sqrt(persons))
    row = slope(fifths(rates, persons)).iloc[0]
    assert row["value"] == pytest.approx(gradient, rel=1e-8, abs=1e-8)
    assert row["most_deprived"] == pytest.approx(most, rel=1e-8, abs=1e-8)


def test_limits_hold_the_truth_as_often_as_they_say():
    chance, many = np.random.default_rng(5), 4000
    persons = np.array([900, 2500, 1500, 700, 1800])
    rank = (persons.cumsum() - persons / 2) / persons.sum()
    errors = np.array([0.5, 0.3, 0.4, 0.6, 0.3])
    frame = pd.DataFrame(
        {
            "area": np.repeat(np.arange(many), 5),
            "fifth": np.tile(np.arange(1, 6), many),
            "persons": np.tile(persons, many),
            # The truth runs from 6 to 2.
            "rate": (6 - 4 * rank + chance.normal(0, errors, (many, 5))).ravel(),
            "error": np.tile(errors, many),
        }
    )
    for function, truth in ((slope, -4), (relative, 2 / 6)):
        result = function(frame, confidence=[0.8, 0.95])
        held = result["lower"].le(truth) & result["upper"].ge(truth)
        share = held.groupby(result["confidence"]).mean()
        assert share[0.95] == pytest.approx(0.95, abs=0.015)
        assert share[0.8] == pytest.approx(0.8, abs=0.03)


# What always holds


def test_equal_values_have_no_slope():
    assert slope(fifths([4] * 5)).loc[0, "value"] == pytest.approx(0, abs=1e-12)
    assert relative(fifths([4] * 5)).loc[0, "value"] == pytest.approx(1)


def test_turning_deprivation_round_turns_the_indexes_round():
    persons, rates, errors = (
        [9, 25, 15, 7, 18],
        [6.0, 5.5, 3.0, 3.5, 2.0],
        [0.1, 0.2, 0.1, 0.3, 0.1],
    )
    frame = fifths(rates, persons, errors)
    turned = fifths(rates[::-1], persons[::-1], errors[::-1])
    one, other = slope(frame).iloc[0], slope(turned).iloc[0]
    assert one["value"] == pytest.approx(-other["value"])
    assert one["lower"] == pytest.approx(-other["upper"])
    one, other = relative(frame).iloc[0], relative(turned).iloc[0]
    assert one["value"] == pytest.approx(1 / other["value"])
    assert one["lower"] == pytest.approx(1 / other["upper"])


@pytest.mark.parametrize("function", [slope, relative])
def test_neither_the_order_of_rows_nor_other_groups_move_a_group(function):
    frame = pd.concat(
        [
            fifths([6, 5, 4, 3, 2.5], area="b"),
            fifths([9, 8, 8, 6, 6, 5, 5, 3, 2, 2], [5, 1, 2, 3, 4, 8, 6, 7, 9, 4], area="a"),
            fifths([2, 1], area="c"),
        ]
    )
    before = frame.copy()
    whole = function(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert whole["area"].tolist() == ["b", "a", "c"]
    assert whole["quantiles"].tolist() == [5, 10, 2]
    shuffled = function(frame.sample(frac=1, random_state=4))
    pd.testing.assert_frame_equal(
        whole.sort_values("area", ignore_index=True),
        shuffled.sort_values("area", ignore_index=True),
    )
    alone = function(frame[frame["area"] == "a"])
    pd.testing.assert_frame_equal(whole.iloc[[1]].reset_index(drop=True), alone)


@pytest.mark.parametrize("function", [slope, relative])
def test_the_unit_of_persons_does_not_matter_and_that_of_the_value_carries_over(function):
    persons = np.array([9, 25, 15, 7, 18])
    frame = fifths([6, 5, 4, 3, 2.5], persons, 0.2)
    scaled = function(fifths([6, 5, 4, 3, 2.5], persons * 1000, 0.2))
    pd.testing.assert_frame_equal(function(frame), scaled)
    per_hundred = frame.assign(rate=frame["rate"] / 10, error=frame["error"] / 10)
    factor = 10 if function is slope else 1
    assert function(per_hundred).loc[0, "lower"] * factor == pytest.approx(
        function(frame).loc[0, "lower"]
    )


def test_several_levels_stand_under_one_another():
    frame = pd.concat([fifths([6, 5, 4, 3, 2], area=a) for a in "ab"])
    result = relative(frame, confidence=[0.95, 0.998])
    assert result["area"].tolist() == ["a", "b", "a", "b"]
    assert result["confidence"].tolist() == [0.95, 0.95, 0.998, 0.998]
    assert result.loc[2, "lower"] < result.loc[0, "lower"]


def test_without_columns_all_rows_are_one_group():
    assert slope(fifths([6, 5, 4, 3, 2]), by=[])["value"].tolist() == pytest.approx([-5])


# What cannot be given


def test_a_quantile_of_nobody_counts_for_nothing_whatever_stands_in_it():
    # Nobody among the most deprived: the line is that of the other four, over their own ranks.
    four = slope(fifths([6, 5, 4, 3])).iloc[0]
    empty = slope(fifths([None, 6, 5, 4, 3], [0, 1, 1, 1, 1], [None, 0.5, 0.5, 0.5, 0.5])).iloc[0]
    pd.testing.assert_series_equal(four, empty)
    assert empty["quantiles"] == 4


@pytest.mark.parametrize("function", [slope, relative])
@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (fifths([6, None, 4, 3, 2]), "missing: a quantile has no value"),
        (fifths([None] * 5), "missing: a quantile has no value"),
        (fifths([6, 5, 4], [10, None, 10]), "missing: a quantile has no population figure"),
        (fifths([6]), "missing: fewer than two quantiles with people in them"),
        (fifths([6, 5], [10, 0]), "missing: fewer than two quantiles with people in them"),
        (fifths([6, 5], 0), "missing: fewer than two quantiles with people in them"),
    ],
)
def test_what_is_missing_has_its_reason(function, frame, said):
    other = fifths([6, 5, 4, 3, 2], area="whole")
    result = function(pd.concat([frame, other]).astype({"rate": float}))
    assert result["note"].tolist() == [said, ""]
    numbers = ["most_deprived", "least_deprived", "value", "lower", "upper"]
    assert result.loc[0, numbers].isna().all()
    assert result.loc[1, numbers].notna().all()
    assert result["method"].tolist()[0] == ""


@pytest.mark.parametrize("function", [slope, relative])
def test_without_every_standard_error_there_is_a_value_and_no_interval(function):
    row = function(fifths([6, 5, 4, 3, 2], errors=[1, 1, None, 1, 1])).iloc[0]
    assert row["note"] == "no interval: a quantile has no standard error"
    assert not np.isnan(row["value"])
    assert np.isnan(row["lower"])
    assert row["method"] == ""


def test_a_ratio_to_nothing_is_not_given_and_one_to_next_to_nothing_has_no_limits():
    # Lines from -0.5 to 4.5, and from 0.5 to 5.5.
    result = relative(pd.concat([fifths([0, 1, 2, 3, 4]), fifths([1, 2, 3, 4, 5], area="b")]))
    assert np.isnan(result.loc[0, "value"])
    assert result.loc[0, "note"].startswith("missing: the line is not above 0")
    assert result.loc[0, "most_deprived"] == pytest.approx(-0.5)
    assert result.loc[1, "value"] == pytest.approx(11)
    assert np.isnan(result.loc[1, "upper"])
    assert result.loc[1, "note"].startswith("no interval: the most deprived end")


def test_sure_values_have_an_interval_of_no_width():
    row = relative(fifths([6, 5, 4, 3, 2], errors=0)).iloc[0]
    assert row["lower"] == pytest.approx(row["value"]) == pytest.approx(row["upper"])


@pytest.mark.parametrize("function", [slope, relative])
def test_an_empty_table_gives_an_empty_result_with_its_columns(function):
    frame = fifths([6, 5, 4, 3, 2])
    assert list(function(frame.iloc[:0])) == list(function(frame))
    assert len(function(frame.iloc[:0])) == 0


def changed(column: str, value: object) -> pd.DataFrame:
    frame = pd.concat([fifths([6, 5, 4, 3, 2]), fifths([6, 5, 4, 3, 2], area="Angus")])
    frame = frame.reset_index(drop=True).astype({column: object})
    frame.loc[7, column] = value
    return frame


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("fifth", 2, "stand once in a group: got 2 at position 6 .area 'Angus'., and 1 more"),
        ("fifth", 6, "Quantile 3 has no row in area 'Angus'"),
        ("fifth", 0, "quantile must be 1, 2, 3 and so on to 100: got 0 at position 7"),
        ("fifth", 2.5, "quantile must be 1, 2, 3"),
        ("fifth", 101, "quantile must be 1, 2, 3"),
        ("fifth", None, "quantile must be 1, 2, 3"),
        ("fifth", "poorest", "quantile holds something that is not a number"),
        ("persons", -1, "population cannot be negative: got -1 at position 7 .area 'Angus'"),
        ("error", -1, "standard error cannot be negative"),
        ("rate", np.inf, "Value must be finite"),
        ("area", None, "'area' is missing at position 7"),
    ],
)
@pytest.mark.parametrize("function", [slope, relative])
def test_impossible_quantiles_are_refused_with_their_place(function, column, value, said):
    with pytest.raises(ImpossibleInput, match=said):
        function(changed(column, value))


def test_a_table_without_its_first_or_a_middle_quantile_is_refused():
    for gone in (1, 4):
        frame = fifths([6, 5, 4, 3, 2])
        with pytest.raises(ImpossibleInput, match=f"Quantile {gone} has no row in area 'Fife'"):
            slope(frame[frame["fifth"] != gone])


def test_names_are_checked():
    frame = fifths([6, 5, 4, 3, 2])
    with pytest.raises(UnknownName, match="Did you mean 'persons'"):
        slope(frame, population="person")
    with pytest.raises(ImpossibleInput, match="its own column 'quantiles'"):
        slope(frame.rename(columns={"area": "quantiles"}), by="quantiles")
