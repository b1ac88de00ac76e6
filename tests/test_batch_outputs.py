"""What a batch leaves behind: lists that are true, no secret in any file, and nothing that runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import nbformat
import pytest
from made_batches import ROOT, notebook, schedule

from cpstats.batch import executors, plan, read_schedule, run_batch
from cpstats.batch.jobs import Job, title
from cpstats.batch.manifests import ENDING, read_manifest
from cpstats.outputs.whereabouts import names_of, shown, told, without_whereabouts
from cpstats.running import _verdict

FIFE = "small-fife-2018-19"
ANGUS = "small-angus-2018-19"
#: Takes an address and a folder, and says both on its page.
OPEN = 'area = "x"\nyear = "y"\nrecords = ""\nfar = ""\nrestricted = False\n'
SAYS = "print(records, far)\nProse([far, records])"
ADDRESS = "ftp://ann:wOrd7word@127.0.0.1:9/x?sig=k3y"


@pytest.fixture
def folder(tmp_path):
    notebook(tmp_path / "small.ipynb")
    return tmp_path


def run(path, **options) -> dict[str, str]:
    return {o.name: o.status for o in run_batch(read_schedule(path), **options)}


def cli(*words: object, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "cpstats", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def the_list(folder: Path) -> dict[str, str]:
    """The rows of the list of reports, by what they are headed."""
    page = (folder / "out" / "index.html").read_text(encoding="utf-8")
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    return {row.split("</th>")[0].removeprefix('<th scope="row">'): row for row in rows}


def row(folder: Path, area: str) -> str:
    (found,) = [r for r in the_list(folder).values() if f"<td>{area}</td>" in r]
    return found


def told_nowhere(folder: Path, *secrets: str) -> None:
    """No file that a batch left says any of these; archives are opened."""
    for file in (folder / "out").rglob("*"):
        if file.is_file():
            texts = [file.read_bytes()]
            if zipfile.is_zipfile(file):
                archive = zipfile.ZipFile(file)
                texts += [archive.read(name) for name in archive.namelist()]
            for secret in secrets:
                assert not any(secret.encode() in text for text in texts), (file.name, secret)


# Secrets and whereabouts


@pytest.mark.parametrize("how", ["public", "committee", "failed"])
def test_no_output_tells_a_password_or_where_a_folder_lies(folder, how):
    (folder / "deep" / "recs").mkdir(parents=True)
    fails = [
        "import sys\nprint(f'{far} \\x1b[31m{records}', file=sys.stderr)",
        "from urllib.parse import urlsplit\n"
        "raise ValueError(f'{urlsplit(far)} {far} {records} ' + __import__('os').getcwd())",
    ]
    notebook(folder / "small.ipynb", SAYS, *(fails if how == "failed" else []), parameters=OPEN)
    path = schedule(
        folder, f"[parameters]\nfar = '{ADDRESS}'", areas=["Fife"], records="deep/recs",
        formats=["html", "docx", "xlsx"], audience="public" if how == "failed" else how,
    )  # fmt: skip
    name = f"{FIFE}-RESTRICTED" if how == "committee" else FIFE
    assert run(path) == {name: "failed" if how == "failed" else "made"}
    told_nowhere(folder, "wOrd7word", "k3y", str(folder), f"{Path.home()}/", str(ROOT), "deep")
    if how == "public":
        return
    kept = folder / "out" / (f"failed/{name}.ipynb" if how == "failed" else f"{name}.ipynb")
    read = nbformat.read(kept, as_version=4)
    nbformat.validate(read)
    assert read.cells[0].source.startswith("RESTRICTED")
    assert 'records = "recs"' in kept.read_text(encoding="utf-8").replace('\\"', '"')
    if how == "failed":
        assert "ValueError" in kept.read_text(encoding="utf-8")
        assert "SplitResult(scheme='ftp'" in kept.read_text(encoding="utf-8")


def test_a_restricted_report_made_alone_keeps_no_path_either(tmp_path):
    from cpstats.running import Asked
    from cpstats.running import run as make

    path = notebook(tmp_path / "small.ipynb", SAYS, parameters=OPEN)
    (tmp_path / "deep" / "recs").mkdir(parents=True)
    given = {"area": "Fife", "year": "2018-19", "records": str(tmp_path / "deep" / "recs"),
             "far": ADDRESS, "restricted": True}  # fmt: skip
    made = make(Asked(path, given, tmp_path / "out" / "r.html", "Fife", ROOT / "data", keep=True))
    assert {file.name for file in made.files} == {"r.html", "r.ipynb"}
    told_nowhere(tmp_path, "wOrd7word", "k3y", str(tmp_path))


def test_what_is_told_of_addresses_and_folders(tmp_path):
    assert shown("ftp://ann:se/cr?et@host/x?k=1") == "ftp://host/x"
    assert shown("http://host:80/a@b") == "http://host:80/a@b"
    assert without_whereabouts("see https://host/@a, ftp://u:p@h/z") == (
        "see https://host/@a, ftp://h/z"
    )
    names = names_of({"a": [str(tmp_path), "ftp://u:p%40ssword@h/z", "/no/such/place", "a/b"]})
    assert names == {
        str(tmp_path): tmp_path.name, "ftp://u:p%40ssword@h/z": "ftp://h/z",
        "p%40ssword": "...", "p@ssword": "...",
    }  # fmt: skip
    picture = f";base64,AA{tmp_path}/BB"
    said = without_whereabouts(f"\x1b[32m{tmp_path}/x.py {picture}' {tmp_path}y", names)
    assert said == f"\x1b[32m{tmp_path.name}/x.py {picture}' {without_whereabouts(f'{tmp_path}y')}"
    (tmp_path / "link").symlink_to(tmp_path)
    assert set(names_of(str(tmp_path / "link"))) == {str(tmp_path / "link"), str(tmp_path)}
    home = str(Path.home())
    assert told({"a": [f"{home}/x", "see ftp://u:p@h/z"], "b": 3}) == {
        "a": ["~/x", "see ftp://h/z"], "b": 3,
    }  # fmt: skip


def test_a_manifest_tells_no_secret_that_stands_inside_a_parameter(folder):
    notebook(folder / "small.ipynb", parameters='area = ""\nyear = ""\nnote = ""\nplaces = []')
    text = f"[parameters]\nnote = 'see ftp://ann:pw@h/x and {Path.home()}/x'\n"
    path = schedule(folder, text + f"places = ['{ADDRESS}']", areas=["Fife"])
    assert run(path) == {FIFE: "made"}
    told_nowhere(folder, "ann:", "wOrd7word", f"{Path.home()}/")
    assert run(path) == {FIFE: "up to date"}


# The list


FAILS = "if area == 'Fife':\n    1 / 0"


def test_the_list_keeps_failures_of_reports_that_are_not_chosen(folder):
    path = schedule(folder, areas=["Fife", "Angus"])
    notebook(folder / "small.ipynb", FAILS)
    run(path)
    assert "failed" in row(folder, "Fife")
    assert run(path, only=["*angus*"]) == {ANGUS: "up to date"}
    assert "failed" in row(folder, "Fife")
    assert "ZeroDivisionError" in row(folder, "Fife")
    assert "2018-19" in row(folder, "Fife")
    # The summary is of this run alone.
    suite = ET.parse(folder / "out" / "summary.xml").getroot()
    assert [case.get("name") for case in suite.iter("testcase")] == [ANGUS]


def test_the_list_calls_a_report_that_was_never_made_by_its_title(folder):
    notebook(folder / "small.ipynb", FAILS)
    run(schedule(folder, areas=["Fife"]))
    assert "small Fife 2018-19" in the_list(folder)
    job = Job("annual-fife-2018-19", "annual", {}, {}, (), "", "", area="Fife", period="2018-19")
    assert title(job) == "Fife: child protection self-evaluation, 2018-19"
    assert title(replace(job, kind="reproduction")) == ""


@pytest.mark.parametrize(("hidden", "said"), [(1, "1 figure"), (93, "93 figures")])
def test_the_verdict_of_disclosure_control_is_plain(hidden, said):
    policy = SimpleNamespace(name="Small hidden")
    release = SimpleNamespace(decisions=[0] * hidden, policy=policy, bounded=0)
    verdict = _verdict(SimpleNamespace(release=release), restricted=False, given=True)
    assert verdict == f"passed; {said} hidden; policy: Small hidden"
    release.bounded = 2
    verdict = _verdict(SimpleNamespace(release=release), restricted=False, given=True)
    assert verdict.endswith("; 2 are bounded more closely by what is public or left before")


def test_what_failed_is_forgotten_once_it_is_made(folder):
    path = schedule(folder, areas=["Fife"])
    run(path)
    notebook(folder / "small.ipynb", FAILS)
    assert run(path) == {FIFE: "failed"}
    assert "failed; the one made before stands" in row(folder, "Fife")
    aside = folder / "out" / "failed"
    assert sorted(p.name for p in aside.iterdir()) == [f"{FIFE}.ipynb", f"{FIFE}.json"]
    assert aside.stat().st_mode & 0o077 == 0
    notebook(folder / "small.ipynb")
    assert run(path) == {FIFE: "up to date"}  # it is again what it was made from
    assert list(aside.iterdir()) == []
    assert "failed" not in row(folder, "Fife")


def test_a_failure_that_left_no_notebook_takes_an_older_one_away(folder):
    path = schedule(folder, areas=["Fife"])
    notebook(folder / "small.ipynb", FAILS)
    run(path)
    notebook(folder / "small.ipynb", "import os; os._exit(3)")
    assert run(path, retries=0) == {FIFE: "died"}
    assert [p.name for p in (folder / "out" / "failed").iterdir()] == [f"{FIFE}.json"]
    (folder / "out" / "failed" / f"{FIFE}.json").write_text('{"name": ["x"]}')
    (folder / "out" / "failed" / "other.json").write_text("[" * 100_000)
    run(schedule(folder, areas=["Angus"]), retries=0)
    assert "cannot be read" in the_list(folder)[FIFE]
    assert "cannot be read" in the_list(folder)["other"]


def test_reports_of_no_job_are_said_to_be_of_none(folder):
    run(schedule(folder, areas=["Fife", "Angus"]))
    notebook(folder / "small.ipynb", FAILS)
    run(schedule(folder, areas=["Fife", "Angus"]))
    run(schedule(folder, areas=["Angus"]))
    assert "failed; the one made before stands; not in schedule.toml" in row(folder, "Fife")
    assert f'href="{FIFE}.html"' in row(folder, "Fife")
    assert "not in" not in row(folder, "Angus")
    assert (folder / "out" / f"{FIFE}.html").exists()


def test_the_list_says_for_whom_a_report_is_and_what_disclosure_control_said(folder):
    notebook(folder / "small.ipynb", parameters=OPEN)
    run(schedule(folder, areas=["Fife"], audience="committee"))
    run(schedule(folder, areas=["Angus"]))
    fife, angus = row(folder, "Fife"), row(folder, "Angus")
    assert '<th scope="row">RESTRICTED: small Fife 2018-19</th>' in fife
    assert '<td class="bad">committee</td>' in fife
    assert 'aria-label="RESTRICTED: small Fife 2018-19 (html)"' in fife
    assert "restricted: for the committee alone, nothing hidden" in fife
    assert "<td>public</td>" in angus
    assert "RESTRICTED" not in angus
    assert "published figures alone: nothing to protect" in angus


def tampered(folder: Path, **changed: object) -> dict:
    """Write another manifest beside a report."""
    file = folder / "out" / f"{FIFE}{ENDING}"
    entry = json.loads(file.read_bytes()) | changed
    file.write_text(json.dumps(entry), encoding="utf-8")
    return entry


HASH = {"sha256": "0"}


@pytest.mark.parametrize(
    "changed",
    [
        {"outputs": {"//evil.example/x.html": HASH}},
        {"outputs": {"../../x.html": HASH}},
        {"outputs": {"javascript:alert(1).html": HASH}},
        {"outputs": {f"{ANGUS}.html": HASH}},
        {"outputs": {f"{FIFE}.html": {"sha256": 1}}},
        {"older": {"../x.html": HASH}},
        {"name": ANGUS},
        {"name": "//evil.example/x"},
        {"title": ["x"]},
        {"area": {}},
        {"formats": "html"},
        {"from": {"inputs": {"a": 1}}},
        {"from": {"inputs": {}, "packages": []}},
    ],
)
def test_a_manifest_that_somebody_wrote_is_none(changed):
    entry = {"name": FIFE, "formats": ["html"], "outputs": {f"{FIFE}.html": HASH},
             "from": {"inputs": {}}}  # fmt: skip
    assert read_manifest(json.dumps(entry).encode(), f"{FIFE}{ENDING}") == entry
    assert read_manifest(json.dumps(entry | changed).encode(), f"{FIFE}{ENDING}") is None


def test_the_list_links_nothing_but_files_that_are_there(folder):
    run(schedule(folder, areas=["Fife"]))
    tampered(folder, outputs={"//evil.example/x.html": HASH})
    path = schedule(folder, areas=["Angus"])
    (folder / "out" / f"javascript:alert(1){ENDING}").write_text("[" * 100_000)
    run(path)
    page = (folder / "out" / "index.html").read_text(encoding="utf-8")
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert links == [f"{ANGUS}.html", f"{ANGUS}{ENDING}"]
    assert "Its manifest cannot be read." in the_list(folder)[FIFE]
    assert "Its manifest cannot be read." in the_list(folder)["javascript:alert(1)"]
    (folder / "out" / f"{ANGUS}.html").unlink()
    notebook(folder / "small.ipynb", "1 / 0")
    run(path)
    assert f"{ANGUS}.html is gone" in row(folder, "Angus")
    assert f'href="{ANGUS}.html"' not in row(folder, "Angus")


# Files of before


def test_formats_that_are_no_longer_made_do_not_stand_beside_a_newer_page(folder):
    path = schedule(folder, areas=["Fife"], formats=["html", "xlsx", "ods"])
    run(path)
    out = folder / "out"
    path = schedule(folder, areas=["Fife"])
    assert run(path) == {FIFE: "up to date"}
    assert (out / f"{FIFE}.xlsx").exists()  # all of one making, so all of them true
    (out / f"{FIFE}.ods").write_text("with notes of my own")
    (out / f"{FIFE}.txt").write_text("not ours")
    assert run(path) == {FIFE: "made"}
    held = sorted(p.name for p in out.glob("small-*"))
    assert held == [f"{FIFE}.html", f"{FIFE}{ENDING}", f"{FIFE}.ods", f"{FIFE}.txt"]
    assert f"{FIFE}.ods is older than this report" in row(folder, "Fife")
    assert f'href="{FIFE}.ods"' not in row(folder, "Fife")
    assert run(path, force=True) == {FIFE: "made"}
    assert f"{FIFE}.ods is older than this report" in row(folder, "Fife")
    assert run(schedule(folder, areas=["Fife"], formats=["html", "ods"])) == {FIFE: "made"}
    assert "older" not in row(folder, "Fife")


def test_a_crash_before_the_manifest_was_written_is_seen_and_mended(folder):
    path = schedule(folder, areas=["Fife"], formats=["html", "docx"])
    run(path)
    out = folder / "out"
    before = {p.name: p.read_bytes() for p in out.glob("small-*")}
    notebook(folder / "small.ipynb", "Prose(['new'])")
    run(path)
    after = {p.name: p.read_bytes() for p in out.glob("small-*")}
    notebook(folder / "small.ipynb")  # so that the notebook is no reason
    for crashed in ({f"{FIFE}.html"}, {f"{FIFE}.html", f"{FIFE}.docx"}):
        for name, content in before.items():
            (out / name).write_bytes(after[name] if name in crashed else content)
        (found,) = plan(read_schedule(path))
        assert set(found.why) == {f"{name} was altered" for name in crashed}
        assert run(path) == {FIFE: "made"}
        assert all((out / n).read_bytes() == c for n, c in before.items() if ENDING not in n)
    (out / f"{FIFE}{ENDING}").unlink()
    assert [p.why for p in plan(read_schedule(path))] == [("not made yet",)]


# Processes and temporary files


#: So long that no other test, nor another worker of the tests, waits for the same.
SECONDS = f"9{os.getpid()}"
SLEEPER = f"""\
import pathlib, subprocess, tempfile, time
pathlib.Path(tempfile.mkdtemp(prefix="cpstats-"), "x").write_text("of a child")
subprocess.Popen("sleep {SECONDS}1 & exit", shell=True)
subprocess.Popen(["sleep", "{SECONDS}"], start_new_session=True)
time.sleep({SECONDS})"""


def running(*words: str) -> list[str]:
    """The processes whose commands hold any of the words."""
    listed = subprocess.run(["ps", "axww"], capture_output=True, text=True).stdout.splitlines()
    return [line for line in listed if any(word in line for word in words)]


@pytest.mark.skipif(os.name != "posix", reason="lists processes with ps")
@pytest.mark.parametrize("fork", ["1", "0"])
def test_a_hanging_report_leaves_no_process_and_no_temporary_file(folder, fork):
    notebook(folder / "small.ipynb", SLEEPER)
    (folder / "tmp").mkdir()
    done = cli(
        "batch", schedule(folder, areas=["Fife"]), "--timeout", 9, "--retries", 0,
        env={**os.environ, "CPSTATS_FORK": fork, "TMPDIR": str(folder / "tmp")},
    )  # fmt: skip
    assert "longer than 9 s" in done.stderr
    assert list((folder / "tmp").iterdir()) == []
    assert running(f"sleep {SECONDS}", str(folder)) == []


@pytest.mark.skipif(os.name != "posix", reason="lists processes with ps")
@pytest.mark.parametrize("fork", ["1", "0"])
def test_a_batch_that_is_killed_leaves_no_process_and_no_temporary_file(folder, fork):
    notebook(folder / "small.ipynb", SLEEPER)
    (folder / "tmp").mkdir()
    batch = subprocess.Popen(
        [sys.executable, "-m", "cpstats", "batch", str(schedule(folder, areas=["Fife"]))],
        env={**os.environ, "CPSTATS_FORK": fork, "TMPDIR": str(folder / "tmp")},
    )  # fmt: skip
    wait_until(lambda: len(running(f"sleep {SECONDS}")) > 1)
    time.sleep(0.5)
    batch.kill()
    batch.wait()
    wait_until(lambda: not running(f"sleep {SECONDS}"))
    wait_until(lambda: not list((folder / "tmp").iterdir()))


@pytest.mark.skipif(os.name != "posix", reason="sockets of a name")
def test_a_deep_place_for_temporary_files_is_none_too_deep(folder):
    deep = folder / "t" / ("deep" * 25)
    deep.mkdir(parents=True)
    path = schedule(folder, areas=["Fife", "Angus"])
    done = cli("batch", path, "--jobs", 2, env={**os.environ, "TMPDIR": str(deep)})
    assert done.returncode == 0, done.stderr
    assert list(deep.iterdir()) == []


def test_a_process_that_cannot_be_started_is_the_fault_of_one_report(folder, monkeypatch):
    full = OSError(28, "No space left on device")
    for error, said in ((full, "No space left on device"), (OSError("too long"), "too long")):

        def refuses(*_, error=error, **how):
            raise error

        monkeypatch.setattr(executors, "apart", refuses)
        (found,) = run_batch(read_schedule(schedule(folder, areas=["Fife"])))
        assert found.status == "failed"
        assert f"could not be started: {said}." in found.why[0]


def wait_until(look, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


# What nobody may smuggle in


def test_codes_and_marks_in_parameters_and_errors_stay_words(folder):
    hostile = "<script>alert(1)</script>\\u001b[31mred\\u009b2J\\nmade: all of them\\u202e"
    raises = "import cpstats.errors\nraise cpstats.errors.CpstatsError(note)"
    path = schedule(folder, f'[parameters]\nnote = "{hostile}"', areas=["Fife", "Angus"])
    notebook(folder / "small.ipynb", parameters='area = ""\nyear = ""\nnote = ""')
    run(schedule(folder, "[parameters]\nnote = 'x'", areas=["Fife", "Angus"]))
    path = schedule(folder, f'[parameters]\nnote = "{hostile}"', areas=["Fife", "Angus"])
    planned = cli("batch", path, "--dry-run")
    notebook(folder / "small.ipynb", f"if area == 'Fife':\n    {raises.replace(chr(10), '; ')}",
             parameters='area = ""\nyear = ""\nnote = ""')  # fmt: skip
    done = cli(
        "batch", path, "--notify", f"{sys.executable} -c 'import sys; print(sys.stdin.read())'"
    )
    assert done.returncode == 1
    for said in (done.stderr, done.stdout, planned.stdout):
        assert not set(said) & {"\x1b", "\x9b", "\u202e", "\r"}
        assert "?[31mred" in said
        assert not any(line.startswith("made: all") for line in said.splitlines())
    page = (folder / "out" / "index.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    suite = (folder / "out" / "summary.xml").read_text(encoding="utf-8")
    assert "<script" not in suite
    assert "\x1b" not in suite
    assert "?[31mred" in ET.fromstring(suite).find(".//failure").text
    wrong = cli("batch", schedule(folder, '"\\u001b[31mkey" = 1', areas=["Fife"]))
    assert wrong.returncode == 2
    assert "\x1b" not in wrong.stderr


def test_a_wrong_parameter_is_said_without_its_password(folder):
    path = schedule(folder, f"[parameters]\nlimit = '{ADDRESS}'", areas=["Fife"])
    done = cli("batch", path)
    assert done.returncode == 2
    assert "limit" in done.stderr
    assert "wOrd7word" not in done.stderr


@pytest.mark.parametrize("fork", ["1", "0"])
def test_what_a_cells_own_programs_say_reaches_no_log(folder, fork):
    said = "import os\nos.system('echo Ann Other; echo Ann Other >&2')\nos.write(2, b'Ann Other')"
    notebook(folder / "small.ipynb", said, "1 / 0")
    done = cli("batch", schedule(folder, areas=["Fife"]), env={**os.environ, "CPSTATS_FORK": fork})
    assert "ZeroDivisionError" in done.stderr + done.stdout
    assert "Ann Other" not in done.stderr + done.stdout
