"""Pairs drawn: which marker is whose, where intervals end, and what stands where none is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cpstats import charts
from cpstats.errors import CpstatsError

ROWS = pd.DataFrame(
    {
        "indicator": "parents_attended",
        "area": "Fife",
        "period": "2018-19",
        "what": ["a", "a", "b", "b"],
        "age_group": ["0-12", "13-17", "0-12", "13-17"],
        "value": [60.0, 40.0, 30.0, np.nan],
        "lower": [50.0, 25.0, 20.0, np.nan],
        "upper": [70.0, 55.0, 45.0, np.nan],
        "mark": ["", "", "", "[x]"],
        "note": "",
        "method": "Wilson",
        "source": "Local records",
    }
)


def test_each_member_has_its_marker_its_interval_and_its_words():
    chart = charts.pairs(ROWS, down="what", across="age_group")
    axes = chart.axes[0]
    drawn = {
        (line.get_xdata()[0], line.get_marker()) for line in axes.lines if len(line.get_xdata())
    }
    # The first is a hollow circle, the second a diamond, as the legend says.
    assert drawn == {(60.0, "o"), (40.0, "D"), (30.0, "o")}
    named = {h.get_label(): h.get_marker() for h in chart.legends[0].legend_handles}
    assert named == {"0-12": "o", "13-17": "D"}
    ends = sorted(tuple(c.get_segments()[0][:, 0]) for c in axes.collections)
    assert ends == [(20.0, 45.0), (25.0, 55.0), (50.0, 70.0)]
    written = [t.get_text() for t in axes.texts]
    assert written == ["60.0", "40.0", "30.0", "[x]"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["a", "b"]
    assert "a: 0-12 60.0, 13-17 40.0. b: 0-12 30.0, 13-17 [x]." in chart.alt
    assert "95% intervals: Wilson" in chart.caption


def test_a_pair_is_of_two_once_each():
    with pytest.raises(CpstatsError, match="two of age_group"):
        charts.pairs(ROWS[ROWS["age_group"] == "0-12"], down="what", across="age_group")
    with pytest.raises(CpstatsError, match="once each"):
        charts.pairs(pd.concat([ROWS, ROWS]), down="what", across="age_group")
