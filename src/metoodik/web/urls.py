"""Addresses of the design system itself."""

from django.urls import path

from metoodik.web import views

app_name = "web"
urlpatterns = [
    path("", views.desk_page, name="desk"),
    path("keel/", views.language, name="language"),
    path("stiil.<str:digest>.css", views.stylesheet, name="stylesheet"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("ui/", views.gallery, name="gallery"),
    path("ui/<slug:name>/", views.gallery_page, name="gallery-page"),
]
