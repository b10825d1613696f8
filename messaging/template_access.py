"""The only way from an address to a template or a version; what is not there is a 404."""

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.requests import StaffRequest
from customers.models import Customer
from customers.search import UnreadableQuestion, ask
from customers.search_customers import find_customer_ids
from messaging.models import Template, TemplateVersion


def all_templates(request: StaffRequest) -> QuerySet[Template]:
    """Every template with its versions, newest first; staff of all roles may read them."""
    light = TemplateVersion.objects.defer("mjml", "html", "text").order_by("-number")
    return Template.objects.prefetch_related(Prefetch("versions", light))


def get_template(request: StaffRequest, pk: int) -> Template:
    """A template."""
    template = Template.objects.filter(pk=pk).first()
    if template is None:
        raise Http404
    return template


def get_version(request: StaffRequest, pk: int) -> TemplateVersion:
    """A version with its template."""
    found = TemplateVersion.objects.select_related("template", "created_by")
    version = found.filter(pk=pk).first()
    if version is None:
        raise Http404
    return version


def known_language(code: str) -> str:
    """The language, if it is one of the product's."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    return code


def newest_version(template: Template, language: str) -> TemplateVersion | None:
    """What the editor shows: the newest version, draft or not."""
    versions = TemplateVersion.objects.filter(template=template, language=language)
    return versions.select_related("template", "created_by").order_by("-number").first()


def find_customer(request: StaffRequest, text: str) -> Customer | None:
    """The customer whom a name, address or number names best; None where nobody fits."""
    try:
        question = ask(text, user=request.user, limit=1)
    except UnreadableQuestion:
        return None
    found = find_customer_ids(question)[:1] if question else []
    return Customer.objects.visible_to(request.user).filter(pk__in=found).first()
