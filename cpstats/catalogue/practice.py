"""Timescales of the guidance, and how children, parents and agencies take part in meetings."""

from __future__ import annotations

from typing import Any

from ..definitions import Indicator
from .makers import AGES, GUIDANCE, share


def _timed(id: str, name: str, column: str, among: str, definition: str, **more: Any) -> Indicator:
    """Make an entry of what was done in time, of what had a time to be done in."""
    view = more.pop("view", "meetings")
    said = {
        "numerator": "Those in time, by the limit of the guidance in force",
        "denominator": "Those with both dates recorded",
        "unit": "per cent",
        "better": "higher",
        "source": GUIDANCE,
        "trust": "A",
        "counted_by": ("regime",),
    }
    known = f"{column} in ('yes', 'no')"
    among = f"{among} and {known}" if among else known
    where = f"{column} == 'yes'"
    return share(id, name, view, where, among, definition=definition, **(said | more))


_LED = (
    "What came over 180 days before the meeting, or before another initial or pre-birth meeting or "
    "a registration of the child, is not taken to have led to it: the meeting is left out of both."
)

_TIMES = (
    _timed(
        "initial_meetings_in_time",
        "Initial planning meetings in time",
        "in_time",
        "meeting_type == 'initial'",
        "Share of initial meetings held within 21 calendar days of the concern (2014 guidance) or "
        "28 (2021 guidance, which does not say from when: the concern is taken).",
        view="first_meetings",
        needs=("concerns_received",),
        counted_by=("regime", *AGES),
        unknowns=_LED,
        trust="C",
    ),
    *(
        _timed(
            f"initial_meetings_in_time_of_{trigger}",
            f"Initial planning meetings in time, from the {words}",
            f"in_time_of_{trigger}",
            "meeting_type == 'initial'",
            f"Share of initial meetings held within 21 calendar days (2014 guidance) or 28 (2021) "
            f"of the {words}. {why}",
            view="first_meetings",
            needs=(table,),
            counted_by=AGES,
            unknowns=_LED,
            trust="C",
        )
        for trigger, words, table, why in (
            (
                "discussion",
                "inter-agency referral discussion",
                "discussions",
                "The 2014 guidance counts from the concern: this is another choice.",
            ),
            (
                "investigation",
                "start of the investigation",
                "investigations",
                "The 2021 guidance says 28 days if an investigation has progressed, not from when.",
            ),
        )
    ),
    _timed(
        "pre_birth_meetings_in_time",
        "Pre-birth planning meetings in time",
        "in_time",
        "meeting_type == 'pre-birth'",
        "Share of pre-birth meetings held by 28 weeks of pregnancy and, under the 2021 guidance, "
        "within 28 days of the concern; late notification has its own limit before it.",
        view="first_meetings",
        needs=("concerns_received",),
        counted_by=("regime", "late_notification"),
        unknowns=_LED,
    ),
    _timed(
        "notice_of_meetings_in_time",
        "Planning meetings with five days' notice",
        "notice_in_time",
        "",
        "Share of meetings whose participants were told at least 5 calendar days before.",
        counted_by=("regime", "meeting_type"),
    ),
    _timed(
        "meeting_records_in_time",
        "Records of planning meetings sent in time",
        "record_in_time",
        "",
        "Share of meetings whose record reached participants within 15 calendar days (2014 "
        "guidance) or 10 working days (2021).",
        counted_by=("regime", "meeting_type"),
    ),
    _timed(
        "decisions_told_in_time",
        "Decisions told to the family within a day",
        "decision_in_time",
        "",
        "Share of meetings whose decision the family was told by the next day.",
        counted_by=("regime", "meeting_type"),
        source="Local practice: a quarterly report of Aberdeen City",
        trust="C",
    ),
    _timed(
        "first_core_groups_in_time",
        "First core groups in time",
        "in_time",
        "",
        "Share of registrations with a first core group due that had one within 15 calendar days "
        "(2014 guidance) or 15 working days (2021).",
        view="core_groups_due",
        denominator="Registrations with a first core group due",
    ),
    _timed(
        "reviews_in_time",
        "Review meetings in time",
        "in_time",
        "",
        "Share of reviews due that were held within 3 months at first and 6 later (2014 guidance), "
        "or 6 months, 3 after a pre-birth meeting (2021).",
        view="reviews_due",
        denominator="Reviews that fell due",
        counted_by=("regime", "first_review"),
        trust="B",
    ),
    share(
        "inquorate_meetings",
        "Planning meetings that were not quorate",
        "meetings",
        "quorate == 'no'",
        "quorate in ('yes', 'no')",
        definition="Share of meetings at which too few agencies were there to decide.",
        numerator="Meetings that were not quorate",
        denominator="Meetings with an answer recorded",
        unit="per cent of meetings",
        better="lower",
        counted_by=("meeting_type",),
        source=GUIDANCE,
        trust="A",
    ),
    _timed(
        "reconvened_in_time",
        "Inquorate meetings reconvened in time",
        "reconvened_in_time",
        "quorate == 'no'",
        "Share of meetings that were not quorate and met again within 10 working days.",
        denominator="Meetings that were not quorate and long enough ago",
    ),
)

_ELIGIBLE = "age_group == '13-17' or age_group == '0-12' and age >= 5"

_VOICE = (
    share(
        "parents_attended",
        "Planning meetings that a parent attended",
        "meetings",
        "parent_attended == 'yes'",
        "parent_attended in ('yes', 'no')",
        definition="Share of meetings that a mother or father attended.",
        needs=("attendance",),
        numerator="Meetings with a parent there",
        denominator="Meetings with attendance recorded",
        unit="per cent of meetings",
        better="higher",
        counted_by=("meeting_type", "age_group"),
    ),
    share(
        "children_attended_or_gave_views",
        "Planning meetings with the child there or heard",
        "meetings",
        "(child_attended == 'yes' or child_views == 'given')",
        f"({_ELIGIBLE}) and (child_attended in ('yes', 'no') or child_views in "
        "('given', 'not given'))",
        definition=(
            "Share of meetings on children aged 5 to 17 that the child attended or at which the "
            "child's views were given or represented."
        ),
        needs=("attendance",),
        numerator="Meetings with the child there, or the child's views given",
        denominator="Meetings on children aged 5 to 17 with an answer recorded",
        unit="per cent of meetings",
        better="higher",
        counted_by=("meeting_type", "age_group"),
        question="How do we know that children's views changed what was decided?",
    ),
    share(
        "agencies_attended",
        "Invited agencies that attended",
        "attendance",
        "attended == 'yes'",
        "invited == 'yes' and attended in ('yes', 'no')",
        definition="Share of invitations of agencies and people to meetings that were attended.",
        numerator="Invitations attended",
        denominator="Invitations with an answer recorded",
        unit="per cent of invitations",
        better="higher",
        counted_by=("role", "meeting_type"),
    ),
    *(
        share(
            f"advocacy_{what}",
            f"Children {what} independent advocacy",
            "meetings",
            f"advocacy_{what} == 'yes'",
            f"({_ELIGIBLE}) and advocacy_{what} in ('yes', 'no')",
            counts="children",
            definition=(
                f"Share of children aged 5 to 17 with a meeting in the period who {said} "
                "independent advocacy for at least one."
            ),
            numerator=f"Children who {said} advocacy",
            denominator="Children aged 5 to 17 with a meeting and an answer recorded",
            unit="per cent of children",
            better="higher",
            counted_by=("age_group",),
        )
        for what, said in (("offered", "were offered"), ("used", "used"))
    ),
)

#: The indicators of practice.
PRACTICE = (*_TIMES, *_VOICE)
