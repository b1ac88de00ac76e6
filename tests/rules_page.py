"""Write docs/rules.md from the registry of rules; a test keeps the two in step."""

from cpstats.records import TABLES
from cpstats.rules import RULES

HEAD = """\
# Rules that records must keep

`cpstats validate FOLDER` puts each rule to a folder of records and reports every problem by rule,
line and council, with what to do. It never repeats an identifier or a date of birth. An error stops
a report until it is mended or accepted in writing; a warning does not. `--format csv` and `--format
json` are for programs: `source` says whose records they are, SYNTHETIC first where they are made
up.

A rule is put where all the tables it reads were collected, to the events of the collection years (1
August to 31 July) that it holds for: each year's rules are those of the year before and what
changed. Most rules follow from what the words mean; where one follows from guidance or law, it says
so, and also where that could not be confirmed. They are not the national return's own checks, which
are not public.

## Errors accepted in writing

`waivers.toml` in the folder of the records names the errors that do not stop a report. Each needs
who accepted it, why and until when; each is printed in the report.

```toml
[[waiver]]
code = "ALL01"
area = "Fife"            # leave out for all councils
reason = "Discussions were not collected in 2018-19."
by = "Chair of the child protection committee"
until = 2027-07-31       # last day it holds
```

## Changes from year to year

| Years | Rule | What must hold |
|---|---|---|
{changes}
"""

SUBJECTS = {
    "CHI": "Children",
    "REG": "Registrations and de-registrations",
    "MEE": "Meetings",
    "PAT": "Discussions, investigations, core groups, orders and referrals",
    "TIM": "Dates",
    "KEY": "Identifiers and codes",
    "ALL": "The records as a whole",
}


def changes() -> str:
    began = [(f"from {r.since}", r.code, r.title) for r in RULES.values() if r.since]
    ended = [(f"until {r.until}", r.code, r.title) for r in RULES.values() if r.until]
    return "\n".join(f"| {when} | {code} | {title} |" for when, code, title in began + ended)


def section(prefix: str, name: str) -> str:
    rows = [
        f"| {r.code} | {r.severity} | {r.title} | {r.remedy} | "
        f"{', '.join(TABLES[t].name for t in r.tables) or 'All'} |"
        for code, r in sorted(RULES.items())
        if code.startswith(prefix)
    ]
    head = "| Code | Severity | What must hold | What to do | Reads |\n|---|---|---|---|---|"
    return "\n".join([f"## {name}", "", head, *rows])


def page() -> str:
    parts = [HEAD.format(changes=changes()), *(section(*s) for s in SUBJECTS.items())]
    return "\n".join(f"{part.rstrip()}\n" for part in parts)


if __name__ == "__main__":
    print(page(), end="")
