"""Timers: files that a machine runs a schedule by, read back by what would run them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import ROOT, notebook, schedule

from cpstats.batch import Schedule, read_schedule
from cpstats.batch.timers import EVERY, timer
from cpstats.cli import main
from cpstats.errors import CpstatsError, UnknownName


@pytest.fixture
def file(tmp_path):
    notebook(tmp_path / "small.ipynb")
    return schedule(tmp_path, areas=["Fife"])


def call(monkeypatch, *words: object) -> None:
    monkeypatch.setattr(sys, "argv", ["cpstats", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    if ended.value.code:
        raise AssertionError(f"ended with {ended.value.code}")


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(words)
def test_cron_runs_the_command_that_was_meant(notify):
    made = timer(Schedule(ROOT / "schedule.toml", "out", ()), "cron", every="week", notify=notify)
    (line,) = made.files.values()
    at, command = " ".join(line.split(" ")[:5]), " ".join(line.rstrip("\n").split(" ")[5:])
    assert at == "0 6 * * 1"
    # cron ends a command at a percent sign that has no backslash, and takes those backslashes off.
    assert not re.search(r"(?<!\\)%", command)
    ran = shlex.split(command.replace("\\%", "%"))
    assert ran == [sys.executable, "-m", "cpstats", "batch", str(ROOT / "schedule.toml"),
                   "--notify", notify]  # fmt: skip


@given(words)
def test_systemd_runs_the_command_that_was_meant(notify):
    made = timer(Schedule(ROOT / "schedule.toml", "out", ()), "systemd", every="day", notify=notify)
    service = next(text for name, text in made.files.items() if name.endswith(".service"))
    (line,) = re.findall(r"^ExecStart=(.*)$", service, flags=re.MULTILINE)
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    # As systemd.service(5) reads it: backslashes first, then %% and $$.
    ran = [re.sub(r"\\(.)", r"\1", word).replace("%%", "%").replace("$$", "$") for word in quoted]
    assert ran[-2:] == ["--notify", notify]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("every", EVERY)
def test_systemd_finds_nothing_wrong(tmp_path, file, every):
    made = timer(read_schedule(file), "systemd", every=every, notify='mail -s "50% failed" ann')
    for name, text in made.files.items():
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in made.files]
    done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True)
    assert str(tmp_path) not in done.stderr
    calendar = subprocess.run(
        ["systemd-analyze", "calendar", EVERY[every].systemd], capture_output=True, text=True
    )
    assert calendar.returncode == 0, calendar.stderr


def test_a_workflow_is_yaml_and_reads_no_records(tmp_path, file):
    import yaml

    (tmp_path / ".git").mkdir()
    made = timer(read_schedule(file), "github", every="quarter", notify="echo failed")
    (text,) = made.files.values()
    read = yaml.safe_load(text)
    assert read[True]["schedule"] == [{"cron": "0 6 1 2,5,8,11 *"}]  # YAML takes "on" for true
    steps = read["jobs"]["reports"]["steps"]
    assert [s["run"] for s in steps if "cpstats batch" in s.get("run", "")] == [
        "cpstats batch schedule.toml"
    ]
    assert steps[-1] == {"name": "Say that reports failed", "if": "failure()", "run": "echo failed"}
    records = str(ROOT / "data" / "synthetic")
    with_records = schedule(tmp_path, areas=["Dundee"], notebooks=["annual"], records=records)
    with pytest.raises(CpstatsError, match="no place on a hosted machine"):
        timer(read_schedule(with_records), "github", every="year")


def test_what_is_no_timer_is_refused(file):
    read = read_schedule(file)
    with pytest.raises(UnknownName, match="systemd"):
        timer(read, "systemmd", every="day")
    with pytest.raises(UnknownName, match="month"):
        timer(read, "cron", every="moth")
    with pytest.raises(CpstatsError, match="line break"):
        timer(read, "cron", every="day", notify="a\nb")
    with pytest.raises(CpstatsError, match="no git repository"):
        timer(read, "github", every="day")


def test_timers_are_shown_or_written_and_never_started(tmp_path, file, monkeypatch, capsys):
    before = sorted(tmp_path.iterdir())
    call(monkeypatch, "schedule", "show", file)
    assert "OnCalendar=*-02,05,08,11-01 06:00:00" in capsys.readouterr().out
    assert sorted(tmp_path.iterdir()) == before
    to = tmp_path / "to"
    call(monkeypatch, "schedule", "install", file, "--to", to)
    said = capsys.readouterr().out
    assert "Nothing runs yet" in said
    assert "systemctl --user enable" in said
    assert sorted(p.name for p in to.iterdir()) == [
        "cpstats-schedule.service", "cpstats-schedule.timer"
    ]  # fmt: skip
    (to / "cpstats-schedule.timer").write_text("mine")
    with pytest.raises(AssertionError, match="ended with 1"):
        call(monkeypatch, "schedule", "install", file, "--to", to)
    assert (to / "cpstats-schedule.timer").read_text() == "mine"
