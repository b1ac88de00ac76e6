"""Files that run a schedule unattended: a systemd timer, a line for cron, a GitHub workflow.

They are written, or shown, and never installed: who runs the machine does that, and is told how.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import CpstatsError, UnknownName
from ..files import slug
from .schedules import Schedule


@dataclass(frozen=True)
class Every:
    """How often: for cron, and for systemd."""

    cron: str
    systemd: str


#: Quarters of the academic year end with October, January, April and July.
EVERY = {
    "day": Every("0 6 * * *", "*-*-* 06:00:00"),
    "week": Every("0 6 * * 1", "Mon *-*-* 06:00:00"),
    "month": Every("0 6 1 * *", "*-*-01 06:00:00"),
    "quarter": Every("0 6 1 2,5,8,11 *", "*-02,05,08,11-01 06:00:00"),
    "year": Every("0 6 1 8 *", "*-08-01 06:00:00"),
}


@dataclass(frozen=True)
class Timer:
    """
    Files that run a schedule, and how to put them to work.

    Attributes
    ----------
    files : dict of str to str
        Their texts, by their names.
    then : str
        What to run once they are written.
    """

    files: dict[str, str]
    then: str


def timer(schedule: Schedule, kind: str, *, every: str, notify: str = "") -> Timer:
    """
    Write the files that run a schedule.

    Parameters
    ----------
    schedule : Schedule
    kind : str
        "systemd", "cron" or "github".
    every : str
        "day", "week", "month", "quarter" or "year".
    notify : str
        A command to run when reports fail; empty for none.

    Returns
    -------
    Timer

    Raises
    ------
    UnknownName
        For a kind or an interval that is none.
    CpstatsError
        For a path or command that no such file can hold, and for a workflow elsewhere that would
        read records.
    """
    if kind not in KINDS:
        raise UnknownName("kind of timer", kind, KINDS)
    if every not in EVERY:
        raise UnknownName("interval", every, EVERY)
    command = [sys.executable, "-m", "cpstats", "batch", str(schedule.file)]
    command += ["--notify", notify] if notify else []
    if any(set(word) & set("\n\r\0") for word in command):
        raise CpstatsError("A path or command with a line break cannot stand in a timer.")
    name = f"cpstats-{slug(schedule.file.stem) or 'batch'}"
    return KINDS[kind](name, schedule, command, EVERY[every])


def _systemd(name: str, schedule: Schedule, command: list[str], every: Every) -> Timer:
    service = f"""\
[Unit]
Description=cpstats: the reports of {_in_unit(schedule.file.name)}

[Service]
Type=oneshot
Nice=10
ExecStart={" ".join(f'"{_in_unit(word)}"' for word in command)}
"""
    calls = f"""\
[Unit]
Description=When to make the reports of {_in_unit(schedule.file.name)}

[Timer]
OnCalendar={every.systemd}
# A machine that was off makes them when it is on again.
Persistent=true

[Install]
WantedBy=timers.target
"""
    then = (
        f"cp {name}.service {name}.timer ~/.config/systemd/user/\n"
        f"systemctl --user daemon-reload && systemctl --user enable --now {name}.timer\n"
        "loginctl enable-linger    # to run while you are logged out"
    )
    return Timer({f"{name}.service": service, f"{name}.timer": calls}, then)


def _in_unit(text: str) -> str:
    """Keep text text in a unit file."""
    for mark, kept in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        text = text.replace(mark, kept)
    return text


def _cron(name: str, schedule: Schedule, command: list[str], every: Every) -> Timer:
    # To cron a percent sign is the end of the line, even within quotes.
    line = f"{every.cron} {shlex.join(command)}".replace("%", "\\%")
    return Timer({f"{name}.cron": f"{line}\n"}, f"(crontab -l; cat {name}.cron) | crontab -")


def _github(name: str, schedule: Schedule, command: list[str], every: Every) -> Timer:
    if any({"records", "evidence"} & set(job.inputs) for job in schedule.jobs):
        raise CpstatsError(
            "This schedule reads records or evidence: they have no place on a hosted machine. Use "
            "systemd or cron where they lie."
        )
    at, notify = _in_repository(schedule.file), command[6:]
    output = _in_repository(Path(schedule.output))
    step = f"""
      - name: Say that reports failed
        if: failure()
        run: {json.dumps(notify[0])}
""" if notify else ""  # fmt: skip
    text = f"""\
name: {json.dumps(f"Reports of {schedule.file.name}")}
on:
  schedule:
    - cron: {json.dumps(every.cron)}
  workflow_dispatch:
permissions:
  contents: read
jobs:
  reports:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install --constraint requirements.lock --editable .
      - run: {json.dumps("cpstats batch " + shlex.quote(at))}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: reports
          path: {json.dumps(output)}
{step}"""
    path = f".github/workflows/{name}.yml"
    return Timer({path: text}, f"git add {path}, commit and push: it runs on the default branch.")


def _in_repository(path: Path) -> str:
    """Name a path as a workflow finds it: from the top of its repository."""
    for folder in path.parents:
        if (folder / ".git").exists():
            return path.relative_to(folder).as_posix()
    raise CpstatsError(f"{path.name} lies in no git repository, where a workflow would find it.")


KINDS: dict[str, Callable[[str, Schedule, list[str], Every], Timer]] = {
    "systemd": _systemd, "cron": _cron, "github": _github,
}  # fmt: skip
