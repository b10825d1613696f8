"""The customer source of the search: by contact, by name, forgiving a typo.

Best first: a contact that is exactly what was typed, whole words of a name, beginnings of
words, parts of contacts, words a typo away. Later steps run only while there is room.
"""

from collections.abc import Callable, Iterable, Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from customers import search_names as names
from customers.customer_list import best_contact
from customers.masking import sees_contacts, shown_identity, shown_name
from customers.models import Customer, Identity, IdentityKind
from customers.rules.identity_keys import email_key
from customers.rules.search_words import one_slip_apart, words_of
from customers.search import Hit, Question, mark, mark_digits, mark_part

FEWEST_DIGITS = 4
FEWEST_LETTERS = 3
WHOLE_NUMBER = 9
# With this many answers nobody needs words a typo away.
ENOUGH = 3


def find_customers(question: Question) -> list[Hit]:
    """Customers who fit, best first, one more than the limit where there are more."""
    return _hits(find_customer_ids(question), question)


def find_customer_ids(question: Question) -> list[int]:
    """The same customers by id. A whole address that somebody has is that person's alone, so
    nothing else is looked for."""
    found: dict[int, None] = {}
    room = question.limit + 1
    for step in _steps(question):
        found.update(dict.fromkeys(step(question, room)))
        if len(found) >= room or (found and email_key(question.text)):
            break
    if len(found) < min(ENOUGH, room):
        found.update(dict.fromkeys(_by_typo(question, room)))
    return list(found)[:room]


def _steps(question: Question) -> Iterator[Callable[[Question, int], Iterable[int]]]:
    yield _by_exact_contact
    if _is_phone(question):
        yield _by_last_digits
        yield _by_any_digits
    if "@" not in question.text:
        yield _by_whole_words
        yield _by_beginnings
    yield _by_part_of_contact


def _is_phone(question: Question) -> bool:
    return len(question.digits) >= FEWEST_DIGITS and (
        sees_contacts(question.user) or len(question.digits) >= WHOLE_NUMBER
    )


def _owners(condition: Q, room: int) -> list[int]:
    """Whose contacts these are, oldest file first; some rows more, since one customer may have
    several."""
    rows = Identity.objects.filter(condition).values_list("customer_id", flat=True)
    return sorted(set(rows[: room * 3]))


def _by_exact_contact(question: Question, room: int) -> list[int]:
    text = question.text
    condition = Q(kind=IdentityKind.EMAIL, key=text.lower())
    condition |= Q(kind=IdentityKind.EXTERNAL, key__in={text, text.lower(), text.upper()})
    if question.digits:
        written = {question.digits, f"+{question.digits}"}
        condition |= Q(kind=IdentityKind.PHONE, key__in=written)
    return _owners(condition, room)


def _by_last_digits(question: Question, room: int) -> list[int]:
    return _owners(Q(kind=IdentityKind.PHONE, key__endswith=question.digits), room)


def _by_any_digits(question: Question, room: int) -> list[int]:
    """Inside a number too; not for those who may not read numbers and could guess them so."""
    if not sees_contacts(question.user):
        return []
    return _owners(Q(kind=IdentityKind.PHONE, key__contains=question.digits), room)


def _named(ways: names.Ways, room: int) -> list[int]:
    """In the order of names, so that the same question has the same answer."""
    ids = names.customers_named(ways, room * 3)
    rows = Customer.objects.filter(pk__in=ids).order_by("name_key", "pk")
    return list(rows.values_list("pk", flat=True))


def _by_whole_words(question: Question, room: int) -> list[int]:
    return _named(names.whole_words(question.words), room)


def _by_beginnings(question: Question, room: int) -> list[int]:
    return _named(names.beginnings(question.words), room)


def _by_part_of_contact(question: Question, room: int) -> list[int]:
    """Addresses and customer numbers that contain the text; not for those who may not read
    them and could guess them letter by letter."""
    text = question.text
    if len(text) < FEWEST_LETTERS or " " in text or not sees_contacts(question.user):
        return []
    begins, inside = Q(), Q()
    for spelling in {text, text.lower(), text.upper()}:
        begins |= Q(key__startswith=spelling)
        inside |= Q(key__contains=spelling)
    written = ~Q(kind=IdentityKind.PHONE)
    found = _owners(written & begins, room)
    return found if len(found) >= room else found + _owners(written & inside, room)


def _by_typo(question: Question, room: int) -> list[int]:
    if "@" in question.text:
        return []
    ways = names.forgiving(question.words)
    return _named(ways, room) if ways else []


def _hits(ids: list[int], question: Question) -> list[Hit]:
    rows = Customer.objects.visible_to(question.user).prefetch_related("identities").in_bulk(ids)
    return [_hit(rows[pk], question) for pk in ids if pk in rows]


def _hit(customer: Customer, question: Question) -> Hit:
    contacts = customer.identities.all()
    fitting = best_contact(one for one in contacts if _fits(one, question))
    shown = fitting or best_contact(contacts)
    title = shown_name(question.user, customer, shown or "")
    detail = _contact(shown, question) if shown else SafeString()
    if customer.city:
        detail = (
            format_html("{} · {}", detail, customer.city) if detail else mark(customer.city, [])
        )
    address = reverse("customers:customer", args=[customer.pk])
    return Hit(mark(title, _marked_words(title, question)), detail, address)


def _marked_words(title: str, question: Question) -> list[str]:
    """The question's words, or the words of the name that are a typo from them."""
    written = words_of(title)
    wanted = []
    for word in question.words:
        if any(other.startswith(word) for other in written):
            wanted.append(word)
        else:
            wanted += [other for other in written if one_slip_apart(word, other)]
    return wanted


def _fits(identity: Identity, question: Question) -> bool:
    if identity.kind == IdentityKind.PHONE:
        return len(question.digits) >= FEWEST_DIGITS and question.digits in identity.key
    return question.text.lower() in identity.key.lower()


def _contact(identity: Identity, question: Question) -> SafeString:
    shown = shown_identity(question.user, identity)
    if not sees_contacts(question.user) or not _fits(identity, question):
        return mark(shown, [])
    if identity.kind == IdentityKind.PHONE:
        return mark_digits(shown, question.digits)
    return mark_part(shown, question.text)
