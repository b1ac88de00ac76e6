"""Texts without where things lie on this machine, and without the passwords of addresses."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
#: Who asks, in an address within a text: never past the host, for an "@" in a path is no secret.
_ASKER = re.compile(r"(?<=://)[^\s/?#\"'<>]*@")
#: Who asks, where all of a text is an address: a password may hold what it should not.
_ASKER_WHOLE = re.compile(r"(?<=://)(?:[^/?#@:]*:(?!\d+(?:/|$))(?P<password>.*)@|[^/?#]*@)")
#: A shorter secret could be a part of any word, and is taken out of its address alone.
_LEAST = 4
#: Pictures in a text are no words; and a colour of a terminal may stand before a path.
_APART = r"(?P<picture>;base64,[A-Za-z0-9+/=\n]*)|(?P<before>\x1b\[[0-9;]*m|(?<![\w<]))"
_PACKAGES = re.compile(r"\.\.\.[^\s\"']*site-packages")
_SOMEWHERE = "..."


def is_address(where: str) -> bool:
    """Tell an address from a folder of this machine.

    Examples
    --------
    >>> is_address("s3://committee/reports"), is_address("C:/reports"), is_address("reports")
    (True, False, False)
    """
    return bool(_ADDRESS.match(where))


def shown(where: str) -> str:
    """
    Name a place without what must not be told: of a folder its name, of an address no password.

    Examples
    --------
    >>> shown("/home/ann/records"), shown("ftp://ann:secret@host/records?key=1")
    ('records', 'ftp://host/records')
    """
    if not is_address(where):
        return PurePosixPath(Path(where).as_posix()).name
    return _ASKER_WHOLE.sub("", where, count=1).split("?")[0]


def names_of(given: Any) -> dict[str, str]:
    """
    Find folders, files and addresses among parameters, and what may be told of each.

    Parameters
    ----------
    given : object
        A text, or texts in lists and mappings.

    Returns
    -------
    dict of str to str
        For each absolute path of what is there its name; for an address itself without who asks
        and without its query; for its password and its query dots.
    """
    found: dict[str, str] = {}
    for text in _texts(given):
        if is_address(text):
            found |= {text: shown(text), **secrets_of(text)}
        elif os.path.isabs(text) and shown(text) and os.path.exists(text):
            found |= {text: shown(text), os.path.realpath(text): shown(text)}
    return found


def secrets_of(address: str) -> dict[str, str]:
    """Give the password of an address, as written and as meant, and its query: dots for each."""
    asker = _ASKER_WHOLE.search(address)
    password = (asker["password"] if asker else None) or ""
    query = _ASKER_WHOLE.sub("", address, count=1).partition("?")[2]
    held = (password, unquote(password), query)
    return {secret: _SOMEWHERE for secret in held if len(secret) >= _LEAST}


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, Mapping):
        yield from _texts(list(given.values()))
    elif isinstance(given, list | tuple):
        for part in given:
            yield from _texts(part)


def without_whereabouts(text: str, names: Mapping[str, str] | None = None) -> str:
    """
    Take out of a text where this machine keeps things, and who asks in addresses.

    Parameters
    ----------
    text : str
        Words, HTML or a traceback; what pictures hold in it stays.
    names : mapping of str to str, optional
        Full paths and addresses, and what stands for each, as `names_of` gives them.

    Returns
    -------
    str
        Paths begin with "..." where the home, the working folder, the code, Python or the folder
        for temporary files was.
    """
    pattern, instead = _pattern(tuple(sorted({**_machine(), **(names or {})}.items())))

    def replaced(found: re.Match[str]) -> str:
        if found["picture"] is not None:
            return found["picture"]
        return found["before"] + instead[found["place"]]

    return _PACKAGES.sub(_SOMEWHERE, _ASKER.sub("", pattern.sub(replaced, text)))


def without_passwords(text: str) -> str:
    """Take out of a text who asks in its addresses."""
    return _ASKER.sub("", text)


def told(given: Any) -> Any:
    """
    Give parameters as they may be written down: the same wherever the batch runs.

    Parameters
    ----------
    given : object
        Values of TOML, lists and tables among them.

    Returns
    -------
    object
        Without who asks in addresses, and with "~" for the home.
    """
    if isinstance(given, dict):
        return {name: told(value) for name, value in given.items()}
    if isinstance(given, list):
        return [told(value) for value in given]
    if not isinstance(given, str):
        return given
    return shown(given) if is_address(given) else without_passwords(_at_home(given))


def _at_home(text: str) -> str:
    try:
        home = str(Path.home()).rstrip("/\\")
    except RuntimeError:  # some users have none
        return text
    return re.sub(rf"(?<!\w){re.escape(home)}(?!\w)", "~", text) if home else text


@lru_cache(maxsize=32)
def _pattern(names: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """Find each place as texts, HTML and Python write it, the longest first."""
    instead: dict[str, str] = {}
    for full, name in names:
        bare = full.rstrip("/\\")
        for form in (bare, html.escape(bare), json.dumps(bare)[1:-1]):
            instead.setdefault(form, name)
    forms = "|".join(re.escape(f) for f in sorted(instead, key=len, reverse=True) if f)
    return re.compile(rf"{_APART}(?P<place>{forms})(?!\w)"), instead


def _machine() -> dict[str, str]:
    here, home = "", ""
    # Some users have no home, and a working folder can be deleted.
    with contextlib.suppress(OSError):
        here = os.getcwd()
    with contextlib.suppress(RuntimeError):
        home = str(Path.home())
    return _known(here, home, tempfile.gettempdir())


@lru_cache(maxsize=8)
def _known(*places: str) -> dict[str, str]:
    """Say the same of each place; a link to it and what it leads to are one."""
    known = [*places, str(Path(__file__).parent.parent.parent), sys.prefix]
    found = {*known, *(os.path.realpath(place) for place in known if place)}
    return {place: _SOMEWHERE for place in found if place.strip("/\\")}
