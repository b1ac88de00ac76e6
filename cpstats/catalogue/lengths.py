"""What records say of lengths, gaps and families, of support, and of themselves."""

from __future__ import annotations

from ..definitions import Counted, Figures
from .figures import PROCESS, REGISTERED
from .makers import AGES, count, rate, share

_ABERDEEN = "A scrutiny question of Aberdeen City"
_LIMITS = (
    "The limits suppose nothing of how lengths are spread: they are lengths of children counted, "
    "chosen by the binomial distribution, and missing where there are too few children for them. "
    + PROCESS
)
_ONE = (
    "This is the figure of one child or one family. It is for papers that are not published: it "
    "is not safe to publish however many children it is chosen from."
)
_QUANTILES = (
    ("lower_quartile", "Lower quartile", 0.25, "a quarter"),
    ("median", "Median", 0.5, "half"),
    ("upper_quartile", "Upper quartile", 0.75, "three quarters"),
)

_LENGTHS = tuple(
    count(
        f"{which}_days_{suffix}",
        f"{name} of days {words}",
        Counted(view, where, of=("days_registered",), unit=unit),
        kind="quantile",
        at=share_below,
        definition=f"The number of days that {part} of {whom} had been registered for, or fewer.",
        numerator=f"{counted} with a date of registration",
        denominator=counted,
        unit="days",
        calendar=calendar,
        counted_by=by,
        interval=_LIMITS,
        unknowns="Those with no date of registration have no length and are left out.",
        source="Children's Social Work Statistics 2016-17, Annex C, for the length; the quartiles "
        "are ours",
        trust="A",
        question=question,
    )
    for view, where, unit, suffix, words, whom, counted, calendar, by, question in (
        (
            "deregistrations", "", "rows", "registered", "registered, at de-registration",
            "the children de-registered in the period", "De-registrations", "academic year",
            (*AGES, "reason"),
            "Do children leave the register too early for change to last, or stay with no change?",
        ),
        (
            "on_register", "", "rows", "on_register", "on the register so far",
            "the children on the register", "Children on the register", "census date", AGES,
            "Can the committee be assured that so long a registration is necessary?",
        ),
    )
    for which, name, share_below, part in _QUANTILES
)  # fmt: skip

_AGAIN = f"{REGISTERED.where} and days_since_deregistration is not None"

_EXTREMES = (
    *(
        count(
            f"largest_family_{suffix}",
            f"Largest family {words}",
            Counted("registrations", where, of=("family_size",)),
            kind="largest",
            definition=f"The most children of one family {words} in the period.",
            numerator=f"Children {words} whose family is recorded",
            denominator=f"Children {words}, each once",
            unit="children",
            counted_by=(),
            interval=_ONE,
            unknowns="Children with no family recorded are left out: the largest may be larger.",
            source=_ABERDEEN,
            question="How much of a rise or fall is one large family?",
        )
        for suffix, words, where in (
            ("registered", "registered", REGISTERED.where),
            ("reregistered", "registered again", _AGAIN),
        )
    ),
    *(
        count(
            f"{kind_}_gap_before_reregistration",
            f"{name} gap before a re-registration",
            Counted("registrations", _AGAIN, of=("days_since_deregistration",)),
            kind=kind,
            definition=(
                f"The {name.lower()} time between a de-registration and the same child's next "
                "registration, of registrations in the period."
            ),
            numerator="Registrations of children with an earlier de-registration in the records",
            denominator="The same",
            unit="days",
            counted_by=(),
            interval=_ONE,
            unknowns=(
                "A de-registration before the records begin, or in another council, is not known "
                "here. Transfers are no de-registration."
            ),
            source=_ABERDEEN,
            question="Was a short gap a decision made too early, and a long one a new concern?",
        )
        for kind_, kind, name in (
            ("longest", "largest", "Longest"),
            ("shortest", "smallest", "Shortest"),
        )
    ),
)

_BANDED = "age_band in ('0-4', '5-10', '11-15', '16+') and age <= 17"

_AFTER = (
    rate(
        "register_rate_by_age_band",
        "Register rate in each age band, from records (per 1,000 of that age)",
        Counted("on_register", _BANDED, "children"),
        definition=(
            "Children on the register on the census date for every 1,000 people in their own age "
            "band; unborn children left out."
        ),
        numerator="Children on the register in the age band, unborn children left out",
        denominator="Population of the age band (16 and 17 for 16+), National Records of Scotland",
        denominators_from=(Figures("population_by_age", "population"),),
        unit="per 1,000 of the age band",
        calendar="census date",
        counted_by=("age_band",),
        unknowns="Children of unknown age, and those over 17, are left out.",
        source="Children's Social Work Statistics 2018-19, Table 2.1",
        trust="A",
        question="Are some ages seen less than others because they need less, or are noticed less?",
    ),
    share(
        "supported_for_3_months",
        "De-registrations with three months' support after",
        "deregistrations",
        "supported_3_months == 'yes'",
        "followed_3_months == 'yes' and supported_3_months in ('yes', 'no')",
        definition=(
            "Share of de-registrations after which multi-agency support lasted at least 3 "
            "calendar months."
        ),
        numerator="De-registrations with support to a day at least 3 months later",
        denominator="De-registrations 3 months before the records' end, with an answer recorded",
        unit="per cent of de-registrations",
        better="higher",
        counted_by=("age_group", "reason"),
        unknowns=(
            "Support with no last day recorded is not known to have lasted, and is left out of "
            "both, as is a de-registration with no answer; their number is the gap to all."
        ),
        source=_ABERDEEN,
        question=(
            "Can the committee be assured that children taken off the register have at least 3 "
            "months of multi-agency support?"
        ),
    ),
    *(
        count(
            f"deregistered_then_reregistered_within_{months}_months",
            f"Children registered again within {months} months of leaving the register",
            Counted(
                "deregistrations",
                "may_return == 'yes'",
                of=("months_to_registration", "months_followed"),
            ),
            kind="estimate",
            at=months,
            definition=(
                "Share of the de-registrations in the period that a registration of the same child "
                f"follows in less than {months} months, estimated for those not followed so long."
            ),
            numerator=f"De-registrations followed by a registration in less than {months} months",
            denominator=(
                "De-registrations in the period, without transfers, deaths and children too old"
            ),
            unit="per cent of de-registrations",
            decimals=1,
            better="lower",
            counted_by=("age_group", "reason", "length_registered"),
            interval=(
                "Limits of the Kaplan-Meier estimate by the log-log transformation of Greenwood's "
                "variance; missing where nobody, or everybody, was registered again."
            ),
            unknowns=(
                "The numerator holds what has happened so far; where some have not been followed "
                "to the end, the estimate is more than numerator over denominator."
            ),
            source="Ours: the cohort measure; Kaplan and Meier (1958)",
            question="Do the plans that end a registration keep children safe afterwards?",
        )
        for months in (12, 18, 24)
    ),
    share(
        "answers_missing",
        "Answers missing or not known",
        "answers",
        "answered == 'no'",
        "",
        definition=(
            "Share of what is asked of registrations, de-registrations and planning meetings that "
            "records leave empty or give as not known."
        ),
        numerator="Answers that are empty or not known",
        denominator="Answers asked for",
        unit="per cent of answers",
        better="lower",
        counted_by=("field",),
        unknowns="What a meeting need not have, such as views of an unborn child, is asked too.",
        source="Children's Social Work Statistics report unknowns beside each breakdown",
        trust="A",
        question="Which answers are missing so often that figures made from them mislead?",
    ),
    count(
        "stock_flow_gap",
        "Registrations and de-registrations that the register does not show",
        Counted("registered_twice"),
        counted_of=Counted("deregistrations", "registered_date is None"),
        kind="difference",
        definition=(
            "The register at the start, and all registrations, less de-registrations, less the "
            "register at the end: 0 where the records close."
        ),
        numerator="Registrations of children on the register already",
        denominator="De-registrations of children not on the register",
        unit="children",
        counted_by=(),
        unknowns="Temporary registrations are in all four numbers.",
        source="Ours: published numbers do not close either",
        trust="A",
        question="Can the numbers of the register be trusted?",
    ),
)

#: The indicators of lengths, gaps and families.
LENGTHS = (*_LENGTHS, *_EXTREMES, *_AFTER)
