"""Taking a file into the handbook: read it, show it, make a draft of it, undo all that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from metoodik.handbook import tasks
from metoodik.handbook.actions.drafts import save_draft
from metoodik.handbook.blocks import phrase_sources, stream_data
from metoodik.handbook.content import Passage
from metoodik.handbook.fact_marks import filled_passage
from metoodik.handbook.fact_offers import with_facts
from metoodik.handbook.facts import values_in
from metoodik.handbook.importing import DocumentRefused, ImportedDocument, Limits, read_document
from metoodik.handbook.importing.merging import Choice, Pair, matched, merged, text_of
from metoodik.handbook.models import GuidancePage, ImportBatch, ImportedFile, SectionPage
from metoodik.handbook.models.imports import ImportState
from metoodik.handbook.models.pages import address_of
from metoodik.handbook.validation import NotReady
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.audit import record

LONGEST_TITLE = 200


@transaction.atomic
def take_file(
    *, by: User, data: bytes, filename: str, section: SectionPage, batch: ImportBatch | None = None
) -> ImportedFile:
    """Keep a file to be read in the background. Raises PermissionDenied."""
    if not by.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
    imported = ImportedFile.objects.create(
        filename=filename[-255:], data=data, size=len(data), section=section, by=by, batch=batch
    )
    record("handbook.file_taken", by=by, subject=imported, size=len(data))
    transaction.on_commit(lambda: tasks.read_imported_file.enqueue(imported.pk))
    return imported


def read_file(*, imported: ImportedFile) -> ImportedFile:
    """Read a waiting file; keep its draft and leftovers, or why it is refused; refused bytes are wiped."""
    try:
        document = read_document(
            bytes(imported.data), imported.filename, limits=Limits(file_bytes=settings.IMPORT_BYTES)
        )
    except DocumentRefused as refusal:
        return refuse(imported=imported, reason=refusal.reason.value)
    with transaction.atomic():
        imported = ImportedFile.objects.select_for_update().get(pk=imported.pk)
        if imported.state != ImportState.WAITING:
            return imported
        imported.state = ImportState.READ
        imported.format = document.format.value
        imported.title = document.title[:LONGEST_TITLE]
        imported.passages = [passage.to_data() for passage in _headed(document, imported.section)]
        imported.leftovers = [
            {"text": each.text, "where": each.where.value, "context": each.context, "times": each.times}
            for each in document.not_understood
        ]
        imported.source_html = document.source_html
        imported.words = document.words
        imported.save()
        record("handbook.file_read", by=imported.by, subject=imported, leftovers=len(imported.leftovers))
    return imported


def _headed(document: ImportedDocument, section: SectionPage | None) -> tuple[Passage, ...]:
    """The passages; a first one that only repeats the page's title is headed by words of its own."""
    passages = document.passages
    if not passages or passages[0].heading.casefold() != document.title.casefold():
        return passages
    with override(section.locale.language_code if section else "et"):
        return (replace(passages[0], heading=gettext("In short")), *passages[1:])


@transaction.atomic
def make_draft(*, imported: ImportedFile, by: User, facts: bool = False) -> GuidancePage:
    """Make a draft page of what was read, with `facts` in place of typed numbers that the register knows.

    Raises PermissionDenied, NotReady when there is nothing to make it of.
    """
    if not by.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
    imported = ImportedFile.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if imported.state != ImportState.READ or imported.section is None:
        raise NotReady([_("This import is already done or undone.")])
    passages = tuple(Passage.from_data(each) for each in imported.passages)
    if facts:
        passages, _replaced = with_facts(passages)
    page = _draft_page(imported, passages, by)
    imported.section.add_child(instance=page)
    page.save_revision(user=by, log_action="wagtail.create")
    imported.page = page
    imported.state = ImportState.DRAFTED
    wipe(imported)
    record("handbook.file_drafted", by=by, subject=imported, page=page.pk)
    return page


@transaction.atomic
def merge_file(
    *, imported: ImportedFile, page: GuidancePage, revision: int, choices: Mapping[str, Choice], by: User
) -> Revision:
    """Save a draft of a page with what was chosen from a file, passage by passage; `revision` is the draft compared.

    Raises PermissionDenied, NotReady when the file is done with, the draft changed meanwhile or nothing was chosen.
    """
    if not by.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
    imported = ImportedFile.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if imported.state != ImportState.READ:
        raise NotReady([_("This import is already done or undone.")])
    newest = Page.objects.select_for_update().get(pk=page.pk).get_latest_revision()
    if newest is None or newest.pk != revision:
        raise NotReady([_("The draft has changed meanwhile. Look at it anew and try again.")])
    draft: GuidancePage = newest.as_object()
    before = draft.to_content().passages
    after = merged(pairs_with(imported, draft), choices)
    if after == before:
        raise NotReady([_("Nothing was chosen from the file. Choose a passage, or throw the file away.")])
    draft.write_passages(after)
    saved = save_draft(page=draft, by=by)
    imported.page, imported.into_existing, imported.state = page, True, ImportState.DRAFTED
    wipe(imported)
    record("handbook.file_merged", by=by, subject=imported, page=page.pk)
    return saved


def pairs_with(imported: ImportedFile, draft: GuidancePage) -> tuple[Pair, ...]:
    """The file's passages beside those of a draft, facts compared by their values."""
    value = values_in(draft.locale.language_code)
    theirs = tuple(Passage.from_data(each) for each in imported.passages)
    return matched(draft.to_content().passages, theirs, lambda passage: text_of(filled_passage(passage, value)))


@transaction.atomic
def undo_import(*, imported: ImportedFile, by: User) -> ImportedFile:
    """Take an import back: its draft goes unless it was sent to clearance. Raises PermissionDenied, NotReady."""
    if not by.can(Permission.WRITE_GUIDANCE):
        raise PermissionDenied
    imported = ImportedFile.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    page = imported.page
    if imported.into_existing:
        words = _("The file is part of a page that was there before. Undo the change on that page's passages.")
        raise NotReady([words])
    if page is not None:
        if page.versions.exists():
            raise NotReady(
                [_("The page has been sent to clearance, so it is part of the record. Withdraw it instead.")]
            )
        imported.page = None
        imported.save()
        page.delete(user=by)
    imported.state = ImportState.UNDONE
    wipe(imported)
    record("handbook.import_undone", by=by, subject=imported)
    return imported


def import_document(*, by: User, data: bytes, filename: str, section: SectionPage) -> ImportedFile:
    """Take, read and draft a file in one go, for the command line. Look at `.state` and `.reason` afterwards."""
    imported = take_file(by=by, data=data, filename=filename, section=section)
    imported.refresh_from_db()
    if imported.state == ImportState.WAITING:
        imported = read_file(imported=imported)
    if imported.state == ImportState.READ:
        make_draft(imported=imported, by=by)
        imported.refresh_from_db()
    return imported


def _draft_page(imported: ImportedFile, passages: tuple[Passage, ...], by: User) -> GuidancePage:
    section = imported.section
    assert section is not None  # noqa: S101 - the caller has checked
    title = imported.title or imported.filename
    return GuidancePage(
        title=title,
        draft_title=title,
        slug=_free_slug(title, section),
        body=stream_data(passages),
        phrase_sources=phrase_sources(passages),
        keeper=by,
        live=False,
        has_unpublished_changes=True,
        locale=section.locale,
    )


def _free_slug(title: str, section: SectionPage) -> str:
    wanted = address_of(title)
    taken = set(section.get_children().values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def refuse(*, imported: ImportedFile, reason: str) -> ImportedFile:
    """Refuse a file that waits to be read: the reason is kept, everything else of it wiped.

    One that was read in the meantime stays as it is: its bytes are gone, so a second reading finds nothing in it.
    """
    with transaction.atomic():
        imported = ImportedFile.objects.select_for_update().get(pk=imported.pk)
        if imported.state != ImportState.WAITING:
            return imported
        imported.state = ImportState.REFUSED
        imported.reason = reason
        wipe(imported)
        record("handbook.file_refused", by=imported.by, subject=imported, reason=reason)
    return imported


def wipe(imported: ImportedFile) -> None:
    """Leave the record of the import, not what it brought: the draft holds that, or nobody wants it."""
    imported.data = b""
    if imported.state in {ImportState.REFUSED, ImportState.UNDONE}:
        imported.passages, imported.leftovers, imported.source_html = [], [], ""
    imported.save()
