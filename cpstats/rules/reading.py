"""A record set as the rules see it: each table with its lines, and what its rows inherit.

A row of a table inherits the child's dates and identity, and a row about a meeting the council and
date of the meeting, so that each rule is one comparison of columns.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..errors import CannotRead
from ..records import TABLES, Table
from ..records.engines import SYNTHETIC, from_pandas
from ..records.store import read_manifest, table_file

#: The dates that place a row in time, first that is there.
EVENT_DATES = {
    "concerns_received": ("received_date",),
    "discussions": ("discussion_date",),
    "investigations": ("end_date", "start_date"),
    "meetings": ("meeting_date",),
    "registrations": ("registration_date",),
    "deregistrations": ("deregistration_date",),
    "core_groups": ("core_group_date",),
    "orders": ("received_date",),
    "reporter_referrals": ("referral_date",),
    "risk_meetings": ("meeting_date",),
}


@dataclass(frozen=True)
class Tables:
    """The tables of a record set, ready for rules.

    Attributes
    ----------
    frames : dict of str to DataFrame
        By table: the columns of the model, and `line` (in the file), `event_date`, `event_area`,
        `person` (unborn and born identity joined), `born`, `due` (expected date of birth).
    areas : tuple of str
    since, until : datetime64
    guidance_2021_from : datetime64
    synthetic : bool
    title : str
    files : dict of str to str
        The name of each table's file.
    given : dict of str to set of str
        The columns each file has.
    unreadable : DataFrame
        Cells that hold no date where one should be: table, position, column.
    """

    frames: dict[str, pd.DataFrame]
    areas: tuple[str, ...]
    since: pd.Timestamp
    until: pd.Timestamp
    guidance_2021_from: pd.Timestamp
    synthetic: bool = True
    title: str = ""
    files: dict[str, str] = field(default_factory=dict)
    given: dict[str, set[str]] = field(default_factory=dict)
    unreadable: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["table", "position", "column"])
    )

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    def __contains__(self, name: object) -> bool:
        return name in self.frames

    def hits(self, name: str, broken: pd.Series, column: str) -> pd.DataFrame:
        """
        Say which rows of a table break a rule.

        Parameters
        ----------
        name : str
        broken : Series of bool
            Aligned with the table; null counts as not broken.
        column : str
            The column to look at.

        Returns
        -------
        DataFrame
            table, position, column, area, date; nothing else leaves the records.
        """
        frame = self.frames[name]
        rows = frame[broken.fillna(False).astype(bool)]
        return pd.DataFrame(
            {
                "table": name,
                "position": rows.index,
                "column": column,
                "area": rows["event_area"].to_numpy(),
                "date": rows["event_date"].to_numpy(),
            }
        )

    def about(
        self, *, areas: list[str], tables: list[str], days: list, column: str = ""
    ) -> pd.DataFrame:
        """Say which councils break a rule in which year: hits of no single row."""
        return pd.DataFrame(
            {
                "table": tables,
                "position": pd.NA,
                "column": column,
                "area": areas,
                "date": pd.to_datetime(pd.Series(days, dtype="datetime64[s]")),
            }
        )


def nothing() -> pd.DataFrame:
    """Give no hits."""
    return pd.DataFrame(columns=["table", "position", "column", "area", "date"])


def read_tables(path: str | Path) -> Tables:
    """
    Read a record set for checking.

    Parameters
    ----------
    path : str or Path
        Its folder.

    Returns
    -------
    Tables

    Raises
    ------
    DataNotFound
        When there is no record set.
    CannotRead
        When its manifest or a table cannot be read.
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    files = {name: file for name in TABLES if (file := table_file(folder, name))}
    guidance = manifest.get("guidance_2021_from", dt.date(2021, 9, 1))
    return prepare(
        {name: _read(file, TABLES[name]) for name, file in files.items()},
        areas=tuple(manifest["areas"]),
        since=manifest["since"],
        until=manifest["until"],
        guidance_2021_from=guidance,
        synthetic=manifest["synthetic"],
        title=manifest.get("title", ""),
        files={name: file.name for name, file in files.items()},
    )


def prepare(
    raw: dict[str, pd.DataFrame],
    *,
    areas: tuple[str, ...],
    since: dt.date,
    until: dt.date,
    guidance_2021_from: dt.date = dt.date(2021, 9, 1),
    synthetic: bool = True,
    title: str = "",
    files: dict[str, str] | None = None,
) -> Tables:
    """
    Make frames ready for rules.

    Parameters
    ----------
    raw : dict of str to DataFrame
        By table, as read; a `line` column keeps the line of the file each row came from.
    areas : tuple of str
    since, until, guidance_2021_from : datetime.date
    synthetic : bool
    title : str
    files : dict of str to str, optional

    Returns
    -------
    Tables
    """
    typed, unreadable = {}, [pd.DataFrame(columns=["table", "position", "column"])]
    for name, frame in raw.items():
        read, bad = _typed(frame.reset_index(drop=True), TABLES[name])
        typed[name] = read
        unreadable.append(bad)
    frames = {name: _with_events(name, frame, typed) for name, frame in typed.items()}
    frames = {name: _with_child(frame, typed.get("children")) for name, frame in frames.items()}
    return Tables(
        frames=frames,
        areas=areas,
        since=pd.Timestamp(since),
        until=pd.Timestamp(until),
        guidance_2021_from=pd.Timestamp(guidance_2021_from),
        synthetic=synthetic or _marked(raw),
        title=title,
        files=files or {name: f"{name}.csv" for name in raw},
        given={name: set(frame.columns) for name, frame in raw.items()},
        unreadable=pd.concat(unreadable, ignore_index=True),
    )


def _marked(raw: dict[str, pd.DataFrame]) -> bool:
    """Tell whether a row says that it is made up, whatever the manifest says."""
    columns = [frame[SYNTHETIC] for frame in raw.values() if SYNTHETIC in frame]
    return any(
        c.astype("str").str.casefold().isin({"synthetic", "yes", "true", "1"}).any()
        for c in columns
    )


def _read(path: Path, table: Table) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(path) if path.suffix == ".parquet" else _read_csv(path)
    # The parser's own words can quote the file, so they are not passed on.
    except (ValueError, OSError) as error:
        raise CannotRead(
            f"Cannot read {path.name}: it is no table in UTF-8 with as many cells in each line."
        ) from (None if isinstance(error, ValueError) else error)
    twice = sorted(set(frame.columns[frame.columns.duplicated()]) & set(table.columns))
    if twice:
        raise CannotRead(f"{path.name} has columns of one name: {', '.join(twice)}. Keep one.")
    if not set(frame.columns) & set(table.columns):
        raise CannotRead(
            f"{path.name} has none of the columns of its table: its first line must hold their "
            f"names, parted by commas, such as {', '.join(table.columns[:3])}."
        )
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    # With the headings as a row among others, a longer row is an error; else it would shift.
    held = pd.read_csv(
        path, header=None, dtype="str", keep_default_na=False, encoding="utf-8-sig"
    ).fillna("")
    return held.iloc[1:].reset_index(drop=True).set_axis(held.iloc[0].str.strip(), axis=1)


def _typed(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give a table its types; a cell that holds no date is set aside by its place."""
    frame, bad = frame.copy(), []
    for column in (f.name for f in table.fields if f.type == "date" and f.name in frame):
        if pd.api.types.is_datetime64_dtype(frame[column]) and _are_days(frame[column]):
            continue
        text = frame[column].astype("str").replace("", pd.NA)
        # A time of day or a zone would leave it open which day is meant.
        day = text.str.fullmatch(r"\d{4}-\d{2}-\d{2}([ T]00:00(:00(\.0+)?)?)?").fillna(False)
        dates = pd.to_datetime(text.where(day), format="ISO8601", errors="coerce")
        odd = frame.index[text.notna() & dates.isna()]
        bad.append(pd.DataFrame({"table": table.id, "position": odd, "column": column}))
        frame[column] = dates
    typed = from_pandas(frame, table)
    lines = frame["line"] if "line" in frame else pd.Series(frame.index + 2, index=frame.index)
    typed["line"] = pd.to_numeric(lines, errors="coerce").round().astype("Int64")
    return typed, pd.concat(bad) if bad else pd.DataFrame(columns=["table", "position", "column"])


def _are_days(dates: pd.Series) -> bool:
    return bool((dates.isna() | (dates == dates.dt.normalize())).all())


def _with_events(name: str, frame: pd.DataFrame, typed: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Place each row in time and in a council."""
    day = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    area = frame["area"] if "area" in frame else pd.Series(pd.NA, index=frame.index, dtype="str")
    for column in EVENT_DATES.get(name, ()):
        day = day.fillna(frame[column])
    if name not in EVENT_DATES and "meeting_id" in frame and "meetings" in typed:
        held = typed["meetings"].dropna(subset=["meeting_id"]).drop_duplicates("meeting_id")
        held = held.set_index("meeting_id")
        day = looked_up(frame["meeting_id"], held["meeting_date"])
        area = frame["meeting_id"].map(held["area"]).astype("str")
        if "child_id" not in frame:
            frame = frame.assign(child_id=frame["meeting_id"].map(held["child_id"]).astype("str"))
    return frame.assign(event_date=day, event_area=area)


def _with_child(frame: pd.DataFrame, children: pd.DataFrame | None) -> pd.DataFrame:
    """Give each row the child's dates, and one identity to the unborn and the born."""
    if children is None or "child_id" not in frame:
        day = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
        return frame.assign(person=frame.get("child_id"), born=day, due=day)
    known = children.dropna(subset=["child_id"]).drop_duplicates("child_id").set_index("child_id")
    person = frame["child_id"]
    person = person.map(known["later_id"]).astype("str").fillna(person)
    born = looked_up(frame["child_id"], known["date_of_birth"])
    born = born.fillna(looked_up(person, known["date_of_birth"]))
    due = looked_up(frame["child_id"], known["expected_date_of_birth"])
    return frame.assign(person=person, born=born, due=due)


def looked_up(keys: pd.Series, days: pd.Series) -> pd.Series:
    """Look days up by a key; missing where the key is, or is not there."""
    # Series.map cannot look dates up in an empty table.
    return pd.Series(days.reindex(keys).to_numpy(), index=keys.index).astype("datetime64[s]")
