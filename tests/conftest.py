"""Shared by the tests: the real data package, copies of it to break, a browser, a made report."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

import cpstats as cp
from cpstats.published import Published, load

# How long an example takes is no property of the code, and the first one imports scipy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests together that share what takes long to make: one worker makes it for all."""
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.xdist_group("spark"))
        elif {"dundee_with_records", "dundee_quarterly"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("pages"))
        elif "dundee" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("dundee"))


ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def data() -> Published:
    return load(ROOT / "data")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the data package, to break."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def edit(folder: Path, table: str, old: str, new: str) -> None:
    """Change one place of a table by hand, without sealing it."""
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="session")
def dundee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The annual report of Dundee City for 2018-19 in all formats, made once by each worker."""
    page = tmp_path_factory.mktemp("reports") / "dundee.html"
    formats = "html,pdf,docx,xlsx,ods"
    return cp.build_annual(area="Dundee City", year="2018-19", to=formats, output=page)


@pytest.fixture(scope="session")
def dundee_with_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same report with the chapters that records add; they are SYNTHETIC."""
    page = tmp_path_factory.mktemp("reports") / "dundee-records.html"
    records = str(ROOT / "data" / "synthetic")
    return cp.build_annual(area="Dundee City", year="2018-19", records=records, output=page)


@pytest.fixture(scope="session")
def dundee_quarterly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scrutiny paper of Dundee City for the year to January 2019, from SYNTHETIC records."""
    page = tmp_path_factory.mktemp("reports") / "dundee-quarterly.html"
    records = str(ROOT / "data" / "synthetic")
    return cp.build_quarterly(
        area="Dundee City", quarter="2018-19 Q2", records=records, output=page
    )


@pytest.fixture(scope="session")
def spark():
    """A local Spark session; without Java the test is skipped, or fails where it must run."""
    if not shutil.which("java"):
        if os.environ.get("CPSTATS_REQUIRE_SPARK"):
            pytest.fail("Java is not here, and CPSTATS_REQUIRE_SPARK says it must be")
        pytest.skip("needs Java (Debian: apt-get install default-jre-headless)")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(params=["pandas", "duckdb"])
def engine(request):
    """Each of the engines that start at once."""
    return request.param


@pytest.fixture(params=["pandas", "duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def every_engine(request):
    """Every engine in turn; Spark takes seconds to plan, so few tests go through it."""
    if request.param == "spark":
        request.getfixturevalue("spark")
    return request.param


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; without it the test is skipped, or fails where it must run."""
    if not CHROMIUM:
        if os.environ.get("CPSTATS_REQUIRE_BROWSER"):
            pytest.fail("Chromium is not here, and CPSTATS_REQUIRE_BROWSER says it must be")
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chrome = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chrome
        chrome.close()


def descriptor(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
