"""Finding passages while typing: an index built beforehand, and queries that only look things up.

`build` weighs all documents once; `Index.pruned` keeps some of them with their weights unchanged, so that every circle
of readers ranks alike; `search` reads an index through `Reader`, from memory or from an edition's file.
"""

from metoodik.engines.search.excerpts import Spans
from metoodik.engines.search.index import Document, Index, MemoryReader, Posting, build
from metoodik.engines.search.query import Hit, Reader, search

__all__ = ["Document", "Hit", "Index", "MemoryReader", "Posting", "Reader", "Spans", "build", "search"]
