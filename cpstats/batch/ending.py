"""Ending a piece of work with all that it started, wherever that went."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

#: What a process starts while it is being ended is ended in the next round.
_ROUNDS = 5
_SECONDS = 1.0


def end(pid: int, mark: str, *, running: bool) -> None:
    """
    End a process with all that it started.

    A kernel leads a session of its own, and so can what a cell starts; but each inherits the folder
    for temporary files, which no other piece of work has.

    Parameters
    ----------
    pid : int
        It leads a group of processes.
    mark : str
        The folder for temporary files that was given to it.
    running : bool
        Whether it still runs: the number of one that ended may be another's by now.
    """
    below = _below(pid) if running else []
    _end_group(pid)
    _end_marked(mark, below)


def _end_group(pid: int) -> None:
    """End the processes of a group; where there are no groups, the one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)


def end_started(mark: str) -> None:
    """
    End what this process started, and not itself.

    Parameters
    ----------
    mark : str
        The folder for temporary files that was given to it.
    """
    _end_marked(mark, _below(os.getpid()))


def _end_marked(mark: str, others: list[Any]) -> None:
    import psutil

    for _ in range(_ROUNDS):
        found = [p for p in {*others, *_marked(mark)} if _lives(p) and p.pid != os.getpid()]
        if not found:
            return
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=_SECONDS)


def _below(pid: int) -> list[Any]:
    import psutil

    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def _marked(mark: str) -> Iterator[Any]:
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("TMPDIR", "").startswith(mark):
                yield process


def _lives(process: Any) -> bool:
    """Tell a process that runs from one that ended and that nobody has asked about."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
