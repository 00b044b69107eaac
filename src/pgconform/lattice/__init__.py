"""Compatibility of types: one function, one ordered verdict, a table for each transport.

Every kind denotes the forms in which its values cross a wire (`forms`); every other kind says of each form whether it
holds it, refuses it or changes it (`python`, `postgres`, and `casts` between two Postgres kinds). A fit is those two
composed, carried through arrays, structs and unions (`walk`).
"""

from __future__ import annotations

from pgconform.lattice.verdict import Fit, Verdict
from pgconform.lattice.walk import fits

__all__ = ["Fit", "Verdict", "fits"]
