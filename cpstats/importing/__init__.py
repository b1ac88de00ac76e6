"""From the partnership's exports to a record set: looked through, converted, written whole."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import CannotRead, CannotWrite, DataProblems, Problem, named_in
from ..records import TABLES
from ..records.engines import SYNTHETIC
from ..records.store import MANIFEST
from . import converting, privacy
from .mappings import Mapping, Source, read_mapping
from .sources import Raw, read_sources
from .starting import starter_mapping

__all__ = ["import_records", "read_mapping", "starter_mapping"]


def import_records(mapping: str | Path, out: str | Path) -> Path:
    """
    Import a partnership's exports as a record set.

    Parameters
    ----------
    mapping : str or Path
        The mapping file: see `starter_mapping` and docs/records.md.
    out : str or Path
        The folder to make. A record set that is there is replaced once the new one is whole, and
        what people put beside its tables (`waivers.toml`) is kept; any other folder is refused.

    Returns
    -------
    Path
        The folder, absolute: a Parquet file for each table, with the line each row stood on, and
        `records.toml`.

    Raises
    ------
    DataProblems
        With every problem of every table. Nothing is written then.
    DataNotFound
        When there is no such mapping.
    UnknownInFile
        For a table, column, code list or key that the mapping should not name.
    CannotRead
        When the mapping is no TOML, the database cannot be read to its end, or a source changes
        meanwhile.
    CannotWrite
        When the folder cannot be made, or holds something else.
    """
    folder = Path(out).absolute()
    _refuse(folder)
    asked = read_mapping(mapping)
    with named_in(Path(mapping).name):
        read = read_sources(asked.sources, asked.database)
    raws = list(zip(asked.sources, read, strict=True))
    # Everything is looked through before any of it is kept.
    naming = [problem for source, raw in raws for problem in privacy.look(raw, source)]
    if naming:
        raise DataProblems([*naming, *(problem for raw in read for problem in raw.problems)])
    frames = _converted(asked, raws)
    synthetic = asked.manifest.get("synthetic", False) or any(_says(raw) for _, raw in raws)
    _write(folder, frames, asked.manifest | {"synthetic": synthetic})
    return folder


def _converted(asked: Mapping, raws: list[tuple[Source, Raw]]) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for source, raw in raws:
        frame, found = converting.convert(raw, source, asked.codes)
        problems += found
        frames[source.table.id] = frame
    if not problems:
        problems = [p for s, r in raws for p in _unlike(frames[s.table.id], s, r)]
    if problems:
        raise DataProblems(problems)
    return frames


def _unlike(frame: pd.DataFrame, source: Source, raw: Raw) -> list[Problem]:
    """Hold a table against its schema, the last gate before it is kept."""
    with warnings.catch_warnings():
        # Pandera tries PySpark where that is installed, and PySpark complains of pandas.
        warnings.simplefilter("ignore", FutureWarning)
        import pandera.errors

        from ..records.schemas import schema

    try:
        schema(source.table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_duplicates(["column", "check"])
        return [
            Problem(
                raw.name, None, str(case.column), "", f"fails the check {case.check}",
                "See docs/records.md",
            )
            for case in cases.itertuples()
        ]  # fmt: skip
    return []


def _says(raw: Raw) -> bool:
    said = {"synthetic", "yes", "true", "1"}
    return SYNTHETIC in raw.frame and raw.frame[SYNTHETIC].str.casefold().isin(said).any()


def _refuse(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MANIFEST).is_file():
        raise CannotWrite(f"{folder} holds something else. Name a folder that is not there yet.")


def _write(folder: Path, frames: dict[str, pd.DataFrame], manifest: dict[str, Any]) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
            part = Path(name) / folder.name
            part.mkdir()
            for table, frame in frames.items():
                frame.to_parquet(part / f"{table}.parquet", index=False)
            (part / MANIFEST).write_text(_toml(manifest), encoding="utf-8")
            _move(part, folder)
    except OSError as error:
        raise CannotWrite(f"Cannot write {folder}: {error.strerror}.") from error


def _move(part: Path, folder: Path) -> None:
    """Move a whole folder into place; the one that was there goes only once that is done."""
    if not folder.exists():
        part.replace(folder)
        return
    for kept in folder.iterdir():
        if kept.is_file() and kept.name != MANIFEST and kept.stem not in TABLES:
            shutil.copy2(kept, part / kept.name)
    aside = part.with_name(f"{folder.name}.before")
    folder.replace(aside)
    try:
        part.replace(folder)
    except OSError:
        aside.replace(folder)
        raise
    shutil.rmtree(aside)


def _toml(manifest: dict[str, Any]) -> str:
    return "".join(f"{key} = {_value(key, value)}\n" for key, value in manifest.items())


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        if any(c in value for c in '"\\\n'):
            raise CannotRead(f"{key} may hold no quotation marks, backslashes or new lines.")
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(_value(key, v) for v in value) + "]"
    return value.isoformat()
