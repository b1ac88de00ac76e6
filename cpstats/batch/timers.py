"""Files that run a schedule unattended: a systemd timer, a line for cron, a GitHub workflow.

They are written, or shown, and never installed: who runs the machine does that, and is told how.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import CpstatsError, UnknownName
from ..files import slug
from .notices import read_command
from .places import is_address
from .schedules import Schedule

#: What ends a line somewhere, or cannot be written as UTF-8: none of it can stand in a timer.
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
#: What GitHub puts values in the place of, and what it takes for a pattern of files.
_EXPRESSION, _PATTERN = "${{", re.compile(r"[*?\[\]]|^[!~]")


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


def timer(
    schedule: Schedule, kind: str, *, every: str, notify: str = "", folder: Path = Path()
) -> Timer:
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
    folder : Path
        Where they will be written to, so that what is to be run names them.

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
    command += ["--notify", notify] if read_command(notify) else []
    for word in [*command, schedule.output]:
        if _NO_TEXT.search(word):
            raise CpstatsError(
                f"{word!r} cannot stand in a timer: take out line breaks, control characters, and "
                "bytes that are no text."
            )
    name = f"cpstats-{slug(schedule.file.stem) or 'batch'}"
    return KINDS[kind](name, schedule, command, EVERY[every], folder)


def _systemd(
    name: str, schedule: Schedule, command: list[str], every: Every, folder: Path
) -> Timer:
    python, *words = command
    if set(python) & set("\"'\\"):
        raise CpstatsError(f"systemd runs no program at {python!r}: take out quotes, backslashes.")
    # Of the program alone systemd takes a dollar as it is.
    ran = " ".join([f'"{python.replace("%", "%%")}"', *(f'"{_in_unit(w)}"' for w in words)])
    service = f"""\
[Unit]
Description=cpstats: the reports of {_in_words(schedule.file.name)}

[Service]
Type=oneshot
Nice=10
ExecStart={ran}
"""
    calls = f"""\
[Unit]
Description=When to make the reports of {_in_words(schedule.file.name)}

[Timer]
OnCalendar={every.systemd}
# A machine that was off makes them when it is on again.
Persistent=true

[Install]
WantedBy=timers.target
"""
    then = (
        f"cp {_in(folder, f'{name}.service')} {_in(folder, f'{name}.timer')} "
        "~/.config/systemd/user/\n"
        f"systemctl --user daemon-reload && systemctl --user enable --now {name}.timer\n"
        "loginctl enable-linger    # to run while you are logged out"
    )
    return Timer({f"{name}.service": service, f"{name}.timer": calls}, then)


def _in_unit(text: str) -> str:
    """Keep a word of a command as it is in a unit file."""
    for mark, kept in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        text = text.replace(mark, kept)
    return text


def _in_words(text: str) -> str:
    """Keep a description as it is in a unit file: a backslash would go on in the next line."""
    return text.replace("\\", "/").replace("%", "%%")


def _in(folder: Path, name: str) -> str:
    """Name a file as a shell takes it."""
    return shlex.quote(str(folder / name))


def _cron(name: str, schedule: Schedule, command: list[str], every: Every, folder: Path) -> Timer:
    line = f"{every.cron} {' '.join(map(_in_table, command))}"
    return Timer(
        {f"{name}.cron": f"{line}\n"},
        f"(crontab -l; cat {_in(folder, f'{name}.cron')}) | crontab -",
    )


def _in_table(word: str) -> str:
    r"""Keep a word of a command as it is in a table of cron, then in a shell.

    A percent sign ends the command even within quotes, but for one after a backslash. Some crons
    take that backslash off, some also one of two, some neither: so it stands outside quotes, and
    no two stand together.
    """
    parts = [re.sub(r"\\(?=\\)", r"\\''", shlex.quote(part)) for part in word.split("%")]
    return r"\%".join(parts)


def _github(name: str, schedule: Schedule, command: list[str], every: Every, folder: Path) -> Timer:
    if any({"records", "evidence"} & set(job.inputs) for job in schedule.jobs):
        raise CpstatsError(
            "This schedule reads records or evidence: they have no place on a hosted machine. Use "
            "systemd or cron where they lie."
        )
    top, notify = _repository(schedule.file), command[6:]
    at = schedule.file.relative_to(top).as_posix()
    if _EXPRESSION in at:
        raise CpstatsError(f"GitHub would put a value in the place of a part of {at!r}: rename it.")
    # A step in a shell, where the command may ask GitHub for its secrets.
    step = f"""
      - name: Say that reports failed
        if: failure()
        run: {_in_yaml(notify[0])}
""" if notify else ""  # fmt: skip
    text = f"""\
name: {_in_yaml(f"Reports of {schedule.file.name}")}
on:
  schedule:
    - cron: {_in_yaml(every.cron)}
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
      - run: python -m pip install {_OWN if _is_ours(top) else _ELSEWHERE}
      - run: {_in_yaml("cpstats batch " + shlex.quote(at if at[0] != "-" else f"./{at}"))}
{_kept(schedule.output)}{step}"""
    path = f".github/workflows/{name}.yml"
    then = f"git add {_in(folder, path)}, commit and push: it runs on the default branch."
    if not _is_ours(top):
        then = f"Say in it where cpstats is installed from: this repository has none.\n{then}"
    return Timer({path: text}, then)


#: How cpstats is installed from its own repository, and in another.
_OWN = "--constraint requirements.lock --editable ."
_ELSEWHERE = "cpstats  # from where you keep it: its folder, or an index of your own"


def _is_ours(top: Path) -> bool:
    """Tell the repository of cpstats itself."""
    return (top / "cpstats" / "__init__.py").exists() and (top / "requirements.lock").exists()


def _kept(output: str) -> str:
    """Keep the reports, where they are not sent elsewhere."""
    if is_address(output):
        return ""
    path = Path(output).relative_to(_repository(Path(output))).as_posix()
    if _EXPRESSION in path or _PATTERN.search(path):
        raise CpstatsError(f"GitHub would keep other files than those in {path!r}: rename it.")
    return f"""\
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: reports
          path: {_in_yaml(path)}
"""


def _in_yaml(text: str) -> str:
    """Quote a text: JSON is YAML but for characters that JSON writes as two."""
    return json.dumps(text, ensure_ascii=False)


def _repository(path: Path) -> Path:
    """Find the top of the repository that a path lies in: from there a workflow names it."""
    for folder in path.parents:
        if (folder / ".git").exists():
            return folder
    raise CpstatsError(f"{path.name} lies in no git repository, where a workflow would find it.")


KINDS: dict[str, Callable[[str, Schedule, list[str], Every, Path], Timer]] = {
    "systemd": _systemd, "cron": _cron, "github": _github,
}  # fmt: skip
