"""Tables as values: a view says what stands in them, the template how it looks on a wall and on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString

SORT = "jarjestus"


@dataclass(frozen=True)
class Column:
    """One column: its key in the address, its heading, whether it holds numbers, whether it may be sorted by."""

    key: str
    label: str | Promise
    numeric: bool = False
    sortable: bool = False


@dataclass(frozen=True)
class Head:
    """A column heading as drawn: `direction` is "ascending", "descending" or empty, `url` empty when not sortable."""

    column: Column
    direction: str = ""
    url: str = ""


@dataclass(frozen=True)
class Table:
    """A table ready to draw. Every row is as long as `columns`; a cell is text (escaped) or safe HTML.

    `sort` is a column key, with "-" before it for descending; `kept` is what of the query stays when sorting ("a=1&").
    `export_url` offers the same rows as a file.
    `filterable` gives a field that narrows the rows in the browser; it sends nothing.
    """

    caption: str | Promise
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | SafeString | int]]
    sort: str = ""
    path: str = ""
    export_url: str = ""
    filterable: bool = False
    nothing: str | Promise = ""
    id: str = field(default="table")
    kept: str = ""

    @property
    def heads(self) -> list[Head]:
        """The headings with the address that sorts by each, the current one reversed."""
        return [self._head(column) for column in self.columns]

    @property
    def cells(self) -> list[list[tuple[Column, str | SafeString | int]]]:
        """Rows of (column, cell), so that a phone can name each cell."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    def _head(self, column: Column) -> Head:
        if not column.sortable:
            return Head(column)
        if self.sort == column.key:
            return Head(column, "ascending", f"{self.path}?{self.kept}{SORT}=-{column.key}")
        direction = "descending" if self.sort == f"-{column.key}" else ""
        return Head(column, direction, f"{self.path}?{self.kept}{SORT}={column.key}")


def sort_key(request: HttpRequest, columns: Sequence[Column], default: str = "") -> str:
    """The sort that the address asks for, or `default` when it names no sortable column."""
    asked = request.GET.get(SORT, "")
    allowed = {column.key for column in columns if column.sortable}
    return asked if asked.removeprefix("-") in allowed else default
