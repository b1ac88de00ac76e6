"""`cpstats schedule`: files that run a batch unattended, shown or written and never installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .batch.timers import Timer

schedule_app = typer.Typer(help="Run a schedule of reports unattended.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="Schedule (TOML): docs/batch.md.")]
Kind = Annotated[str, typer.Option("--as", help="systemd, cron or github.")]
Often = Annotated[str, typer.Option("--every", help="day, week, month, quarter or year.")]
Notify = Annotated[str, typer.Option(help="Command to run when reports fail.", show_default=False)]


@schedule_app.command()
def show(file: File, kind: Kind = "systemd", every: Often = "quarter", notify: Notify = "") -> None:
    """Print the files, and how they would be put to work."""
    made = _timer(file, kind, every, notify)
    for name, text in made.files.items():
        print(f"# {name}\n{text}")
    print("# Then:\n" + "\n".join(f"# {line}" for line in made.then.splitlines()))


@schedule_app.command()
def install(
    file: File,
    kind: Kind = "systemd",
    every: Often = "quarter",
    notify: Notify = "",
    to: Annotated[Path, typer.Option(help="Folder to write them to.")] = Path("."),
) -> None:
    """Write the files, and say what to run; nothing is started."""
    from .errors import CannotWrite
    from .files import write_whole

    made = _timer(file, kind, every, notify, to)
    for name, text in made.files.items():
        path = to / name
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise CannotWrite(f"{path} is there and says something else: move it away first.")
    for name, text in made.files.items():
        print(write_whole(to / name, text))
    print(f"Nothing runs yet. To put it to work:\n{made.then}")


def _timer(file: Path, kind: str, every: str, notify: str, folder: Path = Path()) -> Timer:
    from .batch import read_schedule
    from .batch.timers import timer

    return timer(read_schedule(file), kind, every=every, notify=notify, folder=folder)
