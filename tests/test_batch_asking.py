"""What a report would be refused for once it is made is refused when its schedule is read."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, settings
from hypothesis import given as given_any
from hypothesis import strategies as st
from made_batches import ROOT, notebook, schedule

from cpstats.batch import plan, read_schedule
from cpstats.errors import BadSchedule

SYNTHETIC = str(ROOT / "data" / "synthetic")
ANNUAL = {"areas": ["Fife"], "notebooks": ["annual"]}
QUARTERLY = {"areas": ["Dundee"], "notebooks": ["quarterly"], "records": SYNTHETIC}
CLAIMS = {"areas": None, "years": None, "notebooks": ["reproduction"]}


@pytest.fixture
def folder(tmp_path):
    notebook(tmp_path / "small.ipynb")
    return tmp_path


def refused(folder, text="", **keys) -> str:
    with pytest.raises(BadSchedule) as found:
        plan(read_schedule(schedule(folder, text, **keys)))
    return str(found.value)


def given(text: str) -> str:
    return f"[parameters]\n{text}"


def cli(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cpstats", "batch", *map(str, words), "--dry-run"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


# Keys


def test_a_wrong_key_hides_no_other_fault(tmp_path):
    (tmp_path / "s.toml").write_text(
        "recordz = 'x'\nareas = 3\nyears = ['2077-78']\nnotebooks = ['anual', 'quarterly']\n"
        "formats = ['pdff']\naudience = 'x'\npolicy = 3\nevidence = 'none'\n"
    )
    with pytest.raises(BadSchedule) as found:
        read_schedule(tmp_path / "s.toml")
    keys = [problem.split(", ")[1].split(":")[0] for problem in found.value.problems]
    assert sorted(keys) == sorted(
        ["recordz", "areas", "years", "notebooks", "formats", "audience", "policy", "output",
         "records", "evidence"]
    )  # fmt: skip


@pytest.mark.parametrize(
    "executor", ["dask://", "dask://h", "dask://h:x", "dask://h:123456", "h:1"]
)
def test_an_executor_that_is_none_is_refused(folder, executor):
    done = cli(schedule(folder), "--executor", executor)
    assert done.returncode == 2
    assert "Did you mean 'dask://host:port'?" in done.stderr


def test_a_key_that_no_notebook_takes_is_refused(folder):
    keys = {"policy": "phs", "records": SYNTHETIC, "audience": "committee"}
    said = refused(folder, given("ledger = 'dundee-2022'"), **CLAIMS, **keys)
    assert "policy: no notebook has the parameter 'policy'" in said
    assert "records: no notebook has the parameter 'records'" in said
    assert "audience: no notebook hides anything" in said


def test_only_what_hides_figures_is_for_the_committee_alone(folder):
    path = schedule(folder, given("ledger = 'dundee-2022'"), areas=["Fife"],
                    notebooks=["annual", "reproduction", "small.ipynb"],
                    audience="committee")  # fmt: skip
    names = {job.kind.rsplit("/")[-1]: job.name for job in read_schedule(path).jobs}
    ends = {kind: name.endswith("-RESTRICTED") for kind, name in names.items()}
    assert ends == {"annual": True, "reproduction": False, "small.ipynb": True}


# Addresses


def test_an_address_of_no_known_kind_is_refused(folder):
    assert "output: s4://ward/out cannot be reached: Protocol not known: s4." in refused(
        folder, output="s4://ann:secret@ward/out"
    )
    said = refused(folder, **ANNUAL, records="gdrive://ward/records")
    assert "records: gdrive://ward/records cannot be reached" in said


# Values


@pytest.mark.parametrize(
    ("text", "keys", "said"),
    [
        ("", {"policy": "scotgovv"}, "policy: There is no disclosure policy called 'scotgovv'"),
        ("", {"policy": "gone.toml"}, "policy: There is no disclosure policy"),
        (given("date = '2026-13-45'"), {}, "parameters.date: '2026-13-45' is not a day"),
        (given("date = 2026-11-28T09:30:00"), {}, "parameters.date: '2026-11-28T09:30:00' is not"),
        (given("comparators = 'Angus; Fyfe'"), {}, "parameters.comparators: There is no area"),
        (given("ledger = 'x'"), {}, "parameters.ledger: no notebook has such a parameter"),
        ("", CLAIMS, "parameters.ledger: is missing: name the document"),
        (given("ledger = 'dundee-2023'"), CLAIMS, "Did you mean 'dundee-2022'?"),
        (given("ledger = 'dundee-2022'\nsupplied = 'gone.csv'"), CLAIMS, "there is no file gone"),
        (given("questions = 'gone.toml'"), QUARTERLY, "there is no file gone.toml"),
    ],
)  # fmt: skip
def test_what_a_report_would_refuse_is_refused_when_the_schedule_is_read(folder, text, keys, said):
    assert said in refused(folder, text, **{**ANNUAL, **keys})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hide_under = [", "Cannot read"),
        ("hide_under = 1", "hide_under: '1' cannot be"),
        ("preset = ['phs']", "There is no preset"),
        ("hide_under = " + "[" * 5000 + "]" * 5000, "policy: "),
    ],
    ids=["broken", "wrong", "odd", "deep"],
)
def test_a_policy_that_is_broken_is_refused_when_the_schedule_is_read(folder, text, said):
    (folder / "ours.toml").write_text(text)
    assert said in refused(folder, policy="ours.toml", **ANNUAL)


ASKED = (ROOT / "data" / "scrutiny_questions.toml").read_text(encoding="utf-8")
ITEMS = "item,value,numerator,denominator,source,note\nx,3,,,{source},"


@pytest.mark.parametrize(
    ("keys", "text", "wrong", "right"),
    [
        (QUARTERLY, "questions = 'theirs'", "[[section]]\nindicators = ['none']", ASKED),
        (CLAIMS, "ledger = 'dundee-2022'\nsupplied = 'theirs'", ITEMS.format(source=""),
         ITEMS.format(source="page 3")),
    ],
    ids=["questions", "supplied"],
)  # fmt: skip
def test_files_that_a_report_would_refuse_are_refused(folder, keys, text, wrong, right):
    file = folder / "theirs"
    for content, why in (("\x00[", "Cannot read"), (wrong, "in the data:")):
        file.write_text(content)
        said = refused(folder, given(text), **keys)
        assert "theirs" in said
        assert why in said
    file.write_text(right)
    assert read_schedule(schedule(folder, given(text), **keys)).jobs


def test_a_format_that_the_policy_keeps_from_leaving_is_refused(folder):
    (folder / "ours.toml").write_text('name = "ours"\npublic = ["html", "pdf"]')
    keys = {**QUARTERLY, "policy": "ours.toml", "formats": ["pdf", "docx"]}
    assert "formats: the policy (ours) lets no docx leave" in refused(folder, **keys)
    assert read_schedule(schedule(folder, **keys, audience="committee")).jobs
    (folder / "ours.toml").write_text('name = "ours"\npublic = ["pdf"]')
    assert "(ours) lets no html leave" in refused(folder, **{**keys, "formats": ["pdf"]})
    assert read_schedule(schedule(folder, **ANNUAL, policy="ours.toml")).jobs  # no records in it


def test_a_data_package_that_reports_would_refuse_is_refused_at_once(folder):
    (folder / "data").mkdir()
    assert "data: There is no datapackage.json" in refused(folder, data="data")
    (folder / "data" / "datapackage.json").write_text('{"resources": 3}')
    assert "data: 1 problem" in refused(folder, data="data")


def test_a_day_without_quotes_is_its_text(folder):
    dated = notebook(folder / "dated.ipynb", parameters='area = ""\nwhen = ""\nlimit = 1.5\n')
    for keys, name in ((ANNUAL, "date"), ({"notebooks": [dated.name]}, "when")):
        path = schedule(folder, given(f"{name} = 2026-11-28"), **keys)
        assert read_schedule(path).jobs[0].parameters[name] == "2026-11-28"
        plan(read_schedule(path))
    for value in ("2026-11-28", "10:00:00", "[2026-11-28]"):
        said = refused(folder, given(f"limit = {value}"), notebooks=[dated.name])
        assert "has a date or a time in it" in said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("nan", "is no finite number"),
        ("-inf", "is no finite number"),
        ("[1.0, {a = nan}]", "is no finite number"),
        ("[" * 25 + "]" * 25, "is nested more than 20 deep"),
        ("0x" + "F" * 9000, "more digits than a number has"),
    ],
    ids=["nan", "inf", "within", "deep", "large"],
)
def test_values_that_could_not_be_found_unchanged_are_refused(folder, value, said):
    notebook(folder / "any.ipynb", parameters='area = ""\nany = min(1, 2)\n')
    whole = refused(folder, given(f"any = {value}"), notebooks=["any.ipynb"])
    assert "schedule.toml, parameters.any: " in whole
    assert said in whole


# What no file can be called


@pytest.mark.parametrize(
    "text",
    [
        'output = "a\\u0000b"',
        'records = "a\\u0000b"\noutput = "out"',
        'data = "a\\u0000b"\noutput = "out"',
        'policy = "a\\u0000.toml"\noutput = "out"',
        'output = "a\\nb"',
        "output = '~nobody-of-this-name/reports'",
        f"output = '{'a' * 300}'",
        f"records = '{'a' * 300}'\noutput = 'out'",
        "output = ' '",
        "output = 3",
        "output = 0x" + "F" * 9000,
        "output = " + "[" * 5000 + "]" * 5000,
        "output = 'out'\n[parameters]\nlimit" + ".a" * 5000 + " = 1",
        "output = 'out'\n[parameters]\nlimit = " + "9" * 5000,
    ],
    ids=range(14),
)
def test_what_no_file_is_called_ends_with_2_and_one_message(folder, text):
    notebooks = ["annual", "small.ipynb"]
    path = schedule(folder, text, output=None, data=None, notebooks=notebooks)
    done = cli(path)
    assert done.returncode == 2
    assert done.stderr.startswith("cpstats: The schedule has problems:")
    assert "Traceback" not in done.stderr


def test_a_schedule_whose_path_is_no_text_is_refused(folder):
    odd = folder / "a\udcff"
    try:
        odd.mkdir()
    except (OSError, UnicodeError):
        pytest.skip("names are text here")
    notebook(odd / "small.ipynb")
    done = cli(schedule(odd))
    assert (done.returncode, done.stdout) == (2, "")
    assert "has bytes in it that are no text: rename it" in done.stderr


# Years


def test_papers_from_records_need_no_published_figures(folder):
    def periods(**keys):
        return [j.period for j in read_schedule(schedule(folder, **{**QUARTERLY, **keys})).jobs]

    assert periods(years=["2029-30"]) == [f"2029-30 Q{n}" for n in range(1, 5)]
    assert periods(years=["2029-30 Q2"]) == ["2029-30 Q2"]
    assert periods(years=["latest"])[-1] == "2023-24 Q4"  # the last year with figures
    both = ["quarterly", "annual"]
    assert periods(years=["2018-19", "2029-30 Q2"], notebooks=both)[-1] == "2018-19"
    said = refused(folder, **{**QUARTERLY, "notebooks": both, "years": ["2029-30"]})
    assert "no figures for '2029-30': the nearest is '2023-24'. Papers from records alone" in said


@pytest.mark.parametrize(
    ("year", "said"),
    [
        ("2018", "can be read as two academic years"),
        ("2018-20", "did you mean '2018-19'?"),
        ("0000-01", "is not a year of any record"),
        ("9999-00", "is not a year of any record"),
        ("0001-02 Q1", "neither a year nor a quarter of any record"),
        ("2017-18 Q3 to 2018-19 Q2", "neither a year nor a quarter of any record"),
    ],
)
def test_what_is_no_year_is_refused(folder, year, said):
    assert said in refused(folder, **{**QUARTERLY, "years": [year]})


def test_a_quarter_that_no_notebook_is_made_by_is_refused(folder):
    said = refused(folder, years=["2018-19 Q2"], **ANNUAL)
    assert "'2018-19 Q2' is a quarter, and no notebook is made by the quarter" in said
    for keys in ({"areas": []}, {"years": []}):
        assert "is missing: a notebook asks for the" in refused(folder, **{**ANNUAL, **keys})


# Names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("index", "'index', a name that is taken: call index.ipynb otherwise"),
        ("Summary", "'summary', a name that is taken"),
        ("failed", "a name that is taken"),
        ("released", "a name that is taken"),
        ("con", "a name that is taken"),
        ("отчёт", "No file can be called after 'отчёт.ipynb'"),
        ("a" * 200, "too long for a file"),
    ],
    ids=["index", "summary", "failed", "released", "con", "no letters", "long"],
)
def test_a_notebook_whose_reports_could_have_no_name_of_their_own_is_refused(folder, name, said):
    notebook(folder / f"{name}.ipynb", parameters="limit = 1.5\n")
    assert said in refused(folder, notebooks=[f"{name}.ipynb"], areas=None, years=None)


def test_a_report_of_an_area_may_begin_with_any_word(folder):
    notebook(folder / "index.ipynb")
    (job,) = read_schedule(schedule(folder, notebooks=["index.ipynb"], areas=["Fife"])).jobs
    assert job.name == "index-fife-2018-19"


def test_a_folder_that_is_called_like_a_place_or_a_day_is_no_input(folder):
    for name in ("Fife", "2018-19", "2026-11-28", "dundee-2022"):
        (folder / name).mkdir()
    day = given("date = '2026-11-28'\nledger = 'dundee-2022'")
    path = schedule(
        folder, day, areas=["Fife"], notebooks=["annual", "small.ipynb", "reproduction"]
    )
    annual, small, claims = read_schedule(path).jobs
    assert (annual.inputs, small.inputs, claims.inputs) == ({}, {}, {})
    assert annual.parameters["date"] == "2026-11-28"
    assert small.parameters == {"area": "Fife", "year": "2018-19"}


# Places


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"records": "."}, "records: . holds the output folder"),
        ({"evidence": "own", "output": "own/{year}"}, "evidence: own holds the output folder"),
        ({"commentary": "own", "output": "own"}, "commentary: own holds the output folder"),
        ({"records": "link"}, "records: link holds the output folder"),
    ],
)
def test_an_input_that_holds_the_outputs_is_refused(folder, keys, said):
    (folder / "own").mkdir()
    (folder / "link").symlink_to(folder)
    assert said in refused(folder, **{**ANNUAL, **keys})
    notebook(folder / "words.ipynb", parameters='area = "x"\nwords = ""')
    said = refused(folder, given("words = '.'"), notebooks=["words.ipynb"])
    assert "parameters.words: . holds the output folder" in said


def test_of_a_data_package_only_what_reports_read_may_not_hold_the_outputs(folder):
    (folder / "datapackage.json").write_text('{"name": "x", "resources": []}')
    keys = {"notebooks": ["plain.ipynb"], "areas": ["Fife"], "years": None, "data": "."}
    notebook(folder / "plain.ipynb", parameters='area = "x"')
    for output in (".", "claims", "plans/2018"):
        assert "data: . holds the output folder" in refused(folder, output=output, **keys)
    assert read_schedule(schedule(folder, output="reports", **keys)).jobs


def test_a_file_in_the_place_of_a_folder_is_refused(folder):
    (folder / "registrations.csv").write_text("")
    for key in ("records", "evidence", "commentary"):
        said = refused(folder, **ANNUAL, **{key: "registrations.csv"})
        assert f"{key}: registrations.csv is a file: name the folder that it lies in" in said


def test_files_lie_beside_the_schedule_wherever_it_is_read_from(folder, monkeypatch):
    home, far = folder / "home", folder / "far"
    for place in (home, far):
        place.mkdir()
        (place / "words.txt").write_text(place.name)
    notebook(home / "own.ipynb", parameters='area = "x"\nwords = ""')
    schedule(home, given("words = 'words.txt'"), notebooks=["own.ipynb"], areas=["Fife"])
    monkeypatch.chdir(far)
    read = read_schedule("../home/schedule.toml")
    (job,) = read.jobs
    assert [Path(where).read_text() for where in job.inputs.values()] == ["home"]
    assert Path(job.inputs["words"]).is_absolute()
    assert Path(read.output).resolve() == home / "out"


def test_problems_of_every_kind_are_said_together(folder):
    said = refused(
        folder, given("limit = nan\ndate = 'x'\ncomparators = 'Fyfe'"), areas=["Fife", "Fyfe"],
        years=["2030-31"], notebooks=["annual", "small.ipynb", "gone.ipynb"], records="gone",
        policy="scotgovv", output="~nobody-of-this-name",
    )  # fmt: skip
    keys = ("parameters.limit", "parameters.date", "parameters.comparators", "areas", "years",
            "notebooks", "records", "policy", "output")  # fmt: skip
    assert [key for key in keys if f"schedule.toml, {key}: " not in said] == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--jobs", "0"), ("--jobs", "-1"), ("--jobs", "two"), ("--timeout", "0"),
        ("--timeout", "nan"), ("--timeout", "inf"),
        ("--timeout", "1e300"), ("--retries", "-1"), ("--executor", "spark"), ("--only", "gone"),
        ("--notify", "mail 'ann"),
    ],
)  # fmt: skip
def test_an_option_that_is_none_ends_with_2(folder, option, value):
    done = cli(schedule(folder), option, value)
    assert (done.returncode, done.stdout) == (2, "")
    assert option in done.stderr or value in done.stderr
    assert "Traceback" not in done.stderr


def test_spellings_of_one_area_one_year_and_one_format_are_one(folder):
    path = schedule(
        folder, areas=["Fife", "fife council", "S12000047", "S12000015"], formats=["html", "HTML"],
        years=["2018-19", "2018/19", "2018-2019"],
    )  # fmt: skip
    (job,) = read_schedule(path).jobs
    assert (job.name, job.formats) == ("small-fife-2018-19", ("html",))


ODD = [
    "1", "nan", "true", "2026-11-28", "10:00:00", "[]", "{}", "[1]", "[[]]", "{a = 1}", "''", "' '",
    '"\\u0000"', "'..'", "'/'", "'~nobody'", "'{area}'", "'e.toml'", "'f'", "'f/x'", "'latest'",
    "['all']",
    "['all councils', 'Scotland']", "['annual']", "['quarterly', 'reproduction']", "['bad.ipynb']",
    "['2018-19 Q9']", "['']", "['html', 'PDF ']", "'committee'", "'/dev/null'", "'\U0001f600'",
    "'Fife;Angus'", "'dundee-2022'", "['small.ipynb', './small.ipynb']",
]  # fmt: skip
KEYS = ["areas", "years", "notebooks", "formats", "output", "records", "evidence", "commentary",
        "policy", "audience", "parameters"]  # fmt: skip
PARAMETERS = ["date", "comparators", "ledger", "supplied", "questions", "limit", "area"]


@settings(max_examples=400, deadline=None)
@given_any(
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(ODD), max_size=4),
    st.dictionaries(st.sampled_from(PARAMETERS), st.sampled_from(ODD), max_size=3),
)
@example({"notebooks": "['bad.ipynb']"}, {})
def test_whatever_a_schedule_says_it_is_read_or_refused(tmp_path_factory, keys, parameters):
    folder = tmp_path_factory.mktemp("any")
    notebook(folder / "small.ipynb")
    (folder / "bad.ipynb").write_text('{"cells":' + "[" * 90_000)
    for name in ("e.toml", "f"):
        (folder / name).write_text("")
    said = {"areas": "['Fife']", "years": "['2018-19']", "notebooks": "['small.ipynb']",
            "formats": "['html']", "output": "'out'", "data": f"'{ROOT / 'data'}'",
            **keys}  # fmt: skip
    if "parameters" not in said:
        said["parameters"] = f"{{{', '.join(f'{n} = {v}' for n, v in parameters.items())}}}"
    path = folder / "schedule.toml"
    path.write_text("\n".join(f"{key} = {value}" for key, value in said.items()), encoding="utf-8")
    with contextlib.suppress(BadSchedule):
        plan(read_schedule(path))
    assert not (folder / "out").exists()
