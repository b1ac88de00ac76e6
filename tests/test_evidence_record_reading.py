"""Reading of children's records: the workbook, what it can say, and how far readers agree."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpstats as cp
from cpstats.errors import CannotRead, DataProblems, ImpossibleInput
from cpstats.evidence.agreement import agreement, weighted_kappa
from cpstats.evidence.audits import SCALE, Question, read_questions
from cpstats.evidence.made_up import write_synthetic_reading
from cpstats.evidence.record_reading import (
    change_since,
    distribution,
    good_or_better,
    plan_sample,
    records_for,
)
from cpstats.evidence.record_templates import write_template
from cpstats.evidence.record_workbooks import read_record_reading

SHIPPED = Path("data/synthetic/evidence")
ASKED = (
    Question("plan", "How good is the plan?"),
    Question("seen", "Was the child seen?", "yes or no"),
)
HEAD = {"title": "A reading", "area": "Dundee City", "date": "2021-10-31"}


def workbook(path: Path, rows, *, population=None, questions=ASKED) -> Path:
    return write_template(
        path, **HEAD, population=population, records=0, questions=questions, rows=rows
    )


def reading(tmp_path, rows, **more):
    return read_record_reading(workbook(tmp_path / "marks.xlsx", rows, **more))


def problems(tmp_path, rows, **more) -> str:
    with pytest.raises(DataProblems) as error:
        reading(tmp_path, rows, **more)
    return str(error.value)


def test_good_or_better_by_hand(tmp_path):
    marks = [6, 5, 4, 3, 2, 1, 4, 4, "not applicable", None]
    found = good_or_better(
        reading(tmp_path, [[f"R{n}", "A", m, "yes"] for n, m in enumerate(marks)])
    )
    plan, seen = found.to_dict("records")
    assert (plan["numerator"], plan["denominator"]) == (5, 8)
    assert (plan["not_applicable"], plan["not_marked"], plan["not_recorded"]) == (1, 1, 0)
    # Wilson, 5 of 8, by hand: (5 + 1.92) / (8 + 3.84) +- ...; the same as R's prop.test(5, 8)
    assert [plan["lower"], plan["upper"]] == pytest.approx([30.57, 86.32], abs=0.01)
    assert plan["word"] == "majority"
    assert (seen["numerator"], seen["denominator"], seen["word"]) == (10, 10, "almost all")


def test_a_finite_population_narrows_the_interval(tmp_path):
    rows = [[f"R{n}", "A", 4 if n < 24 else 3, "yes"] for n in range(30)]
    plain = good_or_better(reading(tmp_path, rows)).iloc[0]
    held = good_or_better(reading(tmp_path, rows, population=120)).iloc[0]
    # 24 of 30 from 120: Burstein's form of Wilson's interval, as for cpstats.quantifier
    assert [held["lower"], held["upper"]] == pytest.approx([65.2, 89.5], abs=0.05)
    assert plain["upper"] - plain["lower"] > held["upper"] - held["lower"]


def test_a_distribution_has_every_grade_and_adds_up(tmp_path):
    read = reading(tmp_path, [["R1", "A", 4, "yes"], ["R2", "A", 4, "no"], ["R3", "A", 2, "yes"]])
    found = distribution(read)
    assert found["grade"].tolist() == [f"{m} {w}" for m, w in SCALE.items()]
    assert found["numerator"].tolist() == [0, 0, 2, 0, 1, 0]
    assert found["value"].sum() == pytest.approx(100)


def test_of_two_readers_the_first_counts(tmp_path):
    rows = [["R1", "A", 5, "yes"], ["R1", "B", 2, "no"], ["R2", "A", 3, "yes"]]
    found = good_or_better(reading(tmp_path, rows)).iloc[0]
    assert (found["numerator"], found["denominator"]) == (1, 2)


# R, package vcd 1.4: Kappa(SexualFun), 91 couples (Hout and others 1987; Agresti 1990). Weighted
# 0.2374, ASE 0.07832.
def test_weighted_kappa_against_r():
    found = weighted_kappa([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
    assert found["kappa"] == pytest.approx(0.2374, abs=5e-5)
    assert found["standard_error"] == pytest.approx(0.07832, abs=5e-6)
    assert found["agreed"] == pytest.approx(33 / 91)


# Two marks leave no weights: Cohen's plain kappa. 20, 5, 10, 15 of 50: observed 0.7, by chance 0.5.
def test_with_two_marks_it_is_plain_kappa():
    assert weighted_kappa([[20, 5], [10, 15]])["kappa"] == pytest.approx(0.4)


@given(st.lists(st.integers(0, 30), min_size=9, max_size=9).filter(any))
def test_kappa_is_at_most_one_and_the_same_for_readers_exchanged(counts):
    table = np.array(counts).reshape(3, 3)
    one, other = weighted_kappa(table), weighted_kappa(table.T)
    assert not one["kappa"] > 1 + 1e-12
    assert one["kappa"] == pytest.approx(other["kappa"], nan_ok=True)


def test_agreement_needs_records_read_twice(tmp_path):
    once = agreement(reading(tmp_path, [["R1", "A", 5, "yes"]])).iloc[0]
    assert once["mark"] == "[x]"
    rows = [[f"R{n}", who, mark, "yes"] for n, mark in enumerate([2, 3, 4, 5]) for who in "AB"]
    same = agreement(reading(tmp_path, rows)).iloc[0]
    assert (same["numerator"], same["denominator"], same["value"]) == (4, 4, 1.0)


# Newcombe (1998), table II: 56/70 against 48/80, method 10: 0.0524 to 0.3339.
def test_change_has_newcombes_limits(tmp_path):
    def rows(good, many):
        return [[f"R{n}", "A", 4 if n < good else 3, "yes"] for n in range(many)]

    now, before = reading(tmp_path, rows(56, 70)), reading(tmp_path, rows(48, 80))
    found = change_since(now, before).iloc[0]
    assert [found["difference_lower"], found["difference_upper"]] == pytest.approx(
        [5.24, 33.39], abs=0.005
    )
    assert found["verdict"] == "higher"


def test_a_question_put_once_has_no_change(tmp_path):
    now = reading(tmp_path, [["R1", "A", 4, "yes"]])
    before = reading(tmp_path, [["R1", "A", 4]], questions=ASKED[:1])
    found = change_since(now, before)
    assert found["verdict"].tolist()[1] == ""
    assert "Not put both times" in found["note"].tolist()[1]


def test_a_sample_is_planned():
    plan = plan_sample(60, 420).set_index("value")
    # Wilson at n (N - 1) / (N - n) = 60 x 419 / 360 = 69.83 effective records, 50 per cent
    assert plan.loc[50.0, ["lower", "upper"]].tolist() == pytest.approx([38.58, 61.42], abs=0.01)
    assert plan.loc[50.0, "also_possible"] == "less than half"
    # From 30 of 60, the least that Newcombe tells from chance is 41 of 60: 18.3 points
    assert plan.loc[50.0, "change"] == pytest.approx(100 * 11 / 60)
    verdicts = [cp.compare_proportions(x, 60, 30, 60)["verdict"].iloc[0] for x in (40, 41)]
    assert verdicts == ["similar", "higher"]


# Cochran 1977: n0 = 1.96^2 / (4 x 0.1^2) = 96.04; 96.04 / (1 + 95.04 / 420) = 78.3
def test_how_many_records_for_a_margin():
    assert records_for(420, 10) == 79
    assert records_for(40, 1) == 40
    with pytest.raises(ImpossibleInput):
        records_for(420, 0)
    with pytest.raises(ImpossibleInput, match="cannot be read"):
        plan_sample(500, 420)


# --- reading a workbook that people filled ------------------------------------------------------


def test_words_of_the_scale_are_read_as_marks(tmp_path):
    marks = ["Good", " 4 ", "4 - good", "5: Very good", "excellent", "n/a", "not known", "weak"]
    read = reading(tmp_path, [[f"R{n}", "A", m, "Y"] for n, m in enumerate(marks)])
    plan = read.marks[read.marks["question"] == "plan"]
    assert plan["mark"].dropna().tolist() == [4, 4, 4, 5, 6, 2]
    assert plan["status"].tolist() == ["", "", "", "", "", "not applicable", "not recorded", ""]


@pytest.mark.parametrize("mark", [0, 7, 3.5, "4 - weak", "good enough", "34", "-1", "satisfactory"])
def test_a_mark_off_the_scale_is_refused(tmp_path, mark):
    said = problems(tmp_path, [["R1", "A", mark, "yes"]])
    assert "line 2, column plan" in said
    assert "is no answer" in said


def test_everything_wrong_is_said_at_once(tmp_path):
    rows = [["R1", "A", 7, "yes"], ["R1", "a", 4, "yes"], [None, "A", 4, "maybe"]]
    said = problems(tmp_path, rows, population=1)
    for part in ("'7' is no answer", "was read by this reader already, in row 2", "for no record"):
        assert part in said
    assert said.startswith("3 problems")


def test_a_half_filled_workbook_keeps_what_is_not_marked(tmp_path):
    rows = [["R1", "A", 4, "yes"], ["R2", "A", None, None], ["R3", None, None, "no"]]
    found = good_or_better(reading(tmp_path, rows))
    assert found["not_marked"].tolist() == [2, 1]
    assert found["denominator"].tolist() == [1, 2]


def test_a_population_smaller_than_the_sample_is_refused(tmp_path):
    said = problems(tmp_path, [["R1", "A", 4, "yes"], ["R2", "A", 4, "yes"]], population=1)
    assert "is smaller than the 2 records listed" in said


def spoilt(tmp_path, change) -> str:
    path = workbook(tmp_path / "marks.xlsx", [["R1", "A", 4, "yes"], ["R2", "A", 3, "no"]])
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    with pytest.raises((DataProblems, CannotRead)) as error:
        read_record_reading(path)
    return str(error.value)


def test_a_changed_workbook_is_told(tmp_path):
    assert "column of no question" in spoilt(
        tmp_path, lambda b: b["Marks"].__setitem__("C1", "plan quality")
    )
    assert "merged cells" in spoilt(tmp_path, lambda b: b["Marks"].merge_cells("C2:C3"))
    assert "is no date" in spoilt(tmp_path, lambda b: b["About"].__setitem__("B4", "last autumn"))
    assert "is no council" in spoilt(tmp_path, lambda b: b["About"].__setitem__("B3", "Dundy"))
    assert "no sheet 'About'" in spoilt(tmp_path, lambda b: b.remove(b["About"]))


def test_the_template_is_accessible_and_guarded(tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", **HEAD, population=420))
    assert book.properties.title == "A reading"
    assert book.properties.language == "en-GB"
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges
        assert list(sheet.tables)
        assert sheet["A1"].value
    rules = book["Marks"].data_validations.dataValidation
    assert len(rules) == len(read_questions())
    assert all(rule.prompt and len(rule.prompt) <= 255 for rule in rules)
    assert all(len(rule.formula1) <= 255 for rule in rules)
    assert str(rules[0].sqref) == "C2:C61"


def test_an_empty_template_reads_as_no_records(tmp_path):
    read = read_record_reading(write_template(tmp_path / "t.xlsx", **HEAD))
    assert read.records == 0
    assert good_or_better(read)["mark"].eq("[z]").all()


def test_questions_are_checked(tmp_path):
    path = tmp_path / "q.toml"
    path.write_text(
        '[[question]]\nid = "a"\ntext = ""\nkind = "marks"\n'
        '[[question]]\nid = "a"\ntext = "b"\nhow = 1\n',
        encoding="utf-8",
    )
    with pytest.raises(DataProblems) as error:
        read_questions(path)
    for part in ("has no text", "is no kind", "is not known", "names two columns"):
        assert part in str(error.value)


# --- what ships ---------------------------------------------------------------------------------


def test_the_shipped_reading_says_that_it_is_made_up():
    read = read_record_reading(SHIPPED / "record_reading_2022.xlsx")
    assert read.synthetic
    assert read.title.startswith("SYNTHETIC")
    assert (read.records, read.population) == (60, 420)  # the inspection read 60
    assert read.date == dt.date(2022, 10, 31)


def test_the_same_seed_gives_the_same_marks(tmp_path):
    one, other = (
        read_record_reading(write_synthetic_reading(tmp_path / f"{n}.xlsx", seed=5)) for n in (1, 2)
    )
    pd.testing.assert_frame_equal(one.marks, other.marks)


def test_what_leaves_is_protected_like_any_result():
    read = read_record_reading(SHIPPED / "record_reading_2021.xlsx")
    done = cp.protect({"grades": distribution(read)}, "scotgov")
    shown = done["grades"]
    assert not shown["numerator"].between(1, 4).any()
    assert (shown["mark"] == "[c]").any()


# --- what a sample is a sample of ---------------------------------------------------------------


def half_read(marked: int = 20, good: int = 13, listed: int = 60):
    """A list of records of which the first have a mark, 4 or 3, and the others none yet."""
    marks = [4 if n < good else 3 for n in range(marked)] + [None] * (listed - marked)
    return [[f"R{n}", "A", mark, None] for n, mark in enumerate(marks)]


# Wilson at n (N - 1) / (N - n), by hand: 13 of 20 from 60, 29.5 effective records: 46.99 to 79.55;
# from 420, 20.95: 43.76 to 81.59. It was 65 to 65, "the whole population", for 60.
@pytest.mark.parametrize(("population", "limits"), [(60, [46.99, 79.55]), (420, [43.76, 81.59])])
def test_blanks_do_not_shrink_the_population(tmp_path, population, limits):
    read = reading(tmp_path, half_read(), population=population)
    row = good_or_better(read).iloc[0]
    assert (row["numerator"], row["denominator"], row["not_marked"]) == (13, 20, 40)
    assert [row["lower"], row["upper"]] == pytest.approx(limits, abs=0.01)
    assert "whole population" not in row["note"]
    assert (read.records, read.listed) == (20, 60)


def test_what_a_record_does_not_say_may_still_apply(tmp_path):
    rows = [[f"R{n}", "A", 4 if n < 20 else "not recorded", None] for n in range(60)]
    read = reading(tmp_path, rows, population=60)
    assert read.records == 60  # "not recorded" is an answer
    assert good_or_better(read).iloc[0]["lower"] < 90  # 20 of 20, but 40 more could be otherwise


# 10 marked and 10 not applicable of 40: to about 20 it applies, so n' = 10 x 19 / 10 = 19.
def test_only_not_applicable_shrinks_the_population(tmp_path):
    marks = [4] * 5 + [3] * 5 + ["n/a"] * 10 + [None] * 5
    rows = [[f"R{n}", "A", mark, None] for n, mark in enumerate(marks)]
    row = good_or_better(reading(tmp_path, rows, population=40)).iloc[0]
    centre, spread = 0.5, 1.959964 * np.sqrt(0.25 / 19 + 1.959964**2 / 4 / 19**2)
    reach = spread / (1 + 1.959964**2 / 19)
    assert [row["lower"], row["upper"]] == pytest.approx(
        [100 * (centre - reach), 100 * (centre + reach)], abs=0.01
    )
    assert "about 20 are of this kind" in row["note"]


# --- second readers -----------------------------------------------------------------------------


def test_the_second_readers_mark_stands_where_the_first_left_a_blank(tmp_path):
    rows = [["R1", "A", None, "yes"], ["R1", "B", 5, "no"], ["R2", "A", 3, "yes"]]
    read = reading(tmp_path, rows)
    plan, seen = good_or_better(read).to_dict("records")
    assert (plan["numerator"], plan["denominator"], plan["not_marked"]) == (1, 2, 0)
    assert (plan["by_second"], seen["by_second"]) == (1, 0)
    assert "In 1 the second reader's answer stands" in plan["note"]
    assert (seen["numerator"], seen["denominator"]) == (2, 2)  # the first reader said yes to both
    assert agreement(read).iloc[0]["denominator"] == 0  # one mark is no agreement


def test_a_third_reader_and_a_record_in_two_spellings_are_refused(tmp_path):
    rows = [["R1", who, 4, "yes"] for who in "ABC"] + [["r1", "D", 4, "yes"]]
    said = problems(tmp_path, rows)
    assert "line 4, column record: 'R1' has a third reader" in said
    assert "line 5, column record: 'r1' is written 'R1' in row 2" in said
    assert said.startswith("2 problems")


# --- good news or bad ---------------------------------------------------------------------------


def test_a_question_keeps_its_direction_through_the_workbook(tmp_path):
    asked = (Question("harm", "Harmed again?", "yes or no", better="lower"),
             Question("odd", "Left the area?", "yes or no"), ASKED[0])  # fmt: skip
    found = good_or_better(reading(tmp_path, [["R1", "A", "no", "yes", 4]], questions=asked))
    assert found["better"].tolist() == ["lower", "", "higher"]


def test_a_workbook_from_before_directions_takes_those_of_our_questions(tmp_path):
    path = write_template(tmp_path / "old.xlsx", **HEAD, records=1)
    book = openpyxl.load_workbook(path)
    book["Questions"].tables.clear()
    book["Questions"].delete_cols(6)
    book.save(path)
    assert {q.polarity for q in read_record_reading(path).questions} == {"higher"}


def test_a_direction_is_higher_or_lower(tmp_path):
    text = '[[question]]\nid = "a"\ntext = "b"\nkind = "yes or no"\nbetter = "more"\n'
    (tmp_path / "q.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataProblems, match="'more' is no direction of question 1"):
        read_questions(tmp_path / "q.toml")


@pytest.mark.parametrize(("year", "seed", "improved"), [(2021, 20, ()), (2022, 21, ("plan",))])
def test_the_shipped_readings_are_what_their_seeds_make(tmp_path, year, seed, improved):
    date = f"{year}-10-31"
    made = write_synthetic_reading(tmp_path / "x.xlsx", seed=seed, date=date, improved=improved)
    shipped = read_record_reading(SHIPPED / f"record_reading_{year}.xlsx")
    pd.testing.assert_frame_equal(read_record_reading(made).marks, shipped.marks)
