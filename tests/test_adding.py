"""Next year's table: all of it right, or nothing written."""

from __future__ import annotations

from pathlib import Path

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
