"""Small made-up records that break no rule, and ways to break them."""

import datetime as dt
import io

import pandas as pd

from cpstats.rules.reading import Tables, prepare

CLEAN = {
    "children": """
child_id,area,sex,date_of_birth,expected_date_of_birth,disability,simd_quintile,family_id,later_id
c1,Fife,male,2015-03-01,,no,1,f1,
c2,Fife,female,2019-03-10,,no,2,f2,
u2,Fife,female,,2019-03-05,no,2,f2,c2
c3,Fife,male,2010-01-05,,yes,3,f3,
""",
    "concerns_received": """
concern_id,child_id,area,received_date
k1,c1,Fife,2018-09-03
""",
    "discussions": """
discussion_id,child_id,area,discussion_date,outcome
d1,c1,Fife,2018-09-04,planning meeting
d2,u2,Fife,2019-01-07,planning meeting
d3,c3,Fife,2024-01-08,planning meeting
""",
    "investigations": """
investigation_id,child_id,area,start_date,end_date,outcome
i1,c1,Fife,2018-09-05,2018-09-20,planning meeting
""",
    "meetings": """
meeting_id,child_id,area,meeting_type,meeting_date,outcome
m1,c1,Fife,initial,2018-10-01,registered
m2,c1,Fife,review,2018-12-20,remains registered
m3,c1,Fife,review,2019-05-13,de-registered
m4,u2,Fife,pre-birth,2019-01-28,registered
m5,c2,Fife,review,2019-04-15,remains registered
m6,c2,Fife,review,2019-10-14,de-registered
m7,c3,Fife,initial,2024-01-22,registered
m8,c3,Fife,review,2024-05-20,remains registered
""",
    "attendance": """
attendance_id,meeting_id,role,invited,attended
a1,m1,mother,yes,yes
a2,m1,social work,yes,yes
""",
    "concerns_identified": """
identified_id,meeting_id,child_id,concern
n1,m1,c1,neglect
n2,m1,c1,domestic abuse
n3,m4,u2,neglect
n4,m7,c3,child exploitation
""",
    "registrations": """
registration_id,child_id,area,registration_date,registration_type,meeting_id,registered_before
r1,c1,Fife,2018-10-01,initial,m1,no
r2,u2,Fife,2019-01-28,pre-birth,m4,no
r3,c3,Fife,2024-01-22,initial,m7,no
""",
    "deregistrations": """
deregistration_id,child_id,area,deregistration_date,reason,transfer,meeting_id,supported
x1,c1,Fife,2019-05-13,improved home situation,no,m3,yes
x2,c2,Fife,2019-10-14,improved home situation,no,m6,yes
""",
    "core_groups": """
core_group_id,child_id,area,core_group_date
g1,c1,Fife,2018-10-10
""",
    "orders": """
order_id,child_id,area,received_date,end_date
o1,c1,Fife,2018-09-10,2018-09-18
""",
    "reporter_referrals": """
referral_id,child_id,area,referral_date,ground
p1,c1,Fife,2018-09-11,care and protection
p2,c3,Fife,2023-02-01,offence
""",
    "risk_meetings": """
risk_meeting_id,child_id,area,meeting_date
q1,c3,Fife,2024-02-05
""",
}

#: Whose they are and which days they cover.
MANIFEST = {
    "areas": ("Fife",),
    "since": dt.date(2018, 8, 1),
    "until": dt.date(2024, 7, 31),
    "synthetic": True,
}


def clean() -> dict[str, pd.DataFrame]:
    return {
        name: pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
        for name, text in CLEAN.items()
    }


def changed(frames: dict[str, pd.DataFrame], table: str, line: int, **values: str) -> None:
    """Write into a line of a table; the line after the last is a new row."""
    frame = frames[table]
    for column, value in values.items():
        if column not in frame:
            frame[column] = ""
        frame.loc[line - 2, column] = value
    frames[table] = frame.fillna("")


def tables(frames: dict[str, pd.DataFrame] | None = None, **manifest) -> Tables:
    return prepare(clean() if frames is None else frames, **(MANIFEST | manifest))
