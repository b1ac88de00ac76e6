"""Disclosure control: nothing leaves from which a child could be known."""

from ..errors import Contradiction, NotProven
from .intruders import attack
from .policies import Policy, read_policy
from .releases import Release, protect, release

__all__ = [
    "Contradiction",
    "NotProven",
    "Policy",
    "Release",
    "attack",
    "protect",
    "read_policy",
    "release",
]
