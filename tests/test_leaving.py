"""The gate: what a report hides stands nowhere in it, and what left is remembered."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cpstats as cp
from cpstats import leaving
from cpstats.disclosure import read_policy, release
from cpstats.disclosure.handing import HANDED, Handed, hand, take
from cpstats.disclosure.ledgers import earlier, enter
from cpstats.errors import CannotRead, DataNotFound, DataProblems, ReportFailed, UnknownName

PAGE = "<!doctype html><html lang='en'><title>t</title><body><h1>One</h1>{}</body></html>"


def shares(numerators: list[float]) -> pd.DataFrame:
    bands = ["0-4", "5-10", "11-15"][: len(numerators)]
    return pd.DataFrame(
        {
            "indicator": "meetings_to_registration", "area_code": "S12000042",
            "area": "Dundee City", "period": "2018-19", "start": pd.Timestamp("2018-08-01"),
            "age_band": bands, "numerator": numerators, "denominator": 47.0,
            "value": [100 * n / 47 for n in numerators], "lower": 1.0, "upper": 99.0,
            "method": "Wilson", "mark": "", "source": "", "denominator_basis": "", "vintage": "",
            "date": pd.NaT, "note": "",
        }
    )  # fmt: skip


@pytest.fixture
def handed():
    return Handed(release(shares([3.0, 20, 25]), read_policy("scotgov")), "Dundee City", True)


PLACES = {
    "text": "<p>6.4% (3 of 47) of meetings</p>",
    "a cell": "<table><caption>c</caption><tr><td>3 of 47</td></tr></table>",
    "an alternative": "<img src='data:,' alt='Meetings: 3 of 47.'>",
    "a label": "<div role='region' aria-label='3 of 47'></div>",
    "a comment": "<!-- 3 of 47 -->",
    "metadata": "<meta name='description' content='3 of 47 led to registration'>",
    "a data attribute": "<div data-value='3 of 47'></div>",
    "what is not displayed": "<p hidden>three of 47 children</p>",
    "a drawing": "<svg role='img'><title>3 of 47</title></svg>",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_hidden_count_anywhere_on_the_page_stops_it(handed, tmp_path, place):
    page = tmp_path / "reports" / "page.html"
    with pytest.raises(ReportFailed, match="must not leave") as failed:
        leaving.let_leave(PAGE.format(place), None, page, handed=handed, restricted=False)
    assert "3 of 47" not in str(failed.value)
    assert not page.parent.exists()


@pytest.mark.parametrize("place", ["<p>42.6% (20 of 47)</p>", "<p>2 of 3 in a row</p>", "<p>3</p>"])
def test_what_is_shown_may_stand_on_the_page(handed, tmp_path, place):
    page = tmp_path / "page.html"
    assert leaving.let_leave(PAGE.format(place), None, page, handed=handed, restricted=False)
    assert page.read_text() == PAGE.format(place)


def test_a_hidden_sheet_does_not_hide(handed, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "Figures"
    book.create_sheet("notes").sheet_state = "veryHidden"
    book["notes"]["C9"] = "3 of 47"
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(ReportFailed, match="notes"):
        leaving.refuse_leaks(tmp_path / "book.xlsx", "xlsx", handed)


def executed(shown: str):
    import nbformat.v4 as v4

    output = v4.new_output("display_data", {"text/html": shown, "text/plain": ""})
    cell = v4.new_code_cell("show()", outputs=[output])
    return v4.new_notebook(cells=[cell], metadata={"papermill": {"input_path": "/home/me/n.ipynb"}})


def test_a_public_notebook_is_cleaned_and_read_too(handed, tmp_path):
    page = tmp_path / "page.html"
    given = {"handed": handed, "restricted": False}
    leaving.let_leave(PAGE, executed("<p>20 of 47</p>"), page, **given)
    kept = (tmp_path / "page.ipynb").read_text()
    assert "20 of 47" in kept
    assert "/home/me" not in kept
    other = tmp_path / "other.html"
    with pytest.raises(ReportFailed, match="must not leave"):
        leaving.let_leave(PAGE, executed("<p>3 of 47</p>"), other, **given)
    assert not other.exists()
    assert not other.with_suffix(".ipynb").exists()


def test_a_restricted_notebook_is_whole_and_says_so_first(tmp_path):
    page = tmp_path / "page.html"
    given = {"handed": None, "restricted": True}
    leaving.let_leave(PAGE, executed("<p>3 of 47</p>"), page, **given)
    cells = json.loads((tmp_path / "page.ipynb").read_text())["cells"]
    assert "".join(cells[0]["source"]).splitlines()[0].startswith("RESTRICTED: for the committee")
    assert "3 of 47" in str(cells[1:])
    assert not (tmp_path / "released").exists()


def test_the_same_release_twice_hides_the_same(tmp_path):
    first = release(shares([3.0, 20, 25]), "scotgov")
    enter(tmp_path, first, area="Dundee City", synthetic=True, title="t")
    before = earlier(tmp_path, area="Dundee City", synthetic=True)
    again = release(shares([3.0, 20, 25]), "scotgov", earlier=before)
    pd.testing.assert_frame_equal(first.tables["table"], again.tables["table"])


def test_only_what_the_policy_calls_public_leaves(tmp_path):
    from dataclasses import replace

    policy = replace(read_policy("scotgov"), public=("xlsx",))
    own = Handed(release(shares([30.0, 20, 25]), policy), "Dundee City", True)
    with pytest.raises(ReportFailed, match="kind html"):
        leaving.let_leave(PAGE, None, tmp_path / "p.html", handed=own, restricted=False)


def test_the_log_says_why_and_not_what(handed, tmp_path):
    page = tmp_path / "page.html"
    leaving.let_leave(PAGE.format(""), None, page, handed=handed, restricted=False)
    log = pd.read_csv(tmp_path / "page.hidden.csv")
    assert log["rule"].tolist() == ["fewer than 5"]
    assert log[["low", "high"]].to_numpy().tolist() == [[0, 47]]
    assert log["policy"].unique().tolist() == [read_policy("scotgov").name]
    assert not {"value", "count", "numerator"} & set(log)


def test_what_the_documentation_says_is_so():
    import doctest
    from pathlib import Path

    page = Path(__file__).parent.parent / "docs" / "disclosure.md"
    examples = page.read_text(encoding="utf-8").replace("```", "\n")
    parsed = doctest.DocTestParser().get_doctest(examples, {}, "disclosure", None, 0)
    assert doctest.DocTestRunner().run(parsed).failed == 0
    assert len(parsed.examples) == 5


# The ledger


def test_the_ledger_gives_back_what_left(handed, tmp_path):
    done = handed.release
    path = enter(tmp_path, done, area="Dundee City", synthetic=True, title="a paper")
    assert enter(tmp_path, done, area="Dundee City", synthetic=True, title="a paper") == path
    assert len(list(tmp_path.iterdir())) == 1
    (again,) = earlier(tmp_path, area="Dundee City", synthetic=True)
    left = done.tables["table"]
    for column in ("numerator", "denominator", "mark", "period", "age_band"):
        assert again[column].fillna(-1).tolist() == left[column].fillna(-1).tolist()
    assert earlier(tmp_path, area="Fife", synthetic=True) == []
    assert earlier(tmp_path, area="Dundee City", synthetic=False) == []
    assert earlier(tmp_path / "none", area="Dundee City", synthetic=True) == []


def test_nothing_hidden_stands_in_the_ledger(handed, tmp_path):
    path = enter(tmp_path, handed.release, area="Dundee City", synthetic=True, title="t")
    entry = json.loads(path.read_text())
    (table,) = entry["tables"].values()
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    assert [row["numerator"] for row in rows] == [None, 20, 25]
    assert rows[0]["value"] is None


def test_what_was_released_once_is_not_subtracted_from_what_comes_next(tmp_path):
    # Released: a year of 72, and then quarters, of which one alone is small.
    def counts(periods: list[str], values: list[float]) -> pd.DataFrame:
        frame = shares([1.0]).drop(columns="age_band")
        frame = pd.concat([frame.assign(period=p) for p in periods], ignore_index=True)
        frame = frame.assign(indicator="registrations", numerator=values, denominator=np.nan)
        return frame.assign(value=values, lower=np.nan, upper=np.nan)

    year = release(counts(["2018-19"], [72.0]), "scotgov")
    enter(tmp_path, year, area="Dundee City", synthetic=True, title="year")
    quarters = counts([f"2018-19 Q{n}" for n in (1, 2, 3, 4)], [20.0, 3, 31, 18])
    before = earlier(tmp_path, area="Dundee City", synthetic=True)
    assert cp.protect(quarters, "scotgov")["numerator"].isna().sum() == 1
    assert cp.protect(quarters, "scotgov", earlier=before)["numerator"].isna().sum() == 2


def test_a_broken_entry_stops_the_report(tmp_path):
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(CannotRead, match="released before"):
        earlier(tmp_path, area="Dundee City", synthetic=True)


# From one process to the other


def test_a_release_is_handed_over_in_private(handed, tmp_path, monkeypatch):
    place = tmp_path / "release"
    hand(handed.release, area="Fife", synthetic=False)  # nobody asked: nothing happens
    assert take(place) is None
    monkeypatch.setenv(HANDED, str(place))
    hand(handed.release, area="Fife", synthetic=False)
    assert place.stat().st_mode & 0o077 == 0
    taken = take(place)
    assert taken.area == "Fife"
    assert taken.release.hidden == {(3.0, 47.0)}


# Policies


def test_presets_are_as_their_producers_practise():
    scotgov, phs, strict = map(read_policy, ("scotgov", "phs", "strict"))
    assert (scotgov.symbol, phs.hide_under, strict.round_to) == ("*", 11, 5)
    assert strict.families
    assert read_policy().families  # the package's own file builds on a preset


def test_everything_wrong_with_a_policy_is_said_at_once(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(
        'hide_under = 1\nzero = "maybe"\nthreshold = 5\nsymbol = "[x]"\ndominance = 2\n'
    )
    with pytest.raises(DataProblems) as failed:
        read_policy(path)
    assert len(failed.value.problems) == 5
    assert "Known" in str(failed.value) or "Did you mean" in str(failed.value)


def test_a_policy_that_protects_less_than_it_hides_is_refused(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("hide_under = 10\nprotection = 3\n")
    with pytest.raises(DataProblems, match="narrower"):
        read_policy(path)


def test_a_policy_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnknownName, match="disclosure policy"):
        read_policy("scotgove")
    with pytest.raises(DataNotFound):
        read_policy(tmp_path / "policy.toml")
    (tmp_path / "bad.toml").write_text("= 3")
    with pytest.raises(CannotRead):
        read_policy(tmp_path / "bad.toml")
