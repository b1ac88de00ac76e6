"""Write docs/records.md from the record model: python tests/records_page.py > docs/records.md."""

from cpstats.records import CODES, TABLES

HEAD = """\
# The record model

What cpstats counts when it counts a partnership's own records. The model follows the national child
protection return as far as published tables show what it holds; the Scottish Government's record
specification was not to hand, so names of columns are ours. Code lists say where their words come
from, and from when to when they were in use.

A record set is a folder with a CSV (UTF-8, comma, dates as 2019-07-31, empty for missing) or a
Parquet file for each table, named after the table, and `records.toml`:

```toml
title = "Export of 3 August 2021"
areas = ["Dundee City"]        # councils whose records these are
since = 2012-08-01             # first and last day that they cover
until = 2021-07-31
synthetic = false
guidance_2021_from = 2021-09-01  # the day from which the area follows the 2021 timescales
```

## Bringing exports in

`cpstats records init EXPORTS` looks at a folder, a file or a database address and writes a starter
mapping; `cpstats records import mapping.toml --out FOLDER` makes the record set by it:

```toml
title = "Export of 3 August 2021"
areas = ["Dundee City"]
since = 2012-08-01
until = 2021-07-31
database = "postgresql+psycopg://analyst:${PASSWORD}@host/cases"  # only for queries

[tables.registrations]
file = "cpr.xlsx"              # or query = "select ...", or the name of a table of the database
sheet = "Register"
dates = "%d/%m/%Y"             # how dates are written, unless 2019-07-31
[tables.registrations.columns] # column of the model = column of the export
child_id = "Person ID"
registration_date = "CPR start"
[tables.registrations.constants]
area = "Dundee City"

[codes.registration_type]      # word of the export = code; what stands below is understood already
"ICPCC - new" = "initial"
```

Everything is looked through before any of it is kept. A column is refused, whether the mapping uses
it or not, when its heading or its cells say that it holds names, addresses, postcodes, telephone
numbers, e-mail addresses, or CHI, NHS or National Insurance numbers; postcodes in free text are
enough. The remedy is at the source: leave the column out of the export, or put a keyed hash in its
place. Messages name file, line and column, and never a child's row.

## What is left out

A table that was not collected is left out: what needs it is then not available, and never 0. A
column may be left out unless the table below says it is needed. Children are named by pseudonymous
identifiers; names, CHI numbers, addresses and postcodes have no place in a record set.
`cpstats validate FOLDER` checks it ([rules](rules.md)); `cpstats count --records FOLDER` counts it
([episodes](episodes.md)).
"""


def page() -> str:
    lines = [HEAD, "## Tables", ""]
    for table in TABLES.values():
        lines += [f"### `{table.id}`: {table.name}", "", f"{table.about}.", ""]
        lines += ["| column | type | needed | what it is |", "|---|---|---|---|"]
        for field in table.fields:
            kind = f"code: {field.codes}" if field.codes else field.type
            if field.refers_to:
                kind += f" of {field.refers_to}"
            needed = "yes" if field.needed else ""
            lines.append(f"| `{field.name}` | {kind} | {needed} | {field.about} |")
        lines.append("")
    lines += ["## Code lists", ""]
    for name, codes in CODES.items():
        lines += [f"### {name}", "", "| code | in use | also said | source |", "|---|---|---|---|"]
        for code in codes:
            use = f"{code.since or ''} to {code.until or ''}" if code.since or code.until else ""
            lines.append(f"| {code.code} | {use} | {'; '.join(code.also)} | {code.source} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")
