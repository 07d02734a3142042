"""What this room puts on the desk and in the rail, one module a capability."""

from metoodik.handbook.desk import (
    arranging,
    clearance,
    facts,
    imports,
    restrictions,
    rooms,
    translation,
    upkeep,
    writing,
)

__all__ = ["arranging", "clearance", "facts", "imports", "restrictions", "rooms", "translation", "upkeep", "writing"]
