"""Made-up records: SYNTHETIC throughout, clean unless asked, and on 31 July as published."""

from __future__ import annotations

import datetime as dt
import filecmp

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

import cpstats as cp
from cpstats import synthetic
from cpstats.errors import CannotWrite, ImpossibleInput
from cpstats.records import TABLES, open_records
from cpstats.rules import validate
from cpstats.synthetic.events import Story
from cpstats.synthetic.families import Child, Maker
from cpstats.synthetic.registers import Stay

YEARS = {"since": 2012, "until": 2021, "seed": 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory, data):
    return synthetic.write_synthetic(
        "Dundee City", tmp_path_factory.mktemp("made") / "records", **YEARS, data=data
    )


def test_the_register_is_the_published_one_on_each_census_date(made, data):
    counted = cp.count(open_records(made), "children_on_register", data=data)
    published = cp.measure(data, "children_on_register", areas="Dundee City")
    known = published[published["value"].notna()].set_index("period")["value"]
    got = counted.set_index("period")["value"]
    both = [p for p in got.index if p in known.index]
    assert len(both) >= 7
    assert got[both].tolist() == known[both].tolist()


def test_the_set_in_the_repository_is_what_the_command_makes(made):
    kept = ROOT / "data" / "synthetic"
    names = sorted(p.name for p in made.iterdir())
    assert names == sorted(p.name for p in kept.iterdir() if p.is_file() and p.name != "README.md")
    _, differ, errors = filecmp.cmpfiles(made, kept, names, shallow=False)
    assert (differ, errors) == ([], [])


def test_every_row_of_every_file_says_synthetic(made):
    for name in TABLES:
        frame = pd.read_csv(made / f"{name}.csv", dtype=str)
        assert len(frame) > 0
        assert frame["synthetic"].eq("SYNTHETIC").all()
    records = open_records(made)
    assert records.synthetic
    assert records.source.startswith("SYNTHETIC")


def test_another_seed_makes_other_records(data):
    one, other = (
        synthetic.synthesise("Fife", since=2015, until=2017, seed=s, data=data) for s in (1, 2)
    )
    assert not one["registrations"].equals(other["registrations"])


@pytest.mark.parametrize(
    ("area", "seed"),
    [
        ("Fife", 2),
        ("Orkney Islands", 3),
        ("Moray", 4),
        ("Shetland Islands", 1),
        ("East Renfrewshire", 4),
    ],
)
def test_a_set_is_clean(tmp_path, data, area, seed):
    folder = synthetic.write_synthetic(
        area, tmp_path / "set", since=2012, until=2019, seed=seed, data=data
    )
    found = validate(folder)
    assert found.problems.loc[found.problems["severity"] == "error", "code"].tolist() == []


@given(seed=st.integers(0, 2**32), days_old=st.integers(0, 20), known=st.booleans())
def test_nobody_meets_on_a_baby_of_whom_nobody_knew(seed, days_old, known):
    maker = Maker(np.random.default_rng(seed), "S1")
    story, day = Story(maker, "Moray", dt.date(2018, 7, 31).toordinal()), 736_500
    born = day - days_old
    before = {"expected": born, "unborn_id": "S1-U1"} if known else {}
    # Meetings that were not quorate are rare: here every one is held again.
    maker.happens = lambda share: share == 0.02
    story.stay(Stay(Child("S1-C1", "S1-F1", born, **before), day, None))
    held = [(row["meeting_date"], row["child_id"]) for row in story.rows["meetings"]]
    assert all(known or day >= born for day, _ in held)
    assert all((day < born) == (child == "S1-U1") for day, child in held)


def test_young_people_get_less_far_and_it_shows(made, data):
    rows = cp.count(open_records(made), "concerns_reaching_meeting", by="age_group", data=data)
    total = rows.groupby("age_group")[["numerator", "denominator"]].sum()
    share = total["numerator"] / total["denominator"]
    assert share["13-17"] < 0.8 * share["0-12"]


def test_shares_are_near_what_is_published(made, data):
    records = open_records(made)

    def share(indicator: str) -> float:
        rows = cp.count(records, indicator, data=data)
        return rows["numerator"].sum() / rows["denominator"].sum()

    assert 0.6 < share("meetings_to_registration") < 0.9  # 76% nationally in 2023-24
    assert 0.05 < share("pre_birth_registrations") < 0.2
    assert 0.03 < share("reregistered_within_18_months") < 0.15  # 7% nationally in 2018-19
    assert 2 < share("concerns_per_child") < 4  # 2.8 nationally in 2018-19


def test_planted_faults_are_found(tmp_path, data):
    folder = synthetic.write_synthetic(
        "Dundee City", tmp_path / "set", **YEARS, dirty=True, data=data
    )
    planted = pd.read_csv(folder / "faults.csv")
    assert set(planted["fault"]) == set(synthetic.FAULTS)
    found = validate(folder).problems
    placed = found[found["line"].notna()]
    at = set(zip(placed["table"], placed["line"].astype(int), strict=True))
    for row in planted[planted["line"] > 0].itertuples():
        assert any(table == row.table and line == row.line for table, line in at), (
            f"{row.fault}: line {row.line} of {row.table}"
        )
    assert "ALL01" in set(found["code"])  # a year of discussions is missing


def test_parquet_holds_the_same(tmp_path, made, data):
    folder = synthetic.write_synthetic(
        "Dundee City", tmp_path / "set", **YEARS, format="parquet", data=data
    )
    one, other = (
        cp.count(open_records(f), "registrations", by="age_band", data=data) for f in (made, folder)
    )
    pd.testing.assert_frame_equal(one, other)


def test_a_folder_with_anything_else_is_left_alone(tmp_path, data):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(CannotWrite, match="holds something else"):
        synthetic.write_synthetic("Fife", tmp_path, since=2015, until=2016, seed=1, data=data)
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_years_that_do_not_follow_are_refused(data):
    with pytest.raises(ImpossibleInput, match="from 2016 to 2016"):
        synthetic.synthesise("Fife", since=2016, until=2016, seed=1, data=data)


def test_a_set_of_several_areas_counts_each(tmp_path, data):
    folder = synthetic.write_synthetic(
        ["Fife", "Moray"], tmp_path / "set", since=2015, until=2017, seed=1, data=data
    )
    records = open_records(folder)
    assert records.areas == ("Fife", "Moray")
    assert (records.since, records.until) == (dt.date(2015, 8, 1), dt.date(2017, 7, 31))
    counted = cp.count(records, "children_on_register", data=data)
    published = cp.measure(
        data, "children_on_register", areas=["Fife", "Moray"], periods=["2015-16", "2016-17"]
    )
    assert counted["value"].tolist() == published["value"].tolist()
