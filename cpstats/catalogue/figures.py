"""The indicators that published figures give; some can be counted from records as well.

Definitions are those of Children's Social Work Statistics (Scottish Government) unless an entry
says otherwise. Adding an indicator is adding an entry.
"""

from __future__ import annotations

from ..definitions import Counted, Figures, Indicator, Version

PROCESS = (
    "Every child counted is counted, so the interval is not for sampling. It is the range within "
    "which the figure might have fallen by chance in the same circumstances: read it when asking "
    "whether a difference means anything. Brothers and sisters are registered together, so chance "
    "reaches further than the interval says."
)
EVENTS = (
    "Every event recorded is counted, so the interval is not for sampling. It is the range within "
    "which the figure might have fallen by chance in the same circumstances."
)
_BOUGHT = "Taken as published, without a count, so no interval can be worked out."
_UNBORN = (
    "Unborn children are on the register and have no population: they are counted above the line "
    "only."
)

PEOPLE = ("sex", "age_band", "age_group", "ethnicity", "disability", "simd_quintile")
# A registration whose type was not recorded is one all the same.
_LASTING = "(registration_type is None or registration_type != 'temporary')"
REGISTERED = Counted("registrations", _LASTING)
DEREGISTERED = Counted("deregistrations")
_HELD = Counted("on_register", "", "children")

_ON_REGISTER = Figures("register_by_council", "children_on_register")
AGED_0_15 = Figures("population", "population_0_15")
AGED_0_17 = Figures("population", "population_0_17")
_REGISTRATIONS = Figures(
    "registrations_by_time_since_deregistration",
    "registrations",
    "time_since_deregistration == 'all'",
)
_CSWS_BREAKS = (
    Version("", "2009-10", "Counted on 31 March. Unborn children not comparable before 2011."),
    Version("2010-11", "", "Counted on 31 July."),
)
_FLOW_BREAKS = (
    Version("", "2009-10", "Registrations from 1 April to 31 March."),
    Version("2010-11", "", "Registrations from 1 August to 31 July."),
)

_REGISTER = (
    Indicator(
        id="children_on_register",
        name="Children on the Child Protection Register",
        definition="Children whose names are on the Child Protection Register on the census date.",
        kind="count",
        numerator="Children on the register, unborn children included",
        denominator="",
        unit="children",
        decimals=0,
        calendar="census date",
        better="neither",
        counted=_HELD,
        counted_by=PEOPLE,
        numerator_from=_ON_REGISTER,
        source="Children's Social Work Statistics 2018-19, Table 2.4, and later editions",
        trust="A",
        versions=_CSWS_BREAKS,
    ),
    Indicator(
        id="register_rate",
        name="Register rate (per 1,000 aged 0-15)",
        definition=(
            "Children on the Child Protection Register on the census date, unborn children "
            "included, for every 1,000 people aged 0 to 15."
        ),
        kind="rate",
        per=1000,
        numerator="Children on the register, unborn children included, of any age",
        denominator=(
            "Population aged 0-15: the one behind the published rate, worked out as count over "
            "rate (the publisher used mid-years a year or so back in some years); where none can "
            "be had, the National Records of Scotland mid-year estimate"
        ),
        unit="per 1,000 aged 0-15",
        calendar="census date",
        better="neither",
        counted=_HELD,
        numerator_from=_ON_REGISTER,
        denominators_from=(Figures("register_by_council", "register_population_0_15"), AGED_0_15),
        published_from=(
            Figures("register_by_council", "register_rate_0_15"),
            Figures("inspection_dundee_2022", "register_rate_0_15"),
        ),
        unknowns=_UNBORN,
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Table 2.4",
        trust="A",
        versions=(
            *_CSWS_BREAKS,
            Version(
                "2022-23",
                "",
                "Publications moved to people aged 0-17: see register_rate_0_17.",
                breaks=False,
            ),
        ),
        question=(
            "Is the register the size we would expect from what we know of need in the area, and "
            "what would tell us if thresholds had moved?"
        ),
    ),
    Indicator(
        id="register_rate_0_17",
        name="Register rate (per 1,000 aged 0-17)",
        definition=(
            "Children on the Child Protection Register on the census date, unborn children "
            "included, for every 1,000 people aged 0 to 17."
        ),
        kind="rate",
        per=1000,
        numerator="Children on the register, unborn children included",
        denominator="Population aged 0-17, National Records of Scotland mid-year estimate",
        unit="per 1,000 aged 0-17",
        calendar="census date",
        better="neither",
        counted=_HELD,
        numerator_from=_ON_REGISTER,
        denominators_from=(AGED_0_17,),
        unknowns=_UNBORN,
        interval=PROCESS,
        source="Children's Social Work Statistics 2022-23 and 2023-24; ScotPHO since 2025",
        trust="A",
        versions=(
            *_CSWS_BREAKS,
            Version("", "2021-22", "Not the published base then: see register_rate.", breaks=False),
            Version("2022-23", "", "The published base.", breaks=False),
        ),
    ),
    Indicator(
        id="register_rate_by_age",
        name="Register rate in each age band (per 1,000 of that age)",
        definition=(
            "Children on the Child Protection Register on the census date for every 1,000 people "
            "in their own age band; unborn children left out."
        ),
        kind="rate",
        per=1000,
        numerator="Children on the register in the age band, unborn children left out",
        denominator="Population of the age band (16 and 17 for 16+), National Records of Scotland",
        unit="per 1,000 of the age band",
        calendar="census date",
        better="neither",
        breakdowns=("sex", "age_band"),
        numerator_from=Figures(
            "register_by_age_sex",
            "children_on_register",
            "age_band in ('0-4', '5-10', '11-15', '16+')",
        ),
        denominators_from=(Figures("population_by_age_sex", "population"),),
        coverage="Scotland",
        unknowns="Children of unknown age are left out: they belong to no band.",
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Table 2.1",
        trust="A",
        versions=_CSWS_BREAKS,
        question="Are some ages seen less than others because they need less, or are noticed less?",
    ),
    Indicator(
        id="register_rate_uk",
        name="Register rate for comparison within the UK (per 10,000 under 18)",
        definition=(
            "Children on the Child Protection Register on 31 March for every 10,000 people under "
            "18, the base used to set the countries of the UK side by side."
        ),
        kind="rate",
        per=10_000,
        numerator="Children on the register on 31 March",
        denominator="Population aged 0-17, National Records of Scotland mid-year estimate",
        unit="per 10,000 aged under 18",
        calendar="census date",
        better="neither",
        numerator_from=Figures(
            "register_by_council", "children_on_register", "date < '2011-01-01'"
        ),
        denominators_from=(AGED_0_17,),
        unknowns=_UNBORN,
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Chart 6",
        trust="A",
        versions=(
            Version("", "2009-10", "The census itself was on 31 March."),
            Version(
                "2010-11", "", "Counts on 31 March are published for the UK only; none is in hand."
            ),
        ),
    ),
    Indicator(
        id="children_by_age",
        name="Children on the register by age and sex",
        definition="Children on the Child Protection Register on the census date by age and sex.",
        kind="count",
        numerator="Children on the register",
        denominator="",
        unit="children",
        decimals=0,
        calendar="census date",
        better="neither",
        counted=_HELD,
        counted_by=("sex", "age_band"),
        breakdowns=("sex", "age_band"),
        numerator_from=Figures("register_by_age_sex", "children_on_register"),
        coverage="Scotland",
        unknowns=(
            "Unborn children of known sex are counted in the column of their sex as well; those of "
            "unknown sex are in All only, so the sexes do not add to All."
        ),
        source="Children's Social Work Statistics 2018-19, Table 2.1",
        trust="A",
        versions=_CSWS_BREAKS,
    ),
)

_FLOW = (
    Indicator(
        id="registrations_rate",
        name="Registrations (per 1,000 aged 0-17)",
        definition=(
            "Registrations in the year after an initial, pre-birth or transfer-in meeting, for "
            "every 1,000 people aged 0 to 17."
        ),
        kind="rate",
        per=1000,
        numerator="Registrations in the year, of any age",
        denominator="Population aged 0-17, National Records of Scotland mid-year estimate",
        unit="per 1,000 aged 0-17",
        calendar="academic year",
        better="neither",
        counted=REGISTERED,
        numerator_from=_REGISTRATIONS,
        denominators_from=(AGED_0_17,),
        coverage="Scotland",
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Table 2.2, note 3.7",
        trust="A",
        versions=_FLOW_BREAKS,
    ),
    Indicator(
        id="deregistrations_rate",
        name="De-registrations (per 1,000 aged 0-17)",
        definition=(
            "De-registrations in the year after a review or transfer meeting, for every 1,000 "
            "people aged 0 to 17."
        ),
        kind="rate",
        per=1000,
        numerator="De-registrations in the year",
        denominator="Population aged 0-17, National Records of Scotland mid-year estimate",
        unit="per 1,000 aged 0-17",
        calendar="academic year",
        better="neither",
        counted=DEREGISTERED,
        numerator_from=Figures(
            "deregistrations", "deregistrations", "length_registered == 'all' and reason == 'all'"
        ),
        denominators_from=(AGED_0_17,),
        coverage="Scotland",
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Table 2.3, note 3.7",
        trust="A",
        versions=_FLOW_BREAKS,
    ),
    Indicator(
        id="deregistrations_by_length",
        name="De-registrations by time on the register",
        definition="Share of the year's de-registrations by how long the child was registered.",
        kind="proportion",
        per=100,
        numerator="De-registrations of children registered for that long",
        denominator="All de-registrations in the year, those with no date of registration included",
        unit="per cent of de-registrations",
        calendar="academic year",
        better="neither",
        counted=DEREGISTERED,
        counted_of=Counted("deregistrations", whole_over=("length_registered",)),
        counted_by=("length_registered", "age_group"),
        breakdowns=("length_registered",),
        numerator_from=Figures("deregistrations", "deregistrations", "reason == 'all'"),
        denominators_from=(
            Figures(
                "deregistrations",
                "deregistrations",
                "length_registered == 'all' and reason == 'all'",
            ),
        ),
        coverage="Scotland",
        unknowns="De-registrations with no date of registration are shown as a group of their own.",
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Table 2.3; 2016-17, Annex C",
        trust="A",
        versions=_FLOW_BREAKS,
    ),
    Indicator(
        id="deregistrations_by_reason",
        name="De-registrations by reason",
        definition="Share of the year's de-registrations by the reason recorded.",
        kind="proportion",
        per=100,
        numerator="De-registrations for that reason",
        denominator="All de-registrations in the year",
        unit="per cent of de-registrations",
        calendar="academic year",
        better="neither",
        counted=DEREGISTERED,
        counted_of=Counted("deregistrations", whole_over=("reason",)),
        counted_by=("reason", "age_group"),
        breakdowns=("reason",),
        numerator_from=Figures("deregistrations", "deregistrations", "length_registered == 'all'"),
        denominators_from=(
            Figures(
                "deregistrations",
                "deregistrations",
                "length_registered == 'all' and reason == 'all'",
            ),
        ),
        coverage="Scotland",
        unknowns="A reason that is not known is shown as a group of its own.",
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Table 2.3",
        trust="A",
        versions=_FLOW_BREAKS,
    ),
    Indicator(
        id="concerns_per_child",
        name="Concerns for each child on the register",
        definition="Concerns identified for children on the register, divided by those children.",
        kind="mean",
        per=1,
        numerator="Concerns identified; a child can have several",
        denominator="Children on the register",
        unit="concerns per child",
        calendar="census date",
        better="neither",
        counted=Counted("register_concerns"),
        counted_of=_HELD,
        counted_by=("age_group",),
        numerator_from=Figures("concerns", "concern_mentions", "concern == 'all'"),
        denominators_from=(Figures("register_by_council", "children_on_register"),),
        coverage="Scotland",
        source="Children's Social Work Statistics 2018-19, Chart 4 and text",
        trust="A",
    ),
)


_BANDS = ("under 6 months", "6 months to under 1 year", "1 year to under 18 months")


def _reregistered(months: int, bands: tuple[str, ...]) -> Indicator:
    listed = ", ".join(f"'{band}'" for band in bands) + ("," if len(bands) == 1 else "")
    return Indicator(
        id=f"reregistered_within_{months}_months",
        name=f"Re-registrations within {months} months",
        definition=(
            f"Share of the year's registrations that came less than {months} months after the "
            "same child's last de-registration."
        ),
        kind="proportion",
        per=100,
        numerator=f"Registrations less than {months} months after the child's last de-registration",
        denominator="All registrations in the year, those whose history is not known included",
        unit="per cent of registrations",
        calendar="academic year",
        better="lower",
        counted=Counted(
            "registrations",
            f"{_LASTING} and months_since_deregistration < {months}",
        ),
        counted_of=REGISTERED,
        counted_by=("age_group",),
        look_back=months,
        numerator_from=Figures(
            "registrations_by_time_since_deregistration",
            "registrations",
            f"time_since_deregistration in ({listed})",
        ),
        denominators_from=(_REGISTRATIONS,),
        coverage="Scotland",
        unknowns=(
            "Registrations of children whose history or gap is not known stay in the denominator, "
            "so the share can only be too low."
        ),
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Table 2.2",
        trust="A",
        versions=_FLOW_BREAKS,
    )


_AGAIN = (
    Indicator(
        id="registered_before",
        name="Registrations of children who had been registered before",
        definition=(
            "Share of the year's registrations that were of children registered at any time "
            "before, among registrations where this is known."
        ),
        kind="proportion",
        per=100,
        numerator="Registrations of children with an earlier registration, however long ago",
        denominator="Registrations less those whose history is not known",
        unit="per cent of registrations with a known history",
        calendar="academic year",
        better="lower",
        counted=Counted(
            "registrations",
            f"{_LASTING} and history == 'registered before'",
        ),
        counted_of=Counted("registrations", f"{_LASTING} and history != 'not known'"),
        counted_by=("age_group", "simd_quintile"),
        numerator_from=Figures(
            "registrations_by_time_since_deregistration",
            "registrations",
            "time_since_deregistration not in "
            "('all', 'never registered before', 'not known if registered before')",
        ),
        denominators_from=(
            Figures(
                "registrations_by_time_since_deregistration",
                "registrations",
                "time_since_deregistration not in ('all', 'not known if registered before')",
            ),
        ),
        coverage="Scotland",
        unknowns=(
            "Registrations where it is not known if the child had been registered before are left "
            "out of numerator and denominator; those with an unknown gap are counted as registered "
            "before."
        ),
        interval=PROCESS,
        source="Children's Social Work Statistics 2018-19, Table 2.2, note 2",
        trust="A",
        versions=_FLOW_BREAKS,
        question="What do we learn from children who come back, about the help that ended?",
    ),
    _reregistered(6, _BANDS[:1]),
    _reregistered(12, _BANDS[:2]),
    _reregistered(18, _BANDS),
    _reregistered(24, (*_BANDS, "18 months to under 2 years")),
    Indicator(
        id="lgbf_reregistration",
        name="Re-registrations within 18 months, by council",
        definition=(
            "The published percentage of child protection re-registrations within 18 months. For "
            "Scotland it agrees in most years with re-registrations within 18 months over all "
            "registrations, which suggests that this is its definition."
        ),
        kind="published",
        numerator="Not published",
        denominator="Not published; inferred to be all registrations in the year",
        unit="per cent of registrations",
        calendar="academic year",
        better="lower",
        published_from=(
            Figures("reregistration_within_18_months", "published_reregistered_within_18_months"),
        ),
        unknowns="Not stated by the publisher.",
        interval=_BOUGHT,
        source=(
            "Local Government Benchmarking Framework (Improvement Service), "
            '"% of child protection re-registrations within 18 months"'
        ),
        trust="C",
        question=(
            "Who were the children registered again within 18 months, how many families were they, "
            "and was the first plan ended too soon?"
        ),
    ),
)


def _stated(
    id: str, name: str, measure: str, unit: str, definition: str, calendar: str = "academic year"
) -> Indicator:
    return Indicator(
        id=id,
        name=name,
        definition=definition,
        kind="published",
        numerator="Not published",
        denominator="As the unit says",
        unit=unit,
        calendar=calendar,
        better="neither",
        published_from=(Figures("inspection_dundee_2022", measure),),
        interval=_BOUGHT,
        source="Joint inspection report on Dundee City, Care Inspectorate, January 2022, key facts",
        trust="B",
    )


_CONTEXT = (
    _stated(
        "investigations_stated",
        "Child protection investigations, as the 2022 inspection of Dundee stated them",
        "investigations_rate_0_15",
        "per 1,000 aged 0-15",
        "Child protection investigations in the year for every 1,000 people aged 0 to 15.",
    ),
    _stated(
        "case_conferences_stated",
        "Child protection case conferences, as the 2022 inspection of Dundee stated them",
        "case_conferences_rate_0_15",
        "per 1,000 aged 0-15",
        "Child protection case conferences in the year for every 1,000 people aged 0 to 15.",
    ),
    _stated(
        "conferences_to_registration_stated",
        "Initial conferences leading to registration, as the 2022 inspection of Dundee stated them",
        "initial_conferences_leading_to_registration",
        "per cent of initial case conferences",
        "Initial child protection case conferences that resulted in registration.",
    ),
    _stated(
        "child_protection_orders_stated",
        "Child protection orders, as the 2022 inspection of Dundee stated them",
        "child_protection_orders_rate_0_15",
        "per 1,000 aged 0-15",
        "Child protection orders in the year for every 1,000 people aged 0 to 15. Whether the "
        "year runs from April or August is not stated.",
    ),
    Indicator(
        id="child_protection_orders_rate",
        name="Children with a child protection order (per 1,000 aged 0-15)",
        definition=(
            "Children for whom a child protection order was received in the year, for every 1,000 "
            "people aged 0 to 15."
        ),
        kind="rate",
        per=1000,
        numerator="Children with a child protection order received in the year",
        denominator="Population aged 0-15, National Records of Scotland mid-year estimate",
        unit="per 1,000 aged 0-15",
        decimals=2,
        calendar="financial year",
        better="neither",
        numerator_from=Figures("child_protection_orders", "children_with_child_protection_orders"),
        denominators_from=(AGED_0_15,),
        interval=EVENTS,
        source="Scottish Children's Reporter Administration; the rate is ours, none is published",
        trust="C",
    ),
    Indicator(
        id="domestic_abuse_rate",
        name="Domestic abuse incidents recorded by the police (per 10,000)",
        definition="Incidents of domestic abuse recorded by the police for every 10,000 people.",
        kind="rate",
        per=10_000,
        numerator="Incidents recorded in the year; one household can have several",
        denominator="Population of all ages, National Records of Scotland mid-year estimate",
        unit="per 10,000 people",
        decimals=0,
        calendar="financial year",
        # More recorded can mean more harm, or more that is told to the police.
        better="neither",
        population_year="starts",
        numerator_from=Figures("domestic_abuse", "domestic_abuse_incidents"),
        denominators_from=(Figures("population", "population_all_ages"),),
        published_from=(
            Figures("domestic_abuse", "domestic_abuse_rate"),
            Figures("inspection_dundee_2022", "domestic_abuse_rate"),
        ),
        interval=EVENTS,
        source="Domestic abuse recorded by the police in Scotland (Scottish Government)",
        trust="A",
        versions=(
            Version("", "2012-13", "Recorded by eight legacy forces."),
            Version("2013-14", "", "Recorded in one national system: not comparable with before."),
        ),
    ),
    Indicator(
        id="aged_under_16",
        name="Population aged under 16",
        definition="Share of the population aged 0 to 15.",
        kind="proportion",
        per=100,
        numerator="Population aged 0-15",
        denominator="Population of all ages",
        unit="per cent of the population",
        calendar="mid-year",
        better="neither",
        numerator_from=AGED_0_15,
        denominators_from=(Figures("population", "population_all_ages"),),
        source="National Records of Scotland, mid-year population estimates",
        trust="A",
    ),
    Indicator(
        id="most_deprived_fifth",
        name="Population in the most deprived fifth of Scotland",
        definition=(
            "Share of the population living in the fifth of data zones that the Scottish Index of "
            "Multiple Deprivation 2020v2 ranks most deprived."
        ),
        kind="proportion",
        per=100,
        numerator="Population of those data zones, mid-2017",
        denominator="Population of all data zones of the area, mid-2017",
        unit="per cent of the population",
        calendar="index edition",
        better="neither",
        numerator_from=Figures("deprivation", "simd2020_population_in_q1"),
        denominators_from=(Figures("deprivation", "simd2020_population"),),
        source="Scottish Index of Multiple Deprivation 2020v2 (Scottish Government)",
        trust="A",
    ),
)

#: The indicators that published figures give.
FIGURES = (*_REGISTER, *_FLOW, *_AGAIN, *_CONTEXT)
