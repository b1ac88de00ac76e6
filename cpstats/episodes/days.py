"""The days on which a child's standing on the register changed, each with what came before it."""

from __future__ import annotations

import narwhals as nw

from ..persons import with_person
from ..records import Records
from ..records.engines import in_order


def changes(records: Records) -> nw.LazyFrame:
    """
    Line up the days with a registration or de-registration, each person's in order.

    On a day with both, what came first follows from where the child stood: on the register
    before it, the de-registration closes and the registration opens anew; not on it, the
    registration opens and the de-registration closes. Either way the child stands at the end of
    the day as before it, so the state follows from the last day that had only one of the two.

    Parameters
    ----------
    records : Records

    Returns
    -------
    narwhals LazyFrame
        A row for each person and day: `person_id`, `day`, `registers`, `deregisters` and `at_risk`
        (0 or 1; at risk: a de-registration that is no transfer), `registered` (0 or 1: on the
        register before the day), `registration_id`, `deregistration_id` (the smallest of the day),
        and, of other days, `next_day`, `next_deregisters`, `last_registration`,
        `next_registration`, `last_deregistration` (no transfer).
    """
    days = (
        nw.concat([_registering(records), _deregistering(records)], how="vertical")
        .group_by("person_id", "day")
        .agg(
            nw.col("registers").max(),
            nw.col("deregisters").max(),
            nw.col("at_risk").max(),
            nw.col("registration_id").min(),
            nw.col("deregistration_id").min(),
        )
    )
    day, registers = nw.col("day"), nw.col("registers")
    single = nw.when(registers + nw.col("deregisters") == 1).then(registers)
    frame, over = in_order(
        days.with_columns(
            _single=single,
            _registered_on=nw.when(registers == 1).then(day),
            _left_on=nw.when(nw.col("at_risk") == 1).then(day),
        ),
        within="person_id",
        by="day",
    )
    filled = frame.with_columns(
        _after=over(nw.col("_single").fill_null(strategy="forward")),
        _last=over(nw.col("_registered_on").fill_null(strategy="forward")),
        _next=over(nw.col("_registered_on").fill_null(strategy="backward")),
        _left=over(nw.col("_left_on").fill_null(strategy="forward")),
        next_day=over(day.shift(-1)),
        next_deregisters=over(nw.col("deregisters").shift(-1)),
    )
    return (
        filled.with_columns(
            registered=over(nw.col("_after").shift(1)).fill_null(0),
            last_registration=over(nw.col("_last").shift(1)),
            next_registration=over(nw.col("_next").shift(-1)),
            last_deregistration=over(nw.col("_left").shift(1)),
        )
        .select(
            "person_id", "day", "registers", "deregisters", "at_risk", "registration_id",
            "deregistration_id", "next_day", "next_deregisters", "registered",
            "last_registration", "next_registration", "last_deregistration",
        )
        .lazy()
    )  # fmt: skip


def _registering(records: Records) -> nw.LazyFrame:
    frame = records.table("registrations").filter(~nw.col("registration_date").is_null())
    return with_person(frame, records).select(
        "person_id",
        nw.col("registration_date").alias("day"),
        nw.lit(1).alias("registers"),
        nw.lit(0).alias("deregisters"),
        nw.lit(0).alias("at_risk"),
        "registration_id",
        nw.lit(None, dtype=nw.String).alias("deregistration_id"),
    )


def _deregistering(records: Records) -> nw.LazyFrame:
    frame = records.table("deregistrations").filter(~nw.col("deregistration_date").is_null())
    transfer = (nw.col("transfer") == "yes").fill_null(False)
    return with_person(frame, records).select(
        "person_id",
        nw.col("deregistration_date").alias("day"),
        nw.lit(0).alias("registers"),
        nw.lit(1).alias("deregisters"),
        nw.when(transfer).then(nw.lit(0)).otherwise(nw.lit(1)).alias("at_risk"),
        nw.lit(None, dtype=nw.String).alias("registration_id"),
        "deregistration_id",
    )
