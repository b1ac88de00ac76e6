"""A made-up record set as files, each of them saying SYNTHETIC on every row."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from .. import areas, published
from ..errors import CannotWrite
from ..records.engines import SYNTHETIC
from ..records.store import MANIFEST
from .faults import plant
from .making import synthesise

#: What stands in the column `synthetic` of every row.
MARK = "SYNTHETIC"


def write_synthetic(
    area: str | Sequence[str],
    out: str | Path,
    *,
    since: int,
    until: int,
    seed: int,
    dirty: bool = False,
    format: str = "csv",
    data: published.Published | None = None,
) -> Path:
    """
    Write a made-up record set.

    Parameters
    ----------
    area : str or sequence of str
        Councils, as usually spelt.
    out : str or Path
        The folder to make. One that holds a made-up record set is replaced; any other is refused.
    since, until, seed : int
        As `synthesise`.
    dirty : bool
        Whether to plant faults, which `faults.csv` lists.
    format : str
        "csv" or "parquet".
    data : Published, optional
        As `synthesise`.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    CannotWrite
        When the folder holds something else, or cannot be written.
    """
    folder = Path(out).absolute()
    _refuse(folder)
    names = [areas.find(a).name for a in ([area] if isinstance(area, str) else area)]
    frames = synthesise(names, since=since, until=until, seed=seed, data=data)
    faults = None
    if dirty:
        frames, faults = plant(frames)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
            part = Path(name) / folder.name
            part.mkdir()
            for table, frame in frames.items():
                _write_table(frame.assign(**{SYNTHETIC: MARK}), part / table, format)
            if faults is not None:
                faults.to_csv(part / "faults.csv", index=False, lineterminator="\n")
            text = _manifest(names, since, until, seed, dirty)
            (part / MANIFEST).write_text(text, encoding="utf-8")
            _move(part, folder)
    except OSError as error:
        raise CannotWrite(f"Cannot write {folder}: {error.strerror}.") from error
    return folder


def _refuse(folder: Path) -> None:
    """Refuse a folder that holds anything but a made-up record set."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    manifest = folder / MANIFEST
    if not manifest.is_file() or "synthetic = true" not in manifest.read_text(encoding="utf-8"):
        raise CannotWrite(f"{folder} holds something else. Name a folder that is not there yet.")


def _move(part: Path, folder: Path) -> None:
    """Move a whole folder into place, with what people put beside a made-up set kept."""
    if folder.exists():
        readme = folder / "README.md"
        if readme.is_file():
            shutil.copy2(readme, part / "README.md")
        shutil.rmtree(folder)
    part.replace(folder)


def _write_table(frame: pd.DataFrame, path: Path, format: str) -> None:
    if format == "parquet":
        frame.to_parquet(path.with_suffix(".parquet"), index=False)
    else:
        frame.to_csv(
            path.with_suffix(".csv"), index=False, lineterminator="\n", date_format="%Y-%m-%d"
        )


def _manifest(names: list[str], since: int, until: int, seed: int, dirty: bool) -> str:
    years = f"{since}-{(since + 1) % 100:02d} to {until - 1}-{until % 100:02d}"
    title = f"{MARK}: {' and '.join(names)}, {years}, seed {seed}{', with faults' * dirty}"
    quoted = ", ".join(f'"{name}"' for name in names)
    return (
        f"# {MARK}: made up by a generator, about nobody. Not to be quoted.\n"
        f'title = "{title}"\n'
        "synthetic = true\n"
        f"areas = [{quoted}]\n"
        f"since = {dt.date(since, 8, 1).isoformat()}\n"
        f"until = {dt.date(until, 7, 31).isoformat()}\n"
    )
