"""Whether children's lives got better: paired changes, shares, and time to improvement."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpstats as cp
from cpstats.errors import CannotRead, DataProblems
from cpstats.evidence.made_up_logs import write_synthetic_outcomes
from cpstats.evidence.outcome_reading import read_outcomes
from cpstats.evidence.outcomes import (
    changes,
    improved_less_worse,
    shares,
    time_to_improvement,
)
from cpstats.evidence.pairing import paired_change, paired_difference

ABOUT = """
title = "A measure"
area = "Dundee City"
until = 2021-12-31
lowest = 0
highest = 10
better = "higher"
follow_up_days = 400
[measures]
safe = "Safe"
"""


def outcomes(tmp_path, rows, about=ABOUT, head="child,measure,date,score,age"):
    (tmp_path / "o.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    (tmp_path / "o.toml").write_text(about, encoding="utf-8")
    return read_outcomes(tmp_path / "o.csv", tmp_path / "o.toml")


# Student (1908), the data `sleep` of R: t.test(paired = TRUE) gives t = -4.0621, df = 9,
# p = 0.002833, 95% -2.4598858 to -0.7001142.
SLEEP = ([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
         [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])  # fmt: skip


def test_paired_change_against_r():
    found = paired_change(*SLEEP)
    assert found["change"] == pytest.approx(1.58)
    assert [found["lower"], found["upper"]] == pytest.approx([0.7001142, 2.4598858], abs=5e-8)
    assert found["t_p_value"] == pytest.approx(0.002833, abs=5e-7)
    assert found["verdict"] == "better"
    assert paired_change(*SLEEP, better="lower")["verdict"] == "worse"


# Hollander & Wolfe (1973), depression scale: R, wilcox.test(x, y, paired = TRUE, alternative =
# "greater") gives V = 40, p = 0.01953; two-sided twice that.
def test_wilcoxon_against_r():
    x = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    assert paired_change(x, y)["wilcoxon_p_value"] == pytest.approx(2 * 0.01953, abs=1e-5)


# R: wilcox.test(extra ~ group, data = sleep, paired = TRUE) gives V = 0, p = 0.009091 (ties).
def test_wilcoxon_with_ties_against_r():
    assert paired_change(*SLEEP)["wilcoxon_p_value"] == pytest.approx(0.009091, abs=5e-7)


# Two who both gained 1 prove little (sign test p = 0.5); six do: 2 / 2^6 = 0.03125.
@pytest.mark.parametrize(("many", "verdict"), [(2, "no clear change"), (6, "better")])
def test_the_same_change_in_all_has_no_interval(many, verdict):
    found = paired_change([1] * many, [2] * many)
    assert np.isnan([found["lower"], found["upper"], found["t_p_value"]]).all()
    assert (found["change"], found["verdict"]) == (1, verdict)


# To a computer 5.3 - 5.2 and 1.2 - 1.1 differ, by hand they are ties of one size.
def test_changes_are_read_as_they_are_written():
    found = paired_change([5.2, 4.2, 1.1], [5.3, 4.3, 1.2])
    assert found["change"] == pytest.approx(0.1)
    assert np.isnan(found["lower"])


# Bentur et al. (2009), the example of the R package contingencytables: airway
# responsiveness of 21 children: 1 both, 1 before alone, 7 after alone, 12 neither. Newcombe's
# limits -0.507 to -0.026; exact McNemar p = 0.0703 (2 * (1 + 8) / 2^8).
def test_two_shares_of_the_same_children():
    found = paired_difference(1, 7, 21, both=1)
    assert found["difference"] == pytest.approx(-6 / 21)
    assert [found["lower"], found["upper"]] == pytest.approx([-0.507, -0.026], abs=5e-4)
    assert found["p_value"] == pytest.approx(18 / 256)


@settings(max_examples=50, deadline=None)
@given(st.tuples(*[st.integers(0, 12)] * 4).filter(any))
def test_the_paired_limits_hold_the_difference_and_turn_round(counts):
    gained, lost, both, _ = counts
    one, other = (
        paired_difference(a, b, sum(counts), both=both) for a, b in ((gained, lost), (lost, gained))
    )
    assert -1 - 1e-9 <= one["lower"] <= one["difference"] <= one["upper"] <= 1 + 1e-9
    assert one["lower"] == pytest.approx(-other["upper"])


# 7 of 9 got worse: R, binom.test(7, 9) gives p = 0.1797
def test_the_sign_test_by_hand():
    found = paired_change([0] * 9, [-1] * 7 + [1] * 2)
    assert found["sign_p_value"] == pytest.approx(0.1797, abs=5e-5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=2, max_size=30))
def test_changes_turn_round_with_the_scores(pairs):
    first, later = map(list, zip(*pairs, strict=True))
    one, other = paired_change(first, later), paired_change(later, first)
    assert one["change"] == pytest.approx(-other["change"])
    swap = {"better": "worse", "worse": "better", "no clear change": "no clear change"}
    assert one["verdict"] == swap[other["verdict"]]


def rows(scores):
    """Write a first score in January and a later one in June, where there is one."""
    for n, (first, later) in enumerate(scores):
        yield f"C{n},safe,2021-01-01,{first},7"
        if later is not None:
            yield f"C{n},safe,2021-06-01,{later},"


def test_changes_show_who_was_lost(tmp_path):
    read = outcomes(tmp_path, rows([(4, 6), (5, 5), (3, 6), (8, None)]))
    row = changes(read).iloc[0]
    assert (row["denominator"], row["numerator"], row["missing"]) == (4, 3, 1)
    assert row["value"] == pytest.approx(5 / 3)  # +2, 0, +3
    assert (row["first_mean"], row["later_mean"]) == (4.0, pytest.approx(17 / 3))
    # The mean of one child is its score: it is not told.
    assert row["note"].startswith("Children without a follow-up may have fared otherwise.")


def test_those_lost_are_told_by_how_they_began(tmp_path):
    read = outcomes(tmp_path, rows([(4, 6)] * 5 + [(8, None)] * 5))
    note = changes(read).iloc[0]["note"]
    assert "without a follow-up began at 8.0 on average, those followed at 4.0" in note


def test_shares_add_up(tmp_path):
    read = outcomes(tmp_path, rows([(4, 6), (5, 5), (3, 2), (8, None), (1, 9)]))
    found = shares(read).set_index("answer")
    assert found["numerator"].to_dict() == {
        "improved": 2, "same": 1, "worse": 1, "missing at follow-up": 1,
    }  # fmt: skip
    assert found["denominator"].tolist() == [4, 4, 4, 5]


# 3 of 5 followed improved, 1 got worse: 60 - 20 = 40 points; sign test 2 * (1 + 4) / 2^4 = 0.625.
def test_improved_less_worse(tmp_path):
    read = outcomes(tmp_path, rows([(4, 6), (3, 5), (1, 9), (5, 5), (3, 2), (8, None)]))
    row = improved_less_worse(read).iloc[0]
    assert (row["numerator"], row["denominator"]) == (3, 5)
    assert row["value"] == pytest.approx(40)
    assert row["lower"] < 0 < row["upper"] <= 100
    assert row["sign_p_value"] == pytest.approx(0.625)
    none = improved_less_worse(read, by_age=True).set_index("age_group")
    assert none.loc["0-4", "mark"] == "[z]"


def test_a_step_of_a_tenth_is_a_step_of_a_tenth(tmp_path):
    about = ABOUT.replace("follow_up_days = 400", "follow_up_days = 400\nsmallest_change = 0.1")
    found = shares(outcomes(tmp_path, rows([(5.2, 5.3)]), about)).set_index("answer")
    assert found["numerator"]["improved"] == 1


def test_lower_can_be_better(tmp_path):
    read = outcomes(tmp_path, rows([(4, 6), (5, 2)]), ABOUT.replace('"higher"', '"lower"'))
    found = shares(read).set_index("answer")["numerator"]
    assert (found["improved"], found["worse"]) == (1, 1)


def test_a_change_smaller_than_the_smallest_is_none(tmp_path):
    about = ABOUT.replace("follow_up_days = 400", "follow_up_days = 400\nsmallest_change = 2")
    found = shares(outcomes(tmp_path, rows([(4, 5), (4, 6)]), about)).set_index("answer")
    assert found["numerator"].tolist()[:3] == [1, 1, 0]


def test_a_score_after_the_span_is_no_follow_up(tmp_path):
    read = outcomes(tmp_path, rows([(4, 6)]), ABOUT.replace("= 400", "= 100"))
    assert changes(read).iloc[0]["mark"] == "[x]"


def test_ages_are_told_apart_and_the_unknown_stays(tmp_path):
    read = outcomes(tmp_path, ["A,safe,2021-01-01,4,3", "A,safe,2021-06-01,5,3",
                               "B,safe,2021-01-01,4,", "B,safe,2021-06-01,5,"])  # fmt: skip
    found = changes(read, by_age=True).set_index("age_group")["denominator"]
    assert found.to_dict() == {"0-4": 1, "5-10": 0, "11-15": 0, "16-17": 0, "18 and over": 0,
                               "not known": 1}  # fmt: skip


def test_age_is_worked_out_from_a_date_of_birth(tmp_path):
    head = "child,measure,date,score,date_of_birth,occasion"
    read = outcomes(tmp_path, ["A,safe,2021-01-01,4,02/01/2010,first",
                               "B,safe,2021-01-01,4,2010-01-01,first",
                               "C,safe,2021-01-01,4,2021-03-01,",
                               "D,safe,2021-01-01,4,,"], head=head)  # fmt: skip
    # The first is 11 a day later; the third is not born yet.
    assert read.scores["age"].fillna(-1).tolist() == [10, 11, -1, -1]
    with pytest.raises(DataProblems) as error:
        outcomes(tmp_path, ["A,safe,2021-01-01,4,Spring 2010,", "B,safe,2021-01-01,4,1970-01-01,"],
                 head=head)  # fmt: skip
    assert str(error.value).startswith("2 problems")
    assert "Spring" not in str(error.value)


def test_one_day_written_in_two_ways_is_one_day(tmp_path):
    with pytest.raises(DataProblems, match="second score of that child and day, as row 2"):
        outcomes(tmp_path, ["A,safe,2021-01-01,4,7", "A,Safe,01/01/2021,5,7"])


def test_what_somebody_wrote_is_not_repeated(tmp_path):
    with pytest.raises(DataProblems) as error:
        outcomes(tmp_path, ["A,told by Ann,Ann's birthday,Ann said 4,Ann"])
    assert str(error.value).startswith("4 problems")
    assert "Ann" not in str(error.value)


def test_measures_may_be_named_in_capitals(tmp_path):
    read = outcomes(tmp_path, ["A,SAFE,2021-01-01,4,7"], ABOUT.replace('safe = "', 'Safe = "'))
    assert changes(read)["denominator"].tolist() == [1]


# Kaplan-Meier by hand: improved at 30, 60, 300 days; last seen unimproved at 45 and 200.
# By 90: 1 - (4/5)(2/3) = 0.4667; by 180 the same; by 365 all who were left improved: 1.
def test_time_to_improvement_by_hand(tmp_path):
    def child(name, days, later):
        start = dt.date(2021, 1, 1)
        yield f"{name},safe,{start},4,"
        yield f"{name},safe,{start + dt.timedelta(days)},{later},"

    seen = [("A", 30, 6), ("B", 45, 4), ("C", 60, 7), ("D", 200, 3), ("E", 300, 5)]
    found = time_to_improvement(outcomes(tmp_path, [r for s in seen for r in child(*s)]))
    found = found.set_index("days")
    assert found["value"].tolist()[:2] == pytest.approx([100 * (1 - 0.8 * 2 / 3)] * 2)
    assert found.loc["90", "numerator"] == 2
    assert found.loc["90", "lower"] < found.loc["90", "value"] < found.loc["90", "upper"]
    assert found.loc["365", "mark"] == "[x]"  # nobody was seen for so long


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,safe,2021-01-01,11,7", "'11' is off the scale"),
        ("A,safe,2021-01-01,good,7", "is off the scale"),
        ("A,safe,2021-01-01,nan,7", "is off the scale"),
        (",safe,2021-01-01,4,7", "is blank"),
        ("A,saef,2021-01-01,4,7", "is no measure"),
        ("A,safe,2021-13-01,4,7", "is no date"),
        ("A,safe,2022-01-01,4,7", "comes after the time covered"),
        ("A,safe,2021-01-01,4,200", "is no age"),
        ("A,safe,2021-01-01,4", "has 4 cells for 5 headings"),
    ],
)
def test_bad_rows_are_told(tmp_path, row, said):
    with pytest.raises(DataProblems, match=said):
        outcomes(tmp_path, [row])


def test_everything_wrong_is_said_at_once(tmp_path):
    with pytest.raises(DataProblems) as error:
        outcomes(tmp_path, ["A,safe,2021-01-01,4,7", "A,safe,2021-01-01,5,7", ",x,y,99,z"])
    assert str(error.value).startswith("6 problems")
    assert "second score of that child and day, as row 2" in str(error.value)


def test_a_misspelt_column_is_not_taken_for_missing(tmp_path):
    with pytest.raises(DataProblems, match="column of no meaning"):
        outcomes(tmp_path, ["A,safe,2021-01-01,4,7"], head="child,measure,date,score,aeg")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"higher"', '"upwards"'), "is no direction"),
        (("lowest = 0", "lowest = 10"), "is no scale"),
        (("Dundee City", "Dundy"), "is no area"),
        (("title", "titel"), "is not known here"),
        (("2021-12-31", "2021-12-31T10:00:00"), "written otherwise"),
        (("lowest = 0", 'lowest = "0"'), "written otherwise"),
    ],
)
def test_what_a_scale_says_is_checked(tmp_path, change, said):
    with pytest.raises(DataProblems, match=said):
        outcomes(tmp_path, ["A,safe,2021-01-01,4,7"], ABOUT.replace(*change))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CannotRead):
        read_outcomes(tmp_path / "none.csv", tmp_path / "none.toml")
    (tmp_path / "o.toml").write_text(ABOUT, encoding="utf-8")
    (tmp_path / "o.xlsx").write_bytes(b"no workbook")
    for name in ("none.xlsx", "o.xlsx"):
        with pytest.raises(CannotRead, match=name):
            read_outcomes(tmp_path / name, tmp_path / "o.toml")


def test_a_workbook_is_read_as_a_table_is(tmp_path):
    book = openpyxl.Workbook()
    for row in (["child", "measure", "date", "score"], ["A", "Safe", dt.datetime(2021, 1, 1), 4],
                ["A", "Safe", dt.datetime(2021, 6, 1), 6.5]):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "o.xlsx")
    (tmp_path / "o.toml").write_text(ABOUT, encoding="utf-8")
    read = read_outcomes(tmp_path / "o.xlsx", tmp_path / "o.toml")
    assert read.scores["score"].tolist() == [4, 6.5]
    assert changes(read).iloc[0]["value"] == 2.5


def test_what_ships_is_made_up_and_repeats(tmp_path):
    shipped = "data/synthetic/evidence/outcomes"
    read = read_outcomes(f"{shipped}.csv", f"{shipped}.toml")
    assert read.synthetic
    assert changes(read)["source"].str.startswith("SYNTHETIC").all()
    again = write_synthetic_outcomes(tmp_path / "outcomes.csv", seed=60)
    assert again.read_bytes() == Path(f"{shipped}.csv").read_bytes()


def test_what_leaves_is_protected():
    shipped = "data/synthetic/evidence/outcomes"
    read = read_outcomes(f"{shipped}.csv", f"{shipped}.toml")
    shown = cp.protect({"shares": shares(read, by_age=True)}, "scotgov")["shares"]
    assert not shown["numerator"].between(1, 4).any()
    assert np.isnan(shown.loc[shown["mark"] == "[c]", "value"]).all()


def test_who_is_18_is_not_of_unknown_age(tmp_path):
    found = changes(outcomes(tmp_path, ["A,safe,2021-01-01,4,18"]), by_age=True)
    told = found.set_index("age_group")["denominator"]
    assert (told["18 and over"], told["not known"]) == (1, 0)


def test_a_broken_file_beside_it_hides_no_cell(tmp_path):
    with pytest.raises(DataProblems) as error:
        outcomes(tmp_path, ["A,safe,yesterday,good,7"], about="title = [")
    for part in ("o.toml: cannot be read as TOML", "is no date", "is off the scale"):
        assert part in str(error.value), part
