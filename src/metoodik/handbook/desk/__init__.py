"""What this room puts on the desk and in the rail, one module a capability."""

from metoodik.handbook.desk import clearance, imports, rooms, writing

__all__ = ["clearance", "imports", "rooms", "writing"]
