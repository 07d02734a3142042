"""Keeps keys of passages and blocks right while drafts change, and what phrase translations were confirmed against."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wagtail.blocks import StreamValue

from metoodik.handbook import content
from metoodik.handbook.passages import former_keys, with_former_keys

if TYPE_CHECKING:
    from metoodik.handbook.models import GuidancePage


def renew_repeated_keys(body: StreamValue) -> StreamValue:
    """The same stream with a fresh key for every block whose key already stood before it or is missing.

    A passage duplicated in the editor must not share its original's identity; the first keeps it.
    """
    data = [copy.deepcopy(passage) for passage in body.get_prep_value()]
    seen: set[str] = set()
    for passage in data:
        _renew(passage, seen)
        for block in passage["value"].get("body", []):
            _renew(block, seen)
    return StreamValue(body.stream_block, data, is_lazy=True)


def _renew(block: dict[str, Any], seen: set[str]) -> None:
    if not block.get("id") or block["id"] in seen:
        block["id"] = str(uuid.uuid4())
    seen.add(block["id"])


def kept_former_keys(page: GuidancePage) -> dict[str, list[str]]:
    """Former keys of the passages that the draft still has; those that are a passage's own again lead to it alone."""
    present = tuple(content.Passage(str(each.id), "") for each in page.body)
    return former_keys(with_former_keys(present, page.former_keys))


def confirm_phrases(page: GuidancePage, previous: GuidancePage | None) -> dict[str, dict[str, str]]:
    """What each phrase's Russian and English were confirmed against, as fingerprints of the Estonian words.

    Words written now are confirmed against the Estonian of now; words left as they were keep what they had, so that
    a changed Estonian phrase leaves its translations stale.
    """
    before = dict(_phrases(previous)) if previous else {}
    known = page.phrase_sources | (previous.phrase_sources if previous else {})
    confirmed: dict[str, dict[str, str]] = {}
    for key, value in _phrases(page):
        asked = page.confirm_now.get(key, set())
        confirmed[key] = {
            language: _confirmed(language, value, before.get(key), {} if language in asked else known.get(key, {}))
            for language in ("ru", "en")
        }
    return confirmed


def _confirmed(language: str, now: Any, before: Any, known: dict[str, str]) -> str:
    if not now[language].strip():
        return ""
    if language in known and (before is None or before[language].strip() == now[language].strip()):
        return known[language]
    return content.fingerprint(now["et"].strip())


def _phrases(page: GuidancePage) -> Iterator[tuple[str, Any]]:
    for passage in page.body:
        for block in passage.value["body"]:
            if block.block_type == "phrase":
                yield str(block.id), block.value
