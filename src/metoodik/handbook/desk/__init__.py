"""What this room puts on the desk and in the rail, one module a capability."""

from metoodik.handbook.desk import clearance, imports, writing

__all__ = ["clearance", "imports", "writing"]
