"""Running a notebook in a process of its own, which only its user can speak to."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import errors
from .disclosure.handing import HANDED, Handed, take
from .errors import ReportFailed

#: Systems allow a socket file some hundred characters; its number comes on top.
_LONGEST_SOCKET = 90

_HANDED = "release"


def execute(
    notebook: Path, parameters: dict[str, Any], data: Path, *, here: bool = False
) -> tuple[Any, Handed | None]:
    """
    Run a notebook; give it executed, with what it released from records.

    Parameters
    ----------
    notebook : Path
    parameters : dict
    data : Path
        The folder of the data package.
    here : bool
        Whether to run its cells in this process, which must be thrown away afterwards, instead of
        in a kernel.

    Raises
    ------
    ReportFailed
        With the notebook as far as it came, where a cell failed.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    engine = None
    if here:
        from . import engine as here_engine

        engine = here_engine.NAME
    with tempfile.TemporaryDirectory(prefix="cpstats-") as folder, _kernel_world(folder, data):
        as_run = Path(folder) / notebook.name
        try:
            executed = papermill.execute_notebook(
                str(notebook),
                str(as_run),
                parameters=parameters,
                kernel_name="python3",
                engine_name=engine,
                # It would write the whole notebook twice a cell; at the end or an error is enough.
                request_save_on_cell_execute=False,
                progress_bar=False,
                config=_private_sockets(folder),
                # A kernel told to stop logs its own interruption: no news for the user.
                extra_arguments=["--IPKernelApp.log_level=50"],
            )
            return executed, take(Path(folder) / _HANDED)
        except PapermillExecutionError as error:
            if hasattr(errors, error.ename):  # one of ours speaks for itself
                said = f"{notebook.name}: {error.evalue}"
            else:
                said = (
                    f"{notebook.name} failed in cell {error.cell_index}:\n{error.source}\n"
                    f"{error.ename}: {error.evalue}"
                )
            failed = ReportFailed(said)
            if not hasattr(errors, error.ename):
                failed.briefly = f"{notebook.name} failed in cell {error.cell_index}: {error.ename}"
            failed.notebook = as_run.read_text(encoding="utf-8") if as_run.exists() else ""
            raise failed from error
        except DeadKernelError as error:
            raise ReportFailed(f"{notebook.name} failed: its kernel died.") from error
        except RuntimeError as error:  # what the client raises when a kernel does not answer
            raise ReportFailed(f"{notebook.name} failed: {error}.") from error


def _private_sockets(folder: str) -> Any:
    """Let the kernel speak through files in a folder that only its user can open.

    Its default is TCP on loopback in plain text, which any user of the machine can listen to. Left
    to itself, its files would lie in the working folder, where two reports would share them.
    """
    from traitlets.config import Config

    address = str(Path(folder) / "kernel")
    if os.name != "posix" or len(address) > _LONGEST_SOCKET:
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": address}})


@contextlib.contextmanager
def _kernel_world(folder: str, data: Path) -> Iterator[None]:
    """Give the kernel the same data, and none of its user's start-up files."""
    world = {
        "CPSTATS_DATA": str(data.absolute()),
        HANDED: str(Path(folder) / _HANDED),
        "IPYTHONDIR": folder,
        "JUPYTER_RUNTIME_DIR": folder,
    }
    before = {name: os.environ.get(name) for name in world}
    os.environ.update(world)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
