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
missing = ["NULL", "N/A"]      # words of the exports that stand for nothing

[tables.registrations]
file = "cpr.xlsx"
sheet = "Register"             # unless it is the first
header = 3                     # the line of the headings, unless it is the first
dates = "%d/%m/%Y"             # how dates are written, unless 2019-07-31
[tables.registrations.columns] # column of the model = column of the export
child_id = "Person ID"
registration_date = "CPR start"
[tables.registrations.constants]
area = "Dundee City"

[codes.registration_type]      # word of the export = code; what stands below is understood already
"ICPCC - new" = "initial"
```

In place of a file, a table may come from a database:

```toml
database = "postgresql+psycopg://analyst:${PASSWORD}@host/cases"  # at the top of the file

[tables.meetings]
table = "Case Conferences"     # a table or view, or query = "select ..."
schema = "dbo"                 # unless it is the default one
```

A CSV file is UTF-8 or Windows-1252 (what Excel saves as "CSV"), told apart by their bytes, with
commas. UTF-16, semicolons, tabs and a mixture of encodings are refused: save the file as "CSV
UTF-8". An older encoding (of DOS, of a Mac) cannot be told from Windows-1252: convert it first. In
a workbook, merged cells, formulas without a value and notes under the table are refused. Dates may
be dates or text; moments with a time zone count by the clock in Scotland. "NULL", "N/A" and the
like are refused as identifiers, dates and texts until `missing` names them. A file or a SQLite
database that changes meanwhile is refused; the tables of PostgreSQL, MySQL and MariaDB are read as
they were at one time.

Everything is looked through before any of it is kept. A column is refused, whether the mapping uses
it or not, when its heading or its cells say that it holds names, addresses, postcodes, telephone
numbers, e-mail addresses, or CHI, NHS or National Insurance numbers; postcodes in free text are
enough, and a CHI number is known without its first zero and with spaces. The remedy is at the
source: leave the column out of the export, or put a keyed hash in its place. Messages name file,
line and column, and never a child's row; words that are not known are listed once for each column,
the commonest first. The exit code is 1 for what is wrong in a file, a database or a mapping, and 2
for a wrong word on the command line.

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
