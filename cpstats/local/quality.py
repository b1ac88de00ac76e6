"""What a reader must know of the records: made up or real, for whom, checked by what, waived."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from ..periods import write_date
from ..rules import RULES
from ..rules.waivers import waived
from ..tables import Html, Pieces, Prose, Table, heading, pieces
from .opening import Local

RESTRICTED = (
    "For the committee alone: figures counted from records are not protected against disclosure, "
    "and small numbers of children can be recognised. Do not publish this report."
)


def banner(local: Local) -> Html:
    """Say on top of every page that records are made up, or that they are not for all eyes.

    In print its class puts the same words into the margin of each page.
    """
    return banner_of(synthetic=local.records.synthetic, restricted=local.release is None)


def banner_of(*, synthetic: bool, restricted: bool, what: str = "records") -> Html:
    """Say what must stand on every sheet; nothing where neither holds."""
    said = []
    if synthetic:
        said.append(f"SYNTHETIC: figures from {what} are made up by a generator. No real child.")
    if restricted:
        said.append("RESTRICTED: for the committee alone.")
    if not said:
        return Html(Markup(""))
    kinds = {"synthetic": synthetic, "restricted": restricted}
    kind = " ".join(name for name, is_so in kinds.items() if is_so)
    return Html(Markup('<p class="banner {}">{}</p>').format(kind, " ".join(said)))


def about(local: Local) -> Prose:
    """Say whose records they are, which days they cover, and for whom the report is."""
    records = local.records
    made = "made-up (SYNTHETIC) child-level records" if records.synthetic else "child-level records"
    span = f"{write_date(records.since)} to {write_date(records.until)}"
    first = f"Figures from records use {made} of {local.area}, {span}."
    if local.release is None:
        return Prose([first, RESTRICTED], "warning")
    policy = local.release.policy
    return Prose([first, f"How they are protected: {policy}. {' '.join(policy.said())}"])


def quality(local: Local, *, level: int = 2) -> Pieces:
    """Show what the rules found in the records, and which errors were accepted in writing."""
    findings = local.findings
    summary = findings.summary()
    parts: list[Any] = [heading("How good the records are", level)]
    checked = f"The records of {local.area} were checked against {len(RULES)} rules."
    if summary.empty:
        parts.append(Prose([f"{checked} None is broken."]))
    else:
        frame = pd.DataFrame(
            {
                "Rule": summary["code"],
                "What must hold": summary["title"],
                "Severity": summary["severity"],
                "Broken": [_times(local, n) for n in summary["count"]],
                "What to do": summary["remedy"],
            }
        )
        parts += [Prose([checked]), Table(frame, "Rules broken by the records", numbers=["Broken"])]
    return pieces(*parts, _waived(local))


def _times(local: Local, count: int) -> str:
    """Write how often; few records are few children."""
    if local.release is not None and 0 < count < local.release.policy.hide_under:
        return f"fewer than {local.release.policy.hide_under}"
    return f"{count:,}"


def _waived(local: Local) -> Table | Prose:
    """Print what was accepted in writing: who, why and until when."""
    if not local.waivers:
        return Prose(["No error was waived."])
    rows = waived(local.findings, local.waivers)
    frame = pd.DataFrame(
        {
            "Rule": rows["code"],
            "What does not hold": rows["title"],
            "Times": [_times(local, n) for n in rows["count"]],
            "Why it was accepted": rows["reason"],
            "By": rows["by"],
            "Until": rows["until"],
        }
    )
    return Table(frame, "Errors accepted in writing", numbers=["Times"])


def provenance(local: Local) -> list[tuple[str, str]]:
    """Name the record set: what it is called, what it covers, and each table by its hash."""
    records = local.records
    rows = [
        ("Records", records.source),
        ("Records cover", f"{records.since.isoformat()} to {records.until.isoformat()}"),
    ]
    rows.append(
        ("Disclosure control", str(local.release.policy) if local.release else "none: restricted")
    )
    return rows + [(f"Table of records {name}", digest) for name, digest in local.hashes.items()]
