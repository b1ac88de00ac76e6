"""What is hidden cannot be worked out: an intruder written here, with plain arrays, tries to."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

import cpstats as cp
from cpstats import disclosure
from cpstats.disclosure import NotProven, read_policy, release
from cpstats.disclosure.nesting import nests
from cpstats.errors import CpstatsError


def with_margins(inner: np.ndarray) -> np.ndarray:
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner


def tidy(full: np.ndarray) -> pd.DataFrame:
    """Write a table with margins as rows: members a, b, c, ... and all."""
    names = [[*"abcdefgh"[: n - 1], "all"] for n in full.shape]
    rows = list(itertools.product(*names))
    frame = pd.DataFrame(rows, columns=[f"by_{n}" for n in range(full.ndim)])
    return frame.assign(count=full.ravel().astype(float))


def widths(full: np.ndarray, shown: np.ndarray, least: np.ndarray, most: np.ndarray) -> dict:
    """Bound each hidden cell over the inner cells, whose sums all others are."""
    inner = tuple(n - 1 for n in full.shape)
    size = int(np.prod(inner))
    rows = [with_margins(unit.reshape(inner)).ravel() for unit in np.eye(size)]
    matrix = sparse.csr_array(np.array(rows).T)
    limits = LinearConstraint(matrix, least.ravel(), most.ravel())
    found = {}
    for cell in np.flatnonzero(~shown.ravel()):
        ends = []
        for sign in (1, -1):
            weights = sign * np.asarray(matrix[[cell]].todense()).ravel()
            done = milp(weights, integrality=np.ones(size), bounds=Bounds(0, 1000),
                        constraints=limits)  # fmt: skip
            assert done.status == 0
            ends.append(sign * round(done.fun))
        found[int(cell)] = ends[1] - ends[0]
    return found


counts = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8, 11, 17, 30])


@st.composite
def inner_tables(draw):
    shape = draw(st.sampled_from([(2, 3), (3, 4), (4, 4), (2, 2, 3), (3, 3, 2)]))
    size = int(np.prod(shape))
    return np.array(draw(st.lists(counts, min_size=size, max_size=size))).reshape(shape)


def limits_of(shown: np.ndarray, value: np.ndarray, base: int) -> tuple[np.ndarray, np.ndarray]:
    loose = np.where(value > 0, max(base - 1, 0), 0)
    least = np.where(shown, np.maximum(value - loose, np.minimum(value, 1)), 0)
    return least, np.where(shown, value + loose, np.inf)


@settings(max_examples=15, deadline=None)
@given(inner_tables(), st.sampled_from(["scotgov", "phs", "strict"]))
def test_no_hidden_count_can_be_worked_out(inner, name):
    full = with_margins(inner)
    policy = read_policy(name)
    try:
        done = release(tidy(full), policy)
    except NotProven:
        # A grand total that is itself too small: nothing of such a table can be shown.
        assert full.flat[-1] < 3 * policy.protection
        return
    made = done.tables["table"]["count"].to_numpy().reshape(full.shape)
    low = (done.tables["table"]["mark"] == "[low]").to_numpy().reshape(full.shape)
    shown = ~np.isnan(made)
    value = np.where(shown, made, 0)
    least, most = limits_of(shown, value, policy.round_to)
    least, most = np.where(low, 1, least), np.where(low, policy.round_to - 1, most)
    for cell, width in widths(full, shown | low, least, most).items():
        assert width >= policy.protection, np.unravel_index(cell, full.shape)
    small = (full > 0) & (full < policy.hide_under)
    assert not shown[small].any()
    if policy.zero == "hide":
        assert not shown[full == 0].any()
    if not policy.round_to:
        assert (made[shown] == full[shown]).all()


@settings(max_examples=5, deadline=None)
@given(inner_tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(inner, drawn):
    frame = tidy(with_margins(inner))
    order = list(range(len(frame)))
    drawn.shuffle(order)
    try:
        first = cp.protect(frame, "scotgov")
    except NotProven:
        return
    again = cp.protect(frame, "scotgov")
    pd.testing.assert_frame_equal(first, again)
    mixed = cp.protect(frame.iloc[order], "scotgov").sort_index()
    # Ties may fall otherwise; as many are hidden, and no more is lost.
    assert mixed["count"].isna().sum() == first["count"].isna().sum()


def test_leaving_out_one_secondary_cell_is_caught():
    full = with_margins(np.array([[31, 3, 22, 18], [27, 14, 9, 40], [8, 25, 16, 12]]))
    frame = tidy(full)
    made = cp.protect(frame, "scotgov")
    hidden = made.index[made["count"].isna()]
    assert len(hidden) == 4  # the 3, and one in its row, its column and where these meet
    assert (cp.attack(made, "scotgov")["verdict"] == "safe").all()
    for row in hidden.drop(frame.index[frame["count"] == 3]):
        mutated = made.copy()
        mutated.loc[row, ["count", "mark"]] = [frame.loc[row, "count"], ""]
        assert (cp.attack(mutated, "scotgov")["verdict"] != "safe").any()


def test_cells_of_a_textbook_table():
    # Cox (1980), "Suppression methodology and statistical disclosure control", JASA 75: a sum of
    # three with one small part cannot hide it alone; the smallest other part goes with it.
    frame = pd.DataFrame({"by": ["a", "b", "c", "all"], "count": [20.0, 3, 9, 32]})
    assert cp.protect(frame, "scotgov")["count"].isna().tolist() == [False, True, True, False]


#: The worked example of easySdcTable ("Introduction to 'easySdcTable'", Statistics Norway): made-up
#: people of regions by main income. Hidden there: counts up to 3, none included, and with them
#: seven more by its own method, five more by sdcTable's.
REGIONS = """
    A 11 11 55 36
    B  7  1 29 18
    C  5  8 35 25
    D 13  2 17 13
    E  9 14 63 52
    F 12  9 24 22
    G  6  4 22  8
    H  9  3 38 15
    I  3  0  9  2
    J  9  0 32 20
    K  4  2 18 11
"""
BY_SDCTABLE = "B1 B2 D2 D4 H1 H2 I1 I2 I4 J1 J2 K1 K2"
BY_GAUSS = "B1 B2 D1 D2 G2 G4 H1 H2 I1 I2 I4 J1 J2 K1 K2"


def test_no_more_is_lost_than_by_others():
    rows = [line.split() for line in REGIONS.strip().splitlines()]
    wide = pd.DataFrame([r[1:] for r in rows], index=[r[0] for r in rows], columns=[*"1234"])
    wide = wide.astype(float)
    wide["all"] = wide.sum(axis=1)
    wide.loc["all"] = wide.sum()
    frame = wide.rename_axis("region").reset_index().melt("region", var_name="income")
    frame = frame.rename(columns={"value": "count"})
    assert frame["count"].max() == 706  # as printed there
    policy = with_("scotgov", hide_under=4, zero="hide", protection=4)
    made = cp.protect(frame, policy)
    hidden = made[made["count"].isna()]
    assert sorted(hidden["region"] + hidden["income"]) == BY_SDCTABLE.split()
    for cells in (BY_SDCTABLE, BY_GAUSS):
        is_theirs = (frame["region"] + frame["income"]).isin(cells.split())
        theirs = frame.assign(
            count=frame["count"].mask(is_theirs), mark=np.where(is_theirs, "[c]", "")
        )
        assert (cp.attack(theirs, policy)["verdict"] == "safe").all()


# The published example


@pytest.fixture(scope="module")
def register():
    return cp.measure(cp.load(), "children_on_register", periods="2015-16")


def test_the_two_hidden_councils_of_2016_can_be_bounded(register):
    found = cp.attack(register, "scotgov")
    assert found["low"].tolist() == [0, 0]
    assert found["high"].tolist() == [4, 4]
    assert (found["verdict"] == "too narrow").all()


def test_a_third_council_is_hidden_with_them(register):
    made = cp.protect(register, "scotgov")
    hidden = set(made.loc[made["numerator"].isna(), "area"])
    counts_ = register.set_index("area")["numerator"]
    (third,) = hidden - {"Orkney Islands", "Na h-Eileanan Siar"}
    assert counts_[third] == counts_.min()  # the least that could be lost
    assert (cp.attack(made, "scotgov")["verdict"] == "safe").all()
    again = made.set_index("area").loc[third]
    assert again["mark"] == "[c]"
    assert np.isnan(again[["numerator", "value", "lower", "upper"]].astype(float)).all()


def test_what_is_published_is_not_hidden_again_but_known(register):
    made = cp.protect(register, "scotgov", public=register)
    shown = register["numerator"].notna()
    assert made.loc[shown, "numerator"].notna().all()


# Shares


def share(numerator: float, denominator: float, **more: float) -> pd.DataFrame:
    row = {
        "indicator": "meetings_to_registration", "area_code": "S12000042", "area": "Dundee City",
        "period": "2018-19", "start": pd.Timestamp("2018-08-01"), "numerator": numerator,
        "denominator": denominator, "value": 100 * numerator / denominator, "lower": 1.0,
        "upper": 99.0, "method": "Wilson", "mark": "", "source": "", "denominator_basis": "",
        "vintage": "", "date": pd.NaT, "note": "",
    }  # fmt: skip
    return pd.DataFrame([row | more])


def test_ninety_seven_of_a_hundred_tells_of_three():
    assert (cp.attack(share(97, 100), "scotgov")["verdict"] != "safe").any()
    made = cp.protect(share(97, 100), "scotgov")
    assert made[["numerator", "denominator"]].isna().sum(axis=1).item() == 1
    assert made[["value", "lower", "upper"]].isna().all(axis=None)
    assert made["mark"].item() == "[c]"


def test_a_share_with_many_on_both_sides_is_shown():
    made = cp.protect(share(60, 100), "scotgov")
    assert made["value"].item() == 60


@pytest.mark.parametrize(("policy", "is_shown"), [("scotgov", True), ("phs", False)])
def test_a_hundred_per_cent_is_hidden_where_the_policy_says_so(policy, is_shown):
    made = cp.protect(share(50, 50), policy)
    assert (made["value"].notna()).item() == is_shown
    verdicts = cp.attack(share(50, 50), policy)["verdict"]
    assert (verdicts == "safe").all() == is_shown


def test_a_rate_with_a_known_population_gives_its_count_back():
    table = share(4, 2000).assign(
        indicator="registrations_rate",
        numerator=np.nan,
        value=2.0,
        lower=0.5,
        upper=5.1,
        mark="[c]",
    )
    found = cp.attack(table, "scotgov")
    assert found[["low", "high"]].to_numpy().tolist() == [[4, 4]]
    assert found["verdict"].item() == "too narrow"


def test_a_rate_of_ones_own_gives_its_count_back_too():
    rows = [share(n, 2000).assign(area_code="", area=a, value=n / 2) for n, a in
            ((7, "Fife"), (8, "Angus"), (4, "Moray"))]  # fmt: skip
    table = pd.concat(rows, ignore_index=True).assign(indicator="of_our_own")
    table.loc[2, ["numerator", "lower", "upper", "mark"]] = [np.nan, np.nan, np.nan, "[c]"]
    table["lower"] = table["upper"] = np.nan
    found = cp.attack(table, "scotgov")
    assert found[["low", "high"]].to_numpy().tolist() == [[4, 4]]


def test_a_rounded_percentage_of_a_known_whole_leaves_a_range():
    # 33 per cent of 100 to 300: with whole 200, from 65 to 67.
    table = share(66, 200).assign(numerator=np.nan, value=33.0, lower=np.nan, upper=np.nan)
    found = cp.attack(table.assign(mark="[c]"), "scotgov")
    row = found[found["what"].str.contains("registered == 'yes'") & ~found["what"].str.contains(
        "without")]  # fmt: skip
    assert row[["low", "high"]].to_numpy().tolist() == [[65, 67]]


# Families and dominance


def test_six_children_of_two_families_are_two():
    frame = pd.DataFrame(
        {
            "by": ["a", "b", "c", "all"],
            "count": [20.0, 6, 30, 56],
            "families": [15.0, 2, 20, 37],
            "largest_family": [2.0, 4, 3, 4],
        }
    )
    plain, families = (
        release(frame, read_policy(p)) for p in ("scotgov", with_("scotgov", families=True))
    )
    assert plain.tables["table"]["count"].notna().all()
    hidden = families.tables["table"]
    assert hidden["count"].isna().tolist() == [True, True, False, False]
    assert "families" not in hidden
    assert families.decisions["rule"].tolist() == [
        disclosure.releases.GUARDS,
        "fewer than 5 families",
    ]
    dominated = release(frame, with_("scotgov", dominance=0.6)).tables["table"]
    assert dominated["count"].isna().tolist() == [True, True, False, False]


def with_(preset: str, **changed: object) -> disclosure.Policy:
    from dataclasses import replace

    return replace(read_policy(preset), **changed)


# Linked tables


def test_tables_that_share_a_margin_are_protected_together():
    # By sex alone nothing is small. By age one is: its table has no total, but the sexes add to it.
    by_sex = pd.DataFrame({"sex": ["female", "male"], "count": [30.0, 28]})
    by_age = pd.DataFrame({"age": ["0-4", "5-10", "11+"], "count": [31.0, 24, 3]})
    alone = cp.protect(by_age, "scotgov")
    assert alone["count"].isna().sum() == 1
    together = cp.protect({"sex": by_sex, "age": by_age}, "scotgov")
    assert sum(frame["count"].isna().sum() for frame in together.values()) == 2
    careless = {"sex": by_sex, "age": alone}
    found = cp.attack(careless, "scotgov")
    assert found[["low", "high"]].to_numpy().tolist() == [[3, 3]]


def test_sub_totals_are_sums_too():
    ages = pd.DataFrame(
        {"age": ["0-4", "5-10", "11-15", "0-15", "16+", "all"], "count": [31.0, 24, 3, 58, 12, 70]}
    )
    parts = {"age": {"0-15": ["0-4", "5-10", "11-15"]}}
    made = cp.protect(ages, "scotgov", parts=parts)
    assert made["count"].isna().sum() == 2
    assert made["count"].isna().tolist()[:3].count(True) == 2
    assert (cp.attack(made, "scotgov", parts=parts)["verdict"] == "safe").all()


def quarters(values: list[float]) -> pd.DataFrame:
    rows = [share(1, 1).assign(period=f"2018-19 Q{n}") for n in range(1, len(values) + 1)]
    frame = pd.concat(rows, ignore_index=True)
    frame = frame.assign(indicator="registrations", denominator=np.nan, numerator=values)
    return frame.assign(value=frame["numerator"], lower=np.nan, upper=np.nan)


def count_of(period: str, count: float, **more: str) -> pd.DataFrame:
    return quarters([count]).assign(period=period, **more)


def test_three_quarters_and_the_year_released_before_give_the_fourth():
    year = count_of("2018-19", 53.0)
    now = quarters([20.0, 3, 12, 18])
    alone = cp.protect(now, "scotgov")
    assert alone["numerator"].isna().tolist() == [False, True, False, False]
    after = cp.protect(now, "scotgov", earlier=year)
    assert after["numerator"].isna().sum() == 2
    found = cp.attack(alone, "scotgov", earlier=year)
    assert found[["low", "high"]].to_numpy().tolist() == [[3, 3]]
    assert (cp.attack(after, "scotgov", earlier=year)["verdict"] == "safe").all()


def test_what_was_hidden_before_stays_safe_from_what_is_shown_now():
    before = quarters([20.0, np.nan, np.nan, 18])
    before.loc[[1, 2], "mark"] = "[c]"
    year = count_of("2018-19", 53.0)
    # The year is new, and with it the sum of the two: 15, which is wide enough.
    assert cp.protect(year, "scotgov", earlier=before)["numerator"].notna().all()
    small = count_of("2018-19", 42.0)
    # Here it would leave 4 for the two together.
    assert cp.protect(small, "scotgov", earlier=before)["numerator"].isna().all()


def test_a_report_made_again_gives_the_reasons_that_it_gave():
    now = quarters([20.0, np.nan, 3, 18])
    now.loc[1, "mark"] = "[x]"
    first = release(now, "scotgov")
    again = release(now, "scotgov", earlier=first.tables)
    pd.testing.assert_frame_equal(again.decisions, first.decisions)
    assert "held back by the source" not in set(first.decisions["rule"])


def test_four_quarters_of_a_year_are_the_year():
    year = count_of("2018-19", 3.0)
    window = count_of("2018-19 Q1 to 2018-19 Q4", 3.0)
    assert cp.protect(window, "scotgov")["numerator"].isna().item()
    # Once released it is known, under either name.
    assert cp.protect(window, "scotgov", earlier=year)["numerator"].item() == 3


def test_four_quarters_that_move_on_tell_of_the_quarter_that_came():
    first = count_of("2017-18 Q4 to 2018-19 Q3", 60.0)
    then = count_of("2018-19", 57.0)
    old = count_of("2017-18 Q4", 6.0)
    found = cp.attack([first, then, old], "scotgov")
    assert found["high"].max() == 3  # 57 - (60 - 6)
    made = cp.protect([first, then, old], "scotgov")
    assert sum(frame["numerator"].isna().sum() for frame in made) >= 1


def test_children_between_two_thresholds_are_few():
    within = [
        share(n, 100).assign(indicator=f"reregistered_within_{k}_months")
        for n, k in ((10.0, 6), (12.0, 12))
    ]
    assert (cp.attack(within, "scotgov")["verdict"] == "small, and told").any()
    made = cp.protect(within, "scotgov")
    assert sum(frame["numerator"].isna().sum() for frame in made) == 1


def test_those_of_no_group_that_is_shown_are_what_is_left():
    # 50 in all, 30 and 17 of two ages shown: 3 are of another age.
    all_ages = share(50, 90)
    ages = [share(n, m).assign(age_group=a) for n, m, a in ((30, 50, "0-12"), (17, 34, "13-17"))]
    tables = [all_ages, pd.concat(ages, ignore_index=True)]
    made = cp.protect(tables, "scotgov")
    assert sum(frame["numerator"].isna().sum() for frame in made) == 1


def test_figures_that_stand_alone_are_left_alone():
    apart = [quarters([20.0]), share(30, 60).assign(period="2011-12")]
    for before, after in zip(apart, cp.protect(apart, "scotgov"), strict=True):
        pd.testing.assert_series_equal(before["numerator"], after["numerator"])


def lengths(known: float, **more: object) -> pd.DataFrame:
    about = {"indicator": "median_days_on_register", "value": 80.0, "lower": 30.0, "upper": 500.0}
    return share(known, known, **{**about, **more})


@pytest.mark.parametrize(
    ("policy", "known", "shown"),
    [
        # By hand: of 6 values the median lies between the third and the fourth; its limits are the
        # first and the last (binomial: P(0 or 6 of 6) = 3%). Five at or below it take nine.
        ("scotgov", 6, []),
        ("scotgov", 8, []),
        ("scotgov", 9, ["value"]),
        # Limits of 17 are the fifth and the thirteenth: four below, or above, of 17 have P = 2.5%.
        ("scotgov", 16, ["value"]),
        ("scotgov", 17, ["value", "lower", "upper"]),
        ("phs", 20, []),
        ("phs", 21, ["value"]),
    ],
)
def test_a_median_of_few_is_nearly_the_days_of_one_child(policy, known, shown):
    made = cp.protect(lengths(known), policy).squeeze()
    assert [c for c in ("value", "lower", "upper") if pd.notna(made[c])] == shown
    assert made["mark"] == ("" if shown else "[c]")
    assert made["numerator"] == known


def test_children_of_few_families_are_few_to_a_median_too():
    families = {f"{role}_families": 10.0 for role in ("numerator", "denominator")}
    made = cp.protect(lengths(20, **families), with_("scotgov", families=True)).squeeze()
    assert made["value"] == 80
    assert np.isnan(made["lower"])  # the sixth of twenty children is of the third family of ten
    few = {f"{role}_families": 6.0 for role in ("numerator", "denominator")}
    assert np.isnan(
        cp.protect(lengths(20, **few), with_("scotgov", families=True)).squeeze()["value"]
    )


def test_a_count_within_another_is_bounded_by_it():
    # 8 meetings, all with a discussion; 7 of them led to registration: one did not.
    discussed = share(8, 8, indicator="meetings_with_discussion")
    registered = share(7, np.nan, value=np.nan, mark="[c]")
    found = cp.attack([discussed, registered], "scotgov")
    narrow = found[found["what"].str.endswith("registered in ('yes', 'no')")]
    assert narrow[["low", "high", "verdict"]].values.tolist() == [[7, 8, "too narrow"]]
    made = cp.protect([discussed, share(7, 8)], "scotgov")
    assert cp.attack(made, "scotgov")["verdict"].eq("safe").all()
    assert made[0]["denominator"].isna().item() or made[1]["numerator"].isna().item()


def test_those_who_met_and_were_not_registered_are_few():
    reached = [
        share(n, 37, indicator=f"concerns_reaching_{step}")
        for step, n in (("meeting", 12), ("registration", 10))
    ]
    assert (cp.attack(reached, "scotgov")["verdict"] == "small, and told").any()
    made = cp.protect(reached, "scotgov")
    assert sum(frame["numerator"].isna().sum() for frame in made) == 1


def test_records_that_contradict_a_definition_are_not_held_to_it():
    # More registrations than meetings, as one had no concern recorded before its meeting.
    reached = [
        share(n, 37, indicator=f"concerns_reaching_{step}")
        for step, n in (("meeting", 10), ("registration", 12))
    ]
    made = cp.protect(reached, "scotgov")
    assert sum(frame["numerator"].isna().sum() for frame in made) == 0


@pytest.mark.parametrize(
    ("less", "more", "is_within"),
    [
        ("rows of m where a == 'x' and b == 'y'", "rows of m where b == 'y'", True),
        ("rows of m where a == 'x'", "rows of m where a in ('x', 'y')", True),
        ("rows of m where a in ('x', 'y')", "rows of m where a == 'x'", False),
        ("rows of m where a == 'x'", "rows of m where a == 'x' or b == 'y'", True),
        ("rows of m where a == 'x' or b == 'y'", "rows of m where a == 'x'", False),
        ("children of m where a == 'x'", "rows of m", True),
        ("rows of m", "children of m", False),
        ("rows of m", "rows of n", False),
        ("rows of m where d is recorded and a == 'x'", "rows of m where d is recorded", True),
        ("rows of m, without rows of m where a == 'x'", "rows of m", False),
    ],
)
def test_definitions_say_what_lies_within_what(less, more, is_within):
    assert ((less, more) in nests([less, more])) == is_within


# Rounding


def test_rounded_tables_still_add():
    inner = np.array([[31, 13, 22, 18], [27, 14, 9, 40], [8, 25, 16, 12]])
    frame = tidy(with_margins(inner))
    policy = with_("strict", zero="show", hide_under=2, protection=5)
    made = cp.protect(frame, policy)["count"].to_numpy().reshape(4, 5)
    assert (made % 5 == 0).all()
    assert (np.abs(made - with_margins(inner)) < 5).all()
    assert (with_margins(made[:-1, :-1]) == made).all()


def test_a_known_total_binds_rounded_parts():
    # 15 and 10 were at least 11 and 6 before they were rounded: of 17, none is left for the third.
    parts = pd.DataFrame(
        {"by": ["a", "b", "c"], "count": [15.0, 10, np.nan], "mark": ["", "", "[c]"]}
    )
    total = pd.DataFrame({"by": ["all"], "count": [17.0]})
    found = cp.attack(parts, "strict", public=total)
    hidden = found[found["group"] == "by c"]
    assert hidden[["low", "high"]].to_numpy().tolist() == [[0, 0]]
    assert hidden["verdict"].item() == "too narrow"


def test_what_is_public_is_known_beside_a_rounded_table():
    frame = pd.DataFrame({"by": ["a", "b", "c", "all"], "count": [31.0, 24, 3, 58]})
    public = pd.DataFrame({"by": ["a", "b", "all"], "count": [31.0, 24, 58]})
    rounded = pd.DataFrame(
        {"by": ["a", "b", "c", "all"], "count": [30.0, 25, np.nan, 60],
         "mark": ["", "", "[c]", ""]}
    )  # fmt: skip
    assert (cp.attack(rounded, "strict")["verdict"] == "safe").all()
    found = cp.attack(rounded, "strict", public=public)
    assert found.loc[found["group"] == "by c", ["low", "high"]].to_numpy().tolist() == [[3, 3]]
    made = release(frame, "strict", public=public)  # everything else is public already
    assert np.isnan(made.tables["table"]["count"].iloc[2])
    assert made.bounded == 1


def test_a_small_whole_that_is_public_leaves_no_wider_range_than_itself():
    # Three children on the register are published: what is said of them is hidden, and no paper is
    # refused because they cannot be five.
    public = pd.DataFrame(
        [
            [
                "children_on_register",
                "Dundee City",
                "2018-19",
                3.0,
                3.0,
                "",
                pd.Timestamp("2019-07-31"),
            ]
        ],
        columns=["indicator", "area", "period", "numerator", "value", "mark", "date"],
    )
    before = share(
        0, 3, indicator="register_ever_registered_before", date=pd.Timestamp("2019-07-31")
    )
    made = release(before, "scotgov", public=public)
    assert made.tables["table"]["numerator"].isna().item()
    assert made.bounded == 1


def says(monkeypatch, group: str) -> None:
    """Let the intruder say that he knows a count, whatever is hidden."""
    row = {"cell": 0, "what": "count", "group": group, "low": 31.0, "high": 31.0}
    known = pd.DataFrame([{**row, "verdict": "too narrow"}])
    monkeypatch.setattr(disclosure.releases, "attacked", lambda *_: known)


def test_a_known_count_leaves_only_where_all_that_could_help_is_hidden(monkeypatch):
    frame = pd.DataFrame({"by": ["a", "b", "c", "all"], "count": [31.0, 24, 3, 58]})
    other = share(30, 60)  # that something else is public is no excuse
    made = release(frame, "scotgov", public=other)
    assert (made.bounded, made.tables["table"]["count"].notna().sum()) == (0, 2)
    says(monkeypatch, "by a")
    made = release(frame, "scotgov", public=other)
    assert made.bounded == 1
    assert made.tables["table"]["count"].isna().all()
    with pytest.raises(NotProven):  # nothing from elsewhere could have told him
        release(frame, "scotgov")
    says(monkeypatch, "by z")
    with pytest.raises(NotProven):  # nobody knows of what
        release(frame, "scotgov", public=other)


def test_what_left_before_keeps_no_later_paper_from_being_made():
    # A paper of last year showed 97 of 100; today's policy would not have.
    before = share(97, 100)
    made = release(share(97, 100), "phs", earlier=before)
    assert made.tables["table"]["value"].notna().item()  # it is known, and known to be


def test_ages_that_make_the_whole_in_one_year_need_not_in_another():
    # In 2017-18 two ages made up all; in 2018-19 some were of neither, and one age was hidden,
    # though its quarters were told.
    concerns = "concerns_received"
    year = count_of("2017-18", 40.0, indicator=concerns)
    ages = [count_of("2017-18", n, indicator=concerns, age_group=a)
            for n, a in ((25.0, "0-12"), (15.0, "13-17"))]  # fmt: skip
    later = count_of("2018-19", 50.0, indicator=concerns)
    young = count_of("2018-19", 30.0, indicator=concerns, age_group="0-12")
    older = [count_of(f"2018-19 Q{n}", 5.0, indicator=concerns, age_group="13-17")
             for n in (1, 2, 3)]  # fmt: skip
    none = count_of("2018-19 Q4", 0.0, indicator=concerns, age_group="13-17")
    made = cp.protect([later], "scotgov", earlier=[year, *ages, young, *older, none])
    assert made[0]["numerator"].item() == 50


def test_the_sizes_of_families_do_not_add_over_time():
    # A child registered in two half-years counts once in the whole of them.
    spans = ("2017-18 Q1 to 2017-18 Q2", "2017-18 Q3 to 2017-18 Q4", "2017-18")
    frames = [
        count_of(span, n, indicator="largest_family_reregistered")
        for span, n in zip(spans, (12.0, 11.0, 21.0), strict=True)
    ]
    assert cp.attack(frames, "scotgov").empty


def test_more_than_none_is_not_rounded_to_none_in_silence():
    frame = pd.DataFrame({"by": ["a", "b", "all"], "count": [3.0, 21, 24]})
    made = cp.protect(frame, with_("strict", hide_under=2, zero="show", round_to=10, protection=2))
    assert made["mark"].tolist()[0] in ("[low]", "")
    assert made["count"].tolist()[0] in (10.0,) or np.isnan(made["count"].tolist()[0])


# Input


def test_a_table_without_counts_is_refused():
    with pytest.raises(CpstatsError, match="holds no counts"):
        cp.protect(pd.DataFrame({"area": ["Fife"], "rate": [1.0]}), "scotgov")


def test_tables_that_disagree_are_refused():
    one = pd.DataFrame({"by": ["a"], "count": [20.0]})
    with pytest.raises(CpstatsError, match="stands twice"):
        cp.protect([one, one.assign(count=21.0)], "scotgov")


def test_shapes_come_back_as_they_were_given():
    frame = tidy(with_margins(np.array([[31, 12], [22, 18]])))
    assert isinstance(cp.protect(frame, "scotgov"), pd.DataFrame)
    assert set(cp.protect({"x": frame}, "scotgov")) == {"x"}
    assert isinstance(cp.protect([frame], "scotgov"), list)
    assert cp.protect(frame.set_index(frame.index + 7), "scotgov").index[0] == 7


def test_a_solver_that_fails_lets_nothing_leave(monkeypatch):
    import scipy.optimize

    class Failed:
        status, x, fun, message = 4, None, 0.0, "numerical trouble"

    frame = tidy(with_margins(np.array([[31, 3, 9], [22, 18, 40]])))
    monkeypatch.setattr(scipy.optimize, "milp", lambda *_, **__: Failed())
    with pytest.raises(NotProven):
        cp.protect(frame, "scotgov")


def test_shares_of_one_whole_split_in_two_ways_do_not_contradict():
    def split(indicator: str, column: str, counts: dict[str, float]) -> pd.DataFrame:
        rows = [share(n, 60).assign(indicator=indicator, **{column: g}) for g, n in counts.items()]
        return pd.concat(rows, ignore_index=True)

    lengths = split(
        "deregistrations_by_length", "length_registered", {"under 6 months": 40, "2 years": 20}
    )
    reasons = split("deregistrations_by_reason", "reason", {"improved": 45.0, "moved": 15})
    made = cp.protect([lengths, reasons], "scotgov")
    assert all(frame["numerator"].notna().all() for frame in made)


# What random tables found


def test_a_year_that_only_its_ages_tell_is_known_to_its_quarters():
    # 58 by three ages in the year, 17 and 24 and 13 in three quarters: 4 in the other.
    ages = pd.concat(
        [share(n, m).assign(age_group=a) for a, n, m in
         (("0-12", 22, 52), ("13-17", 11, 42), ("unborn", 25, 43))], ignore_index=True,
    )  # fmt: skip
    counts = zip((1, 2, 3, 4), (4.0, 17, 24, 13), (22.0, 46, 40, 29), strict=True)
    by_quarter = pd.concat(
        [share(n, m).assign(period=f"2018-19 Q{q}") for q, n, m in counts], ignore_index=True
    )
    careless = by_quarter.assign(
        numerator=by_quarter["numerator"].mask(by_quarter["numerator"] < 5),
        value=np.nan, lower=np.nan, upper=np.nan,
        mark=["[c]", "", "", ""],
    )  # fmt: skip
    found = cp.attack([ages, careless], "scotgov")
    row = found[found["group"].str.contains("Q1") & (found["verdict"] == "too narrow")]
    assert row[["low", "high"]].to_numpy().tolist() == [[4, 4]]
    made = cp.protect([ages, by_quarter], "scotgov")
    hidden = sum(f[["numerator", "denominator"]].isna().sum().sum() for f in made)
    assert hidden >= 2
    after = cp.protect(by_quarter, "scotgov", earlier=cp.protect(ages, "scotgov"))
    assert after["numerator"].isna().sum() == 2


def test_what_is_not_available_is_not_said_to_be_suppressed():
    table = pd.DataFrame(
        {
            "age": ["0-4", "5-10", "11-15", "16+", "all"],
            "count": [31.0, 24.0, 3.0, np.nan, np.nan],
            "mark": ["", "", "", "[x]", "[x]"],
        }
    )
    done = release(table, "scotgov")
    assert done.tables["table"]["mark"].tolist() == ["", "", "[c]", "[x]", "[x]"]
    assert done.decisions["row"].tolist() == [2]


def test_what_is_not_available_is_hidden_where_others_tell_that_it_is_small():
    # 16+ is 58 less the others: 3, which no table may tell, whatever its mark.
    table = pd.DataFrame(
        {
            "age": ["0-4", "5-10", "16+", "all"],
            "count": [31.0, 24.0, np.nan, 58.0],
            "mark": ["", "", "[x]", ""],
        }
    )
    made = cp.protect(table, "scotgov")
    assert made["count"].isna().sum() >= 2
    assert made["mark"].iat[2] == "[x]"
    assert (cp.attack(made, "scotgov")["verdict"] == "safe").all()
