"""`metoodik check`: what is wrong, and what to do about it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from gettext import gettext as _
from typing import TYPE_CHECKING

from metoodik.config import environment

if TYPE_CHECKING:
    from metoodik.config.checking import Finding

SECRETS = frozenset(
    {
        environment.SECRET_KEY,
        environment.AUDIT_KEY,
        environment.FIELD_KEYS,
        environment.DATABASE_URL,
        environment.EMAIL_URL,
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--settings", action="store_true", help=_("show every setting, its default and what is set now")
    )
    parser.add_argument("--json", action="store_true", help=_("write findings as JSON, for monitoring"))


def run(args: argparse.Namespace) -> int:
    if args.settings:
        print(settings_table())
        return 0
    from metoodik.config.commands import start_django

    start_django()
    from metoodik.config import checking

    findings = checking.everything()
    print(
        json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=2) if args.json else told(findings)
    )
    return 1 if checking.errors(findings) else 0


def told(findings: list[Finding]) -> str:
    """Findings in words, a line each, with what to do on the line below."""
    words = {"fine": _("fine"), "note": _("note"), "warning": _("warning"), "error": _("error")}
    width = max(len(each) for each in words.values())
    lines = []
    what_to_do = _("What to do:")
    for each in findings:
        lines.append(f"{words[each.level.value]:<{width}}  {each.what}: {each.sentence}")
        if each.remedy:
            lines.append(f"{'':<{width}}  {what_to_do} {each.remedy}")
    return "\n".join(lines)


def settings_table(*, values: bool = True) -> str:
    """Every setting as a Markdown table; what is set now is shown too, secrets only as set or not."""
    columns = [_("Setting"), _("Default"), _("What it is for")] + ([_("Now")] if values else [])
    rows = [
        [f"`{each.name}`", f"`{each.default}`" if each.default else "", _(each.purpose)]
        for each in environment.SETTINGS
    ]
    if values:
        rows = [[*row, _now(each)] for row, each in zip(rows, environment.SETTINGS, strict=True)]
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _now(setting: environment.Setting) -> str:
    if setting in SECRETS:
        return _("set") if setting.value else _("not set")
    return setting.value
