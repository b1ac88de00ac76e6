"""The days on which a child's standing on the register changed, each with what came before it."""

from __future__ import annotations

from typing import Literal

import narwhals as nw

from ..persons import with_person
from ..records import Records
from ..records.engines import in_order
from ..records.shortcuts import merged, numbered

_KEPT = ("registers", "deregisters", "registration_id", "deregistration_id")


def events(records: Records) -> tuple[str, nw.LazyFrame, nw.LazyFrame]:
    """
    Give the two tables of the register with `person_id`.

    Returns
    -------
    key : str
        The column by which a person is found in both, and in `changes`.
    registrations, deregistrations : narwhals LazyFrame
    """
    if "events" not in records.kept:
        tables = records.table("registrations"), records.table("deregistrations")
        key, frames = numbered([with_person(t, records) for t in tables], column="person_id")
        records.kept["events"] = key, *frames
    return records.kept["events"]


def changes(records: Records, *neighbours: str) -> nw.LazyFrame:
    """
    Line up the days with a registration or de-registration, each person's in order.

    On a day with both, what came first follows from where the child stood: on the register
    before it, the de-registration closes and the registration opens anew; not on it, the
    registration opens and the de-registration closes. Either way the child stands at the end of
    the day as before it, so the state follows from the last day that had only one of the two.

    Parameters
    ----------
    records : Records
    *neighbours : str
        What is wanted of other days: an engine would work out the rest too.

    Returns
    -------
    narwhals LazyFrame
        A row for each person and day: the key of `events`, `day`, `registers` and `deregisters`
        (0 or 1), `registered` (0 or 1: on the register before the day), `registration_id`,
        `deregistration_id` (the smallest of the day), and, of other days, those asked for among
        `next_day`, `next_deregisters`, `last_registration`, `next_registration` and
        `last_deregistration` (no transfer).
    """
    key, frame, over = _lined_up(records)
    day, registers, leaves = nw.col("day"), nw.col("registers"), nw.col("deregisters")
    single = nw.when(registers + leaves == 1).then(registers)
    registered_on = nw.when(registers == 1).then(day)
    left_on = nw.when(nw.col("at_risk") == 1).then(day)
    # Filled, and then shifted: what stood before the day or comes after it, not on it.
    steps: dict[str, tuple[nw.Expr, Literal["forward", "backward"], int]] = {
        "registered": (single, "forward", 1),
        "last_registration": (registered_on, "forward", 1),
        "next_registration": (registered_on, "backward", -1),
        "last_deregistration": (left_on, "forward", 1),
    }
    asked = {name: step for name, step in steps.items() if name in ("registered", *neighbours)}
    shifted = {"next_day": day, "next_deregisters": leaves}
    ready = frame.with_columns(**{f"_{name}": values for name, (values, _, _) in asked.items()})
    filled = ready.with_columns(
        **{
            f"_{name}": over(nw.col(f"_{name}").fill_null(strategy=way))
            for name, (_, way, _) in asked.items()
        },
        **{name: over(shifted[name].shift(-1)) for name in shifted if name in neighbours},
    )
    found = filled.with_columns(
        **{name: over(nw.col(f"_{name}").shift(by)) for name, (_, _, by) in asked.items()}
    ).with_columns(nw.col("registered").fill_null(0))
    return found.select(key, "day", *_KEPT, "registered", *neighbours).lazy()


def _lined_up(records: Records) -> tuple:
    """Give the key of a person, the days made ready for `over`, and `over`."""
    if "days" not in records.kept:
        key, registered, left = events(records)
        days = merged(
            nw.concat([_registering(registered, key), _deregistering(left, key)], how="vertical"),
            by=(key, "day"),
            how=[
                *(nw.col(name).max() for name in ("registers", "deregisters", "at_risk")),
                *(nw.col(name).min() for name in ("registration_id", "deregistration_id")),
            ],
        )
        records.kept["days"] = key, *in_order(days, within=key, by="day")
    return records.kept["days"]


def _registering(frame: nw.LazyFrame, key: str) -> nw.LazyFrame:
    known = ~nw.col("registration_date").is_null() & ~nw.col("person_id").is_null()
    return frame.filter(known).select(
        key,
        nw.col("registration_date").alias("day"),
        nw.lit(1).alias("registers"),
        nw.lit(0).alias("deregisters"),
        nw.lit(0).alias("at_risk"),
        "registration_id",
        nw.lit(None, dtype=nw.String).alias("deregistration_id"),
    )


def _deregistering(frame: nw.LazyFrame, key: str) -> nw.LazyFrame:
    known = ~nw.col("deregistration_date").is_null() & ~nw.col("person_id").is_null()
    transfer = (nw.col("transfer") == "yes").fill_null(False)
    return frame.filter(known).select(
        key,
        nw.col("deregistration_date").alias("day"),
        nw.lit(0).alias("registers"),
        nw.lit(1).alias("deregisters"),
        nw.when(transfer).then(nw.lit(0)).otherwise(nw.lit(1)).alias("at_risk"),
        nw.lit(None, dtype=nw.String).alias("registration_id"),
        "deregistration_id",
    )
