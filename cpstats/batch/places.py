"""Where inputs and outputs lie: a folder of this machine, or an address that fsspec knows."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import CannotRead, CannotWrite, CpstatsError
from ..files import write_whole
from ..outputs.whereabouts import is_address, names_of, shown, without_whereabouts


def under(base: Path, where: str) -> str:
    """Take a relative folder from where the schedule lies; an address stays as it is."""
    return where if is_address(where) else str((base / Path(where).expanduser()).absolute())


class Place:
    """
    A folder that outputs go to.

    Parameters
    ----------
    where : str
        An absolute path, or an address.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self.local = None if is_address(where) else Path(where)
        if self.local is None:
            self._system, self._root = system(where)

    def stamps(self) -> dict[str, list[Any]]:
        """Give size and time of each file in the folder: alike means unchanged."""
        if self.local is not None:
            if not self.local.is_dir():
                return {}
            held = [(f.name, f.stat()) for f in self.local.iterdir() if f.is_file()]
            return {name: [about.st_size, about.st_mtime_ns] for name, about in held}
        with _reaching(self.where):
            if not self._system.exists(self._root):
                return {}
            listed = self._system.ls(self._root, detail=True)
        return {
            PurePosixPath(f["name"]).name: [f["size"], str(f.get("mtime", f.get("modify", "")))]
            for f in listed if f["type"] == "file"
        }  # fmt: skip

    def read(self, name: str) -> bytes:
        """Read a file.

        Raises
        ------
        CannotRead
        """
        if self.local is not None:
            try:
                return (self.local / name).read_bytes()
            except OSError as error:
                raise CannotRead(f"Cannot read {name}: {error.strerror}.") from error
        with _reaching(self.where):
            return self._system.cat_file(f"{self._root}/{name}")

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole: beside its place, then moved into it.

        Raises
        ------
        CannotWrite
        """
        if self.local is not None:
            write_whole(self.local / name, content)
            return
        final = f"{self._root}/{name}"
        with _reaching(self.where, CannotWrite):
            self._make_folder(final.rsplit("/", 1)[0])
            self._system.pipe_file(f"{final}.part", content)
            self._system.mv(f"{final}.part", final)

    def _make_folder(self, folder: str) -> None:
        """Make a folder behind an address; another report may make it at the same moment."""
        try:
            self._system.makedirs(folder, exist_ok=True)
        except Exception:  # each file system has errors of its own
            self._system.invalidate_cache()
            if not self._system.exists(folder):
                raise

    def write_private(self, name: str, content: bytes) -> None:
        """Write a file, in a folder that only its user can open where this machine keeps it.

        Raises
        ------
        CannotWrite
        """
        if self.local is not None:
            with contextlib.suppress(OSError):  # writing says what is wrong
                self.local.mkdir(mode=0o700, exist_ok=True)
        self.write(name, content)
        if self.local is not None:
            with contextlib.suppress(OSError):  # some systems know no such rights
                (self.local / name).chmod(0o600)

    def remove(self, name: str) -> None:
        """Delete a file.

        Raises
        ------
        CannotWrite
        """
        if self.local is not None:
            try:
                (self.local / name).unlink(missing_ok=True)
            except OSError as error:
                raise CannotWrite(f"Cannot delete {name}: {error.strerror}.") from error
            return
        with _reaching(self.where, CannotWrite):
            self._system.rm_file(f"{self._root}/{name}")

    def below(self, name: str) -> Place:
        """Give a folder in this one."""
        where = self.where if self.local is None else self.local.as_posix()
        return Place(f"{where.rstrip('/')}/{name}")

    def sweep(self, names: Iterable[str]) -> None:
        """Delete what a batch that was killed left half-written of some reports."""
        if self.local is not None:
            wanted = tuple(f".{name}." for name in names)
            for file in self.local.glob(".*.part"):
                if file.name.startswith(wanted):
                    file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """
        Keep the place to one batch; the system frees it however the batch ends.

        Raises
        ------
        CpstatsError
            When another batch writes to it.
        CannotWrite
            When nothing can be written to it.
        """
        import filelock

        if self.local is not None:
            try:
                self.local.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CannotWrite(
                    f"Cannot write to {shown(self.where)}: {error.strerror}."
                ) from error
            path = self.local / ".batch.lock"
        else:
            # An address has no locks: this one keeps batches of this machine apart.
            digest = sha256(self.where.encode()).hexdigest()[:16]
            path = Path(tempfile.gettempdir()) / f"cpstats-{digest}.lock"
        try:
            lock = filelock.FileLock(path, timeout=0)
            lock.acquire()
        except filelock.Timeout:
            raise CpstatsError(
                f"Another batch is writing to {shown(self.where)}: wait until it is done."
            ) from None
        except OSError as error:
            raise CannotWrite(f"Cannot write to {shown(self.where)}: {error.strerror}.") from error
        try:
            yield
        finally:
            lock.release()


def system(where: str) -> tuple[Any, str]:
    """
    Open the file system behind an address.

    Parameters
    ----------
    where : str

    Returns
    -------
    file system, str
        The second is the path in it.

    Raises
    ------
    CannotRead
        For an address of no kind that is known, or whose package is not installed.
    """
    import fsspec

    with _reaching(where):
        found, path = fsspec.url_to_fs(where)
        return found, str(path).rstrip("/")


def why_not_known(where: str) -> str:
    """Say why no file system is behind an address, without asking anybody; empty if one is."""
    import fsspec

    try:
        fsspec.get_filesystem_class(where.split("://")[0])
    except (ImportError, ValueError) as error:
        return str(error)
    return ""


@contextlib.contextmanager
def fetched(where: str) -> Iterator[Path]:
    """Give a folder or file as one of this machine; what was fetched is deleted afterwards."""
    if not is_address(where):
        yield Path(where)
        return
    found, path = system(where)
    with tempfile.TemporaryDirectory(prefix="cpstats-") as folder:
        here = Path(folder) / PurePosixPath(path).name
        with _reaching(where):
            if not found.exists(path):
                raise CannotRead(f"There is nothing at {shown(where)}.")
            found.get(path, str(here), recursive=found.isdir(path))
        yield here


@contextlib.contextmanager
def _reaching(where: str, kind: type[CpstatsError] = CannotRead) -> Iterator[None]:
    """Say what a file system elsewhere said, without the address's password."""
    try:
        yield
    except CpstatsError:
        raise
    except Exception as error:  # each file system has errors of its own
        said = without_whereabouts(f"{type(error).__name__}: {error}", names_of(where))
        raise kind(f"Cannot reach {shown(where)}: {said}.") from error
