"""What is done to the trail and to old rows every night."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings

from metoodik.trust import audit, retention

logger = logging.getLogger(__name__)
BROKEN = "audit-broken.txt"


def nightly() -> None:
    """Seal months that are over, verify the chain, write its head down, then delete what was kept long enough."""
    audit.seal()
    if watch():
        audit.drop()
    retention.enforce()


def watch() -> bool:
    """Verify the chain against heads written down earlier. A break is logged and stays on the desk until it is gone."""
    folder = Path(settings.DATA_DIR)
    mark = folder / BROKEN
    found = audit.verify(anchors=audit.exported_heads(folder))
    if found.ok:
        mark.unlink(missing_ok=True)
        audit.export_head(folder)
    else:
        logger.critical("The audit trail does not hold at entry %s: %s", found.bad, found.why)
        mark.write_text(str(found.bad), encoding="ascii")
    return found.ok


def broken_at() -> int | None:
    """The entry at which last night's verification failed on this machine, or None."""
    mark = Path(settings.DATA_DIR) / BROKEN
    return int(mark.read_text(encoding="ascii")) if mark.exists() else None
