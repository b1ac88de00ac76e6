"""The improvement plan: dates as plans write them, what slipped, and whether its number moved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpstats as cp
from cpstats.errors import CannotRead, DataProblems
from cpstats.evidence.due_dates import read_due
from cpstats.evidence.made_up_plan import write_synthetic_plan
from cpstats.evidence.plan import moved, standing
from cpstats.evidence.plan_reading import COLUMNS, read_plan

DUNDEE = "data/plans/dundee-2022.csv"
HEAD = ",".join(COLUMNS)


def plan(tmp_path, *rows: str):
    path = tmp_path / "plan.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return read_plan(path)


def first(due: str, status: str = "planned", key: str = "1.1", link: str = "") -> str:
    return f"{key},1,additional,Do it,Programme,Lead officer,{due},,{link},2022-02-10,{status}"


def later(day: str, due: str, status: str = "under way", key: str = "1.1") -> str:
    return f"{key},,,,,,{due},,,{day},{status}"


# Each as the Dundee plan, or plans like it, writes it; the last day of the month is still in time.
@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("March 2022", "dated", dt.date(2022, 3, 31)),
        ("by end of February 2024", "dated", dt.date(2024, 2, 29)),
        ("31st March 2022", "dated", dt.date(2022, 3, 31)),
        ("2022-03-01", "dated", dt.date(2022, 3, 1)),
        ("Q4 2021-22", "dated", dt.date(2022, 3, 31)),
        ("Q1 2022-23", "dated", dt.date(2022, 6, 30)),
        ("Standing item at all meetings", "standing", None),
        ("Ongoing", "standing", None),
        ("Six-monthly reporting", "recurring", None),
        ("31/03/2022", "dated", dt.date(2022, 3, 31)),
        ("ongoing until June 2022", "dated", dt.date(2022, 6, 30)),
        ("ongoing until further notice", "standing", None),
        ("Standing item from April 2022", "standing", dt.date(2022, 4, 30)),
        ("Six-monthly report, first June 2022", "recurring", dt.date(2022, 6, 30)),
        ("tbc", "to be confirmed", None),
        ("", "to be confirmed", None),
    ],
)
def test_due_dates_keep_their_meaning(text, kind, day):
    due = read_due(text)
    assert (due.kind, due.date, due.text) == (kind, day, text)


@pytest.mark.parametrize(
    "text",
    [
        "spring",
        "31 February 2022",
        "soon",
        "March",
        "2022",
        "Smarch 2022",
        "2022-13-01",
        "31/13/2022",
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="is no date and no other time"):
        read_due(text)


@pytest.mark.parametrize(
    "text", ["Ongoing - review March 2022", "Annual report March 2023", "ongoing, 31/03/2022"]
)
def test_a_date_that_could_mean_either_is_refused(text):
    with pytest.raises(ValueError, match="a date whose meaning is not said"):
        read_due(text)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
def test_a_month_ends_on_its_last_day(day):
    due = read_due(day.strftime("%B %Y")).date
    assert due >= day
    assert (due + dt.timedelta(1)).day == 1


def test_states_on_a_day(tmp_path):
    rows = [
        first("March 2022", key="a"), first("May 2022", key="b"), first("July 2022", key="c"),
        first("ongoing", key="d"), first("six-monthly", key="e"), first("tbc", key="f"),
        first("March 2022", "complete", key="g"),
    ]  # fmt: skip
    found = standing(plan(tmp_path, *rows), on=dt.date(2022, 5, 1))
    said = ["overdue", "due", "not yet due", "standing item", "recurring", "no date", "complete"]
    assert found["state"].tolist() == said
    assert found["days_overdue"].tolist() == [31, 0, 0, 0, 0, 0, 0]  # 1 May is 31 days on


def test_slips_are_counted_and_measured(tmp_path):
    read = plan(
        tmp_path, first("March 2022"), later("2022-04-01", "June 2022"),
        later("2022-05-01", ""), later("2022-07-01", "September 2022"),
        later("2022-10-01", "", "complete"),
    )  # fmt: skip
    row = standing(read, on=dt.date(2023, 1, 1)).iloc[0]
    assert (row["state"], row["slips"], row["days_slipped"]) == ("complete", 2, 183)  # 31/3 to 30/9
    assert row["lead"] == "Lead officer"
    assert (row["first_due"], row["due"]) == ("March 2022", "September 2022")
    earlier = standing(read, on=dt.date(2022, 4, 15)).iloc[0]
    assert (earlier["state"], earlier["slips"], earlier["due"]) == ("not yet due", 1, "June 2022")


def test_a_date_taken_away_is_a_slip(tmp_path):
    read = plan(tmp_path, first("March 2022"), later("2022-04-01", "tbc"))
    row = standing(read, on=dt.date(2022, 5, 1)).iloc[0]
    assert (row["state"], row["slips"]) == ("no date", 1)


def test_the_dundee_plan_is_read_whole():
    read = read_plan(DUNDEE)
    found = standing(read, on=dt.date(2022, 4, 15))
    by = found["area_for_improvement"].value_counts()
    assert by.to_dict() == {"1": 10, "2": 7, "3": 10, "4": 10, "a": 1, "b": 2, "c": 5}
    assert set(found["state"]) == {"overdue", "due", "not yet due", "standing item", "recurring"}
    assert (found["due"] == "Standing item").sum() == 4
    # February and March 2022 are past on 15 April
    late = found[found["state"] == "overdue"]
    assert set(late["due"]) == {"February 2022", "March 2022"}


def test_leads_are_roles():
    leads = "; ".join(action.updates[-1].words["lead"] for action in read_plan(DUNDEE).actions)
    roles = ("Officer", "Manager", "Chair", "Nurse", "Director", "representatives")
    assert all(any(role in lead for role in roles) for lead in leads.split("; "))


def test_a_finished_action_shows_whether_its_number_moved(tmp_path):
    read = plan(
        tmp_path,
        first("March 2022", "complete", link="indicator:register_rate; staff_survey:advocacy"),
    )
    data = cp.load()

    def find(link):
        name = link.partition(":")[2]
        return cp.measure(data, name, areas="Scotland") if link.startswith("ind") else None

    found = moved(read, find, on=dt.date(2023, 8, 1))
    row = found.iloc[0]
    assert (row["before_period"], row["period"]) == ("2020-21", "2022-23")
    # 2,104 over 911,522 and 2,094 over 891,892, published: 1.02 times, exact limits about 1
    assert (row["before_value"], row["value"]) == pytest.approx((2.308, 2.348), abs=0.001)
    assert row["verdict"] == "similar"
    assert found.iloc[1]["verdict"] == "not measured"


def test_without_a_later_figure_nothing_is_said(tmp_path):
    read = plan(tmp_path, first("March 2022", link="indicator:register_rate"))
    data = cp.load()
    rows = cp.measure(data, "register_rate", areas="Scotland")
    found = moved(read, lambda link: rows, on=dt.date(2022, 3, 2)).iloc[0]
    assert found["verdict"] == "not yet known"
    assert pd.isna(found["value"])


def test_everything_wrong_is_said_at_once(tmp_path):
    with pytest.raises(DataProblems) as error:
        plan(
            tmp_path, first("soon"), first("March 2022", "finsihed", key="1.2"),
            "1.3,,,,,,tbc,,,2022-02-10,planned", first("tbc", key="1.4", link="graph:1"),
            first("tbc", key="1.5").replace("2022-02-10", "yesterday"),
            first("tbc", key="1.6"), later("2022-02-10", "tbc", key="1.6"),
        )  # fmt: skip
    said = str(error.value)
    for part in ("line 2, column due: 'soon'", "Write finished", "is blank in the first row",
                 "'graph:1' is no link", "'yesterday' is no date", "out of order"):  # fmt: skip
        assert part in said, part


def test_a_plan_in_excel_reads_the_same(tmp_path):
    frame = pd.read_csv(DUNDEE, dtype="str", keep_default_na=False)
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    frame.to_excel(tmp_path / "dundee-2022.xlsx", index=False)
    assert read_plan(tmp_path / "dundee-2022.xlsx") == read_plan(DUNDEE)


def test_a_file_that_is_no_plan(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataProblems, match="column id: has no such column"):
        read_plan(tmp_path / "x.csv")
    (tmp_path / "y.csv").write_text(HEAD + "\n", encoding="utf-8")
    with pytest.raises(CannotRead, match="no actions"):
        read_plan(tmp_path / "y.csv")


def test_one_loss_of_a_date_is_one_slip(tmp_path):
    rows = [first("March 2022"), later("2022-05-01", "tbc"), later("2022-08-01", ""),
            later("2022-11-01", "")]  # fmt: skip
    row = standing(plan(tmp_path, *rows), on=dt.date(2023, 1, 1)).iloc[0]
    assert (row["slips"], pd.isna(row["days_slipped"])) == (1, True)
    # A date that is given in the end is the end of that slip: 31 March to 31 May is 61 days.
    given = [*rows, later("2022-12-01", "May 2022")]
    row = standing(plan(tmp_path, *given), on=dt.date(2023, 1, 1)).iloc[0]
    assert (row["slips"], row["days_slipped"]) == (1, 61)


def test_what_goes_on_is_late_when_it_has_not_begun(tmp_path):
    rows = [first("standing item from April 2022", key="a"),
            first("six-monthly, first June 2022", key="b"),
            first("six-monthly, first June 2022", "under way", key="c")]  # fmt: skip
    read = plan(tmp_path, *(row.replace("six-monthly,", '"six-monthly,').replace(
        "first June 2022", 'first June 2022"') for row in rows))  # fmt: skip
    early, late = (standing(read, on=day) for day in (dt.date(2022, 5, 1), dt.date(2022, 7, 1)))
    assert early["state"].tolist() == ["overdue", "not yet due", "recurring"]
    assert late["state"].tolist() == ["overdue", "overdue", "recurring"]
    assert late["days_overdue"].tolist() == [62, 1, 0]  # 30 April and 30 June to 1 July


def test_later_rows_change_what_they_say(tmp_path):
    update = "1.1,,,Do it otherwise,Other,Chief officer,,Report,,2022-05-01,under way"
    read = plan(tmp_path, first("March 2022"), update)
    words = ["action", "programme", "lead", "milestone", "due"]
    now, before = (standing(read, on=day).iloc[0][words].tolist()
                   for day in (dt.date(2022, 6, 1), dt.date(2022, 3, 1)))  # fmt: skip
    assert now == ["Do it otherwise", "Other", "Chief officer", "Report", "March 2022"]
    assert before == ["Do it", "Programme", "Lead officer", "", "March 2022"]


def test_no_action_stands_before_it_is_written(tmp_path):
    assert standing(plan(tmp_path, first("March 2022")), on=dt.date(2022, 1, 1)).empty


def said_of(tmp_path, text: str) -> str:
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataProblems) as error:
        read_plan(tmp_path / "p.csv")
    return str(error.value)


def test_nothing_in_a_plan_is_passed_over(tmp_path):
    extra = said_of(tmp_path, f"{HEAD},comment\n{first('March 2022')},note\n")
    assert "line 1, column comment: is a column of no meaning" in extra
    assert "Is it 'milestone'?" in said_of(
        tmp_path, f"{HEAD.replace('milestone', 'milestones')}\n{first('March 2022')}\n"
    )
    assert "line 2: has 12 cells for 11 headings" in said_of(
        tmp_path, f"{HEAD}\n{first('March 2022')},delayed\n"
    )


@pytest.mark.parametrize(
    ("link", "near"),
    [
        ("indicator:regster_rate", "Did you mean indicator:register_rate?"),
        ("participation:child_views", "Did you mean participation:children_views?"),
        ("record_readin:plan", "Did you mean record_reading:plan?"),
    ],
)
def test_a_mistyped_link_is_told(tmp_path, link, near):
    with pytest.raises(DataProblems) as error:
        plan(tmp_path, first("March 2022", link=link))
    assert f"plan.csv, line 2, column evidence: '{link}'" in str(error.value)
    assert near in str(error.value)


@pytest.mark.parametrize("lead", ["Ms Smith", "Dr. Ann Brown", "a.brown@example.org"])
def test_a_person_is_no_lead_and_is_not_repeated(tmp_path, lead):
    with pytest.raises(DataProblems, match="names a person") as error:
        plan(tmp_path, first("March 2022").replace("Lead officer", lead))
    assert lead not in str(error.value)


@pytest.mark.parametrize("day", ["10/02/2022", "2022-02-10 00:00:00"])
def test_days_are_read_as_elsewhere(tmp_path, day):
    read = plan(tmp_path, first("March 2022").replace("2022-02-10", day))
    assert read.began == dt.date(2022, 2, 10)


# Figures of 2021 and 2023: the action of 2022 lies between them, that of 2020 before both.
def test_before_is_before_the_actions_own_first_entry(tmp_path):
    link = "record_reading:plan"
    read = plan(
        tmp_path, first("March 2022", key="old").replace("2022-02-10", "2020-02-10"),
        first("March 2022", link=link), first("March 2022", key="2", link=link).replace(
            "2022-02-10", "2020-06-10"),
    )  # fmt: skip
    days = pd.to_datetime(["2021-10-31", "2022-10-31"])
    rows = pd.DataFrame(
        {"indicator": "record_reading: plan", "period": ["31 October 2021", "31 October 2022"],
         "start": days, "numerator": [20.0, 40.0], "denominator": [60.0, 60.0],
         "value": [100 / 3, 200 / 3], "method": "Wilson", "mark": ""}
    )  # fmt: skip
    found = moved(read, lambda link: rows, on=dt.date(2023, 1, 1)).set_index("id")
    own, early = found.loc["1.1"], found.loc["2"]
    assert (own["before_period"], own["period"]) == ("31 October 2021", "31 October 2022")
    assert own["verdict"] == "higher"
    assert early["verdict"] == "not yet known"
    assert "no figure up to 10 June 2020" in early["note"]


def test_the_shipped_plan_is_made_up_and_says_so(tmp_path):
    shipped = Path("data/synthetic/evidence/plan.csv")
    again = write_synthetic_plan(tmp_path / "plan.csv", DUNDEE)
    assert again.read_bytes() == shipped.read_bytes()
    read, real = read_plan(shipped), read_plan(DUNDEE)
    assert (read.synthetic, real.synthetic) == (True, False)
    assert [a.id for a in read.actions] == [a.id for a in real.actions]
    found = standing(read, on=dt.date(2023, 3, 13))
    assert {"complete", "overdue", "not yet due", "no date", "due"} <= set(found["state"])
    assert set(found["slips"]) == {0, 1, 2}
