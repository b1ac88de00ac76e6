"""The indicators that only the partnership's own records can give.

Their definitions follow the national return and the national guidance where one says; the rest
follow local practice and are marked C: no indicator of the CELCIS Minimum Dataset is claimed.
"""

from __future__ import annotations

from ..definitions import Counted
from .figures import AGED_0_15, DEREGISTERED, EVENTS, PEOPLE, REGISTERED
from .makers import AGES, ENTERED, count, rate, share
from .practice import PRACTICE

_PATHWAY = (
    count(
        "concerns_received",
        "Child protection concerns received",
        Counted("concerns_received"),
        definition="Child protection concerns received in the period, one for each child.",
        counted_by=(*AGES, "agency", "locality"),
    ),
    rate(
        "discussions_rate",
        "Inter-agency referral discussions (per 1,000 aged 0-17)",
        Counted("discussions"),
        definition=(
            "Inter-agency referral discussions (IRDs) begun in the period, one for each child, "
            "for every 1,000 people aged 0 to 17."
        ),
        numerator="Inter-agency referral discussions, one for each child discussed",
        source="Children's Social Work Statistics 2023-24, Table 1.3a; ScotPHO 30169",
        trust="A",
    ),
    count(
        "discussions",
        "Inter-agency referral discussions",
        Counted("discussions"),
        definition="Inter-agency referral discussions begun in the period, one for each child.",
        counted_by=(*AGES, "agency", "outcome"),
        source="Children's Social Work Statistics 2023-24, Table 1.3a",
        trust="A",
    ),
    *(
        share(
            f"concerns_reaching_{step}",
            f"Concerns that reached {words}",
            "concerns_received",
            f"reached_{step} == 'yes'",
            "followed == 'yes'",
            definition=f"Share of the period's concerns that led to {words}.",
            numerator=f"Concerns that led to {words} within the time followed",
            denominator="Concerns received long enough ago to be followed",
            unit="per cent of concerns",
            counted_by=(*AGES, "agency"),
            question="Is the help that follows a concern as likely for a young person as a child?",
        )
        for step, words in (
            ("discussion", "an inter-agency referral discussion"),
            ("investigation", "an investigation"),
            ("meeting", "an initial or pre-birth planning meeting"),
            ("registration", "registration"),
        )
    ),
    *(
        share(
            f"discussions_to_meeting_{days}_days",
            f"Discussions followed by a planning meeting within {days} days",
            "discussions",
            f"met_within_{days} == 'yes'",
            f"followed_{days} == 'yes'",
            definition=(
                "Share of the period's inter-agency referral discussions that an initial or "
                f"pre-birth planning meeting on the child followed within {days} days."
            ),
            numerator=f"Discussions followed by an initial or pre-birth meeting in {days} days",
            denominator=f"Discussions of which {days} days have passed since",
            unit="per cent of discussions",
            counted_by=(*AGES, "agency"),
        )
        for days in (28, 90)
    ),
    share(
        "meetings_with_discussion",
        "Planning meetings with a discussion in the 28 days before",
        "meetings",
        "discussion_in_28_days == 'yes'",
        ENTERED,
        definition=(
            "Share of initial and pre-birth planning meetings with an inter-agency referral "
            "discussion on the child recorded in the 28 days before."
        ),
        needs=("discussions",),
        numerator="Such meetings with a discussion in the 28 days before",
        denominator="Initial and pre-birth planning meetings",
        unit="per cent of meetings",
        better="higher",
        source="Children's Social Work Statistics 2023-24, Table 1.3a",
        trust="B",
    ),
    rate(
        "investigations_rate",
        "Investigations ended (per 1,000 aged 0-17)",
        Counted("investigations"),
        definition=(
            "Child protection investigations that ended in the period, one for each child, for "
            "every 1,000 people aged 0 to 17."
        ),
        numerator="Investigations with an end date in the period",
        source="Children's Social Work Statistics 2018-19, note 2.3",
        trust="B",
    ),
    count(
        "investigations",
        "Investigations ended",
        Counted("investigations"),
        definition="Child protection investigations that ended in the period, for each child.",
        counted_by=(*AGES, "outcome"),
        source="Children's Social Work Statistics 2018-19, note 2.3",
        trust="B",
    ),
    rate(
        "meetings_rate",
        "Initial and pre-birth planning meetings (per 1,000 aged 0-17)",
        Counted("meetings", ENTERED),
        definition=(
            "Initial and pre-birth child protection planning meetings held in the period, one for "
            "each child, for every 1,000 people aged 0 to 17."
        ),
        numerator="Initial and pre-birth planning meetings, one for each child",
        source="Children's Social Work Statistics 2023-24",
        trust="A",
    ),
    count(
        "meetings",
        "Planning meetings",
        Counted("meetings"),
        definition="Child protection planning meetings held in the period, one for each child.",
        counted_by=(*AGES, "meeting_type"),
        source="Children's Social Work Statistics 2018-19, note 3.7",
        trust="A",
    ),
    share(
        "meetings_to_registration",
        "Planning meetings that led to registration",
        "meetings",
        "registered == 'yes'",
        f"{ENTERED} and registered in ('yes', 'no')",
        definition="Share of initial and pre-birth planning meetings that led to registration.",
        numerator="Registrations from initial and pre-birth planning meetings",
        denominator="Initial and pre-birth planning meetings with a decision recorded",
        unit="per cent of meetings",
        counted_by=(*AGES, "meeting_type"),
        source="Children's Social Work Statistics 2023-24 (3,088 of 4,069 in 2023-24)",
        trust="A",
        question="Have thresholds moved, and are they the same for every age?",
    ),
    count(
        "risk_meetings",
        "Care and risk management meetings",
        Counted("risk_meetings"),
        definition="Care and risk management meetings held in the period, one for each person.",
        counted_by=(*AGES, "concern"),
        source="Children's Social Work Statistics 2023-24",
        trust="B",
    ),
)


_SUBSTANCE = "concern in ('parental drug use', 'parental alcohol use')"

_REGISTER = (
    count(
        "registrations",
        "Registrations",
        REGISTERED,
        definition="Registrations after an initial, pre-birth or transfer-in meeting.",
        unit="registrations",
        counted_by=(*PEOPLE, "registration_type"),
        source="Children's Social Work Statistics 2018-19, Table 2.2, note 3.7",
        trust="A",
    ),
    count(
        "deregistrations",
        "De-registrations",
        DEREGISTERED,
        definition="De-registrations after a review or transfer meeting.",
        unit="de-registrations",
        counted_by=(*PEOPLE, "reason", "length_registered"),
        source="Children's Social Work Statistics 2018-19, Table 2.3, note 3.7",
        trust="A",
    ),
    count(
        "families_registered",
        "Families with a registration",
        Counted("registrations", REGISTERED.where, "families"),
        definition="Families with at least one child registered in the period.",
        unit="families",
        counted_by=(),
        unknowns="Children with no family recorded are left out.",
    ),
    share(
        "pre_birth_registrations",
        "Registrations before birth",
        "registrations",
        "age_group == 'unborn'",
        REGISTERED.where,
        definition="Share of registrations of children not yet born.",
        numerator="Registrations of children unborn on the day",
        denominator="All registrations",
        unit="per cent of registrations",
        counted_by=(),
        unknowns="Children of unknown age are in the denominator only.",
        source="Children's Social Work Statistics 2018-19, Table 2.1",
        trust="A",
    ),
    share(
        "registered_in_most_deprived_fifth",
        "Registrations from the most deprived fifth of Scotland",
        "registrations",
        "simd_quintile == '1'",
        f"{REGISTERED.where} and simd_quintile in ('1', '2', '3', '4', '5')",
        definition="Share of registrations of children living in the most deprived fifth.",
        numerator="Registrations of children living in fifth 1",
        denominator="Registrations with a known fifth",
        unit="per cent of registrations",
        counted_by=("age_group",),
        source="Children's Social Work Statistics 2023-24 (48% in 2023-24)",
        trust="A",
    ),
    share(
        "children_with_concern",
        "Children registered, by concern",
        "registration_concerns",
        "",
        "",
        counts="children",
        definition="Share of the children registered in the period with each concern identified.",
        numerator="Children registered in the period with the concern",
        denominator="Children registered in the period",
        unit="per cent of children registered",
        counted_of=Counted("registrations", REGISTERED.where, "children", ("concern",)),
        counted_by=("concern", "age_group"),
        unknowns="A child can have several concerns, so the shares add to more than 100.",
        source="Children's Social Work Statistics 2023-24",
        trust="A",
    ),
    share(
        "share_of_concerns",
        "Concerns identified at registration, as shares of all",
        "registration_concerns",
        "",
        "",
        whole_over=("concern",),
        definition="Share of all concerns identified at registration that each concern makes up.",
        numerator="Mentions of the concern",
        denominator="Mentions of any concern",
        unit="per cent of concerns",
        counted_by=("concern", "age_group"),
        unknowns="",
        source="Children's Social Work Statistics 2022-23",
        trust="B",
    ),
    rate(
        "substance_concern_rate",
        "Children on the register with parental substance use (per 10,000 aged 0-17)",
        Counted("register_concerns", _SUBSTANCE, "children"),
        per=10_000,
        definition=(
            "Children on the register on the census date with parental drug or alcohol use among "
            "their concerns, for every 10,000 people aged 0 to 17."
        ),
        numerator="Children on the register with parental drug or alcohol use identified",
        unit="per 10,000 aged 0-17",
        calendar="census date",
        source="ScotPHO 4130, 4110 and 4153",
        trust="A",
    ),
    *(
        share(
            f"registered_over_{months}_months",
            f"Children on the register for {months} months or longer",
            "on_register",
            f"months_registered >= {months}",
            "",
            counts="children",
            definition=(
                f"Share of children on the register who have been on it for {months} months or "
                "longer."
            ),
            numerator=f"Children registered {months} months ago or longer",
            denominator="Children on the register",
            unit="per cent of children on the register",
            calendar="census date",
            counted_by=("age_group",),
            look_back=months,
            unknowns="",
            source="A scrutiny question of Aberdeen City",
            trust="B",
            question="Can the committee be assured that so long a registration is necessary?",
        )
        for months in (12, 18, 24)
    ),
    share(
        "register_ever_registered_before",
        "Children on the register who had been registered before",
        "on_register",
        "ever_registered_before == 'yes'",
        "",
        counts="children",
        definition=(
            "Share of children on the register on the census date with an earlier registration "
            "that had ended, or recorded as registered before."
        ),
        numerator="Children on the register with an earlier registration",
        denominator="Children on the register",
        unit="per cent of children on the register",
        calendar="census date",
        better="lower",
        counted_by=("age_group",),
        unknowns="Children whose history is not known are in the denominator only.",
        source="Highland's performance framework",
        trust="B",
    ),
    share(
        "reregistered_within_3_months",
        "Re-registrations within 3 months",
        "registrations",
        "months_since_deregistration < 3",
        REGISTERED.where,
        definition=(
            "Share of the period's registrations that came less than 3 months after the same "
            "child's last de-registration."
        ),
        numerator="Registrations less than 3 months after the child's last de-registration",
        denominator="All registrations in the period, of whatever history",
        unit="per cent of registrations",
        better="lower",
        counted_by=("age_group",),
        unknowns="Registrations of unknown history stay in the denominator.",
        look_back=3,
    ),
    share(
        "supported_after_deregistration",
        "De-registrations followed by support",
        "deregistrations",
        "supported == 'yes'",
        "supported in ('yes', 'no')",
        definition="Share of de-registrations after which multi-agency support went on.",
        numerator="De-registrations with support recorded",
        denominator="De-registrations with an answer recorded",
        unit="per cent of de-registrations",
        better="higher",
        counted_by=("age_group",),
        source="A scrutiny question of Aberdeen City",
    ),
)

_LAW = (
    rate(
        "orders_rate",
        "Children with a child protection order, from records (per 1,000 aged 0-17)",
        Counted("orders", "", "children"),
        definition=(
            "Children for whom a child protection order was received in the year, for every 1,000 "
            "people aged 0 to 17."
        ),
        numerator="Children with an order received in the year, each once",
        calendar="financial year",
        interval=EVENTS,
        decimals=2,
        source="Scottish Children's Reporter Administration; the rate is ours, none is published",
        trust="C",
    ),
    count(
        "orders",
        "Children with a child protection order",
        Counted("orders", "", "children"),
        definition="Children for whom a child protection order was received in the year.",
        calendar="financial year",
        source="Scottish Children's Reporter Administration",
        trust="A",
    ),
    rate(
        "referred_to_reporter_rate",
        "Children referred to the Reporter for care and protection (per 1,000 aged 0-15)",
        Counted("reporter_referrals", "ground == 'care and protection'", "children"),
        definition=(
            "Children referred to the Children's Reporter on care and protection grounds in the "
            "year, for every 1,000 people aged 0 to 15."
        ),
        numerator="Children referred, each once in a year",
        denominator="Population aged 0-15, National Records of Scotland mid-year estimate",
        denominators_from=(AGED_0_15,),
        unit="per 1,000 aged 0-15",
        calendar="financial year",
        source="ScotPHO 13001",
        trust="A",
    ),
    share(
        "meetings_with_referral",
        "Planning meetings with a referral to the Reporter",
        "meetings",
        "reporter_referral == 'yes'",
        ENTERED,
        definition="Share of initial and pre-birth meetings with a referral to the Reporter.",
        needs=("reporter_referrals",),
        numerator="Such meetings with a referral by the meeting or within 7 days of it",
        denominator="Initial and pre-birth planning meetings",
        unit="per cent of meetings",
        counted_by=("meeting_type", "age_group"),
        source="Children's Social Work Statistics 2018-19, Figure 1; local practice",
    ),
)

#: The indicators that records alone give.
RECORDS = (*_PATHWAY, *PRACTICE, *_REGISTER, *_LAW)
