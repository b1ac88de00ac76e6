"""The command that is run when reports fail: words, and never a shell."""

from __future__ import annotations

import shlex

from ..errors import CpstatsError


def read_command(text: str) -> list[str]:
    """
    Part a command into its words, as a shell would.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str
        Empty for none.

    Raises
    ------
    CpstatsError
        When a quote in it is not closed.

    Examples
    --------
    >>> read_command("mail -s 'Reports failed' ann@example.org")
    ['mail', '-s', 'Reports failed', 'ann@example.org']
    """
    try:
        return shlex.split(text)
    except ValueError as error:
        said = f"{text!r} is no command: {str(error).lower()}. Close every quote."
        raise CpstatsError(f"--notify: {said}") from None
