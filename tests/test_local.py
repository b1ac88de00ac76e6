"""Records in a report: let in only when clean or waived, marked, and honest about small numbers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from scipy import stats

import cpstats as cp
from cpstats import charts, local
from cpstats.definitions import SUMMARIES
from cpstats.errors import CpstatsError, DataNotFound, DataProblems, UnknownName
from cpstats.local import answers, brief, figures, processes, sections
from cpstats.local import leaving as local_leaving
from cpstats.local.sections import Pair, Process
from cpstats.tables import Html, Prose, Table

SYNTHETIC = ROOT / "data" / "synthetic"
YEAR = local.year("2018-19")


@pytest.fixture(scope="module")
def own(data):
    return local.local_records(SYNTHETIC, area="Dundee", data=data)


@pytest.fixture(scope="module")
def shown(own):
    """Every chapter of the year, piece by piece."""
    return {
        name: local.show(own, section, YEAR) for name, section in local.annual_chapters().items()
    }


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(SYNTHETIC / f"{name}.csv", dtype="str", keep_default_na=False)


def in_year(dates: pd.Series) -> pd.Series:
    return dates.between("2018-08-01", "2019-07-31")


def row_of(pieces, measure: str) -> pd.Series:
    tables = [p for p in pieces if isinstance(p, Table) and "Measure" in p.frame]
    rows = pd.concat([t.frame for t in tables])
    return rows[rows["Measure"].str.startswith(measure)].iloc[0]


# What a chapter says, counted from the files by hand


def test_the_number_of_concerns_is_that_of_the_file(shown):
    by_hand = int(in_year(table("concerns_received")["received_date"]).sum())
    assert row_of(shown["pathway"], "Child protection concerns")["2018-19"] == str(by_hand)


def test_the_share_of_meetings_with_a_parent_is_that_of_the_files(shown):
    attendance = table("attendance")
    parents = attendance[attendance["role"].isin(["mother", "father"])]
    parents = parents[parents["attended"].isin(["yes", "no"])]
    there = parents.groupby("meeting_id")["attended"].agg(lambda a: "yes" in set(a))
    meetings = table("meetings")
    held = meetings[in_year(meetings["meeting_date"])]["meeting_id"]
    known = there[there.index.isin(held)]
    row = row_of(shown["participation"], "Planning meetings that a parent attended")
    assert row["Counts"] == f"{known.sum()} of {len(known)}"


def test_young_people_stand_beside_younger_children(shown):
    pieces = shown["young_people"]
    found = next(p for p in pieces if isinstance(p, Table)).frame
    row = found[found["Measure"] == "Concerns that reached an investigation"].iloc[0]
    x1, n1 = map(int, row["13-17: counts"].split(" of "))
    x2, n2 = map(int, row["0-12: counts"].split(" of "))
    chance = stats.chi2_contingency([[x1, n1 - x1], [x2, n2 - x2]], correction=False).pvalue
    said = row["13-17, against 0-12"]
    assert said == (
        "no clear difference" if chance > 0.05 else "lower" if x1 / n1 < x2 / n2 else "higher"
    )
    assert chance < 0.05  # else the test has shown nothing of the direction


def test_every_chapter_has_a_control_chart_by_quarter(shown):
    for name, pieces in shown.items():
        drawn = [p for p in pieces if isinstance(p, charts.Chart) and "chart" in p.data]
        assert drawn, name
        assert drawn[0].data["period"].iloc[-1] == "2018-19 Q4"


def test_every_piece_with_figures_says_synthetic(shown):
    for pieces in shown.values():
        for piece in pieces:
            if isinstance(piece, charts.Chart):
                assert piece.alt.startswith("SYNTHETIC records, made up. ")
                assert "SYNTHETIC" in piece.caption
                assert "SYNTHETIC" in [t.get_text() for t in piece.texts]
            elif isinstance(piece, Table):
                assert any("SYNTHETIC" in note for note in piece.notes)


def test_a_chart_of_published_figures_does_not_say_synthetic(data):
    chart = charts.trend(cp.measure(data, "register_rate", areas=["Dundee City", "Scotland"]))
    assert "SYNTHETIC" not in chart.alt
    assert not chart.texts


# What moved


def test_in_brief_allows_for_all_that_were_tested_together(own):
    chapters = local.annual_chapters().values()
    said = local.in_brief(own, chapters, YEAR).sentences
    found = brief._over_time(own, list(chapters), YEAR)
    tests = found.done
    assert f" {found.not_done.total()} more could not be tested: " in said[0]
    assert said[0].startswith(f"From records, {len(tests)} measures were tested, 2018-19 against")
    ordered = sorted(t.p_value for t in tests)
    # Holm by hand: the k-th smallest times what is left, never less than the one before.
    adjusted, top = [], 0.0
    for k, p in enumerate(ordered):
        top = max(top, min(1.0, p * (len(ordered) - k)))
        adjusted.append(top)
    stand = sum(p <= 0.05 for p in adjusted)
    over_time = said[: 1 + next(i for i, s in enumerate(said[1:]) if s.startswith("From records"))]
    assert sum("(it stands" in s for s in over_time) == stand


def test_in_brief_says_why_measures_were_not_tested(own):
    # Medians, extremes, estimates and means are not; all else that has two figures is.
    chapters = local.annual_chapters().values()
    found = brief._over_time(own, list(chapters), YEAR)
    others = (*SUMMARIES, "mean")
    asked = {i for c in chapters for i in c.figures if cp.catalogue.find(i).kind in others}
    times = {i: YEAR.periods(cp.catalogue.find(i)) for i in asked}
    two = [own.count(i, periods=[*t])["value"].notna().all() for i, t in times.items()]
    assert found.not_done["no test for such a figure"] == sum(two) > 0


def test_in_brief_tests_the_groups_of_a_measure_too(own):
    said = local.in_brief(own, local.annual_chapters().values(), YEAR).sentences
    rows = own.count("children_with_concern", periods=["2017-18", "2018-19"], by="concern")
    rows = rows[rows["concern"] == "non-engaging family"].sort_values("period")
    x, n = rows["numerator"].to_numpy(), rows["denominator"].to_numpy()
    chance = stats.chi2_contingency([x, n - x], correction=False).pvalue
    assert chance < 0.05
    line = "Children registered, by concern, non-engaging family: "
    (told,) = [s for s in said if s.startswith(line)]
    assert f"({x[1]:.0f} of {n[1]:.0f}), lower than" in told
    assert f"({x[0]:.0f} of {n[0]:.0f})" in told


def test_in_brief_says_what_is_unusual_in_the_last_quarter(own, data):
    # 57 registrations, by hand from the file: more than the upper limit of a c chart.
    dates = table("registrations")
    dates = dates[dates["registration_type"] != "temporary"]["registration_date"]
    by_quarter = [
        int(dates.between(f"{year + (month < 8)}-{month:02d}-01", f"{last}-{day}").sum())
        for year in range(2012, 2019)
        for month, last, day in ((8, year, "10-31"), (11, year + 1, "01-31"),
                                 (2, year + 1, "04-30"), (5, year + 1, "07-31"))
    ][:26]  # fmt: skip
    mean = sum(by_quarter) / 26
    assert by_quarter[-1] > mean + 3 * mean**0.5
    span = local.four_quarters("2018-19 Q2")
    sections = local.scrutiny_questions(data.folder / local.QUESTIONS, area="Dundee City")
    said = local.in_brief(own, sections, span).sentences
    assert "Registrations, quarter by quarter: above the limit in 2018-19 Q2." in said


def test_in_brief_gives_what_each_share_is_of(own):
    said = " ".join(local.in_brief(own, local.annual_chapters().values(), YEAR).sentences)
    row = own.count("concerns_reaching_investigation", periods=["2018-19"], by="age_group")
    young = row[row["age_group"] == "13-17"].iloc[0]
    share = f"{young['value']:.1f}% ({young['numerator']:.0f} of {young['denominator']:.0f})"
    assert f"Concerns that reached an investigation: {share}, lower than" in said


def test_a_change_is_said_the_way_it_went(own):
    # 496 concerns against 426 the year before: the files say so, and it is a rise.
    received = table("concerns_received")["received_date"]
    now, then = (int(received.between(*d).sum()) for d in (
        ("2018-08-01", "2019-07-31"), ("2017-08-01", "2018-07-31")))  # fmt: skip
    assert now > then
    frame = figures.figures_table(own, ["concerns_received"], YEAR, "x").frame
    assert frame["2018-19"].tolist() == [str(now)]
    assert frame["2017-18"].tolist() == [str(then)]
    assert frame["Against the time before"].tolist() == ["higher"]


# Small numbers


def shares(*denominators: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "indicator": "parents_attended",
            "numerator": [min(3.0, n) for n in denominators],
            "denominator": denominators,
            "value": [300 / n if n else float("nan") for n in denominators],
            "lower": 1.0,
            "upper": 99.0,
            "mark": ["" if n else "[z]" for n in denominators],
        }
    )


def test_a_share_of_fewer_than_ten_is_not_given():
    rows = shares(9, 10, 0)
    assert figures.few(rows).tolist() == [True, False, False]
    assert figures.written(rows) == ["too few", "30.0", "[z]"]
    assert figures.intervals(rows)[0] == "[z]"
    told = figures.compared(rows.iloc[[0]], rows.iloc[[1]])
    assert told == ["not tested: too few"]


@pytest.fixture(scope="module")
def orkney(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("orkney")
    path = cp.write_synthetic(
        ["Orkney Islands"], folder / "set", since=2014, until=2019, seed=3, data=data
    )
    return local.local_records(path, area="Orkney Islands", data=data)


def test_a_small_council_is_refused_shares_and_charts(orkney):
    chapters = local.annual_chapters()
    pieces = local.show(orkney, chapters["timescales"], YEAR)
    frame = next(p for p in pieces if isinstance(p, Table)).frame
    assert (frame["2018-19"] == "too few").any()
    prose = " ".join(s for p in pieces if isinstance(p, Prose) for s in p.sentences)
    assert "no control chart by quarter, as" in prose
    refused = local.not_said(orkney, chapters.values(), YEAR)
    assert refused.frame["Why"].str.startswith("fewer than 10 stand behind it").any()


def test_a_pair_of_too_few_is_not_drawn(orkney):
    pair = Pair(("concerns_reaching_meeting",), "age_group", ("0-12", "13-17"))
    section = sections.Section("x", "Young people", pairs=(pair,))
    for piece in local.show(orkney, section, YEAR):
        if isinstance(piece, charts.Chart):
            few = piece.data["denominator"] < 10
            assert piece.data.loc[few, "value"].isna().all()


# What a section answers


def test_a_question_begins_with_its_answer(shown):
    texts = next(p.sentences for p in shown["timescales"] if isinstance(p, Prose))
    frame = next(p for p in shown["timescales"] if isinstance(p, Table)).frame
    row = frame[frame["Measure"].str.startswith("Initial planning meetings in time")].iloc[0]
    assert texts[0] == (
        f"Initial planning meetings in time, 2018-19: {row['2018-19']}% ({row['Counts']}), against "
        "80.0% (100 of 125) in 2017-18: no clear difference."
    )
    # The tally is that of the table's own verdicts.
    told = frame["Against the time before"].value_counts()
    assert f"of {len(frame)} measures, each tested on its own: " in texts[1]
    assert f"no clear difference in {told['no clear difference']}" in texts[1]


def test_the_highest_of_a_breakdown_are_named(shown):
    texts = next(p.sentences for p in shown["concerns"] if isinstance(p, Prose))
    identified, registered = table("concerns_identified"), table("registrations")
    year = registered[in_year(registered["registration_date"])]
    named = identified[identified["meeting_id"].isin(year["meeting_id"])]
    most = named.groupby("concern")["child_id"].nunique().nlargest(1)
    told = next(s for s in texts if "the highest shares are" in s)
    assert f"the highest shares are {most.index[0]} " in told
    assert f"({most.iloc[0]} of " in told


def test_what_is_hidden_is_told_once_and_not_line_by_line(orkney, data):
    quarter = local.four_quarters("2018-19 Q2")
    asked = local.scrutiny_questions(data.folder / local.QUESTIONS, area="Orkney Islands")
    safe = local.for_readers(orkney, asked, quarter, restricted=False)
    for section in asked:
        parts = local.show(safe, section, quarter)
        tables = [p.frame for p in parts if isinstance(p, Table)]
        assert all("hidden" not in frame.to_string() for frame in tables)
        verdicts = pd.concat([frame.iloc[:, -1] for frame in tables])
        said = " ".join(next(p.sentences for p in parts if isinstance(p, Prose)))
        many = [int(n) for n in re.findall(r"(\d+) not tested, as a figure is hidden", said)]
        alone = len(section.figures) == 1 and not any(not p.by for p in section.pairs)
        assert sum(many) == (verdicts == "[c]").sum() - (alone and tables[0].iloc[0, -1] == "[c]")


def test_published_figures_are_told_beside_scotland(own, data):
    asked = local.scrutiny_questions(data.folder / local.QUESTIONS, area="Dundee City")
    said = [
        " ".join(answers.answer(own, q, local.four_quarters("2018-19 Q2")).sentences)
        for q in asked[:3]
    ]
    # CSWS 3.0 and 2.9 in 2017-18, LGBF 7.7 and 6.0; none of 2018-19, which was counted later.
    assert "for 2017-18: 3.0; 2.9 (estimated) in Scotland: not clearly different" in said[0]
    assert "for 2017-18: 7.7; 6.0 in Scotland; not tested, as no counts are published" in said[2]
    assert "2018-19" not in said[0]


def test_two_times_in_a_caption_are_held_against_each_other(own, data):
    section = sections.Section(
        "x", "Concerns", pairs=(Pair(("children_with_concern",), "concern"),)
    )
    parts = local.show(own, section, local.four_quarters("2018-19 Q2"))
    caption = next(p for p in parts if isinstance(p, charts.Chart)).caption
    assert "2017-18 Q3 to 2018-19 Q2 compared with 2016-17 Q3 to 2017-18 Q2" in caption


# Processes


def test_a_process_is_charted_by_what_its_figures_are(own):
    asked = {
        "meetings_to_registration": "p",
        "concerns_received": "c",
        "registrations_rate": "u",
        "concerns_per_child": "xmr",
    }
    for indicator, kind in asked.items():
        chart = processes.process_chart(own, Process(indicator), YEAR)[1]
        assert chart.data["chart"].iloc[0] == kind


def test_limits_that_do_not_hold_are_not_drawn(own):
    chart = processes.process_chart(own, Process("registered_over_24_months"), YEAR)[1]
    assert chart.data["chart"].iloc[0] == "run"


def test_new_guidance_starts_new_limits(own):
    moved = own.records.__class__(
        **{**vars(own.records), "guidance_2021_from": pd.Timestamp("2016-08-01").date()}
    )
    later = local.Local(moved, own.area, own.data, own.findings)
    chart = processes.process_chart(later, Process("initial_meetings_in_time"), YEAR)[1]
    begun = chart.data[chart.data["phase"] == 2]
    assert begun["period"].iloc[0] == "2016-17 Q1"
    assert begun["reason"].iloc[0] == "Timescales of the 2021 guidance from 1 August 2016"


def test_shares_in_time_are_not_held_against_other_limits(own):
    moved = own.records.__class__(
        **{**vars(own.records), "guidance_2021_from": pd.Timestamp("2018-12-01").date(), "kept": {}}
    )
    later = local.Local(moved, own.area, own.data, own.findings)
    asked = ["initial_meetings_in_time", "parents_attended"]
    frame = figures.figures_table(later, asked, YEAR, "x").frame
    first, second = frame["Against the time before"]
    assert first == "not tested: the limits of the guidance changed"
    assert not second.startswith("not tested")


def test_a_quarter_with_nothing_to_share_is_missing(own):
    rows = processes.quarters(own, Process("reviews_in_time"), YEAR)
    first = rows.iloc[0]
    assert first["mark"] == "[z]"
    assert pd.isna(first["denominator"])


def test_what_a_process_chart_draws_is_tabulated_quarter_by_quarter(own):
    _, chart, made = processes.process_chart(own, Process("meetings_to_registration"), YEAR)
    assert made.caption == "Planning meetings that led to registration, Dundee City, by quarter"
    wide = made.frame.set_index("Year")
    assert list(wide) == ["Q1", "Q2", "Q3", "Q4"]
    drawn = chart.data.set_index("period")["value"].dropna()
    assert len(drawn) > 12
    for period, value in drawn.items():
        year, quarter = period.split(" ")
        assert wide.loc[year, quarter] == f"{value:.1f}"


def test_what_a_chart_must_not_draw_its_table_does_not_tell(own):
    section = local.annual_chapters()["timescales"]
    ready = local_leaving.protected(own, [section], YEAR)
    asked = next(c for c in section.charts if c.indicator == "reviews_in_time")
    _, chart, made = processes.process_chart(ready, asked, YEAR)
    marks = chart.data.set_index("period")["mark"]
    hidden = [period.split(" ") for period in marks.index[marks == "[c]"]]
    assert hidden
    wide = made.frame.set_index("Year")
    assert {wide.loc[year, quarter] for year, quarter in hidden} == {"[c]"}
    assert "[c] suppressed to protect children" in made.notes


def test_papers_of_a_small_council_can_follow_one_another(orkney, data):
    # Years and quarters in one folder, as a schedule makes them; what was released stays known.
    chapters = local.annual_chapters()
    years = [chapters["pathway"], chapters["young_people"]]
    questions = local.scrutiny_questions(data.folder / local.QUESTIONS, area="Orkney Islands")[:3]
    released: list[pd.DataFrame] = []
    for chosen, span in (
        (years, local.year("2017-18")), (years, local.year("2018-19")),
        (questions, local.four_quarters("2018-19 Q2")), (years, local.year("2018-19")),
    ):  # fmt: skip
        ready = local_leaving.protected(orkney, chosen, span, earlier=released)
        released += ready.release.tables.values()
        shown = pd.concat(ready.release.tables.values())["numerator"]
        assert not shown.between(1, 4).any()


# What is let in


@pytest.fixture(scope="module")
def dirty(data, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dirty") / "set"
    cp.write_synthetic(
        ["Dundee City"], folder, since=2017, until=2019, seed=1, dirty=True, data=data
    )
    return folder


def test_errors_stop_a_report(dirty, data):
    with pytest.raises(DataProblems, match=r"Or accept it in writing in waivers\.toml") as caught:
        local.local_records(dirty, area="Dundee City", data=data)
    said = " ".join(map(str, caught.value.problems))
    codes = set(cp.validate(dirty).errors["code"])
    assert codes
    assert all(f"rule {code} is broken" in said for code in codes)


def test_waived_errors_are_let_through_and_printed(dirty, data, tmp_path):
    folder = Path(shutil.copytree(dirty, tmp_path / "set"))
    codes = sorted(set(cp.validate(folder).errors["code"]))
    waiver = (
        '[[waiver]]\ncode = "{}"\nreason = "known, being mended"\n'
        'by = "Lead analyst"\nuntil = 2099-01-01\n'
    )
    (folder / "waivers.toml").write_text("".join(map(waiver.format, codes[1:])))
    with pytest.raises(DataProblems, match=codes[0]) as caught:
        local.local_records(folder, area="Dundee City", data=data)
    assert len(caught.value.problems) == 1
    (folder / "waivers.toml").write_text("".join(map(waiver.format, codes)))
    opened = local.local_records(folder, area="Dundee City", data=data)
    printed = local.quality(opened)[-1]
    assert printed.caption == "Errors accepted in writing"
    assert printed.frame["Rule"].tolist() == codes
    assert set(printed.frame["By"]) == {"Lead analyst"}


def test_a_problem_of_another_council_stops_no_report(data, tmp_path):
    cp.write_synthetic(
        ["Dundee City", "Fife"], tmp_path / "set", since=2018, until=2019, seed=1, data=data
    )
    path = tmp_path / "set" / "registrations.csv"
    lines = path.read_text().splitlines()
    fife = next(n for n, line in enumerate(lines) if "Fife" in line)
    lines.append(lines[fife])  # the same registration twice
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(DataProblems):
        local.local_records(tmp_path / "set", area="Fife", data=data)
    local.local_records(tmp_path / "set", area="Dundee City", data=data)


def test_records_of_another_area_are_refused(data):
    with pytest.raises(UnknownName, match="Dundee City"):
        local.local_records(SYNTHETIC, area="Fife", data=data)


def test_real_records_say_restricted(data, tmp_path):
    folder = Path(shutil.copytree(SYNTHETIC, tmp_path / "set"))
    for path in folder.glob("*.csv"):
        pd.read_csv(path, dtype="str", keep_default_na=False).drop(columns="synthetic").to_csv(
            path, index=False
        )
    manifest = folder / "records.toml"
    manifest.write_text(manifest.read_text().replace("synthetic = true", "synthetic = false"))
    banner = local.banner(local.local_records(folder, area="Dundee City", data=data))
    assert isinstance(banner, Html)
    assert repr(banner) == "RESTRICTED: for the committee alone."


# Sections as data


def test_every_question_of_the_package_can_be_read(data):
    found = local.scrutiny_questions(data.folder / local.QUESTIONS, area="Fife")
    assert len(found) == 8
    assert "Is Fife consistent" in found[2].title
    assert all(question.ask for question in found)


def test_everything_wrong_with_questions_is_said_at_once(tmp_path):
    path = tmp_path / "questions.toml"
    path.write_text(
        """
[[section]]
id = "one"
figures = ["concerns_recieved", "register_rate_uk"]
colour = "red"
[[section.pairs]]
indicators = ["meetings_to_registration"]
by = "agency"
groups = ["police", "health", "education"]
[[section]]
title = "Two?"
id = "two"
charts = "concerns_received"
[[section]]
title = "Three?"
id = "three"
charts = [
  { indicator = "meetings_to_registration", group = "13-17" },
  { indicator = "meetings_to_registration", by = "age_group", group = "13-18" },
]
[[section.pairs]]
indicators = ["meetings_to_registration"]
groups = ["0-12", "13-17"]
[[section.pairs]]
indicators = ["registrations"]
by = "age_group"
""",
        encoding="utf-8",
    )
    with pytest.raises(DataProblems) as caught:
        local.scrutiny_questions(path, area="Fife")
    said = str(caught.value)
    for expected in (
        "section 1 has no title",
        "section 1 says what no section has",
        "Did you mean concerns_received",
        "'register_rate_uk' section 1 names an indicator that it cannot show",
        "splits meetings_to_registration by what it cannot be split by",
        "holds other than two groups against each other",
        "section 2 is written otherwise than it is read",
        "section 3 has a chart with one of by and group and not the other",
        "'13-18' section 3 names no group of age_group",
        "section 3 has groups of no breakdown",
        "'registrations' section 3 names an indicator that it cannot show",
    ):
        assert expected in said


def test_questions_that_are_not_there_are_said(tmp_path):
    with pytest.raises(DataNotFound):
        local.scrutiny_questions(tmp_path / "none.toml", area="Fife")
    (tmp_path / "broken.toml").write_text("[[section")
    with pytest.raises(CpstatsError, match="Cannot read"):
        local.scrutiny_questions(tmp_path / "broken.toml", area="Fife")
