"""Lists, segments and search."""

from django.urls import path

from customers.views import list as customers
from customers.views import search, segment

urlpatterns = [
    path("customers/", customers.customer_list, name="list"),
    path("customers/filter/", customers.filter_edit, name="filter"),
    path("customers/count/", customers.count, name="count"),
    path("customers/export/", customers.export, name="export"),
    path("customers/segments/", segment.segments, name="segments"),
    path("customers/segments/new/", segment.segment_new, name="segment_new"),
    path("customers/segments/<int:pk>/", segment.segment_edit, name="segment_edit"),
    path("customers/segments/<int:pk>/deletion/", segment.segment_delete, name="segment_delete"),
    path(
        "customers/segments/<int:pk>/restoration/", segment.segment_restore, name="segment_restore"
    ),
    path("search/", search.search, name="search"),
]
