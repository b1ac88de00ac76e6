"""The rule sets of the field, as data: what counts as a signal, in whose words.

English readers know the rules of Making Data Count, Scottish ones those of Public Health Scotland,
statisticians those of Nelson. They differ in length of run, in what a tie does and in which points
near a limit count, so every chart names the set it was read by.

References
----------
NHS England, Making Data Count. Outside the limits, seven on one side of the mean, seven rising or
    falling, two of three near a limit. In 2023 it announced that points beyond the limit are to
    count among the two of three: NHSRplotthedots, issue 194.
Public Health Scotland, SPBAND dashboard, "How do we identify patterns in the data?" Control charts:
    outlier, shift of 8, trend of 6, outer third, inner third. Run charts: shift of 6, trend of 5.
    Its page says that a point on the centre line neither breaks a run nor adds to it; its results
    have the run end there, and so have ours.
Nelson LS (1984). The Shewhart control chart: tests for special causes. J Qual Technol 16: 237-239.
Anhøj J, Olesen AV (2014). Run charts revisited: a simulation study of run chart rules for detection
    of non-random variation in health care processes. PLoS ONE 9: e113825.
Wheeler DJ (1993). Understanding variation. SPC Press. The individuals chart and its 2.66.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import UnknownName


@dataclass(frozen=True)
class Near:
    """Some of several successive points far from the centre, all on one side.

    Attributes
    ----------
    points, among : int
        How many, of how many.
    beyond : float
        Standard deviations from the centre from which a point counts.
    up_to : float
        Standard deviations up to which it counts.
    """

    points: int
    among: int
    beyond: float
    up_to: float = float("inf")


@dataclass(frozen=True)
class RuleSet:
    """What signals on a chart, by one school.

    Attributes
    ----------
    title : str
        Whose rules they are.
    words : str
        The rules in a sentence, for the caption.
    shift, trend : int
        Points in a row on one side of the centre, and points in a row that rise or fall; 0 for
        no such rule.
    near : tuple of Near
    hugging : int
        Points in a row within one standard deviation of the centre.
    alternating : int
        Points in a row that go up and down in turn.
    avoiding : int
        Points in a row that are all further than one standard deviation from the centre.
    outside : bool
        Whether a point beyond the limits signals.
    reach : float
        From the mean moving range to a limit.
    """

    title: str
    words: str
    shift: int = 0
    trend: int = 0
    near: tuple[Near, ...] = ()
    hugging: int = 0
    alternating: int = 0
    avoiding: int = 0
    outside: bool = True
    # Three standard deviations, each a mean moving range over 1.128.
    reach: float = 3 / 1.128


#: Making Data Count prints the factor as 2.66.
_MDC_REACH = 2.66

CONTROL = {
    "mdc": RuleSet(
        title="Making Data Count (NHS England), before the change of 2023",
        words="a point outside the limits; 7 in a row on one side of the mean; 7 in a row rising "
        "or falling; 2 of 3 in a row between two and three standard deviations on one side. A "
        "point on the mean, or equal to the one before, ends a run",
        shift=7,
        trend=7,
        near=(Near(2, 3, 2, up_to=3),),
        reach=_MDC_REACH,
    ),
    "mdc-2023": RuleSet(
        title="Making Data Count (NHS England), as announced in 2023",
        words="a point outside the limits; 7 in a row on one side of the mean; 7 in a row rising "
        "or falling; 2 of 3 in a row more than two standard deviations out on one side. A point "
        "on the mean, or equal to the one before, ends a run",
        shift=7,
        trend=7,
        near=(Near(2, 3, 2),),
        reach=_MDC_REACH,
    ),
    "phs": RuleSet(
        title="Public Health Scotland",
        words="a point outside the limits; 8 in a row on one side of the centre; 6 in a row rising "
        "or falling; 2 of 3 in a row between two and three standard deviations on one side; 15 in "
        "a row within one standard deviation. A point on the centre, or equal to the one before, "
        "ends a run",
        shift=8,
        trend=6,
        near=(Near(2, 3, 2, up_to=3),),
        hugging=15,
    ),
    "nelson": RuleSet(
        title="Nelson (1984)",
        words="a point outside the limits; 9 in a row on one side of the centre; 6 in a row rising "
        "or falling; 14 in a row going up and down in turn; 2 of 3 in a row beyond two standard "
        "deviations on one side; 4 of 5 in a row beyond one; 15 in a row within one; 8 in a row "
        "all beyond one on either side. A point on the centre, or equal to the one before, "
        "ends a run",
        shift=9,
        trend=6,
        alternating=14,
        near=(Near(2, 3, 2), Near(4, 5, 1)),
        hugging=15,
        avoiding=8,
    ),
}

RUN = {
    "phs": RuleSet(
        title="Public Health Scotland, run charts",
        words="6 in a row on one side of the median; 5 in a row rising or falling. A point on the "
        "median, or equal to the one before, ends a run",
        shift=6,
        trend=5,
        outside=False,
    ),
    "anhoej": RuleSet(
        title="Anhøj",
        words="a run on one side of the median longer than chance allows for so many points, or "
        "fewer crossings of the median than chance allows. Points on the median are passed over",
        outside=False,
    ),
}


def find(name: str, among: dict[str, RuleSet]) -> RuleSet:
    """Look up a rule set by its name."""
    if name not in among:
        raise UnknownName("rule set", name, among)
    return among[name]
