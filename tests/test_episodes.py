"""Episodes: the stated rules by hand, and every column against a slow walk on every engine."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_records import records
from reference_episodes import walk

from cpstats import episodes
from cpstats.errors import ImpossibleInput
from cpstats.records.engines import collect

CHILDREN = """
    | child_id | date_of_birth | expected_date_of_birth | later_id | sex    |
    | a        | 2010-05-05    |                        |          | female |
    | b        | 2012-02-29    |                        |          | male   |
    | unborn   |               | 2019-03-01             | born     |        |
    | born     | 2019-02-20    |                        |          | female |
"""


def rows(frame) -> list[dict]:
    """Give a frame as plain rows: dates, whole numbers, None where missing."""
    plain = collect(frame).astype(object)
    plain = plain.where(plain.notna(), None)
    return [
        {name: _plain(value) for name, value in row.items()} for row in plain.to_dict("records")
    ]


def _plain(value):
    if isinstance(value, pd.Timestamp | dt.datetime):
        return value.date()
    return int(value) if isinstance(value, float) else value


def made(engine: str = "pandas", *, registered: str, left: str = "", children: str = CHILDREN):
    left = left or "| child_id | deregistration_date |"
    return records(engine, children=children, registrations=registered, deregistrations=left)


def one(frame, **wanted) -> dict:
    (row,) = [r for r in rows(frame) if all(r[k] == v for k, v in wanted.items())]
    return row


def test_length_is_from_the_most_recent_registration():
    # Annex C of 2016-17: not from the start of an earlier registration.
    made_records = made(
        registered="""
            | child_id | registration_date |
            | a        | 2018-01-10        |
            | a        | 2019-01-10        |
        """,
        left="""
            | child_id | deregistration_date |
            | a        | 2018-03-10          |
            | a        | 2019-04-09          |
        """,
    )
    last = one(episodes.deregistrations(made_records), date=dt.date(2019, 4, 9))
    assert last["registered_date"] == dt.date(2019, 1, 10)
    assert (last["months_registered"], last["days_registered"]) == (2, 89)
    assert last["length_registered"] == "under 6 months"
    again = one(episodes.registrations(made_records), date=dt.date(2019, 1, 10))
    assert again["months_since_deregistration"] == 10
    assert again["time_since_deregistration"] == "6 months to under 1 year"


@pytest.mark.parametrize(
    ("left", "again", "months"),
    [
        ("2018-08-31", "2019-02-27", 5),
        ("2018-08-31", "2019-02-28", 6),  # the last day stands for the 31st
        ("2019-08-31", "2020-02-28", 5),
        ("2019-08-31", "2020-02-29", 6),
        ("2020-02-29", "2021-02-28", 12),
        ("2020-02-29", "2020-08-28", 5),
        ("2020-02-29", "2020-08-29", 6),
    ],
)
def test_months_are_right_at_the_ends_of_months(left, again, months):
    made_records = made(
        registered=f"""
            | child_id | registration_date |
            | a        | 2018-01-01        |
            | a        | {again}           |
        """,
        left=f"""
            | child_id | deregistration_date |
            | a        | {left}              |
        """,
    )
    row = one(episodes.registrations(made_records), date=dt.date.fromisoformat(again))
    assert row["months_since_deregistration"] == months


def test_a_birth_between_two_registrations_is_no_re_registration():
    made_records = made(
        registered="""
            | child_id | registration_date |
            | unborn   | 2019-01-15        |
            | born     | 2019-03-01        |
        """
    )
    first = one(episodes.registrations(made_records), date=dt.date(2019, 1, 15))
    second = one(episodes.registrations(made_records), date=dt.date(2019, 3, 1))
    assert first["person_id"] == second["person_id"] == "born"
    assert (first["age_group"], second["age_group"]) == ("unborn", "0-12")
    assert first["sex"] == "female"
    assert (first["ended_by"], first["end_date"]) == ("registration", dt.date(2019, 3, 1))
    assert second["months_since_deregistration"] is None
    assert second["history"] == "not known if registered before"


def test_a_same_day_change_of_a_child_on_the_register_is_no_re_registration():
    made_records = made(
        registered="""
            | child_id | registration_date |
            | a        | 2018-01-10        |
            | a        | 2018-06-01        |
        """,
        left="""
            | child_id | deregistration_date |
            | a        | 2018-06-01          |
        """,
    )
    second = one(episodes.registrations(made_records), date=dt.date(2018, 6, 1))
    assert (second["continues"], second["months_since_deregistration"]) == ("yes", None)
    left = one(episodes.deregistrations(made_records))
    assert left["registered_date"] == dt.date(2018, 1, 10)
    assert left["next_registration"] == dt.date(2018, 6, 1)
    assert left["months_to_registration"] is None
    days = [dt.date(2018, 5, 31), dt.date(2018, 6, 1)]
    assert len(rows(episodes.on_register(made_records, days))) == 2


def test_a_registration_that_ends_on_its_own_day_has_no_length_and_is_not_on_the_register():
    made_records = made(
        registered="| child_id | registration_date |\n| a | 2018-06-01 |",
        left="| child_id | deregistration_date |\n| a | 2018-06-01 |",
    )
    assert one(episodes.registrations(made_records))["days_registered"] == 0
    assert rows(episodes.on_register(made_records, [dt.date(2018, 6, 1)])) == []


def test_a_transfer_is_no_de_registration_of_risk():
    made_records = made(
        registered="""
            | child_id | registration_date |
            | a        | 2018-01-10        |
            | a        | 2018-09-10        |
        """,
        left="""
            | child_id | deregistration_date | transfer |
            | a        | 2018-06-01          | yes      |
        """,
    )
    back = one(episodes.registrations(made_records), date=dt.date(2018, 9, 10))
    assert back["months_since_deregistration"] is None
    assert back["last_deregistration"] is None


def test_history_is_that_of_the_records_and_then_what_was_recorded():
    made_records = made(
        registered="""
            | child_id | registration_date | registered_before |
            | a        | 2018-01-10        | yes               |
            | a        | 2019-01-10        | no                |
            | b        | 2018-01-10        | no                |
            | born     | 2020-01-10        |                   |
        """,
        left="| child_id | deregistration_date |\n| a | 2018-06-01 |",
    )
    found = {
        (r["child_id"], r["date"].year): r["time_since_deregistration"]
        for r in rows(episodes.registrations(made_records))
    }
    assert found == {
        ("a", 2018): "registered before, time unknown",
        ("a", 2019): "6 months to under 1 year",
        ("b", 2018): "never registered before",
        ("born", 2020): "not known if registered before",
    }


def test_a_de_registration_without_a_registration_has_no_length():
    made_records = made(
        registered="| child_id | registration_date |\n| a | 2019-06-01 |",
        left="| child_id | deregistration_date |\n| a | 2018-06-01 |",
    )
    left = one(episodes.deregistrations(made_records))
    assert left["registered_date"] is None
    assert left["length_registered"] == "no date of registration information"


def test_the_labels_are_those_of_the_published_tables(data):
    published = data.table("registrations_by_time_since_deregistration")
    labels = set(published["time_since_deregistration"]) - {"all"}
    gaps = {g for g, _ in episodes.linking._BANDS}
    assert labels == gaps | {
        "2 years or more", "never registered before", "registered before, time unknown",
        "not known if registered before",
    }  # fmt: skip
    lengths = set(data.table("deregistrations")["length_registered"]) - {"all"}
    assert lengths == set(episodes.linking.LENGTHS)


# Against the slow walk

DAYS = [dt.date(2019, 8, 31), dt.date(2020, 2, 28), dt.date(2020, 2, 29)]


def history(draw_int, draw_choice, children: int):
    """Random events of some children on few days, so that ties and month ends are common."""
    people, begun, left = [], [], []
    for child in range(children):
        name = f"c{child}"
        later = f"c{child - 1}" if child % 4 == 3 else None
        people.append({"child_id": name, "later_id": later})
        for _ in range(draw_int(0, 4)):
            begun.append({"child_id": name, "registration_date": _day(draw_int, draw_choice)})
            begun[-1]["registered_before"] = draw_choice([None, "yes", "no", "not known"])
        for _ in range(draw_int(0, 4)):
            left.append({"child_id": name, "deregistration_date": _day(draw_int, draw_choice)})
            left[-1]["transfer"] = draw_choice([None, "yes", "no"])
    for n, row in enumerate(begun):
        row["registration_id"] = f"r{n:05d}"
    for n, row in enumerate(left):
        row["deregistration_id"] = f"d{n:05d}"
    return people, begun, left


def _day(draw_int, draw_choice) -> dt.date:
    if draw_int(0, 2) == 0:
        return draw_choice(DAYS)
    return dt.date(2019, 7, 30) + dt.timedelta(draw_choice([0, 1, 2, 3, 30, 31, 184, 215, 366]))


def agree(engine: str, people, begun, left) -> None:
    made_records = records(engine, children=people, registrations=begun, deregistrations=left)
    begun_slow, left_slow = walk(people, begun, left)
    begun_fast = {
        r["registration_id"]: r for r in rows(episodes.registrations(made_records, who=False))
    }
    left_fast = {
        r["deregistration_id"]: r for r in rows(episodes.deregistrations(made_records, who=False))
    }
    for slow, fast in ((begun_slow, begun_fast), (left_slow, left_fast)):
        assert set(slow) == set(fast)
        for key, row in slow.items():
            assert {k: fast[key][k] for k in row} == row, key
    days = [dt.date(2019, 8, 30), dt.date(2019, 8, 31), dt.date(2020, 2, 29), dt.date(2020, 9, 1)]
    held = {(r["person_id"], r["date"]) for r in rows(episodes.on_register(made_records, days))}
    expected = {
        (e["person_id"], day)
        for day in days
        for e in begun_slow.values()
        if e["date"] <= day and (e["end_date"] is None or e["end_date"] > day)
    }
    assert held == expected


@given(st.data())
@settings(max_examples=15)
def test_any_history_is_linked_as_by_hand(data):
    def draw_int(low, high):
        return data.draw(st.integers(low, high))

    def draw_choice(options):
        return data.draw(st.sampled_from(options))

    agree("pandas", *history(draw_int, draw_choice, data.draw(st.integers(1, 6))))


def test_thousands_of_histories_are_linked_alike_on_every_engine(every_engine):
    chance = random.Random(20)
    agree(every_engine, *history(chance.randint, chance.choice, 2400))


# Cohorts

COHORT = """
    | child_id | registration_date |
    | a        | 2018-01-01        |
    | b        | 2018-01-01        |
    | c        | 2018-01-01        |
    | d        | 2018-01-01        |
    | a        | 2018-06-10        |
    | b        | 2018-12-10        |
"""
LEFT = """
    | child_id | deregistration_date | reason     |
    | a        | 2018-04-01          |            |
    | b        | 2018-04-01          |            |
    | c        | 2018-04-01          |            |
    | d        | 2018-04-01          | child died |
"""


def test_a_cohort_is_followed_and_those_who_died_are_left_out():
    made_records = records(
        children="| child_id |\n| a |\n| b |\n| c |\n| d |",
        registrations=COHORT, deregistrations=LEFT, until=dt.date(2019, 1, 31),
    )  # fmt: skip
    found = episodes.reregistered_within(
        made_records, since=dt.date(2018, 4, 1), until=dt.date(2018, 4, 30), months=(3, 6, 12)
    ).set_index("months")
    # a came back after 2 completed months, b after 8, c not in the 9 followed.
    assert found["at_start"].tolist() == [3, 3, 3]
    assert found["followed"].tolist() == [3, 3, 0]
    assert found["reregistered"].tolist() == [1, 1, 0]
    assert found["estimate"].round(6).tolist()[:2] == [33.333333, 33.333333]
    assert pd.isna(found.loc[12, ["share", "estimate"]]).all()


def test_the_unfinished_count_for_as_long_as_they_were_followed():
    # The records end on 30 September: a and b are back in the third month; c is followed for 2
    # completed months (not back), d for 8 (not back). Kaplan-Meier at 3 months: at risk in the
    # third month are a, b and d, so 1 - 1/3 = 2/3 come back; c, followed for 2, is out by then.
    made_records = records(
        children="| child_id |\n| a |\n| b |\n| c |\n| d |",
        registrations="""
            | child_id | registration_date |
            | a        | 2017-01-01        |
            | b        | 2017-01-01        |
            | c        | 2017-01-01        |
            | d        | 2017-01-01        |
            | a        | 2018-03-10        |
            | b        | 2018-06-10        |
        """,
        deregistrations="""
            | child_id | deregistration_date |
            | a        | 2018-01-01          |
            | b        | 2018-04-01          |
            | c        | 2018-07-02          |
            | d        | 2018-01-30          |
        """,
        until=dt.date(2018, 9, 30),
    )
    found = episodes.reregistered_within(
        made_records, since=dt.date(2018, 1, 1), until=dt.date(2018, 9, 1), months=(2, 3)
    ).set_index("months")
    assert found["estimate"].round(4).tolist() == [0.0, 66.6667]
    assert found["followed"].tolist() == [4, 3]


def test_a_span_that_ends_before_it_begins_is_refused():
    made_records = made(registered="| child_id | registration_date |\n| a | 2019-06-01 |")
    with pytest.raises(ImpossibleInput, match="ends on 2018-01-01 before"):
        episodes.reregistered_within(
            made_records, since=dt.date(2019, 1, 1), until=dt.date(2018, 1, 1)
        )
