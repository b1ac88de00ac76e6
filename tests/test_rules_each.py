"""Each rule: records that keep all of them, and for each what breaks it."""

import pandas as pd
import pytest
from rules_records import changed, clean, tables

from cpstats.rules import RULES, check
from cpstats.rules.checking import Findings, _problems

#: For each rule, what is written where (table, line, values; a line past the last is a new row),
#: and the lines that are found.
BROKEN = {
    "CHI01": ([("children", 5, {"date_of_birth": ""})], {("children", 5)}),
    "CHI02": (
        [
            ("children", 5, {"date_of_birth": "1900-01-01"}),
            ("children", 2, {"date_of_birth": "2025-01-01"}),
        ],
        {("children", 2), ("children", 5)},
    ),
    "CHI03": ([("children", 4, {"later_id": "nobody"})], {("children", 4)}),
    "CHI04": ([("children", 4, {"later_id": "u2"})], {("children", 4)}),
    "CHI05": ([("children", 3, {"later_id": "u2"})], {("children", 3), ("children", 4)}),
    "CHI06": ([("children", 5, {"later_id": "c2"})], {("children", 4), ("children", 5)}),
    "CHI07": ([("children", 4, {"later_id": ""})], {("children", 4)}),
    "CHI08": ([("children", 4, {"expected_date_of_birth": "2019-08-05"})], {("children", 4)}),
    "CHI09": ([("children", 5, {"later_id": "c1"})], {("children", 5)}),
    "CHI10": (
        [("children", 5, {"family_id": "f1", "date_of_birth": "2015-03-01"})],
        {("children", 2), ("children", 5)},
    ),
    "CHI11": ([("children", 2, {"disability": ""})], {("registrations", 2)}),
    "CHI12": (
        # The rule begins in 2023-24: the registration of 2018 may go without.
        [("children", 2, {"simd_quintile": ""}), ("children", 5, {"simd_quintile": ""})],
        {("registrations", 4)},
    ),
    "CHI13": ([("children", 5, {"child_id": "0501101234"})], {("children", 5)}),
    "REG01": ([("children", 5, {"date_of_birth": "2024-02-01"})], {("registrations", 4)}),
    "REG02": ([("children", 3, {"date_of_birth": "2019-01-28"})], {("registrations", 3)}),
    "REG03": (
        [("deregistrations", 2, {"deregistration_date": "2018-09-30"})],
        {("deregistrations", 2)},
    ),
    "REG04": (
        [
            (
                "deregistrations",
                4,
                {"child_id": "c1", "area": "Fife", "deregistration_date": "2019-06-03"},
            )
        ],
        {("deregistrations", 4)},
    ),
    "REG05": (
        [
            (
                "registrations",
                5,
                {"child_id": "c1", "area": "Fife", "registration_date": "2019-02-04"},
            )
        ],
        {("registrations", 5)},
    ),
    "REG06": (
        [
            (
                "registrations",
                5,
                {"child_id": "c1", "area": "Moray", "registration_date": "2019-02-04"},
            )
        ],
        {("registrations", 5)},
    ),
    "REG07": (
        [("deregistrations", 2, {"deregistration_date": "2018-10-01"})],
        {("deregistrations", 2)},
    ),
    "REG08": ([("deregistrations", 3, {"reason": ""})], {("deregistrations", 3)}),
    "REG09": (
        [("deregistrations", 2, {"reason": "child automatically de-registered because of age"})],
        {("deregistrations", 2)},
    ),
    "REG10": ([("deregistrations", 2, {"transfer": "yes"})], {("deregistrations", 2)}),
    "REG11": (
        [("registrations", 2, {"registration_type": "transfer-in"})],
        {("registrations", 2)},
    ),
    "REG12": (
        [
            (
                "registrations",
                5,
                {
                    "child_id": "c1",
                    "area": "Fife",
                    "registration_date": "2020-02-03",
                    "registered_before": "no",
                },
            )
        ],
        {("registrations", 5)},
    ),
    "REG13": (
        [("deregistrations", 2, {"support_until_date": "2019-05-12"})],
        {("deregistrations", 2)},
    ),
    "REG14": (
        [("deregistrations", 2, {"support_until_date": "2019-08-12", "supported": "no"})],
        {("deregistrations", 2)},
    ),
    "REG15": ([("registrations", 2, {"registration_type": "pre-birth"})], {("registrations", 2)}),
    "REG16": ([("deregistrations", 2, {"meeting_id": "m1"})], {("deregistrations", 2)}),
    "REG17": ([("children", 5, {"date_of_birth": "2006-07-31"})], {("registrations", 4)}),
    "MEE01": ([("deregistrations", 2, {"deregistration_date": "2018-12-20"})], {("meetings", 4)}),
    "MEE02": (
        [
            ("meetings", 2, {"outcome": "remains registered"}),
            ("meetings", 3, {"outcome": "registered"}),
        ],
        {("meetings", 2), ("meetings", 3)},
    ),
    "MEE03": ([("meetings", 2, {"outcome": "not registered"})], {("registrations", 2)}),
    "MEE04": (
        [("registrations", 2, {"registration_date": "2018-10-09", "meeting_id": ""})],
        {("meetings", 2)},
    ),
    "MEE05": (
        [("deregistrations", 2, {"deregistration_date": "2019-05-21", "meeting_id": ""})],
        {("meetings", 4)},
    ),
    "MEE06": ([("children", 3, {"date_of_birth": "2019-01-28"})], {("meetings", 5)}),
    "MEE07": ([("meetings", 5, {"meeting_type": "initial"})], {("meetings", 5)}),
    "MEE08": ([("meetings", 3, {"meeting_type": "initial"})], {("meetings", 3)}),
    "MEE09": ([("concerns_identified", 4, {"meeting_id": "m5"})], {("meetings", 5)}),
    "MEE10": ([("concerns_identified", 3, {"concern": "neglect"})], {("concerns_identified", 3)}),
    "MEE11": (
        [("meetings", 5, {"child_views": "given"}), ("meetings", 2, {"child_views": "given"})],
        {("meetings", 5)},
    ),
    "MEE12": (
        [("meetings", 2, {"advocacy_used": "yes", "advocacy_offered": "no"})],
        {("meetings", 2)},
    ),
    "MEE13": ([("attendance", 2, {"invited": "no"})], {("attendance", 2)}),
    "MEE14": (
        [("attendance", 4, {"attendance_id": "a3", "meeting_id": "m1", "role": "mother"})],
        {("attendance", 4)},
    ),
    "MEE15": ([("meetings", 2, {"record_date": "2018-09-30"})], {("meetings", 2)}),
    "MEE16": ([("meetings", 2, {"decision_date": "2018-09-30"})], {("meetings", 2)}),
    "MEE17": ([("meetings", 2, {"invitation_date": "2018-10-02"})], {("meetings", 2)}),
    "MEE18": ([("meetings", 3, {"outcome": ""})], {("meetings", 3)}),
    "MEE19": (
        [
            ("meetings", 3, {"reconvenes": "m1"}),
            ("meetings", 2, {"quorate": "yes"}),
            ("meetings", 8, {"reconvenes": "m8"}),
        ],
        {("meetings", 3), ("meetings", 8)},
    ),
    "MEE20": (
        [
            ("meetings", 2, {"late_notification": "yes"}),
            ("meetings", 5, {"late_notification": "yes"}),
        ],
        {("meetings", 2)},
    ),
    "MEE21": (
        [("meetings", 3, {"meeting_date": "2019-05-13"})],
        {("meetings", 4)},
    ),
    "PAT01": ([("investigations", 2, {"end_date": "2018-09-04"})], {("investigations", 2)}),
    "PAT02": ([("investigations", 2, {"end_date": ""})], {("investigations", 2)}),
    "PAT03": ([("discussions", 2, {"discussion_date": "2019-06-03"})], {("discussions", 2)}),
    "PAT04": (
        # Not asked of the meeting of 2018.
        [
            ("discussions", 4, {"discussion_date": "2023-12-24"}),
            ("discussions", 2, {"discussion_date": "2018-08-01"}),
        ],
        {("meetings", 8)},
    ),
    "PAT05": (
        [
            ("children", 6, {"child_id": "c4", "area": "Fife", "date_of_birth": "2012-01-01"}),
            ("core_groups", 2, {"child_id": "c4"}),
        ],
        {("core_groups", 2)},
    ),
    "PAT06": ([("orders", 2, {"end_date": "2018-09-09"})], {("orders", 2)}),
    "PAT07": (
        [
            ("reporter_referrals", 2, {"ground": "offence"}),
            ("reporter_referrals", 3, {"referral_date": "2021-12-17"}),
            (
                "reporter_referrals",
                4,
                {"child_id": "c3", "referral_date": "2021-12-16", "ground": "offence"},
            ),
        ],
        {("reporter_referrals", 2), ("reporter_referrals", 3)},
    ),
    "PAT08": (
        [("discussions", 5, {"child_id": "c1", "discussion_date": "2018-09-04"})],
        {("discussions", 5)},
    ),
    "PAT09": (
        [
            ("registrations", 2, {"meeting_id": "m4"}),
            ("concerns_identified", 4, {"child_id": "c1"}),
        ],
        {("registrations", 2), ("concerns_identified", 4)},
    ),
    "PAT10": (
        [("risk_meetings", 2, {"child_id": "u2", "meeting_date": "2019-01-07"})],
        {("risk_meetings", 2)},
    ),
    "TIM01": ([("core_groups", 2, {"core_group_date": "2024-08-01"})], {("core_groups", 2)}),
    "TIM02": (
        [
            ("core_groups", 2, {"core_group_date": "2018-07-31"}),
            # What went before on the register belongs in the records.
            ("meetings", 2, {"meeting_date": "2018-07-30"}),
        ],
        {("core_groups", 2)},
    ),
    "TIM03": (
        [("children", 5, {"date_of_birth": "2006-05-20"})],
        {("meetings", 9)},
    ),
    "TIM04": ([("children", 5, {"date_of_birth": "2023-06-01"})], {("reporter_referrals", 3)}),
    "TIM05": (
        [("children", 4, {"expected_date_of_birth": "2019-11-01"})],
        {("discussions", 3)},
    ),
    "TIM06": (
        [
            ("core_groups", 2, {"core_group_date": "2018-02-30"}),
            ("children", 2, {"date_of_birth": "01/03/2015"}),
        ],
        {("core_groups", 2), ("children", 2)},
    ),
    "TIM07": ([("core_groups", 2, {"core_group_date": "1900-01-01"})], {("core_groups", 2)}),
    "TIM08": ([("meetings", 3, {"meeting_date": "2018-12-22"})], {("meetings", 3)}),
    "TIM09": (
        [
            ("meetings", 3, {"meeting_date": "2019-01-02"}),
            # Six months later: no review within three, but that is no longer asked of 2024.
            ("meetings", 9, {"meeting_date": "2024-07-22"}),
        ],
        {("registrations", 2)},
    ),
    "TIM10": ([("meetings", 9, {"meeting_date": "2024-07-23"})], {("registrations", 4)}),
    "KEY01": (
        [
            ("core_groups", 2, {"child_id": "nobody"}),
            ("registrations", 4, {"meeting_id": "none"}),
        ],
        {("core_groups", 2), ("registrations", 4)},
    ),
    "KEY02": ([("children", 5, {"child_id": "c1"})], {("children", 2), ("children", 5)}),
    "KEY03": ([("orders", 2, {"area": "Moray"})], {("orders", 2)}),
    "KEY04": ([("orders", 2, {"received_date": ""})], {("orders", 2)}),
    "KEY05": ([("meetings", 2, {"outcome": "maybe"})], {("meetings", 2)}),
    "KEY06": (
        [
            ("concerns_identified", 2, {"concern": "child exploitation"}),
            ("meetings", 2, {"meeting_date": "2018-07-30"}),
        ],
        {("concerns_identified", 2)},
    ),
    "KEY07": (
        [
            (
                "orders",
                3,
                {
                    "order_id": "o2",
                    "child_id": "c1",
                    "area": "Fife",
                    "received_date": "2018-09-10",
                    "end_date": "2018-09-18",
                },
            )
        ],
        {("orders", 3)},
    ),
    "ALL04": ([("meetings", 2, {"outcome": "not known"})], {("meetings", None)}),
}


def found(frames, code: str) -> set[tuple[str, int | None]]:
    problems = _problems(RULES[code], tables(frames))
    return {
        (row.table, None if pd.isna(row.line) else int(row.line)) for row in problems.itertuples()
    }


def test_clean_records_break_no_rule():
    findings: Findings = check(tables())
    assert findings.problems.to_dict("records") == []
    assert findings.ok


#: Rules about records as a whole, which have tests of their own below.
WHOLE = {"ALL01", "ALL02", "ALL03", "ALL05"}


def test_every_rule_has_a_test():
    assert set(RULES) == set(BROKEN) | WHOLE
    assert len(RULES) >= 40


@pytest.mark.parametrize("code", BROKEN)
def test_a_rule_finds_the_lines_that_break_it_and_no_others(code):
    changes, lines = BROKEN[code]
    frames = clean()
    for table, line, values in changes:
        changed(frames, table, line, **values)
    assert found(frames, code) == lines


def many(frames, years: dict[int, int]):
    """Put so many discussions of one child into each collection year."""
    rows = [
        {"discussion_id": f"{y}-{n}", "child_id": "c3", "area": "Fife", "discussion_date": str(day)}
        for y, count in years.items()
        for n, day in enumerate(pd.date_range(f"{y}-08-01", periods=count).date)
    ]
    return frames | {"discussions": pd.DataFrame(rows)}


def test_a_year_without_events_is_not_taken_for_zero():  # ALL01
    years = {2018: 12, 2019: 15, 2020: 0, 2021: 12, 2022: 12, 2023: 12}
    problems = check(tables(many(clean(), years))).problems
    (hit,) = problems[problems["code"] == "ALL01"].to_dict("records")
    assert (hit["table"], hit["area"], hit["year"]) == ("discussions", "Fife", "2020-21")
    few = many(clean(), {2018: 2, 2019: 3, 2021: 2})
    assert found(few, "ALL01") == set()


def test_a_jump_between_years_is_looked_at():  # ALL02
    years = {2018: 30, 2019: 50, 2020: 72, 2021: 60, 2022: 90, 2023: 90}
    problems = check(tables(many(clean(), years))).problems
    # 30 to 50 is 20 events, no more; 50 to 72 is over both; 60 to 90 is over both.
    assert list(problems.loc[problems["code"] == "ALL02", "year"]) == ["2020-21", "2022-23"]


def test_stock_and_flow_close():  # ALL03
    frames = clean()
    changed(frames, "registrations", 5, child_id="c1", area="Fife", registration_date="2019-02-04")
    problems = check(tables(frames)).problems
    assert list(problems.loc[problems["code"] == "ALL03", "year"]) == ["2018-19"]


def test_a_table_without_rows_is_said():  # ALL05
    frames = clean()
    frames["orders"] = frames["orders"].iloc[:0]
    assert found(frames, "ALL05") == {("orders", None)}
