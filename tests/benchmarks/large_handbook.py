"""A handbook of thousands of pages in a database of its own, for measuring what editors and deciders open.

Sample texts over and over under other titles; most pages are in force, a tenth is in clearance, all kept by one person.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched, cycle
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Locale, Revision

from metoodik.handbook.blocks import stream_data
from metoodik.handbook.content import Passage, fingerprint
from metoodik.handbook.desk_setup import handbook
from metoodik.handbook.models import GuidancePage, ReviewRequest, SectionPage, Version
from metoodik.handbook.models.reviews import Part
from metoodik.handbook.models.versions import State, Target
from metoodik.handbook.sample import load
from metoodik.people.models import User

SECTIONS = 20
IN_CLEARANCE_EACH = 10
AT_ONCE = 200


def fill(count: int, *, author: User, approver: User) -> None:
    """Make `count` Estonian pages with a version each, in `SECTIONS` sections of one size."""
    sections = [_section(number, author, approver) for number in range(SECTIONS)]
    texts = cycle(page for page in load().pages if page.locale == "et")
    pages = [_page(number, sections[number % SECTIONS], next(texts), author) for number in range(count)]
    for some in batched(pages, AT_ONCE, strict=False):
        revisions = Revision.objects.bulk_create([_revision(page, author) for page in some])
        for page, revision in zip(some, revisions, strict=True):
            page.latest_revision = revision
        GuidancePage.objects.bulk_update(some, ["latest_revision"])
        versions = [_version(page, revision, author, approver) for page, revision in zip(some, revisions, strict=True)]
        Version.objects.bulk_create(versions)
        through = Version.authors.through
        through.objects.bulk_create([through(version=each, user=author) for each in versions])
        waiting = [each for each in versions if each.state == State.CLEARANCE]
        ReviewRequest.objects.bulk_create([_request(each, author, approver) for each in waiting])


def _section(number: int, author: User, approver: User) -> SectionPage:
    section = SectionPage(
        title=f"Osa {number + 1}",
        draft_title=f"Osa {number + 1}",
        slug=f"osa-{number + 1}",
        summary="Mõõtmiseks tehtud osa.",
        live=False,
        locale=Locale.objects.get(language_code="et"),
    )
    handbook("et").add_child(instance=section)
    revision = _revision(section, author)
    revision.save()
    section.latest_revision = revision
    section.save()
    written = section.to_content().to_data()
    Version.objects.create(
        target=Target.SECTION,
        content=written,
        content_hash=fingerprint(written),
        **_decided(section, revision, author, approver),
    )
    return section


def _page(number: int, section: SectionPage, text: Any, author: User) -> GuidancePage:
    title = f"{text.title} {number + 1}"
    page = GuidancePage(
        title=title,
        draft_title=title,
        slug=f"{text.slug}-{number + 1}",
        summary=text.summary,
        kind=text.kind.value,
        risk=text.risk.value,
        audiences=[each.value for each in text.audiences],
        sources_none=True,
        legal_basis_none=True,
        body=stream_data(tuple(_anew(text.passages))),
        keeper=author,
        live=False,
        locale=section.locale,
    )
    section.add_child(instance=page)
    return page


def _anew(passages: tuple[Passage, ...]) -> Iterator[Passage]:
    """The passages under new keys, blocks too."""
    for passage in passages:
        data = passage.to_data() | {"key": str(uuid.uuid4())}
        data["blocks"] = [block | {"key": str(uuid.uuid4())} for block in data["blocks"]]
        yield Passage.from_data(data)


def _revision(page: GuidancePage | SectionPage, author: User) -> Revision:
    kind = ContentType.objects.get_for_model(type(page))
    base = ContentType.objects.get(app_label="wagtailcore", model="page")
    return Revision(
        content_type=kind,
        base_content_type=base,
        object_id=str(page.pk),
        user=author,
        content=page.serializable_data(),
        object_str=page.title,
        created_at=timezone.now(),
    )


def _version(page: GuidancePage, revision: Revision, author: User, approver: User) -> Version:
    written = page.to_content().to_data()
    waits = page.pk % IN_CLEARANCE_EACH == 0
    fields = _decided(page, revision, author, approver)
    if waits:
        fields |= {"state": State.CLEARANCE, "approved_by": None, "decided_at": None}
    return Version(target=Target.PAGE, risk=page.risk, content=written, content_hash=fingerprint(written), **fields)


def _request(version: Version, author: User, approver: User) -> ReviewRequest:
    return ReviewRequest(version=version, person=approver, part=Part.APPROVE, asked_by=author, due=timezone.localdate())


def _decided(page: GuidancePage | SectionPage, revision: Revision, author: User, approver: User) -> dict[str, Any]:
    sent = timezone.now() - timedelta(days=30)
    return {
        "page_id": page.pk,
        "revision": revision,
        "number": 1,
        "key": page.translation_key,
        "locale": page.locale.language_code,
        "title": page.title,
        "change_kind": "material",
        "change_sentence": "Mõõtmiseks.",
        "keeper": author,
        "submitted_by": author,
        "submitted_at": sent,
        "state": State.APPROVED,
        "approved_by": approver,
        "decided_at": sent,
    }
