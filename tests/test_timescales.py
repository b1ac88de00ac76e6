# ruff: noqa: E501 (tables are drawn on a line)
"""Timescales at their edges: what starts a clock, what stops it, and what is not known."""

from __future__ import annotations

import datetime as dt

import pytest
from test_episodes import rows
from test_views import made, view


def meetings_of(engine: str, **tables) -> list[dict]:
    until = tables.pop("until", dt.date(2022, 7, 31))
    return rows(view("meetings", made(engine, until=until, **tables)))


def by_day(found: list[dict], column: str) -> dict[str, object]:
    return {str(r["date"]): r[column] for r in found}


def test_a_concern_starts_the_clock_of_the_meeting_it_led_to_only(engine):
    found = meetings_of(
        engine,
        concerns_received="""
            | child_id | received_date |
            | teen     | 2018-01-01    |
            | small    | 2018-01-01    |
            | born     | 2019-12-01    |
        """,
        meetings="""
            | child_id | meeting_type | meeting_date |
            | teen     | initial      | 2018-06-30   |
            | small    | initial      | 2018-07-01   |
            | born     | initial      | 2019-12-20   |
            | born     | initial      | 2020-01-10   |
        """,
    )
    # 180 days after the concern, late; 181 days after it, not known; the second meeting of one
    # concern, not known.
    assert by_day(found, "days_since_concern") == {
        "2018-06-30": 180, "2018-07-01": None, "2019-12-20": 19, "2020-01-10": None,
    }  # fmt: skip
    assert by_day(found, "in_time") == {
        "2018-06-30": "no", "2018-07-01": None, "2019-12-20": "yes", "2020-01-10": None,
    }  # fmt: skip


def test_a_concern_before_a_registration_is_not_that_of_the_next_meeting(engine):
    found = meetings_of(
        engine,
        concerns_received="| child_id | received_date |\n| teen | 2018-01-01 |\n| small | 2018-01-01 |",
        registrations="| child_id | registration_date |\n| teen | 2018-01-10 |\n| small | 2018-01-15 |",
        meetings="| child_id | meeting_type | meeting_date |\n| teen | initial | 2018-01-20 |\n| small | initial | 2018-01-15 |",
    )
    assert by_day(found, "in_time") == {"2018-01-20": None, "2018-01-15": "yes"}


def test_the_clock_can_run_from_the_discussion_or_the_investigation(engine):
    found = meetings_of(
        engine,
        concerns_received="| child_id | received_date |\n| teen | 2021-10-01 |",
        discussions="| child_id | discussion_date |\n| teen | 2021-10-04 |",
        investigations="| child_id | start_date |\n| teen | 2021-10-06 |",
        meetings="| child_id | meeting_type | meeting_date |\n| teen | initial | 2021-11-02 |",
    )
    # 32 days after the concern, 29 after the discussion, 27 after the investigation: of 28.
    names = ("in_time", "in_time_of_discussion", "in_time_of_investigation")
    assert [found[0][n] for n in names] == ["no", "no", "yes"]


def test_the_guidance_is_that_of_the_day_the_clock_started(engine):
    first = made(engine).guidance_2021_from
    made_records = made(
        engine,
        until=first + dt.timedelta(400),
        concerns_received=[{"child_id": "teen", "received_date": first - dt.timedelta(1)}],
        meetings=[
            {
                "child_id": "teen",
                "meeting_type": "initial",
                "meeting_date": first + dt.timedelta(24),
                "record_date": first + dt.timedelta(24 + 15),
            }
        ],
    )
    # 25 days: over the 21 of 2014, whose guidance held when the concern was received. The clock of
    # the record starts at the meeting.
    (row,) = rows(view("first_meetings", made_records))
    assert (row["regime"], row["in_time"], row["days_since_concern"]) == ("2014", "no", 25)
    (row,) = rows(view("meetings", made_records))
    assert (row["regime"], row["in_time"]) == ("2021", "no")


def test_what_is_dated_the_wrong_way_round_is_not_known(engine):
    (row,) = meetings_of(
        engine,
        meetings="""
            | child_id | meeting_type | meeting_date | invitation_date | record_date | decision_date |
            | teen     | initial      | 2019-01-23   | 2019-01-24      | 2019-01-22  | 2019-01-22    |
        """,
    )
    assert [row[c] for c in ("notice_in_time", "record_in_time", "decision_in_time")] == [None] * 3


def test_what_is_dated_the_same_day_is_known(engine):
    (row,) = meetings_of(
        engine,
        meetings="""
            | child_id | meeting_type | meeting_date | invitation_date | record_date | decision_date |
            | teen     | initial      | 2019-01-23   | 2019-01-23      | 2019-01-23  | 2019-01-23    |
        """,
    )
    said = [row[c] for c in ("notice_in_time", "record_in_time", "decision_in_time")]
    assert said == ["no", "yes", "yes"]


REVIEWS = """
    | child_id | meeting_type | meeting_date |
    | teen     | review       | 2019-03-01   |
    | small    | review       | 2020-02-01   |
"""


def test_a_review_that_ends_the_registration_early_was_due_and_in_time(engine):
    found = view(
        "reviews_due",
        made(
            engine,
            registrations="| child_id | registration_date |\n| teen | 2019-01-01 |\n| small | 2019-01-01 |\n| small | 2020-01-01 |\n| born | 2019-08-01 |",
            deregistrations="| child_id | deregistration_date |\n| teen | 2019-03-01 |\n| small | 2019-05-01 |\n| small | 2020-02-15 |\n| born | 2019-08-20 |",
            meetings=REVIEWS,
        ),
    )
    got = sorted(
        (r["person_id"], str(r["date"]), str(r["review_date"]), r["in_time"]) for r in rows(found)
    )
    # teen: the review of 1 March ended it, due 1 April. small: none by 1 April, and the review of
    # the next registration is not its own; that one was held early and the child left before the
    # day it was due. born left with no review before one was due.
    assert got == [
        ("small", "2019-04-01", "None", "no"),
        ("small", "2020-04-01", "2020-02-01", "yes"),
        ("teen", "2019-04-01", "2019-03-01", "yes"),
    ]


@pytest.mark.parametrize("name", ["core_groups_due", "reviews_due"])
def test_nothing_is_due_for_a_temporary_registration(engine, name):
    found = view(
        name,
        made(
            engine,
            registrations="""
                | child_id | registration_date | registration_type |
                | teen     | 2019-01-01        | temporary         |
                | small    | 2019-01-01        |                   |
            """,
            deregistrations="| child_id | deregistration_date |\n| teen | 2019-06-01 |\n| small | 2019-06-01 |",
        ),
    )
    assert [r["person_id"] for r in rows(found)] == ["small"]


def test_beyond_the_calendar_of_holidays_nothing_in_working_days_is_known(engine):
    (row,) = meetings_of(
        engine,
        until=dt.date(2052, 7, 31),
        meetings="""
            | child_id | meeting_type | meeting_date | record_date | quorate |
            | teen     | initial      | 2050-12-30   | 2051-01-04  | no      |
        """,
    )
    assert row["record_in_time"] is None
    found = view(
        "core_groups_due",
        made(
            engine,
            until=dt.date(2052, 7, 31),
            registrations="| child_id | registration_date |\n| teen | 2050-12-01 |\n| small | 2051-01-01 |",
            core_groups="| child_id | core_group_date |\n| teen | 2051-01-20 |",
        ),
    )
    assert [(r["person_id"], r["in_time"]) for r in rows(found)] == []


def test_a_registration_of_the_same_day_was_led_to_by_the_meeting(engine):
    found = meetings_of(
        engine,
        meetings="""
            | child_id | meeting_type | meeting_date | outcome |
            | teen     | initial      | 2019-01-23   |         |
            | small    | review       | 2019-02-01   |         |
            | born     | initial      | 2019-12-01   |         |
        """,
        registrations="""
            | child_id | registration_date | registration_type | meeting_id |
            | teen     | 2019-01-23        | initial           |            |
            | small    | 2019-02-01        | initial           |            |
            | born     | 2019-12-01        | temporary         |            |
        """,
    )
    assert by_day(found, "registered") == {
        "2019-01-23": "yes", "2019-02-01": None, "2019-12-01": None,
    }  # fmt: skip
