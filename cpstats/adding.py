"""From a published table to tidy figures: the way next year's numbers come in.

A recipe (TOML) beside the table says what it is; see `data/README.md`. Nothing is written unless
all of it is right: every area known, every figure readable and in range, no figure there already,
and totals equal to their parts.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from . import areas, csvfiles, periods, published, schemas, totals, values
from .errors import (
    CannotRead,
    CpstatsError,
    DataNotFound,
    DataProblems,
    Problem,
    UnknownName,
)
from .files import write_whole

_NEEDED = ("table", "file", "period", "calendar", "vintage", "source", "rows", "columns")
_OPTIONAL = ("notes", "also")

_SET_BY_RECIPE = {
    "area_code", "area", "period", "calendar", "date", "measure", "value", "vintage", "source",
    "note",
}  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """What a published table is.

    Attributes
    ----------
    path : Path
        The recipe itself.
    table : str
        The table of the data package that the figures go to.
    file : Path
        The published table, saved as CSV.
    period, calendar, vintage, source : str
        The same for every figure of it.
    rows : str
        The column that names the rows: areas.
    columns : dict
        Heading of each column to take, and the measure it holds.
    also : dict
        Further columns of the tidy table with one value throughout, such as `sex = "all"`.
    notes : str
        A note to put on each figure.
    """

    path: Path
    table: str
    file: Path
    period: str
    calendar: str
    vintage: str
    source: str
    rows: str
    columns: dict[str, str]
    also: dict[str, str]
    notes: str


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe.

    Raises
    ------
    DataNotFound
        When there is no such file.
    CannotRead
        When it is not TOML, lacks a key, or a value is of the wrong kind.
    UnknownName
        For a key that is not known.
    """
    path = Path(path)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataNotFound(f"There is no recipe {path}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read the recipe {path}: {error}.") from error
    missing = [key for key in _NEEDED if key not in given]
    if missing:
        raise CannotRead(f"The recipe {path.name} lacks: {', '.join(missing)}.")
    for key in given:
        if key not in (*_NEEDED, *_OPTIONAL):
            raise UnknownName(f"key of a recipe ({path.name})", key, [*_NEEDED, *_OPTIONAL])
    for key in (*_NEEDED, *_OPTIONAL):
        wanted = dict if key in {"columns", "also"} else str
        value = given.get(key, wanted())
        texts = value.values() if isinstance(value, dict) else [value]
        if not isinstance(value, wanted) or not all(isinstance(t, str) for t in texts):
            what = "a table of texts" if wanted is dict else "a text"
            raise CannotRead(f"In the recipe {path.name}, {key} must be {what}.")
    if not given["columns"]:
        raise CannotRead(f"The recipe {path.name} names no columns to take.")
    return Recipe(
        path=path,
        **{k: given[k] for k in _NEEDED if k != "file"},
        file=path.parent / given["file"],
        also=given.get("also", {}),
        notes=given.get("notes", ""),
    )


def add(data: published.Published, recipe: Recipe) -> pd.DataFrame:
    """
    Add the figures of a published table to the data package.

    Parameters
    ----------
    data : Published
    recipe : Recipe

    Returns
    -------
    DataFrame
        The rows added, as they stand in the tidy table.

    Raises
    ------
    DataProblems
        With every problem; nothing has been written then.
    """
    resource = data.resource(recipe.table)
    added, problems = _tidy(data, recipe, resource)
    problems += _already_there(data, recipe, resource, added)
    problems += _rates_agree(recipe, data, added)
    if set(areas.names()) <= set(added["area"]) or not set(areas.councils()) & set(added["area"]):
        problems += totals.check(recipe.file.name, added, resource.get("totals", []))
    if problems:
        raise DataProblems(problems)
    before = data.table(recipe.table)[added.columns]
    joined = pd.concat([before, added], ignore_index=True)
    write_whole(data.path(recipe.table), schemas.as_csv(joined, resource["schema"]))
    seal(data.folder, [recipe.table])
    return added


def seal(folder: Path, tables: list[str] | None = None) -> list[str]:
    """
    Write tables as they are kept, and their hash and size into the data package.

    What an editor may write (thousands separators, symbols, spellings, notes under the table) has
    been understood by then, and is written plainly, so that the next reading is the same.

    Parameters
    ----------
    folder : Path
    tables : list of str, optional
        Without it, all.

    Returns
    -------
    list of str
        The tables whose seal changed.

    Raises
    ------
    DataProblems
        When a table has problems: nothing is sealed then.
    """
    data = published.Published(folder)
    names = tables or data.names
    published.check(data, names)
    changed = [n for n in names if data.hashes[n] != data.resource(n)["hash"]]
    for name in changed:
        entry = data.resource(name)
        frame, _ = data.conform(name)
        path = write_whole(data.path(name), schemas.as_csv(frame, entry["schema"]))
        entry["hash"] = published.file_hash(path)
        entry["bytes"] = data.path(name).stat().st_size
    if changed:
        text = json.dumps(data.descriptor, indent=2, ensure_ascii=False)
        write_whole(folder / "datapackage.json", text + "\n")
    return changed


def _tidy(
    data: published.Published, recipe: Recipe, resource: dict[str, Any]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn the wide table into rows of the tidy one, by way of its schema."""
    names = [field["name"] for field in resource["schema"]["fields"]]
    if not {"area", "measure", "value"} <= set(names):
        raise CpstatsError(f"{recipe.table}.csv holds no figures by area to add to.")
    free = [n for n in names if n not in _SET_BY_RECIPE]
    for column in recipe.also:
        if column not in free:
            raise UnknownName(f"column for `also` in {recipe.table}.csv", column, free)
    if not recipe.file.is_file():
        raise CpstatsError(
            f"The recipe {recipe.path.name} names {recipe.file}, which is not there."
        )
    if recipe.source not in data.sources.index:
        raise UnknownName("source in sources.csv", recipe.source, data.sources.index)
    wide = csvfiles.read(recipe.file)
    problems = list(wide.problems)
    for heading in [recipe.rows, *recipe.columns]:
        if heading not in wide.columns:
            raise UnknownName(f"column in {recipe.file.name}", heading, wide.columns)
    known, unknown = _known_areas(recipe, wide.rows)
    rows = [
        csvfiles.Row(
            row.line, _cells(recipe, names, row.cells[recipe.rows], measure, row.cells[heading])
        )
        for row in known
        for heading, measure in recipe.columns.items()
    ]
    long = csvfiles.RawTable(recipe.file.name, names, rows, [], [])
    frame, found = schemas.conform(long, resource["schema"], data.measures)
    left_out = [] if unknown else _whole_country(recipe, frame)
    return frame, problems + unknown + found + left_out


def _known_areas(
    recipe: Recipe, rows: list[csvfiles.Row]
) -> tuple[list[csvfiles.Row], list[Problem]]:
    """Part the rows whose area is known from those that name none."""
    known, problems = [], []
    for row in rows:
        name = row.cells[recipe.rows].strip()
        try:
            areas.find(name)
            known.append(row)
        except CpstatsError as error:
            file, said = recipe.file.name, "is not a known area"
            problems.append(Problem(file, row.line, recipe.rows, name, said, str(error)))
    return known, problems


def _cells(recipe: Recipe, names: list[str], area: str, measure: str, text: str) -> dict[str, str]:
    known = {
        "area": area,
        "period": recipe.period,
        "calendar": recipe.calendar,
        "measure": measure,
        "value": text,
        "vintage": recipe.vintage,
        "source": recipe.source,
        "note": recipe.notes,
        **recipe.also,
    }
    if recipe.calendar == "census date":
        known["date"] = periods.census_date(recipe.period).isoformat()
    known["area_code"] = areas.find(area).code
    return {name: known.get(name, "") for name in names}


def _whole_country(recipe: Recipe, frame: pd.DataFrame) -> list[Problem]:
    """Find the councils that a table by council leaves out."""
    given = set(frame["area"])
    if not given & set(areas.councils()):
        return []
    remedy = "Add the row; write [x] if the publisher gives none"
    return [
        Problem(recipe.file.name, None, recipe.rows, name, "has no row", remedy)
        for name in areas.names()
        if name not in given
    ]


def _already_there(
    data: published.Published, recipe: Recipe, resource: dict[str, Any], added: pd.DataFrame
) -> list[Problem]:
    key = resource["schema"]["primaryKey"]
    before = data.table(recipe.table)
    before = before[key].assign(edition=before["vintage"])
    both = added.merge(before, on=key)
    remedy = "A figure of another edition belongs in other_vintages.csv"
    return [
        Problem(
            recipe.file.name,
            None,
            row.measure,
            f"{row.area} {row.period}",
            f"is in {recipe.table}.csv already ({row.edition})",
            remedy,
        )
        for row in both.itertuples()
    ]


def _rates_agree(recipe: Recipe, data: published.Published, added: pd.DataFrame) -> list[Problem]:
    """Hold a published rate against the count and population published with it."""
    if not {"children_on_register", "register_rate_0_15"} <= set(added["measure"]):
        return []
    wide = added.drop_duplicates(["area", "measure"]).pivot(
        index="area", columns="measure", values="value"
    )
    population = data.table("population")
    year = f"mid-{periods.parse(recipe.period).end.year}"
    aged = population[(population["measure"] == "population_0_15") & (population["period"] <= year)]
    aged = aged[aged["period"] == aged["period"].max()]
    if "register_population_0_15" in wide:
        persons = wide["register_population_0_15"]
    else:
        persons = aged.set_index("area")["value"].reindex(wide.index)
    expected = wide["children_on_register"] / persons * 1000
    # A published decimal is half a unit either way; populations were revised by up to 3 per cent.
    apart = (expected - wide["register_rate_0_15"]).abs() > 0.05 + 0.03 * expected
    remedy = "Check count, rate and population against the publication"
    return [
        Problem(
            recipe.file.name,
            None,
            "register_rate_0_15",
            f"{area} {values.write(wide.loc[area, 'register_rate_0_15'], decimals=1)}",
            "does not fit its count and population, which give "
            f"{values.write(expected[area], decimals=1)}",
            remedy,
        )
        for area in wide.index[apart]
    ]
