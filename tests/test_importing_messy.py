"""Exports with the faults that they really have: each is read right, or refused in words."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from cpstats import cli, importing
from cpstats.errors import CannotRead, CpstatsError, DataProblems, UnknownInFile
from cpstats.importing import databases, sources

HEAD = 'areas = ["Fife"]\nsince = 2018-08-01\nuntil = 2019-07-31\n'
CSV = "Person ID,DOB,Family\nP1,05/06/2010,F1\nP2,06/06/2010,F2\n"
ONE = (
    HEAD
    + """
[tables.children]
file = "people.csv"
dates = "%d/%m/%Y"
columns = { child_id = "Person ID", date_of_birth = "DOB", family_id = "Family" }
constants = { area = "Fife" }
"""
)


def brought_in(folder: Path, mapping: str, *, table: str = "children") -> pd.DataFrame:
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    made = importing.import_records(folder / "mapping.toml", folder / "records")
    return pd.read_parquet(made / f"{table}.parquet")


def refused(folder: Path, mapping: str, kind: type[CpstatsError] = DataProblems) -> str:
    with pytest.raises(kind) as caught:
        brought_in(folder, mapping)
    assert not (folder / "records").exists()
    return str(caught.value)


def sheet(path: Path, rows: list[list], *, merged: str = "") -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(path)


PLAIN = [["Person ID", "DOB", "Family"], ["P1", "05/06/2010", "F1"], ["P2", "06/06/2010", "F2"]]
EXCEL = ONE.replace("people.csv", "people.xlsx")


# What the command line ends with


@pytest.fixture
def ends(monkeypatch, capsys):
    """Run a command as it is typed: the exit code, and what was said."""

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["cpstats", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    ("name", "held", "mapping"),
    [
        ("people.csv", CSV.encode(), ONE.replace("[tables", "[[tables")),
        ("people.csv", CSV.encode(), ONE.replace("children", "childen")),
        ("people.csv", CSV.encode(), ONE.replace("since = 2018", "since = 2028")),
        ("people.csv", CSV.encode(), ONE.replace('["Fife"]', '["Fiffe"]')),
        ("people.csv", CSV.encode(), ONE.replace("people", "peple")),
        ("people.csv", CSV.replace("05/06", "45/06").encode(), ONE),
        ("people.csv", bytes(range(128, 256)), ONE),
        ("people.xlsx", b"PK no workbook", EXCEL),
        ("people.parquet", b"PAR1", ONE.replace(".csv", ".parquet")),
        ("cases.db", b"no database at all" * 99, ONE.replace(
            'file = "people.csv"', 'table = "people"').replace(
            "[tables", 'database = "sqlite:///{folder}/cases.db"\n[tables')),
        ("other.db", b"", ONE.replace('file = "people.csv"', 'table = "people"').replace(
            "[tables", 'database = "postgresql+psycopg://me:secret@127.0.0.1:1/x"\n[tables')),
    ],
)  # fmt: skip
def test_files_that_are_broken_end_with_1(tmp_path, ends, name, held, mapping):
    (tmp_path / name).write_bytes(held)
    (tmp_path / "mapping.toml").write_text(mapping.replace("{folder}", str(tmp_path)))
    code, said = ends("records", "import", tmp_path / "mapping.toml", "--out", tmp_path / "set")
    assert code == 1, said
    assert said.startswith("cpstats: ")
    assert "secret" not in said
    assert not (tmp_path / "set").exists()


def test_a_path_to_nothing_is_a_wrong_word(tmp_path, ends):
    assert ends("records", "import", tmp_path / "none.toml", "--out", tmp_path / "set")[0] == 2
    assert ends("records", "init", tmp_path / "none")[0] == 2
    assert ends("validate", tmp_path / "none")[0] == 2


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("records.toml", b"areas = ["),
        ("records.toml", b'areas = ["Fiffe"]\nsince = 2018-08-01\nuntil = 2019-07-31\n'
                         b"synthetic = true\n"),
        ("records.toml", b'areas = ["Fife"]\n'),
        ("children.csv", b'child_id,area\nP1,"Fife\nP1,a,b,c\n'),
        ("registrations.parquet", b"PAR1 and no more"),
        ("waivers.toml", b"[[waiver"),
    ],
)  # fmt: skip
def test_record_sets_that_are_broken_end_with_1(tmp_path, ends, name, held):
    (tmp_path / "records.toml").write_text(HEAD + "synthetic = true\n")
    (tmp_path / "children.csv").write_text("child_id,area\nP1,Fife\n")
    (tmp_path / name).write_bytes(held)
    assert ends("validate", tmp_path)[0] == 1
    if name != "waivers.toml":
        counted = ends("count", "--records", tmp_path, "--indicator", "registrations")
        assert counted[0] == 1, counted


# Words that are not known


def test_words_that_are_not_known_are_named_once_with_how_often_they_stand(tmp_path):
    rows = [f"P{n},word {n:03d}" for n in range(500)] + [f"Q{n},often" for n in range(7)]
    (tmp_path / "people.csv").write_text("Person ID,Sex\n" + "\n".join(rows) + "\n")
    mapping = ONE.replace('dob = "DOB"', "").replace(
        'date_of_birth = "DOB", family_id = "Family"', 'sex = "Sex"'
    )
    with pytest.raises(DataProblems) as caught:
        brought_in(tmp_path, mapping)
    problems = [p for p in caught.value.problems if p.column == "Sex"]
    assert len(problems) == 21
    first, last = problems[0], problems[-1]
    assert (first.value, first.problem, first.line) == ("often", "is not known, in 7 rows", 502)
    assert last.problem == "has 481 more words that are not known, in 481 rows"


def test_a_remark_in_a_coded_column_is_not_repeated(tmp_path):
    remark = "Ann Example of Cupar moved in with her aunt after the meeting of last week"
    (tmp_path / "people.csv").write_text(f"Person ID,Sex\nP1,{remark}\n")
    mapping = ONE.replace('date_of_birth = "DOB", family_id = "Family"', 'sex = "Sex"')
    said = refused(tmp_path, mapping)
    assert "is no code" in said
    assert "Ann" not in said


# Workbooks


def test_headings_may_stand_under_a_title(tmp_path):
    title = [["Children", None, None], [None, None, None], ["Run on 3 August", None, None]]
    sheet(tmp_path / "people.xlsx", [*title, *PLAIN])
    assert "header = " in refused(tmp_path, EXCEL)
    mapping = EXCEL.replace("dates =", "header = 4\ndates =")
    found = brought_in(tmp_path, mapping)
    assert found["child_id"].tolist() == ["P1", "P2"]
    assert found["line"].tolist() == [5, 6]
    (tmp_path / "people.csv").write_text("Children\n\nRun on 3 August,,\n" + CSV)
    found = brought_in(tmp_path, ONE.replace("dates =", "header = 4\ndates ="))
    assert found["child_id"].tolist() == ["P1", "P2"]
    assert found["line"].tolist() == [5, 6]


def test_merged_cells_are_refused(tmp_path):
    sheet(tmp_path / "people.xlsx", PLAIN, merged="C2:C3")
    assert "people.xlsx, line 2: has merged cells (C2:C3)" in refused(tmp_path, EXCEL)


def test_a_formula_that_was_never_worked_out_is_refused(tmp_path):
    sheet(tmp_path / "people.xlsx", [*PLAIN, ["P3", "07/06/2010", "=C2"]])
    assert "1 formulas without a value, the first in C4" in refused(tmp_path, EXCEL)


def test_a_total_under_a_sheet_is_no_child(tmp_path):
    sheet(tmp_path / "people.xlsx", [*PLAIN, [None] * 3, ["Total: 2", None, None]])
    assert "ends in 1 rows with nothing but their first cell" in refused(tmp_path, EXCEL)
    sheet(tmp_path / "people.xlsx", [*PLAIN, [None] * 3, ["", " ", None]])
    assert len(brought_in(tmp_path, EXCEL)) == 2


def test_a_wrong_size_in_a_workbook_drops_no_row(tmp_path):
    import zipfile

    sheet(tmp_path / "whole.xlsx", PLAIN)
    with (
        zipfile.ZipFile(tmp_path / "whole.xlsx") as whole,
        zipfile.ZipFile(tmp_path / "people.xlsx", "w") as odd,
    ):
        for name in whole.namelist():
            held = whole.read(name).replace(b'ref="A1:C3"', b'ref="A1:C2"')
            odd.writestr(name, held)
    assert len(brought_in(tmp_path, EXCEL)) == 2


def test_dates_of_a_workbook_may_be_dates_or_text_but_no_numbers(tmp_path):
    sheet(tmp_path / "people.xlsx", [PLAIN[0], ["P1", dt.datetime(2010, 6, 5), "F1"], PLAIN[2]])
    days = brought_in(tmp_path, EXCEL)["date_of_birth"].astype(str).tolist()
    assert days == ["2010-06-05", "2010-06-06"]
    sheet(tmp_path / "numbers.xlsx", [PLAIN[0], ["P1", 40334, "F1"]])
    with pytest.raises(DataProblems, match="is the number of a day in Excel") as caught:
        brought_in(tmp_path, EXCEL.replace("people", "numbers"))
    assert "40334" not in str(caught.value)


# Cells


@pytest.mark.parametrize("word", ["NULL", "N/A", "#N/A", "n/a", "None"])
def test_a_word_for_nothing_is_no_family(tmp_path, word):
    (tmp_path / "people.csv").write_text(CSV.replace("F1", word).replace("F2", word))
    said = refused(tmp_path, ONE)
    assert "column Family" in said
    assert f'missing = ["{word}"]' in said
    found = brought_in(tmp_path, f'missing = ["{word}"]\n' + ONE)
    assert found["family_id"].isna().all()


def test_a_word_for_nothing_may_stand_for_a_missing_date_and_code(tmp_path):
    (tmp_path / "people.csv").write_text("Person ID,DOB,Family\nP1,NULL,NULL\n")
    mapping = ONE.replace("family_id", "sex")
    said = refused(tmp_path, mapping)
    assert said.count('missing = ["NULL"]') == 2
    found = brought_in(tmp_path, 'missing = ["null"]\n' + mapping)
    assert found[["date_of_birth", "sex"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("2010-06-05 00:00:00.000", "%d/%m/%Y"),
        ("2010-06-05T00:00", "%d/%m/%Y"),
        ("2010-06-05 14:30:12.1234567", "%d/%m/%Y"),
        ("Jun  5 2010 12:00AM", "%b %d %Y %I:%M%p"),
        ("05/06/2010 14:30", "%d/%m/%Y %H:%M"),
        ("2010-06-05 14:30:00.123", "%Y-%m-%d %H:%M:%S.%f"),
        ("2010-06-04T23:30:00+0000", "%Y-%m-%dT%H:%M:%S%z"),
        ("5-Jun-2010", "%d-%b-%Y"),
    ],
)
def test_a_date_is_a_day_however_it_is_written(tmp_path, written, pattern):
    (tmp_path / "people.csv").write_text(f"Person ID,DOB,Family\nP1,{written},F1\n")
    (day,) = brought_in(tmp_path, ONE.replace("%d/%m/%Y", pattern))["date_of_birth"]
    assert day == pd.Timestamp(2010, 6, 5)


@pytest.mark.parametrize("pattern", ["dd/mm/yyyy", "%d/%m", "%Y-%d-%m", "%H:%M", "%"])
def test_a_pattern_that_tells_no_day_is_refused(tmp_path, pattern):
    (tmp_path / "people.csv").write_text(CSV)
    assert "for 31/07/2019" in refused(tmp_path, ONE.replace("%d/%m/%Y", pattern), CannotRead)


def test_a_moment_in_another_zone_is_the_day_it_was_in_scotland(tmp_path):
    summer = dt.datetime(2010, 6, 4, 23, 0, tzinfo=dt.UTC)
    winter = dt.datetime(2010, 1, 5, 0, 0, tzinfo=dt.UTC)
    frame = pa.table({
        "Person ID": pa.array([9007199254740993, None], pa.int64()),
        "DOB": pa.array([summer, winter], pa.timestamp("us", tz="UTC")),
        "Family": pa.array([b"\x01\xff", None], pa.binary()),
    })  # fmt: skip
    parquet.write_table(frame, tmp_path / "people.parquet")
    mapping = ONE.replace(".csv", ".parquet")
    assert "line 2, column Person ID: is blank" in refused(tmp_path, mapping)
    parquet.write_table(frame.slice(0, 1), tmp_path / "people.parquet")
    found = brought_in(tmp_path, mapping)
    assert found["date_of_birth"].tolist() == [pd.Timestamp(2010, 6, 5)]
    assert found["child_id"].tolist() == ["9007199254740993"]
    assert found["family_id"].tolist() == ["01ff"]


def test_nullable_columns_and_named_rows_of_pandas_are_read(tmp_path):
    frame = pd.DataFrame(
        {"Person ID": ["P1", "P2"], "DOB": [pd.Timestamp(2010, 6, 5), pd.NaT], "Family": [1, None]}
    ).astype({"Family": "Int64"})
    frame.set_index("Person ID").to_parquet(tmp_path / "people.parquet")
    found = brought_in(tmp_path, ONE.replace(".csv", ".parquet"))
    assert found["child_id"].tolist() == ["P1", "P2"]
    assert found["family_id"].tolist()[0] == "1"
    assert pd.isna(found["family_id"][1])


# Text files


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (CSV.encode("utf-16"), "is UTF-16 text. Save it as CSV UTF-8"),
        (CSV.encode("utf-16-le"), "is UTF-16"),
        (CSV.replace(",", ";").encode(), "parted by semicolons. Save it as CSV with commas"),
        (CSV.replace(",", "\t").encode(), "parted by tabs"),
        (CSV.replace("Family", "DOB").encode(), "stands twice in the header"),
        (b"", "is empty"),
    ],
)
def test_text_that_is_no_csv_is_refused_in_words(tmp_path, held, said):
    (tmp_path / "people.csv").write_bytes(held)
    assert said in refused(tmp_path, ONE)


@pytest.mark.parametrize(
    "held",
    [
        b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode(),
        (CSV + ",,\n" * 50).encode(),
        CSV.replace(",F", ",\xa0F").encode(),
        CSV.replace("\n", ",\n").encode(),
    ],
    ids=["BOM and CRLF", "blank rows", "no-break spaces", "a blank column"],
)
def test_harmless_differences_change_nothing(tmp_path, held):
    (tmp_path / "people.csv").write_bytes(held)
    found = brought_in(tmp_path, ONE)
    assert found["child_id"].tolist() == ["P1", "P2"]
    assert found["family_id"].tolist() == ["F1", "F2"]


REFERRALS = (
    HEAD
    + """
[tables.concerns_received]
file = "received.csv"
columns = { child_id = "Person", received_date = "Date", locality = "Locality" }
constants = { area = "Fife" }
"""
)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_letters_of_windows_and_of_utf_8_are_kept(tmp_path, encoding):
    text = "Person,Date,Locality\nP1,2018-09-01,Càrn Bàn\nP2,2018-09-02,Barnardo’s – Dùn Èideann\n"
    (tmp_path / "received.csv").write_bytes(text.encode(encoding))
    found = brought_in(tmp_path, REFERRALS, table="concerns_received")
    assert found["locality"].tolist() == ["Càrn Bàn", "Barnardo’s – Dùn Èideann"]


def test_a_file_in_two_encodings_is_refused(tmp_path):
    first = "Person,Date,Locality\nP1,2018-09-01,Càrn Bàn\n".encode()
    (tmp_path / "received.csv").write_bytes(first + "P2,2018-09-02,Dùn\n".encode("cp1252"))
    assert "UTF-8 in some places and Windows-1252 in others" in refused(tmp_path, REFERRALS)


def test_thousands_of_columns_are_looked_through(tmp_path):
    many = [f"c{n}" for n in range(3000)]
    rows = "".join(f"P{n},05/06/2010,F{n}," + ",".join("x" * 3000) + "\n" for n in range(20))
    head = "Person ID,DOB,Family," + ",".join(many) + "\n"
    (tmp_path / "people.csv").write_text(head + rows)
    assert len(brought_in(tmp_path, ONE)) == 20


def test_rows_of_a_wrong_width_are_counted_once_there_are_many(tmp_path):
    (tmp_path / "people.csv").write_text(CSV + "P3,07/06/2010,F,3\n" * 500)
    said = refused(tmp_path, ONE)
    assert said.count("has 4 cells") == 20
    assert "has 480 more problems of this kind" in said


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    (tmp_path / "people.csv").write_text(CSV)

    def refuse(*given, **named):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sources.csvfiles, "read", refuse)
    assert "people.csv: cannot be read: Permission denied" in refused(tmp_path, ONE)


def test_what_is_wrong_with_files_is_said_of_all_of_them_at_once(tmp_path):
    (tmp_path / "received.csv").write_text("Person,Date,Locality\nP1,soon,x\n")
    said = refused(tmp_path, ONE + REFERRALS.removeprefix(HEAD))
    assert "people.csv: is not in " in said
    assert "received.csv, line 2, column Date" in said


# Files that change


def changed_while_read(monkeypatch, change) -> None:
    read = sources.as_text

    def and_changed(columns, *, first):
        change()
        return read(columns, first=first)

    monkeypatch.setattr(sources, "as_text", and_changed)


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_a_workbook_or_parquet_file_that_changes_is_refused(tmp_path, monkeypatch, kind):
    path = tmp_path / f"people.{kind}"
    if kind == "xlsx":
        sheet(path, PLAIN)
    else:
        pd.DataFrame(PLAIN[1:], columns=PLAIN[0]).to_parquet(path)
    # The same bytes, written anew: nobody can tell what stood there meanwhile.
    changed_while_read(monkeypatch, lambda: path.write_bytes(path.read_bytes() + b"\0"))
    mapping = ONE.replace("csv", kind)
    assert f"people.{kind} changed while it was read" in refused(tmp_path, mapping, CannotRead)


@pytest.fixture
def cases(tmp_path):
    """A SQLite database, and a mapping that reads it."""
    path = tmp_path / "cases.db"
    with sqlite3.connect(path) as held:
        held.execute('create table "Case Notes" ("Person ID" text, "DOB" text, "Family" text)')
        held.execute("""insert into "Case Notes" values ('P1', '05/06/2010', 'F1')""")
        held.execute('create view "order" as select * from "Case Notes"')
    held.close()
    return path, ONE.replace('file = "people.csv"', 'table = "Case Notes"').replace(
        "[tables", f'database = "sqlite:///{path}"\n[tables'
    )


def test_a_database_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch, cases):
    path, mapping = cases

    def write() -> None:
        with sqlite3.connect(path) as other:
            other.execute("""insert into "Case Notes" values ('P2', '05/06/2010', 'F1')""")
        other.close()

    changed_while_read(monkeypatch, write)
    assert "changed while it was read" in refused(tmp_path, mapping, CannotRead)


# Databases


@pytest.mark.parametrize("name", ["Case Notes", "case notes", "order", "main.order"])
def test_tables_and_views_of_any_name_are_read(tmp_path, cases, name):
    found = brought_in(tmp_path, cases[1].replace('"Case Notes"', f'"{name}"'))
    assert found["child_id"].tolist() == ["P1"]
    again = cases[1].replace('table = "Case Notes"', f'query = "{name}"')
    assert brought_in(tmp_path, again)["child_id"].tolist() == ["P1"]


def test_a_query_may_hold_colons_and_per_cent_signs(tmp_path, cases):
    query = """select * from [Case Notes] where 'at :noon 50%' like '%:noon%'"""
    mapping = cases[1].replace('table = "Case Notes"', f'query = """{query}"""')
    assert len(brought_in(tmp_path, mapping)) == 1


def test_a_table_that_is_not_there_names_the_nearest(tmp_path, cases):
    said = refused(tmp_path, cases[1].replace("Case Notes", "Case Note"), UnknownInFile)
    assert "Did you mean 'Case Notes'" in said
    assert "mapping.toml" in said


def test_a_starter_offers_tables_and_views_of_any_name(tmp_path, cases):
    with sqlite3.connect(cases[0]) as held:
        held.execute('create view "Registrations now" as select "Person ID", DOB as "Start Date" '
                     'from "Case Notes"')  # fmt: skip
    held.close()
    text = importing.starter_mapping(f"sqlite:///{cases[0]}")
    assert 'table = "Case Notes"' in text
    assert 'table = "order"' in text
    assert '[tables.registrations]\ntable = "Registrations now"' in text


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    url = f"sqlite:///{tmp_path / 'none.db'}"
    with pytest.raises(CannotRead, match=r"There is no database .*none\.db"):
        importing.starter_mapping(url)
    mapping = ONE.replace('file = "people.csv"', 'table = "people"')
    said = refused(tmp_path, mapping.replace("[tables", f'database = "{url}"\n[tables'), CannotRead)
    assert "There is no database" in said
    assert not (tmp_path / "none.db").exists()


def test_names_are_quoted_as_each_database_does():
    from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

    asked = databases._table("Case Notes", "dbo")
    for dialect, said in [
        (mssql.dialect(), "[dbo].[Case Notes]"),
        (postgresql.dialect(), 'dbo."Case Notes"'),
        (mysql.dialect(), "dbo.`Case Notes`"),
        (oracle.dialect(), 'dbo."Case Notes"'),
    ]:
        written = str(asked.compile(dialect=dialect))
        assert said.replace("[dbo]", "dbo") in written.replace("[dbo]", "dbo")


# Starters


def test_a_starter_says_which_files_it_could_not_read(tmp_path):
    (tmp_path / "people.csv").write_bytes(CSV.encode("utf-16"))
    (tmp_path / "left.parquet").write_bytes(b"PAR1")
    text = importing.starter_mapping(tmp_path)
    assert "# people.csv: is UTF-16 text. Save it as CSV UTF-8" in text
    assert "# left.parquet: cannot be read" in text
    (tmp_path / 'a "quoted".csv').write_text(CSV)
    (tmp_path / "starter.toml").write_text(importing.starter_mapping(tmp_path))
    importing.read_mapping(tmp_path / "starter.toml")


def test_a_starter_finds_headings_under_a_title(tmp_path):
    title = [["Children", None, None], [None, None, None], ["Run on 3 August", None, None]]
    sheet(tmp_path / "people.xlsx", [*title, *PLAIN])
    (tmp_path / "left.csv").write_text(
        "De-registrations\nClient ID,End date,Reason\nP1,31/01/2019,x\n"
    )
    text = importing.starter_mapping(tmp_path)
    assert 'file = "people.xlsx"\nsheet = "Sheet"\nheader = 4' in text
    assert 'file = "left.csv"\nheader = 2' in text
    (tmp_path / "starter.toml").write_text(text)
    importing.read_mapping(tmp_path / "starter.toml")


def test_a_starter_repeats_nothing_of_a_table_without_headings(tmp_path):
    (tmp_path / "children.csv").write_text("P1,05/06/2010,Ann Example\nP2,06/06/2010,Bob Example\n")
    text = importing.starter_mapping(tmp_path)
    assert "without headings" in text
    assert "Ann" not in text
    assert "05/06" not in text


# What Excel has spoilt, and what people put beside tables


@pytest.mark.parametrize("number", [10**15, 1.23456789012345e17])
def test_long_numbers_of_a_workbook_are_refused(tmp_path, number):
    sheet(tmp_path / "people.xlsx", [PLAIN[0], [number, "05/06/2010", "F1"]])
    assert "more than 15 figures in 1 rows" in refused(tmp_path, EXCEL)


def test_identifiers_that_excel_has_shortened_are_refused(tmp_path):
    (tmp_path / "people.csv").write_text(CSV.replace("P1", "1.23457E+17"))
    said = refused(tmp_path, ONE)
    assert "people.csv, line 2, column Person ID: was shortened by Excel" in said


def test_a_ruler_under_the_headings_is_no_child(tmp_path):
    text = CSV.replace("\nP1", "\n---------,----------,------\nP1", 1)
    (tmp_path / "people.csv").write_text(text)
    assert "line 2, column Person ID: '---------' seems to stand for nothing" in refused(
        tmp_path, ONE
    )


def test_headings_lower_down_are_said_where_the_first_row_is_blank(tmp_path):
    sheet(tmp_path / "people.xlsx", [[None] * 3, [None] * 3, *PLAIN])
    assert "the first stand in row 3, so say header = 3" in refused(tmp_path, EXCEL)


def test_waivers_beside_a_record_set_outlive_an_import(tmp_path):
    (tmp_path / "people.csv").write_text(CSV)
    brought_in(tmp_path, ONE)
    (tmp_path / "records" / "waivers.toml").write_text("# kept\n")
    (tmp_path / "records" / "meetings.parquet").write_bytes(b"of an older import")
    brought_in(tmp_path, ONE)
    kept = {path.name for path in (tmp_path / "records").iterdir()}
    assert kept == {"children.parquet", "records.toml", "waivers.toml"}


def test_decimals_of_a_database_are_the_whole_numbers_that_others_write():
    from decimal import Decimal

    columns = {"a": [Decimal("123.0"), Decimal("1E+2"), 123.0, 123, Decimal("NaN"), float("inf")]}
    written = sources.as_text(columns, first=1)["a"].tolist()
    assert written == ["123", "100", "123", "123", "inf"]
