"""What a new template begins with: a letter that can be sent as soon as its words are changed."""

from django.utils import translation
from django.utils.translation import gettext as _

from messaging.default_texts import greeting_of
from messaging.models import MessageClass, Template
from messaging.rules.compiling import Source

LETTER = """<mjml>
  <mj-body>
    <mj-block name="shop" />
    <mj-section mj-class="card">
      <mj-column>
        <mj-text mj-class="title">{title}</mj-text>
        <mj-text>
          <p>{greeting}</p>
          <p>{text}</p>
        </mj-text>
      </mj-column>
    </mj-section>
    <mj-block name="{foot}" />
  </mj-body>
</mjml>
"""


def starter(template: Template, language: str) -> Source:
    """A letter in the language, with the foot that its kind needs."""
    foot = "service_foot" if template.kind == MessageClass.SERVICE else "foot"
    with translation.override(language):
        title, text = _("What this is about"), _("Write here what you want to say.")
    letter = LETTER.format(title=title, greeting=greeting_of(language), text=text, foot=foot)
    return Source(language, title, "", letter)
