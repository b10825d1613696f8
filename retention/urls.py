"""Addresses of the retention app."""

from django.urls import path

from retention.views import csv, lists, report

app_name = "retention"
urlpatterns = [
    path("retention/", report.report, name="report"),
    path("retention/definitions/", report.definitions, name="definitions"),
    path("retention/freshness/", report.freshness, name="freshness"),
    path("retention/lists/<slug:name>/", lists.people_list, name="list"),
    path("retention/csv/<slug:kind>/", csv.csv, name="csv"),
]
