"""Places among areas, the ranges that chance leaves open, and the chart of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpstats as cp
from cpstats.comparisons import compare_rates
from cpstats.errors import CpstatsError, ImpossibleInput
from cpstats.ranks import COLUMNS, rank

ALL, EACH = ["rank_lower", "rank_upper"], ["rank_lower_each", "rank_upper_each"]


def results(
    counts: dict[str, float], population: float = 10_000, indicator: str = "register_rate"
) -> pd.DataFrame:
    per = 1000 if indicator == "register_rate" else 100
    return pd.DataFrame(
        {
            "indicator": indicator,
            "area": list(counts),
            "period": "2018-19",
            "numerator": list(counts.values()),
            "denominator": population,
            "value": [c / population * per for c in counts.values()],
        }
    )


def test_ranks_share_the_better_place_and_leave_out_the_missing():
    ranked = rank(results({"a": 9, "b": 9, "c": 3, "d": float("nan")}), among=list("abcd"))
    assert ranked["rank"].tolist()[:3] == [1, 1, 3]
    assert np.isnan(ranked["rank"].iloc[3])
    assert ranked["ranked"].tolist() == [3] * 4


def test_a_ranking_of_several_years_keeps_its_rows_apart():
    years = pd.concat(
        [results({"a": 9, "b": 3}), results({"a": 3, "b": 9}).assign(period="2019-20")]
    )
    ranked = rank(years, among=["a", "b"])
    assert ranked["rank"].tolist() == [1, 2, 2, 1]


def test_a_ranking_of_a_breakdown_is_refused():
    twice = pd.concat([results({"a": 9}), results({"a": 3})])
    with pytest.raises(CpstatsError, match="one row for each"):
        rank(twice, among=["a"])


def test_a_ranking_takes_one_indicator():
    mixed = pd.concat([results({"a": 1}), results({"b": 1}).assign(indicator="registered_before")])
    with pytest.raises(CpstatsError, match="one indicator"):
        rank(mixed, among=list("ab"))


def test_far_apart_rates_have_sure_places_and_equal_ones_have_none():
    sure = rank(results({"a": 1000, "b": 100, "c": 1}), among=list("abc"))
    assert sure[ALL].to_numpy().tolist() == [[1, 1], [2, 2], [3, 3]]
    none = rank(results({"a": 5, "b": 5, "c": 5}), among=list("abc"))
    assert none[ALL].to_numpy().tolist() == [[1, 3]] * 3


@pytest.mark.parametrize("indicator", ["register_rate", "most_deprived_fifth"])
@given(st.lists(st.integers(0, 300), min_size=2, max_size=8))
def test_a_rank_lies_within_its_ranges_and_the_range_for_all_is_the_wider(indicator, counts):
    frame = results({str(i): c for i, c in enumerate(counts)}, 300, indicator)
    ranked = rank(frame, among=frame["area"].unique())
    order = ["rank_lower", "rank_lower_each", "rank", "rank_upper_each", "rank_upper"]
    assert (ranked[order].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_each_pair_on_its_own_is_what_comparing_them_says(data):
    rows = cp.measure(data, "register_rate", periods="2018-19", areas=cp.areas.councils())
    ranked = rank(rows, among=cp.areas.councils())
    for one in rows.iloc[[0, 7, 22]].itertuples():
        verdicts = compare_rates(
            one.numerator, one.denominator, rows["numerator"], rows["denominator"]
        )["verdict"]
        place = ranked[ranked["area"] == one.area].iloc[0]
        assert place["rank_lower_each"] == 1 + (verdicts == "lower").sum()
        assert place["rank_upper_each"] == 32 - (verdicts == "higher").sum()


def test_two_areas_need_no_allowance():
    ranked = rank(results({"a": 30, "b": 10}), among=list("ab"))
    assert ranked[ALL].to_numpy().tolist() == ranked[EACH].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_proportions_have_ranges_by_their_differences():
    ranked = rank(results({"a": 56, "b": 40}, 70, "most_deprived_fifth"), among=list("ab"))
    # Newcombe's interval of 56/70 - 40/70 leaves out 0, as its first example does.
    assert ranked[ALL].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_a_range_is_wrong_no_more_often_than_it_says():
    draw = np.random.default_rng(3)
    rates, population = np.array([20, 22, 25, 30, 45, 60]), 1000
    names = list("fedcba")
    periods = [
        results(dict(zip(names, counts, strict=True)), population).assign(period=str(i))
        for i, counts in enumerate(draw.poisson(rates, (300, 6)))
    ]
    ranked = rank(pd.concat(periods), among=names)
    true = ranked["area"].map({name: 6 - i for i, name in enumerate(names)})
    covered = ranked["rank_lower"].le(true) & ranked["rank_upper"].ge(true)
    # 300 draws at 95%: fewer than 93% would be three standard errors below, for any one area.
    assert (covered.groupby(ranked["area"]).mean() > 0.93).all()


def test_the_order_of_rows_moves_no_place_and_the_input_is_left_alone(data):
    rows = cp.measure(data, "register_rate", periods=["2017-18", "2018-19"])
    before = rows.copy()
    ranked = rank(rows, among=cp.areas.councils())
    shuffled = rank(rows.sample(frac=1, random_state=1), among=cp.areas.councils())
    pd.testing.assert_frame_equal(rows, before)
    keys = ["area", "period"]
    pd.testing.assert_frame_equal(
        ranked.sort_values(keys, ignore_index=True), shuffled.sort_values(keys, ignore_index=True)
    )


def test_what_cannot_be_ranked_has_a_stated_result():
    frame = results({"a": 9, "b": 3})
    assert rank(frame, among=["Fife"]).columns.tolist() == [*frame.columns, *COLUMNS]
    assert rank(frame, among="a")[["rank", "ranked"]].to_numpy().tolist() == [[1, 1]]
    assert rank(frame, among="a")["rank_lower"].isna().all()
    with pytest.raises(ImpossibleInput, match="between 0 and 1"):
        rank(frame, among=["a"], confidence=95)


# The chart


def drawn(ranked: pd.DataFrame, **given_) -> tuple:
    chart = cp.charts.ranks(ranked, **given_)
    (axes,) = chart.axes
    spans: dict = {}
    for collection in sorted(axes.collections, key=lambda c: c.get_linewidth()[0]):
        for seg in collection.get_segments():
            assert seg[0, 1] == seg[1, 1]
            spans.setdefault(seg[0, 1], []).append((seg[:, 0].min(), seg[:, 0].max()))
    return chart, axes, spans


def test_places_are_drawn_with_both_ranges_and_the_missing_last(data):
    rows = cp.measure(data, "register_rate", periods="2016-17")
    ranked = rank(rows, among=cp.areas.councils())
    chart, axes, spans = drawn(ranked, focus="Fife")
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[:2] == ["Moray", "East Ayrshire"]
    assert names[-2:] == ["Na h-Eileanan Siar", "Orkney Islands"]
    assert [text.get_text() for text in axes.texts] == ["[c]", "[c]"]
    moray = ranked.set_index("area").loc["Moray"]
    assert sorted(spans) == list(range(30))
    wide, narrow = spans[0]
    assert wide == pytest.approx((moray["rank_lower"] - 0.2, moray["rank_upper"] + 0.2))
    assert narrow == pytest.approx((moray["rank_lower_each"] - 0.2, moray["rank_upper_each"] + 0.2))
    drawn_at = [(x, y) for line in axes.lines for x, y in line.get_xydata() if not pd.isna(x)]
    assert sorted(drawn_at) == [(n, n - 1) for n in range(1, 31)]
    bold = [t.get_text() for t in axes.get_yticklabels() if t.get_fontweight() == "bold"]
    assert bold == ["Fife"]
    all_, each = moray[ALL].astype(int), moray[EACH].astype(int)
    said = f"Moray 1 ({all_.iloc[0]} to {all_.iloc[1]}, {each.iloc[0]} to {each.iloc[1]})"
    assert said in chart.alt
    assert "Orkney Islands: suppressed" in chart.alt
    assert "Fife is brought out" in chart.alt
    assert "at the 95% level" in chart.caption


def test_places_without_counts_are_drawn_without_ranges_and_say_so(data):
    rows = cp.measure(data, "lgbf_reregistration", periods="2018-19")
    chart, _, spans = drawn(rank(rows, among=cp.areas.councils()))
    assert spans == {}
    assert "No ranges" in chart.caption
    assert "(1 to" not in chart.alt


def test_a_chart_of_places_takes_one_period():
    frame = results({"a": 9, "b": 3})
    with pytest.raises(CpstatsError, match="one period"):
        cp.charts.ranks(rank(frame, among=["Fife"]))


def test_an_area_without_a_count_leaves_every_range_open():
    frame = results({"a": 9, "b": 3}).assign(numerator=[9, float("nan")])
    assert rank(frame, among=list("ab"))["rank_lower"].isna().all()


def test_places_allow_for_all_the_comparisons(data):
    """One comparison at 95% would set East Ayrshire apart from more councils than all together."""
    rows = cp.measure(data, "register_rate", periods="2018-19", areas=cp.areas.councils())
    first = rows.sort_values("value", ascending=False).iloc[0]
    alone = compare_rates(
        first["numerator"], first["denominator"], rows["numerator"], rows["denominator"]
    )
    ranked = rank(rows, among=cp.areas.councils()).set_index("area")
    assert ranked.loc[first["area"], "rank_upper"] > 32 - (alone["verdict"] == "higher").sum()


def test_dundee_2019_is_sixth_and_not_surely(data):
    ranked = rank(
        cp.measure(data, "register_rate", periods="2018-19"), among=cp.areas.councils()
    ).set_index("area")
    # Table 2.4 of the publication has five councils above Dundee's 3.79.
    assert ranked.loc["Dundee City", "rank"] == 6
    assert ranked.loc["Dundee City", "rank_lower"] == 1
    assert ranked.loc["Dundee City", "rank_upper"] > 12


def test_an_area_that_is_none_is_refused_and_another_spelling_is_understood(data):
    rows = cp.measure(data, "register_rate", periods="2018-19")
    ranked = rank(rows, among=["Fife", "Edinburgh, City of", "Glasgow"])
    assert sorted(ranked["area"]) == ["City of Edinburgh", "Fife", "Glasgow City"]
    with pytest.raises(CpstatsError, match="no area called 'Fyfe'"):
        rank(rows, among=["Fife", "Fyfe"])
    with pytest.raises(CpstatsError, match="Scotland takes no place"):
        rank(rows, among=["Fife", "Scotland"])
    with pytest.raises(CpstatsError, match="no column value"):
        rank(rows.drop(columns="value"), among="Fife")
