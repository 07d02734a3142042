"""Triggers by which the database itself refuses to change or delete audit rows, on SQLite and PostgreSQL.

There is no switch that opens them. An entry may go only when the segment over it is marked as dropped, a segment may
be marked only when its month is older than the retention set by the operator, and a segment may be made only over
entries that truly lie in its time. `docs/adr/0002-audit-chain.md` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections

ENTRY, SEGMENT = "trust_auditentry", "trust_auditsegment"
_CHANGED = " OR ".join(
    f"NEW.{column} <> OLD.{column}"
    for column in ("id", "begins", "ends", "first_sequence", "last_sequence", "last_mac", "sealed_at", "key", "seal")
)
_COVERED = f"""EXISTS (
    SELECT 1 FROM {SEGMENT} s
    WHERE s.dropped_at IS NOT NULL AND OLD.sequence BETWEEN s.first_sequence AND s.last_sequence
)"""  # noqa: S608 - names of our own tables
_NEXT = f"""1 + {{greatest}}(
    (SELECT COALESCE(MAX(sequence), 0) FROM {ENTRY}), (SELECT COALESCE(MAX(last_sequence), 0) FROM {SEGMENT})
)"""  # noqa: S608
_UNTRUE = f"""{{now}} < NEW.ends
    OR NEW.dropped_at IS NOT NULL
    OR EXISTS (
        SELECT 1 FROM {SEGMENT} s WHERE s.last_sequence >= NEW.first_sequence OR s.begins >= NEW.begins
    )
    OR EXISTS (
        SELECT 1 FROM {ENTRY} e
        WHERE e.at >= NEW.ends AND e.sequence BETWEEN NEW.first_sequence AND NEW.last_sequence
    )
    OR NOT EXISTS (SELECT 1 FROM {ENTRY} e WHERE e.sequence = NEW.last_sequence AND e.mac = NEW.last_mac)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Rule:
    """One trigger: it refuses `event` on `table`, always or when `condition` holds, and says `sentence`."""

    name: str
    table: str
    event: str
    condition: str
    sentence: str


RULES = (
    Rule("audit_entry_follows", ENTRY, "INSERT", f"NEW.sequence <> {_NEXT}", "an audit entry follows the last one"),
    Rule("audit_entry_keeps", ENTRY, "UPDATE", "", "an audit entry is never changed"),
    Rule("audit_entry_stays", ENTRY, "DELETE", f"NOT {_COVERED}", "an audit entry goes only with its dropped month"),
    Rule("audit_segment_true", SEGMENT, "INSERT", _UNTRUE, "an audit segment covers entries of its own past time"),
    Rule(
        "audit_segment_keeps",
        SEGMENT,
        "UPDATE",
        f"OLD.dropped_at IS NOT NULL OR {_CHANGED} OR OLD.ends > {{limit}}",
        "an audit segment is only ever marked as dropped, after its retention",
    ),
    Rule("audit_segment_stays", SEGMENT, "DELETE", "", "an audit segment is never deleted"),
)


def install(using: str) -> None:
    """Put the triggers on the database `using`, replacing older ones. Does nothing where there are no tables yet."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not {ENTRY, SEGMENT} <= tables:
        return
    remove(using)
    statements = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(using: str) -> None:
    """Take the triggers off: before a migration of these tables, which `install` follows."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    names = [(rule.name, rule.table) for rule in RULES]
    if connection.vendor == "postgresql":
        names += [(f"{table}_whole", table) for table in (ENTRY, SEGMENT)]
    with connection.cursor() as cursor:
        for name, table in names:
            if table in tables:
                place = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")


def missing(using: str) -> list[str]:
    """Names of triggers that should be on the database and are not; none before its first migrate."""
    connection = connections[using]
    if not {ENTRY, SEGMENT} <= set(connection.introspection.table_names()):
        return []
    wanted = {rule.name for rule in RULES}
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        wanted |= {f"{ENTRY}_whole", f"{SEGMENT}_whole"}
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(wanted - {str(row[0]) for row in cursor.fetchall()})


def installed_after(using: str, **_rest: Any) -> None:
    """Receiver of `post_migrate`."""
    install(using)


def removed_before(using: str, plan: list[tuple[Any, bool]] | None = None, **_rest: Any) -> None:
    """Receiver of `pre_migrate`: SQLite rebuilds a table to alter it, which triggers would stop."""
    if any(migration.app_label == "trust" for migration, _ in plan or []):
        remove(using)


def _sqlite() -> list[str]:
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now'{})"
    values = {
        "now": moment.format(""),
        "limit": moment.format(f", '-{int(settings.AUDIT_YEARS)} years'"),
        "greatest": "MAX",
    }
    statements = []
    for rule in RULES:
        when = f"WHEN {rule.condition.format(**values)} " if rule.condition else ""
        statements.append(
            f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{rule.sentence}'); END"
        )
    return statements


def _postgresql() -> list[str]:
    values = {
        "now": "now()",
        "limit": f"now() - interval '{int(settings.AUDIT_YEARS)} years'",
        "greatest": "GREATEST",
    }
    statements = []
    for rule in RULES:
        refusal = f"RAISE EXCEPTION '{rule.sentence}' USING ERRCODE = 'restrict_violation';"
        if rule.condition:
            refusal = f"IF {rule.condition.format(**values)} THEN {refusal} END IF;"
        row = "OLD" if rule.event == "DELETE" else "NEW"
        statements += _function(rule.name, f"{refusal} RETURN {row};")
        statements.append(
            f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table}"
            f" FOR EACH ROW EXECUTE FUNCTION {rule.name}()"
        )
    for table in (ENTRY, SEGMENT):
        sentence = "the audit trail is never emptied"
        statements += _function(f"{table}_whole", f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'restrict_violation';")
        statements.append(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_whole()"
        )
    return statements


def _function(name: str, body: str) -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $trigger$ BEGIN {body} END $trigger$"
    ]
