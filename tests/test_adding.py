"""Next year's table: all of it right, or nothing written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import cpstats as cp
from cpstats import adding, areas, published
from cpstats.errors import CpstatsError, DataProblems, UnknownName

RECIPE = """\
table = "register_by_council"
file = "table.csv"
period = "2024-25"
calendar = "census date"
vintage = "An edition made for this test"
source = "s50"
rows = "Local authority"

[columns]
"Number" = "children_on_register"
"Rate per 1,000" = "register_rate_0_15"
"""


def published_table(counts: dict[str, str], rates: dict[str, str] | None = None) -> str:
    rates = rates or {}
    rows = [f'"{a}","{counts.get(a, "10")}","{rates.get(a, "[x]")}"' for a in areas.councils()]
    total = counts.get("Scotland", "320")
    rows.append(f'Scotland,"{total}","{rates.get("Scotland", "[x]")}"')
    head = 'Local authority,Number,"Rate per 1,000"\n'
    return head + "\n".join(rows) + "\nSource: made for a test,,\n"


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "recipe.toml").write_text(RECIPE)
    return folder


def add(package: Path, incoming: Path, table: str):
    (incoming / "table.csv").write_text(table, encoding="utf-8")
    return adding.add(published.load(package), adding.read_recipe(incoming / "recipe.toml"))


def untouched(package: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(package.iterdir()) if p.is_file())


def test_a_right_table_is_added_sealed_and_measured(package, incoming):
    text = published_table({"Fife": "1,010", "Scotland": "1,320"})
    added = add(package, incoming, text.replace("Na h-Eileanan Siar", "Eilean Siar"))
    assert len(added) == 66
    data = published.load(package)
    assert data.edited == []
    fife = cp.measure(data, "children_on_register", areas="Fife", periods="2024-25").iloc[0]
    assert fife["value"] == 1010
    assert fife["source"].startswith("An edition made for this test")
    assert fife["date"].isoformat().startswith("2025-07-31")
    assert [p for name in data.names for p in data.problems(name)] == []


def test_a_total_that_does_not_match_is_refused_and_nothing_is_written(package, incoming):
    before = untouched(package)
    with pytest.raises(DataProblems, match=r"total 321' does not match.*320"):
        add(package, incoming, published_table({"Scotland": "321"}))
    assert untouched(package) == before


def test_suppressed_parts_may_fall_short_of_the_total_but_not_exceed_it(package, incoming):
    with pytest.raises(DataProblems, match="parts shown"):
        add(package, incoming, published_table({"Fife": "*", "Scotland": "309"}))
    assert len(add(package, incoming, published_table({"Fife": "*", "Scotland": "313"}))) == 66


def test_every_problem_is_said_at_once(package, incoming):
    text = published_table({"Fife": "-4", "Angus": "n/a", "Moray": "10.5"})
    text = text.replace("Midlothian", "Midlothain")
    with pytest.raises(DataProblems) as error:
        add(package, incoming, text)
    said = str(error.value)
    for expected in ("-4", "n/a", "10.5", "Midlothain", "Did you mean 'Midlothian'"):
        assert expected in said
    assert all(p.file == "table.csv" for p in error.value.problems)


def test_a_figure_that_is_there_already_is_refused(package, incoming):
    recipe = incoming / "recipe.toml"
    recipe.write_text(RECIPE.replace("2024-25", "2018-19"))
    with pytest.raises(DataProblems, match=r"already.*other_vintages"):
        add(package, incoming, published_table({}))


def test_a_rate_that_does_not_fit_its_count_is_refused(package, incoming):
    recipe = incoming / "recipe.toml"
    recipe.write_text(
        RECIPE.replace("2024-25", "2021-22").replace("register_by_council", "other_vintages")
    )
    # 10 children of some 58,000 aged 0-15 in Fife are 0.2 per 1,000, not 2.
    with pytest.raises(DataProblems, match=r"Fife 2\.0.*does not fit"):
        add(package, incoming, published_table({}, {"Fife": "2.0"}))


def test_a_council_left_out_is_named(package, incoming):
    text = "\n".join(r for r in published_table({}).splitlines() if "Moray" not in r)
    with pytest.raises(DataProblems, match="'Moray' has no row"):
        add(package, incoming, text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('source = "s50"', 'source = "s999"', "source in sources.csv"),
        ('"Number" =', '"Numbr" =', "Did you mean 'Number'"),
        ('table = "register_by_council"', 'table = "register"', "no table called"),
        ("vintage", "vintge", "lacks: vintage"),
        ('file = "table.csv"', 'file = "tabel.csv"', "not there"),
        ("[columns]", 'colour = "red"\n[columns]', "no key"),
        ("[columns]", "[columns", "Cannot read"),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(package, incoming, old, new, said):
    recipe = incoming / "recipe.toml"
    recipe.write_text(RECIPE.replace(old, new))
    with pytest.raises((CpstatsError, UnknownName), match=said):
        add(package, incoming, published_table({}))


def test_sealing_refuses_what_is_wrong_and_seals_what_is_right(package):
    path = package / "measures.csv"
    assert adding.seal(package) == []
    path.write_text(
        path.read_text().replace("Domestic abuse incidents recorded", "Incidents recorded")
    )
    assert adding.seal(package) == ["measures"]
    assert published.load(package).edited == []
    path.write_text(path.read_text().replace("count,0,200000", "count,none,200000", 1))
    with pytest.raises(DataProblems, match="minimum"):
        adding.seal(package)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",91,,CSWS", ",91 [r],,CSWS"),
        (",91,,CSWS", ',"0,091",,CSWS'.replace("0,091", "91.0")),
        ("City,2018-19,", "City,2018/19,"),
        ("S12000042,Dundee City,2018-19,census", "S12000042,dundee,2018-19,census"),
    ],
)
def test_sealing_keeps_what_was_understood(package, old, new):
    path = package / "register_by_council.csv"
    text = path.read_text(encoding="utf-8")
    line = next(x for x in text.splitlines() if x.startswith(DUNDEE))
    path.write_text(text.replace(line, line.replace(old, new)) + "* suppressed\n", encoding="utf-8")
    before = published.load(package).table("register_by_council")
    assert adding.seal(package) == ["register_by_council"]
    after = published.load(package)
    assert after.edited == []
    pd.testing.assert_frame_equal(after.table("register_by_council"), before)


DUNDEE = "S12000042,Dundee City,2018-19,census date,2019-07-31,children_on_register"


def test_a_table_in_another_order_can_still_be_added_to(package, incoming):
    path = package / "register_by_council.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame[frame.columns[::-1]].to_csv(path, index=False)
    assert len(add(package, incoming, published_table({}))) == 66
    assert published.load(package).edited == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('period = "2024-25"', "period = 2025-07-31"),
        ('file = "table.csv"', "file = 3"),
        ('table = "register_by_council"', 'table = "sources"'),
        ("[columns]", 'also = {value = "7"}\n[columns]'),
        ("[columns]", 'also = {banana = "x"}\n[columns]'),
        ('"Number" = "children_on_register"', '"Number" = 3'),
    ],
)
def test_an_odd_recipe_is_a_clear_error(package, incoming, old, new):
    recipe = incoming / "recipe.toml"
    recipe.write_text(RECIPE.replace(old, new))
    before = untouched(package)
    with pytest.raises(CpstatsError):
        add(package, incoming, published_table({}))
    assert untouched(package) == before
