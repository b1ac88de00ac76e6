"""Published figures, from the data package in `data/`.

Each resource is sealed with a hash. A file that still matches its seal is read fast; one that was
edited by hand is checked cell by cell and total by total, and the report says that it was edited.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from . import csvfiles, schemas, totals
from .errors import CannotRead, DataNotFound, DataProblems, Problem, UnknownName

#: Where to look for the package when nobody says: here, then beside the code.
_DESCRIPTOR = "datapackage.json"


def load(path: str | Path | None = None) -> Published:
    """Open the data package, and check every file in it that was edited since it was sealed.

    Parameters
    ----------
    path : str or Path, optional
        The folder that holds `datapackage.json`. Without it: the environment variable
        CPSTATS_DATA, then `data/` in the working folder or above it, then `data/` beside the code.

    Returns
    -------
    Published

    Raises
    ------
    DataNotFound
        When there is no data package.
    DataProblems
        With every problem in every edited file.
    """
    data = Published(find(path))
    shared = set(data.edited) & {"measures", "sources"}
    check(data, data.names if shared else data.edited)
    return data


def check(data: Published, names: Iterable[str]) -> None:
    """Check tables in full: cells, keys, ranges, and totals against their parts.

    Parameters
    ----------
    data : Published
    names : iterable of str
        Tables. Every other table is held against `measures` and `sources`, so these come first,
        and when they have problems the rest waits.

    Raises
    ------
    DataProblems
        With every problem.
    """
    wanted = list(names)
    first = [name for name in ("measures", "sources") if name in wanted]
    for group in (first, [name for name in wanted if name not in first]):
        problems = [problem for name in group for problem in data.problems(name)]
        if problems:
            raise DataProblems(problems)


class Published:
    """The tables of a data package.

    Parameters
    ----------
    folder : Path
        Holds `datapackage.json`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.descriptor = _read_descriptor(folder / _DESCRIPTOR)
        self._resources = {Path(r["path"]).stem: r for r in self.descriptor["resources"]}
        self._frames: dict[str, pd.DataFrame] = {}
        #: Rows by area, period and group, as `selections.grouped` made them.
        self.grouped: dict[Any, pd.DataFrame] = {}

    def __repr__(self) -> str:
        return f"<Published {self.descriptor['name']}: {len(self._resources)} tables>"

    @property
    def names(self) -> list[str]:
        """The names of the tables."""
        return list(self._resources)

    def resource(self, name: str) -> dict[str, Any]:
        """Give the entry of a table in the data package: title, schema, sources, licence, hash."""
        if name not in self._resources:
            raise UnknownName("table", name, self._resources)
        return self._resources[name]

    def path(self, name: str) -> Path:
        """Find the file of a table."""
        return self.folder / self.resource(name)["path"]

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each table as it is on disk now."""
        return {name: file_hash(self.path(name)) for name in self.names}

    @property
    def edited(self) -> list[str]:
        """The tables that differ from what was sealed."""
        return [n for n in self.names if self.hashes[n] != self.resource(n)["hash"]]

    def table(self, name: str) -> pd.DataFrame:
        """Give one table.

        Parameters
        ----------
        name : str

        Returns
        -------
        DataFrame
            A copy, typed as its schema says. A table with single years of `age` has the
            published bands beside it, in `age_band`.
        """
        if name not in self._frames:
            if name in self.edited:
                self._frames[name] = _with_bands(self.conform(name)[0])
            else:
                schema = json.dumps(self.resource(name)["schema"])
                texts = str(pd.get_option("mode.string_storage"))
                self._frames[name] = _read_sealed(self.path(name), self.hashes[name], schema, texts)
        return self._frames[name].copy(deep=False)

    def columns(self, name: str) -> list[str]:
        """List the columns that a condition on this table may use."""
        fields = [field["name"] for field in self.resource(name)["schema"]["fields"]]
        return [*fields, "age_band"] if "age" in fields else fields

    @cached_property
    def sources(self) -> pd.DataFrame:
        """The publications, by their name in the tables."""
        return self.table("sources").set_index("source", drop=False)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """What each measure is: title, unit, kind, minimum, maximum; by name."""
        return self.table("measures").set_index("measure", drop=False)

    def problems(self, name: str) -> list[Problem]:
        """Check one table in full: cells, keys, ranges, and totals against their parts."""
        path = self.path(name)
        if not path.exists():
            return [Problem(path.name, None, "", "", "is missing", "Put the file back")]
        frame, problems = self.conform(name)
        resource = self.resource(name)
        if not problems:
            problems += totals.check(path.name, frame, resource.get("totals", []))
            problems += self._unknown_sources(name, frame)
        return problems

    def conform(self, name: str) -> tuple[pd.DataFrame, list[Problem]]:
        """Read a table cell by cell, with every problem in its cells and keys."""
        schema = self.resource(name)["schema"]
        raw = csvfiles.read(self.path(name), [field["name"] for field in schema["fields"]])
        figures = name != "measures" and "value" in raw.columns
        return schemas.conform(raw, schema, self.measures if figures else None)

    def _unknown_sources(self, name: str, frame: pd.DataFrame) -> list[Problem]:
        if name == "sources" or "source" not in frame:
            return []
        unknown = sorted(set(frame["source"]) - set(self.sources.index))
        file, remedy = self.path(name).name, "Add the publication to sources.csv"
        return [Problem(file, None, "source", s, "is not in sources.csv", remedy) for s in unknown]


@lru_cache(maxsize=64)
def _read_sealed(path: Path, seal: str, schema: str, texts: str) -> pd.DataFrame:
    """Read a file that matches its seal: the same seal is the same table, so it is read once.

    `texts` says how pandas keeps texts now: that is part of a table, and can be changed.
    """
    content = path.read_bytes()
    if _seal(content) != seal:
        raise CannotRead(f"{path.name} was changed while it was read. Try again.")
    return _with_bands(schemas.typed_from_file(io.BytesIO(content), json.loads(schema)))


def _with_bands(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(age_band=age_band(frame["age"])) if "age" in frame else frame


def age_band(age: pd.Series) -> pd.Series:
    """Name the band of Children's Social Work Statistics in which a single year of age falls.

    Parameters
    ----------
    age : Series of number
        Completed years, 0 to 17.

    Returns
    -------
    Series of str
        "0-4", "5-10", "11-15" or "16+" (16 and 17, the population used for that band).
    """
    bands = pd.cut(age, [-1, 4, 10, 15, 17], labels=["0-4", "5-10", "11-15", "16+"])
    return bands.astype("str")


def file_hash(path: Path) -> str:
    """Give the SHA-256 of a file as data packages write it; empty when there is no file."""
    return _seal(path.read_bytes()) if path.exists() else ""


def _seal(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _read_descriptor(path: Path) -> dict[str, Any]:
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        for resource in descriptor["resources"]:
            _ = resource["path"], resource["hash"], resource["schema"]["fields"]
    except OSError as error:
        raise DataNotFound(f"Cannot read {path}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        problem = f"is not a data package that can be read: {error!r}"
        remedy = "Restore it from version control"
        raise DataProblems([Problem(path.name, None, "", "", problem, remedy)]) from error
    return descriptor


def find(path: str | Path | None = None) -> Path:
    """Find the folder of the data package, as `load` does."""
    named = path or os.environ.get("CPSTATS_DATA")
    if named:
        if (Path(named) / _DESCRIPTOR).exists():
            return Path(named)
        raise DataNotFound(f"There is no {_DESCRIPTOR} in {named}. Name the folder that holds it.")
    here = Path.cwd()
    beside = Path(__file__).resolve().parent.parent
    for folder in (here, *here.parents, beside):
        if (folder / "data" / _DESCRIPTOR).exists():
            return folder / "data"
    raise DataNotFound(
        f"No data package was found: there is no data/{_DESCRIPTOR} in this folder or above it. "
        "Set CPSTATS_DATA to the folder that holds it."
    )
