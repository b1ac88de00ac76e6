"""Timers: files that a machine runs a schedule by, read back by what would run them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys

import pytest
from hypothesis import example, given
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


#: What means something to a shell, cron, systemd, YAML or GitHub.
MARKS = "\\%$\"'`;&#{}: a\U0001f600"
NASTY = r"""a";rm -rf x;' $HOME %n \% \\ `id` #:😀"""
words = st.text(st.sampled_from(MARKS), min_size=1, max_size=12) | st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"], exclude_characters="/"),
    min_size=1, max_size=30,
)  # fmt: skip


def as_cron_reads(command: str, takes_off: str) -> str:
    """A command as cron hands it to a shell; crons differ in which backslashes they take off."""
    found, escaped = "", False
    for mark in command:
        if escaped:
            found = found[:-1] + mark if mark in takes_off else found + mark
            escaped = False
        elif mark == "%":
            break
        else:
            found, escaped = found + mark, mark == "\\"
    return found


@given(words, words)
@example(NASTY, NASTY)
def test_cron_runs_the_command_that_was_meant(word, name):
    notify, file = shlex.join(["mail", word]), ROOT / f"{name}.toml"
    made = timer(Schedule(file, "out", ()), "cron", every="week", notify=notify)
    (line,) = made.files.values()
    at, command = line[:9], line[10:].removesuffix("\n")
    assert at == "0 6 * * 1"
    for takes_off in ("", "%", "%\\"):
        ran = shlex.split(as_cron_reads(command, takes_off))
        assert ran == [sys.executable, "-m", "cpstats", "batch", str(file), "--notify", notify]


@given(words, words)
@example(NASTY, NASTY)
def test_systemd_runs_the_command_that_was_meant(word, name):
    notify, file = shlex.join(["mail", word]), ROOT / f"{name}.toml"
    made = timer(Schedule(file, "out", ()), "systemd", every="day", notify=notify)
    service = next(text for name, text in made.files.items() if name.endswith(".service"))
    (line,) = re.findall(r"^ExecStart=(.*)$", service, flags=re.MULTILINE)
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    # As systemd.service(5) reads it: backslashes first, then %% and $$.
    ran = [re.sub(r"\\(.)", r"\1", word).replace("%%", "%").replace("$$", "$") for word in quoted]
    assert ran == [sys.executable, "-m", "cpstats", "batch", str(file), "--notify", notify]
    assert not re.search(r"\\$", service, flags=re.MULTILINE)  # nothing goes on in the next line


@given(words, words)
@example(NASTY, NASTY)
def test_github_runs_the_command_that_was_meant(word, name):
    import yaml

    notify, file = shlex.join(["mail", word]), ROOT / f"{name}.toml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cpstats.batch.timers._repository", lambda path: path.parent)
        try:
            made = timer(Schedule(file, "/r/out", ()), "github", every="day", notify=notify)
        except CpstatsError as error:
            assert "${{" in name
            assert "GitHub would put a value" in str(error)  # noqa: PT017
            return
    (text,) = made.files.values()
    read = yaml.safe_load(text.encode())
    ran = [step["run"] for step in read["jobs"]["reports"]["steps"] if "run" in step]
    command = shlex.split(ran[1])
    assert command[:2] == ["cpstats", "batch"]
    assert command[2:] in ([file.name], [f"./{file.name}"])
    assert not command[2].startswith("-")
    assert ran[2] == notify
    assert read["name"] == f"Reports of {file.name}"


@pytest.mark.parametrize("mark", ["\n", "\r", "\0", "\x1b", "\x85", "\u2028", "\udcff", "\uffff"])
@pytest.mark.parametrize("kind", ["systemd", "cron", "github"])
def test_what_is_no_text_or_ends_a_line_is_refused_in_a_timer(kind, mark):
    for name, notify in ((f"a{mark}", "true"), ("a", f"true {mark}")):
        with pytest.raises(CpstatsError, match="cannot stand in a timer: take out line breaks"):
            timer(Schedule(ROOT / f"{name}.toml", "out", ()), kind, every="day", notify=notify)


def test_a_program_that_systemd_cannot_run_is_refused(monkeypatch):
    schedule = Schedule(ROOT / "schedule.toml", "out", ())
    monkeypatch.setattr(sys, "executable", "/opt/a$b %c/python")
    service = next(iter(timer(schedule, "systemd", every="day").files.values()))
    assert 'ExecStart="/opt/a$b %%c/python" "-m"' in service  # of a program a dollar stays
    for mark in "\"'\\":
        monkeypatch.setattr(sys, "executable", f"/opt/a{mark}b/python")
        with pytest.raises(CpstatsError, match="systemd runs no program at"):
            timer(schedule, "systemd", every="day")


def test_a_workflow_keeps_the_reports_and_no_other_files(tmp_path):
    import yaml

    (tmp_path / ".git").mkdir()
    for output in ("*", "a[b]", "!a", "~", "${{ secrets.X }}"):
        with pytest.raises(CpstatsError, match="GitHub would keep other files"):
            timer(Schedule(tmp_path / "s.toml", str(tmp_path / output), ()), "github", every="day")
    sent = timer(Schedule(tmp_path / "s.toml", "s3://ours/reports", ()), "github", every="day")
    (text,) = sent.files.values()
    steps = yaml.safe_load(text)["jobs"]["reports"]["steps"]
    assert not any("upload-artifact" in step.get("uses", "") for step in steps)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("every", EVERY)
def test_systemd_finds_nothing_wrong(tmp_path, every):
    where = tmp_path / NASTY
    where.mkdir()
    notebook(where / "small.ipynb")
    read = read_schedule(schedule(where, areas=["Fife"]))
    made = timer(read, "systemd", every=every, notify='mail -s "50% failed" ann')
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


def test_a_workflow_says_where_cpstats_comes_from(tmp_path, file):
    import yaml

    def installs() -> tuple[str, str]:
        made = timer(read_schedule(file), "github", every="year", folder=tmp_path)
        steps = yaml.safe_load(*made.files.values())["jobs"]["reports"]["steps"]
        return next(s["run"] for s in steps if "pip" in s.get("run", "")), made.then

    (tmp_path / ".git").mkdir()
    run, then = installs()
    assert run == "python -m pip install cpstats"
    assert then.startswith("Say in it where cpstats is installed from")
    (tmp_path / "cpstats").mkdir()
    for name in ("cpstats/__init__.py", "requirements.lock"):
        (tmp_path / name).touch()
    run, then = installs()
    assert run.endswith("--editable .")
    assert then.startswith(f"git add {tmp_path}/.github/workflows/cpstats-schedule.yml")


@pytest.mark.parametrize("kind", ["systemd", "cron"])
def test_what_is_told_to_run_finds_the_files(tmp_path, file, kind, monkeypatch, capsys):
    # The command that is printed is run, with stand-ins for what would change this machine.
    where, seen = tmp_path / "our timers", tmp_path / "home" / "seen"
    call(monkeypatch, "schedule", "install", file, "--as", kind, "--to", where)
    (first,) = [s for s in capsys.readouterr().out.splitlines() if s.startswith(("cp ", "(cron"))]
    (tmp_path / "home/.config/systemd/user").mkdir(parents=True)
    stand_in = f'crontab() {{ test "$1" = -l || cat > {seen}; }}\n'
    home = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    subprocess.run(["bash", "-ec", stand_in + first], check=True, cwd="/", env=home)
    put = [*(tmp_path / "home/.config/systemd/user").iterdir(), *seen.parent.glob("seen")]
    assert {p.read_text() for p in put} == {p.read_text() for p in where.iterdir()}


def test_what_is_no_timer_is_refused(file):
    read = read_schedule(file)
    with pytest.raises(UnknownName, match="systemd"):
        timer(read, "systemmd", every="day")
    with pytest.raises(UnknownName, match="month"):
        timer(read, "cron", every="moth")
    with pytest.raises(CpstatsError, match=r"--notify: .* is no command: no closing quotation"):
        timer(read, "cron", every="day", notify="mail 'ann")
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
