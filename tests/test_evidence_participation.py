"""Who took part, who was heard, who had an advocate."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpstats.errors import DataProblems, UnknownName
from cpstats.evidence.made_up_logs import write_synthetic_participation
from cpstats.evidence.participation import compare_ages, participation
from cpstats.evidence.participation_reading import read_participation

HEAD = "meeting,date,meeting_type,role,age,invited,attended,views,advocacy_offered,advocacy_used"
ABOUT = 'title = "A log"\narea = "Dundee City"\nuntil = 2021-12-31\neligible_from = 5\n'


def log(tmp_path, rows):
    (tmp_path / "p.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    (tmp_path / "p.toml").write_text(ABOUT, encoding="utf-8")
    return read_participation(tmp_path / "p.csv", tmp_path / "p.toml")


def child(meeting, age, attended="yes", views="in person", offered="no", used="no"):
    return f"{meeting},2021-03-01,Review,Child,{age},yes,{attended},{views},{offered},{used}"


def adult(meeting, role, attended="yes", views="in person"):
    return f"{meeting},2021-03-01,Review,{role},9,Yes,{attended},{views},n/a,n/a"


def test_participation_by_hand(tmp_path):
    rows = [
        child(1, 9), child(2, 14, "no", "by advocate", "yes", "yes"), child(3, 3, "no", "no"),
        child(4, 12, "", "no", "yes", "no"), child(5, "", "no", "in writing"),
        adult(1, "Mother"), adult(1, "father", "no", "no"), adult(2, "carer"),
    ]  # fmt: skip
    found = participation(log(tmp_path, rows)).set_index("indicator")
    told = {k.split(": ")[1]: (r["numerator"], r["denominator"]) for k, r in found.iterrows()}
    # The child of 3 is not asked; of the four others one was not recorded.
    assert told["children_attended"] == (1, 3)
    assert told["children_views"] == (3, 4)
    assert told["parents_attended"] == (2, 3)
    assert told["mothers_attended"] == (1, 1)
    assert told["fathers_attended"] == (0, 1)
    assert told["advocacy_offered"] == (2, 4)
    assert told["advocacy_used"] == (1, 2)
    assert found.loc["participation: children_attended", "not_recorded"] == 1
    assert "25% it was not recorded" in found.loc["participation: children_attended", "note"]


def test_nobody_is_not_none(tmp_path):
    found = participation(log(tmp_path, [child(1, 3)])).set_index("indicator")
    assert found.loc["participation: fathers_attended", "mark"] == "[z]"
    unrecorded = participation(log(tmp_path, [child(1, 9, "", "")])).set_index("indicator")
    assert unrecorded.loc["participation: children_attended", "mark"] == "[x]"


def test_meetings_without_a_parent_by_hand(tmp_path):
    rows = [
        adult(1, "mother"), adult(1, "father", "no", "no"),  # one came
        adult(2, "mother", "no", "no"), adult(2, "father", "no", "no"),  # neither
        adult(3, "mother", "no", "no"), adult(3, "father", "", ""),  # the father may have
        child(4, 9),  # nothing is said of adults
        adult(5, "carer", "n/a", "n/a"),
    ]  # fmt: skip
    row = participation(log(tmp_path, rows)).set_index("indicator").loc[
        "participation: no_parent_attended"
    ]  # fmt: skip
    assert (row["numerator"], row["denominator"]) == (1, 2)
    assert (row["not_recorded"], row["not_applicable"]) == (2, 1)


def test_another_breakdown_is_not_known(tmp_path):
    with pytest.raises(UnknownName, match="meeting_type"):
        participation(log(tmp_path, [child(1, 9)]), by="meeting_typ")


def test_what_somebody_wrote_is_not_repeated(tmp_path):
    with pytest.raises(DataProblems) as error:
        log(tmp_path, [child(1, "nine", "Ann was ill", "Ann rang", "ask Ann"), adult(1, "Ann")])
    assert "Ann" not in str(error.value)


# Newcombe (1998), table II: 56/70 against 48/80: 5.24 to 33.39 points.
def test_ages_are_compared(tmp_path):
    rows = [child(f"o{n}", 15, "yes" if n < 56 else "no") for n in range(70)]
    rows += [child(f"y{n}", 8, "yes" if n < 48 else "no") for n in range(80)]
    found = compare_ages(log(tmp_path, rows)).set_index("indicator")
    row = found.loc["participation: children_attended"]
    assert [row["difference_lower"], row["difference_upper"]] == pytest.approx(
        [5.24, 33.39], abs=0.005
    )
    assert row["verdict"] == "higher"
    assert found.loc["participation: mothers_attended", "verdict"] == ""


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(5, 17), st.booleans()), min_size=1, max_size=20))
def test_groups_add_up_to_all(tmp_path_factory, seen):
    rows = [child(n, age, "yes" if came else "no") for n, (age, came) in enumerate(seen)]
    read = log(tmp_path_factory.mktemp("log"), rows)
    first = "participation: children_attended"
    whole = participation(read).set_index("indicator").loc[first]
    parts = participation(read, by="age_group").set_index("indicator").loc[first]
    assert parts["numerator"].sum() == whole["numerator"] == sum(came for _, came in seen)
    assert parts["denominator"].sum() == whole["denominator"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (child(1, 9, "maybe"), "is no answer"),
        (child(1, 9, views="yes"), "is no way of giving views"),
        (child(1, "nine"), "is no age"),
        (child("", 9), "is blank"),
        (child(1, 9, used="yes"), "was used without being offered"),
        (adult(1, "aunt"), "is no role"),
        (child(1, 9).replace("2021-03-01", "1 March"), "is no date"),
        (child(1, 9).replace("2021", "2023"), "comes after"),
    ],
)
def test_bad_rows_are_told(tmp_path, row, said):
    with pytest.raises(DataProblems, match=said):
        log(tmp_path, [row])


def test_two_children_of_one_meeting_are_told(tmp_path):
    with pytest.raises(DataProblems, match="has a second child, after row 2"):
        log(tmp_path, [child(1, 9), child(1, 11)])


def test_what_ships_is_made_up_and_repeats(tmp_path):
    shipped = "data/synthetic/evidence/participation"
    read = read_participation(f"{shipped}.csv", f"{shipped}.toml")
    assert read.synthetic
    assert read.rows["meeting"].nunique() == 180
    again = write_synthetic_participation(tmp_path / "participation.csv", seed=180)
    assert again.read_bytes() == Path(f"{shipped}.csv").read_bytes()


# --- who counts ---------------------------------------------------------------------------------


def test_unborn_children_are_not_asked(tmp_path):
    unborn = [child(f"U{n}", "", "no", "no").replace("Review", "Pre-birth") for n in range(10)]
    unknown = [child("K1", "", "no")]  # of a child who is born the age may be missing
    found = participation(log(tmp_path, [child(1, 9), *unborn, *unknown])).set_index("indicator")
    row = found.loc["participation: children_attended"]
    assert (row["numerator"], row["denominator"]) == (1, 2)
    assert found.loc["participation: advocacy_offered", "denominator"] == 2


def test_who_is_18_is_not_of_unknown_age(tmp_path):
    found = participation(log(tmp_path, [child(1, 19), child(2, "")]), by="age_group")
    told = found[found["indicator"] == "participation: children_attended"]
    said = told.set_index("group")["denominator"].to_dict()
    assert said == {"under 13": 0, "13-17": 0, "18 and over": 1, "age not known": 1}


def test_a_row_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(DataProblems, match="stands word for word in row 2 too"):
        log(tmp_path, [adult(1, "carer"), adult(1, "carer")])


def test_two_people_of_one_role_are_told_apart_by_a_number(tmp_path):
    rows = [f"{adult(1, 'carer')},{person}" for person in (1, 2)]
    (tmp_path / "p.csv").write_text("\n".join([f"{HEAD},person", *rows]) + "\n", encoding="utf-8")
    (tmp_path / "p.toml").write_text(ABOUT, encoding="utf-8")
    found = participation(read_participation(tmp_path / "p.csv", tmp_path / "p.toml"))
    row = found.set_index("indicator").loc["participation: parents_attended"]
    assert row["denominator"] == 2


def test_one_meeting_has_one_day_and_one_type(tmp_path):
    rows = [child(1, 9), adult(1, "mother").replace("2021-03-01", "2021-04-01"),
            adult(1, "father").replace("Review", "Initial")]  # fmt: skip
    with pytest.raises(DataProblems) as error:
        log(tmp_path, rows)
    assert "line 3, column meeting: '1' has another date than in row 2" in str(error.value)
    assert "line 4, column meeting: '1' has another type than in row 2" in str(error.value)
    assert str(error.value).startswith("2 problems")


def test_a_wrong_heading_and_a_broken_file_beside_it_hide_no_cell(tmp_path):
    wrong = child(1, "nine", "maybe").replace("Child", "chld")
    text = "\n".join([HEAD.replace("views", "view"), wrong]) + "\n"
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    (tmp_path / "p.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(DataProblems) as error:
        read_participation(tmp_path / "p.csv", tmp_path / "p.toml")
    for part in ("p.toml: cannot be read as TOML", "Is it 'views'?", "column views: has no such",
                 "is no role", "is no age", "column attended: is no answer"):  # fmt: skip
        assert part in str(error.value), part
    assert str(error.value).startswith("6 problems")


def test_spans_before_and_after_days_add_up_to_all(tmp_path):
    from cpstats.evidence.participation import by_span

    days = ["2021-02-10", "2021-02-11", "2021-05-01"]
    seen = enumerate(zip(days, ("yes", "no", "yes"), strict=True))
    rows = [child(n, 9, came).replace("2021-03-01", day) for n, (day, came) in seen]
    found = by_span(log(tmp_path, rows), [dt.date(2021, 2, 10), dt.date(2021, 4, 30)])
    told = found[found["indicator"] == "participation: children_attended"]
    # A meeting on the day itself is before it.
    assert told["numerator"].tolist() == [1, 0, 1]
    assert told["denominator"].tolist() == [1, 1, 1]


def test_fewer_meetings_without_a_parent_are_better(tmp_path):
    found = participation(log(tmp_path, [child(1, 9)])).set_index("indicator")["better"]
    assert found["participation: no_parent_attended"] == "lower"
    assert set(found.drop("participation: no_parent_attended")) == {"higher"}
