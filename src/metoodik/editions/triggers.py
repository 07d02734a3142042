"""Triggers by which the database itself refuses to rewrite the past: overlay entries and what an edition was.

Installed in `post_migrate`, on SQLite and PostgreSQL. An edition's words may leave it only as `erase_passage` does it,
with the content hash unchanged; everything that says what was in force, and when, never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connections

OVERLAY, EDITION = "editions_overlayentry", "editions_edition"
_EDITION_CHANGED = " OR ".join(
    f"NEW.{column} <> OLD.{column}" for column in ("id", "number", "content_hash", "effective_at", "made_at", "note")
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One trigger: it refuses `event` on `table`, always or when `condition` holds, and says `sentence`."""

    name: str
    table: str
    event: str
    condition: str
    sentence: str


RULES = (
    Rule("overlay_entry_keeps", OVERLAY, "UPDATE", "", "an overlay entry is never changed"),
    Rule("overlay_entry_stays", OVERLAY, "DELETE", "", "an overlay entry is never deleted"),
    Rule("edition_keeps", EDITION, "UPDATE", _EDITION_CHANGED, "what an edition was is never changed"),
    Rule("edition_stays", EDITION, "DELETE", "", "an edition is never deleted"),
)


def install(using: str) -> None:
    """Put the triggers on the database `using`, replacing older ones; nothing where the tables are not there yet."""
    connection = connections[using]
    if not {OVERLAY, EDITION} <= set(connection.introspection.table_names()):
        return
    remove(using)
    statements = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(using: str) -> None:
    """Take the triggers off: before a migration of these tables, which `install` follows, or a test's emptying."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    names = [(rule.name, rule.table) for rule in RULES]
    if connection.vendor == "postgresql":
        names += [(f"{table}_whole", table) for table in (OVERLAY, EDITION)]
    with connection.cursor() as cursor:
        for name, table in names:
            if table in tables:
                place = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")


def installed_after(sender: Any, using: str, **kwargs: Any) -> None:  # noqa: ARG001
    """Receiver of `post_migrate`."""
    install(using)


def removed_before(sender: Any, using: str, plan: list[tuple[Any, bool]] | None = None, **kwargs: Any) -> None:  # noqa: ARG001
    """Receiver of `pre_migrate`: SQLite rebuilds a table to alter it, which triggers would stop."""
    if any(migration.app_label == "editions" for migration, _ in plan or []):
        remove(using)


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table}"
        f" {f'WHEN {rule.condition} ' if rule.condition else ''}BEGIN SELECT RAISE(ABORT, '{rule.sentence}'); END"
        for rule in RULES
    ]


def _postgresql() -> list[str]:
    statements = []
    for rule in RULES:
        refusal = f"RAISE EXCEPTION '{rule.sentence}' USING ERRCODE = 'restrict_violation';"
        if rule.condition:
            refusal = f"IF {rule.condition} THEN {refusal} END IF;"
        row = "OLD" if rule.event == "DELETE" else "NEW"
        statements.append(_function(rule.name, f"{refusal} RETURN {row};"))
        statements.append(
            f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table}"
            f" FOR EACH ROW EXECUTE FUNCTION {rule.name}()"
        )
    for table in (OVERLAY, EDITION):
        body = "RAISE EXCEPTION 'the past of editions is never emptied' USING ERRCODE = 'restrict_violation';"
        statements.append(_function(f"{table}_whole", body))
        statements.append(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_whole()"
        )
    return statements


def _function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $trigger$ BEGIN {body} END $trigger$"
    )
