"""Everything that changes guidance, one module a capability. Views, tasks, commands and imports call only these."""

from metoodik.handbook.actions.arranging import (
    delete_draft,
    merge_pages,
    move_page,
    order_page,
    order_section,
)
from metoodik.handbook.actions.clearance import (
    approval_findings,
    approve_version,
    hand_over_clearance,
    hand_over_pages,
    note_read,
    return_version,
    review_version,
    submit_version,
    take_back,
)
from metoodik.handbook.actions.drafts import (
    confirm_phrase,
    join_passage,
    move_passage,
    save_draft,
    split_passage,
    undo_draft,
)

__all__ = [
    "approval_findings",
    "approve_version",
    "confirm_phrase",
    "delete_draft",
    "hand_over_clearance",
    "hand_over_pages",
    "join_passage",
    "merge_pages",
    "move_page",
    "move_passage",
    "note_read",
    "order_page",
    "order_section",
    "return_version",
    "review_version",
    "save_draft",
    "split_passage",
    "submit_version",
    "take_back",
    "undo_draft",
]
