"""Addresses of clearance and import; writing itself happens at the writing desk."""

from django.urls import path

from metoodik.handbook import views

app_name = "handbook"
urlpatterns = [
    path("kooskolastus/", views.clearance, name="clearance"),
    path("kooskolastus/<int:pk>/", views.version, name="version"),
    path("kooskolastus/<int:pk>/arvamus/", views.review, name="review"),
    path("kooskolastus/<int:pk>/kinnita/", views.approve, name="approve"),
    path("kooskolastus/<int:pk>/tagasta/", views.send_back, name="return"),
    path("kooskolastus/<int:pk>/vota-tagasi/", views.take_back, name="take-back"),
    path("kooskolastus/saada/<int:page_pk>/", views.submit, name="submit"),
    path("kooskolastus/kehtetuks/<int:page_pk>/", views.withdraw, name="withdraw"),
    path("kirjutuslaud/<int:page_pk>/loigud/", views.passages, name="passages"),
    path("kirjutuslaud/<int:page_pk>/loigud/poolita/", views.split_passage, name="split-passage"),
    path("kirjutuslaud/<int:page_pk>/loigud/liida/", views.join_passage, name="join-passage"),
    path("kirjutuslaud/<int:page_pk>/loigud/kinnita-utlus/", views.confirm_phrase, name="confirm-phrase"),
    path("import/", views.imports, name="imports"),
    path("import/<int:pk>/", views.imported, name="import"),
    path("import/<int:pk>/edenemine/", views.import_progress, name="import-progress"),
    path("import/<int:pk>/mustand/", views.draft_import, name="import-draft"),
    path("import/<int:pk>/vota-tagasi/", views.undo_import, name="import-undo"),
]
