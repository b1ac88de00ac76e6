"""The summary of a batch as JUnit XML, which build servers and schedulers read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from .jobs import CURRENT, FAILED, Outcome

#: What XML cannot hold.
_CONTROL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def summary(name: str, outcomes: Sequence[Outcome]) -> bytes:
    """
    Write what became of each report.

    Parameters
    ----------
    name : str
        Of the schedule.
    outcomes : sequence of Outcome

    Returns
    -------
    bytes
        JUnit XML: a test case for each report; one that is current is skipped, a report that could
        not be made is a failure, and a process that died or took too long is an error.
    """
    failed = [o for o in outcomes if o.status == FAILED]
    ended = [o for o in outcomes if not o.good and o.status != FAILED]
    current = [o for o in outcomes if o.status == CURRENT]
    suite = ET.Element(
        "testsuite", name=_CONTROL.sub("?", name), tests=str(len(outcomes)),
        failures=str(len(failed)), errors=str(len(ended)), skipped=str(len(current)),
        time=f"{sum(o.seconds for o in outcomes):.3f}",
    )  # fmt: skip
    for outcome in outcomes:
        case = ET.SubElement(
            suite, "testcase", classname="cpstats.batch", name=outcome.name,
            time=f"{outcome.seconds:.3f}",
        )  # fmt: skip
        said = _CONTROL.sub("?", "\n".join(outcome.why))
        if outcome.status == CURRENT:
            ET.SubElement(case, "skipped", message=CURRENT)
        elif not outcome.good:
            kind = "failure" if outcome.status == FAILED else "error"
            ET.SubElement(case, kind, message=outcome.status, type=outcome.status).text = said
        elif said:
            ET.SubElement(case, "system-out").text = said
    ET.indent(suite)
    return ET.tostring(suite, encoding="utf-8", xml_declaration=True) + b"\n"
