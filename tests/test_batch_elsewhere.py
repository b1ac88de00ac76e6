"""Reports made by a cluster, and kept behind an address: a real scheduler, workers and server."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from unittest.mock import Mock

import pytest
from made_batches import ROOT, files, notebook, schedule

from cpstats.batch import executors, plan, read_schedule, run_batch
from cpstats.batch.jobs import Outcome
from cpstats.batch.places import Place
from cpstats.errors import CannotRead, CannotWrite, CpstatsError


def statuses(path, **options) -> list[str]:
    return [o.status for o in run_batch(read_schedule(path), **options)]


# A cluster


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers on loopback, with nannies as clusters have them."""
    about = tmp_path / "scheduler.json"
    environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "True"}
    started = []

    def start(kind: str, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words, "--no-dashboard"]
        process = subprocess.Popen(
            [*command, "--scheduler-file", str(about)], env=environment, start_new_session=True,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    start("scheduler", "--host", "127.0.0.1", "--port", "0")
    end = time.monotonic() + 60
    while not about.exists() or not about.read_text():
        assert time.monotonic() < end, "no scheduler"
        time.sleep(0.1)
    place = tmp_path / "workers"
    workers = [
        start("worker", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(place))
        for _ in range(2)
    ]
    address = json.loads(about.read_text())["address"].removeprefix("tcp://")
    from distributed import Client

    with Client(f"tcp://{address}", set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    yield f"dask://{address}", workers
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_cluster_makes_the_same_reports_though_a_worker_is_killed(tmp_path, cluster):
    address, workers = cluster
    notebook(tmp_path / "small.ipynb", "import time; time.sleep(1)")
    years = ["2016-17", "2017-18", "2018-19"]
    path = schedule(tmp_path, years=years)
    assert statuses(path) == ["made"] * 9
    alone = files(tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    killed = []

    def kill_one(outcome) -> None:
        if not killed:
            killed.append(outcome.name)
            os.killpg(workers[0].pid, signal.SIGKILL)

    assert statuses(path, executor=address, told=kill_one) == ["made"] * 9
    assert killed
    assert files(tmp_path / "out") == alone
    assert statuses(path, executor=address) == ["up to date"] * 9


def test_a_cluster_that_loses_its_last_worker_makes_no_batch_wait(tmp_path, cluster, monkeypatch):
    address, workers = cluster
    monkeypatch.setattr(executors, "_PATIENCE", 3.0)
    notebook(tmp_path / "small.ipynb", "import time; time.sleep(1)")
    path = schedule(tmp_path, years=["2016-17", "2017-18", "2018-19"])

    def kill_all(outcome) -> None:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)

    found = run_batch(read_schedule(path), executor=address, told=kill_all)
    lost = {o.why for o in found if o.status != "made"}
    assert lost == {("The cluster has had no worker for 3 s.",)}
    assert any(o.status == "made" for o in found)
    # One may have been made whose worker could not say so any more; the next batch makes the rest.
    assert set(statuses(path)) == {"made", "up to date"}


class Losing:
    """A cluster whose worker dies once with what it made, as no test can time on a real one."""

    def __init__(self, *_, **__):
        self.asked = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, work):
        return {"tcp://one": work()}

    def nthreads(self):
        return {"tcp://one": 1}

    def submit(self, work, piece, *_, pure):
        future = Mock()  # done as often as it is asked
        future.result = partial(self.result, piece)
        return future

    def result(self, piece, timeout):
        assert timeout  # without one it waits for ever
        self.asked += 1
        if self.asked == 1:
            raise TimeoutError
        return [Outcome(job.name, "made") for job, _ in piece]


def test_what_dies_with_its_worker_is_asked_for_again(tmp_path, monkeypatch):
    monkeypatch.setattr("distributed.Client", Losing)
    notebook(tmp_path / "small.ipynb")
    found = run_batch(read_schedule(schedule(tmp_path)), executor="dask://one:1")
    assert [o.status for o in found] == ["made"] * 3


def test_a_cluster_that_is_not_there_is_said(tmp_path):
    notebook(tmp_path / "small.ipynb")
    with pytest.raises(CpstatsError, match=r"no dask scheduler at 127\.0\.0\.1:9"):
        statuses(schedule(tmp_path), executor="dask://127.0.0.1:9")


# An address


@pytest.fixture
def ftp(tmp_path):
    """An FTP server on loopback."""
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.servers import ThreadedFTPServer

    home = tmp_path / "server"
    home.mkdir()
    keys = DummyAuthorizer()
    keys.add_user("ann", "secret", str(home), perm="elradfmwMT")

    class Handler(FTPHandler):
        authorizer = keys

    server = ThreadedFTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield home, f"ftp://ann:secret@127.0.0.1:{server.address[1]}"
    server.close_all()
    thread.join(10)


def test_inputs_and_outputs_may_lie_behind_an_address(tmp_path, ftp):
    home, address = ftp
    skip = shutil.ignore_patterns("synthetic", "*.md")
    shutil.copytree(ROOT / "data", home / "data", ignore=skip)
    notebook(tmp_path / "small.ipynb")
    path = schedule(tmp_path, areas=["Fife", "Angus"], output=f"{address}/reports")
    assert statuses(path) == ["made"] * 2
    here = schedule(tmp_path, areas=["Fife", "Angus"])
    statuses(here)
    assert files(home / "reports") == files(tmp_path / "out")
    path = schedule(
        tmp_path, areas=["Fife", "Angus"], data=f"{address}/data", output=f"{address}/reports"
    )
    assert statuses(path) == ["up to date"] * 2
    (home / "reports" / "small-fife-2018-19.html").write_text("altered")
    assert statuses(path) == ["made", "up to date"]
    assert files(home / "reports") == files(tmp_path / "out")
    assert not list((home / "reports").glob("*.part"))
    for file in (home / "reports").iterdir():
        assert b"secret" not in file.read_bytes(), file.name


def test_a_folder_that_another_report_makes_at_the_same_moment_is_no_fault(ftp, monkeypatch):
    home, address = ftp
    place = Place(f"{address}/reports")
    monkeypatch.setattr(place._system, "makedirs", lambda *_, **__: (home / "reports").mkdir())
    place.write("a.html", b"one")
    place.write("b.html", b"two")  # now the folder is there, and making it fails
    assert (home / "reports" / "b.html").read_bytes() == b"two"
    with pytest.raises(CannotWrite):
        place.write("none/c.html", b"three")


def test_what_failed_and_what_is_older_is_taken_away_there_too(tmp_path, ftp):
    home, address = ftp
    out, name = f"{address}/reports", "small-fife-2018-19"
    notebook(tmp_path / "small.ipynb")
    both = schedule(tmp_path, areas=["Fife"], output=out, formats=["html", "xlsx"])
    assert statuses(both) == ["made"]
    notebook(tmp_path / "small.ipynb", "1 / 0")
    path = schedule(tmp_path, areas=["Fife", "Angus"], output=out)
    assert statuses(path, only=["*fife*"]) == ["failed"]
    kept = {file.name for file in (home / "reports" / "failed").iterdir()}
    assert kept == {f"{name}.ipynb", f"{name}.json"}
    assert statuses(path, only=["*angus*"]) == ["failed"]
    page = (home / "reports" / "index.html").read_text(encoding="utf-8")
    assert page.count("ZeroDivisionError") == 2
    notebook(tmp_path / "small.ipynb", "Prose(['new'])")
    assert statuses(path) == ["made"] * 2
    assert list((home / "reports" / "failed").iterdir()) == []
    held = {file.name for file in (home / "reports").glob("small-fife*")}
    assert held == {f"{name}.html", f"{name}.manifest.json"}


def test_what_cannot_be_reached_is_said_without_its_password(tmp_path, ftp):
    _, address = ftp
    notebook(tmp_path / "small.ipynb")
    (found,) = plan(read_schedule(schedule(tmp_path, areas=["Fife"], notebooks=["annual"],
                                           records=f"{address}/gone")))  # fmt: skip
    assert "nothing at ftp://127.0.0.1" in found.unreachable
    with pytest.raises(CannotRead, match="Cannot reach") as said:
        Place("ftp://ann:wrong-secret@127.0.0.1:9/x").stamps()
    assert "wrong-secret" not in str(said.value)
