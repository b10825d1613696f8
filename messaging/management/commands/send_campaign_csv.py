"""Plans a mailing to the customers of a CSV file, and releases it on request."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from core.errors import Refused
from customers.importing_cli import opener, refuse, refuse_file
from customers.rules.flaws import FileRefused
from messaging.models import MessageState, Send, SendState, Template
from messaging.services.audience_files import Audience, read_audience
from messaging.services.default_templates import add_default_templates
from messaging.services.planning import plan_messages
from messaging.services.sends import counts_of, create_send, release_send


class Command(BaseCommand):
    help = "Plan a mailing to the customers of a CSV file; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file with customer_id or email")
        parser.add_argument("--template", required=True, metavar="NAME", help="key or name")
        parser.add_argument("--go", action="store_true", help="release it, so that it goes out")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"]
        template = _template(options["template"])
        if template is None:
            # A database that nobody has set up yet begins with the templates of any other.
            add_default_templates()
            template = _template(options["template"])
        if template is None:
            refuse(self, f"There is no template {options['template']!r}.", as_json=as_json)
            return
        try:
            audience = read_audience(opener(options["file"]))
            send = _planned(template, audience, options["file"].name)
            if options["go"] and send.state == SendState.PLANNED:
                release_send(actor=None, send=send, now=clock.now())
        except (FileRefused, OSError) as error:
            refuse_file(self, error, as_json=as_json)
        except Refused as error:
            refuse(self, error.message, as_json=as_json)
        else:
            self._print(_report(send, audience), as_json=as_json)

    def _print(self, report: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report))
            return
        self.stdout.write(f"planned {report['planned']}")
        for reason, number in report["suppressed"].items():
            self.stdout.write(f"  {reason}: {number}")


def _template(name: str) -> Template | None:
    kept = Template.objects.kept()
    found: Template | None = kept.filter(key=name).first()
    return found or kept.filter(name=name).order_by("pk").first()


def _planned(template: Template, audience: Audience, filename: str) -> Send:
    """The send of this file and template: made, or found again, so that nobody gets it twice."""
    now = clock.now()
    send = create_send(
        actor=None,
        key=f"csv:{template.pk}:{audience.fingerprint}",
        name=filename[:120],
        template=template,
        due_at=now,
        now=now,
    )
    plan_messages(actor=None, send=send, customer_ids=audience.customer_ids, now=now)
    send.refresh_from_db()
    return send


def _report(send: Send, audience: Audience) -> dict[str, Any]:
    suppressed = Counter(audience.left_out)
    planned = 0
    for (state, reason), number in counts_of(send).items():
        if state == MessageState.SUPPRESSED:
            suppressed[reason] += number
        else:
            planned += number
    return {"planned": planned, "suppressed": dict(sorted(suppressed.items())), "send": send.pk}
