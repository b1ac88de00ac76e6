"""Made-up records, for trying things out: SYNTHETIC, and about nobody."""

from .faults import FAULTS, plant
from .making import synthesise
from .writing import write_synthetic

__all__ = ["FAULTS", "plant", "synthesise", "write_synthetic"]
