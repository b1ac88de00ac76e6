"""Every area against Scotland, every year against another, and many comparisons at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpstats as cp
from cpstats.comparisons import compare_proportions, compare_rates
from cpstats.differences import compare_areas, compare_periods
from cpstats.errors import CpstatsError, UnknownName
from cpstats.p_values import holm


def results(counts: dict[str, float], **columns: object) -> pd.DataFrame:
    """Areas of 10,000 children, Scotland being all of them."""
    areas = len([a for a in counts if a != "Scotland"])
    population = [10_000.0 * (areas if a == "Scotland" else 1) for a in counts]
    numerator = np.array(list(counts.values()), dtype=float)
    frame = pd.DataFrame(
        {
            "indicator": "register_rate",
            "area": list(counts),
            "period": "2018-19",
            "numerator": numerator,
            "denominator": population,
            "value": numerator / population * 1000,
            "mark": np.where(np.isnan(numerator), "[c]", ""),
        }
    )
    return frame.assign(**columns)


def test_holm_multiplies_the_smallest_by_all_and_never_falls():
    # Four tests: .01 x 4 = .04, .02 x 3 = .06, .03 x 2 = .06, .5 x 1 = .5.
    given_ = np.array([0.5, 0.01, 0.03, 0.02])
    np.testing.assert_allclose(holm(given_), [0.5, 0.04, 0.06, 0.06])
    # .04 x 3 = .12, then .045 x 2 = .09 would fall, and stays .12; a missing one is no test.
    np.testing.assert_allclose(
        holm(np.array([0.045, np.nan, 0.04, 0.2])), [0.12, np.nan, 0.12, 0.2]
    )
    assert np.isnan(holm(np.array([np.nan]))).all()
    assert holm(np.array([])).tolist() == []


@given(st.lists(st.floats(0, 1), max_size=40))
def test_an_adjusted_p_value_lies_between_its_own_and_bonferronis(given_):
    raw = np.array(given_)
    adjusted = holm(raw)
    assert (adjusted >= raw).all()
    assert (adjusted <= np.minimum(raw * max(len(raw), 1), 1)).all()


def test_a_council_is_compared_with_the_rest_of_scotland():
    found = compare_areas(results({"Fife": 40, "Angus": 20, "Moray": 30, "Scotland": 90}))
    by_hand = compare_rates(40, 10_000, 20 + 30, 20_000).iloc[0]
    fife = found.iloc[0]
    for column in ("ratio", "ratio_lower", "p_value", "difference", "difference_upper", "verdict"):
        assert fife[column] == by_hand[column]
    assert fife["compared_to"] == "rest of Scotland"
    assert found["comparisons"].tolist() == [3] * 4


def test_scotland_itself_is_not_compared_and_says_why():
    found = compare_areas(results({"Fife": 40, "Angus": 20, "Scotland": 60})).iloc[2]
    assert found["verdict"] == found["verdict_adjusted"] == ""
    assert found["comparison_note"] == "the others are compared with it"
    assert np.isnan(found["p_value"])


def test_missing_counts_have_no_verdict_and_say_why():
    frame = results({"Fife": 40, "Angus": np.nan, "Moray": np.nan, "Highland": 9, "Scotland": 90})
    frame.loc[2, ["value", "mark"]] = [3.1, ""]
    frame.loc[3, ["denominator", "value", "mark"]] = [0, np.nan, "[z]"]
    found = compare_areas(frame)
    assert found["verdict"].tolist()[1:4] == ["", "", ""]
    assert found["comparison_note"].tolist()[1:4] == [
        "the figure is suppressed to protect children",
        "the figure comes without its numerator and denominator",
        "the figure is not applicable",
    ]
    assert found["comparisons"].iloc[0] == 1


def test_a_missing_reference_leaves_every_verdict_empty_and_says_so():
    found = compare_areas(results({"Fife": 40, "Scotland": np.nan}))
    assert found["verdict"].tolist() == ["", ""]
    assert found["comparison_note"].iloc[0].startswith("Scotland: the figure is suppressed")
    assert found["comparisons"].tolist() == [0, 0]


def test_counts_that_leave_no_rest_are_said_to():
    found = compare_areas(results({"Fife": 40, "Scotland": 30})).iloc[0]
    assert found["verdict"] == ""
    assert found["comparison_note"] == "the counts leave no rest of Scotland"


def test_nothing_on_either_side_is_no_comparison():
    found = compare_areas(results({"Fife": 0, "Angus": 0, "Scotland": 0})).iloc[0]
    assert found["comparison_note"] == "both counts are 0"
    assert found["verdict"] == found["verdict_adjusted"] == ""


def test_a_council_can_be_compared_with_another():
    found = compare_areas(results({"Fife": 40, "Dundee City": 20}), to="Dundee").iloc[0]
    assert found["ratio"] == 2
    assert found["compared_to"] == "Dundee City"


def test_many_comparisons_are_allowed_for(data):
    found = compare_areas(cp.measure(data, "register_rate", periods="2018-19"))
    alone, together = found["verdict"], found["verdict_adjusted"]
    assert (together.isin(["higher", "lower"]) <= (together == alone)).all()
    assert (together == "similar").sum() > (alone == "similar").sum()
    # Dundee is higher than the rest taken alone (p = 0.007), and not when 32 are looked at.
    dundee = found.set_index("area").loc["Dundee City"]
    assert (dundee["verdict"], dundee["verdict_adjusted"]) == ("higher", "similar")


def test_chance_alone_seldom_makes_an_adjusted_verdict():
    """32 councils with the same true rate: one in twenty tables may name one, not nearly all."""
    draw = np.random.default_rng(7)
    named = alone = 0
    for _ in range(60):
        counts = {f"area {i}": float(c) for i, c in enumerate(draw.poisson(60, 32))}
        found = compare_areas(results({**counts, "Scotland": sum(counts.values())}))
        named += found["verdict_adjusted"].isin(["higher", "lower"]).any()
        alone += found["verdict"].isin(["higher", "lower"]).any()
    assert named <= 9  # 60 x 0.05 = 3, and six more would be three and a half standard errors
    assert alone > 30  # 1 - 0.95^32 is four in five


def test_proportions_are_compared_by_their_difference(data):
    rows = cp.measure(data, "most_deprived_fifth")
    found = compare_areas(rows).set_index("area")
    fife, scotland = (rows.set_index("area").loc[a] for a in ("Fife", "Scotland"))
    by_hand = compare_proportions(
        fife["numerator"],
        fife["denominator"],
        scotland["numerator"] - fife["numerator"],
        scotland["denominator"] - fife["denominator"],
    ).iloc[0]
    assert found.loc["Fife", "difference_lower"] == by_hand["difference_lower"]
    assert found["ratio"].isna().all()


def test_each_group_is_compared_with_its_own(data):
    rows = cp.measure(data, "register_rate_by_age", by=["age_band", "sex"])
    found = compare_periods(rows, to="2018-19")
    one = found[found["period"] == "2017-18"].iloc[0]
    other = rows[
        (rows["period"] == "2018-19")
        & (rows["age_band"] == one["age_band"])
        & (rows["sex"] == one["sex"])
    ].iloc[0]
    assert one["difference"] == pytest.approx(one["value"] - other["value"])


def test_a_year_is_compared_with_the_year_before_and_the_first_has_none(data):
    rows = cp.measure(data, "register_rate", areas="Fife", periods=["2016-17", "2017-18"])
    first, second = compare_periods(rows).to_dict("records")
    assert first["comparison_note"] == "2015-16 is not among the results"
    assert second["compared_to"] == "2016-17"
    assert second["ratio"] == pytest.approx(second["value"] / first["value"])


def test_a_change_of_definition_between_two_years_is_said_beside_the_verdict(data):
    rows = cp.measure(
        data, "register_rate", areas="Fife", periods=["2008-09", "2009-10", "2010-11"]
    )
    found = compare_periods(rows)
    assert found["comparison_note"].tolist()[1:] == ["", "from 2010-11: Counted on 31 July."]
    assert found["verdict"].iloc[2] != ""
    # The break lies between whichever is named first.
    back = compare_periods(rows, to="2010-11")
    assert back["comparison_note"].tolist()[:2] == ["from 2010-11: Counted on 31 July."] * 2


@pytest.mark.parametrize("verb", [compare_areas, compare_periods])
def test_what_cannot_be_compared_is_refused_in_words(verb, data):
    with pytest.raises(CpstatsError, match="is a count figure"):
        verb(cp.measure(data, "children_on_register", periods="2018-19"))
    frame = results({"Fife": 40, "Scotland": 60})
    with pytest.raises(CpstatsError, match="one indicator"):
        verb(pd.concat([frame, frame.assign(indicator="registered_before")]))
    with pytest.raises(CpstatsError, match="one indicator"):
        verb(frame.iloc[:0])
    with pytest.raises(CpstatsError, match="one row for each"):
        verb(pd.concat([frame, frame]))
    with pytest.raises(UnknownName):
        verb(frame, to="1018-19" if verb is compare_periods else "Angus")
    with pytest.raises(CpstatsError, match="between 0 and 1"):
        verb(frame, confidence=95)


def test_editions_of_an_index_have_no_year_before(data):
    with pytest.raises(CpstatsError, match="has no year before it"):
        compare_periods(cp.measure(data, "most_deprived_fifth"))


def test_the_rows_given_come_back_in_their_order_and_are_left_alone(data):
    rows = cp.measure(data, "register_rate", periods=["2017-18", "2018-19"])
    shuffled = rows.sample(frac=1, random_state=1)
    before = shuffled.copy()
    for verb in (compare_areas, compare_periods):
        found = verb(shuffled)
        pd.testing.assert_frame_equal(shuffled, before)
        pd.testing.assert_frame_equal(found[list(rows)], before)
        pd.testing.assert_frame_equal(found.sort_index(), verb(rows))
