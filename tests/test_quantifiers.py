"""Words for shares: the published table with its gaps, and what chance leaves open."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

import cpstats as cp
from cpstats import scales
from cpstats.errors import CpstatsError, ImpossibleInput, UnknownName
from cpstats.sentences import quantified

ORDER = ["almost all", "most", "majority", "less than half", "few"]


def one(*given, **more) -> pd.Series:
    return cp.quantifier(*given, **more).iloc[0]


# The table


def test_the_bands_are_those_of_education_scotland():
    # Education Scotland, "Terms we use in the inspection process".
    assert [(b.word, b.as_published) for b in scales.bands()] == [
        ("almost all", "over 90%"),
        ("most", "75% to 90%"),
        ("majority", "50% to 74%"),
        ("less than half", "15% to 49%"),
        ("few", "up to 15%"),
    ]
    for band in scales.bands():
        edges = [int(e) for e in re.findall(r"\d+", band.as_published)]
        assert set(edges) <= {band.lower, band.upper}
        assert band.address.startswith("https://education.gov.scot/")
        assert "not found" in band.note


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (1, "almost all"),
        (0.91, "almost all"),
        (0.9, "most"),  # "over 90%" leaves 90 out
        (0.75, "most"),
        (0.745, "most"),  # in no band; 74.5 rounds to 75
        (0.7449, "majority"),
        (0.5, "majority"),
        (0.495, "majority"),  # in no band; 49.5 rounds to 50
        (0.4949, "less than half"),
        (0.15, "less than half"),  # in two bands
        (0.145, "less than half"),  # 14.5 rounds to 15; 100 * 0.145 is 14.499999999999998
        (0.1449, "few"),
        (0, "few"),
    ],
)
def test_each_edge_and_gap_has_one_word(share, word):
    assert one(share)["word"] == word
    exact = Fraction(str(share))
    assert one(exact.numerator * 7, exact.denominator * 7)["word"] == word


def test_exactly_15_per_cent_names_both_its_words():
    for result in (one(0.15), one(3, 20)):
        assert result["word"] == "less than half"
        assert "Exactly 15% is in two bands" in result["note"]
        assert "'few' (up to 15%)" in result["note"]


def test_a_word_owed_to_rounding_says_so():
    # 47 of 52 is 90.4%: over 90%, and 90% once it is rounded.
    assert "Unrounded it is in the band of 'almost all'" in one(47, 52)["note"]
    # 149 of 200 is 74.5%, 99 of 200 is 49.5%.
    for part in (149, 99):
        assert "Unrounded it lies between two bands" in one(part, 200)["note"]
    assert "nrounded" not in one(80, 100)["note"]


def test_all_and_none_take_a_word_of_the_table_and_say_so():
    everyone, nobody = one(30, 30), one(0, 30)
    assert [everyone["word"], nobody["word"]] == ["almost all", "few"]
    assert "All of them did" in everyone["note"]
    assert "None of them did" in nobody["note"]
    assert "All of them" not in one(299, 300)["note"]  # 99.7% is 100% only when rounded


def test_every_result_says_whose_words_they_are():
    notes = cp.quantifier(pd.Series([1, None]), 2)["note"]
    assert notes.str.contains("Care Inspectorate's own definition .* was not found").all()


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_shares_are_rounded_as_decimals_are(case):
    part, whole = case
    # 200 x / 2 n with a half added, in exact decimals of enough places.
    exact = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    (word,) = [
        b.word
        for b in scales.bands()
        if b.holds(np.array(float(exact))) and not (exact == 15 and b.word == "few")
    ]
    assert one(part, whole)["word"] == word
    assert one(part / whole)["word"] == word


def test_a_scale_that_is_not_there_is_named():
    with pytest.raises(UnknownName, match="Did you mean 'education-scotland'"):
        cp.quantifier(1, 2, scale="education scotland")


def test_a_scale_with_a_hole_or_another_rounding_is_refused():
    most = scales.bands()[1:]
    with pytest.raises(CpstatsError, match="91% exactly one word"):
        scales.Words(most)
    rounded_down = tuple(
        scales.Band(**{**band.__dict__, "rounding": "down"}) for band in scales.bands()
    )
    with pytest.raises(CpstatsError, match="half up"):
        scales.Words(rounded_down)


# Intervals


def test_24_of_30_among_120_by_hand():
    # Size: 30 x 119 / 90 = 39.6667. z = 1.95996, z^2 = 3.84146.
    # Centre (0.8 + 3.84146 / 79.3333) / (1 + 3.84146 / 39.6667) = 0.848422 / 1.096844 = 0.773512.
    # Spread 1.95996 x sqrt(0.16 / 39.6667 + 3.84146 / (4 x 39.6667^2)) / 1.096844 = 0.121772.
    result = one(24, 30, population=120)
    assert result["lower"] == pytest.approx(65.1740, abs=1e-4)
    assert result["upper"] == pytest.approx(89.5284, abs=1e-4)
    assert result["method"] == "Wilson, finite population correction"
    # By the exact probability 109 of 120 (91%, "almost all") cannot be ruled out: 24 or fewer are
    # then read with probability 0.0276; with 110 of 120 it is 0.0153, under half of 5%.
    assert (result["word"], result["also_possible"]) == ("most", "almost all; majority")
    law = stats.hypergeom
    assert law.cdf(24, 120, 109, 30) == pytest.approx(0.0276, abs=1e-4)
    assert law.cdf(24, 120, 110, 30) == pytest.approx(0.0153, abs=1e-4)


@given(st.integers(2, 60), st.integers(1, 200), st.data())
def test_limits_are_where_the_score_test_of_a_sample_without_replacement_turns(whole, more, draw):
    part, population = draw.draw(st.integers(1, whole - 1)), whole + more
    result, share = one(part, whole, population=population), part / whole
    variance = (population - whole) / (population - 1) / whole

    def test_statistic(p):
        return (share - p) ** 2 - stats.norm.ppf(0.975) ** 2 * p * (1 - p) * variance

    lower = max(optimize.brentq(test_statistic, 0, share, xtol=1e-15), part / population)
    upper = optimize.brentq(test_statistic, share, 1, xtol=1e-15)
    upper = min(upper, (population - whole + part) / population)
    np.testing.assert_allclose(result[["lower", "upper"]].astype(float), [100 * lower, 100 * upper])


def test_without_a_population_the_interval_is_that_of_a_proportion():
    parts = np.arange(31)
    ours, theirs = cp.quantifier(parts, 30), cp.proportion(parts, 30)
    pd.testing.assert_frame_equal(ours[["value", "lower", "upper"]], theirs.iloc[:, :3])
    assert (ours["method"] == "Wilson").all()


@pytest.mark.parametrize(("population", "sample"), [(120, 30), (60, 30), (120, 90), (1000, 30)])
def test_intervals_hold_the_truth_as_often_as_they_say(population, sample):
    # Over all true numbers in the population, weighing each sample by its chance.
    found = cp.quantifier(np.arange(sample + 1), sample, population=population)
    truth = np.arange(population + 1)[:, None] / population * 100
    holds = (found["lower"].to_numpy() <= truth + 1e-9) & (
        found["upper"].to_numpy() >= truth - 1e-9
    )
    chance = stats.hypergeom(population, np.arange(population + 1)[:, None], sample).pmf(
        np.arange(sample + 1)
    )
    assert 0.945 < (holds * chance).sum(axis=1).mean() < 0.965


def test_limits_agree_with_what_was_seen():
    # 9 of 10 seen in a population of 11: at least 9 have it and 1 has not, so 82% to 91%.
    result = one(9, 10, population=11)
    assert result["lower"] >= 100 * 9 / 11 - 1e-9
    assert result["upper"] <= 100 * 10 / 11 + 1e-9


def test_a_census_leaves_no_other_word():
    result = cp.quantifier(np.arange(31), 30, population=30)
    assert (result["lower"] == result["value"]).all()
    assert (result["upper"] == result["value"]).all()
    assert (result["also_possible"] == "").all()
    assert result["note"].str.contains("whole population").all()


@given(st.integers(2, 80), st.integers(0, 10**6), st.data())
def test_a_population_narrows_and_a_larger_one_less(whole, more, draw):
    part = draw.draw(st.integers(0, whole))
    near, far = one(part, whole, population=whole + more), one(part, whole)
    assert far["lower"] - 1e-9 <= near["lower"] <= near["value"] + 1e-9
    assert near["value"] - 1e-9 <= near["upper"] <= far["upper"] + 1e-9


@given(st.integers(1, 60), st.data())
def test_also_possible_are_the_words_of_the_whole_per_cents_in_the_interval(whole, draw):
    part = draw.draw(st.integers(0, whole))
    result = one(part, whole)
    ends = [
        int(Decimal(repr(float(x))).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        for x in (result["lower"], result["upper"])
    ]
    met = {one(k / 100)["word"] for k in range(ends[0], ends[1] + 1)} - {result["word"]}
    assert result["also_possible"] == "; ".join(word for word in ORDER if word in met)


def test_thirty_records_leave_two_or_three_words_open():
    """A programme asked for 90% confidence and 15 points: at 50% of 30 that is about what it is."""
    half = one(15, 30, confidence=0.9)
    # Normal margin: 1.645 x sqrt(0.25 / 30) = 15.0 points; Wilson's is 14.4.
    assert (half["upper"] - half["lower"]) / 2 == pytest.approx(14.38, abs=0.01)
    assert (half["word"], half["also_possible"]) == ("majority", "less than half")
    # 25 of 30 could be three different words.
    assert one(25, 30, confidence=0.9)["also_possible"] == "almost all; majority"


# Shapes and refusals


def test_columns_and_index_do_not_depend_on_what_is_given():
    index = pd.Index(["a", "b", "c"], name="question")
    parts, wholes = pd.Series([3, None, 9], index=index), pd.Series([10, 10, None], index=index)
    counted = cp.quantifier(parts, wholes, population=pd.Series([40, 40, 40], index=index))
    bare = cp.quantifier(pd.Series([0.3, None, 0.9], index=index))
    assert counted.dtypes.tolist() == bare.dtypes.tolist()
    assert list(counted) == list(bare) == [
        "numerator", "denominator", "population", "value", "lower", "upper", "method",
        "confidence", "word", "also_possible", "note",
    ]  # fmt: skip
    assert counted.index.equals(index)
    assert counted["word"].tolist() == ["less than half", "", ""]
    assert counted.loc["b", ["value", "lower", "upper", "confidence"]].isna().all()
    assert counted["note"].str.contains("No figure").tolist() == [False, True, True]
    assert bare["word"].tolist() == ["less than half", "", "most"]


def test_a_bare_share_has_its_word_and_no_more():
    result = one(0.8)
    assert (result["word"], result["also_possible"], result["method"]) == ("most", "", "")
    assert result[["numerator", "lower", "upper", "confidence"]].isna().all()
    assert "no other word can be ruled in or out" in result["note"]


def test_a_population_that_is_missing_leaves_the_wider_interval():
    both = cp.quantifier(24, 30, population=pd.Series([None, 120]))
    assert both["method"].tolist() == ["Wilson", "Wilson, finite population correction"]
    assert both["lower"].tolist()[0] == one(24, 30)["lower"]


def test_nothing_in_nothing_out():
    nothing = pd.Series([], dtype="float64")
    assert cp.quantifier(nothing, nothing).empty
    assert cp.quantifier(nothing).empty
    assert (cp.quantifier(pd.Series([None, None], dtype="float64"), 30)["word"] == "").all()


@pytest.mark.parametrize(
    ("given", "population", "said"),
    [
        ((31, 30), None, "cannot be larger than its denominator: got 31"),
        ((-1, 30), None, "cannot be negative"),
        ((1, 0), None, "must be above 0"),
        ((1.5, 30), None, "whole number: got 1.5"),
        ((1, 30.5), None, "whole number"),
        ((24, 30), 29, "smaller than the sample"),
        ((24, 30), 120.5, "whole number"),
        ((24, 30), -1, "negative"),
        ((np.inf, 30), None, "finite"),
        ((float("nan"), 30), None, "finite"),
        ((1e300, 1e300), None, "this large"),
        ((0.8,), 120, "needs the counts"),
        ((80,), None, "between 0 and 1: got 80"),
        ((-0.1,), None, "between 0 and 1"),
        (([1, 2], [3, 4, 5]), None, "2 and 3 values"),
        ((["most"], 30), None, "not a number"),
    ],
)
def test_what_cannot_be_is_refused_in_words(given, population, said):
    with pytest.raises(ImpossibleInput, match=said):
        cp.quantifier(*given, population=population)


def test_several_levels_are_refused():
    with pytest.raises(ImpossibleInput, match="one level"):
        cp.quantifier(1, 2, confidence=[0.9, 0.95])


def test_the_order_of_rows_changes_nothing_and_inputs_stay():
    parts = pd.Series([0, 3, 15, 24, 30])
    before = parts.copy()
    there = cp.quantifier(parts, 30, population=120)
    back = cp.quantifier(parts[::-1], 30, population=120)
    pd.testing.assert_frame_equal(there, back[::-1])
    pd.testing.assert_series_equal(parts, before)


# Sentences


@pytest.mark.parametrize(
    ("given", "population", "said"),
    [
        (
            (24, 30), 120,
            "Most (24 of 30, 80%): with 30 of 120 records read, 'almost all' and 'majority' cannot "
            "be ruled out (95% interval 65% to 90%, words by the exact probability).",
        ),
        (
            (25, 30), None,
            "Most (25 of 30, 83%): with 30 records read, 'almost all' and 'majority' cannot be "
            "ruled out (95% interval 66% to 93%).",
        ),
        (
            (30, 30), 120,
            "Almost all (all 30, 100%): with 30 of 120 records read, 'most' cannot be ruled out "
            "(95% interval 91% to 100%, words by the exact probability).",
        ),
        (
            (0, 30), 30,
            "Few (none of 30, 0%): with all 30 records read, no other word is possible.",
        ),
        (
            (1, 300), None,
            "Few (1 of 300, under 1%): with 300 records read, every other word can be ruled out "
            "(95% interval under 1% to 2%).",
        ),
        ((0.745,), None, "Most (75%): without counts no other word can be ruled in or out."),
    ],
)  # fmt: skip
def test_a_sentence_says_what_the_row_says(given, population, said):
    assert quantified(one(*given, population=population), "records read") == said


def test_a_sentence_names_the_level_and_what_was_asked():
    said = quantified(one(6, 10, confidence=0.9), "parents asked")
    assert "with 10 parents asked" in said
    assert "(90% interval" in said


def test_no_figure_has_no_sentence_of_its_own():
    missing = cp.quantifier(pd.Series([None], dtype="float64"), 30).iloc[0]
    assert quantified(missing) == "No word can be given: the figure is missing."


@pytest.mark.parametrize(
    ("part", "whole", "population", "other"),
    [
        # 9 of 10 have it ("most"): all nine read do with probability 1/10.
        (9, 9, 10, "most"),
        # 18 of 21 would do: 18 of 19 read with probability 0.09.
        (18, 19, 21, "most"),
        # 1 of 6 has it ("less than half"): none of five read does with probability 1/6.
        (0, 5, 6, "less than half"),
    ],
)
def test_no_word_is_ruled_out_that_the_exact_probability_allows(part, whole, population, other):
    found = one(part, whole, population=population)
    assert other in found["also_possible"].split("; ")


@given(st.integers(2, 40).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), st.data())
def test_words_ruled_out_are_ruled_out_by_the_exact_tails(case, draw):
    whole, population = case
    part = draw.draw(st.integers(0, whole))
    row = one(part, whole, population=population)
    open_ = {row["word"], *row["also_possible"].split("; ")}
    for total in range(part, population - whole + part + 1):
        law = stats.hypergeom(population, total, whole)
        if law.sf(part - 1) > 0.0251 and law.cdf(part) > 0.0251:
            assert one(total, population)["word"] in open_
