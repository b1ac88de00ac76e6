"""Hand-edited files: read where the meaning is certain, else one error with every problem."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from conftest import edit

import cpstats as cp
from cpstats import csvfiles, published
from cpstats.errors import DataProblems

ROW = "S12000042,Dundee City,2018-19,census date,2019-07-31,children_on_register,91,"


def table(folder: Path, name: str = "register_by_council") -> pd.DataFrame:
    return published.load(folder).table(name)


def dundee_2019(folder: Path) -> pd.Series:
    frame = table(folder)
    chosen = (frame["area"] == "Dundee City") & (frame["period"] == "2018-19")
    return frame[chosen & (frame["measure"] == "children_on_register")].iloc[0]


def problems(folder: Path) -> list[tuple]:
    with pytest.raises(DataProblems) as error:
        published.load(folder)
    return error.value.rows()


def rewrite(folder: Path, change) -> None:
    path = folder / "register_by_council.csv"
    path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b"\xef\xbb\xbf" + b,
        lambda b: b.replace(b"\n", b"\r\n"),
        lambda b: b.replace(b"\n", b",,,\n"),
        lambda b: b.rstrip(b"\n"),
        lambda b: b.replace(b"\n", b"\n\n", 5),
        lambda b: b + b"\nNotes\nSource: Scottish Government\n* suppressed\n",
        lambda b: b.replace(b"later revised", "later – revised".encode("cp1252")),
    ],
    ids=[
        "BOM",
        "CRLF",
        "blank columns",
        "no last line end",
        "blank lines",
        "notes",
        "Windows-1252",
    ],
)
def test_harmless_differences_change_nothing(package, data, change):
    rewrite(package, change)
    frame = table(package)
    before = data.table("register_by_council")
    pd.testing.assert_frame_equal(frame.drop(columns="note"), before.drop(columns="note"))


def test_windows_1252_keeps_its_letters(package):
    rewrite(package, lambda b: b.replace(b"later revised", "später – revised".encode("cp1252")))
    assert table(package)["note"].str.contains("später – revised").any()


@pytest.mark.parametrize(
    ("written", "value", "mark"),
    [
        ('"9,1"', None, None),
        ("*", None, "[c]"),
        ("-", None, "[x]"),
        ("[c]", None, "[c]"),
        ("91 [r]", 91, "[r]"),
    ],
)
def test_symbols_are_read_as_what_they_mean(package, written, value, mark):
    edit(package, "register_by_council", ROW, ROW.replace(",91,", f",{written},"))
    if mark is None:
        (row,) = problems(package)
        assert row[3] == "9,1"
        assert "one way only" in row[4]
    else:
        read = dundee_2019(package)
        assert read["mark"] == mark
        assert pd.isna(read["value"]) if value is None else read["value"] == value


def test_thousands_separators_are_read(package):
    old = "S92000003,Scotland,2018-19,census date,2019-07-31,children_on_register,2599,"
    edit(package, "register_by_council", old, old.replace("2599", '"2,599"'))
    scotland = cp.measure(published.load(package), "children_on_register", areas="Scotland")
    assert scotland.set_index("period").loc["2018-19", "value"] == 2599


def test_every_problem_is_named_at_once_with_its_place_and_remedy(package):
    path = package / "register_by_council.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    breaks = {
        10: ("value", "-5"),
        20: ("value", "many"),
        30: ("area", "Dundeee"),
        40: ("period", "2018-20"),
        50: ("value", "1.5"),
        60: ("source", "s99"),
    }
    for line, (column, text) in breaks.items():
        cells = lines[line - 1].split(",")
        cells[header.index(column)] = text
        if column == "value":
            cells[header.index("measure")] = "children_on_register"
            cells[header.index("period")] = f"19{line}-{line + 1}"  # no repeated keys
        lines[line - 1] = ",".join(cells)
    lines[69] = lines[68]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = {(row[1], row[2]): row for row in problems(package)}
    assert {(10, "value"), (20, "value"), (30, "area"), (40, "period"), (50, "value")} <= set(found)
    assert (70, "") in found  # the repeated row
    assert "line 69" in found[70, ""][4]
    assert "Dundee City" in found[30, "area"][5]
    assert found[10, "value"][3] == "-5"
    assert all(row[0] == "register_by_council.csv" and row[5] for row in found.values())


def test_an_unknown_source_is_named(package):
    path = package / "inspection_dundee_2022.csv"
    path.write_text(path.read_text().replace("s49", "s999", 1))
    (row,) = problems(package)
    assert row[3] == "s999"


def test_a_blank_value_needs_a_mark(package):
    edit(package, "register_by_council", ROW, ROW.replace(",91,", ",,"))
    (row,) = problems(package)
    assert row[1:3] == (dundee_line(package), "value")
    assert "blank" in row[4]


def dundee_line(folder: Path) -> int:
    lines = (folder / "register_by_council.csv").read_text(encoding="utf-8").splitlines()
    start = ",".join(ROW.split(",")[:6])
    return next(i for i, line in enumerate(lines, 1) if line.startswith(start))


def test_a_count_above_its_total_is_refused(package):
    edit(package, "register_by_council", ROW, ROW.replace(",91,", ",9100,"))
    (row,) = problems(package)
    assert "less than its part Dundee City (9,100)" in row[4]


def test_a_total_that_misses_its_parts_by_one_is_refused(package):
    edit(package, "register_by_council", ROW, ROW.replace(",91,", ",92,"))
    (row,) = problems(package)
    assert "2,599" in row[3]
    assert "add to 2,600" in row[4]


def test_a_missing_column_is_named_with_the_likely_culprit(package):
    rewrite(package, lambda b: b.replace(b"measure,", b"mesure,", 1))
    found = problems(package)
    assert {row[2] for row in found} == {"measure", "mesure"}
    assert any("Did you mean 'measure'" in row[5] for row in found)


def test_a_row_with_too_many_cells_is_named(package):
    edit(package, "register_by_council", ROW, ROW.replace("Dundee City", "Dundee, City of"))
    (row,) = problems(package)
    assert row[1] == dundee_line_of(package, "Dundee, City of")
    assert "quotes" in row[5]


def dundee_line_of(folder: Path, name: str) -> int:
    lines = (folder / "register_by_council.csv").read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if name in line)


def test_a_former_code_and_a_spelling_are_brought_to_the_one_in_force(package):
    old = "S12000047,Fife,2018-19,census date,2019-07-31,children_on_register,"
    edit(package, "register_by_council", old, old.replace("S12000047,Fife", "S12000015,FIFE"))
    frame = table(package)
    assert len(frame[(frame["area_code"] == "S12000047") & (frame["area"] == "Fife")]) > 30
    assert "S12000015" not in set(frame["area_code"])


def test_a_code_of_another_area_is_refused(package):
    edit(package, "register_by_council", ROW, ROW.replace("S12000042", "S12000047"))
    (row,) = problems(package)
    assert row[2] == "area_code"
    assert "S12000042" in row[5]


def test_an_edited_file_that_is_right_is_read_and_known_as_edited(package):
    edit(package, "register_by_council", ROW, ROW.replace(",91,", ",91 [r],"))
    read = published.load(package)
    assert read.edited == ["register_by_council"]


def test_lines_are_counted_as_an_editor_does(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n"two\nlines",1\n\nx,y,z\n')
    raw = csvfiles.read(path)
    assert [row.line for row in raw.rows] == [2]
    assert [p.line for p in raw.problems] == [5]


def test_an_empty_file_is_one_problem(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("")
    assert [p.problem for p in csvfiles.read(path).problems] == ["is empty"]


def test_a_missing_file_is_one_problem(package):
    (package / "register_by_age_sex.csv").unlink()
    (row,) = problems(package)
    assert row[0] == "register_by_age_sex.csv"
    assert "missing" in row[4]


@pytest.mark.parametrize("name", ["sources", "measures"])
def test_a_missing_table_that_all_need_is_said_once(package, name):
    (package / f"{name}.csv").unlink()
    assert [row[0] for row in problems(package)] == [f"{name}.csv"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: b.replace(b",", b";"), "semicolons"),
        (lambda b: b.replace(b",", b"\t"), "tabs"),
        (lambda b: b.decode().encode("utf-16"), "UTF-16"),
        (lambda b: b.replace(b"Dundee City", b'"Dundee City', 1), "never closed"),
        (lambda b: b.split(b"\n")[0], "no rows"),
        (lambda b: bytes(range(256)), "neither UTF-8"),
    ],
    ids=["semicolons", "tabs", "UTF-16", "open quote", "header only", "not text"],
)
def test_a_file_that_is_no_csv_is_one_clear_problem(package, change, said):
    rewrite(package, change)
    (row,) = problems(package)
    assert said in row[4]
    assert row[5]


def test_a_measure_taken_out_is_missed_by_the_tables_that_use_it(package):
    path = package / "measures.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith("deregistrations,")))
    found = problems(package)
    assert {row[0] for row in found} == {"deregistrations.csv", "other_vintages.csv"}
    assert all("measures.csv" in row[4] for row in found)


@pytest.mark.parametrize("text", ["{", "{}", '{"resources": [{"path": "a.csv"}]}', "[]"])
def test_a_broken_data_package_is_one_clear_problem(tmp_path, text):
    (tmp_path / "datapackage.json").write_text(text)
    (row,) = problems(tmp_path)
    assert row[0] == "datapackage.json"
    assert "version control" in row[5]
