"""The check of a record set as a whole: its report, its waivers, and what never stands in it."""

import datetime as dt
import io
import json

import openpyxl
import pandas as pd
import pytest
from conftest import ROOT
from rules_page import SUBJECTS, page
from rules_records import CLEAN, changed, clean, tables
from typer.testing import CliRunner

from cpstats.cli import app
from cpstats.errors import CannotRead, CpstatsError, DataProblems, UnknownName
from cpstats.rules import RULES, rules_for
from cpstats.rules.checking import check, validate
from cpstats.rules.waivers import read_waivers, unwaived_errors, waived
from cpstats.rules.writing import headline, write_excel, write_html

MANIFEST = """\
areas = ["Fife"]
since = 2018-08-01
until = 2024-07-31
synthetic = {synthetic}
title = "Fife, small"
"""
WAIVER = """\
[[waiver]]
code = "MEE15"
area = "Fife"
reason = "The dates were lost."
by = "The chair"
until = 2027-07-31
"""
ON = dt.date(2026, 11, 1)


def written(folder, frames, *, synthetic="true", parquet=()):
    folder.mkdir(exist_ok=True)
    (folder / "records.toml").write_text(MANIFEST.format(synthetic=synthetic), encoding="utf-8")
    for name, frame in frames.items():
        if name in parquet:
            frame.to_parquet(folder / f"{name}.parquet")
        else:
            frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture
def dirty(tmp_path):
    """Records with two errors and a warning."""
    frames = clean()
    changed(frames, "meetings", 2, record_date="2018-09-01")
    changed(frames, "meetings", 4, record_date="2019-05-01")
    changed(frames, "attendance", 2, invited="no")
    return written(tmp_path / "records", frames)


def run(*words):
    return CliRunner().invoke(app, ["validate", *map(str, words)])


def test_clean_records_leave_with_zero(tmp_path):
    done = run(written(tmp_path / "r", clean(), parquet=("meetings",)))
    assert done.exit_code == 0, done.output
    assert "0 errors and 0 warnings. Nothing stops a report." in done.output


def test_the_summary_has_one_row_for_each_rule_and_council(dirty):
    rows = validate(dirty).summary()
    assert rows[["code", "severity", "count", "example", "area"]].to_numpy().tolist() == [
        ["MEE15", "error", 2, "meetings.csv line 2", "Fife"],
        ["MEE13", "warning", 1, "attendance.csv line 2", "Fife"],
    ]


def test_a_year_is_checked_by_its_own_rules_and_events(dirty):
    assert len(validate(dirty, year="2018-19").errors) == 2
    assert validate(dirty, year="2019-20").ok
    assert "PAT04" in rules_for("2023-24")
    assert "PAT04" not in rules_for("2022-23")
    assert "CHI11" not in rules_for("2015-16")
    assert "TIM09" not in rules_for("2023-24")
    with pytest.raises(CpstatsError):
        rules_for("nineteen")


def test_lines_are_those_of_the_file_they_came_from(tmp_path):
    frames = clean()
    changed(frames, "meetings", 2, record_date="2018-09-01")
    frames["meetings"]["line"] = range(101, 109)
    (line,) = validate(written(tmp_path / "r", frames)).errors["line"]
    assert line == 101


def test_errors_leave_with_one_and_are_written_in_each_format(dirty):
    assert run(dirty).exit_code == 1
    said = json.loads(run(dirty, "--format", "json").output)
    assert [r["code"] for r in said["problems"]] == ["MEE15", "MEE13"]
    assert said["stops_a_report"] is True
    assert run(dirty, "--format", "csv").output.startswith("code,severity,count,example")
    assert isinstance(run(dirty, "--format", "xml").exception, UnknownName)


def test_what_programs_read_says_that_records_are_synthetic(tmp_path, dirty):
    said = json.loads(run(dirty, "--format", "json").stdout)
    assert said["synthetic"] is True
    assert said["source"].startswith("SYNTHETIC records")
    rows = pd.read_csv(io.StringIO(run(dirty, "--format", "csv").stdout))
    assert rows["source"].str.startswith("SYNTHETIC records").all()
    # Without a problem there is no row to say it.
    done = run(written(tmp_path / "r", clean()), "--format", "csv")
    assert len(pd.read_csv(io.StringIO(done.stdout))) == 0
    assert "SYNTHETIC" in done.stderr
    none = json.loads(run(tmp_path / "r", "--format", "json").stdout)
    assert (none["problems"], none["synthetic"], none["stops_a_report"]) == ([], True, False)


def test_rows_that_say_they_are_synthetic_are_believed(tmp_path):
    frames = clean()
    assert not validate(written(tmp_path / "local", frames, synthetic="false")).synthetic
    frames["children"]["synthetic"] = "SYNTHETIC"
    assert validate(written(tmp_path / "made up", frames, synthetic="false")).synthetic


@pytest.mark.parametrize("name", list(CLEAN))
def test_a_table_can_stand_alone_or_be_empty(name):
    alone, empty = {name: clean()[name]}, clean()
    empty[name] = empty[name].iloc[:0]
    assert set(check(tables(alone)).problems["table"]) <= {name}
    assert "ALL05" in set(check(tables(empty)).problems["code"])


def test_the_order_of_rows_does_not_change_what_is_found():
    frames = clean()
    changed(frames, "registrations", 5, child_id="c1", area="Fife", registration_date="2019-02-04")
    turned = {}
    for name, frame in frames.items():
        frame["line"] = range(2, len(frame) + 2)
        turned[name] = frame.iloc[::-1]
    one, other = (check(tables(f)).problems for f in (frames, turned))
    assert set(map(tuple, one.astype(str).to_numpy())) == set(
        map(tuple, other.astype(str).to_numpy())
    )


# Waivers


def test_a_waived_error_does_not_stop_a_report_and_is_printed(dirty):
    (dirty / "waivers.toml").write_text(WAIVER.replace("2027", "2999"), encoding="utf-8")
    done = run(dirty)
    assert done.exit_code == 0
    assert "2 errors accepted in writing" in done.output
    assert "The dates were lost." in done.output


def test_a_waiver_covers_its_rule_and_council_only(dirty):
    findings = validate(dirty)
    file = dirty / "mine.toml"
    file.write_text(WAIVER, encoding="utf-8")
    accepted = read_waivers(file, on=ON)
    assert unwaived_errors(findings, accepted).empty
    assert waived(findings, accepted)[["code", "count", "by"]].to_numpy().tolist() == [
        ["MEE15", 2, "The chair"]
    ]
    file.write_text(WAIVER.replace("Fife", "Moray"), encoding="utf-8")
    assert len(unwaived_errors(findings, read_waivers(file, on=ON))) == 2
    file.write_text(WAIVER.replace("MEE15", "MEE16"), encoding="utf-8")
    assert len(unwaived_errors(findings, read_waivers(file, on=ON))) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reason = "The dates were lost."', "", "does not say why"),
        ('by = "The chair"', 'by = " "', "does not say who accepted it"),
        ("until = 2027-07-31", "", "has no last day"),
        ("until = 2027-07-31", 'until = "2027-07-31"', "has no last day"),
        ("2027-07-31", "2026-10-31", "ended before 2026-11-01"),
        ("MEE15", "MEE99", "There is no rule called 'MEE99'"),
        ("Fife", "Fyfe", "Fife"),
        ('by = "The chair"', 'by = "The chair"\nnote = 1', "says what no waiver has"),
    ],
)
def test_a_waiver_that_does_not_hold_is_refused(tmp_path, old, new, said):
    file = tmp_path / "waivers.toml"
    file.write_text(WAIVER.replace(old, new), encoding="utf-8")
    with pytest.raises(DataProblems, match=said):
        read_waivers(file, on=ON)


def test_a_waiver_holds_on_its_last_day_and_none_need_be_there(tmp_path):
    assert read_waivers(tmp_path, on=ON) == ()
    (tmp_path / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    (waiver,) = read_waivers(tmp_path, on=dt.date(2027, 7, 31))
    assert waiver.area == "Fife"
    (tmp_path / "waivers.toml").write_text("waiver = 1", encoding="utf-8")
    with pytest.raises(CpstatsError, match="begins with"):
        read_waivers(tmp_path, on=ON)


# What is written


def test_the_workbook_follows_the_rules_for_spreadsheets(dirty, tmp_path):
    book = openpyxl.load_workbook(write_excel(validate(dirty), tmp_path / "problems.xlsx"))
    assert book.sheetnames == ["Notes", "Problems", "Summary"]
    assert book.properties.title == "SYNTHETIC: Problems in child protection records: Fife, small"
    assert book.properties.language == "en-GB"
    for sheet in book:
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions
        assert not sheet.merged_cells.ranges
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.value not in (None, "") for cell in cells)
        assert all(cell.alignment.wrap_text for cell in cells)
        heads = [cell.value for cell in sheet[1]]
        assert len(set(heads)) == len(heads)
    first = [cell.value for cell in book["Problems"][2]]
    assert first[:6] == ["MEE13", "warning", "attendance", 2, "invited", "Fife"]
    assert "SYNTHETIC" in book["Notes"]["A2"].value


def test_clean_records_make_a_workbook_too(tmp_path):
    findings = validate(written(tmp_path / "r", clean()))
    book = openpyxl.load_workbook(write_excel(findings, tmp_path / "none.xlsx"))
    assert book["Problems"]["A2"].value == "none"


def test_a_list_too_long_to_work_off_says_what_it_leaves_out(dirty, tmp_path, monkeypatch):
    monkeypatch.setattr("cpstats.rules.writing.LISTED", 2)
    book = openpyxl.load_workbook(write_excel(validate(dirty), tmp_path / "problems.xlsx"))
    assert book["Problems"].max_row == 3
    notes = [row[0] for row in book["Notes"].iter_rows(values_only=True)]
    assert "The first 2 problems are listed; 1 more are in the summary only." in notes


def test_the_page_says_that_records_are_made_up_only_when_they_are(dirty, tmp_path):
    text = write_html(validate(dirty), tmp_path / "p.html").read_text(encoding="utf-8")
    assert text.count("SYNTHETIC") >= 2
    assert '<html lang="en-GB">' in text
    assert "SYNTHETIC" in headline(validate(dirty))
    real = validate(written(tmp_path / "real", clean(), synthetic="false"))
    assert "SYNTHETIC" not in write_html(real, tmp_path / "q.html").read_text(encoding="utf-8")


def test_a_row_marked_synthetic_outweighs_the_manifest(tmp_path):
    frames = clean()
    frames["children"]["synthetic"] = "yes"
    assert validate(written(tmp_path / "r", frames, synthetic="false")).synthetic


@pytest.mark.browser
def test_the_page_is_accessible(dirty, tmp_path, browser):
    from axe_playwright_python.sync_playwright import Axe

    (dirty / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    path = tmp_path / "p.html"
    write_html(validate(dirty), path, waivers=read_waivers(dirty, on=ON))
    tab = browser.new_page()
    tab.goto(path.as_uri())
    results = Axe().run(tab)
    tab.close()
    assert results.violations_count == 0, results.generate_report()


# Nothing of a child leaves


def test_no_identifier_and_no_date_of_birth_stands_in_any_output(tmp_path, capsys):
    frames = clean()
    for frame in frames.values():
        for column in frame.columns[frame.columns.str.endswith("_id")]:
            frame[column] = frame[column].where(frame[column] == "", "SECRET" + frame[column])
    children = frames["children"]
    children["date_of_birth"] = ["1913-11-13", "2031-10-11", "", "13/11/2013"]
    children["expected_date_of_birth"] = ["", "", "2041-12-11", "never"]
    children["later_id"] = ["SECRETc1", "", "SECRETgone", ""]
    children["child_id"] = children["child_id"].where(children.index != 3, "1311139876")
    changed(frames, "core_groups", 2, child_id="SECRETnobody", core_group_date="SECRETday")
    changed(frames, "registrations", 2, registration_type="SECRETtype")
    folder = written(tmp_path / "records", frames)
    excel, html = tmp_path / "p.xlsx", tmp_path / "p.html"

    outputs = [run(folder, "--excel", excel, "--html", html).output]
    outputs += [run(folder, "--format", form).output for form in ("csv", "json")]
    outputs.append(html.read_text(encoding="utf-8"))
    for sheet in openpyxl.load_workbook(excel):
        outputs += [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    outputs.append(validate(folder).problems.to_csv())

    text = "\n".join(outputs)
    assert len(set(validate(folder).problems["code"])) > 8
    for secret in ("SECRET", "1913", "2031", "2041", "13/11", "131113", "never"):
        assert secret not in text


def test_an_error_of_reading_repeats_nothing_of_the_file(tmp_path):
    folder = written(tmp_path / "records", clean())
    (folder / "children.csv").write_text('child_id,area\nSECRET,"Fife\nSECRET,a,b,c\n', "utf-8")
    with pytest.raises(CpstatsError) as caught:
        validate(folder)
    assert "SECRET" not in str(caught.value)
    assert "children.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",", ";", "has none of the columns of its table"),
        ("child_id,", "Children\nchild_id,", "as many cells in each line"),
        (",sex,", ",area,", "columns of one name: area"),
    ],
)
def test_a_file_that_is_no_table_of_the_model_is_refused(tmp_path, old, new, said):
    folder = written(tmp_path / "records", clean())
    text = (folder / "children.csv").read_text("utf-8")
    assert old in text
    (folder / "children.csv").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(CannotRead, match=said):
        validate(folder)


def test_a_row_with_a_cell_too_many_is_never_shifted(tmp_path):
    folder = written(tmp_path / "records", clean())
    head, *rows = (folder / "children.csv").read_text("utf-8").splitlines()
    text = "\n".join([head, *(f"{row}," for row in rows)])
    (folder / "children.csv").write_text(text, "utf-8")
    with pytest.raises(CannotRead, match="as many cells in each line"):
        validate(folder)


@pytest.mark.parametrize("day", ["2018-08-31T23:30:00Z", "2018-09-01 14:30:00", "2018-09"])
def test_a_moment_is_no_date(tmp_path, day):
    frames = clean()
    changed(frames, "registrations", 2, registration_date=day)
    problems = validate(written(tmp_path / "records", frames)).errors
    assert {("TIM06", "registrations", 2)} <= set(
        problems[["code", "table", "line"]].itertuples(index=False, name=None)
    )


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_a_moment_in_a_parquet_file_is_no_date(tmp_path, zone):
    frames = clean()
    moments = pd.to_datetime(frames["registrations"]["registration_date"]).dt.tz_localize(zone)
    frames["registrations"]["registration_date"] = moments + pd.Timedelta(hours=23)
    folder = written(tmp_path / "records", frames, parquet=("registrations",))
    problems = validate(folder).errors
    assert set(problems[problems["code"] == "TIM06"]["table"]) == {"registrations"}


# The registry and its page


def test_the_page_of_rules_is_the_registry():
    committed = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert committed == page(), "run: python tests/rules_page.py > docs/rules.md"
    assert {code[:3] for code in RULES} == set(SUBJECTS)


def test_a_rule_is_said_in_whole_sentences():
    for entry in RULES.values():
        assert entry.title.endswith(".")
        assert entry.remedy.endswith(".")
        assert entry.severity in {"error", "warning"}


def test_findings_have_the_same_columns_with_and_without_problems(tmp_path, dirty):
    none = validate(written(tmp_path / "r", clean()))
    assert list(none.problems) == list(validate(dirty).problems)
    assert list(none.summary()) == list(validate(dirty).summary())
    assert isinstance(none.problems["line"].dtype, pd.Int64Dtype)
