"""Surveys read, counted, hidden, compared and drawn; every number from a paper or from a sum."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpstats.charts.diverging import diverging
from cpstats.errors import CannotRead, CpstatsError, DataProblems, ImpossibleInput, UnknownName
from cpstats.evidence.survey import agreement, answers_by, compare_waves, read_survey
from cpstats.evidence.survey_counting import hide_few
from cpstats.evidence.survey_questions import SCALE, Question
from cpstats.evidence.survey_reading import Survey
from cpstats.evidence.survey_samples import synthetic_survey

DATA = Path(__file__).parents[1] / "data" / "synthetic" / "evidence"
TOML = """
title = "Staff survey"
who = "staff"
area = "Fife"
date = 2021-03-15
synthetic = false
group = "Agency"
{more}
[[question]]
id = "confident"
column = "I am confident"
text = "I am confident"
kind = "likert"
{of_first}
[[question]]
id = "comments"
column = "Anything else?"
text = "Anything else?"
kind = "free text"
"""
SECRET = "Mrs Brown shouted"


def files(tmp_path, export, *, more="", of_first="", toml=TOML):
    (tmp_path / "s.toml").write_text(toml.format(more=more, of_first=of_first), encoding="utf-8")
    (tmp_path / "s.csv").write_text(export, encoding="utf-8")
    return tmp_path / "s.csv", tmp_path / "s.toml"


def problems(*paths):
    with pytest.raises(DataProblems) as caught:
        read_survey(*paths)
    return caught.value.problems


def made(groups, *, invited=None, date=dt.date(2021, 3, 15), questions=None, synthetic=False):
    """A survey from its answers: by group, by question, how many of each answer or status."""
    asked = questions or (Question("q", "q", "Is it good?"),)
    rows, line = [], 1
    for group, by_question in groups.items():
        many = max(sum(counts.values()) for counts in by_question.values())
        for question, counts in by_question.items():
            given = [word for word, n in counts.items() for _ in range(n)]
            given += ["not answered"] * (many - len(given))
            rows += [
                (
                    line + n,
                    group,
                    question,
                    w if w in SCALE else "",
                    "answered" if w in SCALE else w,
                )
                for n, w in enumerate(given)
            ]
        line += many
    answers = pd.DataFrame(rows, columns=["respondent", "group", "question", "answer", "status"])
    return Survey(
        answers, asked, {}, "Staff survey", "staff", "Fife", date, tuple(groups), invited, synthetic
    )


def one(agree, disagree, **more):
    return {"q": {"Agree": agree, "Disagree": disagree, **more}}


# Reading


def test_answers_are_read_in_any_case_and_spacing_and_nothing_has_three_meanings(tmp_path):
    paths = files(
        tmp_path,
        "Agency,I am confident,Anything else?\n"
        f" Health,STRONGLY   agree,{SECRET}\n"
        "health,neither agree nor disagree ,\n"
        "Police,don’t know,\n"
        "Police,Not Applicable,\n"
        ",,me too\n",
    )
    survey = read_survey(*paths)
    assert survey.answers[["respondent", "group", "answer", "status"]].values.tolist() == [
        [2, "Health", "Strongly agree", "answered"],
        [3, "Health", "Neither agree nor disagree", "answered"],
        [4, "Police", "", "don't know"],
        [5, "Police", "", "not applicable"],
        [6, "Not stated", "", "not answered"],
    ]
    assert survey.groups == ("Health", "Police", "Not stated")
    assert survey.comments == {"comments": 2}


@given(st.sampled_from(SCALE), st.integers(0, 2**40))
def test_any_case_is_the_same_answer(answer, bits):
    from cpstats.evidence.survey_reading import _meanings, plain

    typed = "".join(c.upper() if bits >> n & 1 else c.lower() for n, c in enumerate(answer))
    assert _meanings(Question("q", "q", "q"))[plain(f"  {typed} ")] == (answer, "answered")


def test_numbers_are_answers_only_where_their_direction_is_said(tmp_path):
    export = "Agency,I am confident,Anything else?\nHealth,5,\nHealth,1,\n"
    (problem,) = problems(*files(tmp_path, export))
    assert (problem.line, problem.column) == (2, "I am confident")
    assert "numbers in 2 cells" in problem.problem
    assert "one_is" in problem.remedy
    for end, first in (("strongly disagree", "Strongly agree"), ("strongly agree", SCALE[-1])):
        survey = read_survey(*files(tmp_path, export, of_first=f'one_is = "{end}"'))
        assert survey.answers["answer"].iloc[0] == first


def test_all_that_is_wrong_is_said_at_once_and_no_words_of_anybody(tmp_path):
    paths = files(
        tmp_path,
        "Id,Agency,I am confident,Anything else?,Feeling safe,\n"
        f"7,Health,{SECRET},,Agree,\n"
        "7,Heallth,Agre,,Agree,yes\n"
        ",Police,Agree,,Agree,\n",
        more='respondent = "Id"\ninvited = {Health = 5, Police = 0}',
    )
    found = problems(*paths)
    said = [(p.line, p.problem) for p in found]
    assert (1, "is named by no question") in said
    assert (3, "has 1 filled cells in column 6, which has no heading") in said
    assert (2, "holds no answer of the scale (lines 2, 3)") in said
    assert (3, "has one respondent several times (lines 2, 3)") in said
    assert (4, "is blank (line 4)") in said
    assert (3, "has a group that `invited` does not name (line 3)") in said
    assert (None, "has 1 respondents of a group of which 0 were asked") in said
    assert len(said) == 7
    assert [p.column for p in found if "no question" in p.problem] == ["Feeling safe"]
    assert SECRET not in str(DataProblems(found))


def test_a_file_without_headings_repeats_nobodys_answers(tmp_path):
    (problem,) = problems(*files(tmp_path, f"Health,Agree,{SECRET}\nPolice,Agree,\n"))[:1]
    assert "none of the headings" in problem.problem
    assert SECRET not in str(problem)


def test_a_title_above_the_headings_is_told_once(tmp_path):
    _, questions = files(tmp_path, "")
    head = ["Agency", "I am confident", "Anything else?"]
    path = workbook(tmp_path, [["Survey", None, None], head, ["Health", "Agree", "x"]], "A1:C1")
    (problem,) = problems(path, questions)
    assert problem.remedy.endswith("with nothing above them")


def test_a_csv_is_refused_where_its_letters_columns_or_quotes_are_not_certain(tmp_path):
    path, questions = files(tmp_path, "")
    head = "Agency,I am confident,Anything else?\n"
    told = {
        (head + "Health,Agree,x\n").encode("utf-16"): "neither UTF-8",
        (head + "Health,Agree,x\n").replace(",", ";").encode(): "something else than commas",
        (head + 'Health,Agree,"x\n').encode(): "quotation mark",
        (head + "Health,Agree\n").encode(): "has 2 cells where the headings have 3",
        (head + "Health,Agree,x,y\n").encode(): "has 4 cells",
        head.encode(): "has no rows",
        b"": "is empty",
        b"Agency,I am confident,Anything else?,AGENCY\nA,Agree,x,B\n": "stands twice",
    }
    for raw, why in told.items():
        path.write_bytes(raw)
        assert why in problems(path, questions)[0].problem
    path.write_bytes((head + "Health,don’t know,x\n").encode("cp1252"))
    assert read_survey(path, questions).answers["status"].tolist() == ["don't know"]


def test_a_heading_left_out_by_name_is_no_problem_and_a_mistyped_one_is_told(tmp_path):
    export = "Agency,I am confidant,Anything else?,Start\nHealth,Agree,,9:00\n"
    found = problems(*files(tmp_path, export, more='left_out = ["Start"]'))
    assert [p.problem for p in found] == ["is not among the headings", "is named by no question"]
    assert found[0].remedy == "Is it 'I am confidant'?"


def test_notes_under_the_answers_are_no_respondent(tmp_path):
    export = "Agency,I am confident,Anything else?\nHealth,Agree,\nSource: the tool,,\n"
    (problem,) = problems(*files(tmp_path, export))
    assert (problem.line, problem.problem) == (
        3,
        "ends in 1 rows with nothing but their first cell",
    )


def test_a_questions_file_is_refused_with_everything_that_is_wrong_in_it(tmp_path):
    toml = """
title = "x"
who = "nurses"
area = "Fief"
date = "15 March"
invited = -1
colour = "red"
[[question]]
id = "a"
column = "A"
text = "A"
kind = "scale"
[[question]]
id = "a"
column = "a"
text = "A"
"""
    found = problems(*files(tmp_path, "A\nAgree\n", toml=toml))
    assert [p.column for p in found] == [
        "synthetic", "date", "colour", "who", "area", "invited", "question 1: kind",
        "question 2: kind", "id", "column",
    ]  # fmt: skip


def test_a_date_with_its_time_a_broken_file_and_no_file_are_said(tmp_path):
    timed = TOML.replace("2021-03-15", "2021-03-15T10:00:00")
    assert problems(*files(tmp_path, "A\n1\n", toml=timed))[0].column == "date"
    assert "as TOML" in problems(*files(tmp_path, "A\n1\n", toml="title = "))[0].problem
    with pytest.raises(CannotRead, match="no file"):
        read_survey(tmp_path / "none.csv", tmp_path / "s.toml")


def test_a_survey_that_says_synthetic_cannot_be_passed_off(tmp_path):
    export = "Agency,I am confident,Anything else?,synthetic\nHealth,Agree,,SYNTHETIC\n"
    (problem,) = problems(*files(tmp_path, export))
    assert "says SYNTHETIC" in problem.problem


MERGED = (
    TOML.replace('column = "I am confident"', 'column = "How sure are you? / Plans"')
    + """
[[question]]
id = "signs"
column = "How sure are you? / Signs"
text = "Signs"
kind = "likert"
"""
)


def workbook(tmp_path, rows, *merged):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(tmp_path / "s.xlsx")
    return tmp_path / "s.xlsx"


def test_merged_headings_are_joined_with_what_stands_under_them(tmp_path):
    _, questions = files(tmp_path, "", toml=MERGED)
    path = workbook(
        tmp_path,
        [["Agency", "How sure are you?", None, "Anything else?"], [None, "Signs", "Plans", None],
         ["Health", "Agree", "Disagree", "x"]],
        "A1:A2", "B1:C1", "D1:D2",
    )  # fmt: skip
    answers = read_survey(path, questions).answers.set_index("question")["answer"]
    assert answers.to_dict() == {"signs": "Agree", "confident": "Disagree"}
    # A CSV has lost what was merged: the questions file makes it certain.
    (tmp_path / "s.csv").write_text(
        "Agency,How sure are you?,,Anything else?\n,Signs,Plans,\nHealth,Agree,Disagree,x\n"
    )
    assert read_survey(tmp_path / "s.csv", questions).answers.equals(
        read_survey(path, questions).answers
    )


def test_a_merged_heading_reaches_no_further_than_it_is_merged(tmp_path):
    _, questions = files(tmp_path, "", toml=MERGED)
    path = workbook(
        tmp_path,
        [["Agency", "How sure are you?", None, None], [None, "Signs", "Plans", "Anything else?"],
         ["Health", "Agree", "Disagree", "x"]],
        "B1:C1",
    )  # fmt: skip
    assert read_survey(path, questions).comments == {"comments": 1}


def test_more_returns_than_were_asked_for_are_refused(tmp_path):
    export = "Agency,I am confident,Anything else?\nHealth,Agree,x\n,Agree,x\n"
    for invited in ("1", "{Health = 1}"):
        (problem,) = problems(*files(tmp_path, export, more=f"invited = {invited}"))
        assert problem.problem == "has 2 respondents, and 1 were asked"


def test_a_group_is_no_error_of_the_workbook_and_not_all(tmp_path):
    export = "Agency,I am confident,Anything else?\n#REF!,Agree,x\nTOTAL,Agree,x\n"
    found = problems(*files(tmp_path, export))
    assert [(p.line, p.problem) for p in found] == [
        (2, "holds an error of the workbook (line 2)"),
        (3, "has a group called all or total (line 3)"),
    ]


def test_merged_cells_that_are_not_certain_are_refused(tmp_path):
    _, questions = files(tmp_path, "")
    head = ["Agency", "I am confident", None, "Anything else?"]
    path = workbook(
        tmp_path, [head, ["Health", "Agree", None, None], [None, "Agree", None, None]],
        "A2:A3", "B1:C1",
    )  # fmt: skip
    found = [(p.line, p.problem) for p in problems(path, questions)]
    assert (1, "has a heading merged over 2 columns") in found
    assert (2, "has merged cells down to line 3") in found


def test_a_workbook_keeps_numbers_and_refuses_formulas_and_further_sheets(tmp_path):
    _, questions = files(tmp_path, "", of_first='one_is = "strongly disagree"')
    head = ["Agency", "I am confident", "Anything else?"]
    path = workbook(tmp_path, [head, ["Health", 5.0, None], ["Health", "=1+1", "x"]])
    (problem,) = problems(path, questions)
    assert (problem.line, problem.problem) == (3, "has 1 formulas without a value")
    path = workbook(tmp_path, [head, ["Health", 5.0, None]])
    assert read_survey(path, questions).answers["answer"].tolist() == ["Strongly agree"]
    book = openpyxl.load_workbook(path)
    book.create_sheet("More")["A1"] = 1
    book.save(path)
    assert "2 filled sheets" in problems(path, questions)[0].problem


# Agreement


def test_a_share_has_wilsons_interval_as_published():
    # Newcombe (1998), Stat Med 17: 857-872, table I: 81 of 263, Wilson 0.2553 to 0.3662.
    row = agreement(made({"All": one(81, 182)})).iloc[0]
    assert [row["numerator"], row["denominator"]] == [81, 263]
    assert round(row["lower"] / 100, 4) == 0.2553
    assert round(row["upper"] / 100, 4) == 0.3662
    assert row[["invited", "response_rate", "bound_lower"]].isna().all()
    assert "not known" in row["note"]


def test_nobody_without_a_valid_answer_is_in_the_denominator():
    answers = one(24, 6, **{"don't know": 4, "not applicable": 3})
    answers["r"] = {"Agree": 39, "Disagree": 1}  # so that 3 did not answer the first
    questions = (Question("q", "q", "Is it good?"), Question("r", "r", "Is it safe?"))
    table = agreement(made({"All": answers}, invited=127, questions=questions))
    row = table.iloc[0]
    assert row["denominator"] == 30
    assert row[["dont_know", "not_applicable", "not_answered"]].tolist() == [4, 3, 3]
    assert "4 don't know, 3 not applicable, 3 not answered" in row["note"]
    # 40 of 127 responded. Of 120 who could answer, 24 agree for certain, 6 certainly do not:
    # 24 / 120 = 20% and (120 - 6) / 120 = 95%.
    assert row["response_rate"] == pytest.approx(100 * 40 / 127)
    assert row[["bound_lower", "bound_upper"]].tolist() == [20, 95]
    # Wilson at n (N - 1) / (N - n) = 30 * 119 / 90 = 39 2/3: worked out by hand,
    # (0.8 + z2/2n -+ z sqrt(0.16/n + z2/4n2)) / (1 + z2/n), z = 1.959964.
    z, n = 1.959964, 30 * 119 / 90
    half = z * np.sqrt(0.16 / n + z**2 / 4 / n**2)
    ends = [100 * (0.8 + z**2 / 2 / n + s * half) / (1 + z**2 / n) for s in (-1, 1)]
    assert row[["lower", "upper"]].tolist() == pytest.approx(ends, abs=1e-4)
    assert (row["word"], row["also_possible"]) == ("most", "almost all; majority")


def test_all_asked_answered_leaves_nothing_to_chance():
    row = agreement(made({"All": one(15, 5)}, invited=20)).iloc[0]
    assert row[["lower", "value", "upper", "bound_lower", "bound_upper"]].tolist() == [75] * 5


def test_a_question_worded_negatively_counts_those_who_disagree_and_says_so():
    asked = (Question("q", "q", "Is it bad?", reverse=True),)
    row = agreement(made({"All": one(5, 15)}, questions=asked)).iloc[0]
    assert (row["numerator"], row["counted"]) == (15, "disagree or strongly disagree")
    assert row["note"].startswith("Worded negatively")


def test_an_empty_return_is_no_response():
    # Twelve answered; three returns hold nothing at all.
    survey = made({"All": one(10, 2, **{"not answered": 3})}, invited=30)
    row = agreement(survey).iloc[0]
    assert row[["responded", "not_answered", "response_rate"]].tolist() == [12, 0, 40]
    assert "3 empty returns" in row["note"]


def test_one_small_group_is_hidden_with_the_next_so_that_the_total_does_not_give_it():
    survey = made(
        {"Health": one(30, 10), "Police": one(3, 1), "Housing": one(9, 2), "Fire": one(0, 12)},
        invited={"Health": 50, "Police": 9, "Housing": 30, "Fire": 20},
    )
    table = agreement(survey, by_group=True).set_index("group")
    assert table["mark"].to_dict() == {"Health": "", "Police": "[c]", "Housing": "[c]", "Fire": ""}
    kept = {"indicator", "area_code", "area", "period", "start", "mark", "source", "note", "better"}
    hidden = table.loc[["Police", "Housing"]].drop(columns=[*kept, "question", "text", "counted"])
    assert hidden.replace("", np.nan).isna().all(axis=None)
    assert table.loc["Fire", "value"] == 0  # a true zero is no hidden figure
    spread = answers_by(survey, by_group=True)
    assert set(spread.loc[spread["mark"] == "[c]", "group"]) == {"Police", "Housing"}
    assert spread.loc[spread["mark"] == "[c]", ["numerator", "denominator", "dont_know",
                                                "responded"]].isna().all(axis=None)  # fmt: skip
    assert agreement(survey, by_group=True, least=3)["mark"].eq("").all()


def test_a_group_that_nobody_answered_for_has_its_row():
    survey = made({"Health": one(30, 10), "Police": one(20, 9)})
    survey = Survey(**{**vars(survey), "groups": ("Health", "Police", "Fire")})
    assert agreement(survey, by_group=True)["mark"].tolist() == ["", "[c]", "[c]"]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(1, 15))
def test_what_is_hidden_is_never_one_group_nor_few_people(answers, least):
    counts = np.array(answers, dtype=float)
    hidden = hide_few(counts, least)
    assert hidden[counts < least].all()
    assert hidden.any() == (counts < least).any()
    if hidden.any() and not hidden.all():
        assert hidden.sum() >= 2
        # What all less the shown gives is no small group, nor nearly one.
        assert counts[hidden].sum() - counts[counts < least].max() >= least
        spare = hidden & (counts >= least)
        assert not spare.any() or counts[spare].max() <= counts[~hidden].min()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=5, max_size=5), min_size=1, max_size=4))
def test_answers_add_up_to_their_denominator_and_groups_to_all(counts):
    groups = {f"G{n}": {"q": dict(zip(SCALE, c, strict=True))} for n, c in enumerate(counts)}
    survey = made(groups)
    if survey.answers.empty:
        return
    whole = answers_by(survey, least=1)
    if whole["mark"].eq("").all():
        assert whole["numerator"].tolist() == np.sum(counts, axis=0).tolist()
        assert whole["value"].sum() == pytest.approx(100)
    parts = answers_by(survey, by_group=True, least=1)
    shown = parts.dropna(subset="numerator")
    sums = shown.groupby("group")["numerator"].sum()
    assert (sums == shown.groupby("group")["denominator"].first()).all()


def test_the_table_is_a_results_table():
    table = answers_by(made({"All": one(15, 5)}, synthetic=True))
    assert list(table)[:16] == [
        "indicator", "area_code", "area", "period", "start", "group", "answer", "numerator",
        "denominator", "value", "lower", "upper", "method", "mark", "source", "note",
    ]  # fmt: skip
    assert table["indicator"].unique().tolist() == ["staff_survey: q"]
    assert table[["area_code", "period"]].iloc[0].tolist() == ["S12000047", "15 March 2021"]
    assert table["source"].iloc[0].startswith("SYNTHETIC")


def test_what_cannot_be_counted_is_refused():
    survey = made({"All": one(15, 5)})
    with pytest.raises(CpstatsError, match="no groups"):
        agreement(survey, by_group=True)
    with pytest.raises(ImpossibleInput, match="least"):
        agreement(survey, least=0)
    written = made({"All": one(1, 1)}, questions=(Question("q", "q", "q", "free text"),))
    with pytest.raises(CpstatsError, match="no question on the scale"):
        answers_by(written)


# Waves

BEFORE = dt.date(2019, 3, 11)


def test_two_waves_differ_as_newcombe_published():
    # Newcombe (1998), Stat Med 17: 873-890, table II (a), method 10: 56/70 less 48/80 is 0.2000,
    # 0.0524 to 0.3339.
    now, before = made({"All": one(56, 14)}), made({"All": one(48, 32)}, date=BEFORE)
    row = compare_waves(now, before).iloc[0]
    ends = row[["difference", "difference_lower", "difference_upper"]].astype(float)
    assert ends.round(2).tolist() == [20, 5.24, 33.39]
    assert (row["verdict"], row["before_numerator"], row["value"]) == ("higher", 48, 80)
    other = compare_waves(made({"All": one(48, 32)}), made({"All": one(56, 14)}, date=BEFORE))
    assert other["verdict"].tolist() == ["lower"]


def test_several_questions_are_allowed_for():
    asked = tuple(Question(i, i, i) for i in "ab")
    now = made({"All": {"a": {"Agree": 56, "Disagree": 14}, "b": {"Agree": 35, "Disagree": 35}}},
               questions=asked)  # fmt: skip
    before = made({"All": {"a": {"Agree": 50, "Disagree": 30}, "b": {"Agree": 40, "Disagree": 40}}},
                  date=BEFORE, questions=asked)  # fmt: skip
    a, b = (row for _, row in compare_waves(now, before).iterrows())
    # 56/70 against 50/80: z = 0.175 / sqrt(106/150 * 44/150 * (1/70 + 1/80)) = 2.349, p = 0.0188;
    # Holm doubles the smaller.
    assert a["p_value"] == pytest.approx(0.0188, abs=1e-4)
    assert a["p_adjusted"] == pytest.approx(2 * a["p_value"])
    assert (a["verdict"], a["verdict_adjusted"], b["verdict"]) == ("higher", "higher", "similar")
    assert "One of 2 questions compared; allowing for that (Holm): higher." in a["note"]


def test_what_only_one_wave_asked_is_not_available_and_says_so():
    asked = [Question("a", "a", "A"), Question("b", "b", "B"), Question("c", "c", "C"),
             Question("d", "d", "D")]  # fmt: skip
    counts = {"Agree": 12, "Disagree": 8}
    now = made({"All": dict.fromkeys("acd", counts)}, questions=(asked[0], asked[2], asked[3]))
    before = made(
        {"All": {"b": counts, "c": counts, "d": {"Agree": 4, "don't know": 16}}},
        date=BEFORE,
        questions=(asked[1], Question("c", "c", "See otherwise"), asked[3]),
    )
    table = compare_waves(now, before).set_index("question")
    assert table["mark"].to_dict() == {"a": "[x]", "c": "[x]", "d": "[c]", "b": "[x]"}
    assert table["note"].to_dict() == {
        "a": "Asked only on 15 March 2021.",
        "b": "Asked only on 11 March 2019.",
        "c": "Worded otherwise in the two waves, so not compared.",
        "d": "Too few answers in one of the two waves.",
    }
    figures = table[["numerator", "value", "before_numerator", "before_denominator", "difference"]]
    assert figures.isna().all(axis=None)
    assert table["verdict"].eq("").all()


def test_a_question_turned_round_is_not_compared():
    turned = (Question("q", "q", "Is it good?", reverse=True),)
    before = made({"All": one(15, 5)}, date=BEFORE, questions=turned)
    assert compare_waves(made({"All": one(15, 5)}), before)["mark"].tolist() == ["[x]"]


def test_waves_are_of_one_survey_in_their_order():
    now, before = made({"All": one(15, 5)}), made({"All": one(15, 5)}, date=BEFORE)
    with pytest.raises(CpstatsError, match="later wave first"):
        compare_waves(before, now)
    with pytest.raises(CpstatsError, match="no waves"):
        compare_waves(now, Survey(**{**vars(before), "who": "parents"}))


# Made-up surveys


@pytest.mark.parametrize(
    ("who", "name", "many"),
    [("staff", "staff_survey", 405), ("staff_before", "staff_survey_before", 332),
     ("children", "children_survey", 22), ("parents", "parents_survey", 37)],
)  # fmt: skip
def test_the_made_up_files_are_what_the_seed_makes(who, name, many):
    export, questions = synthetic_survey(1, who=who)
    assert (DATA / f"{name}.toml").read_text(encoding="utf-8") == questions
    text = export.to_csv(index=False, lineterminator="\n")
    assert (DATA / f"{name}.csv").read_text(encoding="utf-8") == text
    survey = read_survey(DATA / f"{name}.csv", DATA / f"{name}.toml")
    assert survey.answers["respondent"].nunique() == many
    assert survey.synthetic
    assert export["synthetic"].eq("SYNTHETIC").all()


def test_no_comment_reaches_a_table_or_a_chart():
    export, _ = synthetic_survey(1)
    words = set(export["Anything else?"]) - {""}
    survey = read_survey(DATA / "staff_survey.csv", DATA / "staff_survey.toml")
    before = read_survey(DATA / "staff_survey_before.csv", DATA / "staff_survey_before.toml")
    tables = [survey.answers, agreement(survey), answers_by(survey), compare_waves(survey, before)]
    chart = diverging(tables[2])
    said = " ".join([*(t.to_csv() for t in tables), chart.alt, chart.caption, repr(survey)])
    assert len(words) == 3
    assert not any(comment in said for comment in words)


def test_there_is_no_other_made_up_survey():
    with pytest.raises(UnknownName, match="children"):
        synthetic_survey(1, who="childen")


# The chart

SPREAD = {"q": dict(zip(SCALE, (8, 20, 2, 6, 4), strict=True))}


def drawn(chart):
    """The bars: where each begins and ends, to one decimal."""
    bars = [(p.get_x(), p.get_x() + p.get_width()) for p in chart.axes[0].patches]
    return [tuple(round(float(x), 1) for x in bar) for bar in bars]


def test_who_disagrees_is_left_of_the_line_and_who_agrees_right_of_it():
    chart = diverging(answers_by(made({"All": SPREAD}, synthetic=True)))
    # Of 40: disagree 15%, strongly 10%; agree 50%, strongly 20%; neither 5%, set apart.
    bars = drawn(chart)
    assert bars[:4] == [(0, -15), (-15, -25), (0, 50), (50, 70)]
    assert bars[4][0] > 70
    assert bars[4][1] - bars[4][0] == pytest.approx(5, abs=0.11)
    written = [t.get_text() for t in chart.axes[0].texts]
    assert {"25%", "70%", "5%", "50", "Is it good? (40)", "Disagree", "Agree"} <= set(written)
    assert "SYNTHETIC" in [t.get_text() for t in chart.texts]
    assert chart.alt.startswith("SYNTHETIC")
    assert (
        "Is it good?: agree 70 (strongly 20), neither 5, disagree 25 (strongly 10), 40 answers."
        in chart.alt
    )
    names = [t.get_text() for t in chart.legends[0].get_texts()]
    assert sorted(names) == sorted(SCALE)


def test_hidden_groups_say_so_in_words():
    survey = made({"Health": SPREAD, "Police": SPREAD, "Fire": one(3, 1), "Housing": one(2, 8)})
    chart = diverging(answers_by(survey, by_group=True))
    assert len(drawn(chart)) == 10
    written = [t.get_text() for t in chart.axes[0].texts]
    assert written.count("[c] Too few answers to show") == 2
    assert "Fire: too few answers to show." in chart.alt
    assert "4 groups" in chart.alt
    assert chart.legends[0].get_title().get_text().startswith("Is it good?\nPer cent")
    assert "[c]" in chart.caption


def test_one_hidden_answer_hides_its_row_as_the_others_would_give_it_back():
    spread = answers_by(made({"All": SPREAD}))
    spread.loc[4, ["numerator", "value"]] = np.nan
    spread.loc[4, "mark"] = "[c]"
    chart = diverging(spread)
    assert drawn(chart) == []
    assert "Is it good?: too few answers to show." in chart.alt
    assert diverging(spread.assign(mark="")).axes[0].texts[1].get_text() == "[x] not available"


def test_everything_hidden_draws_no_bar_and_no_scale():
    chart = diverging(answers_by(made({"All": one(3, 1)})))
    assert drawn(chart) == []
    assert not chart.legends


def test_the_longest_bars_stay_inside_and_long_questions_are_broken():
    text = "When plans are made for children in our area, people of every agency come together " * 2
    asked = (Question("q", "q", text), Question("r", "r", "Bad?", reverse=True))
    everyone = {"q": {"Strongly agree": 40}, "r": {"Strongly disagree": 40}}
    chart = diverging(answers_by(made({"All": everyone}, questions=asked)))
    left, right = chart.axes[0].get_xlim()
    assert all(left < x < right for bar in drawn(chart) for x in bar)
    written = [t.get_text() for t in chart.axes[0].texts]
    assert next(t for t in written if t.startswith("When")).count("\n") >= 2
    assert "Bad? (worded negatively) (40)" in written
    # Nothing written stands on anything else written.
    chart.draw_without_rendering()
    boxes = [t.get_window_extent() for t in chart.axes[0].texts]
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])


def test_no_words_overlap_in_the_largest_charts():
    survey = read_survey(DATA / "staff_survey.csv", DATA / "staff_survey.toml")
    spread = answers_by(survey, by_group=True)
    for table in (answers_by(survey), spread[spread["question"] == "discussions"]):
        chart = diverging(table)
        chart.draw_without_rendering()
        boxes = [t.get_window_extent() for t in chart.axes[0].texts]
        assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])


def test_a_chart_is_of_questions_or_of_groups():
    asked = (Question("q", "q", "Q"), Question("r", "r", "R"))
    both = {"q": SPREAD["q"], "r": SPREAD["q"]}
    spread = answers_by(made({"A": both, "B": both}, questions=asked), by_group=True)
    with pytest.raises(CpstatsError, match="choose one question"):
        diverging(spread)
    assert "A, 2 questions" in diverging(spread[spread["group"] == "A"]).alt
    with pytest.raises(CpstatsError, match="every answer"):
        diverging(spread[(spread["group"] == "A") & (spread["answer"] != "Agree")])


# Police 9 and Fire 1 hidden: all less the rest was 4 of 10, of which 9 are the Police's.
def test_a_hidden_group_is_not_had_by_taking_the_shown_from_all():
    survey = made({"Health": one(30, 20), "Social work": one(25, 15), "Police": one(4, 5),
                   "Housing": one(12, 0), "Fire": one(0, 1)})  # fmt: skip
    groups = agreement(survey, by_group=True).set_index("group")
    assert set(groups.index[groups["mark"] == "[c]"]) == {"Police", "Fire", "Housing"}
    rest = agreement(survey)["denominator"].iloc[0] - groups["denominator"].sum()
    assert rest == 22  # 9, 1 and 12: beside each small group at least ten others
