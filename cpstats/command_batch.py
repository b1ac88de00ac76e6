"""`cpstats batch`: the reports of a schedule, those that changed, and what became of each."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .terminal import plain

if TYPE_CHECKING:
    from .batch import Outcome, Planned


_EXECUTOR = re.compile(r"dask://(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):\d{1,5}")


def batch(
    schedule: Annotated[Path, typer.Argument(help="Schedule (TOML): docs/batch.md.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be made, and why; write nothing.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Reports at once. [default: one a core]", show_default=False),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help='Names of reports, such as "*fife*"; repeat.', show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make again what is current.")] = False,
    timeout: Annotated[
        float,
        # No system waits for longer than three weeks at a time.
        typer.Option(min=1, max=1_000_000, help="Seconds for one try of one report."),
    ] = 900,
    retries: Annotated[
        int, typer.Option(min=0, help="Further tries, where a process died or took too long.")
    ] = 1,
    executor: Annotated[
        str, typer.Option(help="A cluster: dask://host:port.", show_default=False)
    ] = "",
    notify: Annotated[
        str,
        typer.Option(help="Command to run when reports fail, told which.", show_default=False),
    ] = "",
) -> None:
    """Make every report of a schedule that is not up to date.

    Exit codes: 0 all made or up to date, 1 some failed, 2 the schedule is wrong.
    """
    from .batch import plan, read_schedule, run_batch
    from .batch.notices import read_command

    _check_executor(executor)
    command = read_command(notify)
    if dry_run:
        for planned in plan(read_schedule(schedule), only=only or (), force=force):
            said = f"would be made: {'; '.join(planned.why)}" if planned.why else "up to date"
            print(_whole(f"{planned.job.name}: {said}"))
        return
    with _telling(command), _progress() as (begun, told):
        outcomes = run_batch(
            read_schedule(schedule), only=only or (), force=force, jobs=jobs or 0,
            executor=executor, timeout=timeout, retries=retries, told=told, begun=begun,
        )  # fmt: skip
    failed = [o for o in outcomes if not o.good]
    print(_tally(outcomes))
    if failed:
        _notify(command, "".join(f"{_line(outcome)}\n" for outcome in failed), len(failed))
        raise typer.Exit(1)


def _check_executor(executor: str) -> None:
    if executor and not _EXECUTOR.fullmatch(executor):
        from .errors import UnknownName

        raise UnknownName("executor", executor, ["dask://host:port"], ["dask://host:port"])


def _tally(outcomes: Sequence[Outcome]) -> str:
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
    said = ", ".join(f"{count} {status}" for status, count in counts.items())
    return f"{len(outcomes)} reports: {said}." if outcomes else "No reports."


@contextmanager
def _progress() -> Iterator[tuple[Callable[[Sequence[Planned]], None], Callable[[Outcome], None]]]:
    """Show a bar on a terminal, and plain lines elsewhere; what failed is always told in full."""
    from rich.console import Console

    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda _: None, lambda outcome: print(_line(outcome), file=sys.stderr, flush=True)
        return
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Reports", total=None)

        def told(outcome: Outcome) -> None:
            if outcome.status != "up to date":
                bar.console.print(escape(_line(outcome)), highlight=False)
            bar.advance(task)

        yield lambda planned: bar.update(task, total=len(planned)), told


def _line(outcome: Outcome) -> str:
    parts = [f"{outcome.status}: {outcome.name}"]
    if outcome.status != "up to date":
        parts.append(f"{outcome.seconds:.1f} s")
    if outcome.tries > 1:
        parts.append(f"{outcome.tries} tries")
    return _whole("  ".join(parts) + (f"  ({'; '.join(outcome.why)})" if outcome.why else ""))


def _whole(said: str) -> str:
    """Indent further lines, so that nothing that a parameter says passes for a line of ours."""
    return plain(said).replace("\n", "\n  ")


@contextmanager
def _telling(command: list[str]) -> Iterator[None]:
    """Tell the user's command of what stops a whole batch, too."""
    from .errors import CpstatsError

    try:
        yield
    except CpstatsError as error:
        _notify(command, f"No report was made. {_whole(str(error))}\n", 0)
        raise


def _notify(command: list[str], told: str, failed: int) -> None:
    """Run the user's command, no shell between: what failed is its input."""
    if not command:
        return
    try:
        subprocess.run(
            command, input=told, text=True, check=True, timeout=60,
            env={**os.environ, "CPSTATS_FAILED": str(failed)},
        )  # fmt: skip
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        print(f"cpstats: the command of --notify failed: {error}", file=sys.stderr)
