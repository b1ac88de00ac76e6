"""SYNTHETIC record sets of any size, for timing: children, registrations, de-registrations.

Children have one to four registrations, some still go on, one child in fifty had another identifier
before birth. Made in columns, a million rows a second, by a seed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

FIRST, LAST = np.datetime64("2012-08-01"), np.datetime64("2021-07-31")
_CHUNK = 2_000_000  # registrations made at a time, so that 50 million fit in memory


def write(folder: Path, registrations: int, seed: int = 1) -> Path:
    """Write a record set with so many registrations as Parquet."""
    folder.mkdir(parents=True)
    (folder / "records.toml").write_text(
        f'areas = ["Fife"]\nsince = {FIRST}\nuntil = {LAST}\nsynthetic = true\n'
        'title = "SYNTHETIC: for timing"\n'
    )
    names = ("children", "registrations", "deregistrations")
    writers: dict[str, parquet.ParquetWriter] = {}
    for start in range(0, registrations, _CHUNK):
        many = min(_CHUNK, registrations - start)
        tables = _chunk(start, many, np.random.default_rng([seed, start]))
        for name, table in zip(names, tables, strict=True):
            if name not in writers:
                writers[name] = parquet.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writers[name].write_table(table)
    for writer in writers.values():
        writer.close()
    return folder


def _chunk(start: int, many: int, draw: np.random.Generator) -> tuple[pa.Table, ...]:
    # How many registrations each child has; the last child takes what is left.
    each = draw.choice([1, 2, 3, 4], many, p=[0.75, 0.18, 0.05, 0.02])
    each = each[: np.searchsorted(np.cumsum(each), many) + 1]
    each[-1] -= each.sum() - many
    child = np.repeat(np.arange(len(each)), each)
    place = np.arange(many) - np.repeat(np.cumsum(each) - each, each)
    # Days between one event of a child and the next, end to end.
    first = draw.integers(0, 2200, len(each))
    length, gap = draw.integers(0, 500, many), draw.integers(0, 900, many)
    spent = np.cumsum(length + gap) - (length + gap)
    began = first[child] + spent - spent[np.repeat(np.cumsum(each) - each, each)]
    days = int((LAST - FIRST).astype(int))
    ended = began + length
    inside = began <= days
    child, place, began, ended, length = (c[inside] for c in (child, place, began, ended, length))
    left = ended <= days
    born = FIRST + (first - draw.integers(-200, 5500, len(each)))
    numbers = start + np.arange(len(each))
    return (
        _children(numbers, born, draw),
        _registrations(start, numbers, child, place, began, born),
        _deregistrations(start, numbers, child[left], ended[left], draw),
    )


def _names(letter: str, numbers: np.ndarray) -> pa.Array:
    return pa.array(np.char.add(letter, numbers.astype(str)))


def _constant(value: str, many: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(many, "int32")), [value]).cast("string")


def _children(numbers: np.ndarray, born: np.ndarray, draw: np.random.Generator) -> pa.Table:
    unborn = numbers[draw.random(len(numbers)) < 0.02]
    later = np.concatenate([np.full(len(numbers), "", dtype=object), _names("C", unborn)])
    identifiers = pa.concat_arrays([_names("C", numbers), _names("U", unborn)])
    many = len(identifiers)
    return pa.table(
        {
            "child_id": identifiers,
            "area": _constant("Fife", many),
            "later_id": pa.array([v or None for v in later], "string"),
            "date_of_birth": pa.array(np.concatenate([born, np.full(len(unborn), "NaT", "M8[D]")])),
            "sex": pa.array(draw.choice(["male", "female"], many)),
            "synthetic": _constant("yes", many),
        }
    )


def _registrations(
    start: int,
    numbers: np.ndarray,
    child: np.ndarray,
    place: np.ndarray,
    began: np.ndarray,
    born: np.ndarray,
) -> pa.Table:
    many = len(child)
    return pa.table(
        {
            "registration_id": _names("R", start + np.arange(many)),
            "child_id": _names("C", numbers[child]),
            "area": _constant("Fife", many),
            "registration_date": pa.array(FIRST + began),
            "registration_type": _constant("initial", many),
            "registered_before": pa.array(np.where(place > 0, "yes", "no")),
            "synthetic": _constant("yes", many),
        }
    )


def _deregistrations(
    start: int, numbers: np.ndarray, child: np.ndarray, ended: np.ndarray, draw: np.random.Generator
) -> pa.Table:
    many = len(child)
    return pa.table(
        {
            "deregistration_id": _names("D", start + np.arange(many)),
            "child_id": _names("C", numbers[child]),
            "area": _constant("Fife", many),
            "deregistration_date": pa.array(FIRST + ended),
            "reason": _constant("improved home situation", many),
            "transfer": pa.array(np.where(draw.random(many) < 0.01, "yes", "no")),
            "synthetic": _constant("yes", many),
        }
    )
