"""Funnels: limits that agree with exact tests, and a spread of areas as the reference has it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

import cpstats as cp
from cpstats import sentences
from cpstats.catalogue import CATALOGUE
from cpstats.errors import CpstatsError, ImpossibleInput, UnknownName
from cpstats.funnels import limits_at

ORACLE = Path(__file__).parent / "oracle"
KINDS = {"PR": "proportion", "RC": "ratio"}
PHI = pd.read_csv(ORACLE / "funnel_od_phi_tau.csv").set_index("set")
RATE = CATALOGUE["register_rate"]


def table(numerator, denominator) -> pd.DataFrame:
    return pd.DataFrame({"numerator": numerator, "denominator": denominator})


@pytest.fixture(scope="module")
def councils(data):
    return cp.measure(data, "register_rate", areas=cp.areas.councils(), periods="2018-19")


@pytest.fixture(scope="module")
def hidden(data):
    return cp.measure(data, "register_rate", areas=cp.areas.councils(), periods="2015-16")


@pytest.mark.parametrize("number", PHI.index)
def test_dispersion_is_that_of_the_reference(number):
    given_ = pd.read_csv(ORACLE / "funnel_od_in.csv")
    rows = given_.loc[given_["set"] == number, ["numerator", "denominator"]]
    expected = PHI.loc[number]
    found = cp.funnel(rows, kind=KINDS[expected["data_type"]]).iloc[0]
    assert found["dispersion"] == pytest.approx(expected["phi"], rel=1e-12)
    assert found["tau_squared"] == pytest.approx(expected["tau2"], rel=1e-12, abs=1e-15)


def test_standardised_ratios_are_rates_over_what_was_expected():
    # z = (sqrt(O/E) - 1) / (1 / (2 sqrt(E))): 16 over 25 expected is (0.8 - 1) x 10 = -2.
    found = cp.funnel(table([16, 36], [25, 25]), kind="rate", target=1)
    assert found["z"].tolist() == pytest.approx([-2, 2])


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_exact_limits_are_where_the_exact_interval_of_the_count_meets_the_target(level):
    # Garwood's interval of x ends at the expected counts on whose limits x lies.
    cases = pd.read_csv(ORACLE / "exact_base_r.csv")
    cases = cases[(cases["confidence"] == level) & (cases["x"] > 0)].drop_duplicates("x")
    side = "inner" if level == 0.95 else "outer"
    for bound, line in (("garwood_hi", "lower"), ("garwood_lo", "upper")):
        expected = cases[bound].to_numpy()
        limits = limits_at(expected, kind="rate", target=1.0, tau_squared=0.0)
        np.testing.assert_allclose(
            limits[f"{side}_{line}"] * expected, cases["x"], rtol=1e-9, atol=1e-9
        )


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(60, 5000)), min_size=2, max_size=12
    ),
    st.sampled_from(["rate", "proportion", "ratio"]),
    st.floats(0.002, 0.3),
)  # fmt: skip
def test_an_area_is_beyond_exact_limits_just_when_its_exact_test_says_so(areas, kind, target):
    count, whole = (np.array(x) for x in zip(*areas, strict=True))
    found = cp.funnel(table(count, whole), kind=kind, target=target)
    size = {"rate": None, "proportion": whole, "ratio": count + whole}[kind]
    share = target / (1 + target) if kind == "ratio" else target
    law = stats.poisson(target * whole) if kind == "rate" else stats.binom(size, share)
    low, high = law.cdf(count), law.sf(count - 1)
    for level, tail in (("95%", 0.025), ("99.8%", 0.001)):
        clear = (np.abs(low - tail) > 1e-9) & (np.abs(high - tail) > 1e-9)
        for side, p in (("below", low), ("above", high)):
            names = [f"{side} the 99.8% limits"] + ([f"{side} the 95% limits"] * (level == "95%"))
            beyond = found["verdict"].isin(names).to_numpy()
            assert (beyond == (p < tail))[clear].all()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(60, 5000)), min_size=2, max_size=12),
    st.sampled_from(["rate", "proportion", "ratio"]),
)
def test_limits_nest_and_enclose_the_target(areas, kind):
    count, whole = (np.array(x) for x in zip(*areas, strict=True))
    assume(0 < count.sum() < whole.sum())
    found = cp.funnel(table(count, whole), kind=kind)
    for which in ("", "_adjusted"):
        lines = [found[f"{name}{which}"].to_numpy() for name in
                 ("outer_lower", "inner_lower", "inner_upper", "outer_upper")]  # fmt: skip
        for one, two in pairwise(lines):
            assert (one <= two).all()
    assert (found["inner_lower_adjusted"] <= found["target"]).all()
    assert (found["target"] <= found["inner_upper_adjusted"]).all()
    calm = found[found["tau_squared"] == 0]
    assert (calm["outer_upper"] == calm["outer_upper_adjusted"]).all()


@settings(max_examples=40)
@given(st.floats(0.001, 0.4), st.sampled_from(["rate", "proportion"]), st.floats(0, 0.01))
def test_limits_narrow_as_areas_grow(target, kind, tau_squared):
    sizes = np.array([30.0, 300, 3000, 30000])
    lines = limits_at(sizes, kind=kind, target=target, tau_squared=tau_squared)
    for name, line in lines.items():
        steps = np.diff(line)
        assert ((steps >= -1e-12) if "lower" in name else (steps <= 1e-12)).all()


def test_the_order_of_areas_changes_nothing(councils):
    mixed = councils.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(cp.funnel(mixed).sort_index(), cp.funnel(councils), rtol=1e-12)


def test_a_zero_count_has_a_point_and_can_lie_below():
    found = cp.funnel(table([0, 40, 60], [3000, 4000, 6000]), kind="rate")
    # 100 over 13,000: 23.1 expected, and none seen has a probability of 1e-10.
    assert found["verdict"].tolist() == [
        "below the 99.8% limits",
        "within the limits",
        "within the limits",
    ]
    few = cp.funnel(table([0, 40, 60], [300, 4000, 6000]), kind="rate")
    # 2.9 expected: none seen has a probability of 5%, above half of 5%.
    assert few["inner_lower"].iloc[0] == 0
    assert few["verdict"].iloc[0] == "within the limits"


def test_a_council_without_a_count_keeps_its_row_and_has_no_limits(hidden):
    found = cp.funnel(hidden).set_index("area")
    orkney = found.loc["Orkney Islands"]
    assert orkney["mark"] == "[c]"
    assert orkney["verdict"] == ""
    assert orkney[["inner_lower", "outer_upper_adjusted", "z"]].isna().all()
    known = hidden[hidden["numerator"].notna()]
    expected = 1000 * known["numerator"].sum() / known["denominator"].sum()
    assert found["target"].iloc[0] == pytest.approx(expected)


def test_few_areas_are_cautioned(councils):
    assert "9 areas" in cp.funnel(councils.iloc[:9])["caution"].iloc[0]
    assert set(cp.funnel(councils)["caution"]) == {""}


@pytest.mark.parametrize(
    ("numerator", "denominator", "options", "said"),
    [
        ([], [], {"kind": "rate"}, "two areas"),
        ([1], [10], {"kind": "rate"}, "two areas.*got 1"),
        ([1, None], [10, 20], {"kind": "rate"}, "two areas.*got 1"),
        ([1, 2], [10, 0], {"kind": "rate"}, "above 0.*position 1"),
        ([1, -2], [10, 9], {"kind": "rate"}, "negative"),
        ([1, np.inf], [10, 9], {"kind": "rate"}, "finite"),
        ([1, 12], [10, 9], {"kind": "proportion"}, "larger"),
        ([0, 0], [10, 9], {"kind": "rate"}, "some events"),
        ([10, 9], [10, 9], {"kind": "proportion"}, "some without"),
        ([1, 2], [10, 9], {"kind": "rate", "target": 0}, "target of 0"),
        ([1, 2], [10, 9], {"kind": "proportion", "target": 1.5}, "target of 1.5"),
        ([1, 2], [10, 9], {}, "give `kind`"),
    ],
)
def test_what_no_funnel_can_be_made_of_is_refused(numerator, denominator, options, said):
    with pytest.raises(ImpossibleInput, match=f"(?i){said}"):
        cp.funnel(table(numerator, denominator), **options)


def test_an_unknown_kind_several_periods_and_a_table_without_counts_are_refused(data, councils):
    with pytest.raises(UnknownName, match="Did you mean 'rate'"):
        cp.funnel(councils, kind="rates")
    two = cp.measure(data, "register_rate", areas=cp.areas.councils())
    with pytest.raises(CpstatsError, match="one period"):
        cp.funnel(two)
    with pytest.raises(ImpossibleInput, match="no column denominator"):
        cp.funnel(councils.drop(columns="denominator"))


# The chart and the sentence


def test_the_chart_draws_each_council_once_and_names_those_beyond(councils):
    found = cp.funnel(councils)
    chart = cp.charts.funnel(found, focus="Dundee City")
    (axes,) = chart.axes
    marked = [line for line in axes.lines if line.get_linestyle() == "None"]
    drawn = sorted(float(y) for line in marked for y in line.get_ydata())
    assert drawn == pytest.approx(sorted(councils["value"]))
    named = {t.get_text() for t in axes.texts}
    beyond = set(found.loc[found["verdict_adjusted"] != "within the limits", "area"])
    assert beyond | {"Dundee City"} <= named
    assert "Fife" not in named
    assert f"{32 - len(beyond)} lie within the 95% limits" in chart.alt
    assert "Dundee City, brought out: 3.8, within the limits." in chart.alt
    assert "dispersion 5.6" in chart.caption
    assert "Source: CSWS 2018-19" in chart.caption


def test_names_in_the_chart_cover_neither_each_other_nor_the_edge(councils):
    chart = cp.charts.funnel(cp.funnel(councils), focus="Dundee City")
    (axes,) = chart.axes
    chart.draw_without_rendering()
    names = [t for t in axes.texts if t.get_text() in set(councils["area"])]
    # The extent of an annotation takes in its arrow; that of the plate behind it does not.
    boxes = [t.get_bbox_patch().get_window_extent() for t in names]
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])


def test_the_chart_says_which_council_has_no_point(hidden):
    chart = cp.charts.funnel(cp.funnel(hidden), focus="Orkney Islands")
    assert "Orkney Islands: suppressed to protect" in chart.alt
    assert "Orkney Islands" not in {t.get_text() for t in chart.axes[0].texts}
    with pytest.raises(CpstatsError, match=r"cpstats\.funnel"):
        cp.charts.funnel(hidden)


def test_the_sentence_says_what_the_verdicts_say(councils, hidden):
    rows = cp.funnel(councils).set_index("area", drop=False)
    assert sentences.funnel(rows.loc["Dundee City"], RATE) == (
        "Dundee City lies above the 95% limits for chance alone, but areas vary more than chance "
        "would have them, and it lies within what areas of its size ordinarily differ by (99.8% "
        "limits for an area of its size 0.9 to 5.7 per 1,000 aged 0-15)."
    )
    assert "no more than chance" in sentences.funnel(rows.loc["Stirling"], RATE)
    said = sentences.funnel(rows.loc["East Renfrewshire"], RATE)
    assert "below the 99.8% limits even when" in said
    alone = rows.loc["Stirling"].copy()
    alone[["tau_squared", "verdict", "verdict_adjusted"]] = [0, *["above the 95% limits"] * 2]
    assert "vary no more than chance" in sentences.funnel(alone, RATE)
    orkney = cp.funnel(hidden).set_index("area", drop=False).loc["Orkney Islands"]
    assert "suppressed" in sentences.funnel(orkney, RATE)


def test_wider_limits_never_put_an_area_further_out(councils):
    # Zero of about 3 expected is within exact limits, though its square root lies far below.
    frame = table([0, 300, 150, 260, 90, 200], [1000, 60000, 70000, 50000, 40000, 90000])
    found = cp.funnel(frame, kind="rate")
    assert found["tau_squared"].iloc[0] > 0
    assert found["verdict"].iloc[0] == "within the limits"
    assert found["verdict_adjusted"].iloc[0] == "within the limits"


def test_the_sentence_quotes_the_limits_that_are_crossed(councils):
    rows = cp.funnel(councils).set_index("area", drop=False)
    said = sentences.funnel(rows.loc["Orkney Islands"], RATE)
    assert "below the 95% limits even when" in said
    crossed = rows.loc["Orkney Islands", "inner_lower_adjusted"]
    assert f"(95% limits for an area of its size {crossed:.1f} to" in said
    assert "one or two lie as far out by chance" in said
    assert "asks for an explanation" not in said
    assert "asks for an explanation" in sentences.funnel(rows.loc["East Renfrewshire"], RATE)


def test_the_limits_drawn_are_those_of_the_frame(councils):
    found = cp.funnel(councils)
    (axes,) = cp.charts.funnel(found).axes
    drawn = {line.get_gid(): line for line in axes.lines if line.get_gid()}
    assert len(drawn) == 8
    for name, line in drawn.items():
        x, y = line.get_xdata(), line.get_ydata()
        # Exact limits bend between whole numbers; the drawing has 200 points.
        at = np.interp(found["denominator"], x, y)
        np.testing.assert_allclose(at, found[name], rtol=0.02)
        style = {True: "-" if "outer" in name else "--", False: ":"}[name.endswith("_adjusted")]
        assert line.get_linestyle() == style, name
    # Each wider line is named at the height at which it ends.
    last = {t.get_text(): t.xy[1] for t in axes.texts}
    for name, text in (("outer_upper", "Upper 99.8% limit"), ("inner_lower", "Lower 95% limit")):
        end = drawn[f"{name}_adjusted"].get_ydata()[-1]
        assert last[text] == pytest.approx(end, abs=0.06 * axes.get_ylim()[1])


def test_without_variation_beyond_chance_one_pair_of_limits_is_drawn(councils):
    calm = councils.assign(numerator=(councils["denominator"] * 0.003).round())
    calm = calm.assign(value=1000 * calm["numerator"] / calm["denominator"])
    found = cp.funnel(calm)
    assert found["tau_squared"].eq(0).all()
    chart = cp.charts.funnel(found)
    assert sum(bool(line.get_gid()) for line in chart.axes[0].lines) == 4
    assert "allow for chance alone: areas vary no more" in chart.caption
