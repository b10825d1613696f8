"""What a form sent."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, though it be nothing; None where a form is only looked at.

    A form is bound to this and not to `request.POST or None`: an empty body is an answer too,
    one in which everything is missing.
    """
    return request.POST if request.method == "POST" else None
