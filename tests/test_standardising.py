"""Standardised rates: equal to the R package of record, and refusing what cannot be."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpstats as cp
from cpstats.errors import ImpossibleInput, UnknownName

ORACLE = Path(__file__).parent / "oracle"
DIRECT = {"by": "area", "count": "count_", "population": "persons", "standard": "standard"}
INDIRECT = {
    "by": "area",
    "count": "count_",
    "population": "persons",
    "reference_count": "events",
    "reference_population": "all",
}
NUMBERS = ["value", "lower", "upper"]


def direct(frame: pd.DataFrame, **options) -> pd.DataFrame:
    return cp.directly_standardised_rate(frame, **{**DIRECT, **options})


def ratio(frame: pd.DataFrame, **options) -> pd.DataFrame:
    return cp.indirectly_standardised_ratio(frame, **{**INDIRECT, **options})


def bands(area: str, counts, persons, standard=(1000, 3000)) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": area,
            "band": [f"band {i}" for i in range(len(counts))],
            "count_": counts,
            "persons": persons,
            "standard": standard,
            "events": 300,
            "all": 50_000,
        }
    )


def close(result: pd.DataFrame, expected: pd.DataFrame) -> None:
    np.testing.assert_allclose(
        result[NUMBERS].to_numpy(), expected[["value", "lowercl", "uppercl"]].to_numpy(), rtol=1e-12
    )


# Equal to the package of record


def test_direct_rates_equal_calculate_dsr():
    given_, expected = (
        pd.read_csv(ORACLE / f"{f}.csv") for f in ("dsr_in", "dsr_calculate_dsr_out")
    )
    result = cp.directly_standardised_rate(
        given_,
        by="grp",
        count="x",
        population="n",
        standard="stdpop",
        per=100_000,
        confidence=[0.95, 0.998],
    )
    expected = expected.sort_values(["confidence_in", "grp"])
    result = result.sort_values(["confidence", "grp"])
    assert result["grp"].tolist() == expected["grp"].tolist()
    assert result["confidence"].tolist() == expected["confidence_in"].tolist()
    # A group with a count that is not known is missing here, whatever R makes of it.
    unknown = result["grp"].isin(given_.loc[given_["x"].isna(), "grp"]).to_numpy()
    assert result.loc[unknown, "value"].isna().all()
    result, expected = result[~unknown], expected[~unknown]
    close(result, expected)
    assert result["count"].tolist() == expected["total_count"].tolist()
    assert result["population"].tolist() == expected["total_pop"].tolist()
    withheld = result["note"].str.startswith("withheld").to_numpy()
    assert withheld.tolist() == expected["statistic"].str.startswith("dsr NA").tolist()
    assert withheld.any()
    assert set(result["method"][~withheld]) == {"Dobson with Byar"}


@pytest.mark.parametrize(
    ("function", "file", "per"),
    [
        (cp.indirectly_standardised_ratio, "isratio_ref1_out", 1),
        (cp.indirectly_standardised_ratio, "isratio_ref100_out", 100),
        (cp.indirectly_standardised_rate, "israte_out", 1000),
    ],
)
def test_indirect_figures_equal_the_functions_of_r(function, file, per):
    given_, expected = (pd.read_csv(ORACLE / f"{f}.csv") for f in ("isr_in", file))
    result = function(
        given_,
        by="grp",
        count="x",
        population="n",
        reference_count="x_ref",
        reference_population="n_ref",
        per=per,
        confidence=[0.95, 0.998],
    ).sort_values(["confidence", "grp"])
    expected = expected.sort_values(["confidence_in", "grp"])
    assert result["grp"].tolist() == expected["grp"].tolist()
    close(result, expected)
    assert result["observed"].tolist() == expected["observed"].tolist()
    np.testing.assert_allclose(result["expected"], expected["expected"], rtol=1e-12)
    if "ref_rate" in expected:
        np.testing.assert_allclose(result["reference_rate"], expected["ref_rate"], rtol=1e-12)
    names = expected["method"].map({"Byars": "Byar", "Exact": "exact Poisson"})
    assert result["method"].tolist() == names.tolist()


# By hand


def test_a_direct_rate_by_hand():
    # Rates 10 and 5 per 1,000, weights 1/4 and 3/4: 2.5 + 3.75 = 6.25.
    row = direct(bands("a", [20, 30], [2000, 6000])).iloc[0]
    assert row["value"] == pytest.approx(6.25)
    # V = (1/4)^2 20 / 2^2 + (3/4)^2 30 / 6^2 = 0.3125 + 0.46875 = 0.78125 (persons in 1,000s).
    crude = cp.rate(50, 1000).iloc[0]  # Byar's limits of 50 events
    assert row["lower"] == pytest.approx(6.25 + (0.78125 / 50) ** 0.5 * (crude["lower"] - 50))
    assert row["upper"] == pytest.approx(6.25 + (0.78125 / 50) ** 0.5 * (crude["upper"] - 50))
    assert row["note"] == ""


def test_an_indirect_ratio_by_hand():
    # The reference has 6 per 1,000; 8,000 persons: 48 events expected, 60 seen.
    row = ratio(bands("a", [30, 30], [2000, 6000]), per=100).iloc[0]
    assert row["expected"] == pytest.approx(48)
    assert row["value"] == pytest.approx(125)


def repeats(rows) -> pd.DataFrame:
    """Rows of band, events per child, children, persons and standard population."""
    frame = pd.DataFrame(rows, columns=["band", "each", "children", "persons", "standard"])
    return frame.assign(area="a", count_=frame["each"] * frame["children"])


def test_repeat_events_keep_the_value_and_widen_the_interval_by_hand():
    frame = repeats(
        [
            ("0-4", 1, 12, 2000, 1000),
            ("0-4", 2, 4, 2000, 1000),
            ("5-15", 1, 27, 6000, 3000),
            ("5-15", 3, 1, 6000, 3000),
        ]
    )
    row = direct(frame, band="band", events_per_child="each").iloc[0]
    # 12 + 2x4 = 20 and 27 + 3x1 = 30 events: as above, 6.25, among 8,000 persons.
    assert (row["count"], row["population"]) == (50, 8000)
    assert row["value"] == pytest.approx(6.25)
    # Variances 12 + 4x4 = 28 and 27 + 9x1 = 36:
    # V = (1/4)^2 28 / 2^2 + (3/4)^2 36 / 6^2 = 0.4375 + 0.5625 = 1.
    crude = cp.rate(50, 1000).iloc[0]
    assert row["lower"] == pytest.approx(6.25 + 50**-0.5 * (crude["lower"] - 50))
    assert row["upper"] == pytest.approx(6.25 + 50**-0.5 * (crude["upper"] - 50))


def test_intervals_for_repeat_events_hold_the_truth_as_often_as_they_say():
    # 3,000 areas with one truth. Children with 1, 2 and 4 events come independently, in two bands.
    chance, areas = np.random.default_rng(3), 3000
    rows = [
        pd.DataFrame(
            {
                "area": np.arange(areas),
                "band": band,
                "each": each,
                "count_": each * chance.poisson(mean, areas),
                "persons": persons,
                "standard": standard,
            }
        )
        for band, persons, standard in (("young", 4000, 3), ("old", 9000, 5))
        for each, mean in ((1, 40), (2, 12), (4, 5))
    ]
    frame = pd.concat(rows)
    # 40 + 24 + 20 = 84 events expected in either band.
    truth = 1000 * (3 / 8 * 84 / 4000 + 5 / 8 * 84 / 9000)

    def covered(result: pd.DataFrame) -> float:
        return float(result["lower"].le(truth).mul(result["upper"].ge(truth)).mean())

    assert 0.935 < covered(direct(frame, band="band", events_per_child="each")) < 0.965
    keys = ["area", "band", "persons", "standard"]
    together = frame.groupby(keys, as_index=False, sort=False)["count_"].sum()
    assert covered(direct(together, band="band")) < 0.88


def test_one_event_a_child_is_the_ordinary_rate():
    frame = pd.concat([bands("a", [20, 30], [2000, 6000]), bands("b", [9, 8], [700, 900])])
    once = direct(frame.assign(each=1), band="band", events_per_child="each")
    pd.testing.assert_frame_equal(once, direct(frame))


# What always holds

COUNTS = st.lists(st.integers(0, 200), min_size=2, max_size=6)


@settings(max_examples=30)
@given(st.integers(10, 5000), st.integers(1, 10**6), st.floats(0.1, 1e6))
def test_a_direct_rate_of_one_band_is_the_crude_rate(count, persons, standard):
    one = direct(bands("a", [count], [persons], [standard]))
    crude = cp.rate(count, persons)
    np.testing.assert_allclose(one[NUMBERS], crude[NUMBERS], rtol=1e-9)


@settings(max_examples=30)
@given(COUNTS, st.randoms(use_true_random=False))
def test_with_its_own_population_as_standard_a_rate_is_the_crude_rate(counts, random):
    persons = [random.randint(300, 9000) for _ in counts]
    result = direct(bands("a", [10, *counts], [500, *persons], [500, *persons])).iloc[0]
    crude = cp.rate(10 + sum(counts), 500 + sum(persons)).iloc[0]
    np.testing.assert_allclose(
        result[NUMBERS].astype(float), crude[NUMBERS].astype(float), rtol=1e-9
    )


@settings(max_examples=20)
@given(COUNTS, st.floats(1e-3, 1e6))
def test_the_scale_of_the_standard_population_does_not_matter(counts, scale):
    persons = np.arange(1, len(counts) + 1) * 700
    standard = np.arange(len(counts), 0, -1) * 500.0
    one = direct(bands("a", counts, persons, standard))
    other = direct(bands("a", counts, persons, standard * scale))
    np.testing.assert_allclose(one[NUMBERS], other[NUMBERS], rtol=1e-9)


def test_the_order_of_rows_moves_only_the_order_of_groups():
    frame = pd.concat(
        [bands(a, [c, c + 9], [900, 1700]) for a, c in zip("abcd", (3, 8, 40, 11), strict=True)]
    )
    shuffled = frame.sample(frac=1, random_state=1)
    for function in (direct, ratio):
        one, other = function(frame), function(shuffled)
        assert other["area"].tolist() == shuffled["area"].drop_duplicates().tolist()
        pd.testing.assert_frame_equal(one, other.sort_values("area", ignore_index=True))


def test_a_reference_of_its_own_gives_a_ratio_of_one():
    frame = bands("a", [7, 30], [2000, 6000]).assign(events=[7, 30], all=[2000, 6000])
    row = ratio(frame).iloc[0]
    assert row["value"] == pytest.approx(1)
    rate = cp.indirectly_standardised_rate(frame, **INDIRECT).iloc[0]
    assert rate["value"] == pytest.approx(1000 * 37 / 8000)
    assert rate["value"] == pytest.approx(rate["reference_rate"])


def test_repeats_never_narrow_an_interval():
    base = [("young", 1, 8, 900, 5), ("old", 1, 9, 800, 4)]
    plain = direct(repeats(base), band="band").iloc[0]
    some = repeats([("young", 1, 6, 900, 5), ("young", 2, 1, 900, 5), base[1]])
    wider = direct(some, band="band", events_per_child="each").iloc[0]
    assert plain["value"] == pytest.approx(wider["value"])
    assert wider["lower"] < plain["lower"] < plain["upper"] < wider["upper"]


# Groups and levels


def test_several_columns_tell_groups_apart_in_order_of_appearance_and_keep_their_kind():
    frame = pd.concat(
        [
            bands("Fife", [20, 30], [2000, 6000]).assign(year=2019),
            bands("Angus", [2, 3], [2000, 6000]).assign(year=2019),
            bands("Fife", [21, 30], [2000, 6000]).assign(year=2018),
        ]
    ).astype({"area": "category", "year": "int32"})
    before = frame.copy()
    result = direct(frame, by=["area", "year"])
    assert result["area"].tolist() == ["Fife", "Angus", "Fife"]
    assert result["year"].tolist() == [2019, 2019, 2018]
    assert result.dtypes[["area", "year"]].equals(frame.dtypes[["area", "year"]])
    own = ["count", "population", *NUMBERS, "confidence", "method", "note"]
    assert list(result) == ["area", "year", *own]
    pd.testing.assert_frame_equal(frame, before)


def test_several_levels_stand_under_one_another():
    frame = pd.concat([bands("a", [20, 30], [2000, 6000]), bands("b", [2, 3], [2000, 6000])])
    for function in (direct, ratio):
        both = function(frame, confidence=[0.95, 0.998])
        assert both["confidence"].tolist() == [0.95, 0.95, 0.998, 0.998]
        assert both.index.tolist() == [0, 1, 2, 3]
        alone = function(frame, confidence=0.998)
        pd.testing.assert_frame_equal(both.iloc[2:].reset_index(drop=True), alone)


def test_without_columns_all_rows_are_one_group():
    result = direct(bands("a", [20, 30], [2000, 6000]), by=[])
    assert result["value"].tolist() == pytest.approx([6.25])


def test_many_groups_cost_no_more_than_their_rows():
    many = 300_000
    frame = pd.DataFrame({"area": np.arange(many), "count_": 12, "persons": 900, "standard": 1.0})
    begun = time.perf_counter()
    assert len(direct(frame)) == many
    assert time.perf_counter() - begun < 5


# What cannot be given


def test_below_ten_events_a_direct_rate_is_withheld():
    frame = pd.concat([bands("a", [4, 5], [2000, 6000]), bands("b", [4, 6], [2000, 6000])])
    result = direct(frame)
    assert result["note"].tolist() == ["withheld: fewer than 10 events", ""]
    assert result["count"].tolist() == [9, 10]
    assert result[NUMBERS].isna().all(axis=1).tolist() == [True, False]
    assert result["method"].tolist() == ["", "Dobson with Byar"]


def test_a_group_that_lacks_a_figure_is_missing_and_others_are_not():
    frame = pd.concat(
        [
            bands("no count", [20, None], [2000, 6000]),
            bands("no population", [20, 30], [2000, None]),
            bands("nothing", [None, None], [None, None]),
            bands("whole", [20, 30], [2000, 6000]),
        ]
    )
    for function, total in ((direct, "count"), (ratio, "observed")):
        result = function(frame).set_index("area")
        assert result["value"].notna().tolist() == [False, False, False, True]
        assert result["lower"].notna().tolist() == result["upper"].notna().tolist()
        assert result["lower"].notna().tolist() == [False, False, False, True]
        assert "no count" in result.loc["no count", "note"]
        assert "no population" in result.loc["no population", "note"]
        assert result.loc["nothing", "note"].startswith("missing")
        assert np.isnan(result.loc["no count", total])
        assert result["method"].tolist()[:3] == [""] * 3


def test_a_band_of_nobody_has_no_direct_rate_and_adds_nothing_expected():
    frame = pd.concat([bands("a", [20, 0], [2000, 0]), bands("b", [20, 0], [2000, 1])])
    result = direct(frame)
    assert result["note"].tolist() == ["missing: a band of nobody has no rate", ""]
    # 2,000 persons at 6 per 1,000.
    assert ratio(frame).loc[0, "expected"] == pytest.approx(12)
    assert ratio(frame).loc[0, "value"] == pytest.approx(20 / 12)


def test_where_no_events_are_expected_there_is_no_ratio():
    row = ratio(bands("a", [2, 3], [200, 600]).assign(events=0)).iloc[0]
    assert row["note"] == "missing: no events expected"
    assert np.isnan(row["value"])
    assert np.isnan(row["upper"])


def test_no_events_have_a_ratio_of_nothing_with_an_upper_limit():
    row = ratio(bands("a", [0, 0], [200, 800])).iloc[0]
    # 1,000 persons at 6 per 1,000; the exact upper limit of 0 events is -ln(0.025) = 3.6889.
    assert (row["value"], row["lower"]) == (0, 0)
    assert row["upper"] == pytest.approx(3.688879454 / 6)
    assert row["method"] == "exact Poisson"


def test_a_lower_limit_below_zero_is_said():
    frame = bands("a", [1, 9], [10, 60_000], [1000, 1000])
    both = direct(frame)
    assert both["lower"].iloc[0] < 0
    assert both["note"].iloc[0].startswith("lower limit below 0")


def test_an_empty_table_gives_an_empty_result_with_its_columns():
    for function in (direct, ratio):
        frame = bands("a", [20, 30], [2000, 6000])
        empty = function(frame.iloc[:0])
        assert len(empty) == 0
        assert list(empty) == list(function(frame))


def changed(column: str, value: object) -> pd.DataFrame:
    frame = pd.concat([bands("Fife", [20, 30], [2000, 6000]), bands("Angus", [2, 9], [200, 600])])
    frame = frame.reset_index(drop=True).astype({column: object})
    frame.loc[3, column] = value
    return frame


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("count_", -1, "count cannot be negative: got -1 at position 3 .area 'Angus'"),
        ("count_", np.inf, "Count must be finite"),
        ("count_", "many", "count holds something that is not a number"),
        ("persons", -5, "population cannot be negative"),
        ("persons", 0, "nobody cannot have events: got 9 .*'Angus', band 'band 1'"),
        ("standard", 0, "standard population must be above 0 .*: got 0 .*'Angus'"),
        ("standard", -1, "standard population must be above 0"),
        ("standard", None, "standard population must be above 0"),
        ("area", None, "'area' is missing at position 3"),
        ("band", None, "'band' is missing at position 3"),
        ("band", "band 0", "several rows for area 'Angus', band 'band 0'"),
        ("band", "band 7", "'band 7' has no row in area 'Fife'"),
    ],
)
def test_impossible_bands_are_refused_with_their_place(column, value, said):
    with pytest.raises(ImpossibleInput, match=said):
        direct(changed(column, value), band="band")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("count_", -1, "count cannot be negative"),
        ("persons", 0, "nobody cannot have events: got 9 at position 3"),
        ("events", -1, "reference count must be 0 or more: got -1 .*'Angus'"),
        ("events", None, "reference count must be 0 or more"),
        ("all", 0, "reference population must be above 0"),
        ("all", None, "reference population must be above 0"),
    ],
)
def test_impossible_references_are_refused_with_their_place(column, value, said):
    with pytest.raises(ImpossibleInput, match=said):
        ratio(changed(column, value))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("y", 0, 3, 900, 5)], "1, 2, 3 and so on: got 0"),
        ([("y", 1.5, 2, 900, 5)], "1, 2, 3 and so on: got 1.5"),
        ([("y", None, 2, 900, 5)], "1, 2, 3 and so on"),
        ([("y", 2, 2.5, 900, 5)], "multiple of its events per child"),
        ([("y", 1, 3, 900, 5), ("y", 2, 3, 800, 5)], "same population: got 800"),
        ([("y", 1, 3, 900, 5), ("y", 2, 3, 900, 6)], "same standard population: got 6"),
        ([("y", 1, 3, 900, 5), ("y", 1, 4, 900, 5)], "several rows for .*band 'y', each 1"),
    ],
)
def test_rows_of_repeat_events_that_do_not_fit_are_refused(rows, said):
    frame = repeats(rows).astype({"each": float})
    frame["count_"] = frame["count_"].fillna(0)
    with pytest.raises(ImpossibleInput, match=said):
        direct(frame, band="band", events_per_child="each")


def test_repeat_events_need_their_bands():
    with pytest.raises(ImpossibleInput, match="needs `band`"):
        direct(repeats([("y", 1, 3, 900, 5)]), events_per_child="each")


def test_names_are_checked():
    frame = bands("a", [20, 30], [2000, 6000])
    with pytest.raises(UnknownName, match="Did you mean 'persons'"):
        direct(frame, population="person")
    with pytest.raises(UnknownName, match="column called 'aera'"):
        direct(frame, by=["aera"])
    with pytest.raises(ImpossibleInput, match="its own column 'value'"):
        direct(frame.rename(columns={"area": "value"}), by="value")
    with pytest.raises(ImpossibleInput, match="2 columns 'persons'"):
        direct(pd.concat([frame, frame[["persons"]]], axis=1))
    with pytest.raises(ImpossibleInput, match="must be a DataFrame: got list"):
        direct([1, 2])
    with pytest.raises(ImpossibleInput, match="`per` must be above 0"):
        ratio(frame, per=0)
