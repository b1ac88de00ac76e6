"""The partnership's own child-level records: what they are, and how they are opened.

The model is data: `tables.csv`, `fields.csv` and `codes.csv` beside this file.
"""

from ..engine_names import Engine
from .model import CODES, TABLES, Code, Field, Table
from .store import Records, open_records

__all__ = ["CODES", "TABLES", "Code", "Engine", "Field", "Records", "Table", "open_records"]
