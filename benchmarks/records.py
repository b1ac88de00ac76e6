"""Linking child-level records: time and memory, side by side with code written by hand.

python benchmarks/records.py [ROWS ...]    100,000, a million and ten million unless told

Whole processes take turns, so that a busy moment of the machine meets all. Every answer must be the
same. Records are SYNTHETIC and made for the occasion.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import made_records

HERE = Path(__file__).parent
#: Each with the peer it is held against, and the most rows it is tried with.
RUNNERS = {
    "duckdb": ("sql", 50_000_000),
    "sql": ("", 50_000_000),
    "pandas": ("by-hand", 10_000_000),
    "by-hand": ("", 10_000_000),
    "spark": ("sql", 1_000_000),
}
NAMES = {
    "duckdb": "cpstats on DuckDB", "sql": "SQL by hand, DuckDB", "pandas": "cpstats on pandas",
    "by-hand": "pandas by hand", "spark": "cpstats on Spark, local",
}  # fmt: skip


def run(who: str, folder: Path) -> tuple[float, float, float, str]:
    """Give wall seconds, processor seconds, peak MiB and the answer of one whole process."""
    began = time.perf_counter()
    command = [sys.executable, str(HERE / "linking.py"), who, str(folder)]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors, cwd=HERE.parent)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        out.seek(0), errors.seek(0)
        if status:
            raise SystemExit(f"{who} failed:\n{errors.read()[-2000:]}")
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read()


def measured(rows: int, folder: Path) -> dict[str, tuple[float, float, float]]:
    """Time everyone on one record set, in turns; the least of each."""
    runners = [who for who, (_, most) in RUNNERS.items() if rows <= most]
    runners = [who for who in runners if who != "spark" or shutil.which("java")]
    best: dict[str, tuple[float, float, float]] = {}
    answers = {}
    for turn in range(3 if rows <= 1_000_000 else 2):
        for who in runners:
            if who == "spark" and turn:
                continue
            *figures, answers[who] = run(who, folder)
            known = best.get(who, (math.inf,) * 3)
            best[who] = tuple(map(min, known, figures))  # type: ignore[assignment]
    if len(set(answers.values())) != 1:
        raise SystemExit(f"The answers differ for {rows:,} registrations: {answers}")
    return best


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [100_000, 1_000_000, 10_000_000]
    before: dict[str, tuple[int, float]] = {}
    print("| registrations | who | seconds | processor | peak MiB | to by hand | slope |")
    print("|---:|---|---:|---:|---:|---:|---:|")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            best = measured(rows, made_records.write(Path(temporary) / "set", rows))
        for who, (wall, used, peak) in best.items():
            if who == "spark":  # another process, whose use is not in this one's account
                print(f"| {rows:,} | {NAMES[who]} | {wall:.1f} | | | | |", flush=True)
                continue
            peer = RUNNERS[who][0]
            ratio = f"{used / best[peer][1]:.1f}" if peer in best else ""
            slope = ""
            if who in before:
                small, then = before[who]
                slope = f"{math.log(used / then) / math.log(rows / small):.2f}"
            before[who] = rows, used
            cells = f"{wall:.1f} | {used:.1f} | {peak:,.0f} | {ratio} | {slope}"
            print(f"| {rows:,} | {NAMES[who]} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
