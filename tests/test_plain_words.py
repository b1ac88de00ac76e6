"""Words that a lay reader meets: none of Python, none that say more than the figures."""

from __future__ import annotations

import pandas as pd
import pytest

import cpstats as cp
from cpstats import catalogue, endnotes
from cpstats.framework.naming import link_name
from cpstats.framework.showing import points


def test_parameters_are_told_in_words(data):
    given = {"area": "Fife", "policy": "", "restricted": False, "records": "/home/ann/ours"}
    made = endnotes.made_from(given, data).frame.set_index("What")["Which"]
    told = [made[f"Parameter {name}"] for name in given]
    assert told == ["Fife", "none given", "no", "ours"]


def test_versions_of_a_definition_are_listed_with_one_stop():
    versions = catalogue.CATALOGUE["register_rate"].versions
    assert all(v.text.endswith(".") for v in versions)
    text = repr(endnotes.definitions_of(["register_rate"]))
    assert "not comparable before 2011; 2010-11 to now" in text
    assert ".;" not in text


def test_words_of_method_are_explained():
    text = repr(endnotes.definitions_of(["register_rate"]))
    for word in ("CSWS", "LGBF", "XmR", "Dispersion", "Winsorised", "Provisional"):
        assert word in text


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((-24.3, -0.4), "-24.3 to -0.4"),  # not -24 to 0, beside "less often"
        ((-24.3, -0.04), "-24.30 to -0.04"),
        ((-12.6, 9.1), "-13 to 9"),
        ((-24.3, 0.0), "-24 to 0"),
    ],
)
def test_limits_are_told_from_nought(limits, said):
    assert points(pd.Series(limits, index=["difference_lower", "difference_upper"])) == said


def test_what_nobody_publishes_is_not_called_published():
    assert link_name("indicator:register_rate") == "Register rate (per 1,000 aged 0-15) (published)"
    counted = "Concerns that reached registration (counted from records)"
    assert link_name("records:concerns_reaching_registration") == counted
    assert link_name("indicator:concerns_reaching_registration") == counted


def test_years_with_an_uncertain_0_are_told_beside_the_others():
    orkney = cp.annual.open(area="Orkney Islands", year="2018-19")
    # LGBF: 11.8, 60.0 and 62.5 in 2014-15 to 2016-17, and 0.0 [u] in the other four years
    assert (
        "In 3 years the percentage of Orkney Islands has been anywhere from 11.8 to 62.5, and in 4 "
        "other years a 0 was published, true or for want of a figure."
    ) in repr(cp.annual.reregistration_warning(orkney))


def test_equal_low_places_are_told_from_the_bottom(data):
    rates = cp.measure(data, "register_rate", periods="2018-19")
    ranked = cp.rank(rates, among=["Fife", "Moray", "Orkney Islands", "East Renfrewshire"])
    # 0.85 and 0.78 per 1,000
    found = ranked.set_index("area")["rank_from_lowest"]
    assert found[["Orkney Islands", "East Renfrewshire"]].tolist() == [2, 1]
