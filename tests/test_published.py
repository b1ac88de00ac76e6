"""The data package: what a stranger's validator says of it, and what the figures must satisfy."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import ROOT, descriptor
from frictionless import validate

from cpstats import published, schemas
from cpstats.errors import CannotRead, DataNotFound, UnknownName


def test_frictionless_finds_nothing_wrong():
    report = validate(str(ROOT / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:5]
    assert report.stats["tasks"] == 21


def test_every_table_is_sealed_and_right(data):
    assert data.edited == []
    assert [p for name in data.names for p in data.problems(name)] == []


def test_sealed_files_are_read_the_same_fast_and_slow(data):
    for name in data.names:
        slow, _ = data.conform(name)
        fast = schemas.typed_from_file(data.path(name), data.resource(name)["schema"])
        pd.testing.assert_frame_equal(slow, fast)


def test_every_csv_in_the_folder_is_in_the_package(data):
    assert {p.stem for p in (ROOT / "data").glob("*.csv")} == set(data.names)


def test_every_resource_says_where_it_comes_from():
    for resource in descriptor(ROOT / "data")["resources"]:
        assert resource["title"]
        assert resource["hash"].startswith("sha256:")
        assert all(f.get("description") for f in resource["schema"]["fields"])
        if any(f["name"] == "source" for f in resource["schema"]["fields"]):
            if resource["name"] == "sources":
                continue
            assert resource["licenses"]
            for source in resource["sources"]:
                assert source["title"]
                assert source["table"]
                assert source["vintage"]
                assert source["published"]


def test_every_source_is_used_and_every_use_is_a_source(data):
    used = {
        s
        for n in data.names
        if n != "sources" and "source" in data.table(n)
        for s in data.table(n)["source"]
    }
    assert used <= set(data.sources.index)
    # Two publications describe data whose figures stand in others' tables.
    assert set(data.sources.index) - used <= {"s29", "s46"}


def test_the_register_of_2018_is_kept_in_both_vintages(data):
    main = data.table("register_by_council")
    other = data.table("other_vintages")
    pick = lambda t: t[  # noqa: E731
        (t["area"] == "Scotland")
        & (t["period"] == "2017-18")
        & (t["measure"] == "children_on_register")
    ]
    assert pick(main)[["value", "mark"]].to_numpy().tolist() == [[2668, "[e]"]]
    assert 2530 in pick(other)["value"].tolist()
    assert pick(other)["vintage"].iloc[0] == "CSWS 2018-19 republication"


def test_population_by_single_year_adds_to_the_published_ages(data):
    single = data.table("population_by_age")
    young = single[single["age"] <= 15].groupby(["area", "period"])["value"].sum()
    both = data.table("population")
    both = both[both["measure"] == "population_0_15"].set_index(["area", "period"])["value"]
    assert len(young) > 400
    pd.testing.assert_series_equal(young, both.reindex(young.index), check_names=False)


def test_what_agrees_with_the_inspection(data):
    stated = data.table("inspection_dundee_2022").set_index(["area", "measure"])["value"]
    population = data.table("population")
    dundee = population[
        (population["area"] == "Dundee City")
        & (population["period"] == "mid-2020")
        & (population["measure"] == "population_all_ages")
    ]["value"].iloc[0]
    assert stated["Dundee City", "population_all_ages"] == dundee == 148_820


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-4"), (4, "0-4"), (5, "5-10"), (10, "5-10"), (11, "11-15"), (16, "16+"), (17, "16+")],
)
def test_ages_fall_in_the_published_bands(age, band):
    assert published.age_band(pd.Series([float(age)])).tolist() == [band]


def test_an_unknown_table_names_the_nearest(data):
    with pytest.raises(UnknownName, match="register_by_council"):
        data.table("register_by_counsil")


def test_without_a_package_the_error_says_what_to_do(tmp_path):
    with pytest.raises(DataNotFound, match="Name the folder"):
        published.load(tmp_path)


def test_a_table_given_out_cannot_spoil_the_next(data):
    mine = data.table("measures")
    mine["unit"] = "spoilt"
    assert "spoilt" not in set(data.table("measures")["unit"])


def test_a_file_that_changes_while_it_is_read_is_no_table(package):
    data = published.Published(package)
    assert data.edited == []
    data.path("domestic_abuse").write_text("area\n", encoding="utf-8")
    with pytest.raises(CannotRead, match=r"domestic_abuse.csv was changed while it was read"):
        data.table("domestic_abuse")


def test_a_table_keeps_texts_as_pandas_is_told_to(package):
    for storage in ("python", "pyarrow", "python"):
        with pd.option_context("mode.string_storage", storage):
            assert published.Published(package).table("sources")["title"].dtype.storage == storage


def test_what_is_done_to_a_table_reaches_no_other_reader(package):
    mine = published.Published(package).table("sources")
    mine.loc[0, "title"] = "altered"
    assert "altered" not in set(published.Published(package).table("sources")["title"])
