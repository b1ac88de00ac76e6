"""Counting records into the results table: the same on every engine, and honest about gaps."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT
from made_records import records
from test_views import made

import cpstats as cp
from cpstats import measures, values
from cpstats.catalogue import CATALOGUE
from cpstats.conditions import as_expression
from cpstats.definitions import columns_of
from cpstats.errors import CpstatsError, UnknownName
from cpstats.records import open_records
from cpstats.views import VIEWS

COUNTED = [entry.id for entry in CATALOGUE.values() if entry.counted]
SYNTHETIC = ROOT / "data" / "synthetic"


@pytest.fixture(scope="module")
def opened():
    return open_records(SYNTHETIC)


@pytest.mark.parametrize("indicator", COUNTED)
def test_every_definition_speaks_of_columns_that_are_there(indicator):
    entry = CATALOGUE[indicator]
    for counted in filter(None, (entry.counted, entry.counted_of)):
        columns = set(VIEWS[counted.view].columns)
        assert columns_of(counted.where) <= columns
        as_expression(counted.where)
    splits = set(entry.counted_by)
    assert splits <= set(VIEWS[entry.counted.view].columns)
    if entry.counted_of:
        whole = set(VIEWS[entry.counted_of.view].columns)
        assert splits - set(entry.counted_of.whole_over) <= whole


@pytest.mark.parametrize("indicator", COUNTED)
def test_every_indicator_is_counted_whole(opened, data, indicator):
    entry = CATALOGUE[indicator]
    for by in [(), *((b,) for b in entry.counted_by[:2])]:
        rows = cp.count(opened, indicator, by=by, data=data)
        assert list(rows.columns) == [
            *measures.BEFORE, *by, *measures.AFTER, *measures.MORE,
        ]  # fmt: skip
        assert not rows.duplicated(["area", "period", *by]).any()
        missing = rows["value"].isna()
        assert rows.loc[missing, "mark"].isin(values.WHY_MISSING).all()
        assert rows["source"].str.startswith("SYNTHETIC").all()
        both = rows["numerator"].notna() & rows["denominator"].notna()
        if entry.kind == "proportion":
            assert (rows.loc[both, "numerator"] <= rows.loc[both, "denominator"]).all()


@pytest.mark.parametrize("indicator", [i for i in COUNTED if CATALOGUE[i].kind == "count"])
def test_groups_add_up_to_the_whole(opened, data, indicator):
    entry = CATALOGUE[indicator]
    whole = cp.count(opened, indicator, data=data).set_index("period")["numerator"]
    # A child counted once a year can be of two age groups in it.
    splits = [b for b in entry.counted_by if entry.counted.unit == "rows"][:3]
    for by in splits:
        parts = cp.count(opened, indicator, by=by, data=data)
        assert parts.groupby("period")["numerator"].sum().to_dict() == whole.to_dict()


def test_quarters_add_up_to_the_year(opened, data):
    year = cp.count(opened, "registrations", data=data).set_index("period")["numerator"]
    quarters = cp.count(opened, "registrations", every="quarter", data=data)
    assert quarters["period"].iloc[0] == "2012-13 Q1"
    assert str(quarters["start"].iloc[1])[:10] == "2012-11-01"
    sums = quarters.groupby(quarters["period"].str[:7])["numerator"].sum()
    assert sums.to_dict() == year.to_dict()


def test_a_year_can_be_a_financial_one(opened, data):
    rows = cp.count(opened, "registrations", calendar="financial year", data=data)
    # The records run from August 2012 to July 2021: the first whole year begins in April 2013.
    assert rows["period"].tolist()[0] == "2013-14"
    assert str(rows["start"].iloc[0])[:10] == "2013-04-01"
    table = pd.read_csv(SYNTHETIC / "registrations.csv", parse_dates=["registration_date"])
    lasting = table[table["registration_type"] != "temporary"]
    inside = lasting["registration_date"].between("2013-04-01", "2014-03-31").sum()
    assert rows["numerator"].iloc[0] == inside


ENGINES = """
    | child_id | registration_date | registration_type |
    | teen     | 2018-08-01        | initial           |
    | small    | 2019-07-31        |                   |
    | born     | 2019-07-05        | temporary         |
    | teen     | 2020-03-01        | initial           |
"""


def test_engines_count_alike(every_engine, data):
    made_records = made(
        every_engine,
        registrations=ENGINES,
        deregistrations="| child_id | deregistration_date |\n| teen | 2019-01-01 |",
    )
    whole = cp.count(made_records, "registrations", data=data)
    counted = whole.set_index("period")["numerator"]
    # A registration whose type was not recorded is one; a temporary one is not counted.
    assert counted[["2017-18", "2018-19", "2019-20"]].tolist() == [0, 2, 1]
    by_age = cp.count(made_records, "registrations", by="age_group", periods="2018-19", data=data)
    assert by_age.set_index("age_group")["numerator"].to_dict() == {
        "unborn": 0, "0-12": 1, "13-17": 1, "18+": 0,
    }  # fmt: skip
    again = cp.count(made_records, "reregistered_within_18_months", periods="2019-20", data=data)
    assert (again["numerator"].item(), again["denominator"].item()) == (1, 1)
    held = cp.count(made_records, "children_on_register", periods="2018-19", data=data)
    assert held["value"].item() == 2  # small and born; teen had left
    families = cp.count(made_records, "families_registered", periods="2018-19", data=data)
    assert families["value"].item() == 0  # no family is recorded


@pytest.mark.parametrize(
    ("indicator", "by"),
    [
        ("registered_before", "simd_quintile"),
        ("concerns_reaching_registration", "age_group"),
        ("children_with_concern", "concern"),
        ("initial_meetings_in_time", "regime"),
        ("register_rate", ()),
    ],
)
def test_the_made_up_set_is_counted_alike_by_duckdb(opened, data, indicator, by):
    there = open_records(SYNTHETIC, engine="duckdb")
    expected = cp.count(opened, indicator, by=by, every="quarter", data=data)
    found = cp.count(there, indicator, by=by, every="quarter", data=data)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.spark
def test_the_made_up_set_is_counted_alike_by_spark(opened, data, spark):
    there = open_records(SYNTHETIC, engine="spark")
    expected = cp.count(opened, "registered_before", every="quarter", data=data)
    found = cp.count(there, "registered_before", every="quarter", data=data)
    pd.testing.assert_frame_equal(found, expected)


def test_a_rate_has_the_published_population_under_it(opened, data):
    rate = cp.count(opened, "register_rate", periods="2018-19", data=data).iloc[0]
    published = cp.measure(data, "register_rate", areas="Dundee City", periods="2018-19").iloc[0]
    assert (rate["numerator"], rate["denominator"]) == (91, 24016)
    for column in ("value", "lower", "upper", "denominator_basis"):
        assert rate[column] == published[column]


def test_what_was_not_collected_is_not_available_and_never_zero(data):
    bare = records(
        children="| child_id |\n| a |",
        registrations="| child_id | registration_date |\n| a | 2019-01-01 |",
        deregistrations="| child_id | deregistration_date |",
    )
    row = cp.count(bare, "discussions", periods="2018-19", data=data).iloc[0]
    assert pd.isna(row["numerator"])
    assert row["mark"] == values.NOT_AVAILABLE
    assert row["note"] == "These records hold no table discussions, meetings."


@pytest.mark.parametrize(
    ("indicator", "table"),
    [
        ("meetings_with_discussion", "discussions"),
        ("meetings_with_referral", "reporter_referrals"),
        ("parents_attended", "attendance"),
        ("initial_meetings_in_time", "concerns_received"),
        ("registrations", "children"),
    ],
)
def test_an_indicator_whose_table_was_not_collected_is_never_0(opened, data, indicator, table):
    kept = {name: frame for name, frame in opened.tables.items() if name != table}
    rows = cp.count(dataclasses.replace(opened, tables=kept, kept={}), indicator, data=data)
    assert rows["mark"].eq(values.NOT_AVAILABLE).all()
    assert rows["numerator"].isna().all()
    assert rows["note"].str.contains(table).all()


def test_a_time_or_an_area_that_is_not_covered_is_not_available(data):
    made_records = made(registrations=ENGINES, until=dt.date(2020, 1, 31))
    rows = cp.count(
        made_records, "registrations", areas=["Fife", "Moray"], periods=["2018-19", "2019-20"],
        data=data,
    )  # fmt: skip
    got = {(r.area, r.period): r.value for r in rows.itertuples()}
    assert got["Fife", "2018-19"] == 2
    for gap in [("Fife", "2019-20"), ("Moray", "2018-19"), ("Moray", "2019-20")]:
        assert pd.isna(got[gap])
    assert rows.loc[rows["value"].isna(), "mark"].eq(values.NOT_AVAILABLE).all()
    assert rows.iloc[1]["note"] == "These records cover 2012-08-01 to 2020-01-31."


def test_a_share_of_nothing_is_not_applicable(data):
    made_records = made(registrations=ENGINES)
    row = cp.count(made_records, "registered_before", periods="2012-13", data=data).iloc[0]
    assert (row["denominator"], row["mark"]) == (0, values.NOT_APPLICABLE)


def test_missing_is_a_group_of_its_own_and_not_not_known(data):
    made_records = made(
        children="""
            | child_id | simd_quintile |
            | teen     | not known     |
            | small    |               |
        """,
        registrations=ENGINES,
    )
    rows = cp.count(
        made_records, "registrations", by="simd_quintile", periods="2018-19", data=data
    ).set_index("simd_quintile")["numerator"]
    assert (rows["not known"], rows["not recorded"], rows["1"]) == (1, 1, 0)


def test_wrong_words_name_the_nearest(opened, data):
    with pytest.raises(UnknownName, match="registrations"):
        cp.count(opened, "registration", data=data)
    with pytest.raises(UnknownName, match="age_band"):
        cp.count(opened, "registrations", by="age_bands", data=data)
    with pytest.raises(UnknownName, match="quarter"):
        cp.count(opened, "registrations", every="quarters", data=data)
    with pytest.raises(UnknownName, match="financial year"):
        cp.count(opened, "registrations", calendar="financial", data=data)
    with pytest.raises(CpstatsError, match="cannot be counted from records"):
        cp.count(opened, "lgbf_reregistration", data=data)
    with pytest.raises(UnknownName, match="duckdb"):
        open_records(SYNTHETIC, engine="ducdb")


def test_a_condition_on_a_column_that_is_not_there_is_refused(opened, data):
    entry = CATALOGUE["registrations"]
    wrong = dataclasses.replace(
        entry, counted=dataclasses.replace(entry.counted, where="colour == 'red'")
    )
    with pytest.raises(CpstatsError, match="no column colour"):
        cp.count(opened, wrong, data=data)


def test_the_command_counts():
    done = subprocess.run(
        [
            sys.executable, "-m", "cpstats", "count", "--records", str(SYNTHETIC),
            "--indicator", "children_on_register", "--engine", "duckdb", "--format", "csv",
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1].startswith("children_on_register,S12000042,Dundee City")
    assert "SYNTHETIC" in done.stdout


def test_the_command_protects_what_it_prints_where_asked():
    import io

    from typer.testing import CliRunner

    from cpstats.cli import app

    given = ["count", "--records", str(SYNTHETIC), "--indicator", "deregistrations", "--by",
             "reason", "--policy", "strict", "--format", "csv"]  # fmt: skip
    made = CliRunner().invoke(app, given)
    frame = pd.read_csv(io.StringIO(made.stdout))
    assert (frame["mark"] == "[c]").any()
    assert (frame["numerator"].dropna() % 5 == 0).all()
    assert "numerator_families" not in frame


def test_a_table_of_a_set_stands_for_the_set(tmp_path):
    whole = cp.write_synthetic(
        ["Fife"], tmp_path / "set", since=2018, until=2019, seed=1, format="parquet"
    )
    by_file = open_records(whole / "registrations.parquet", engine="duckdb")
    by_folder = open_records(whole)
    counted = [cp.count(opened, "registrations") for opened in (by_file, by_folder)]
    pd.testing.assert_frame_equal(*counted)
    (whole / "records.toml").unlink()
    with pytest.raises(CpstatsError, match="which days they cover"):
        open_records(whole / "registrations.parquet")


def test_every_indicator_of_the_list_is_in_the_catalogue_and_can_be_counted():
    page = (ROOT / "docs" / "episodes.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"`(\w+)`", page[page.index("| what | indicators |") :].split("Not counted")[0]
    )
    assert len(listed) > 60
    for indicator in listed:
        assert CATALOGUE[indicator].counted is not None


def test_answers_that_are_missing_are_counted_field_by_field(engine):
    answered = records(
        engine,
        children=[
            {"child_id": "A", "sex": "male", "ethnicity": None, "family_id": "F1"},
            {"child_id": "B", "sex": "not known", "ethnicity": "Asian", "family_id": None},
        ],
        registrations="""
            child_id | registration_date | registration_type
            A        | 2018-09-01        | initial
            B        | 2018-09-02        | initial
        """,
        deregistrations="""
            child_id | deregistration_date | reason
            A        | 2019-01-01          | reason not known
        """,
    )
    found = cp.count(answered, "answers_missing", by="field", periods="2018-19")
    share = found.set_index("field")["value"].to_dict()
    assert share == {
        "sex": 50, "ethnicity": 50, "disability": 100, "simd_quintile": 100, "family_id": 50,
        "reason": 100, "supported": 100,
    }  # fmt: skip


def test_an_empty_text_of_parquet_is_missing_on_every_engine(tmp_path, every_engine):
    whole = cp.write_synthetic(
        ["Fife"], tmp_path / "set", since=2018, until=2019, seed=1, format="parquet"
    )
    children = pd.read_parquet(whole / "children.parquet")
    children["ethnicity"] = ""
    children.to_parquet(whole / "children.parquet", index=False)
    counted = cp.count(open_records(whole, engine=every_engine), "registrations", by="ethnicity")
    seen = counted[counted["numerator"] > 0]
    assert set(seen["ethnicity"]) == {"not recorded"}


def test_a_figure_that_looks_back_waits_until_the_records_reach(opened, data):
    # The records begin on 1 August 2012; eighteen months later is 1 February 2014.
    counted = cp.count(opened, "reregistered_within_18_months", every="quarter", data=data)
    missing = counted[counted["mark"] == "[x]"]
    assert missing["period"].iloc[-1] == "2013-14 Q2"  # November 2013 to January 2014
    assert counted["period"].iloc[len(missing)] == "2013-14 Q3"
    assert "which begin on 2012-08-01" in missing["note"].iloc[0]
    # A stock is looked at on its day: 31 July 2013 is a year, less a day, after the first.
    stock = cp.count(opened, "registered_over_12_months", every="quarter", data=data)
    assert stock.loc[stock["mark"] == "", "period"].iloc[0] == "2013-14 Q1"
