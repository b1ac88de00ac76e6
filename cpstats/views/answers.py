"""What records leave open: a row for each answer that was asked of a registration or a meeting."""

from __future__ import annotations

import narwhals as nw

from .. import episodes
from ..persons import attach
from ..records import Records

#: Codes that say that nobody knows.
_OPEN = ("not known", "reason not known")

#: What is asked of each: of a child at registration, a de-registration, a planning meeting.
ASKED = {
    "registrations": ("sex", "ethnicity", "disability", "simd_quintile", "family_id"),
    "deregistrations": ("reason", "supported"),
    "meetings": (
        "outcome", "invitation_date", "record_date", "decision_date", "quorate", "child_views",
        "parent_views", "advocacy_offered",
    ),
}  # fmt: skip


def answers(records: Records) -> nw.LazyFrame:
    """Give each answer asked for, on the day of its registration, de-registration or meeting."""
    parts = [
        _each(frame, field, nw.col(field))
        for table, frame in _frames(records).items()
        for field in ASKED[table]
    ]
    return attach(nw.concat(parts, how="vertical"), records)


def _frames(records: Records) -> dict[str, nw.LazyFrame]:
    begun = episodes.registrations(records, who=False)
    frames = {
        "registrations": attach(begun, records, uses=ASKED["registrations"]),
        "deregistrations": episodes.deregistrations(records, who=False),
    }
    if "meetings" in records.tables:
        frames["meetings"] = records.table("meetings").rename({"meeting_date": "date"})
    return frames


def _each(frame: nw.LazyFrame, name: str, field: nw.Expr) -> nw.LazyFrame:
    known = ~field.is_null() & ~field.cast(nw.String).is_in(list(_OPEN)).fill_null(False)
    return frame.select(
        "child_id",
        "area",
        "date",
        nw.lit(name).alias("field"),
        nw.when(known).then(nw.lit("yes")).otherwise(nw.lit("no")).alias("answered"),
    )
