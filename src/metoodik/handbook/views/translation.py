"""Translation side by side, as translators and language reviewers see it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from metoodik.handbook import content, translation
from metoodik.handbook.access import get_version_for
from metoodik.handbook.actions import phrases as phrase_actions
from metoodik.handbook.actions import translation as actions
from metoodik.handbook.actions.clearance import note_read
from metoodik.handbook.forms.translation import ExceptionForm, SectionForm, SendForm
from metoodik.handbook.language_rules import open_phrases, phrases_of
from metoodik.handbook.models import PhraseException, SectionPage, SegmentTranslation, Version
from metoodik.handbook.models.versions import Change
from metoodik.handbook.translations import (
    get_source_for,
)
from metoodik.handbook.validation import NotReady
from metoodik.handbook.views.translation_list import linguist
from metoodik.handbook.views.translation_rows import Typed, blocks_of, draft_of_page
from metoodik.people.access import get_user, require
from metoodik.people.models import User
from metoodik.people.permissions import Permission
from metoodik.trust.free_text import CONTACTS, refuse_personal_data
from metoodik.web.difference import change
from metoodik.web.templatetags.web import language_word

PHRASE, FIELD, BASE, SAME = "p", "s", "base", "same"


@require(None)
def translate(request: HttpRequest, key: UUID, locale: str) -> HttpResponse:
    """One page beside its translation; what is sent in is saved, all but what somebody else changed meanwhile."""
    user = linguist(request)
    source, in_force = _source(user, key, locale)
    if request.method != "POST":
        return _show(request, source, locale, in_force)
    typed = _named(request, FIELD) | _named(request, PHRASE)
    errors = _personal(typed)
    if errors or not in_force:
        status = 422 if in_force else 409
        return _show(request, source, locale, in_force, Typed(typed, errors=errors), status=status)
    try:
        saved = _save(request, user, source, locale)
    except NotReady as missing:
        messages.error(request, " ".join(str(each) for each in missing.findings))
        return _show(request, source, locale, in_force, Typed(typed), status=409)
    if saved.conflicts:
        return _show(request, source, locale, in_force, Typed(typed, saved.conflicts), status=409)
    messages.success(request, _("Saved.") if saved.changed else _("Nothing had changed."))
    return redirect(request.path)


@require(Permission.TRANSLATE_GUIDANCE)
def send(request: HttpRequest, key: UUID, locale: str) -> HttpResponse:
    """Send a translation to clearance."""
    user = get_user(request)
    source, in_force = _source(user, key, locale)
    note_read(version=source, by=user)
    page = actions.translation_page(str(key), locale)
    if page is None or not in_force:
        messages.info(request, _("There is nothing to send yet."))
        return redirect("handbook:translate", key, locale)
    first = Version.objects.newest_in_force(key, locale) is None
    initial = {
        "change_kind": Change.MATERIAL if first else Change.EDITORIAL,
        "change_sentence": _first_sentence(locale),
    }
    form = SendForm(request.POST or None, initial=initial)
    draft = draft_of_page(page)
    missing = actions.translation_findings(source, draft)
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.send_translation(page=page, source=source, by=user, **form.cleaned_data)
        except NotReady as not_ready:
            missing = not_ready.findings
        else:
            messages.success(request, _("“%(title)s” is in clearance.") % {"title": sent.title})
            return redirect(sent)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "missing": missing, "draft": draft, "source": source, "locale": locale}
    return render(request, "handbook/translation_send.html", context, status=status)


@require(Permission.TRANSLATE_GUIDANCE)
def section(request: HttpRequest, key: UUID, locale: str) -> HttpResponse:
    """The words of the section that a translated page stands in."""
    source, _in_force = _source(get_user(request), key, locale)
    found = SectionPage.objects.filter(
        translation_key=source.page_content.section, locale__language_code=locale
    ).first()
    if found is None:
        raise Http404
    draft = found.get_latest_revision_as_object()
    form = SectionForm(request.POST or None, initial={"title": draft.title, "summary": draft.summary})
    if request.method == "POST" and form.is_valid():
        actions.save_section_words(section=found, by=get_user(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("handbook:translate", key, locale)
    estonian = Version.objects.newest_in_force(source.page_content.section, "et")
    context = {"form": form, "source": source, "locale": locale, "section": estonian and estonian.section_content}
    return render(request, "handbook/translation_section.html", context, status=422 if form.is_bound else 200)


@require_GET
@require(None)
def past(request: HttpRequest, key: UUID, locale: str, segment: str) -> HttpResponse:
    """Everything that was ever done with one piece of a translation."""
    user = linguist(request)
    source, _in_force = _source(user, key, locale)
    note_read(version=source, by=user)
    deeds = SegmentTranslation.objects.of_segment(key, locale, segment).select_related("by", "approved_in")
    acts = list(deeds)
    if not acts:
        raise Http404
    events = [
        {
            "deed": each,
            "changes": [
                change(translation.to_marked(before.words) if before else "", translation.to_marked(each.words))
            ],
            "source": translation.to_marked(each.source_words),
        }
        for each, before in zip(acts, [*acts[1:], None], strict=True)
    ]
    context = {"events": events, "source": source, "locale": locale}
    return render(request, "handbook/translation_past.html", context)


@require(None)
def phrases(request: HttpRequest, pk: int) -> HttpResponse:
    """Words to say of a version, for a language reviewer to agree with."""
    user = get_user(request)
    version = get_version_for(user, pk)
    if request.method == "POST":
        count = phrase_actions.agree_with_phrases(version=version, by=user)
        messages.success(request, _("Agreed with %(count)d wordings.") % {"count": count})
        return redirect(version)
    note_read(version=version, by=user)
    return render(
        request,
        "handbook/translation_phrases.html",
        {
            "version": version,
            "open": list(open_phrases(version)),
            "excepted": _excepted(version),
            "may_agree": user.can(Permission.REVIEW_LANGUAGE) and not version.is_written_by(user.pk),
            "may_except": phrase_actions.may_except(version, user),
            "may_end": user.can(Permission.APPROVE_GUIDANCE),
        },
    )


def _excepted(version: Version) -> list[tuple[content.Passage, content.Phrase, PhraseException]]:
    """Phrases of the version that go without a language for now, with who answers for each."""
    places = {phrase.key: (passage, phrase) for passage, phrase in phrases_of(version.page_content)}
    standing = PhraseException.objects.standing(version.key, timezone.localdate()).select_related("by")
    return [(*places[each.block_key], each) for each in standing.order_by("until", "pk") if each.block_key in places]


@require_POST
@require(Permission.APPROVE_GUIDANCE)
def end_exception(request: HttpRequest, pk: int, exception_pk: int) -> HttpResponse:
    """Ask for a phrase again that went without a language."""
    version = get_version_for(get_user(request), pk)
    found = next((each for *_place, each in _excepted(version) if each.pk == exception_pk), None)
    if found is None:
        raise Http404
    phrase_actions.end_phrase_exception(exception=found, by=get_user(request))
    messages.success(request, _("The exception has ended. The phrase is asked for again."))
    return redirect("handbook:phrases", pk)


@require(Permission.APPROVE_GUIDANCE)
def except_phrase(request: HttpRequest, pk: int, block_key: str, locale: str) -> HttpResponse:
    """Let a phrase go without a language for a time."""
    user = get_user(request)
    version = get_version_for(user, pk)
    wanted = [each for each in open_phrases(version) if (each[1].key, each[2]) == (block_key, locale)]
    if not wanted:
        raise Http404
    form = ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phrase_actions.except_phrase(
                version=version, block_key=block_key, language=locale, by=user, **form.cleaned_data
            )
        except NotReady as missing:
            form.add_error(None, [str(each) for each in missing.findings])
        else:
            messages.success(request, _("The exception stands in your name."))
            return redirect(version)
    note_read(version=version, by=user)
    context = {"version": version, "form": form, "phrase": wanted[0][1], "passage": wanted[0][0], "locale": locale}
    return render(request, "handbook/translation_exception.html", context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, user: User, source: Version, locale: str) -> actions.Saved:
    post = request.POST
    same = set(post.getlist(SAME))
    page = actions.begin_translation(source=source, locale=locale, by=user)
    saved = actions.save_translation(
        page=page,
        source=source,
        by=user,
        words=_named(request, FIELD),
        bases=_named(request, BASE),
        same=same,
    )
    said = {(key, locale): text for key, text in _named(request, PHRASE).items()}
    told = phrase_actions.save_phrases(
        source=source,
        by=user,
        words=said,
        bases={(key, locale): base for key, base in _named(request, BASE).items()},
        same={(key, locale) for key in same},
    )
    conflicts = saved.conflicts | {each.removesuffix(f".{locale}") for each in told.conflicts}
    return actions.Saved(saved.changed + told.changed, frozenset(conflicts))


def _named(request: HttpRequest, kind: str) -> dict[str, str]:
    return {
        name.removeprefix(f"{kind}-"): str(text) for name, text in request.POST.items() if name.startswith(f"{kind}-")
    }


def _personal(typed: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, text in typed.items():
        try:
            refuse_personal_data(text, allowed=CONTACTS)
        except ValidationError as error:
            found[name] = " ".join(error.messages)
    return found


def _show(
    request: HttpRequest,
    source: Version,
    locale: str,
    in_force: bool,
    typed: Typed | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    user = get_user(request)
    note_read(version=source, by=user)
    page = actions.translation_page(str(source.key), locale)
    draft = draft_of_page(page) if page else None
    parts = actions.parts_of(source, draft)
    blocks = blocks_of(user, source, locale, parts, typed or Typed({}))
    rows = [row for block in blocks for row in (*block.rows, *block.phrases)]
    todo = sum(1 for row in rows if row.state in {"missing", "stale"} and not row.copied)
    version = Version.objects.in_clearance().filter(page_id=page.pk).first() if page else None
    context = {
        "source": source,
        "in_force": in_force,
        "locale": locale,
        "language": language_word(locale),
        "draft": draft,
        "blocks": blocks,
        "todo": todo,
        "version": version,
        "may_write": user.can(Permission.TRANSLATE_GUIDANCE) and in_force,
        "conflicts": len(typed.conflicts) if typed else 0,
        "errors": len(typed.errors or ()) if typed else 0,
        "restricted": source.page_content.access is content.Access.RESTRICTED,
    }
    return render(request, "handbook/translation.html", context, status=status)


def _source(user: User, key: UUID, locale: str) -> tuple[Version, bool]:
    if locale not in translation.LANGUAGES:
        raise Http404
    return get_source_for(user, key)


def _first_sentence(locale: str) -> str:
    return _("Translation into Russian.") if locale == "ru" else _("Translation into English.")
