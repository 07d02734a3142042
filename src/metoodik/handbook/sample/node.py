"""A table of a sample file that knows its place, so that a complaint says where to look."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Any, NoReturn
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Node:
    """One table of a file; every reader of a field raises ValueError naming the file and the place."""

    file: str
    place: str
    data: dict[str, Any]

    def fail(self, message: str) -> NoReturn:
        where = f"{self.file}, {self.place}" if self.place else self.file
        raise ValueError(f"{where}: {message}")

    def only(self, *names: str) -> None:
        if unknown := sorted(set(self.data) - set(names)):
            self.fail(f"unknown field {unknown[0]!r}")

    def words(self, name: str) -> str:
        value = self.optional(name)
        if not value:
            self.fail(f"{name!r} is missing or empty")
        return value

    def optional(self, name: str) -> str:
        value = self.data.get(name, "")
        if not isinstance(value, str) or value != value.strip():
            self.fail(f"{name!r} must be text without spaces around it")
        return value

    def uuid(self, name: str) -> str:
        value = self.words(name)
        try:
            same = str(UUID(value)) == value
        except ValueError:
            same = False
        if not same:
            self.fail(f"{name!r} must be a UUID in lower case, not {value!r}")
        return value

    def number(self, name: str) -> int:
        value = self.data.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.fail(f"{name!r} must be a whole number above zero")
        return value

    def day(self, name: str) -> date:
        value = self.data.get(name)
        if type(value) is not date:
            self.fail(f"{name!r} must be a date")
        return value

    def choice[Choice: StrEnum](self, name: str, choices: type[Choice]) -> Choice:
        value = self.words(name)
        if value not in list(choices):
            self.fail(f"{name!r} must be one of {', '.join(choices)}, not {value!r}")
        return choices(value)

    def items(self, name: str) -> tuple[str, ...]:
        value = self.data.get(name)
        if not isinstance(value, list) or not value:
            self.fail(f"{name!r} must be a list that is not empty")
        if not all(isinstance(each, str) and each.strip() for each in value):
            self.fail(f"every item of {name!r} must be text that is not empty")
        return tuple(value)

    def table(self, name: str) -> Node:
        value = self.data.get(name)
        if not isinstance(value, dict):
            self.fail(f"table {name!r} is missing")
        return Node(self.file, _within(self.place, name), value)

    def tables(self, name: str) -> tuple[Node, ...]:
        value = self.data.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            self.fail(f"at least one [[{name}]] is needed")
        return tuple(
            Node(self.file, _within(self.place, f"{name} {number}"), each) for number, each in enumerate(value, start=1)
        )


def _within(place: str, name: str) -> str:
    return f"{place}, {name}" if place else name


def read(folder: Traversable, name: str) -> Node:
    """The file as its outermost table. Raises ValueError when it is missing or no TOML."""
    file = folder
    for part in name.split("/"):
        file = file / part
    try:
        return Node(name, "", tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ValueError(f"{name}: the file is missing") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error
