"""One piece of work in a process of its own, forked from one that has imported everything.

Nothing passes from one piece of work to the next; a hanging or dying one is ended alone. Where
processes cannot be forked safely (Windows, macOS) each starts anew, and notebooks run in kernels.
"""

from __future__ import annotations

import contextlib
import gc
import json
import multiprocessing
import multiprocessing.util
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from .ending import end, end_started

#: What the first process imports, for all that are forked from it.
_WARMING = "cpstats.batch.warming"
#: The environment variable that tells it of them, as JSON: "data" and "formats".
WARM = "CPSTATS_WARM"
_TOLD: dict[str, Any] = {}
#: One thread each: reports run side by side, and threads do not survive a fork.
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MPLBACKEND": "agg",
}
#: Bytes of a folder's name that leave room for a socket's beneath it: of some 104 in all.
_LONGEST = 64
_ONE = threading.Lock()
#: Seconds that a process gets to end by itself once its work is done.
_GRACE = 10.0


class Died(Exception):
    """The process ended before its work did: killed, or out of memory."""


class TookTooLong(Exception):
    """The work was not done in its time, and was ended."""


def can_fork() -> bool:
    """Tell whether reports are made by forking; CPSTATS_FORK=0 says that they must not be."""
    here = sys.platform not in {"win32", "darwin"}
    return here and os.environ.get("CPSTATS_FORK") != "0"


def prepare(**told: Any) -> None:
    """Tell the first process of the work to come; once it has started that changes nothing."""
    _TOLD.update(told)


def apart(work: Callable[..., Any], *given: Any, timeout: float) -> Any:
    """
    Do a piece of work in a process of its own, and wait for it.

    Parameters
    ----------
    work : callable
        Of a module; what it is given and gives can be pickled.
    *given
        Its arguments.
    timeout : float
        Seconds after which it is ended, with all that it started.

    Returns
    -------
    object
        What the work gave. Its temporary files are deleted, however it ended.

    Raises
    ------
    Died
    TookTooLong
    """
    # Made here, so that one that is killed leaves nothing behind.
    folder = tempfile.mkdtemp(prefix="cpstats-")
    process: Any = None
    try:
        process, answer = _started(work, given, folder)
        if not answer.poll(timeout):
            raise TookTooLong
        return answer.recv()
    except EOFError:
        process.join(_GRACE)
        raise Died(process.exitcode) from None
    finally:
        if process is not None:
            answer.close()
            process.join(0 if process.is_alive() and sys.exc_info()[0] else _GRACE)
            end(process.pid, folder, running=process.is_alive())
            process.join()
            _LIVE.pop(process.pid, None)
        shutil.rmtree(folder, ignore_errors=True)


def _started(
    work: Callable[..., Any], given: tuple[Any, ...], folder: str
) -> tuple[Any, Connection]:
    """Start a process; give it with where its answer comes."""
    with _may_have_children():
        context: Any = multiprocessing.get_context("forkserver" if can_fork() else "spawn")
        if can_fork():
            for name, value in _ENVIRONMENT.items():
                os.environ.setdefault(name, value)
            context.set_forkserver_preload(["__main__", _WARMING])
            prepare(sockets=_place_of_sockets())
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(theirs, folder, work, given))
        with _telling():
            process.start()
    theirs.close()
    _LIVE[process.pid] = folder
    return process, ours


def _place_of_sockets() -> str:
    """Find a place for sockets, whose names are short, where that of temporary files is deep."""
    with _ONE:
        kept = tempfile.tempdir
        if len(os.fsencode(tempfile.gettempdir())) > _LONGEST:
            tempfile.tempdir = "/tmp"
        try:
            found: str = multiprocessing.util.get_temp_dir()  # later calls give the same
        finally:
            tempfile.tempdir = kept
    return found


#: Processes at work for this one, and the folder of each for temporary files.
_LIVE: dict[int, str] = {}


def end_all() -> None:
    """End every piece of work that this process waits for."""
    for pid, folder in list(_LIVE.items()):
        end(pid, folder, running=True)


@contextlib.contextmanager
def _telling() -> Any:
    """Tell the first process what it was prepared for, should it start now; and no other one."""
    os.environ[WARM] = json.dumps(_TOLD)
    try:
        yield
    finally:
        os.environ.pop(WARM, None)


@contextlib.contextmanager
def _may_have_children() -> Any:
    """Let a worker of a cluster, which is a daemon, start a process; its own end ends that too."""
    current = multiprocessing.current_process()
    if current.daemon:
        current.daemon = False
    yield


def _work(pipe: Connection, folder: str, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    _say_nothing()
    # What was imported before the fork stays: to walk it would only copy it into this process.
    gc.freeze()
    # And what a report makes ends with its process: it is seldom worth looking through.
    gc.set_threshold(20_000)
    watch = threading.Thread(target=_end_with_parent, args=(folder,), daemon=True)
    watch.start()
    try:
        pipe.send(work(*given))
    except BrokenPipeError:  # nobody waits for it any more: it ends when all is tidied up
        watch.join()
    pipe.close()


def _say_nothing() -> None:
    """Keep out of the batch's log what a cell's own programs say: it may be of a child."""
    with open(os.devnull, "wb") as nothing:
        for said in (1, 2):
            os.dup2(nothing.fileno(), said)


def _end_with_parent(folder: str) -> None:
    """A report whose batch was killed is ended too: nobody would look after it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        end_started(folder)
        shutil.rmtree(folder, ignore_errors=True)
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)
