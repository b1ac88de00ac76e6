"""What pages of evidence may say: what was released, which way is better, and whether it moved."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

import cpstats as cp
from cpstats.annual import statements
from cpstats.errors import DataProblems
from cpstats.framework import (
    Own,
    around,
    for_readers,
    open_evidence,
    records_read,
    surveys,
)
from cpstats.framework import participation as participation_page
from cpstats.framework.commentary import render
from cpstats.framework.position import IMPROVE, STRENGTH, draft
from cpstats.framework.position import _side as side_of
from cpstats.framework.showing import few
from cpstats.framework.since import since
from cpstats.tables import Table

SHIPPED = Path("data/synthetic/evidence")
#: When the actions of the shipped plan were written down, and the last day of its evidence.
BEGAN, END = dt.date(2022, 2, 10), dt.date(2023, 3, 13)


@pytest.fixture(scope="module")
def own():
    return for_readers(open_evidence(SHIPPED, area="Dundee"), "scotgov", restricted=False)


@pytest.fixture(scope="module")
def scope():
    return cp.annual.open(area="Dundee City", year="2018-19", evidence=str(SHIPPED))


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "evidence"))


# --- nothing that was not released --------------------------------------------------------------


def answers(path: Path, column: str, agree: int) -> None:
    """Let so many children of a survey agree with one statement, and the others disagree."""
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    frame[column] = ["Agree" if n < agree else "Disagree" for n in range(len(frame))]
    frame.to_csv(path, index=False)


@pytest.fixture
def two_waves(folder):
    """Children's surveys of 2021 and 2023 in which 3, then 2, of 22 are listened to."""
    shutil.copy(folder / "children_survey.csv", folder / "children_before.csv")
    told = (folder / "children_survey.toml").read_text(encoding="utf-8")
    (folder / "children_before.toml").write_text(
        told.replace("2023-03-01", "2021-03-01"), encoding="utf-8"
    )
    for name, agree in (("children_before", 3), ("children_survey", 2)):
        answers(folder / f"{name}.csv", "Grown-ups listen to what I say", agree)
    manifest = folder / "evidence.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(
        text.replace('"children_survey.csv"', '"children_before.csv", "children_survey.csv"'),
        encoding="utf-8",
    )
    return open_evidence(folder, area="Dundee")


def test_a_hidden_answer_is_not_in_the_next_table(two_waves):
    held = for_readers(two_waves, "scotgov", restricted=False)
    *_, first, waves = surveys(held, ["children"])
    row = first.frame.set_index("Statement").loc["Grown-ups listen to what I say"]
    assert (row["Agree"], row["Per cent"]) == ("[c]", "[c]")
    # It said Before 14 (3 of 22), Now 9 (2 of 22), with the interval.
    assert len(waves.frame) == 3
    assert "Grown-ups listen to what I say" not in set(waves.frame["Statement"])
    assert "14" not in set(waves.frame["Before"])
    closed = for_readers(two_waves, "scotgov", restricted=True)
    assert len(surveys(closed, ["children"])[-1].frame) == 4


def released(numerators, denominators, indicator="a", **more):
    frame = pd.DataFrame({"indicator": indicator, "numerator": numerators,
                          "denominator": denominators, **more}, index=[0])  # fmt: skip
    return frame.assign(value=100 * frame["numerator"] / frame["denominator"])


# Newcombe (1998), table II: 56/70 against 48/80: 5.24 to 33.39 points.
def test_times_are_compared_by_what_was_released_alone():
    row = since(released(56.0, 70.0), released(48.0, 80.0)).iloc[0]
    assert [row["difference_lower"], row["difference_upper"]] == pytest.approx(
        [5.24, 33.39], abs=0.005
    )
    nan = float("nan")
    for now, before in (((nan, 70.0), (48.0, 80.0)), ((56.0, 70.0), (48.0, nan))):
        hidden = since(released(*now), released(*before))
        assert hidden.empty


def test_questions_in_other_words_are_not_compared():
    tables = [released(56.0, 70.0, text=text) for text in ("I am  heard", "I am not heard")]
    assert since(*tables, alike=["text"]).empty
    assert len(since(tables[0], released(48.0, 80.0, text="i am heard"), alike=["text"])) == 1


def test_young_people_are_compared_where_both_are_shown(own):
    table = own.tables["participation by age"].copy()
    gone = table["indicator"] == "participation: children_attended"
    table.loc[gone & (table["group"] == "under 13"), ["numerator", "value"]] = float("nan")
    held = Own(own.evidence, {**own.tables, "participation by age": table}, own.release)
    before, after = (participation_page(o)[-1].frame for o in (own, held))
    assert "Children who attended" in set(before["Who"])
    assert "Children who attended" not in set(after["Who"])


def test_what_improved_by_a_day_does_not_give_back_what_is_hidden(own):
    from cpstats.evidence.outcomes import time_to_improvement
    from cpstats.framework.showing_children import _tells_nobody

    rows = time_to_improvement(own.evidence.outcomes)
    shares = own.tables["outcomes shares"]
    hiding = set(shares.loc[shares["mark"] == "[c]", "indicator"])
    assert hiding
    for indicator, spans in rows.groupby("indicator"):
        steps = [*spans["numerator"].diff().dropna(), spans["numerator"].iloc[0]]
        few = any(0 < step < 5 for step in steps)
        assert not (_tells_nobody(own, spans) and (indicator in hiding or few))


def test_few_answers_are_not_counted_in_words(own):
    assert few(own, 3) == "fewer than 5"
    assert (few(own, 0), few(own, 22), few(own, float("nan"))) == ("0", "22", "")


# --- good news and bad --------------------------------------------------------------------------


def test_fewer_meetings_without_a_parent_are_a_strength(own):
    found = draft(own)
    # 9 of 180, 5%: whole interval below 25%, where fewer is better
    said = "Meetings that no parent or carer attended: 9 of 180, 5% (3 to 9;"
    assert any(s.startswith(said) for s in found[STRENGTH])
    assert not any("no parent" in s for s in found[IMPROVE])


@pytest.mark.parametrize(
    ("better", "low", "high", "side"),
    [("higher", 80, 95, STRENGTH), ("higher", 3, 9, IMPROVE), ("lower", 80, 95, IMPROVE),
     ("lower", 3, 9, STRENGTH), ("", 80, 95, ""), ("", 3, 9, ""), ("lower", 30, 45, "")],
)  # fmt: skip
def test_a_measure_has_a_side_by_its_direction(better, low, high, side):
    row = {"indicator": "x: y", "lower": low, "upper": high, "better": better}
    assert side_of(row) == side
    assert side_of({**row, "better": float("nan")}) == ""


# --- whether the number moved -------------------------------------------------------------------


def test_meetings_before_and_after_an_action_are_counted(own):
    found = around(own, "participation:children_attended", BEGAN, END)
    rows = own.evidence.participation.rows
    asked = rows[(rows["role"] == "child") & (rows["age"] >= 5)
                 & rows["attended"].isin(["yes", "no"])]  # fmt: skip
    early = asked[asked["date"] <= pd.Timestamp(BEGAN)]
    late = asked[asked["date"] > pd.Timestamp(BEGAN)]
    for side, part in (("before_value", early), ("value", late)):
        assert found[side] == pytest.approx(100 * (part["attended"] == "yes").mean())
    assert found["verdict"] == "similar"
    assert (found["before_period"], found["period"]) == (
        "to 10 February 2022", "after 10 February 2022")  # fmt: skip


def test_a_hidden_side_of_an_action_is_not_shown(own):
    name = "participation by span"
    table = own.tables[name].copy()
    table.loc[table["indicator"] == "participation: children_views", "mark"] = "[c]"
    held = Own(own.evidence, {**own.tables, name: table}, own.release)
    found = around(held, "participation:children_views", BEGAN, END)
    assert found["verdict"] == "not shown"
    assert "value" not in found


def test_what_is_not_shown_of_all_meetings_is_not_of_some(own):
    table = own.tables["participation"].copy()
    table.loc[table["indicator"] == "participation: children_views", "value"] = float("nan")
    held = Own(own.evidence, {**own.tables, "participation": table}, own.release)
    assert around(held, "participation:children_views", BEGAN, END)["verdict"] == "not shown"


def test_what_is_missing_around_an_action_is_said(own):
    link = "participation:children_views"
    assert "Put the plan into" in around(own, link, dt.date(2020, 1, 1), END)["note"]
    assert "after the day of the plan" in around(own, link, BEGAN, dt.date(2022, 3, 1))["note"]
    late = around(own, "outcomes:safe", dt.date(2023, 1, 1), END)
    assert late["verdict"] == "not yet known"
    assert "No child has a first score up to 1 January 2023" in late["note"]
    assert around(own, "staff_survey:vision", BEGAN, END) is None


def test_outcomes_around_an_action_are_of_the_children_across_it(folder):
    # 12 children rise from 3 to 5 across the day, 6 from 4 to 4 before it: 2.0 and better
    head = "child,measure,date,score,age,synthetic"
    rows = [f"A{n},safe,{day},{score},9,SYNTHETIC" for n in range(12)
            for day, score in (("2022-01-10", 3), ("2022-05-10", 5 + n % 2))]  # fmt: skip
    rows += [f"B{n},safe,{day},4,9,SYNTHETIC" for n in range(6)
             for day in ("2021-09-01", "2022-01-01")]  # fmt: skip
    (folder / "outcomes.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    held = for_readers(open_evidence(folder, area="Dundee"), "scotgov", restricted=False)
    found = around(held, "outcomes:safe", BEGAN, END)
    assert (found["before_value"], found["value"], found["verdict"]) == (3.0, 5.5, "better")
    few_left = [row for row in rows if not row.startswith(("B2", "B3", "B4", "B5"))]
    (folder / "outcomes.csv").write_text("\n".join([head, *few_left]) + "\n", encoding="utf-8")
    held = for_readers(open_evidence(folder, area="Dundee"), "scotgov", restricted=False)
    # All less those across would be the mean of two children.
    assert around(held, "outcomes:safe", BEGAN, END)["verdict"] == "not shown"


def test_the_page_names_what_moved_with_its_unit(scope):
    *_, moved = cp.annual.improvement_plan(scope)
    rows = moved.frame.set_index(["Action", "Measure"])
    plan = rows.loc[("c.5 New child's plan template, social work first",
                     "How good is the child's plan?")]  # fmt: skip
    assert plan["Before the action"] == "41% (31 October 2021)"
    assert plan["Did it move?"] == "higher: better"
    text = repr(moved)
    assert "children_views" not in text
    assert "not yet known: this report has no figure up to 10 February 2022" in text
    assert any(note.startswith("Not in hand, so not followed:") for note in moved.notes)
    assert moved.caption.startswith("SYNTHETIC")


def test_slips_without_a_date_are_told_apart(scope):
    text = "\n".join(map(repr, cp.annual.improvement_plan(scope)))
    assert "20 slipped (their date moved later, or was taken away): 16 to a later date, " in text
    assert "by 260 days (median); 4 lost the date and have none now" in text
    assert "SYNTHETIC plan" in text


def test_the_plan_stands_on_the_day_of_the_report():
    given = cp.annual.open(
        area="Dundee City", year="2018-19", evidence=str(SHIPPED), date="2022-09-30"
    )
    text = "\n".join(map(repr, cp.annual.improvement_plan(given)))
    assert "On 30 September 2022, of 45 actions" in text
    assert "of 25 August 2022" in text
    before = cp.annual.open(
        area="Dundee City", year="2018-19", evidence=str(SHIPPED), date="2021-12-31"
    )
    assert "was first written on 10 February 2022" in repr(cp.annual.improvement_plan(before))


def test_a_plan_is_not_judged_by_a_day_of_which_nothing_is_known():
    given = cp.annual.open(
        area="Dundee City", year="2018-19", evidence=str(SHIPPED), date="2026-11-28"
    )
    text = "\n".join(map(repr, cp.annual.improvement_plan(given)))
    assert "On 13 March 2023, of 45 actions: 10 overdue (past the date set" in text
    assert "2026" not in text


def test_a_report_shows_no_figure_published_of_later_years(scope):
    link = "Re-registrations within 18 months, by council, per cent of registrations"
    asked = [p.frame for p in cp.annual.areas_for_improvement(scope) if isinstance(p, Table)]
    rows = pd.concat([f[f["Measure"] == link] for f in asked if "Measure" in f])
    # 4.2 in 2018-19 and 7.7 the year before (LGBF); a 0.0 [u] is published of 2022-23
    assert rows[["Before", "Last", "Of"]].to_numpy().tolist() == [["7.7", "4.2", "2018-19"]]
    found = cp.annual.evidence_map(scope)[-1].frame
    assert set(found.loc[found["Evidence"] == "Published figures", "How recent"]) == {"2018-19"}


def test_a_financial_year_that_ends_after_the_report_is_left_out():
    rows = pd.DataFrame({"period": ["2018-19", "2019-20"], "start": pd.NaT})
    ended = statements._last_days(rows, "financial year") <= pd.Timestamp("2019-07-31")
    assert ended.tolist() == [True, False]


def test_what_is_known_since_the_year_is_said_to_be(scope):
    for shown in (cp.annual.improvement_plan, cp.annual.areas_for_improvement,
                  cp.annual.evidence_map, cp.annual.position):  # fmt: skip
        said = [repr(part) for part in shown(scope) if "Known since" in repr(part)]
        assert len(said) == 1
        assert "up to 13 March 2023" in said[0]
        assert "ended on 31 July 2019" in said[0]
    without = cp.annual.open(area="Fife", year="2018-19")
    assert not statements.known_since(without)


# --- one report of all that is wrong ------------------------------------------------------------


def spoil(path: Path, *change: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")


def test_all_that_is_wrong_in_all_files_is_said_at_once(folder):
    spoil(folder / "children_survey.csv", "Agree", "Agre")
    spoil(folder / "outcomes.csv", "2021-09-18,5,", "2021-09-18,55,")
    spoil(folder / "plan.csv", "milestone", "milestones")
    spoil(folder / "parents_survey.toml", "title = ", "title = = ")
    spoil(folder / "participation.csv", "views", "view")
    spoil(folder / "participation.csv", "mother", "mum")
    spoil(folder / "evidence.toml", '"staff_survey.csv"', '"staff.csv"')
    (folder / "record_reading_2021.xlsx").write_bytes(b"no workbook")
    with pytest.raises(DataProblems) as error:
        open_evidence(folder, area="Dundee City")
    said = str(error.value)
    for part in ("children_survey.csv, line", "'55' is off the scale", "column milestones",
                 "parents_survey.toml: cannot be read as TOML", "column views: has no such",
                 "is no role", "'staff.csv' is not there", "record_reading_2021.xlsx: cannot be",
                 ):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize(
    ("link", "near"),
    [("record_reading:initial_response", "record_reading:initial_respnse"),
     ("staff_survey:advocacy", "staff_survey:advocaci"), ("outcomes:healthy", "outcomes:helthy")],
)  # fmt: skip
def test_a_link_of_the_plan_to_nothing_in_the_folder_is_told(folder, link, near):
    spoil(folder / "plan.csv", link, near)
    with pytest.raises(DataProblems) as error:
        open_evidence(folder, area="Dundee City")
    assert "1 problem" in str(error.value)
    assert f"column evidence: '{near}' names nothing" in str(error.value)
    assert f"Did you mean {link}?" in str(error.value)
    assert "plan.csv, line" in str(error.value)


def test_records_listed_and_read_are_both_said(folder):
    import openpyxl

    path = folder / "record_reading_2022.xlsx"
    book = openpyxl.load_workbook(path)
    for row in list(book["Marks"].iter_rows(min_row=2))[-10:]:
        for cell in row[2:]:
            cell.value = None
    book.save(path)
    held = for_readers(open_evidence(folder, area="Dundee"), "scotgov", restricted=False)
    text = repr(records_read(held, 1)[1])
    assert text.startswith("50 records of 420 were read by 31 October 2022 (of 60 listed; 10 have")


# --- tables in the partnership's words ----------------------------------------------------------


def test_a_table_of_the_partnership_has_a_caption_and_scopes():
    made = render("| Team | Visits |\n|---|--:|\n| North <b> | 12 |")
    assert "<caption>Table 1 in the partnership's own words</caption>" in made
    assert made.count('<th scope="col"') == 2
    assert "<td>North &lt;b&gt;</td>" in made
    assert "|" not in made
