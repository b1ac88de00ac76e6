"""A made-up history of a real plan, so that a report can be seen before there is a real one."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from ..files import write_whole
from .due_dates import DATED, read_due
from .made_up_logs import SYNTHETIC, as_csv
from .plan_reading import COLUMNS, COMPLETE, UNDER_WAY

#: The days on which an imagined committee was told.
_MEETINGS = (dt.date(2022, 5, 12), dt.date(2022, 8, 25), dt.date(2022, 11, 17),
             dt.date(2023, 2, 16))  # fmt: skip
#: What becomes of one dated action after another: meeting, new date, status; "" keeps the date.
_FATES: tuple[tuple[tuple[int, str, str], ...], ...] = (
    ((0, "", COMPLETE),),
    ((0, "September 2022", UNDER_WAY), (2, "", COMPLETE)),
    (),  # nobody said anything since
    ((0, "September 2022", UNDER_WAY), (2, "June 2023", UNDER_WAY)),
    ((0, "", UNDER_WAY), (1, "", COMPLETE)),
    ((0, "tbc", UNDER_WAY), (2, "", UNDER_WAY)),
    ((0, "December 2022", UNDER_WAY),),
)
_GOES_ON: tuple[tuple[int, str, str], ...] = ((0, "", UNDER_WAY), (3, "", UNDER_WAY))
#: Links beside those of the plan itself, so that published figures are seen to move too.
_MORE = {"1.5": "indicator:register_rate", "4.5": "indicator:lgbf_reregistration"}
#: One action finds another lead on the way.
_LEADS = {"3.9": "Independent Reviewing Officer Manager, Children and Families"}


def write_synthetic_plan(path: str | Path, source: str | Path) -> Path:
    """
    Write a real plan with a made-up history: done, late, slipped, without a date, forgotten.

    Parameters
    ----------
    path : str or Path
    source : str or Path
        The plan as it was first written (CSV).

    Returns
    -------
    Path
    """
    with Path(source).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return write_whole(Path(path), as_csv([*COLUMNS, "synthetic"], _history(rows)))


def _history(rows: list[dict[str, str]]) -> Iterator[list[str]]:
    dated = 0
    for row in rows:
        more = [link for link in (row["evidence"], _MORE.get(row["id"], "")) if link]
        yield [*({**row, "evidence": "; ".join(more)}[c] for c in COLUMNS), SYNTHETIC]
        due = read_due(row["due"])
        fate = _GOES_ON
        if due.kind == DATED and due.date:
            fate = () if due.date > _MEETINGS[-1] else _FATES[dated % len(_FATES)]
            dated += 1
        for number, (meeting, until, status) in enumerate(fate):
            said = dict.fromkeys(COLUMNS, "")
            said |= {"id": row["id"], "due": until, "status": status,
                     "lead": "" if number else _LEADS.get(row["id"], ""),
                     "as_of": _MEETINGS[meeting].isoformat()}  # fmt: skip
            yield [*said.values(), SYNTHETIC]
