"""The pre-flight check of a version, with the words for what was found."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.services.shop import get_shop
from messaging.deliverability import domain_findings
from messaging.models import MessageClass, Sender, TemplateVersion
from messaging.rules.preflight import Finding, Mail, State, findings

WORDS: dict[str, str | Promise] = {
    "subject_length": gettext_lazy(
        "Subject: %(number)s characters beside fields (up to %(limit)s are shown everywhere)"
    ),
    "preheader": gettext_lazy("A preview line stands beside the subject in the inbox"),
    "preheader_missing": gettext_lazy("Add a preview line; it stands beside the subject"),
    "leaving_html": gettext_lazy("The mail holds the link to unsubscribe"),
    "leaving_html_missing": gettext_lazy("The link to unsubscribe is missing in the mail"),
    "leaving_html_maybe": gettext_lazy(
        "The link to unsubscribe stands under a condition, so some would get no way out"
    ),
    "leaving_text": gettext_lazy("The text part holds the link to unsubscribe"),
    "leaving_text_missing": gettext_lazy("The link to unsubscribe is missing in the text part"),
    "leaving_text_maybe": gettext_lazy(
        "In the text part the link to unsubscribe stands under a condition"
    ),
    "links": gettext_lazy("Links: %(number)s"),
    "example_link": gettext_lazy("An example link was left in: %(link)s"),
    "plain_http": gettext_lazy("This link is not protected (https): %(link)s"),
    "picture_words": gettext_lazy("Pictures without a description: %(number)s"),
    "size": gettext_lazy("Size: %(size)s kB (above 100 kB mail programs cut it off)"),
    "text_part": gettext_lazy("There is a text part for those who read without pictures"),
    "text_part_missing": gettext_lazy("The text part says nothing"),
    "shop_name": gettext_lazy("The shop has a name, so that people know who writes"),
    "shop_name_missing": gettext_lazy("Give the shop a name in the settings"),
    "sender_missing": gettext_lazy("There is no sender that mails come from"),
    "spf": gettext_lazy("SPF: %(domain)s says which servers send for it"),
    "spf_missing": gettext_lazy("SPF: %(domain)s does not say which servers send for it"),
    "spf_twice": gettext_lazy("SPF: %(domain)s has two records, so neither counts"),
    "spf_open": gettext_lazy("SPF: %(domain)s lets every server send for it"),
    "spf_unknown": gettext_lazy("SPF: could not check %(domain)s"),
    "dkim": gettext_lazy("DKIM: %(domain)s has a key (%(selector)s)"),
    "dkim_missing": gettext_lazy("DKIM: %(domain)s has no valid key under %(selector)s"),
    "dkim_revoked": gettext_lazy("DKIM: the key of %(domain)s under %(selector)s is revoked"),
    "dkim_unknown": gettext_lazy("DKIM: could not check %(domain)s"),
    "dkim_unseen": gettext_lazy(
        "DKIM: could not check %(domain)s. No key stands under the usual selectors (%(tried)s); "
        "give the selector of your key in the sender's settings"
    ),
    "dmarc": gettext_lazy("DMARC: %(domain)s protects itself against forged mails"),
    "dmarc_none": gettext_lazy("DMARC: %(domain)s only watches forged mails (p=none)"),
    "dmarc_missing": gettext_lazy("DMARC: %(domain)s has no valid record"),
    "dmarc_unknown": gettext_lazy("DMARC: could not check %(domain)s"),
    "aligned": gettext_lazy("Bounces go to the same domain that mails come from"),
    "not_aligned": gettext_lazy("Mails come from %(domain)s, but bounces go to %(other)s"),
}
ICONS = {
    State.OK: ("check-circle", gettext_lazy("Good")),
    State.ADVICE: ("info-circle", gettext_lazy("Advice")),
    State.WRONG: ("x-circle", gettext_lazy("Wrong")),
    State.UNKNOWN: ("question-circle", gettext_lazy("Could not check")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One check as people read it."""

    state: str
    icon: str
    state_words: str
    text: str


def mail_of(version: TemplateVersion) -> Mail:
    """What the rules look at; service mails need no link to leave, unless their topic is one that
    people may leave."""
    return Mail(
        subject=version.subject,
        preheader=version.preheader,
        html=version.html,
        text=version.text,
        needs_leaving=version.template.kind != MessageClass.SERVICE or bool(version.template.topic),
    )


def content_lines(version: TemplateVersion) -> list[Line]:
    """The checks of a version's content and of the shop's name."""
    named = Finding("shop_name", State.OK if get_shop().name.strip() else State.ADVICE)
    return [say(one) for one in [*findings(mail_of(version)), named]]


def sender_lines() -> list[Line]:
    """The checks of the default sender's domain; looks things up, which takes a while."""
    return lines_of(Sender.objects.filter(is_default=True).first())


def lines_of(sender: Sender | None) -> list[Line]:
    """The checks of a sender's domain; looks things up, which takes a while."""
    if sender is None or "@" not in sender.from_address:
        return [say(Finding("sender_missing", State.WRONG))]
    domain = sender.from_address.rpartition("@")[2].lower()
    return [say(one) for one in _looked_up(domain, sender)]


def _looked_up(domain: str, sender: Sender) -> list[Finding]:
    return domain_findings(domain, sender.return_domain, sender.dkim_selector)


def say(finding: Finding) -> Line:
    """One finding in words."""
    icon, state_words = ICONS[finding.state]
    missing = f"{finding.code}_missing" if finding.state is not State.OK else ""
    words = str(WORDS[missing if missing in WORDS else finding.code])
    return Line(finding.state, icon, str(state_words), words % finding.values)
