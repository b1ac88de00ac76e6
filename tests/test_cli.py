"""The command line, as a newcomer types it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, edit

COMMAND = [sys.executable, "-m", "cpstats"]


def cpstats(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, cwd=cwd, timeout=120, check=False
    )


def test_rates_as_csv_have_everything():
    done = cpstats(
        "rates", "--indicator", "register_rate", "--area", "dundee", "--year", "2018/19",
        "--format", "csv",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert float(row["numerator"]) == 91
    assert float(row["denominator"]) == 24016
    assert row["start"] == "2018-08-01"
    assert "Table 2.4" in row["source"]


def test_rates_as_json_keep_missing_apart_from_zero():
    done = cpstats(
        "rates", "--indicator", "register_rate", "--area", "Orkney", "--year", "2015-16",
        "--format", "json",
    )  # fmt: skip
    (row,) = json.loads(done.stdout)
    assert row["value"] is None
    assert row["mark"] == "[c]"


def test_rates_as_a_table_show_the_mark_in_place_of_the_value():
    done = cpstats("rates", "--indicator", "register_rate", "--area", "Orkney", "--year", "2015-16")
    assert "[c]" in done.stdout


def test_a_breakdown_is_printed():
    done = cpstats(
        "rates", "--indicator", "register_rate_by_age", "--by", "age_band", "--year", "2018-19",
        "--format", "csv",
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [r["age_band"] for r in rows] == ["0-4", "5-10", "11-15", "16+"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rates", "--indicator", "register_rat"], "register_rate"),
        (["rates", "--indicator", "register_rate", "--area", "Fyfe"], "Fife"),
        (["rates", "--indicator", "register_rate", "--year", "2030-31"], "2023-24"),
        (["rates", "--indicator", "register_rate", "--year", "2018-20"], "2018-19"),
        (["rates", "--indicator", "register_rate_by_age", "--by", "age"], "age_band"),
        (["rates", "--indicator", "register_rate", "--format", "xml"], "csv"),
        (["report", "annual", "--area", "Dundeee", "--year", "2018-19"], "Dundee City"),
        (["report", "annual", "--area", "Dundee", "--year", "2030-31"], "2023-24"),
        (["report", "annual", "--area", "Dundee", "--yaer", "2018-19"], "--year"),
        (["report", "annual", "--area", "Dundee"], "--year"),
        (["report", "anual"], "annual"),
        (["rate"], "rates"),
    ],
)
def test_a_wrong_word_ends_with_2_and_one_message_with_the_nearest(words, said):
    done = cpstats(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_bad_data_end_with_1_and_every_problem(package):
    row = "S12000042,Dundee City,2018-19,census date,2019-07-31,children_on_register,91,"
    edit(package, "register_by_council", row, row.replace(",91,", ",many,"))
    for words in (["data", "check"], ["rates", "--indicator", "register_rate"], ["data", "seal"]):
        done = cpstats(*words, "--data", str(package))
        assert done.returncode == 1
        assert "register_by_council.csv, line" in done.stderr
        assert "'many'" in done.stderr
        assert "Traceback" not in done.stderr


def test_data_check_finds_the_package_right():
    done = cpstats("data", "check")
    assert done.returncode == 0
    assert "21 tables checked, no problems." in done.stdout


def test_areas_and_indicators_are_listed():
    assert "S12000042" in cpstats("areas").stdout
    listed = json.loads(cpstats("indicators", "--format", "json").stdout)
    assert "register_rate" in {row["indicator"] for row in listed}
    assert "register_rate" in cpstats("indicators").stdout


def test_a_report_prints_its_path_and_nothing_else(tmp_path):
    done = cpstats(
        "report", "annual", "--area", "Fife", "--year", "2018-19", "--output",
        str(tmp_path / "fife.html"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path / 'fife.html'}\n"
    assert done.stderr == ""
    assert "Fife: child protection self-evaluation" in (tmp_path / "fife.html").read_text()


def test_a_page_that_cannot_be_written_ends_with_1(tmp_path):
    (tmp_path / "file").write_text("")
    place = str(tmp_path / "file" / "page.html")
    done = cpstats("report", "annual", "--area", "Fife", "--year", "2018-19", "--output", place)
    assert done.returncode == 1
    assert "Cannot write" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_command_and_option_has_help():
    import typer.main

    from cpstats.cli import app

    def walk(command, name="cpstats"):
        assert command.help, f"{name} has no help"
        for parameter in command.params:
            if parameter.name != "help":
                assert getattr(parameter, "help", None), f"{name} {parameter.name} has no help"
        for key, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{name} {key}")

    walk(typer.main.get_command(app))
