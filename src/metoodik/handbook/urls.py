"""Addresses of clearance and import; writing itself happens at the writing desk."""

from django.urls import path

from metoodik.handbook.views import clearance, desk, imports, passages

app_name = "handbook"
urlpatterns = [
    path("toimetus/", desk.editing, name="editing"),
    path("kooskolastus/", clearance.clearance, name="clearance"),
    path("kooskolastus/<int:pk>/", clearance.version, name="version"),
    path("kooskolastus/<int:pk>/arvamus/", clearance.review, name="review"),
    path("kooskolastus/<int:pk>/kinnita/", clearance.approve, name="approve"),
    path("kooskolastus/<int:pk>/tagasta/", clearance.send_back, name="return"),
    path("kooskolastus/<int:pk>/vota-tagasi/", clearance.take_back, name="take-back"),
    path("kooskolastus/saada/<int:page_pk>/", clearance.submit, name="submit"),
    path("kooskolastus/kehtetuks/<int:page_pk>/", clearance.withdraw, name="withdraw"),
    path("kirjutuslaud/<int:page_pk>/loigud/", passages.passages, name="passages"),
    path("kirjutuslaud/<int:page_pk>/loigud/poolita/", passages.split_passage, name="split-passage"),
    path("kirjutuslaud/<int:page_pk>/loigud/liida/", passages.join_passage, name="join-passage"),
    path("kirjutuslaud/<int:page_pk>/loigud/kinnita-utlus/", passages.confirm_phrase, name="confirm-phrase"),
    path("kirjutuslaud/<int:page_pk>/loigud/tosta/", passages.move_passage, name="move-passage"),
    path("kirjutuslaud/<int:page_pk>/loigud/vota-tagasi/", passages.undo_draft, name="undo-draft"),
    path("import/", imports.imports, name="imports"),
    path("import/<int:pk>/", imports.imported, name="import"),
    path("import/<int:pk>/edenemine/", imports.import_progress, name="import-progress"),
    path("import/<int:pk>/mustand/", imports.draft_import, name="import-draft"),
    path("import/<int:pk>/vota-tagasi/", imports.undo_import, name="import-undo"),
]
