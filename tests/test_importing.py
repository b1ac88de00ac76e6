"""Exports as people make them: real files, a real database, and what must never come in."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sql
from hypothesis import given, settings
from hypothesis import strategies as st

import cpstats as cp
from cpstats import importing
from cpstats.errors import CannotRead, CannotWrite, CpstatsError, DataProblems, UnknownName
from cpstats.importing import privacy, sources
from cpstats.importing.mappings import Source
from cpstats.records import TABLES, open_records

HEAD = """
title = "Test"
areas = ["Fife"]
since = 2018-08-01
until = 2019-07-31
"""
MAPPING = (
    HEAD
    + """
[tables.children]
file = "people.csv"
dates = "%d/%m/%Y"
columns = { child_id = "Person ID", date_of_birth = "DOB", sex = "Gender" }
constants = { area = "Fife" }

[tables.registrations]
file = "cpr.csv"
dates = "%d/%m/%Y"
[tables.registrations.columns]
child_id = "Person ID"
registration_date = "Registered"
registration_type = "Type"
[tables.registrations.constants]
area = "Fife Council"

[tables.deregistrations]
file = "left.csv"
dates = "%d/%m/%Y"
columns = { child_id = "Person ID", deregistration_date = "Removed", reason = "Reason" }
constants = { area = "Fife" }

[codes.registration_type]
"ICPCC - new" = "initial"
"""
)
PEOPLE = "Person ID,DOB,Gender\nP1,05/06/2010,F\nP2,,Boy\n"
CPR = "Person ID,Registered,Type\nP1,01/09/2018,ICPCC - new\nP2,15/10/2018,Pre-birth\n"
LEFT = "Person ID,Removed,Reason\nP1,31/01/2019,aged out\n"


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text("\ufeff" + PEOPLE, encoding="utf-8")
    (tmp_path / "cpr.csv").write_bytes(CPR.encode("cp1252"))
    (tmp_path / "left.csv").write_text(LEFT)
    (tmp_path / "mapping.toml").write_text(MAPPING)
    return tmp_path


def test_exports_become_a_record_set(exports, data):
    folder = importing.import_records(exports / "mapping.toml", exports / "records")
    records = open_records(folder)
    assert (records.areas, records.synthetic) == (("Fife",), False)
    children = pd.read_parquet(folder / "children.parquet")
    assert children["sex"].tolist() == ["female", "male"]
    assert str(children["date_of_birth"].iloc[0])[:10] == "2010-06-05"
    assert pd.isna(children["date_of_birth"].iloc[1])
    assert children["line"].tolist() == [2, 3]
    left = pd.read_parquet(folder / "deregistrations.parquet")
    assert left["reason"].tolist() == ["child automatically de-registered because of age"]
    assert left["deregistration_id"].tolist() == ["deregistrations-2"]
    counted = cp.count(records, "registrations", periods="2018-19", data=data)
    assert counted["value"].item() == 2
    # The rules name the line of the export.
    problems = cp.validate(folder).problems
    aged = problems[problems["table"] == "deregistrations"]
    assert 2 in aged["line"].tolist()


def test_every_problem_of_every_table_is_named_at_once_and_nothing_is_written(exports):
    (exports / "people.csv").write_text("Person ID,DOB,Gender\nP1,2010,F\nP1,31/02/2010,Alien\n")
    (exports / "cpr.csv").write_text("Person ID,Date,Type\n,01/09/2018,Odd\n")
    with pytest.raises(DataProblems) as caught:
        importing.import_records(exports / "mapping.toml", exports / "records")
    said = str(caught.value)
    for text in (
        "people.csv, line 2, column DOB: is not a date that can be read. Write it as 31/07/2019",
        "people.csv, line 3, column DOB",
        "people.csv, line 3, column Person ID: stands twice",
        "people.csv, line 3, column Gender: 'Alien' is not known",
        "cpr.csv, column Registered: is not a column here",
        "cpr.csv, line 2, column Person ID: is blank",
        "cpr.csv, line 2, column Type: 'Odd' is not known",
        '[codes.registration_type] of the mapping: "Odd" = "..."',
    ):
        assert text in said
    assert "31/02/2010" not in said
    assert "P1" not in said
    assert not (exports / "records").exists()


def test_a_record_set_is_replaced_only_by_a_whole_one(exports):
    folder = importing.import_records(exports / "mapping.toml", exports / "records")
    before = sorted((p.name, p.read_bytes()) for p in folder.iterdir())
    (exports / "left.csv").write_text("Person ID,Removed\nP1,never\n")
    with pytest.raises(DataProblems):
        importing.import_records(exports / "mapping.toml", folder)
    assert sorted((p.name, p.read_bytes()) for p in folder.iterdir()) == before
    with pytest.raises(CannotWrite, match="holds something else"):
        importing.import_records(exports / "mapping.toml", exports)
    assert [p.name for p in exports.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[tables.registrations]", "[tables.registration]", "Did you mean 'registrations'"),
        ('child_id = "Person ID", date_of', 'child = "Person ID", date_of', "'child_id'"),
        ("[codes.registration_type]", "[codes.registration_types]", "'registration_type'"),
        ('= "initial"', '= "initially"', "'initial'"),
        ("since =", "since_ =", "'since'"),
        ('file = "cpr.csv"', 'fil = "cpr.csv"', "'file'"),
    ],
)
def test_a_mistyped_word_of_a_mapping_names_the_nearest(exports, old, new, said):
    (exports / "mapping.toml").write_text(MAPPING.replace(old, new))
    with pytest.raises(UnknownName, match=said):
        importing.import_records(exports / "mapping.toml", exports / "records")


def test_a_mapping_of_the_wrong_kind_is_refused(exports):
    for old, new, said in [
        ("since = 2018-08-01", 'since = "2018"', "date without quotes"),
        ("until = 2019-07-31", "until = 2017-07-31", "until is before since"),
        ('file = "cpr.csv"', 'file = "cpr.csv"\nquery = "cpr"', "a file or a query"),
        ('title = "Test"', "title = [", "Cannot read the mapping"),
    ]:
        (exports / "mapping.toml").write_text(MAPPING.replace(old, new))
        with pytest.raises(CpstatsError, match=said):
            importing.import_records(exports / "mapping.toml", exports / "records")
    (exports / "mapping.toml").write_text(MAPPING)
    (exports / "cpr.csv").unlink()
    with pytest.raises(DataProblems, match=r"cpr\.csv: is not in "):
        importing.import_records(exports / "mapping.toml", exports / "records")


# Kinds of files


def workbook(path: Path, **sheets: str) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in sheets.items():
        sheet = book.create_sheet(name)
        for line in text.strip().split("\n"):
            sheet.append(line.split(","))
    book.save(path)


def test_excel_and_parquet_give_what_csv_gives(exports):
    expected = importing.import_records(exports / "mapping.toml", exports / "records")
    workbook(exports / "all.xlsx", People=PEOPLE, Register=CPR)
    pd.DataFrame(
        {"Person ID": ["P1"], "Removed": [pd.Timestamp(2019, 1, 31)], "Reason": ["aged out"]}
    ).to_parquet(exports / "left.parquet")
    text = (
        MAPPING.replace('"people.csv"', '"all.xlsx"\nsheet = "People"')
        .replace('"cpr.csv"', '"all.xlsx"\nsheet = "Register"')
        .replace("left.csv", "left.parquet")
    )
    (exports / "other.toml").write_text(text)
    found = importing.import_records(exports / "other.toml", exports / "again")
    for name in ("children", "registrations", "deregistrations"):
        one, other = (
            pd.read_parquet(f / f"{name}.parquet").drop(columns=["line", TABLES[name].key])
            for f in (expected, found)
        )
        pd.testing.assert_frame_equal(one, other)


def test_a_file_cut_short_is_refused(exports):
    workbook(exports / "all.xlsx", People=PEOPLE)
    whole = (exports / "all.xlsx").read_bytes()
    (exports / "all.xlsx").write_bytes(whole[: len(whole) // 2])
    (exports / "left.parquet").write_bytes(b"PAR1 and no more")
    for name in ("all.xlsx", "left.parquet"):
        (exports / "other.toml").write_text(MAPPING.replace("left.csv", name))
        with pytest.raises(CpstatsError, match="broken or not whole"):
            importing.import_records(exports / "other.toml", exports / "records")
    (exports / "left.csv").write_text(LEFT + 'P2,"31/01/2019,')
    with pytest.raises(DataProblems, match="never closed"):
        importing.import_records(exports / "mapping.toml", exports / "records")
    assert not (exports / "records").exists()


def test_a_file_that_changes_while_it_is_read_is_refused(exports, monkeypatch):
    read = sources.read_file

    def read_and_change(path, sheet="", header=1):
        raw = read(path, sheet, header)
        path.write_text(LEFT + "P2,01/02/2019,other\n")
        return raw

    monkeypatch.setattr(sources, "read_file", read_and_change)
    with pytest.raises(CpstatsError, match="changed while it was read"):
        importing.import_records(exports / "mapping.toml", exports / "records")
    assert not (exports / "records").exists()


# Databases


def filled(url: str) -> None:
    engine = sql.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sql.text("create table people (person_id varchar(20), dob date)"))
        connection.execute(sql.text("insert into people values ('P1', '2010-06-05')"))
        connection.execute(sql.text("insert into people values ('P2', null)"))
        connection.execute(sql.text("create table cpr (person_id varchar(20), start_date date)"))
        connection.execute(sql.text("insert into cpr values ('P1', '2018-09-01')"))
    engine.dispose()


DATABASE = (
    HEAD
    + """
database = "{url}"
[tables.children]
query = "people"
columns = {{ child_id = "person_id", date_of_birth = "dob" }}
constants = {{ area = "Fife" }}
[tables.registrations]
query = "select person_id, start_date from cpr where start_date > '2018-01-01'"
columns = {{ child_id = "person_id", registration_date = "start_date" }}
constants = {{ area = "Fife" }}
"""
)


def check_database(url: str, folder: Path) -> None:
    filled(url)
    (folder / "mapping.toml").write_text(DATABASE.format(url=url))
    made = importing.import_records(folder / "mapping.toml", folder / "records")
    children = pd.read_parquet(made / "children.parquet")
    assert children["child_id"].tolist() == ["P1", "P2"]
    assert str(children["date_of_birth"].iloc[0])[:10] == "2010-06-05"
    assert pd.isna(children["date_of_birth"].iloc[1])
    assert len(pd.read_parquet(made / "registrations.parquet")) == 1
    starter = importing.starter_mapping(url)
    assert 'table = "cpr"' in starter
    assert 'child_id = "person_id"' in starter


def test_sqlite_is_read(tmp_path):
    check_database(f"sqlite:///{tmp_path / 'cases.db'}", tmp_path)


def test_a_wrong_query_or_address_writes_nothing_and_tells_no_password(tmp_path):
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    filled(url)
    (tmp_path / "mapping.toml").write_text(DATABASE.format(url=url).replace("from cpr", "from cp"))
    with pytest.raises(CpstatsError, match="No whole answer"):
        importing.import_records(tmp_path / "mapping.toml", tmp_path / "records")
    away = "postgresql+psycopg://analyst:secret@127.0.0.1:1/cases"
    (tmp_path / "mapping.toml").write_text(DATABASE.format(url=away))
    with pytest.raises(CpstatsError, match="Cannot connect") as caught:
        importing.import_records(tmp_path / "mapping.toml", tmp_path / "records")
    assert "secret" not in str(caught.value)
    (tmp_path / "mapping.toml").write_text(DATABASE.format(url="nonsense"))
    with pytest.raises(CpstatsError, match="cannot be used"):
        importing.import_records(tmp_path / "mapping.toml", tmp_path / "records")
    (tmp_path / "mapping.toml").write_text(DATABASE.format(url="sqlite:///${NOT_SET_HERE}"))
    with pytest.raises(CpstatsError, match="NOT_SET_HERE"):
        importing.import_records(tmp_path / "mapping.toml", tmp_path / "records")
    assert not (tmp_path / "records").exists()


@pytest.fixture(scope="module")
def postgres():
    """A PostgreSQL server of Debian's package, on a port of its own."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        if os.environ.get("CPSTATS_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is not here, and CPSTATS_REQUIRE_POSTGRES says it must be")
        pytest.skip("needs PostgreSQL (Debian: apt-get install postgresql)")
    # Not one of pytest's folders: those let in nobody but the user who runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    as_user = "nobody" if os.getuid() == 0 else None  # the server refuses to run as root
    if as_user:
        shutil.chown(folder, as_user)
    port = random.randint(20_000, 40_000)
    base, control = folder / "data", binaries[-1].with_name("pg_ctl")

    def run(*command: object) -> None:
        # Output to a file: a server that inherits a pipe would never close it.
        with folder.with_suffix(".log").open("a") as log:
            command_ = [str(part) for part in command]
            subprocess.run(command_, check=True, stdout=log, stderr=log, cwd="/", user=as_user)

    run(binaries[-1], "-D", base, "-A", "trust", "-U", "analyst", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    run(control, "-D", base, "-o", options, "-w", "-l", folder / "server.log", "start")
    yield f"postgresql+psycopg://analyst@127.0.0.1:{port}/postgres"
    run(control, "-D", base, "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)
    folder.with_suffix(".log").unlink()


def test_postgresql_is_read(postgres, tmp_path):
    check_database(postgres, tmp_path)


def test_a_connection_that_drops_writes_nothing(postgres, tmp_path):
    dropping = (
        HEAD + f'database = "{postgres}"\n[tables.children]\n'
        "query = \"select 'P1' as child_id, pg_terminate_backend(pg_backend_pid()) as stopped\"\n"
        'constants = { area = "Fife" }\n'
    )
    (tmp_path / "mapping.toml").write_text(dropping)
    with pytest.raises(CpstatsError, match=r"connection dropped\. Nothing was written"):
        importing.import_records(tmp_path / "mapping.toml", tmp_path / "records")
    assert not (tmp_path / "records").exists()


def test_a_backend_that_is_killed_while_rows_come_writes_nothing(postgres, tmp_path):
    engine = sql.create_engine(postgres)
    with engine.begin() as connection:
        connection.execute(sql.text(
            "create table many as select 'P' || n as child_id, repeat('x', 200) as family_id "
            "from generate_series(1, 200000) as n"
        ))  # fmt: skip
    mapping = tmp_path / "mapping.toml"
    text = HEAD + f'database = "{postgres}"\n[tables.children]\nquery = "ASKED"\n'
    text += 'constants = { area = "Fife" }\n'
    mapping.write_text(text.replace("ASKED", "select * from many limit 3"))
    folder = importing.import_records(mapping, tmp_path / "records")
    before = sorted((p.name, p.read_bytes()) for p in folder.iterdir())

    killed = []

    def kill() -> None:
        """Wait for the backend that has sent some rows and holds its cursor open."""
        found = (
            "select pg_terminate_backend(pid) from pg_stat_activity where query like 'FETCH%' "
            "and pid <> pg_backend_pid()"
        )
        while not killed:
            with engine.connect() as connection:
                killed.extend(connection.execute(sql.text(found)).scalars())

    mapping.write_text(text.replace("ASKED", "select * from many"))
    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    with pytest.raises(CannotRead, match=r"connection dropped\. Nothing was written"):
        importing.import_records(mapping, folder)
    killer.join(timeout=20)
    engine.dispose()
    assert killed == [True]
    assert sorted((p.name, p.read_bytes()) for p in folder.iterdir()) == before


def test_names_of_postgresql_are_quoted_and_schemas_named(postgres, tmp_path):
    engine = sql.create_engine(postgres)
    with engine.begin() as connection:
        for said in (
            'create schema "Social Work"',
            'create table "Social Work"."Case Notes" ("Person ID" text, "DOB" date)',
            """insert into "Social Work"."Case Notes" values ('P1', '2010-06-05')""",
            'create view "Social Work"."order" as select * from "Social Work"."Case Notes"',
            'create materialized view "Kept" as select * from "Social Work"."Case Notes"',
            """create view lower_case as select *, 'a:b'::text as c from "Kept" """,
        ):
            connection.execute(sql.text(said.replace("'a:b'", r"'a\:b'")))
    engine.dispose()
    text = (
        HEAD + f'database = "{postgres}"\n[tables.children]\n{{}}\n'
        'columns = { child_id = "Person ID", date_of_birth = "DOB" }\n'
        'constants = { area = "Fife" }\n'
    )
    mapping = tmp_path / "mapping.toml"
    for said in (
        'schema = "Social Work"\ntable = "Case Notes"',
        'table = "Social Work.order"',
        'query = "Social Work.Case Notes"',
        'table = "kept"',
        'table = "LOWER_CASE"',
        "query = \"select *, 'at :noon'::text as t from lower_case where c like 'a:%'\"",
    ):
        mapping.write_text(text.replace("{}", said))
        folder = importing.import_records(mapping, tmp_path / "records")
        assert pd.read_parquet(folder / "children.parquet")["child_id"].tolist() == ["P1"]
    starter = importing.starter_mapping(postgres, schema="Social Work")
    assert 'schema = "Social Work"\n# table = "Case Notes"' in starter.replace("# schema", "schema")
    assert 'table = "order"' in starter


# What would name a child


def looked_at(column: str, values: list[str]) -> list[str]:
    frame = pd.DataFrame({column: values}, dtype="str")
    frame[sources.LINE] = range(2, len(values) + 2)
    names = {c: c for c in TABLES["children"].columns}
    source = Source(TABLES["children"], Path("x.csv"), "", "", names, {}, "%Y-%m-%d")
    return [p.problem for p in privacy.look(sources.Raw("x.csv", frame, []), source)]


def public_number(day: int, month: int, year: int, serial: int) -> str | None:
    """Make a CHI number: date of birth, three digits, and the check digit of modulus 11."""
    nine = f"{day:02d}{month:02d}{year % 100:02d}{serial:03d}"
    check = 11 - sum(int(d) * (10 - n) for n, d in enumerate(nine)) % 11
    return None if check == 10 else nine + str(check % 11)


@given(
    st.lists(
        st.tuples(st.integers(1, 28), st.integers(1, 12), st.integers(2000, 2020),
                  st.integers(0, 999)),
        min_size=12, max_size=40, unique=True,
    )
)  # fmt: skip
@settings(max_examples=40)
def test_public_numbers_are_refused_under_any_heading(parts):
    numbers = [n for p in parts if (n := public_number(*p))]
    if len(set(numbers)) >= 3:
        assert looked_at("ref", numbers) == ["seems to hold CHI numbers"]


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(1, 12), st.integers(2000, 2020),
                  st.integers(0, 999)),
        min_size=12, max_size=40, unique=True,
    ),
    st.sampled_from(["{}", "{}.0", "'{}"]),
)  # fmt: skip
@settings(max_examples=40)
def test_public_numbers_without_their_zero_are_refused(parts, shape):
    numbers = [shape.format(n[1:]) for p in parts if (n := public_number(*p))]
    if len(set(numbers)) >= 3:
        assert looked_at("ref", numbers) == ["seems to hold CHI numbers"]
        # Half of them with their zero or another first figure, as they come.
        assert looked_at("ref", [*numbers, "0101010123"]) == ["seems to hold CHI numbers"]


@pytest.mark.parametrize(
    "shape", ["{0}{1} {2}{3}", "{0}{1}-{2}{3}", "{0} {1} {2} {3}", "{0}{1} {2} {3}", "{0}{1}{2}{3}"]
)
def test_public_numbers_in_groups_are_refused(shape):
    whole = [n for serial in range(20) if (n := public_number(15, 6, 2010, serial))]
    parts = [(n[:2], n[2:6], n[6:8], n[8:]) for n in whole]
    assert looked_at("ref", [shape.format(*p) for p in parts]) == ["seems to hold CHI numbers"]
    # The same without the zero that they begin with.
    whole = [n for serial in range(20) if (n := public_number(5, 6, 2010, serial))]
    lost = [(n[1:2], n[2:6], n[6:8], n[8:]) for n in whole]
    assert looked_at("ref", [shape.format(*p) for p in lost]) == ["seems to hold CHI numbers"]


def test_the_check_digit_is_that_of_the_published_example():
    # 943 476 5919 is the NHS Data Dictionary's example of a valid number; its neighbours are not.
    assert [privacy._checks(f"943476591{n}") for n in range(10)] == [False] * 9 + [True]
    # A sum that leaves 1 would ask for the digit 10: no such number is given out.
    assert not any(privacy._checks(f"000000006{n}") for n in range(10))


@given(st.integers(0, 2**32), st.integers(1, 60))
@settings(max_examples=60)
def test_case_numbers_of_nine_figures_come_in(seed, size):
    chance = random.Random(seed)
    start = chance.randrange(10**8, 9 * 10**8)
    step = chance.choice([1, 2, 5, 7, 10, 100, 1000])
    kinds = {
        "at random": [str(chance.randrange(10**8, 10**9)) for _ in range(max(size, 8))],
        "running": [str(start + step * n) for n in range(max(size, 8))],
        "by year": [f"{2010 + n % 12}{chance.randrange(10**5):05d}" for n in range(max(size, 8))],
        "dates": [f"{n % 28 + 1:02d}052010" for n in range(max(size, 8))],
    }
    for name, values in kinds.items():
        assert looked_at("child_id", values) == [], name


@given(st.integers(0, 2**32))
@settings(max_examples=40)
def test_pseudonyms_come_in(seed):
    chance = random.Random(seed)
    kinds = {
        "running numbers": [str(4_000_000_001 + n) for n in range(60)],
        "hashes": [f"{chance.getrandbits(128):032x}" for _ in range(60)],
        "uuids": [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(60)],
        "short": [f"C{n:05d}" for n in range(60)],
        "dates": [f"{n % 28 + 1:02d}/05/2010" for n in range(60)],
        "ten digits": [str(chance.randrange(10**9, 10**10)) for _ in range(60)],
        "short hashes": [f"{chance.getrandbits(28):07x}" for _ in range(60)],
    }
    for values in kinds.values():
        assert looked_at("child_id", values) == []


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("Surname", ["x"], "names"),
        ("Child's name", ["x"], "names"),
        ("Post code", ["x"], "postcodes"),
        ("CHI Number", ["x"], "public numbers"),
        ("Home address 1", ["x"], "addresses"),
        ("notes", ["lives at DD1 4HN now"], "postcodes"),
        ("notes", ["write to someone@example.org"], "e-mail addresses"),
        ("ref", ["QQ 12 34 56 C".replace("QQ", "AB")], "National Insurance numbers"),
        ("who", ["Ann Example", "Bob Example-Smith", "Cat O'Example", ""], "names"),
        ("who", ["EXAMPLE, ANN", "É. Exemple", "McExample, Cat"], "names"),
        ("Child Surname", ["x"], "names"),
        ("Mother's Name", ["x"], "names"),
        ("CHI_No.", ["x"], "public numbers"),
        ("patientCHI", ["x"], "public numbers"),
        ("Postal Code", ["x"], "postcodes"),
        ("Email 1", ["x"], "e-mail addresses"),
        ("Home Phone", ["x"], "telephone numbers"),
        ("ref", ["01382 496 001", "07700 900123", "+44 7700 900124"], "telephone numbers"),
        ("ref", ["DD14HN", "KY11AA", "G12AB", "later"], "postcodes"),
        ("line", ["lives at DD1 4HN now"], "postcodes"),
    ],
)
def test_what_names_a_child_is_refused(column, values, said):
    assert looked_at(column, values) == [f"seems to hold {said}"]


def test_what_names_a_child_is_refused_before_anything_is_kept_and_never_repeated(exports):
    (exports / "left.csv").write_text("Person ID,Removed,Notes\nP1,31/01/2019,moved to DD1 4HN\n")
    with pytest.raises(DataProblems) as caught:
        importing.import_records(exports / "mapping.toml", exports / "records")
    assert "left.csv, line 2, column Notes: seems to hold postcodes" in str(caught.value)
    assert "DD1" not in str(caught.value)
    assert sorted(p.name for p in exports.iterdir()) == [
        "cpr.csv", "left.csv", "mapping.toml", "people.csv",
    ]  # fmt: skip


def test_words_of_code_lists_are_no_names():
    # "Asian Scottish" and the like are codes, and their column is a coded one.
    assert looked_at("ethnicity", ["White Scottish", "White British", "White Polish"]) == []


def test_a_row_with_nothing_but_its_child_is_never_lost(exports):
    (exports / "left.csv").write_text(LEFT + "P2,,\n")
    with pytest.raises(DataProblems, match="ends in 1 lines with nothing but their first cell"):
        importing.import_records(exports / "mapping.toml", exports / "records")


def test_columns_of_one_name_are_refused(exports):
    workbook(exports / "all.xlsx", People="Person ID,DOB,DOB\nP1,05/06/2010,x")
    (exports / "other.toml").write_text(MAPPING.replace("people.csv", "all.xlsx"))
    with pytest.raises(CpstatsError, match="columns of one name: DOB"):
        importing.import_records(exports / "other.toml", exports / "records")


def test_a_set_that_cannot_be_moved_into_place_leaves_the_old_one(exports, monkeypatch):
    folder = importing.import_records(exports / "mapping.toml", exports / "records")
    before = sorted((p.name, p.read_bytes()) for p in folder.iterdir())
    real = Path.replace

    def refuse(self, target):
        if self.name == "records" and Path(target) == folder and self.parent != exports:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotWrite, match="No space left"):
        importing.import_records(exports / "mapping.toml", folder)
    assert sorted((p.name, p.read_bytes()) for p in folder.iterdir()) == before


def test_an_area_of_a_mapping_is_known_and_a_date_is_a_date(exports):
    (exports / "mapping.toml").write_text(MAPPING.replace('areas = ["Fife"]', 'areas = ["Fiffe"]'))
    with pytest.raises(UnknownName, match="Did you mean 'Fife'"):
        importing.import_records(exports / "mapping.toml", exports / "records")
    (exports / "mapping.toml").write_text(MAPPING)
    (exports / "left.csv").write_text("Person ID,Removed,Reason\nP1,2019-01-31 a guess,other\n")
    with pytest.raises(DataProblems, match="is not a date"):
        importing.import_records(exports / "mapping.toml", exports / "records")


def test_a_starter_repeats_no_remark_and_no_password(exports):
    (exports / "left.csv").write_text(
        "Person ID,Removed,Reason\nP1,31/01/2019,Mother is Ann Example\n"
        "P2,31/01/2019,Odd word\nP3,31/01/2019,Odd word\n"
    )
    text = importing.starter_mapping(exports)
    assert "Ann" not in text
    assert '# "Odd word" = ""' in text
    url = f"sqlite:///{exports / 'empty.db'}?password=secret"
    with pytest.raises(CpstatsError) as caught:
        importing.starter_mapping(url)
    assert "secret" not in str(caught.value)


# The starter


def test_a_starter_names_what_it_sees_and_can_be_used(exports):
    (exports / "cpr.csv").write_text(
        "Child ID,Date Registered,Registration Type,Team\nP1,01/09/2018,initial,North\n"
        "P2,15/10/2018,Strange,North\nP3,15/10/2018,Strange,North\n"
    )
    workbook(
        exports / "meetings.xlsx", Meetings="Child ID,Meeting Date,Type\nP1,01/09/2018,initial"
    )
    text = importing.starter_mapping(exports)
    assert 'registration_date = "Date Registered"' in text
    assert 'dates = "%d/%m/%Y"' in text
    assert "# not used: 'Team'" in text
    assert '# "Strange" = ""' in text
    assert 'sheet = "Meetings"' in text
    assert "P1" not in text
    assert "01/09/2018" not in text
    (exports / "starter.toml").write_text(text)
    asked = importing.read_mapping(exports / "starter.toml")
    assert {s.table.id for s in asked.sources} >= {"children", "registrations", "meetings"}


def test_the_commands_write_a_starter_and_import(exports):
    def run(*words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "cpstats", "records", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    out = exports / "new.toml"
    done = run("init", str(exports), "--out", str(out))
    assert (done.returncode, done.stdout.strip()) == (0, str(out))
    assert run("init", str(exports), "--out", str(out)).returncode == 1
    done = run("import", str(exports / "mapping.toml"), "--out", str(exports / "set"))
    assert (done.returncode, done.stdout.strip()) == (0, str(exports / "set"))
    (exports / "left.csv").write_text("Person ID,Removed,Reason\nP1,soon,other\n")
    done = run("import", str(exports / "mapping.toml"), "--out", str(exports / "set2"))
    assert done.returncode == 1
    assert "left.csv, line 2, column Removed" in done.stderr
