"""What this room puts on the desk and in the rail, one module a capability."""

from metoodik.handbook.desk import arranging, clearance, facts, imports, rooms, translation, upkeep, writing

__all__ = ["arranging", "clearance", "facts", "imports", "rooms", "translation", "upkeep", "writing"]
