"""Made-up surveys, about nobody: to try the reading of real ones on, and not to be quoted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import UnknownName
from .survey_questions import FREE_TEXT, LIKERT, SCALE, Question
from .survey_reading import SYNTHETIC

_NONE = ("Don't know", "Not applicable", "")
_COMMENTS = (
    "More time for visits would help.",
    "Training was good.",
    "Please share minutes sooner.",
)
_FREE = Question("comments", "Anything else?", "Is there anything else to say?", FREE_TEXT)


@dataclass(frozen=True)
class _Wave:
    """One made-up survey: who was asked, and how content they are with what."""

    title: str
    who: str
    date: dt.date
    returns: dict[str, int]
    invited: dict[str, int]
    questions: tuple[tuple[Question, float], ...]


def _asked(id: str, text: str, content: float, *, reverse: bool = False) -> tuple[Question, float]:
    return Question(id, text, text, LIKERT, reverse), content


_STAFF = (
    _asked("recognising", "I am confident that I recognise signs of abuse and neglect", 0.9),
    _asked("discussions", "Inter-agency referral discussions lead to sound decisions", 0.72),
    _asked("plans", "I am confident in preparing a child's plan", 0.66),
    _asked("mental_health", "The mental health of children we work with is getting better", 0.38),
    _asked("taking_part", "Children can take part in the decisions made about them", 0.7),
    _asked("advocacy", "Children are offered an independent advocate", 0.55),
    _asked("listened_to", "My views are not heard when plans are discussed", 0.68, reverse=True),
    _asked("vision", "Leaders have a clear vision for the protection of children", 0.6),
)
_AGENCIES = {
    "Social work": (118, 190), "Health": (102, 260), "Education": (96, 310),
    "Police": (41, 85), "Third sector": (30, 48), "Housing": (12, 40), "Fire and rescue": (6, 18),
}  # fmt: skip
_WAVES = {
    "staff": _Wave(
        "SYNTHETIC survey of staff", "staff", dt.date(2023, 3, 13),
        {name: many for name, (many, _) in _AGENCIES.items()},
        {name: asked for name, (_, asked) in _AGENCIES.items()}, _STAFF,
    ),
    "staff_before": _Wave(
        "SYNTHETIC survey of staff", "staff", dt.date(2021, 3, 15),
        {"Social work": 101, "Health": 90, "Education": 71, "Police": 33, "Third sector": 24,
         "Housing": 9, "Fire and rescue": 4},
        {name: asked for name, (_, asked) in _AGENCIES.items()},
        tuple((q, c - 0.12 if q.id in ("discussions", "plans") else c)
              for q, c in _STAFF if q.id != "advocacy"),
    ),
    "children": _Wave(
        "SYNTHETIC survey of children", "children", dt.date(2023, 3, 1), {"": 22}, {"": 61},
        (_asked("listened_to", "Grown-ups listen to what I say", 0.75),
         _asked("taking_part", "I have a say in what is decided about me", 0.6),
         _asked("advocacy", "I know somebody who can speak up for me", 0.7),
         _asked("safer", "I feel safer than I did before", 0.8)),
    ),
    "parents": _Wave(
        "SYNTHETIC survey of parents and carers", "parents", dt.date(2023, 3, 1), {"": 37},
        {"": 140},
        (_asked("listened_to", "I am listened to at meetings", 0.62),
         _asked("understand", "I understand what has to change, and by when", 0.74),
         _asked("advocacy", "I was told that somebody could speak up for me", 0.4),
         _asked("help", "The help that we got made a difference", 0.65)),
    ),
}  # fmt: skip


def synthetic_survey(
    seed: int, *, who: str = "staff", area: str = "Dundee City"
) -> tuple[pd.DataFrame, str]:
    """
    Make up a survey.

    Parameters
    ----------
    seed : int
    who : str
        "staff" (405 returns), "staff_before" (an earlier wave), "children" (22) or "parents" (37).
    area : str

    Returns
    -------
    export : DataFrame
        As a survey tool exports it, with SYNTHETIC in every row.
    questions : str
        The questions file, TOML.

    Raises
    ------
    UnknownName
        For another `who`.

    Examples
    --------
    >>> export, questions = synthetic_survey(1, who="children")
    >>> len(export), questions.splitlines()[0]
    (22, 'title = "SYNTHETIC survey of children"')
    """
    if who not in _WAVES:
        raise UnknownName("made-up survey", who, _WAVES)
    wave, random = _WAVES[who], np.random.default_rng([seed, list(_WAVES).index(who)])
    many = sum(wave.returns.values())
    export = pd.DataFrame({"Respondent": [f"S{seed}-{who}-{n:03}" for n in range(1, many + 1)]})
    if "" not in wave.returns:
        export["Agency"] = random.permutation(np.repeat([*wave.returns], [*wave.returns.values()]))
    # Who is content with one thing is likelier to be content with the next.
    own = random.normal(0, 0.9, many)
    for question, content in wave.questions:
        export[question.column] = _answers(random, own, content, reverse=question.reverse)
    wrote = random.random(many) < 0.08
    export[_FREE.column] = np.where(wrote, random.choice(_COMMENTS, many), "")
    return export.assign(synthetic=SYNTHETIC), _toml(wave, area)


def _answers(
    random: np.random.Generator, own: np.ndarray, content: float, *, reverse: bool
) -> np.ndarray:
    """Cut a normal liking into the five answers, and leave a few without one."""
    middle = np.log(content / (1 - content)) * 0.8
    liking = middle + own + random.normal(0, 0.7, len(own))
    steps = np.digitize(-liking, [-1.4, 0, 0.45, 1.5])
    given = np.array(SCALE, dtype=object)[len(SCALE) - 1 - steps if reverse else steps]
    nothing = random.choice([*_NONE, "given"], len(own), p=[0.04, 0.02, 0.02, 0.92])
    return np.where(nothing == "given", given, nothing)


def _toml(wave: _Wave, area: str) -> str:
    quoted = [("title", wave.title), ("who", wave.who), ("area", area)]
    lines = [f"{name} = {_text(words)}" for name, words in quoted]
    lines += [f"date = {wave.date}", "synthetic = true", 'respondent = "Respondent"']
    if "" in wave.invited:
        lines.append(f"invited = {wave.invited['']}")
    else:
        lines.append('group = "Agency"')
        lines += ["", "[invited]", *(f"{_text(g)} = {n}" for g, n in wave.invited.items())]
    for question in (*(q for q, _ in wave.questions), _FREE):
        lines += ["", *_entry(question)]
    return "\n".join(lines) + "\n"


def _entry(question: Question) -> Iterable[str]:
    yield "[[question]]"
    for name in ("id", "column", "text", "kind"):
        yield f"{name} = {_text(getattr(question, name))}"
    if question.reverse:
        yield "reverse = true"


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
