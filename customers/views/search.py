"""The search box: a grouped list under it as one types, a page on Enter."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts import policy
from accounts.requests import StaffRequest
from core.views.errors import bad_request
from customers.rules.identity_keys import email_key
from customers.search import Answer, Question, UnreadableQuestion, ask
from customers.search import search as answer_to

UNDER_THE_BOX = 8
ON_THE_PAGE = 50
LONGEST = 200


def search(request: StaffRequest) -> HttpResponse:
    """What fits `q`: a piece for the box, a page otherwise."""
    typed = request.GET.get("q", "")
    limit = UNDER_THE_BOX if request.htmx else ON_THE_PAGE
    try:
        question = ask(typed, user=request.user, limit=limit)
    except UnreadableQuestion:
        return bad_request(request)
    answer = answer_to(question) if question else Answer()
    answer.shortened = len(typed) > LONGEST
    context = {
        "question": question,
        "answer": answer,
        "limit": limit,
        "new_address": _new_address(request, question),
    }
    template = "customers/_search_results.html" if request.htmx else "customers/search.html"
    return render(request, template, context)


def _new_address(request: StaffRequest, question: Question | None) -> str:
    """Where to make the customer that nobody found; "" for those who may not."""
    if question is None or not policy.may(request.user.role, "customers:new", "POST"):
        return ""
    if email_key(question.text):
        known = {"email": question.text}
    elif question.digits:
        known = {"phone": question.text}
    else:
        known = {"name": question.text}
    return f"{reverse('customers:new')}?{urlencode(known)}"
