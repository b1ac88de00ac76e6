"""Batches: what changed is made, what failed harms no other, and what was killed is made again."""

from __future__ import annotations

import concurrent.futures
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest
from made_batches import ROOT, files, notebook, schedule

from cpstats.batch import plan, read_schedule, run_batch
from cpstats.batch.apart import Died, TookTooLong, apart
from cpstats.batch.fingerprints import Fingerprints
from cpstats.batch.manifests import changes, read_manifest
from cpstats.batch.places import Place
from cpstats.errors import CannotWrite, CpstatsError

NAMES = ["small-dundee-city-2018-19", "small-fife-2018-19", "small-angus-2018-19"]


@pytest.fixture
def folder(tmp_path):
    notebook(tmp_path / "small.ipynb")
    return tmp_path


def run(path, **options):
    return {o.name: o for o in run_batch(read_schedule(path), **options)}


def statuses(path, **options) -> list[str]:
    return [o.status for o in run(path, **options).values()]


def why(path) -> dict[str, tuple[str, ...]]:
    return {p.job.name: p.why for p in plan(read_schedule(path))}


def cli(*words: object, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "cpstats", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


# What is made, and what is left


def test_a_batch_makes_all_and_then_nothing(folder):
    path = schedule(folder)
    assert statuses(path) == ["made"] * 3
    made = files(folder / "out")
    assert [name.removesuffix(".html") for name in sorted(made)] == sorted(NAMES)
    assert "Dundee City, 2018-19: 91 children" in made["small-dundee-city-2018-19.html"].decode()
    stamps = {p: p.stat().st_mtime_ns for p in (folder / "out").glob("small-*")}
    assert statuses(path) == ["up to date"] * 3
    assert stamps == {p: p.stat().st_mtime_ns for p in (folder / "out").glob("small-*")}


def test_the_same_inputs_give_the_same_bytes_in_every_format(folder):
    path = schedule(folder, areas=["Fife"], formats=["html", "pdf", "docx", "xlsx", "ods"])
    made = []
    for _ in range(2):
        assert statuses(path, force=True) == ["made"]
        made.append({p.name: p.read_bytes() for p in (folder / "out").glob("small-*")
                     if not p.name.endswith(".manifest.json")})  # fmt: skip
    assert len(made[0]) == 5
    assert made[0] == made[1]


def test_only_what_changed_is_made_again_and_the_reason_is_told(folder):
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("synthetic"))
    path = schedule(folder, data="data")
    run(path)
    out = folder / "out"
    (out / f"{NAMES[0]}.html").write_text("altered by hand")
    (out / f"{NAMES[1]}.html").unlink()
    os.utime(out / f"{NAMES[2]}.html")  # touched, and the same
    assert why(path) == {
        NAMES[0]: (f"{NAMES[0]}.html was altered",), NAMES[1]: (f"{NAMES[1]}.html is gone",),
        NAMES[2]: (),
    }  # fmt: skip
    assert statuses(path) == ["made", "made", "up to date"]
    table = folder / "data" / "population.csv"
    text = table.read_text(encoding="utf-8")
    old = "NRS series to mid-2018 (2011-Census based)"
    assert old in text
    table.write_text(text.replace(old, "NRS rebased (January 2025)"), encoding="utf-8")
    (reason,) = set(why(path).values())
    assert reason == (f"population vintage changed ({old} went, NRS rebased (January 2025) came)",)
    *rows, last = text.splitlines(keepends=True)
    table.write_text("".join([rows[0], last, *rows[1:]]), encoding="utf-8")
    assert set(why(path).values()) == {("population changed",)}
    table.write_text(text, encoding="utf-8")
    assert set(why(path).values()) == {()}
    notebook(folder / "small.ipynb", "Prose(['more'])")
    assert set(why(path).values()) == {("the notebook changed",)}
    notebook(folder / "small.ipynb")
    path = schedule(folder, "[parameters]\nlimit = 2.5", data="data", formats=["html", "pdf"])
    assert set(why(path).values()) == {
        ("format pdf was not made", "parameter limit changed (none to 2.5)")
    }


def test_another_version_of_a_package_or_of_the_code_is_a_reason(folder):
    path = schedule(folder, areas=["Fife"])
    run(path)
    old = read_manifest((folder / "out" / f"{NAMES[1]}.manifest.json").read_bytes())
    (job,) = read_schedule(path).jobs
    now = Fingerprints().of(job)
    assert changes(old, now, ["html"]) == []
    old["from"]["packages"]["pandas"] = "2.0.0"
    old["from"]["code"] = "another"
    assert changes(old, now, ["html"]) == [
        "cpstats changed", f"pandas changed (2.0.0 to {now.packages['pandas']})",
    ]  # fmt: skip


def test_a_manifest_says_what_the_report_was_made_from(folder):
    run(schedule(folder, "[parameters]\nlimit = 2.0", areas=["Fife"]))
    text = (folder / "out" / f"{NAMES[1]}.manifest.json").read_text(encoding="utf-8")
    entry = json.loads(text)
    assert entry["from"]["parameters"] == {"area": "Fife", "year": "2018-19", "limit": 2.0}
    assert entry["disclosure"] == "published figures alone: nothing to protect"
    import hashlib

    page = (folder / "out" / f"{NAMES[1]}.html").read_bytes()
    assert entry["outputs"][f"{NAMES[1]}.html"]["sha256"] == hashlib.sha256(page).hexdigest()
    table = (ROOT / "data" / "population.csv").read_bytes()
    assert (
        entry["from"]["inputs"]["data/population.csv"]["sha256"]
        == hashlib.sha256(table).hexdigest()
    )
    assert {"pandas", "papermill", "python"} <= set(entry["from"]["packages"])
    for secret in (str(folder), str(Path.home()), str(ROOT)):
        assert secret not in text


def test_a_manifest_tells_no_password_and_no_verdict_that_nobody_reached(folder):
    notebook(folder / "small.ipynb", parameters='area = "x"\nyear = "y"\nrecords = ""\nfar = ""')
    (folder / "recs").mkdir()
    path = schedule(folder, "[parameters]\nfar = 'ftp://ann:p@ss@host/x'", areas=["Fife"],
                    records="recs")  # fmt: skip
    assert statuses(path) == ["made"]
    text = (folder / "out" / f"{NAMES[1]}.manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["disclosure"].startswith("NOT CHECKED")
    assert json.loads(text)["from"]["parameters"]["far"] == "ftp://host/x"
    assert "p@ss" not in text


def test_a_manifest_that_cannot_be_read_is_no_manifest(folder):
    path = schedule(folder, areas=["Fife"])
    run(path)
    (folder / "out" / f"{NAMES[1]}.manifest.json").write_text('{"half": ')
    assert why(path) == {NAMES[1]: ("not made yet",)}


def test_a_dry_run_says_what_and_why_and_writes_nothing(folder):
    path = schedule(folder)
    before = sorted(folder.rglob("*"))
    done = cli("batch", path, "--dry-run")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"{n}: would be made: not made yet" for n in NAMES]
    assert sorted(folder.rglob("*")) == before


# Faults


FAILING = """\
secret = 42
if area == "Fife":
    1 / 0"""


def test_one_failing_report_harms_no_other(folder):
    path = schedule(folder)
    run(path)
    old = files(folder / "out")
    notebook(folder / "small.ipynb", "Prose(['new'])", FAILING)
    done = cli(
        "batch", path, "--notify", f"{sys.executable} -c 'import sys; print(sys.stdin.read())'"
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("3 reports: 2 made, 1 failed")
    assert "failed: small-fife-2018-19" in done.stdout  # what --notify was told
    new = files(folder / "out")
    assert new[f"{NAMES[1]}.html"] == old[f"{NAMES[1]}.html"]
    assert b"new" in new[f"{NAMES[0]}.html"]
    aside = folder / "out" / "failed" / f"{NAMES[1]}.ipynb"
    assert aside.stat().st_mode & 0o077 == 0
    text = aside.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text
    assert nbformat.reads(text, as_version=4).cells[0].source.startswith("RESTRICTED")
    for place in (str(folder), str(Path.home()) + "/", str(ROOT)):
        assert place not in text
    suite = ET.parse(folder / "out" / "summary.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    (failure,) = suite.iter("failure")
    assert "ZeroDivisionError" in failure.text
    index = (folder / "out" / "index.html").read_text(encoding="utf-8")
    assert "failed; the one made before stands" in index
    notebook(folder / "small.ipynb", "Prose(['new'])")
    assert statuses(path) == ["made"] * 3


def test_no_state_passes_from_one_report_to_the_next(folder):
    spread = """\
import os, sys, builtins, matplotlib, pandas
left = [getattr(builtins, "left", None), os.environ.get("LEFT"), getattr(cp, "left", None),
        matplotlib.rcParams["font.size"], pandas.options.display.max_rows, "left" in sys.modules]
builtins.left = cp.left = os.environ["LEFT"] = area
matplotlib.rcParams["font.size"] = 99
pandas.options.display.max_rows = 7
sys.modules["left"] = cp
cp.load = None
Prose([f"found {left}"])"""
    notebook(folder / "small.ipynb", spread)
    assert statuses(schedule(folder), jobs=1) == ["made"] * 3
    found = {
        re.search(r"found (\[.*?\])", page.decode())[1] for page in files(folder / "out").values()
    }
    assert len(found) == 1
    assert found.pop().startswith("[None, None, None, ")


def test_a_hanging_cell_is_ended_with_what_it_started(folder):
    hang = """\
import subprocess, time
if area == "Fife":
    subprocess.Popen(["sleep", "4321"])
    time.sleep(4321)"""
    notebook(folder / "small.ipynb", hang)
    found = run(schedule(folder), timeout=12, retries=0)
    assert [o.status for o in found.values()] == ["made", "timed out", "made"]
    assert "longer than 12 s" in found[NAMES[1]].why[0]
    assert "4321" not in subprocess.run(["ps", "ax"], capture_output=True, text=True).stdout


def test_a_dead_worker_is_tried_again_and_only_so_often(folder):
    marker = folder / "once"
    die = f"""\
import os, pathlib, signal
once = pathlib.Path({str(marker)!r})
if area == "Fife" and not once.exists():
    once.write_text("x")
    os.kill(os.getpid(), signal.SIGKILL)
if area == "Angus":
    os.kill(os.getpid(), signal.SIGKILL)"""
    notebook(folder / "small.ipynb", die)
    found = run(schedule(folder), retries=1)
    assert [(o.status, o.tries) for o in found.values()] == [("made", 1), ("made", 2), ("died", 2)]
    assert "exit code -9" in found[NAMES[2]].why[0]


def test_an_error_is_not_tried_again(folder):
    notebook(folder / "small.ipynb", FAILING)
    assert run(schedule(folder), retries=3)[NAMES[1]].tries == 1


def test_what_was_killed_at_any_moment_is_made_by_the_next_run(folder):
    path = schedule(folder)
    whole = run(path) and files(folder / "out")
    for wait in (1.0, 3.0, 4.5):
        shutil.rmtree(folder / "out", ignore_errors=True)
        batch = subprocess.Popen(
            [sys.executable, "-m", "cpstats", "batch", str(path), "--jobs", "2"],
            stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(wait)
        batch.send_signal(signal.SIGKILL)
        batch.wait()
        for name, page in files(folder / "out").items():
            assert page == whole[name]
    assert set(statuses(path)) <= {"made", "up to date"}
    assert files(folder / "out") == whole
    assert not list((folder / "out").glob(".*.part"))


def test_a_report_whose_batch_was_killed_ends_too(folder):
    notebook(folder / "small.ipynb", "import time; time.sleep(5432)  # the one that is looked for")
    path = schedule(folder, areas=["Fife"])
    batch = subprocess.Popen([sys.executable, "-m", "cpstats", "batch", str(path)])
    children = _wait_for(lambda: _descendants(batch.pid), more_than=1)
    time.sleep(4)
    children = _descendants(batch.pid) or children
    batch.kill()
    batch.wait()
    _wait_for(lambda: [] if any(_is_running(pid) for pid in children) else [1, 2], more_than=1)


def test_a_batch_that_is_told_to_stop_stops_at_once(folder):
    notebook(folder / "small.ipynb", "import time\nif area != 'Dundee City':\n    time.sleep(600)")
    path = schedule(folder)
    batch = subprocess.Popen(
        [sys.executable, "-m", "cpstats", "batch", str(path), "--jobs", "1"],
        start_new_session=True, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert batch.stderr.readline().startswith("made: small-dundee-city-2018-19")
    time.sleep(2)
    os.killpg(batch.pid, signal.SIGINT)
    assert batch.wait(20) == 130
    assert list(files(folder / "out")) == [f"{NAMES[0]}.html"]
    assert not list((folder / "out").glob(".*.part"))


def _descendants(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()[1:]]
    found, more = [], [pid]
    while more:
        more = [child for child, parent in pairs if parent in more]
        found += more
    return found


def _is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def _wait_for(look, *, more_than: int, seconds: float = 30) -> list[int]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if len(found := look()) > more_than:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about")


def test_a_second_batch_beside_the_first_is_refused_and_no_lock_outlives_it(folder):
    path = schedule(folder, areas=["Fife"])
    place = Place(str(folder / "out"))
    with place.locked():
        done = cli("batch", path)
        assert done.returncode == 2
        assert "Another batch is writing to out" in done.stderr
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys, time; from cpstats.batch.places import Place\n"
         "with Place(sys.argv[1]).locked():\n print('held', flush=True); time.sleep(600)",
         str(folder / "out")], stdout=subprocess.PIPE,
    )  # fmt: skip
    holder.stdout.readline()
    with pytest.raises(CpstatsError, match="Another batch"):
        run(path)
    holder.kill()
    holder.wait()
    assert statuses(path) == ["made"]


def test_a_place_that_cannot_be_written_is_said_at_once(folder):
    (folder / "file").write_text("")
    path = schedule(folder, output="file/out")
    with pytest.raises(CannotWrite, match="Cannot write"):
        run(path)
    assert cli("batch", path).returncode == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts a small disk")
@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_full_disk_and_a_read_only_one_leave_the_old_reports_whole(folder, how):
    path = schedule(folder)
    out = folder / "out"
    out.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(out)], check=True)
    try:
        assert statuses(path) == ["made"] * 3
        old = files(out)
        notebook(folder / "small.ipynb", "Prose(['x' * 900_000])")
        if how == "read-only":
            subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
            with pytest.raises(CannotWrite, match=r"Cannot write.*Read-only"):
                run(path)
        else:
            found = run(path)
            assert {o.status for o in found.values()} == {"failed"}
            assert all("No space left" in o.why[0] for o in found.values())
        assert files(out) == old
        assert not list(out.glob(".*.part"))
    finally:
        subprocess.run(["umount", str(out)], check=True)


# Processes


def test_work_apart_gives_its_result_and_its_end():
    assert apart(sum, [1, 2], timeout=60) == 3
    with pytest.raises(TookTooLong):
        apart(time.sleep, 60, timeout=0.5)
    with pytest.raises(Died, match="3"):
        apart(os._exit, 3, timeout=60)


def test_many_at_once_do_not_meet():
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: apart(abs, -n, timeout=60), range(12))) == list(range(12))


def test_without_forking_the_same_pages_come(folder):
    path = schedule(folder, areas=["Fife"])
    run(path)
    forked = files(folder / "out")
    done = cli("batch", path, "--force", env={**os.environ, "CPSTATS_FORK": "0"})
    assert done.returncode == 0, done.stderr
    assert files(folder / "out") == forked


def test_the_annual_report_is_that_of_a_kernel_byte_for_byte(folder, dundee):
    kinds = ["html", "pdf", "docx", "xlsx", "ods"]
    path = schedule(folder, areas=["Dundee City"], notebooks=["annual"], formats=kinds)
    assert statuses(path) == ["made"]
    for kind in kinds:
        made = (folder / "out" / f"annual-dundee-city-2018-19.{kind}").read_bytes()
        assert made == dundee.with_suffix(f".{kind}").read_bytes(), kind


# What nobody may smuggle in


def test_hostile_text_is_text_everywhere(folder):
    hostile = '<script>alert(1)</script>=cmd|"/C calc"!A0'
    text = "[parameters]\nnote = '''" + hostile + "'''"
    notebook(
        folder / "small.ipynb", "import pandas as pd\nfrom cpstats.tables import Table\n"
        "Table(pd.DataFrame({'Note': [note, '=1+1']}), 'Notes')",
        parameters='area = "x"\nyear = "y"\nnote = ""',
    )  # fmt: skip
    path = schedule(folder, text, areas=["Fife"], formats=["html", "xlsx", "ods", "docx", "pdf"])
    assert statuses(path) == ["made"]
    page = (folder / "out" / f"{NAMES[1]}.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    import openpyxl

    book = openpyxl.load_workbook(folder / "out" / f"{NAMES[1]}.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize(
    ("text", "said"),
    [("recordz = 'x'\n", "Did you mean 'records'?"), ("data = 'none'\n", "data: ")],
    ids=["a wrong key", "no data"],
)
def test_what_stops_a_whole_batch_is_told_too(folder, text, said):
    path = schedule(folder, **({"data": None} if "data" in text else {}))
    path.write_text(text + path.read_text())
    says = 'import sys, os; print(os.environ[\\"CPSTATS_FAILED\\"], sys.stdin.read())'
    telling = f'{sys.executable} -c "{says}"'
    done = cli("batch", path, "--notify", telling)
    assert done.returncode == 2
    assert done.stdout.startswith("0 No report was made. The schedule has problems:")
    assert said in done.stdout
    assert cli("batch", path, "--dry-run", "--notify", telling).stdout == ""


def test_the_command_of_notify_sees_no_shell(folder):
    notebook(folder / "small.ipynb", "1 / 0")
    victim = folder / "victim"
    done = cli("batch", schedule(folder, areas=["Fife"]), "--notify", f"true; touch {victim}")
    assert done.returncode == 1
    assert not victim.exists()


# The list of reports


def test_the_list_narrows_and_is_accessible(folder, browser):
    from axe_playwright_python.sync_playwright import Axe

    path = schedule(folder, years=["2017-18", "2018-19"])
    notebook(folder / "small.ipynb", "assert (area, year) != ('Fife', '2017-18'), '<b>no</b>'")
    run(path)
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "out" / "index.html").as_uri())
    assert [url for url in asked if not url.startswith("file:")] == []
    rows = page.locator("tbody tr")
    assert rows.count() == 6
    # Which cell, and what kind of error: its words may be of a child.
    assert "AssertionError" in page.locator("pre").inner_text()
    for name in ("index.html", "summary.xml"):
        assert "no</b>" not in (folder / "out" / name).read_text(encoding="utf-8")
    page.get_by_label("Narrow the list").fill("fife 2018-19")
    visible = [row.inner_text() for row in rows.all() if row.is_visible()]
    assert len(visible) == 1
    assert "Fife" in visible[0]
    assert page.locator("#count").inner_text() == "1 of 6 reports"
    found = Axe().run(page)
    assert found.response["violations"] == []
    page.close()
