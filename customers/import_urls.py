"""Imports, and purchases by hand."""

from django.urls import path

from customers.views import importing, purchase

urlpatterns = [
    path("import/", importing.imports, name="imports"),
    path("import/<int:pk>/", importing.import_run, name="import_run"),
    path("import/<int:pk>/progress/", importing.import_progress, name="import_progress"),
    path("import/<int:pk>/start/", importing.import_start, name="import_start"),
    path("import/<int:pk>/stop/", importing.import_stop, name="import_stop"),
    path("import/<int:pk>/continuation/", importing.import_continue, name="import_continue"),
    path("import/<int:pk>/removal/", importing.import_discard, name="import_discard"),
    path("import/<int:pk>/rejected.csv", importing.import_rejected, name="import_rejected"),
    path("purchases/new/", purchase.purchase_pick, name="purchase_pick"),
    path("purchases/guest/", purchase.purchase_guest, name="purchase_guest"),
    path("customers/<int:pk>/purchases/", purchase.purchase_new, name="purchase_new"),
    path("purchases/<int:pk>/refunds/", purchase.refund_new, name="refund_new"),
    path("purchases/<int:pk>/undo/", purchase.purchase_undo, name="purchase_undo"),
    path("refunds/<int:pk>/undo/", purchase.refund_undo, name="refund_undo"),
]
