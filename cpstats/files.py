"""Writing files whole: beside their place, then moved into it."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from .errors import CannotWrite


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write a file beside its place and move it in, so that no half of it is ever seen.

    Parameters
    ----------
    path : Path
    content : str or bytes
        Text is written as UTF-8.

    Returns
    -------
    Path
        Absolute.

    Raises
    ------
    CannotWrite
        When the folder cannot be made or written to, or the disk is full.
    """
    path = path.absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise CannotWrite(f"Cannot write to {path.parent}: {error.strerror}.") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except OSError as error:
        raise CannotWrite(f"Cannot write {path}: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return path


def slug(name: str) -> str:
    """Make a file name of a name.

    Examples
    --------
    >>> slug("Na h-Eileanan Siar")
    'na-h-eileanan-siar'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
