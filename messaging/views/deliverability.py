"""Whether mails arrive: by sender, by mailbox provider and by day, with what to do."""

from django.http import HttpResponseBase
from django.shortcuts import render

from accounts.requests import StaffRequest
from core import clock
from core.downloads import csv_response
from messaging.delivery_page import COLUMNS, csv_rows, delivery_page


def deliverability(request: StaffRequest) -> HttpResponseBase:
    """The last 28 days."""
    page = delivery_page(clock.now(), request.shop.zone)
    return render(request, "messaging/deliverability.html", {"page": page, "columns": COLUMNS})


def deliverability_csv(request: StaffRequest) -> HttpResponseBase:
    """The same numbers as a file."""
    rows = csv_rows(clock.now(), request.shop.zone)
    return csv_response("deliverability.csv", ["kind", "name", *COLUMNS], rows)
