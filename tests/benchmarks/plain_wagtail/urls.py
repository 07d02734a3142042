"""Pages of guidance at Wagtail's own addresses; the rest so that the shell's links resolve."""

from django.urls import include, path
from tests.benchmarks.plain_wagtail.serving import let_wagtail_serve
from wagtail import urls as wagtail_urls

from metoodik.config import urls

let_wagtail_serve()
urlpatterns = [path("plain/", include(wagtail_urls)), *urls.urlpatterns]
