"""Child protection statistics for Scotland.

    import cpstats as cp

    data = cp.load()
    cp.measure(data, "register_rate", areas=["Dundee City", "Scotland"])
"""

from __future__ import annotations
from .measures import measure
from .published import load
