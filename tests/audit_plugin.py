"""Lets tests empty the database between them: the audit triggers, which refuse that, step aside for the flush alone.

The product has no such door. After the flush Django sends `post_migrate`, which puts the triggers back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from metoodik.trust import triggers


@pytest.fixture(autouse=True, scope="session")
def flush_past_audit_triggers() -> Iterator[None]:
    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Any) -> Any:
        triggers.remove(self.connection.alias)
        return plain(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        yield
