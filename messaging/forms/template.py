"""Templates as people fill them in. What the source may hold is judged when it is compiled."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import LineField, check_storable
from customers.models import Topic
from messaging.models import MessageClass, TemplateVersion
from messaging.rules.compiling import MAX_SOURCE, Source
from messaging.rules.problems import TemplateWrong
from messaging.rules.words import parts_of, with_words
from messaging.template_words import say, topic_of_service

WORD = "word-"


@dataclass(frozen=True, slots=True)
class WordField:
    """The words of one text or button, as a field of the form."""

    name: str
    kind: str
    is_title: bool
    is_line: bool
    is_short: bool
    value: str


class TemplateForm(forms.Form):
    """A new template: what it is called and what it is for."""

    name = LineField(label=_("Name of the template"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind of mail"),
        choices=MessageClass.choices,
        initial=MessageClass.MARKETING,
        help_text=_(
            "Marketing and survey mails go only to those who agreed to them, and hold a link to "
            "unsubscribe."
        ),
    )

    topic = forms.ChoiceField(
        label=_("Topic"),
        required=False,
        help_text=_("What people may leave on its own on their preference page."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        topics = Topic.objects.filter(is_active=True)
        named = [(topic.key, topic.name_in(language)) for topic in topics]
        self.fields["topic"].choices = [("", _("none")), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A service mail cannot be left, so it has no topic."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == MessageClass.SERVICE and data.get("topic"):
            self.add_error("topic", topic_of_service())
        return data


class TemplateNameForm(forms.Form):
    name = LineField(label=_("Name of the template"), max_length=120)


class SourceForm(forms.Form):
    """Subject, preview line and MJML, kept letter by letter. Where `word-N` are sent, they are
    the new words of the source's texts and buttons."""

    subject = forms.CharField(
        label=_("Subject"), max_length=400, required=False, strip=False, validators=[check_storable]
    )
    preheader = forms.CharField(
        label=_("Preview line"),
        max_length=400,
        required=False,
        strip=False,
        validators=[check_storable],
        help_text=_("Stands beside the subject in the inbox."),
    )
    mjml = forms.CharField(
        label=_("Text and layout (MJML)"),
        max_length=MAX_SOURCE * 2,
        required=False,
        strip=False,
        validators=[check_storable],
        widget=forms.Textarea(
            attrs={"rows": 24, "spellcheck": "false", "autocapitalize": "off", "class": "code"}
        ),
    )

    # What was the newest version when the text was opened; see services.templates.save_draft.
    opened = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    # Set where somebody else saved meanwhile: what stands there now.
    meanwhile: TemplateVersion | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            classes = field.widget.attrs.get("class", "")
            field.widget.attrs["class"] = f"form-control {classes}".strip()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        words = dict(self._sent_words())
        if words and data.get("mjml"):
            try:
                data["mjml"] = with_words(data["mjml"], words)
            except TemplateWrong as error:
                for problem in error.problems:
                    self.add_error("mjml", say(problem))
        return data

    def _sent_words(self) -> Iterator[tuple[int, str]]:
        for name, value in self.data.items():
            number = name.removeprefix(WORD)
            if name.startswith(WORD) and number.isascii() and number.isdigit() and len(number) < 4:
                check_storable(str(value))
                yield int(number), str(value)

    @property
    def mark(self) -> str | None:
        """The mark that the text was opened with; None where none was sent."""
        return str(self.cleaned_data["opened"]) if "opened" in self.data else None

    def tell_meanwhile(self, newest: TemplateVersion, mark: str) -> None:
        """Keep what was typed, and let it be saved over `newest`, whose mark is given."""
        self.meanwhile = newest
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["opened"] = mark  # type: ignore[index]

    def source(self, language: str) -> Source:
        """What was written, in the language."""
        data = self.cleaned_data
        return Source(language, data["subject"], data["preheader"], data["mjml"])

    def words(self) -> list[WordField] | None:
        """The words as fields; None where the source cannot be taken apart, so that it has to be
        mended as it is."""
        mjml = self.data.get("mjml", "") if self.is_bound else self.initial.get("mjml", "")
        try:
            parts = parts_of(str(mjml))
        except TemplateWrong:
            return None
        sent = dict(self._sent_words()) if self.is_bound else {}
        return [
            WordField(
                f"{WORD}{number}",
                part.kind,
                part.is_title,
                part.is_line,
                part.is_short,
                sent.get(number, part.words),
            )
            for number, part in enumerate(parts)
        ]
