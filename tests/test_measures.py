"""Measured indicators against the figures their publishers printed."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from conftest import edit

import cpstats as cp
from cpstats import measures, published, selections, values
from cpstats.catalogue import CATALOGUE
from cpstats.definitions import TRUST, Figures, columns_of
from cpstats.errors import CpstatsError, UnknownName

#: Published proportions of registrations of children registered before, Scotland 2007 to 2019:
#: Children's Social Work Statistics 2018-19, Table 2.2.
REGISTERED_BEFORE = [
    0.1281, 0.1604, 0.1447, 0.1622, 0.1558, 0.1631, 0.1535,
    0.1736, 0.1574, 0.1689, 0.1668, 0.1750, 0.2011,
]  # fmt: skip

#: Children on the register in Dundee City, 2007 to 2019: the same, Table 2.4.
DUNDEE = [89, 80, 95, 70, 90, 82, 46, 67, 71, 79, 69, 73, 91]


def published_rates(data) -> pd.DataFrame:
    table = data.table("register_by_council")
    table = table[(table["measure"] == "register_rate_0_15") & table["value"].notna()]
    return table.set_index(["area_code", "period"])["value"]


def test_all_390_rates_with_count_and_population_match_the_published_ones(data):
    table = data.table("register_by_council")
    has_population = table.loc[
        table["measure"] == "register_population_0_15", ["area_code", "period"]
    ]
    assert len(has_population) == 390
    ours = cp.measure(data, "register_rate").set_index(["area_code", "period"])["value"]
    at = pd.MultiIndex.from_frame(has_population)
    pd.testing.assert_series_equal(
        ours.loc[at], published_rates(data).loc[at], rtol=1e-14, atol=0, check_names=False
    )


def test_2016_recomputes_from_the_population_estimate_to_its_decimal(data):
    ours = cp.measure(data, "register_rate", periods="2015-16").set_index(["area_code", "period"])
    theirs = published_rates(data)
    theirs = theirs[theirs.index.get_level_values("period") == "2015-16"]
    assert len(theirs) == 31
    for at, rate in theirs.items():
        assert values.round_half_up(ours.loc[at, "value"], 1) == rate
        assert ours.loc[at, "denominator_basis"].startswith("mid-2016 estimate")


def test_2021_recomputes_to_the_decimal_of_another_publisher(data):
    ours = cp.measure(data, "register_rate", periods="2020-21").set_index(["area_code", "period"])
    theirs = published_rates(data)
    theirs = theirs[theirs.index.get_level_values("period") == "2020-21"]
    assert len(theirs) == 31
    for at, rate in theirs.items():
        assert values.round_half_up(ours.loc[at, "value"], 1) == rate


def test_dundee_over_thirteen_years(data):
    results = cp.measure(data, "register_rate", areas="Dundee City")
    first = results[results["period"] <= "2018-19"]
    assert first["numerator"].tolist() == DUNDEE
    assert first["denominator"].iloc[-1] == 24_016
    assert first["value"].iloc[-1] == pytest.approx(3.7891, abs=5e-5)


def test_registered_before_recomputes_all_thirteen_published_shares(data):
    results = cp.measure(data, "registered_before")
    assert (results["value"] / 100).round(4).tolist() == REGISTERED_BEFORE
    assert results["numerator"].iloc[-1] == 862
    assert results["denominator"].iloc[-1] == 4287


def test_the_published_benchmark_is_gap_under_18_months_over_all_registrations_in_most_years(data):
    ours = cp.measure(data, "reregistered_within_18_months").set_index("period")["value"]
    theirs = cp.measure(data, "lgbf_reregistration", areas="Scotland").set_index("period")["value"]
    agree = [p for p in ours.index.intersection(theirs.index) if abs(ours[p] - theirs[p]) < 0.005]
    assert agree == ["2012-13", "2013-14", "2014-15", "2016-17", "2018-19"]
    assert ours["2018-19"] == pytest.approx(100 * 310 / 4293)


def test_golden_national_figures(data):
    value = lambda i, p: cp.measure(data, i, areas="Scotland", periods=p)["value"].iloc[0]  # noqa: E731
    assert value("register_rate", "2018-19") == pytest.approx(2.8265, abs=5e-5)
    assert value("concerns_per_child", "2018-19") == pytest.approx(7332 / 2599)
    by_length = cp.measure(
        data, "deregistrations_by_length", periods="2018-19", by="length_registered"
    )
    under = by_length[by_length["length_registered"] == "under 6 months"].iloc[0]
    assert (under["numerator"], under["denominator"]) == (2074, 4224)
    assert under["value"] == pytest.approx(49.1, abs=0.05)
    assert by_length["value"].sum() == pytest.approx(100)


def test_four_bases_of_the_register_rate_are_four_indicators(data):
    at = {"areas": "Scotland", "periods": "2009-10"}
    bases = ["register_rate", "register_rate_0_17", "register_rate_uk"]
    rates = {b: cp.measure(data, b, **at).iloc[0] for b in bases}
    assert {CATALOGUE[b].unit for b in [*bases, "register_rate_by_age"]} == {
        "per 1,000 aged 0-15",
        "per 1,000 aged 0-17",
        "per 10,000 aged under 18",
        "per 1,000 of the age band",
    }
    assert rates["register_rate"]["value"] > rates["register_rate_0_17"]["value"]
    assert rates["register_rate_uk"]["value"] == pytest.approx(
        10 * rates["register_rate_0_17"]["value"]
    )


def test_the_published_national_rate_of_2_5262_includes_unborn_children(data):
    # 2,599 children over 1,028,798 aged 0-17 in mid-2018 give 2.5262; without 98 unborn, 2.4310.
    with_unborn = cp.measure(data, "register_rate_0_17", areas="Scotland", periods="2018-19").iloc[
        0
    ]
    without = cp.measure(data, "register_rate_by_age", periods="2018-19").iloc[0]
    assert with_unborn["value"] == pytest.approx(2.5262, abs=1e-4)
    assert without["numerator"] == 2599 - 98
    assert without["denominator"] == 1_028_798


def test_the_domestic_abuse_rate_of_the_bulletin_uses_the_population_of_its_first_year(data):
    # 62,907 incidents over 5,463,300 people in mid-2019 are 115.1 per 10,000, printed as 115.
    scotland = cp.measure(data, "domestic_abuse_rate", areas="Scotland", periods="2019-20").iloc[0]
    assert scotland["value"] == pytest.approx(115.1, abs=0.5)


def test_a_sum_with_a_hidden_part_is_hidden_with_the_strongest_reason(data):
    # Girls aged 16+ are suppressed in 2019, so all girls by band cannot be added up.
    girls = cp.measure(data, "register_rate_by_age", periods="2018-19", by="sex").set_index("sex")
    assert girls.loc["female", "mark"] == "[c]"
    assert pd.isna(girls.loc["female", "value"])
    marks = pd.Series(["", "[e]", "[x]", "[c]", "[p]"])
    assert selections._strongest(marks) == "[c]"
    assert selections._strongest(pd.Series(["", "[p]"])) == "[p]"
    assert selections._strongest(pd.Series(["", ""])) == ""


def test_the_population_of_a_flow_is_that_of_the_year_its_definition_names(data):
    # The 2019-20 bulletin, notes for tables, 4: mid-2019. Registrations: the closing mid-year.
    abuse = cp.measure(data, "domestic_abuse_rate", areas="Scotland", periods="2019-20").iloc[0]
    assert abuse["denominator"] == 5_463_300
    assert abuse["denominator_basis"].startswith("mid-2019 estimate")
    flow = cp.measure(data, "registrations_rate", periods="2012-13").iloc[0]
    assert flow["denominator_basis"].startswith("mid-2013 estimate")


def test_a_published_rate_stands_in_when_a_count_has_no_population(package):
    row = "S92000003,Scotland,2023-24,census date,2024-07-31,children_on_register,2129,,"
    path = package / "register_by_council.csv"
    rate = row.replace("children_on_register,2129", "register_rate_0_15,2.4")
    path.write_text(path.read_text() + rate + "CSWS 2023-24,s50,\n")
    scotland = cp.measure(
        published.load(package), "register_rate", areas="Scotland", periods="2023-24"
    ).iloc[0]
    assert (scotland["numerator"], scotland["value"]) == (2129, 2.4)
    assert scotland["method"] == "as published"


def test_suppressed_missing_and_zero_stay_apart(data):
    at = {"periods": ["2015-16", "2017-18"]}
    orkney = cp.measure(data, "register_rate", areas="Orkney Islands", **at)
    assert orkney["mark"].tolist() == ["[c]", "[c]"]
    assert orkney[["numerator", "value", "lower", "upper"]].isna().all(axis=None)
    glasgow = cp.measure(data, "register_rate", areas="Glasgow City", periods="2017-18").iloc[0]
    assert glasgow["mark"] == "[x]"
    deprived = cp.measure(data, "most_deprived_fifth", areas="Orkney Islands").iloc[0]
    assert (deprived["value"], deprived["mark"]) == (0, "")


def test_a_suppressed_count_is_never_filled_with_a_published_rate(package):
    row = "S12000023,Orkney Islands,2017-18,census date,2018-07-31,register_rate_0_15,,[c],"
    edit(package, "register_by_council", row, row.replace(",,[c],", ",0.6,,"))
    orkney = cp.measure(
        published.load(package), "register_rate", areas="Orkney", periods="2017-18"
    ).iloc[0]
    assert orkney["mark"] == "[c]"
    assert pd.isna(orkney["value"])


def test_a_published_rate_without_a_count_stands_without_an_interval(data):
    dundee = cp.measure(data, "register_rate", areas="Dundee City", periods="2019-20").iloc[0]
    assert dundee["value"] == 4.2
    assert dundee["method"] == "as published"
    assert dundee[["numerator", "denominator", "lower", "upper"]].isna().all()
    assert "inspection" in dundee["source"]


def test_the_estimated_year_keeps_its_mark(data):
    scotland = cp.measure(data, "register_rate", areas="Scotland", periods="2017-18").iloc[0]
    assert (scotland["numerator"], scotland["mark"]) == (2668, "[e]")
    assert values.round_half_up(scotland["value"], 1) == 2.9


def test_the_grid_is_full_and_in_order(data):
    results = cp.measure(
        data, "register_rate", areas=["Fife", "dundee"], periods=["2030-31", "2018/19"]
    )
    assert results["area"].tolist() == ["Fife", "Fife", "Dundee City", "Dundee City"]
    assert results["mark"].tolist() == ["[x]", "", "[x]", ""]


PUBLISHED = [entry.id for entry in CATALOGUE.values() if entry.is_published]


def test_an_indicator_that_records_alone_give_says_so(data):
    with pytest.raises(CpstatsError, match=r"count it in records, cp.count\(records"):
        cp.measure(data, "meetings")


@pytest.mark.parametrize("indicator", PUBLISHED)
def test_every_indicator_gives_a_whole_results_table(data, indicator):
    entry = CATALOGUE[indicator]
    for by in [(), *((b,) for b in entry.breakdowns)]:
        results = cp.measure(data, indicator, by=by)
        expected = [*measures.BEFORE, *by, *measures.AFTER, *measures.MORE]
        assert list(results.columns) == expected
        assert results["value"].notna().any()
        missing = results["value"].isna()
        assert results.loc[missing, "mark"].isin(values.WHY_MISSING).all()
        assert not results.loc[~missing, "mark"].isin(values.WHY_MISSING).any()
        assert (results.loc[~missing, "source"] != "").all()
        assert (results.loc[~missing, "method"] != "").all()
        bounded = results["lower"].notna()
        assert (results.loc[bounded, "lower"] <= results.loc[bounded, "value"]).all()
        assert (results.loc[bounded, "value"] <= results.loc[bounded, "upper"]).all()
        assert results.loc[bounded, "denominator"].gt(0).all()
        assert not results.duplicated(["area", "period", *by]).any()


@pytest.mark.parametrize("indicator", CATALOGUE)
def test_every_definition_is_whole_and_its_conditions_can_be_met(data, indicator):
    entry = CATALOGUE[indicator]
    assert entry.id == indicator
    assert entry.trust in TRUST
    assert entry.definition.endswith(".")
    assert entry.numerator
    assert entry.source
    assert entry.better in {"lower", "higher", "neither"}
    for figures in entry.figures:
        assert columns_of(figures.where) <= set(data.columns(figures.table))
        assert len(selections.select(data, figures)) > 0


def test_a_condition_on_a_column_that_is_not_there_is_refused_before_reading(data):
    wrong = dataclasses.replace(
        CATALOGUE["registered_before"],
        numerator_from=Figures("deregistrations", "deregistrations", "colour == 'red'"),
    )
    with pytest.raises(CpstatsError, match=r"colour.*deregistrations.csv has not"):
        cp.measure(data, wrong)


def test_an_unknown_name_of_any_kind_names_the_nearest(data):
    with pytest.raises(UnknownName, match="register_rate"):
        cp.measure(data, "register_rat")
    with pytest.raises(UnknownName, match="Fife"):
        cp.measure(data, "register_rate", areas="Fyfe")
    with pytest.raises(UnknownName, match="age_band"):
        cp.measure(data, "register_rate_by_age", by="age")


def test_other_areas_do_not_move_this_one(data, package):
    row = "S12000047,Fife,2018-19,census date,2019-07-31,children_on_register,209,"
    edit(package, "register_by_council", row, row.replace(",209,", ",[c],"))
    other = published.load(package)
    for area in ("Dundee City", "Scotland"):
        pd.testing.assert_frame_equal(
            cp.measure(data, "register_rate", areas=area),
            cp.measure(other, "register_rate", areas=area),
        )


def test_a_stock_carries_its_census_date_and_a_flow_the_start_of_its_year(data):
    stock = cp.measure(data, "register_rate", areas="Scotland", periods=["2009-10", "2010-11"])
    assert stock["date"].dt.strftime("%Y-%m-%d").tolist() == ["2010-03-31", "2011-07-31"]
    flow = cp.measure(data, "registrations_rate", periods=["2009-10", "2010-11"])
    assert flow["start"].dt.strftime("%Y-%m-%d").tolist() == ["2009-04-01", "2010-08-01"]
