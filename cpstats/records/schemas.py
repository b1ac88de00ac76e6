"""The record model as pandera schemas: what a table must look like before it is kept."""

from __future__ import annotations

from typing import Any

from .model import CODES, Table


def schema(table: Table) -> Any:
    """
    Make the schema of a table.

    Parameters
    ----------
    table : Table
        Of the model.

    Returns
    -------
    pandera DataFrameSchema
        Every column of the model: the key unique, what is needed there, codes of their list, dates
        as datetime64[s]. Meaning is for the rules: see `cpstats.validate`.
    """
    import pandera.pandas as pandera

    columns = {}
    for field in table.fields:
        codes = [code.code for code in CODES[field.codes]] if field.codes else None
        columns[field.name] = pandera.Column(
            "datetime64[s]" if field.type == "date" else "str",
            checks=pandera.Check.isin(codes) if codes else None,
            nullable=not field.needed,
            unique=field.type == "key",
        )
    return pandera.DataFrameSchema(columns, strict=False, name=table.id)
