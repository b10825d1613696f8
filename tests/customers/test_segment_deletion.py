"""Deleting a saved segment: at once, and taken back from the toast for ten minutes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from customers.models import Segment
from customers.segments import parse
from customers.services.segments import delete_segment, restore_segment, save_segment
from tests.customers.services.snapshots import nothing_changes

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
BRNO = parse({"all": [{"field": "city", "operator": "is", "value": "Brno"}]})


def saved(name: str) -> Segment:
    return save_segment(actor=None, segment=None, name=name, tree=BRNO)


def test_a_deleted_segment_is_gone_from_every_page_and_taken_back_by_its_toast(
    sign_in: SignIn,
) -> None:
    client, kept = sign_in("marketer"), saved("A")
    pages = ("/customers/", "/customers/segments/", f"/customers/segments/{kept.pk}/")
    for page in pages[1:]:
        assert f"/customers/segments/{kept.pk}/deletion/" in client.get(page).content.decode()

    answer = client.post(f"/customers/segments/{kept.pk}/deletion/", follow=True)

    undo, listed = f"/customers/segments/{kept.pk}/restoration/", f"/customers/?segment={kept.pk}"
    assert f'action="{undo}"' in answer.content.decode()
    assert "Segment “A” is deleted." in answer.content.decode()
    assert listed not in client.get(pages[0]).content.decode()
    assert listed not in client.get(pages[1]).content.decode()
    assert client.get(pages[2]).status_code == client.get(listed).status_code == 404
    assert client.post(f"/customers/segments/{kept.pk}/deletion/").status_code == 404

    answer = client.post(undo, follow=True)

    assert answer.redirect_chain == [("/customers/segments/", 302)]
    assert "Segment “A” is there again." in answer.content.decode()
    assert client.get(listed).status_code == 200
    kept.refresh_from_db()
    assert (kept.deleted_at, parse(kept.definition)) == (None, BRNO)


def test_a_deletion_is_taken_back_for_ten_minutes_and_then_cleared_away(sign_in: SignIn) -> None:
    client, now = sign_in("marketer"), clock.now()
    old, new = saved("A"), saved("B")
    Segment.objects.filter(pk=old.pk).update(deleted_at=now - timedelta(minutes=10, seconds=30))

    answer = client.post(f"/customers/segments/{old.pk}/restoration/", follow=True)
    assert "within ten minutes only" in answer.content.decode()
    client.post(f"/customers/segments/{new.pk}/deletion/")

    assert Segment.with_deleted.get() == new
    assert client.post(f"/customers/segments/{old.pk}/restoration/").status_code == 404
    Segment.with_deleted.update(deleted_at=now - timedelta(minutes=9))
    client.post(f"/customers/segments/{new.pk}/restoration/")
    assert Segment.objects.get() == new


def test_the_name_of_a_deleted_segment_is_free_and_stands_in_the_way_of_its_return(
    sign_in: SignIn,
) -> None:
    client, first = sign_in("marketer"), saved("A")
    delete_segment(actor=None, segment=first)
    second = saved("a")

    answer = client.post(f"/customers/segments/{first.pk}/restoration/", follow=True)

    assert "Another segment has this name." in answer.content.decode()
    assert list(Segment.objects.all()) == [second]


@pytest.mark.parametrize("act", ["deletion", "restoration"])
def test_support_neither_deletes_nor_restores(act: str, sign_in: SignIn) -> None:
    segment = saved("A")

    assert sign_in("support").post(f"/customers/segments/{segment.pk}/{act}/").status_code == 403
    assert Segment.objects.get() == segment


def test_doing_it_again_changes_nothing() -> None:
    segment = saved("A")

    delete_segment(actor=None, segment=segment)
    with nothing_changes():
        delete_segment(actor=None, segment=segment)
    restore_segment(actor=None, segment=segment)
    with nothing_changes():
        restore_segment(actor=None, segment=segment)
