"""The desk, the language switch, the style sheet, and the gallery of components."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from metoodik.web import assets, desk

YEAR = 365 * 24 * 3600


@require_safe
def desk_page(request: HttpRequest) -> HttpResponse:
    """The home page: search in focus, then what waits for this person today."""
    if getattr(request, "nav_keys", None) is None and not request.user.is_authenticated:
        return redirect_to_login(request.path)
    return render(request, "web/desk.html", {"desk": desk.desk(request), "today": timezone.localdate()})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language a person chose, and go back to where they were."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """The joined style sheet, kept for a year by its name; an older name gets today's style, kept for no time."""
    sheet = assets.stylesheet()
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(sheet.packed if packed else sheet.text, content_type="text/css; charset=utf-8")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    fresh = digest == sheet.digest
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if fresh else "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    return response


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Browsers that ask for the old address get the mark."""
    return redirect(static("web/mark.svg"), permanent=True)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the service rests for a moment; what to do until then."""
    response = render(request, "503.html", status=503)
    response.headers["Retry-After"] = "60"
    return response


@require_safe
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Every component with real samples. Not there in production."""
    from metoodik.web.gallery import sections

    _refuse_in_production()
    return render(request, "web/gallery/index.html", {"sections": sections(request)})


def gallery_page(request: HttpRequest, name: str) -> HttpResponseBase:
    """A whole page as an example: `leht` (an article) or `vorm` (a form)."""
    from metoodik.web.gallery import example

    _refuse_in_production()
    return example(request, name)


def _refuse_in_production() -> None:
    if getattr(settings, "PRODUCTION", False) and not settings.DEBUG:
        raise Http404
