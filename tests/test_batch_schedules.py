"""Schedules: read whole, or refused with everything that is wrong in them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from made_batches import ROOT, notebook, schedule

from cpstats import areas
from cpstats.batch import fingerprints, plan, read_schedule
from cpstats.batch.manifests import changes
from cpstats.batch.places import shown
from cpstats.errors import BadSchedule, CpstatsError, UnknownName
from cpstats.notebooks import NOTEBOOKS, check_parameters, declared, find_notebook


@pytest.fixture
def folder(tmp_path):
    notebook(tmp_path / "small.ipynb")
    return tmp_path


def names(path) -> list[str]:
    return [job.name for job in read_schedule(path).jobs]


def test_a_schedule_is_a_report_for_each_area_and_year(folder):
    path = schedule(folder, areas=["dundee", "S12000015"], years=["2017-18", "2018/19"])
    assert names(path) == [
        "small-dundee-city-2017-18", "small-dundee-city-2018-19",
        "small-fife-2017-18", "small-fife-2018-19",
    ]  # fmt: skip


def test_councils_and_years_can_be_all_of_them(folder):
    many = read_schedule(schedule(folder, areas=["all councils"], years=["all"])).jobs
    councils = [a.name for a in areas.every() if a.kind == "council"]
    assert list(dict.fromkeys(job.area for job in many)) == councils
    assert len({job.period for job in many}) == len(many) / 32
    (latest,) = read_schedule(schedule(folder, areas=["Fife"], years=["latest"])).jobs
    assert latest.period == max(job.period for job in many)


def test_the_quarterly_paper_is_made_for_each_quarter(folder):
    records = str(ROOT / "data" / "synthetic")
    path = schedule(folder, areas=["Dundee"], notebooks=["quarterly"], records=records)
    assert [job.period for job in read_schedule(path).jobs] == [
        f"2018-19 Q{n}" for n in range(1, 5)
    ]
    path = schedule(folder, areas=["Dundee"], notebooks=["quarterly", "annual"], records=records,
                    years=["2018-19 Q2"])  # fmt: skip
    assert names(path) == ["quarterly-dundee-city-2018-19-q2"]


def test_a_document_is_recomputed_once_whatever_the_areas(folder):
    path = schedule(folder, '[parameters]\nledger = "dundee-2022"', notebooks=["reproduction"])
    (job,) = read_schedule(path).jobs
    assert (job.name, job.parameters) == ("reproduction-dundee-2022", {"ledger": "dundee-2022"})


def test_folders_are_of_the_area_and_lie_beside_the_schedule(folder):
    for name in ("dundee-city", "fife"):
        (folder / "words" / name / "2018-19").mkdir(parents=True)
    path = schedule(
        folder, areas=["Dundee", "Fife"], notebooks=["annual"], commentary="words/{area}/{year}",
        audience="committee",
    )  # fmt: skip
    dundee, fife = read_schedule(path).jobs
    assert dundee.inputs == {"commentary": str(folder / "words" / "dundee-city" / "2018-19")}
    assert fife.output == str(folder / "out")
    assert dundee.restricted
    assert dundee.name == "annual-dundee-city-2018-19-RESTRICTED"


def test_every_problem_is_said_at_once(folder):
    path = schedule(
        folder, '[parameters]\nlimt = 2\narea = "Fife"', areas=["Dundeee"], years=["2030-31", "x"],
        notebooks=["anual", "gone.ipynb"], formats=["html", "pdff"],
    )  # fmt: skip
    with pytest.raises(BadSchedule) as found:
        read_schedule(path)
    said = str(found.value)
    for word in (
        "areas: There is no area called 'Dundeee'. Did you mean 'Dundee City'?",
        "no figures for '2030-31': the nearest is '2023-24'",
        "years: 'x'",
        "notebooks: There is no notebook called 'anual'. Did you mean 'annual'?",
        "There is no file gone.ipynb",
        "formats: There is no format called 'pdff'. Did you mean 'pdf'?",
        "parameters.area: is set by the schedule itself",
    ):
        assert word in said
    assert all(line.startswith("schedule.toml, ") for line in found.value.problems)


@pytest.mark.parametrize(
    ("text", "keys", "said"),
    [
        ("", {"format": "html"}, "format: there is no such key. Did you mean 'formats'?"),
        ("", {"areas": "Fife"}, "areas: 'Fife' is no list"),
        ("", {"output": None}, "output: is missing"),
        ("", {"areas": None}, "areas: is missing: a notebook asks for the area"),
        ("", {"audience": "everyone"}, "audience: 'everyone' is neither 'public' nor 'committee'"),
        ("[parameters]\nlimt = 2", {}, "parameters.limt: no notebook has such a parameter."),
        ("[parameters]\nlimit = 'high'", {}, "limit of small.ipynb is a number, such as 1.5"),
        ("", {"records": "gone", "notebooks": ["annual"]}, "records: there is no folder gone"),
        ("", {"data": "gone"}, "data:"),
        ("areas = [", {}, "Cannot read schedule.toml as a schedule"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_schedule_is_said(folder, text, keys, said):
    with pytest.raises(BadSchedule) as found:
        read_schedule(schedule(folder, text, **keys))
    assert said in str(found.value)


def test_a_folder_that_is_called_as_the_area_is_pointed_to(folder):
    (folder / "records" / "Dundee City").mkdir(parents=True)
    keys = {"records": "records/{area}", "notebooks": ["annual"], "areas": ["Dundee City", "Fife"]}
    with pytest.raises(BadSchedule) as found:
        read_schedule(schedule(folder, "", **keys))
    said = str(found.value)
    assert (
        "there is no folder records/dundee-city. There is a folder records/Dundee City: rename it, "
        "as {area} stands for 'dundee-city'."
    ) in said
    assert "there is no folder records/fife. In it {area} stands for 'fife'." in said


def test_a_bad_schedule_ends_with_2_and_writes_nothing(folder):
    path = schedule(folder, areas=["Dundeee"])
    before = sorted(folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "cpstats", "batch", str(path)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "Dundee City" in done.stderr
    assert sorted(folder.iterdir()) == before


def test_a_notebook_that_lies_about_does_not_run_in_the_place_of_ours(folder, monkeypatch):
    (folder / "notebooks").mkdir()
    notebook(folder / "notebooks" / NOTEBOOKS["annual"], "raise SystemError")
    monkeypatch.chdir(folder)
    assert find_notebook("annual") == ROOT / "notebooks" / NOTEBOOKS["annual"]
    (job,) = read_schedule(schedule(folder, areas=["Fife"], notebooks=["annual"])).jobs
    assert job.kind == "annual"


def test_hostile_names_stay_in_the_output_folder(folder):
    notebook(folder / "..evil.ipynb")
    text = "[parameters]\nledger = '../../x'"
    odd = notebook(folder / "odd.ipynb", parameters='ledger = ""')
    for name in ("..evil.ipynb", odd.name):
        for job in read_schedule(schedule(folder, text if name == odd.name else "",
                                          notebooks=[name])).jobs:  # fmt: skip
            assert "/" not in job.name
            assert not job.name.startswith(".")


def test_only_names_reports_of_the_schedule(folder):
    read = read_schedule(schedule(folder))
    assert [p.job.area for p in plan(read, only=["*fife*"])] == ["Fife"]
    with pytest.raises(UnknownName, match="small-fife-2018-19"):
        plan(read, only=["small-fyfe-2018-19"])


# What a notebook declares


def test_what_a_notebook_declares_is_read_with_its_defaults(tmp_path):
    path = notebook(tmp_path / "n.ipynb", parameters='area = "x"\nn: int = 3\nday = min(1, 2)\n')
    assert declared(path) == {"area": "x", "n": 3, "day": None}
    check_parameters(path, {"n": 4, "day": "anything"})
    with pytest.raises(UnknownName, match="Did you mean 'area'"):
        check_parameters(path, {"aera": "y"})
    for wrong in (True, "3", 3.5):
        with pytest.raises(CpstatsError, match="a whole number, such as 3"):
            check_parameters(path, {"n": wrong})


def test_the_declared_parameters_of_our_notebooks_are_those_papermill_finds():
    papermill = pytest.importorskip("papermill")
    for kind in NOTEBOOKS:
        path = find_notebook(kind)
        found = papermill.inspect_notebook(str(path))
        assert list(declared(path)) == list(found)


def test_no_password_and_no_home_is_shown():
    assert shown("s3://key:secret@bucket/reports?token=x") == "s3://bucket/reports"
    assert shown("/home/ann/our records") == "our records"
    assert json.dumps(shown("ftp://ann:pw@host:21/a")) == '"ftp://host:21/a"'


def test_a_parameter_that_names_a_file_is_an_input(folder):
    path = schedule(folder, "[parameters]\nquestions = 'ours.toml'", areas=["Dundee"],
                    notebooks=["quarterly"], records=str(ROOT / "data" / "synthetic"))  # fmt: skip
    (folder / "ours.toml").write_bytes((ROOT / "data" / "scrutiny_questions.toml").read_bytes())
    job = read_schedule(path).jobs[0]
    assert job.inputs["questions"] == str(folder / "ours.toml")
    assert "questions" not in job.parameters


def test_what_a_folder_holds_counts_through_links_too(folder):
    notebook(folder / "small.ipynb", parameters='area = "x"\nwords = ""')
    (folder / "words").mkdir()
    (folder / "far").mkdir()
    (folder / "words" / "link").symlink_to(folder / "far")
    (folder / "far" / "round").symlink_to(folder / "words")
    path = schedule(folder, "[parameters]\nwords = 'words'", areas=["Fife"])
    (folder / "far" / "a.txt").write_text("one")
    (job,) = read_schedule(path).jobs
    assert job.inputs == {"words": str(folder / "words")}
    old = fingerprints.Fingerprints().of(job)
    (folder / "far" / "a.txt").write_text("two")
    new = fingerprints.Fingerprints().of(job)
    written = {"formats": ["html"], "from": old.as_dict(), "outputs": {}}
    assert changes(written, new, ["html"]) == ["words/link/a.txt changed"]


def test_two_notebooks_of_one_name_are_refused(folder):
    (folder / "other").mkdir()
    notebook(folder / "other" / "small.ipynb")
    with pytest.raises(BadSchedule, match="two reports would be called small-fife-2018-19"):
        read_schedule(schedule(folder, notebooks=["small.ipynb", "other/small.ipynb"]))
    twice = schedule(folder, areas=["Fife", "fife"])
    assert names(twice) == ["small-fife-2018-19"]


def test_a_waiver_that_ends_is_a_reason(folder):
    records = folder / "records"
    shutil.copytree(ROOT / "data" / "synthetic", records, ignore=shutil.ignore_patterns("evidence"))
    text = '[[waiver]]\ncode = "X"\nreason = "r"\nby = "b"\nuntil = 2026-11-30\n'
    (records / "waivers.toml").write_text(text)
    path = schedule(folder, areas=["Dundee"], notebooks=["annual"], records="records")
    (job,) = read_schedule(path).jobs
    before, after = FakeDay.at("2026-11-30", job), FakeDay.at("2026-12-01", job)
    old = {"formats": ["html"], "from": before.as_dict(), "outputs": {}}
    assert changes(old, before, ["html"]) == []
    assert changes(old, after, ["html"]) == ["a waiver in records/waivers.toml has ended"]
    dated = replace(job, parameters={**job.parameters, "date": "2026-11-28"})
    assert FakeDay.at("2026-12-01", dated) == FakeDay.at("2026-11-30", dated)


class FakeDay(dt.date):
    """The calendar with another day on it."""

    day_shown = ""

    @classmethod
    def today(cls):
        return dt.date.fromisoformat(cls.day_shown)

    @classmethod
    def at(cls, day, job):
        cls.day_shown = day
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fingerprints.dt, "date", cls)
            return fingerprints.Fingerprints().of(job)
