"""The annual report: whole for every area and year, or not at all."""

from __future__ import annotations

import concurrent.futures
import re
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, edit
from made_sections import made_sections

import cpstats as cp
from cpstats import annual, published, running
from cpstats.annual import register
from cpstats.errors import CannotWrite, CpstatsError, DataProblems, ReportFailed, UnknownName
from cpstats.export import ReportExporter, faults
from cpstats.files import write_whole
from cpstats.tables import Prose

NOTEBOOK = ROOT / "notebooks" / "annual_self_evaluation.ipynb"


def text_of(page: Path) -> str:
    body = re.sub(r"<style>.*?</style>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_dundee_report_says_what_changed_first(dundee):
    text = text_of(dundee)
    assert "Dundee City: child protection self-evaluation, 2018-19" in text
    first = text.index(
        "What changed, and is it real?", text.index("What this report was made from")
    )
    assert text.index("91 children in Dundee City were on the register: 3.8 per 1,000", first) < (
        text.index("Children on the register", first)
    )
    for expected in (
        "95% interval 3.1 to 4.7",
        "no clear change",
        "6th highest register rate of the 32 councils",
        "4.2% of registrations in Dundee City",
        "2,530",
        "CSWS 2018-19 first edition (Mar 2020), Table 2.4",
    ):
        assert expected in text


def test_the_page_has_no_faults_no_code_and_nothing_from_outside(dundee):
    page = dundee.read_text(encoding="utf-8")
    assert faults(page) == []
    assert "cp.annual" not in page
    assert "<script" not in page
    assert "mathjax" not in page.casefold()
    assert page.count("<img ") == 9
    assert page.count("<h1>") == 1


#: Long ago, partly estimated, the last with counts by council, and hardly anything in hand.
HARD_YEARS = ("2006-07", "2017-18", "2019-20", "2023-24")
#: Areas that are hard in every year; the others take the years in turn.
HARD_AREAS = ("Scotland", "Orkney Islands")


def test_every_year_has_a_control_chart_or_a_reason(data):
    for year in cp.years(data):
        made = annual.process_chart(annual.open(area="Aberdeen City", year=year, data=data))
        few = "2006-07" <= year <= "2013-14"  # four years, then as many again on another census day
        assert repr(made).startswith("No control chart: ") == few, year


@pytest.mark.parametrize(
    ("area", "year"),
    [
        (area, year)
        for n, area in enumerate(cp.areas.names())
        for k, year in enumerate(HARD_YEARS)
        if area in HARD_AREAS or n % 4 == k
    ],
)
def test_every_section_can_be_made_for_every_area_in_hard_years(data, area, year):
    for section in made_sections(annual.open(area=area, year=year, data=data)):
        drawn = isinstance(section, cp.charts.Chart)
        # Of charts the words are read; they are drawn for the areas that are hard in every year.
        words = f"{section.alt} {section.caption}" if drawn else ""
        html = words or section._repr_html_()
        if drawn and area in HARD_AREAS:
            assert section.html()
        words = re.sub(r'src="[^"]+"', "", html)
        assert not re.search(r"\b(nan|NaN|None|inf|NaT)\b", words)


@pytest.mark.parametrize("year", cp.years(published.load(ROOT / "data")))
@pytest.mark.parametrize("area", ["Dundee City", "Orkney Islands", "Glasgow City", "Scotland"])
def test_the_words_of_every_year_hold(data, area, year):
    scope = annual.open(area=area, year=year, data=data)
    findings = annual.what_changed(scope).sentences
    assert findings
    assert all(s[0].isupper() or s[0].isdigit() for s in findings)
    assert all(s.endswith(".") for s in findings)
    now = scope.one("register_rate")
    if now["mark"] == "[c]":
        assert "suppressed" in findings[0]


@pytest.mark.parametrize(
    ("area", "year"),
    [
        ("Orkney Islands", "2006-07"),
        ("Glasgow City", "2017-18"),
        ("Dundee City", "2019-20"),
    ],
)
def test_hard_reports_are_made_whole(tmp_path, area, year):
    page = cp.build_annual(area=area, year=year, output=tmp_path / "page.html")
    assert faults(page.read_text(encoding="utf-8")) == []
    if (area, year) == ("Dundee City", "2019-20"):
        text = text_of(page)
        assert "published register rate of Dundee City for 31 July 2020 is 4.2" in text
        assert "no interval and cannot be tested" in text
        assert re.search(r"case conferences.*?6\.5\s+5\.5", text)


def test_the_rest_of_scotland_is_scotland_without_the_area(data):
    scope = annual.open(area="Dundee", year="2018-19", data=data)
    compared = register.against_scotland(scope)
    # 91 of 24,016 against 2,599 - 91 of 919,502 - 24,016.
    assert compared["ratio"] == pytest.approx((91 / 24_016) / (2_508 / 895_486))


@pytest.mark.parametrize(
    ("year", "said"),
    [
        ("2018-19", "a rise beyond what chance"),  # 862 of 4,287 against 756 of 4,320
        ("2013-14", "a rise beyond what chance"),  # their intervals meet, and the test is clear
        ("2016-17", "no clear change"),
    ],
)
def test_the_national_share_is_tested(data, year, said):
    scope = annual.open(area="Scotland", year=year, data=data)
    assert said in annual.what_changed(scope).sentences[-1]


def test_no_note_adds_up_what_was_suppressed(data):
    notes = [*data.table("register_by_council")["note"], *data.table("known_gaps")["reason"]]
    assert not any("sum to" in note for note in notes)


def test_a_change_across_a_break_says_so(data):
    scope = annual.open(area="Dundee", year="2010-11", data=data)
    findings = annual.what_changed(scope).sentences
    assert "The two are not alike: counted on 31 July from 2010-11 on." in findings[0]
    assert "registrations from 1 August to 31 July from 2010-11 on" in findings[-1]


def test_a_council_alone_with_its_figure_has_no_place(data):
    scope = annual.open(area="Dundee", year="2019-20", data=data)
    assert annual.place(scope).sentences[0].startswith("No place can be given")


def test_the_revision_that_reversed_a_headline_is_said(data):
    scope = annual.open(area="Scotland", year="2018-19", data=data)
    text = " ".join(annual.what_changed(scope).sentences)
    # First published as a fall from 2,668, republished as a rise from 2,530.
    assert "also published as 2,530 (CSWS 2018-19 republication)" in text
    assert "has risen by 2.7%" in text
    assert "where the figures used here have it fallen by 2.6%" in text


def test_comparators_can_be_chosen(data):
    scope = annual.open(
        area="Dundee", year="2018-19", comparators="Angus; Perth & Kinross", data=data
    )
    assert scope.comparators == ("Angus", "Perth and Kinross")
    assert scope.comparators_are == "chosen for this report"


def test_the_family_of_dundee_is_the_published_one(data):
    scope = annual.open(area="Dundee", year="2018-19", data=data)
    assert scope.comparators == (
        "East Ayrshire", "Glasgow City", "Inverclyde", "Na h-Eileanan Siar",
        "North Ayrshire", "North Lanarkshire", "West Dunbartonshire",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"area": "Dundeee"}, "Dundee City"),
        ({"year": "2030-31"}, "2023-24"),
        ({"year": "2018"}, "2017-18"),
        ({"comparators": "Fyfe"}, "Fife"),
        ({"records": "our-records"}, "it is not a record set"),
    ],
)
def test_a_wrong_parameter_stops_before_anything_is_run(tmp_path, wrong, said, monkeypatch):
    monkeypatch.setattr(running, "execute", lambda *_: pytest.fail("a kernel was started"))
    given = {"area": "Dundee", "year": "2018-19", **wrong}
    with pytest.raises(CpstatsError, match=said):
        cp.build_annual(**given, output=tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_bad_data_stop_the_report(package, tmp_path):
    row = "S12000042,Dundee City,2018-19,census date,2019-07-31,children_on_register,91,"
    edit(package, "register_by_council", row, row.replace(",91,", ",-91,"))
    with pytest.raises(DataProblems, match="-91"):
        cp.build_annual(area="Dundee", year="2018-19", data=package, output=tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_an_edited_figure_and_hostile_note_reach_the_page_as_text_and_are_said(package, tmp_path):
    note = "</p><script>alert('1')</script>\"\"\"\\n'''"
    quoted = '"' + note.replace('"', '""') + '"'
    row = "S12000042,Dundee City,2018-19,census date,2019-07-31,children_on_register,91,,"
    tail = "CSWS 2018-19 first edition (Mar 2020),s01,"
    edit(package, "register_by_council", row + tail, row + tail + quoted)
    page = cp.build_annual(
        area="Dundee", year="2018-19", data=package, output=tmp_path / "page.html"
    ).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page
    assert "These data files differ" in page
    assert "register_by_council.csv" in page


def test_an_area_name_with_markup_and_quotes_is_inert(data, tmp_path):
    hostile = '<b>Dundee</b> """ \' $x$ `rm` {{ 7*7 }}'
    notebook = notebook_of(
        "from cpstats.tables import Prose\nProse([area])",
    )
    path = tmp_path / "n.ipynb"
    nbformat.write(notebook, path)
    asked = running.Asked(path, {"area": hostile}, tmp_path / "p.html", hostile, data.folder)
    page = running.run(asked).first
    text = page.read_text(encoding="utf-8")
    assert "<b>Dundee" not in text
    assert "&lt;b&gt;Dundee&lt;/b&gt;" in text
    assert "{{ 7*7 }}" in text


# Running notebooks


def notebook_of(*code: str, parameters: str | None = 'area = "x"'):
    cells = []
    if parameters is not None:
        cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    heading = (
        "from cpstats.tables import Html\nfrom markupsafe import Markup\nHtml(Markup('<h1>T</h1>'))"
    )
    cells.append(nbformat.v4.new_code_cell(heading))
    cells += [nbformat.v4.new_code_cell(c) for c in code]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def run(tmp_path: Path, notebook, **parameters) -> Path:
    path = tmp_path / "notebook.ipynb"
    nbformat.write(notebook, path)
    page = tmp_path / "page.html"
    return running.run(running.Asked(path, parameters, page, "T", ROOT / "data")).first


def test_a_mistyped_parameter_stops_the_run(tmp_path):
    with pytest.raises(UnknownName, match="Did you mean 'area'"):
        run(tmp_path, notebook_of(), aera="Fife")


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path):
    with pytest.raises(ReportFailed, match="parameters"):
        run(tmp_path, notebook_of(parameters=None), area="Fife")


def test_a_failing_cell_leaves_the_old_page_in_place(tmp_path):
    (tmp_path / "page.html").write_text("the old page")
    with pytest.raises(ReportFailed, match=r"1 / 0(.|\n)*ZeroDivisionError"):
        run(tmp_path, notebook_of("1 / 0"), area="Fife")
    assert (tmp_path / "page.html").read_text() == "the old page"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notebook.ipynb", "page.html"]


SHOW = "from IPython.display import HTML\nHTML({!r})"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<img src="data:,">', "alternative"),
        ('<img alt="a" src="https://x.test/a.png">', "outside"),
        ('<p style="background: url(//x.test/a.png)">a</p>', "outside"),
        ('<link rel="stylesheet" href="https://x.test/a.css">', "outside"),
        ("<script>1</script>", "script"),
        ("<h3>too deep</h3>", "level 3"),
        ("<table><tr><td>a</td></tr></table>", "caption"),
        ("<table><caption>c</caption><tr><th>a</th></tr></table>", "scope"),
    ],
)
def test_a_page_with_a_fault_does_not_leave(tmp_path, html, said):
    with pytest.raises(ReportFailed, match=said):
        run(tmp_path, notebook_of(SHOW.format(html)), area="Fife")
    assert not (tmp_path / "page.html").exists()


def test_an_image_that_is_no_chart_of_ours_does_not_leave(tmp_path):
    png = "from IPython.display import display\ndisplay({'image/png': 'iVBORw0KGgo='}, raw=True)"
    with pytest.raises(ReportFailed, match="image"):
        run(tmp_path, notebook_of(png), area="Fife")


def test_a_kernel_that_dies_is_said(tmp_path):
    with pytest.raises(ReportFailed, match="kernel died"):
        run(tmp_path, notebook_of("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    assert not (tmp_path / "page.html").exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(CannotWrite, match="Cannot write"):
        write_whole(blocked / "page.html", "x")


def test_two_reports_at_once_in_one_folder_do_not_meet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    look = "import os, time\nfrom cpstats.tables import Prose\ntime.sleep(2)\n"
    look += "Prose([area, ' '.join(sorted(os.listdir('.')))])"
    nbformat.write(notebook_of(look), tmp_path / "notebook.ipynb")
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        made = {name: pool.submit(make_one, tmp_path, name) for name in ("Fife", "Angus")}
    for name, future in made.items():
        text = future.result().read_text(encoding="utf-8")
        assert f"<p>{name}</p>" in text
        assert "ipc" not in text  # no socket lies in the working folder


def make_one(folder: Path, name: str) -> Path:
    notebook, page = folder / "notebook.ipynb", folder / f"{name}.html"
    return running.run(running.Asked(notebook, {"area": name}, page, "T", ROOT / "data")).first


def test_nbconvert_knows_the_exporter():
    from nbconvert.exporters import get_exporter

    assert get_exporter("cpstats-html") is ReportExporter


def test_a_section_without_figures_says_so(data):
    scope = annual.open(area="Orkney", year="2023-24", data=data)
    assert isinstance(annual.comparison_chart(scope), Prose)
    assert "not in hand" in annual.comparison_chart(scope).sentences[0]
