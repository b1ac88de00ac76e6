# ruff: noqa: E501 (tables are drawn on a line)
"""Views: each small enough to check by eye, the same on every engine."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pytest
from made_records import records
from test_episodes import one, rows

from cpstats.errors import DataNotFound
from cpstats.records.engines import collect, hand_over
from cpstats.views import VIEWS, nearest
from cpstats.views.clocks import CLOCKS, working_days

CHILDREN = """
    | child_id | date_of_birth | expected_date_of_birth | later_id |
    | teen     | 2004-06-01    |                        |          |
    | small    | 2015-06-01    |                        |          |
    | unborn   |               | 2019-06-30             | born     |
    | born     | 2019-07-02    |                        |          |
"""
EMPTY = {
    "concerns_received": "| child_id | received_date |",
    "discussions": "| child_id | discussion_date |",
    "investigations": "| child_id | start_date | end_date |",
    "meetings": "| child_id | meeting_type | meeting_date |",
    "registrations": "| child_id | registration_date |",
    "deregistrations": "| child_id | deregistration_date |",
    "core_groups": "| child_id | core_group_date |",
    "reporter_referrals": "| child_id | referral_date | meeting_id |",
    "concerns_identified": "| child_id | meeting_id | concern |",
    "attendance": "| meeting_id | role | invited | attended |",
    "orders": "| child_id | received_date |",
    "risk_meetings": "| child_id | meeting_date | concern |",
}


def made(engine: str = "pandas", **tables):
    until = tables.pop("until", dt.date(2021, 7, 31))
    return records(engine, until=until, **({"children": CHILDREN} | EMPTY | tables))


def view(name: str, made_records, days=()):
    return VIEWS[name].build(made_records, days)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_has_its_columns_and_is_empty_of_nothing(engine, name):
    frame = collect(view(name, made(engine), [dt.date(2019, 7, 31)]))
    assert list(frame.columns) == list(VIEWS[name].columns)
    assert len(frame) == 0


def test_working_days_leave_out_scottish_holidays_only():
    numbered = working_days().set_index("_day")["working_days"]

    def between(earlier: str, later: str) -> int:
        return int(numbered[later] - numbered[earlier])

    # Thursday 24 December 2020 to Tuesday 5 January 2021: 28th is Boxing Day in lieu, 1 January,
    # and Monday 4 January for 2 January, a Saturday; 25 December is a Friday.
    assert between("2020-12-24", "2021-01-05") == 4  # 29, 30, 31 December and 5 January
    # Easter Monday, 2 April 2018, is no bank holiday in Scotland; Good Friday is.
    assert between("2018-03-29", "2018-04-03") == 2
    # The summer holiday is the first Monday of August, 6 August 2018, not the last.
    assert between("2018-08-03", "2018-08-07") == 1
    assert between("2018-08-24", "2018-08-28") == 2
    # St Andrew's Day, Friday 30 November 2018.
    assert between("2018-11-29", "2018-12-03") == 1


def test_the_limits_are_those_of_the_guidance():
    limits = {(c.name, c.regime): (c.limit, c.unit) for c in CLOCKS.values()}
    assert limits["initial meeting", "2014"] == (21, "days")
    assert limits["initial meeting", "2021"] == (28, "days")
    assert limits["record", "2014"] == (15, "days")
    assert limits["record", "2021"] == (10, "working days")
    assert limits["first core group", "2014"] == (15, "days")
    assert limits["first core group", "2021"] == (15, "working days")
    assert limits["first review", "2014"] == (3, "months")


def test_the_pathway_of_a_concern_is_followed_step_by_step(engine):
    found = view(
        "concerns_received",
        made(
            engine,
            concerns_received="""
                | child_id | received_date | source |
                | teen     | 2019-01-01    | police |
                | small    | 2019-01-01    | health |
                | small    | 2021-07-01    | health |
            """,
            discussions="| child_id | discussion_date |\n| teen | 2019-01-29 |\n| small | 2019-01-02 |",
            investigations="""
                | child_id | start_date | end_date   |
                | small    | 2019-01-05 | 2019-02-01 |
            """,
            meetings="""
                | child_id | meeting_type | meeting_date |
                | teen     | review       | 2019-01-20   |
                | small    | initial      | 2019-01-20   |
            """,
            registrations="| child_id | registration_date |\n| small | 2019-01-20 |",
        ),
    )
    steps = ["reached_discussion", "reached_investigation", "reached_meeting"]
    steps += ["reached_registration", "followed"]
    got = {
        (r["person_id"], r["date"].year, r["age_group"]): [r[s] for s in steps] for r in rows(found)
    }
    assert got == {
        ("teen", 2019, "13-17"): ["yes", "no", "no", "no", "yes"],  # on the 28th day
        ("small", 2019, "0-12"): ["yes", "yes", "yes", "yes", "yes"],
        ("small", 2021, "0-12"): ["no", "no", "no", "no", "no"],
    }


def test_a_discussion_is_followed_as_long_as_the_records_go_on(engine):
    found = view(
        "discussions",
        made(
            engine,
            discussions="| child_id | discussion_date |\n| teen | 2019-01-01 |\n| small | 2021-07-03 |",
            meetings="| child_id | meeting_type | meeting_date |\n| teen | initial | 2019-01-30 |",
        ),
    )
    teen, small = one(found, person_id="teen"), one(found, person_id="small")
    assert (teen["days_to_meeting"], teen["met_within_28"], teen["met_within_90"]) == (
        29, "no", "yes",
    )  # fmt: skip
    assert (small["followed_28"], small["followed_90"]) == ("yes", "no")
    assert (small["days_to_meeting"], small["met_within_28"]) == (None, "no")


def test_a_meeting_is_in_time_by_the_guidance_of_its_day(engine):
    found = view(
        "meetings",
        made(
            engine,
            until=dt.date(2022, 7, 31),
            concerns_received="| child_id | received_date |\n| teen | 2019-01-01 |\n| small | 2021-10-01 |",
            meetings="""
                | meeting_id | child_id | meeting_type | meeting_date | invitation_date | record_date | quorate | reconvenes |
                | m1         | teen     | initial      | 2019-01-23   | 2019-01-18      | 2019-02-07  | yes     |            |
                | m2         | small    | initial      | 2021-10-29   | 2021-10-25      | 2021-11-12  | no      |            |
                | m3         | small    | initial      | 2021-11-12   |                 | 2021-11-29  | yes     | m2         |
                | m4         | born     | initial      | 2019-12-23   |                 |             |         |            |
            """,
            attendance="""
                | meeting_id | role        | invited | attended |
                | m1         | mother      | yes     | no       |
                | m1         | child       | yes     | yes      |
                | m2         | social work | yes     | yes      |
                | m3         | father      | yes     |          |
            """,
            registrations="| child_id | registration_date | meeting_id |\n| teen | 2019-01-23 | m1 |",
            reporter_referrals="| child_id | referral_date | meeting_id |\n| small | 2021-11-19 | |",
        ),
    )
    got = {r["date"]: r for r in rows(found)}
    m1, m2 = got[dt.date(2019, 1, 23)], got[dt.date(2021, 10, 29)]
    m3, m4 = got[dt.date(2021, 11, 12)], got[dt.date(2019, 12, 23)]
    # 2014: 22 days after the concern is over 21; 15 calendar days to the record is in time.
    assert (m1["regime"], m1["in_time"], m1["record_in_time"]) == ("2014", "no", "yes")
    assert (m1["notice_in_time"], m1["registered"]) == ("yes", "yes")
    assert (m1["parent_attended"], m1["child_attended"]) == ("no", "yes")
    # 2021: 28 days is in time; 29 October to 12 November is 10 working days.
    assert (m2["regime"], m2["in_time"], m2["record_in_time"]) == ("2021", "yes", "yes")
    assert (m2["notice_in_time"], m2["reconvened_in_time"]) == ("no", "yes")
    # 12 to 29 November 2021 is 11 working days; attendance with no answer is not recorded.
    assert (m3["record_in_time"], m3["parent_attended"]) == ("no", None)
    assert (m2["reporter_referral"], m3["reporter_referral"]) == ("no", "yes")
    assert (m4["in_time"], m4["registered"], m4["notice_in_time"]) == (None, None, None)


def test_a_pre_birth_meeting_is_in_time_by_weeks_and_by_days(engine):
    found = view(
        "meetings",
        made(
            engine,
            children="""
                | child_id | date_of_birth | expected_date_of_birth |
                | one      |               | 2019-06-30             |
                | two      |               | 2019-06-30             |
                | three    |               | 2022-06-30             |
            """,
            concerns_received="| child_id | received_date |\n| two | 2019-05-01 |\n| three | 2022-01-01 |",
            meetings="""
                | child_id | meeting_type | meeting_date | late_notification |
                | one      | pre-birth    | 2019-04-07   | no                |
                | two      | pre-birth    | 2019-05-22   | yes               |
                | three    | pre-birth    | 2022-01-30   |                   |
            """,
            until=dt.date(2022, 7, 31),
        ),
    )
    got = {
        r["person_id"]: (r["within_28_weeks"], r["in_time"], r["age_group"]) for r in rows(found)
    }
    assert got == {
        "one": ("yes", "yes", "unborn"),  # 84 days before the expected date of birth
        "two": ("no", "yes", "unborn"),  # late notification, 21 days after the concern
        "three": ("yes", "no", "unborn"),  # by 28 weeks, but 29 days after the concern
    }


def test_reviews_fall_due_from_the_registration_and_from_each_review(every_engine):
    found = view(
        "reviews_due",
        made(
            every_engine,
            registrations="| child_id | registration_date |\n| teen | 2018-11-30 |\n| small | 2019-01-01 |",
            deregistrations="| child_id | deregistration_date |\n| teen | 2019-12-31 |\n| small | 2019-03-31 |",
            meetings="""
                | child_id | meeting_type | meeting_date |
                | teen     | review       | 2019-02-28   |
                | teen     | review       | 2019-09-01   |
            """,
        ),
    )
    got = [(r["person_id"], str(r["date"]), r["first_review"], r["in_time"]) for r in rows(found)]
    # 30 November and three months is 28 February; then 28 August, missed; small left before its due.
    assert sorted(got) == [
        ("teen", "2019-02-28", "yes", "yes"),
        ("teen", "2019-08-28", "no", "no"),
    ]


def test_a_first_core_group_is_due_for_those_registered_long_enough(engine):
    found = view(
        "core_groups_due",
        made(
            engine,
            registrations="""
                | child_id | registration_date |
                | teen     | 2019-01-01        |
                | small    | 2019-01-01        |
                | born     | 2021-07-25        |
            """,
            deregistrations="| child_id | deregistration_date |\n| small | 2019-01-10 |",
            core_groups="| child_id | core_group_date |\n| teen | 2019-01-16 |",
        ),
    )
    assert [(r["person_id"], r["in_time"]) for r in rows(found)] == [("teen", "yes")]


def test_concerns_of_the_register_are_those_last_named(engine):
    made_records = made(
        engine,
        registrations="| child_id | registration_date | meeting_id |\n| teen | 2019-01-01 | m1 |",
        meetings="""
            | meeting_id | child_id | meeting_type | meeting_date |
            | m1         | teen     | initial      | 2019-01-01   |
            | m2         | teen     | review       | 2019-03-01   |
        """,
        concerns_identified="""
            | child_id | meeting_id | concern        |
            | teen     | m1         | neglect        |
            | teen     | m1         | neglect        |
            | teen     | m2         | physical abuse |
        """,
    )
    days = [dt.date(2019, 2, 1), dt.date(2019, 7, 31)]
    held = {
        (str(r["date"]), r["concern"]) for r in rows(view("register_concerns", made_records, days))
    }
    assert held == {("2019-02-01", "neglect"), ("2019-07-31", "physical abuse")}
    assert [r["concern"] for r in rows(view("registration_concerns", made_records))] == ["neglect"]


def test_a_table_that_was_not_collected_is_said_to_be_missing():
    made_records = records(children=CHILDREN)
    with pytest.raises(DataNotFound, match="no table of child protection planning"):
        pytest.fail(str(made_records.table("meetings"))) if False else made_records.table(
            "meetings"
        )


@pytest.mark.parametrize("same_day", [True, False])
def test_the_nearest_event_is_the_one_a_loop_finds(engine, same_day):
    chance = random.Random(5)
    day = dt.date(2020, 1, 1)

    def drawn(n: int) -> pd.DataFrame:
        pairs = [
            (f"p{chance.randint(0, 40)}", day + dt.timedelta(chance.randint(0, 12)))
            for _ in range(n)
        ]
        frame = pd.DataFrame(pairs, columns=["person_id", "date"])
        return frame.assign(date=pd.to_datetime(frame["date"]).astype("datetime64[s]"))

    asked, known = drawn(300), drawn(100)
    made_records = made(engine)
    handed = [hand_over(f, made_records.engine, made_records.holds) for f in (asked, known)]
    last = collect(
        nearest.last_before(made_records, handed[0], handed[1], "found", same_day=same_day)
    )
    nxt = collect(
        nearest.next_after(made_records, handed[0], handed[1], "found", same_day=same_day)
    )
    assert len(last) == len(nxt) == len(asked)
    events = list(known.itertuples(index=False))
    for frame, pick, sign in ((last, max, 1), (nxt, min, -1)):
        for row in frame.itertuples(index=False):
            days = [
                e.date for e in events
                if e.person_id == row.person_id
                and ((row.date - e.date).days * sign > 0 or (same_day and row.date == e.date))
            ]  # fmt: skip
            assert (pd.isna(row.found) and not days) or row.found == pick(days)
