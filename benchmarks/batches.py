"""Reports by the hundred, beside the plain ways; every side in one run, and as ratios.

python benchmarks/batches.py                # 32 reports for ours and the pool, 4 the plain way
python benchmarks/batches.py --plain 32     # all 32 the plain way too: minutes
python benchmarks/batches.py --many 320     # memory over many reports, and the check of them
python benchmarks/batches.py --cluster      # the same by one and by two dask workers on loopback

The plain way is papermill's and nbconvert's own commands, one after another. The pool is two
processes that have imported everything and run the same cells as plain Python functions, then our
exporter: the floor that an executor can come near and not pass.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "annual_self_evaluation.ipynb"
YEAR = "2018-19"
FORMATS = ["html", "pdf", "docx", "xlsx", "ods"]


def councils(count: int) -> list[str]:
    from cpstats import areas

    return [a.name for a in areas.every() if a.kind == "council"][:count]


def schedule(folder: Path, areas: list[str], formats: Sequence[str], years: Sequence[str]) -> Path:
    path = folder / "schedule.toml"
    keys = {"areas": areas, "years": [*years], "notebooks": ["annual"], "formats": [*formats],
            "output": str(folder / "out"), "data": str(ROOT / "data")}  # fmt: skip
    path.write_text("\n".join(f"{k} = {json.dumps(v)}" for k, v in keys.items()), encoding="utf-8")
    return path


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def batch(
    folder: Path, areas: list[str], *more: str, formats: Sequence[str] = ("html",),
    years: Sequence[str] = (YEAR,),
) -> None:  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    path = schedule(folder, areas, formats, years)
    how = more or ("--jobs", "2")
    command = [sys.executable, "-m", "cpstats", "batch", str(path), *how]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def plainly(folder: Path, areas: list[str]) -> None:
    """Run papermill's command, then nbconvert's, for one report after another."""
    beside = Path(sys.executable).parent
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    for area in areas:
        done = folder / "done.ipynb"
        given = ["-p", "area", area, "-p", "year", YEAR]
        subprocess.run([beside / "papermill", NOTEBOOK, done, *given], **quiet, cwd=ROOT)
        subprocess.run([beside / "jupyter", "nbconvert", "--to", "cpstats-html", done], **quiet)


def ready() -> None:
    from cpstats.batch.warming import warm

    warm({"data": str(ROOT / "data")})


def html_of(shown: object) -> str:
    """Give what a cell shows: a piece of a page, a chart, or several."""
    if isinstance(shown, list):
        return "".join(map(html_of, shown))
    chart = getattr(shown, "html", None)
    show = chart if callable(chart) else getattr(shown, "_repr_html_", None)
    return str(show()) if show else ""


def as_functions(area: str) -> int:
    """Run the cells of the notebook as plain Python, and export what they show."""
    from cpstats.export import page_exporter

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    names: dict[str, object] = {}
    for place, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        *lines, last = cell.source.rstrip().splitlines()
        if place == 0:
            exec(cell.source, names)
            names["area"], names["year"] = area, YEAR
        elif last.startswith("cp.annual."):
            data = {"text/html": html_of(eval("\n".join([*lines, last]), names))}
            cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
        else:
            exec(cell.source, names)
    notebook.metadata["title"] = area
    page, _ = page_exporter().from_notebook_node(notebook)
    return len(page)


def pooled(areas: list[str]) -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=ready) as pool:
        assert all(size > 100_000 for size in pool.map(as_functions, areas))


class Memory(threading.Thread):
    """Watch what the processes under this one hold: the most at once, and the most of any."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.going, self.most, self.each = True, 0.0, []

    def run(self) -> None:
        import psutil

        own = psutil.Process()
        while self.going:
            held = []
            for child in own.children(recursive=True):
                try:
                    held.append(child.memory_full_info().uss / 2**20)
                except psutil.Error:
                    continue
            self.most = max(self.most, sum(held))
            self.each.append(max(held, default=0.0))
            time.sleep(0.2)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--reports", type=int, default=32)
    asked.add_argument("--plain", type=int, default=4)
    asked.add_argument("--many", type=int, default=0)
    asked.add_argument("--cluster", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if given.cluster:
            on_clusters(Path(name), given.reports)
        elif given.many:
            over_many(Path(name), given.many)
        else:
            side_by_side(Path(name), given.reports, given.plain)


def side_by_side(folder: Path, reports: int, plain: int) -> None:
    areas = councils(reports)
    ours = timed(lambda: batch(folder, areas))
    pool = timed(lambda: pooled(areas))
    again = timed(lambda: batch(folder, areas))
    five = timed(lambda: batch(folder / "all", areas, formats=FORMATS))
    alone = timed(lambda: plainly(folder, areas[:plain])) / plain * reports
    said = f" (from {plain})" if plain < reports else ""
    print(f"{reports} reports, two cores")
    print(f"papermill and nbconvert commands in turn  {alone:7.1f} s{said}")
    print(
        f"cpstats batch, HTML                       {ours:7.1f} s  {alone / ours:.1f} times faster"
    )
    print(f"pool of two, plain functions              {pool:7.1f} s  ours takes {ours / pool:.2f}")
    print(f"cpstats batch, five formats               {five:7.1f} s  {five / ours:.2f} of HTML")
    print(f"cpstats batch, all up to date             {again:7.1f} s")


def on_clusters(folder: Path, reports: int) -> None:
    from distributed import LocalCluster

    areas = councils(reports)
    for jobs in (1, 2):
        alone = timed(lambda n=jobs: batch(folder / f"alone{n}", areas, "--jobs", str(n)))
        began = time.perf_counter()
        with LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None) as cluster:
            address = cluster.scheduler_address.removeprefix("tcp://")
            start = time.perf_counter() - began
            where = folder / f"cluster{jobs}"
            taken = timed(
                lambda: batch(where, areas, "--executor", f"dask://{address}")  # noqa: B023
            )
        print(f"{reports} reports, {jobs} at once: processes {alone:.1f} s; dask {taken:.1f} s, "
              f"and {start:.1f} s to start it")  # fmt: skip


def over_many(folder: Path, reports: int) -> None:
    years = [f"{y}-{(y + 1) % 100:02d}" for y in range(2019 - max(1, reports // 32), 2019)]
    memory = Memory()
    memory.start()
    taken = timed(lambda: batch(folder, councils(32), years=years))
    memory.going = False
    memory.join()
    tenth = max(1, len(memory.each) // 10)
    early, late = max(memory.each[:tenth]), max(memory.each[-tenth:])
    check = timed(lambda: batch(folder, councils(32), years=years))
    print(f"{32 * len(years)} reports in {taken:.0f} s; checked again in {check:.1f} s")
    print(f"most memory at once {memory.most:.0f} MiB; most of one process in the first tenth of "
          f"the time {early:.0f} MiB, in the last {late:.0f} MiB")  # fmt: skip


if __name__ == "__main__":
    main()
