"""What a bare machine may lack, and what no test may do.

A test marked `browser`, `postgres`, `pango` or `gettext` is skipped where that part is missing, with a line on how to
get it. With METOODIK_NOTHING_SKIPPED=1 a missing part fails the test instead. No test may reach beyond this machine.
"""

from __future__ import annotations

import ctypes.util
import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections


def chromium() -> str | None:
    """The browser that tests drive, or None."""
    return os.environ.get("METOODIK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def postgres() -> str | None:
    """The address of a PostgreSQL server for tests, or None."""
    return os.environ.get("METOODIK_TEST_POSTGRES")


def pango() -> str | None:
    """The libraries that PDF needs, or None when one is missing."""
    names = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
    found = [ctypes.util.find_library(name) for name in names]
    return ", ".join(name for name in found if name) if all(found) else None


def gettext() -> str | None:
    """The program that collects strings to translate, or None."""
    return shutil.which("xgettext")


PARTS: dict[str, tuple[Callable[[], str | None], str]] = {
    "browser": (chromium, "Chromium is missing. Get it: apt-get install chromium"),
    "postgres": (
        postgres,
        "No PostgreSQL for tests. Get it: apt-get install postgresql, and name it in METOODIK_TEST_POSTGRES",
    ),
    "gettext": (gettext, "GNU gettext is missing. Get it: apt-get install gettext"),
    "pango": (
        pango,
        "Pango is missing. Get it: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    ),
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "gettext: needs GNU gettext")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark, (find, sentence) in PARTS.items():
        if item.get_closest_marker(mark) is None or find():
            continue
        if os.environ.get("METOODIK_NOTHING_SKIPPED") == "1":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)


def is_here(address: Any) -> bool:
    """Whether a socket address is this machine's own: a file, `localhost` or a loopback number."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Any connection beyond this machine fails the test that makes it."""
    plain = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if not is_here(address):
            raise AssertionError(f"A test tried to reach {address!r}. Tests use no network.")
        plain(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite is a file, as in service: every thread has a connection of its own and waits its turn.

    In memory, the threads of a test would share one connection and step into each other's transactions.
    """
    default = connections["default"]
    if default.vendor == "sqlite":
        default.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
