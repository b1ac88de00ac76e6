"""What an indicator is: one entry of the catalogue, in people's words and in conditions.

Rates, charts, captions, the glossary and the command line all read the entry. Where the field has
used several definitions under one name, each is an entry of its own, and each entry says what it
replaced and when.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

#: The method of a value taken as it was published, with no count in hand.
AS_PUBLISHED = "as published"

#: How far a definition can be trusted.
TRUST = {
    "A": "verified in a source",
    "B": "verified in part",
    "C": "inferred, or unconfirmed by the publisher",
}


#: Kinds whose value says something of all values together. Their numerator is how many values are
#: known, and their denominator how many were asked for: the two do not divide into the value.
SUMMARIES = ("quantile", "largest", "smallest", "estimate")


@dataclass(frozen=True)
class Figures:
    """Where figures stand in the data package.

    Attributes
    ----------
    table : str
        A table of the package.
    measure : str
        The measure to take from it.
    where : str
        A condition on its columns, printed word for word in the annex; empty for every row.
    """

    table: str
    measure: str
    where: str = ""

    def __str__(self) -> str:
        condition = f" where {self.where}" if self.where else ""
        return f"{self.measure} of {self.table}.csv{condition}"


@dataclass(frozen=True)
class Counted:
    """What is counted in the partnership's own records.

    Attributes
    ----------
    view : str
        What one row is: "registrations", "meetings", "on_register".
    where : str
        A condition on its columns, printed in the annex; empty for every row.
    unit : str
        "rows", "children" (each once in a period) or "families".
    whole_over : tuple of str
        Breakdowns that a denominator is not split by: it stays the whole.
    needs : tuple of str
        Tables of records that it asks for beyond those of the view.
    of : tuple of str
        Columns of whole numbers whose values are wanted, each with how many have it: lengths for
        a median, say. `family_size` is how many children of a row's family are counted with it.
    """

    view: str
    where: str = ""
    unit: str = "rows"
    whole_over: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    of: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = self.where.replace(" is not None", " is recorded").replace(" is None", " is missing")
        return f"{self.unit} of {self.view}{f' where {said}' if said else ''}"


@dataclass(frozen=True)
class Version:
    """How a definition stood over a stretch of time.

    Attributes
    ----------
    since, until : str
        First and last period, "2006-07"; empty where it has no end.
    text : str
        What held then.
    breaks : bool
        Whether figures from `since` on cannot be compared with those before.
    """

    since: str
    until: str
    text: str
    breaks: bool = True


@dataclass(frozen=True)
class Indicator:
    """One indicator of the catalogue.

    Attributes
    ----------
    id : str
    name : str
        As a heading or an axis says it.
    definition : str
        One plain sentence.
    kind : str
        "count", "rate" (events per population), "proportion" (part of a whole), "mean",
        "difference" (numerator less denominator), "published" (a figure taken as it was published,
        with no count in hand); or one of `SUMMARIES`: "quantile", "largest", "smallest",
        "estimate" (Kaplan-Meier).
    numerator, denominator : str
        In words.
    unit : str
        What the value is counted in: "per 1,000 aged 0-15", "per cent of registrations".
    per : float
    calendar : str
        "census date", "academic year", "financial year" or "index edition".
    better : str
        "lower", "higher" or "neither" where more may mean need met or need risen.
    decimals : int
        Decimal places to show.
    numerator_from : Figures or None
    denominators_from : tuple of Figures
        In order of preference: the next fills in where one has no figure.
    population_year : str
        Which mid-year estimate goes with a period when the publisher gives no population: the
        one of the year in which the period "ends" or "starts".
    published_from : tuple of Figures
        Published values, used as they stand where there is no count.
    counted, counted_of : Counted or None
        Numerator and denominator in the partnership's own records. A numerator without a
        denominator of its own is divided by the population of `denominators_from`.
    breakdowns : tuple of str
        Columns it can be split by; "all" in such a column is the total.
    counted_by : tuple of str
        Columns that records can split it by.
    look_back : int
        Months before a period that records must cover for the figure to be whole.
    coverage : str
        "councils and Scotland" or "Scotland".
    unknowns : str
        What is done with cases whose answer is not known.
    interval : str
        What the interval says and what it does not.
    source, trust : str
    versions : tuple of Version
    question : str
        What a committee may ask of it.
    at : float
        Of a quantile, the share of values below it; of an estimate, the months after which.
    """

    id: str
    name: str
    definition: str
    kind: str
    numerator: str
    denominator: str
    unit: str
    calendar: str
    better: str
    source: str
    trust: str
    per: float = 1.0
    decimals: int = 1
    numerator_from: Figures | None = None
    denominators_from: tuple[Figures, ...] = ()
    population_year: str = "ends"
    published_from: tuple[Figures, ...] = ()
    counted: Counted | None = None
    counted_of: Counted | None = None
    counted_by: tuple[str, ...] = ()
    look_back: int = 0
    breakdowns: tuple[str, ...] = ()
    coverage: str = "councils and Scotland"
    unknowns: str = ""
    interval: str = ""
    versions: tuple[Version, ...] = ()
    question: str = ""
    at: float = 0.0

    @property
    def heading(self) -> str:
        """The name with its unit, which some names hold already."""
        return self.name if "(per " in self.name else f"{self.name}, {self.unit}"

    @property
    def is_published(self) -> bool:
        """Whether figures of it are in the data package, or records alone can give it."""
        return bool(self.numerator_from or self.published_from)

    @property
    def figures(self) -> tuple[Figures, ...]:
        """Every place in the data package that the indicator reads."""
        numerator = (self.numerator_from,) if self.numerator_from else ()
        return (*numerator, *self.denominators_from, *self.published_from)


def columns_of(condition: str) -> set[str]:
    """Name the columns that a condition uses, so that it can be checked before data is read.

    Examples
    --------
    >>> sorted(columns_of("sex == 'all' and age_band in ('0-4', '5-10')"))
    ['age_band', 'sex']
    """
    if not condition:
        return set()
    tree = ast.parse(condition, mode="eval")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def members(condition: str, column: str) -> set[str] | None:
    """Name the groups of a column that a condition lets in; None where it lets in any.

    Examples
    --------
    >>> sorted(members("age_band in ('0-4', '5-10') and age <= 7", "age_band"))
    ['0-4', '5-10']
    """
    tree = ast.parse(condition or "True", mode="eval").body
    joined = isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And)
    for node in tree.values if isinstance(tree, ast.BoolOp) and joined else [tree]:
        among = isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In)
        if isinstance(node, ast.Compare) and among and ast.unparse(node.left) == column:
            return set(ast.literal_eval(node.comparators[0]))
    return None
