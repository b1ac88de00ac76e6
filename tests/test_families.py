"""An area among its comparators."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cpstats as cp
from cpstats.comparisons import compare_rates
from cpstats.errors import CpstatsError, UnknownName
from cpstats.families import family_members, summarise_family


@pytest.fixture
def results() -> pd.DataFrame:
    """| Fife 40 | Angus 20 | Moray 10 | Highland suppressed | Scotland 300 of 100,000."""
    count = np.array([40, 20, 10, np.nan, 300])
    population = np.array([10_000.0, 10_000, 10_000, 10_000, 100_000])
    return pd.DataFrame(
        {
            "indicator": "register_rate",
            "area": ["Fife", "Angus", "Moray", "Highland", "Scotland"],
            "period": "2018-19",
            "numerator": count,
            "denominator": population,
            "value": count / population * 1000,
            "mark": ["", "", "", "[c]", ""],
        }
    )


FAMILY = ["Angus", "Moray", "Highland"]


def test_a_family_is_summarised_with_the_area_and_pooled_without_it(results):
    found = summarise_family(results, area="Fife", family=FAMILY).iloc[0]
    # Rates 4, 2, 1 and one suppressed: the middle of three is 2.
    assert found[["value", "median", "lowest", "highest", "scotland"]].tolist() == [4, 2, 1, 4, 3]
    assert (found["lowest_area"], found["highest_area"]) == ("Moray", "Fife")
    assert found[["members", "with_value"]].tolist() == [4, 3]
    # (20 + 10) of 20,000 is 1.5 per 1,000.
    assert found[["pooled_numerator", "pooled_denominator", "pooled"]].tolist() == [30, 20_000, 1.5]
    assert found[["pooled_members", "pooled_without"]].tolist() == [2, 1]
    assert found["note"] == "the pool is without Highland"
    assert found[["rank", "ranked"]].tolist() == [1, 3]


def test_an_area_is_compared_with_the_pool_of_the_others(results):
    found = summarise_family(results, area="Fife", family=FAMILY).iloc[0]
    by_hand = compare_rates(40, 10_000, 30, 20_000).iloc[0]
    pooled = cp.rate(30, 20_000).iloc[0]
    for column in ("ratio", "ratio_upper", "difference_lower", "p_value", "verdict"):
        assert found[column] == by_hand[column]
    assert found["pooled_lower"] == pooled["lower"]
    assert found["pooled_method"] == pooled["method"]


def test_naming_the_area_among_its_family_changes_nothing(results):
    one = summarise_family(results, area="Fife", family=FAMILY)
    other = summarise_family(results, area="Fife", family=[*FAMILY, "Fife"])
    pd.testing.assert_frame_equal(one, other)


def test_an_area_without_a_figure_still_has_its_family(results):
    found = summarise_family(results, area="Highland", family=["Angus", "Moray"]).iloc[0]
    assert found["median"] == 1.5
    assert found["verdict"] == ""
    assert found["note"].startswith("Highland: the figure is suppressed")
    assert np.isnan(found["rank"])


def test_comparators_without_a_figure_leave_no_pool(results):
    found = summarise_family(results, area="Fife", family=["Highland"]).iloc[0]
    assert np.isnan(found["pooled"])
    assert found["note"] == "no comparator has counts"
    assert (found["lowest_area"], found["with_value"]) == ("Fife", 1)


def test_equals_at_an_end_are_all_named(results):
    results.loc[results["area"] == "Moray", ["numerator", "value"]] = [20, 2.0]
    found = summarise_family(results, area="Fife", family=FAMILY).iloc[0]
    assert found["lowest_area"] == "Angus, Moray"


def test_a_missing_period_is_missing_and_rows_stay_with_their_period(results):
    later = results.assign(period="2019-20", numerator=np.nan, value=np.nan, mark="[x]")
    found = summarise_family(pd.concat([results, later]), area="Fife", family=FAMILY)
    assert found["period"].tolist() == ["2018-19", "2019-20"]
    assert found["pooled"].tolist()[0] == 1.5
    assert np.isnan(found["pooled"].iloc[1])
    assert found["lowest_area"].iloc[1] == ""
    assert found["with_value"].tolist() == [3, 0]


def test_figures_without_counts_have_a_middle_and_no_pool(data):
    family = family_members(data, "Dundee City")
    names = ["Dundee City", "Scotland", *family]
    rows = cp.measure(data, "lgbf_reregistration", areas=names)
    found = summarise_family(rows, area="Dundee City", family=family)
    assert found["median"].notna().any()
    assert found["pooled"].isna().all()
    assert (found["pooled_without"] == 7).all()
    assert found["note"].ne("").all()


def test_a_mean_is_not_pooled(results):
    found = summarise_family(
        results.assign(indicator="concerns_per_child", numerator=results["denominator"] * 2),
        area="Fife",
        family=FAMILY,
    ).iloc[0]
    assert np.isnan(found["pooled"])
    assert found["median"] == 2


def test_the_order_of_rows_moves_nothing_and_the_input_is_left_alone(data):
    family = family_members(data, "Dundee City")
    names = ["Dundee City", "Scotland", *family]
    rows = cp.measure(data, "register_rate", areas=names)
    before = rows.copy()
    found = summarise_family(rows, area="Dundee City", family=family)
    shuffled = summarise_family(
        rows.sample(frac=1, random_state=1), area="Dundee City", family=family
    )
    pd.testing.assert_frame_equal(rows, before)
    pd.testing.assert_frame_equal(
        found.sort_values("period", ignore_index=True),
        shuffled.sort_values("period", ignore_index=True),
    )


def test_what_cannot_be_summarised_is_refused(results):
    with pytest.raises(UnknownName, match="Dundee"):
        summarise_family(results, area="Fife", family=["Dundee City"])
    with pytest.raises(CpstatsError, match="family of nobody"):
        summarise_family(results, area="Fife", family=[])
    with pytest.raises(CpstatsError, match="family of nobody"):
        summarise_family(results, area="Fife", family=["Fife"])
    with pytest.raises(CpstatsError, match="no breakdown"):
        summarise_family(pd.concat([results, results]), area="Fife", family=FAMILY)
    with pytest.raises(CpstatsError, match="one indicator"):
        summarise_family(results.iloc[:0], area="Fife", family=FAMILY)


def test_families_are_those_published(data):
    people = family_members(data, "Edinburgh, City of")
    assert "Orkney Islands" in people
    assert "City of Edinburgh" not in people
    assert len(people) == 7
    assert "Falkirk" in family_members(data, "Dundee City", family_set="other")
    with pytest.raises(UnknownName):
        family_members(data, "Scotland")
    with pytest.raises(UnknownName, match="people"):
        family_members(data, "Fife", family_set="peopel")
