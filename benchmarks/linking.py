"""Link every registration with its end and with what came before it, and count by year.

One task, told three ways, each a whole process: `python benchmarks/linking.py WHO FOLDER` prints a
line for each year: registrations, those within 18 months of a de-registration, days registered. The
peers are written by hand for this one answer; they know no other engine, no missing
table and no breakdown.
"""

from __future__ import annotations

import sys

SQL = """
with later as (
  select child_id, max(later_id) as later_id from read_parquet('{folder}/children.parquet')
  where later_id is not null group by 1),
one as (
  select a.child_id, coalesce(c.later_id, b.later_id, a.later_id) as person from later a
  left join later b on a.later_id = b.child_id left join later c on b.later_id = c.child_id),
r as (
  select registration_id, coalesce(person, child_id) as person, registration_date as day
  from read_parquet('{folder}/registrations.parquet') left join one using (child_id)),
d as (
  select coalesce(person, child_id) as person, deregistration_date as day, transfer
  from read_parquet('{folder}/deregistrations.parquet') left join one using (child_id)),
days as (
  select person, day, max(r) as r, max(d) as d, max(risk) as risk, min(id) as id from (
    select person, day, 1 as r, 0 as d, 0 as risk, registration_id as id from r
    union all
    select person, day, 0, 1, case when transfer = 'yes' then 0 else 1 end, null from d)
  group by 1, 2),
lined as (
  select *, coalesce(last_value(case when r + d = 1 then r end ignore nulls) over past, 0) as held,
    last_value(case when risk = 1 then day end ignore nulls) over past as left_on,
    lead(day) over ordered as next_day
  from days
  window ordered as (partition by person order by day),
    past as (partition by person order by day rows between unbounded preceding and 1 preceding)),
found as (
  select registration_id, r.day, case when d = 1 and held = 0 then r.day else next_day end as until,
    case when held = 0 then left_on end as left_on
  from lined join r
  on lined.id = r.registration_id and lined.person = r.person and lined.day = r.day)
select year(day) as year, count(*) as registrations,
  count(case when 12 * (year(day) - year(left_on)) + month(day) - month(left_on)
    - case when day(day) < day(left_on) and last_day(day) <> day then 1 else 0 end < 18
    then 1 end) as again,
  sum(until - day) as days
from found group by 1 order by 1
"""


def by_cpstats(engine: str, folder: str) -> list[tuple]:
    import narwhals as nw

    from cpstats.episodes import registrations
    from cpstats.records import open_records
    from cpstats.records.engines import collect

    linked = registrations(open_records(folder, engine=engine), who=False)
    again = nw.when(nw.col("months_since_deregistration") < 18).then(nw.lit(1)).otherwise(nw.lit(0))
    counted = linked.with_columns(year=nw.col("date").dt.year(), again=again)
    sums = nw.len().alias("registrations"), nw.col("again").sum(), nw.col("days_registered").sum()
    rows = collect(counted.group_by("year").agg(*sums)).sort_values("year")
    return list(rows.itertuples(index=False, name=None))


def by_sql(folder: str) -> list[tuple]:
    import duckdb

    return duckdb.connect().sql(SQL.format(folder=folder)).fetchall()


def by_pandas(folder: str) -> list[tuple]:
    import pandas as pd

    def read(table: str, *columns: str) -> pd.DataFrame:
        return pd.read_parquet(f"{folder}/{table}.parquet", columns=[*columns])

    registered = read("registrations", "registration_id", "child_id", "registration_date")
    left = read("deregistrations", "child_id", "deregistration_date", "transfer")
    later = read("children", "child_id", "later_id").dropna(subset="later_id")
    later = later.groupby("child_id")["later_id"].max()

    def person(ids: pd.Series) -> pd.Series:
        for _ in range(3):
            if not ids.isin(later.index).any():
                break
            ids = ids.map(later).fillna(ids)
        return ids

    events = pd.concat(
        [
            pd.DataFrame(
                {"person": person(registered["child_id"]), "day": registered["registration_date"],
                 "r": 1, "d": 0, "risk": 0, "id": registered["registration_id"]}
            ),
            pd.DataFrame(
                {"person": person(left["child_id"]), "day": left["deregistration_date"],
                 "r": 0, "d": 1, "risk": (left["transfer"] != "yes").astype(int), "id": None}
            ),
        ],
        ignore_index=True,
    )  # fmt: skip
    events["day"] = pd.to_datetime(events["day"])
    events["person"] = pd.factorize(events["person"])[0]
    events = events.sort_values(["person", "day", "id"], ignore_index=True)
    of_day = events.groupby(["person", "day"], sort=False)
    days = of_day[["r", "d", "risk"]].max().assign(id=of_day["id"].first()).reset_index()
    who, day = days["person"], days["day"]
    single = days["r"].where(days["r"] + days["d"] == 1).groupby(who).ffill()
    held = single.groupby(who).shift().fillna(0)
    left_on = day.where(days["risk"] == 1).groupby(who).ffill().groupby(who).shift()
    until = day.groupby(who).shift(-1).mask((days["d"] == 1) & (held == 0), day)
    left_on = left_on.where(held == 0)
    short = (day.dt.day < left_on.dt.day) & ~day.dt.is_month_end
    months = 12 * (day.dt.year - left_on.dt.year) + day.dt.month - left_on.dt.month - short
    found = pd.DataFrame(
        {"year": day.dt.year, "again": months < 18, "days": (until - day).dt.days}
    )[days["r"] == 1].groupby("year")  # fmt: skip
    rows = found.agg(n=("again", "size"), again=("again", "sum"), days=("days", "sum"))
    return list(rows.itertuples(name=None))


def main() -> None:
    who, folder = sys.argv[1:]
    peers = {"sql": by_sql, "by-hand": by_pandas}
    rows = peers[who](folder) if who in peers else by_cpstats(who, folder)
    for row in rows:
        print(*(int(cell) for cell in row))


if __name__ == "__main__":
    main()
