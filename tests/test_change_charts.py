"""Change drawn: what stands where, and that nothing is drawn of what is hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpstats.charts.changes import change_shares_chart, changes_chart, signed
from cpstats.errors import CpstatsError

CHANGES = pd.DataFrame(
    {
        "measure": ["Safe", "Healthy", "Active"],
        "area": "Fife",
        "value": [2.0, -0.5, np.nan],
        "lower": [1.5, np.nan, np.nan],
        "upper": [2.5, np.nan, np.nan],
        "first_mean": [4.0, 5.5, 3.0],  # of the hidden row too, as a table may bring it
        "later_mean": [6.0, 5.0, 9.0],
        "verdict": ["better", "no clear change", "better"],
        "method": ["mean of paired changes, t interval"] * 2 + [""],
        "mark": ["", "", "[c]"],
        "source": "Local scores",
    }
)


def shares(worse: float = 10.0, mark: str = "") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "measure": "Safe",
            "area": "Fife",
            "answer": ["improved", "same", "worse", "missing at follow-up"],
            "value": [60.0, 30.0, worse, 25.0],
            "mark": ["", "", mark, ""],
            "source": "Local scores",
        }
    )


def written(chart) -> list[str]:
    return [text.get_text() for text in chart.axes[0].texts if text.get_text()]


def test_means_are_joined_and_the_interval_is_set_off_from_the_first():
    chart = changes_chart(CHANGES)
    axes = chart.axes[0]
    points = [
        (line.get_xdata()[0], line.get_markerfacecolor())
        for line in axes.lines
        if line.get_marker() == "o"
    ]
    assert [p for p, _ in points] == [4.0, 6.0, 5.5, 5.0]
    assert [face == "white" for _, face in points] == [True, False, True, False]
    assert [tuple(c.get_segments()[0][:, 0]) for c in axes.collections] == [(4, 6), (5, 5.5)]
    ends = [tuple(line.get_xdata()) for line in axes.lines if line.get_marker() == "|"]
    assert ends == [(5.5, 6.5)]  # 4.0 + 1.5 and 4.0 + 2.5; the second row has no interval
    assert written(chart) == [
        "+2.0, better", "+1.5 to +2.5", "−0.5, no clear change", "no interval", "[c]",
    ]  # fmt: skip
    assert [t.get_text() for t in axes.get_yticklabels()] == ["Safe", "Healthy", "Active"]


def test_the_words_for_a_chart_of_changes():
    chart = changes_chart(CHANGES)
    assert "Safe: 4.0 to 6.0, change +2.0, +1.5 to +2.5, better." in chart.alt
    assert "Active: suppressed to protect children." in chart.alt
    assert "9.0" not in chart.alt
    assert "t interval. Source: Local scores." in chart.caption
    assert changes_chart(CHANGES.assign(source="SYNTHETIC: x")).alt.startswith("SYNTHETIC")


def test_nothing_but_hidden_rows_can_be_drawn():
    assert written(changes_chart(CHANGES.iloc[[2]])) == ["[c]"]


def test_parts_of_a_bar_follow_one_another():
    chart = change_shares_chart(shares())
    bars = [p for p in chart.axes[0].patches if p.get_width() and p.get_height() == 0.62]
    assert [(b.get_x(), b.get_width()) for b in bars] == [(0, 60), (60, 30), (90, 10)]
    assert written(chart) == ["60%", "30%", "10%", "25% missing"]
    names = [text.get_text() for text in chart.legends[0].get_texts()]
    assert names == ["improved", "same", "worse"]
    assert "Safe: improved 60%, same 30%, worse 10%, missing at follow-up 25%." in chart.alt


def test_a_hidden_part_takes_the_bar_with_it():
    chart = change_shares_chart(shares(np.nan, "[c]"))
    assert not [p for p in chart.axes[0].patches if p.get_height() == 0.62]
    # 100 - 60 - 30 would be the hidden part.
    assert written(chart) == ["suppressed to protect children", "25% missing"]
    assert "60" not in chart.alt
    assert "Safe: suppressed to protect children, missing at follow-up 25%." in chart.alt


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(CpstatsError, match="one row for each"):
        changes_chart(pd.concat([CHANGES, CHANGES]))
    with pytest.raises(CpstatsError, match="once: improved, same, worse"):
        change_shares_chart(shares().iloc[:3])


# The sign is a minus, not a hyphen; what rounds to none has no sign.
@pytest.mark.parametrize(("change", "said"), [(1.25, "+1.3"), (-2, "−2.0"), (-0.04, "0.0")])
def test_changes_are_written_with_their_sign(change, said):
    assert signed(change) == said
