"""Filters, and what a browser sends of their form."""

from django.http import QueryDict
from django.test import Client

from customers.forms.filter import FilterForm
from customers.rules.segment_language import Group
from customers.segments import parse

BRNO = parse({"all": [{"field": "city", "operator": "is", "value": "Brno"}]})
NESTED = parse(
    {
        "any": [
            {"field": "purchases", "operator": "between", "value": [1, 3]},
            {
                "none": [
                    {"field": "tags", "operator": "any_of", "value": ["vip", "b"]},
                    {"all": [{"field": "joined_on", "operator": "on", "value": "2026-01-01"}]},
                ]
            },
            {"field": "has_email", "operator": "is", "value": False},
            {"field": "birthday", "operator": "this_month"},
        ]
    }
)


def fields(form: FilterForm) -> dict[str, list[str]]:
    """What a browser would send of the form."""
    sent: dict[str, list[str]] = {}

    def walk(node: object) -> None:
        if node.join:
            sent[f"j{node.path}"] = [node.join]
            for part in node.parts:
                walk(part)
            return
        sent[f"f{node.path}"] = [node.key]
        sent[f"o{node.path}"] = [node.operator]
        sent[f"v{node.path}"] = list(node.values)
        if node.second:
            sent[f"w{node.path}"] = [node.second]

    walk(form.root)
    return sent


def as_post(sent: dict[str, list[str]], **more: str) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, values in sent.items():
        data.setlist(key, values)
    data.update(more)
    return data


def post(client: Client, address: str, tree: Group, htmx: bool = False, **more: str):
    sent = fields(FilterForm.of(tree)) | {key: [value] for key, value in more.items()}
    return client.post(address, sent, headers={"HX-Request": "true"} if htmx else {})
