"""Evidence by the inspection framework: folders, commentary, the map, the position, the pages."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

import cpstats as cp
from cpstats.errors import CannotRead, CpstatsError, DataProblems
from cpstats.framework import (
    evidence_map,
    for_readers,
    open_evidence,
    own_words,
    read_framework,
    read_inspections,
    start_commentary,
)
from cpstats.framework.commentary import SLOTS, render
from cpstats.framework.evidence_map import strength
from cpstats.framework.position import IMPROVE, STRENGTH, draft

SHIPPED = Path("data/synthetic/evidence")
DATA = Path("data")


@pytest.fixture(scope="module")
def own():
    return for_readers(open_evidence(SHIPPED, area="Dundee"), "scotgov", restricted=False)


@pytest.fixture(scope="module")
def scope(tmp_path_factory):
    words = tmp_path_factory.mktemp("words")
    (words / "position.md").write_text("We are **sure**.", encoding="utf-8")
    return cp.annual.open(
        area="Dundee City", year="2018-19", evidence=str(SHIPPED), commentary=str(words)
    )


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "evidence"))


# --- folders ------------------------------------------------------------------------------------


def test_a_folder_is_read_in_the_order_of_its_dates():
    held = open_evidence(SHIPPED, area="Dundee City")
    assert [r.date.year for r in held.readings] == [2021, 2022]
    assert [s.who for s in held.surveys if s.date.year == 2021] == ["staff"]
    assert held.synthetic
    assert len(held.plan.actions) == 45


def test_evidence_of_another_area_is_refused():
    with pytest.raises(CpstatsError, match="is of Dundee City, not of Fife"):
        open_evidence(SHIPPED, area="Fife")


def test_everything_wrong_in_a_folder_is_said_at_once(folder):
    lines = (folder / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace(",1", ",99", 1)
    lines[5] = lines[5].replace("C01", "")
    (folder / "outcomes.csv").write_text("\n".join(lines), encoding="utf-8")
    log = (folder / "participation.csv").read_text(encoding="utf-8")
    (folder / "participation.csv").write_text(log.replace("mother", "mum", 1), encoding="utf-8")
    with pytest.raises(DataProblems) as error:
        open_evidence(folder, area="Dundee City")
    assert "outcomes.csv" in str(error.value)
    assert "participation.csv" in str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("survey =", "surveys ="), "is no kind of evidence"),
        (('area = "Dundee City"', ""), "is missing"),
        (('outcomes = ["outcomes.csv"]', 'outcomes = "outcomes.csv"'), "is no list of files"),
        (('["plan.csv"]', '["plans.csv"]'), "is not there"),
        (('["plan.csv"]', '["../plan.csv"]'), "is outside the folder"),
        (('["plan.csv"]', '["plan.csv", "plan.csv"]'), "lists several files"),
    ],
)
def test_what_a_folder_holds_is_checked(folder, change, said):
    manifest = folder / "evidence.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(DataProblems, match=said):
        open_evidence(folder, area="Dundee City")


def test_a_folder_without_a_list_is_told(tmp_path):
    with pytest.raises(CannotRead, match=r"evidence\.toml"):
        open_evidence(tmp_path, area="Dundee City")


# --- what may be seen ---------------------------------------------------------------------------


def test_small_counts_are_hidden_and_what_would_give_them_back(own):
    whole = for_readers(own.evidence, "scotgov", restricted=True)
    assert whole.release is None
    for name, table in own.tables.items():
        if name.startswith("survey"):
            continue
        assert not table["numerator"].between(1, 4).any(), name
    shown = own.tables["outcomes shares"]
    answers = shown[shown["answer"] != "missing at follow-up"]
    # One hidden of three that add up to the children followed would be had by subtraction.
    hidden = answers["numerator"].isna().groupby(answers["measure"]).sum()
    assert hidden.max() > 1
    assert 1 not in set(hidden)


def test_what_stands_beside_a_hidden_figure_is_hidden_too(own):
    table = own.tables["outcomes by age"]
    hidden = table[table["mark"] == "[c]"]
    assert len(hidden)
    assert hidden[["first_mean", "later_mean", "missing", "sign_p_value"]].isna().all(axis=None)
    assert (hidden["verdict"] == "").all()
    assert (hidden["note"] == "").all()


def test_a_link_finds_its_figures_over_time(own):
    plan = own.find("record_reading:plan")
    assert plan["start"].dt.year.tolist() == [2021, 2022]
    assert len(own.find("outcomes:*")) == 8
    assert own.find("staff_survey:vision")["group"].unique().tolist() == ["All"]
    assert own.find("record_reading:nothing") is None


# --- commentary ---------------------------------------------------------------------------------


def test_slots_are_made_once_and_never_touched(tmp_path):
    made = start_commentary(tmp_path)
    assert {p.stem for p in made} == set(SLOTS)
    assert own_words(tmp_path, "position") is None  # nothing but what we wrote
    (tmp_path / "position.md").write_text("Ours.", encoding="utf-8")
    assert start_commentary(tmp_path) == []
    assert "Ours." in repr(own_words(tmp_path, "position"))
    assert "own words" in repr(own_words(tmp_path, "position"))


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("![x](http://evil/a.png)", "<img"),
        ("[x](javascript:alert(1))", "href"),
        ("[x](data:text/html;base64,xxx)", "href"),
        ("[x](  JaVaScRiPt:alert(1))", "href"),
        ("<!-- hidden --> seen", "hidden"),
        ('[x](https://a" onmouseover="alert(1))', 'onmouseover="'),
        ("<iframe src=//evil></iframe>", "<iframe"),
        ("# A\n## B\n###### C", "<h1"),
    ],
)
def test_commentary_cannot_become_code(tmp_path, text, never):
    (tmp_path / "position.md").write_text(f"Words. {text}\n\n{text}", encoding="utf-8")
    assert never not in str(own_words(tmp_path, "position").html)


def test_commentary_keeps_its_meaning():
    made = render("We **know**:\n\n- one\n- [site](https://example.org/a?b=1&c=2)")
    assert "<strong>know</strong>" in made
    assert '<li><a href="https://example.org/a?b=1&amp;c=2">site</a></li>' in made


@given(st.text(max_size=60))
def test_no_text_opens_a_tag_of_its_own(text):
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", str(render(text))))
    allowed = {"p", "em", "strong", "h3", "ul", "ol", "li", "code", "pre", "blockquote", "a", "br",
               "hr", "div", "table", "caption", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert tags <= allowed
    assert escape("<") == "&lt;"


# --- the mapping and the map --------------------------------------------------------------------


def test_only_verified_quality_indicators_ship():
    held = read_framework(DATA / "framework.toml")
    # Those whose names were read in a source; CELCIS numbers none could confirm.
    assert [q.number for q in held.quality_indicators] == ["2.1", "5.3", "5.4", "9.2"]
    assert all(q.source for q in held.quality_indicators)
    assert held.celcis == {}
    assert sorted(held.statements) == [1, 2, 3, 4]


def test_users_can_fill_the_mapping(tmp_path):
    text = (DATA / "framework.toml").read_text(encoding="utf-8")
    text += '\n[[quality_indicator]]\nnumber = "1.1"\nname = "Ours"\nevidence = ["outcomes:*"]\n'
    text += '[[celcis]]\nnumber = "7"\nname = "Registrations"\nindicator = "registrations_rate"\n'
    (tmp_path / "f.toml").write_text(text, encoding="utf-8")
    held = read_framework(tmp_path / "f.toml")
    assert held.quality_indicators[-1].name == "Ours"
    assert held.celcis == {"registrations_rate": "7 Registrations"}


def test_names_that_a_user_filled_in_are_printed_as_theirs():
    from cpstats.endnotes import definitions_of

    plain = repr(definitions_of(["register_rate"]))
    named = repr(definitions_of(["register_rate"], {"register_rate": "7 Rate"}))
    assert "CELCIS" not in plain
    assert "7 Rate (as filled in by the partnership)" in named


def test_outputs_stand_beside_outcomes(scope):
    table = cp.annual.outcomes(scope)[-1]
    assert table.caption == "Outputs and outcomes, side by side"
    assert table.frame["Kind"].str.split(":").str[0].unique().tolist() == ["output", "outcome"]
    # 91 on the register in July 2019 (Children's Social Work Statistics), the year of the report
    assert ["91", "2018-19"] in table.frame[["Figure", "Of"]].to_numpy().tolist()
    outputs = table.frame[table.frame["Kind"].str.startswith("output")]
    assert set(outputs["Of"]) == {"2018-19"}
    assert "Outputs are of 2018-19, the year of this report" in table.notes[0]


def test_a_broken_mapping_is_told(tmp_path):
    (tmp_path / "f.toml").write_text(
        '[[quality_indicator]]\nname = "x"\nevidence = ["graph:1"]\ncolour = 1\n'
        '[[celcis]]\nnumber = "1"\nname = "x"\nindicator = "registration_rate"\n',
        encoding="utf-8",
    )
    with pytest.raises(DataProblems) as error:
        read_framework(tmp_path / "f.toml")
    for part in ("number is missing", "graph:1", "colour", "Did you mean registrations_rate"):
        assert part in str(error.value).replace("'number' is", "number is"), part


def test_the_map_says_what_there_is_and_how_strong(own):
    table = evidence_map(read_framework(DATA / "framework.toml"), own.find, own.evidence.plan)
    frame = table.frame.set_index(["Quality indicator", "Evidence"])
    row = frame.loc[("2.1 Impact on children and young people", "Record reading")]
    assert row["How recent"] == "31 October 2022"
    assert "SYNTHETIC, fair (within 10 points)" in row["How strong"]
    row = frame.loc[("2.1 Impact on children and young people", "Published figures")]
    assert row["How strong"] == "none"  # `own.find` knows none


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"value": 50, "lower": 46, "upper": 54, "method": "Wilson"}, "strong (within 4 points)"),
        ({"value": 50, "lower": 41, "upper": 59, "method": "Wilson"}, "fair (within 9 points)"),
        ({"value": 50, "lower": 30, "upper": 70, "method": "Wilson"}, "weak (within 20 points)"),
        ({"value": 5, "lower": 4, "upper": 6, "method": "Byar"}, "all cases counted"),
        ({"value": 5, "lower": None, "upper": None, "method": ""}, "as published, without counts"),
        ({"value": None, "lower": None, "upper": None, "method": ""}, "no figure"),
    ],
)
def test_strength_is_told_by_the_interval(row, said):
    assert strength(pd.Series({"mark": "", "source": "", **row})) == said


# --- the position -------------------------------------------------------------------------------


def test_the_draft_puts_forward_only_what_is_clear(own):
    found = draft(own)
    assert any("Is there a chronology: 53 of 58, 91% (82 to 96;" in s for s in found[STRENGTH])
    assert any(s.startswith("Children offered advocacy: 34 of 104") for s in found[IMPROVE])
    # 45 of 60 is 75%, but 64 to 84: not clear either way
    assert not any("initial response" in s for side in found.values() for s in side)
    assert all("SYNTHETIC" in s for side in found.values() for s in side)


# --- on the page --------------------------------------------------------------------------------


def test_areas_for_improvement_each_have_a_page(scope):
    parts = cp.annual.areas_for_improvement(scope)
    heads = [repr(p) for p in parts if 'class="sheet"' in getattr(p, "html", "")]
    assert [h.split(":")[0] for h in heads] == [f"Area for improvement {n}" for n in range(1, 5)]
    text = "\n".join(map(repr, parts))
    assert "the measures that bear on it" in text
    assert "those counted from records are the partnership's own" in text
    assert "this report has no count of it" in text  # what records would tell is said to be missing


def test_a_council_without_an_inspection_is_told():
    fife = cp.annual.open(area="Fife", year="2018-19")
    assert "No inspection of Fife" in repr(cp.annual.areas_for_improvement(fife)[0])
    assert "No improvement plan" in repr(cp.annual.improvement_plan(fife)[0])
    assert "what changed for them is not known" in "\n".join(map(repr, cp.annual.outcomes(fife)))


def test_statements_are_those_of_the_inspections(scope):
    heads = [repr(cp.annual.statement(scope, n)[0]) for n in (1, 2, 3, 4)]
    assert heads[0].startswith("Statement 1, to be tested: Children and young people are safer")
    assert heads[3].endswith("ensure high standards of service delivery")
    assert "it is no finding of this report" in repr(cp.annual.statement(scope, 1)[1])


def test_the_position_carries_the_analysts_words(scope):
    text = "\n".join(map(repr, cp.annual.position(scope)))
    assert "We are sure." in text
    assert "The partnership's own words" in text


def test_the_day_of_the_plan_comes_from_the_data_not_the_clock(scope):
    text = "\n".join(map(repr, cp.annual.improvement_plan(scope)))
    assert "On 13 March 2023, of 45 actions" in text  # the last survey's day


def test_every_mark_is_for_the_committee_alone(scope):
    public = "\n".join(map(repr, cp.annual.readers_agree(scope)))
    assert "Records by mark" not in public
    closed = cp.annual.open(
        area="Dundee City", year="2018-19", evidence=str(SHIPPED), restricted=True
    )
    assert "Records by mark" in "\n".join(map(repr, cp.annual.readers_agree(closed)))
    assert "RESTRICTED" in repr(cp.annual.title(closed)[0])


def test_inspections_are_read_by_area(tmp_path):
    held = read_inspections(DATA / "inspections")
    assert held["Dundee City"].published == dt.date(2022, 1, 11)
    text = (DATA / "inspections" / "dundee-2022.toml").read_text(encoding="utf-8")
    (tmp_path / "x.toml").write_text(text.replace("Dundee City", "Dundy"), encoding="utf-8")
    with pytest.raises(DataProblems, match="Did you mean"):
        read_inspections(tmp_path)


def test_a_whole_report_from_evidence_leaves_protected(tmp_path):
    page = cp.build_annual(
        area="Dundee City", year="2018-19", evidence=str(SHIPPED),
        commentary=str(tmp_path / "words"), output=tmp_path / "report.html",
    )  # fmt: skip
    html = page.read_text(encoding="utf-8")
    assert html.count("<h2 ") > 10
    assert "<title>SYNTHETIC: " in html
    assert 'class="banner synthetic"' in html
    assert (tmp_path / "report.hidden.csv").exists()
    assert len(list((tmp_path / "words").glob("*.md"))) == len(SLOTS)
