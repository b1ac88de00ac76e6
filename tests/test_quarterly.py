"""The quarterly paper: question by question, and nothing from after the quarter."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT
from test_report import text_of

import cpstats as cp
from cpstats import local, quarterly
from cpstats.errors import CpstatsError, DataNotFound
from cpstats.export import faults

SYNTHETIC = str(ROOT / "data" / "synthetic")


def test_every_question_is_answered_in_order(dundee_quarterly, data):
    page = dundee_quarterly.read_text(encoding="utf-8")
    assert faults(page) == []
    asked = local.scrutiny_questions(data.folder / local.QUESTIONS, area="Dundee City")
    heads = re.findall(r"<h2[^>]*>Question (\d): (.*?)</h2>", page)
    assert [title for _, title in heads] == [q.title.replace("'", "&#39;") for q in asked]
    assert page.count("What to ask next") == len(asked)


def test_the_paper_says_synthetic_on_every_page_and_first(dundee_quarterly):
    text = text_of(dundee_quarterly)
    assert "<title>SYNTHETIC: Dundee City" in dundee_quarterly.read_text(encoding="utf-8")
    assert text.index("SYNTHETIC: figures from records are made up") < text.index(
        "Four quarters to"
    )


@pytest.mark.browser
@pytest.mark.xdist_group("pages")
@pytest.mark.parametrize("made", ["dundee_with_records", "dundee_quarterly"])
def test_axe_finds_nothing_and_no_page_is_too_wide(browser, request, made):
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(request.getfixturevalue(made).as_uri())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    for width in (1200, 390):
        page.set_viewport_size({"width": width, "height": 900})
        size = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert size[0] <= size[1]
    # The banner stays in sight.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    top = "document.querySelector('.banner').getBoundingClientRect().top"
    assert page.evaluate(top) == 0
    # In print a margin box of the page's own kind says the same on every sheet.
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).page") == "synthetic"
    page.close()


def test_the_annual_report_has_the_chapters_of_records(dundee_with_records):
    text = text_of(dundee_with_records)
    for chapter in (
        "From concern to registration: pathway and thresholds",
        "Young people: is help as likely at 13 to 17 as before?",
        "Timescales: was it done in time?",
        "Children registered again: what the records say",
        "Concerns identified at registration",
        "Participation and advocacy",
        "How long children stay on the register",
        "How good the records are",
    ):
        assert chapter in text
    assert "No child-level records were used" not in text
    assert "Whether children's lives got better" in text.replace("&#39;", "'")
    assert "How they are protected: Fewer than 5 children" in text


def test_nothing_is_shown_that_was_counted_after_the_quarter(data):
    paper = quarterly.open(area="Dundee City", quarter="2018-19 Q2", records=SYNTHETIC, data=data)
    for piece in quarterly.answers(paper):
        periods = list(getattr(getattr(piece, "data", None), "period", []))
        # The register of 2018-19 was counted on 31 July 2019, after the last day, 31 January.
        assert "2018-19" not in periods
        assert not {"2018-19 Q3", "2018-19 Q4"} & set(periods)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quarter": "2018-19"}, "not a quarter"),
        ({"quarter": "2025-26 Q1"}, "Choose a time inside them"),
        ({"quarter": "2012-13 Q3"}, "Choose a time inside them"),
        ({"records": ""}, "needs records"),
        ({"records": "nowhere"}, "not a record set"),
        ({"questions": "nothing.toml"}, "There is no file"),
        ({"area": "Scotland"}, "area in the records"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_would_be_right(data, wrong, said):
    given = {"area": "Dundee", "quarter": "2018-19 Q2", "records": SYNTHETIC} | wrong
    with pytest.raises((CpstatsError, DataNotFound), match=said):
        quarterly.open(**given, data=data)


def test_a_year_that_records_do_not_cover_is_refused(data):
    with pytest.raises(CpstatsError, match="Choose a time inside them"):
        cp.annual.open(area="Dundee", year="2023-24", records=SYNTHETIC, data=data)


def test_a_committee_can_ask_its_own_questions(data, tmp_path):
    file = tmp_path / "ours.toml"
    file.write_text(
        '[[section]]\nid = "ours"\ntitle = "Are reviews held in {area}?"\n'
        'figures = ["reviews_in_time"]\n',
        encoding="utf-8",
    )
    paper = quarterly.open(
        area="Dundee", quarter="2018-19 Q4", records=SYNTHETIC, questions=str(file), data=data
    )
    assert repr(quarterly.answers(paper)[0]) == "Question 1: Are reviews held in Dundee City?"


def test_the_notebook_calls_each_section_once():
    text = (ROOT / "notebooks" / "quarterly_scrutiny.ipynb").read_text(encoding="utf-8")
    called = re.findall(r"cp\.quarterly\.(\w+)\(paper\)", text)
    assert sorted(called) == sorted(set(quarterly.__all__) - {"Paper", "open"})


def test_what_is_hidden_is_logged_and_what_left_is_entered(dundee_quarterly):
    log = pd.read_csv(dundee_quarterly.with_suffix(".hidden.csv"))
    assert {"fewer than 5", "others could be worked out from it"} <= set(log["rule"])
    # Every range is as wide as the policy asks.
    assert ((log["high"] - log["low"]).fillna(np.inf) >= 5).all()
    assert log["low"].notna().all()
    (entry,) = (dundee_quarterly.parent / "released").glob("*.json")
    assert '"synthetic": true' in entry.read_text()
    assert "How they are protected: Fewer than 5 children" in text_of(dundee_quarterly)


def test_figures_for_readers_are_all_that_the_paper_can_count(data):
    own = local.local_records(SYNTHETIC, area="Dundee City", data=data)
    questions = local.scrutiny_questions(data.folder / local.QUESTIONS, area="Dundee City")[:1]
    span = local.four_quarters("2018-19 Q4")
    ready = local.for_readers(own, questions, span, restricted=False)
    with pytest.raises(CpstatsError, match="no part of what this report releases"):
        ready.count("orders")
    assert local.for_readers(own, questions, span, restricted=True) is own
    given = ready.release.tables.values()
    assert all("numerator_families" not in frame for frame in given)
    shown = pd.concat(given)["numerator"].dropna()
    assert not shown.between(1, 4).any()
