"""Control and run charts equal those of the R packages of record."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cpstats as cp
from cpstats.control import layouts, limits
from cpstats.control.runs import _allowed

ORACLE = Path(__file__).parent / "oracle"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / f"{name}.csv")


PTD = read("ptd_options").set_index("series")
QIC = read("qic_options").set_index("id")
#: Charts of qicharts2 that cpstats has too, without points excluded by hand.
SHARED = QIC[~QIC["chart"].isin(["ip", "mr"]) & (QIC["method"] == "anhoej") & QIC["exclude"].isna()]


def equal(given: pd.Series, expected: pd.Series) -> None:
    np.testing.assert_allclose(given.to_numpy(), expected.to_numpy(), rtol=1e-12, atol=1e-12)


def made_by_making_data_count(series: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    options, given, expected = PTD.loc[series], read("ptd_in"), read("ptd_out")
    given, expected = (frame[frame["series"] == series] for frame in (given, expected))
    values = pd.Series(given["y"].to_numpy(), index=pd.DatetimeIndex(given["x"]))
    dates = options["rebase"].split(";") if isinstance(options["rebase"], str) else []
    chart = cp.control_chart(
        values,
        rebase=dict.fromkeys(dates, "as in the reference"),
        screen_moving_ranges=bool(options["screen_outliers"]),
    )
    return chart, expected


COMPLETE = [s for s in PTD.index if PTD.loc[s, "kind"] != "missing"]


@pytest.mark.parametrize("series", COMPLETE)
def test_individuals_have_the_limits_and_flags_of_making_data_count(series):
    chart, expected = made_by_making_data_count(series)
    for ours, theirs in (("centre", "mean_col"), ("lower", "lpl"), ("upper", "upl")):
        equal(chart[ours], expected[theirs])
    for ours, theirs in (
        ("limit", "rule_outside"),
        ("trend", "rule_trend7"),
        ("2 of 3", "rule_2in3"),
        ("shift", "rule_shift7"),
    ):
        fired = chart["signal"].str.contains(ours).tolist()
        assert fired == expected[theirs].fillna(False).astype(bool).tolist(), ours
    assert chart["trial"].any() == (PTD.loc[series, "n"] < 12)


@pytest.mark.parametrize("series", COMPLETE)
def test_verdicts_are_those_of_making_data_count(series):
    chart, expected = made_by_making_data_count(series)
    direction = PTD.loc[series, "improvement_direction"]
    better = {"decrease": "lower", "increase": "higher", "neutral": "neither"}[direction]
    words = {
        "common_cause": "no signal",
        "special_cause_improvement": "improving",
        "special_cause_concern": "worsening",
        "special_cause_neutral_high": "unusually high",
        "special_cause_neutral_low": "unusually low",
    }
    for last in range(1, len(chart) + 1):
        # The verdict is on the latest point, so each point is made the latest in turn.
        verdict = cp.judge(chart.iloc[:last], better=better).loc[0, "variation"]
        assert verdict == words[expected["point_type"].iloc[last - 1]]
    assured = {
        "inconsistent": "may be met or missed by chance",
        "consistent_pass": "will be met",
        "consistent_fail": "will be missed",
    }
    verdict = cp.judge(chart, better=better, target=PTD.loc[series, "target"])
    assert verdict.loc[0, "assurance"] == assured.get(PTD.loc[series, "assurance_type"], "")


def drawn_by_qicharts(case: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    options, given, expected = QIC.loc[case], read("qic_in"), read("qic_out")
    given, expected = (frame[frame["id"] == case] for frame in (given, expected))
    values = pd.Series(given["y"].to_numpy(), index=given["x"].to_numpy())
    shared = {
        "baseline": None if pd.isna(options["freeze"]) else int(options["freeze"]),
        "rebase": {} if pd.isna(options["part"]) else {int(options["part"]) + 1: "a new part"},
    }
    if options["chart"] == "run":
        return cp.run_chart(values, **shared), expected
    chart = cp.control_chart(
        values,
        chart="xmr" if options["chart"] == "i" else options["chart"],
        n=pd.Series(given["n"].to_numpy(), index=values.index) if options["uses_n"] else None,
        rules="nelson",
        screen_moving_ranges=bool(options["screenedmr"]),
        **shared,
    )
    return chart, expected


@pytest.mark.parametrize("case", SHARED.index[SHARED["chart"] != "run"])
def test_control_charts_have_the_lines_of_qicharts2(case):
    chart, expected = drawn_by_qicharts(case)
    scale = QIC.loc[case, "multiply"]
    for ours, theirs in (("value", "y"), ("centre", "cl"), ("lower", "lcl"), ("upper", "ucl")):
        equal(chart[ours] * scale, expected[theirs])
    beyond = chart["signal"].str.contains("limit").tolist()
    assert beyond == expected["sigma.signal"].tolist()


@pytest.mark.parametrize("case", SHARED.index[SHARED["chart"] == "run"])
def test_run_charts_have_the_runs_of_qicharts2(case):
    chart, expected = drawn_by_qicharts(case)
    equal(chart["centre"], expected["cl"])
    for ours, theirs in (
        ("useful", "n.useful"),
        ("longest_run", "longest.run"),
        ("longest_run_limit", "longest.run.max"),
        ("crossings", "n.crossings"),
        ("crossings_limit", "n.crossings.min"),
    ):
        assert chart[ours].tolist() == expected[theirs].tolist(), ours
    signal = (chart["signal"] != "").groupby(chart["phase"]).any().tolist()
    assert signal == expected.groupby("part")["runs.signal"].first().tolist()


@pytest.mark.parametrize("case", QIC.index[QIC["chart"] == "mr"])
def test_mean_moving_ranges_are_those_of_qicharts2(case):
    given, expected = read("qic_in"), read("qic_out")
    values = given.loc[given["id"] == case, "y"].to_numpy()
    one = np.zeros(len(values), dtype=np.int64)
    layout = layouts.lay(values, pd.RangeIndex(len(values)), one, None, {})
    mean = limits.mean_moving_range(layout, values, screened=False)
    assert mean[0] == pytest.approx(expected.loc[expected["id"] == case, "cl"].iloc[0], rel=1e-12)


def test_runs_and_crossings_allowed_are_those_of_the_published_table():
    table = read("anhoej_critical_values")
    longest, fewest = _allowed(table["n"].to_numpy())
    assert longest.tolist() == table["longest_run_max"].tolist()
    assert fewest.tolist() == table["crossings_min"].tolist()


def test_shifts_and_trends_are_flagged_as_by_public_health_scotland():
    expected = read("phs_runchart_flags")
    index = pd.MultiIndex.from_frame(expected[["series", "i"]])
    chart = cp.run_chart(pd.Series(expected["y"].to_numpy(), index=index), rules="phs", by="series")
    equal(chart["centre"], expected["median"])
    for rule in ("shift", "trend"):
        assert chart["signal"].str.contains(rule).tolist() == expected[rule].tolist()
