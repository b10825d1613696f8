"""The frame around every mail: the house's letters and colours, also in the dark."""

import html
import re

from messaging.rules.mjml import Node

FONT = "Inter, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
INK, PAPER, SURFACE, LINE, MUTED = "#1B2420", "#FBFAF7", "#FFFFFF", "#E3E0D8", "#5C6660"
# Stand for the shop's own colour, for words on it, and for words in it on light and dark ground:
# exchanged for fields when a mail is compiled, so that a new colour holds for what is written.
BRAND, ON_BRAND, BRAND_INK, DARK_INK = "#1F6B4F", "#FFFFFE", "#1F6B4E", "#6CC3A1"
LOOK = {
    BRAND: "{{ shop_look.color }}",
    ON_BRAND: "{{ shop_look.on_color }}",
    BRAND_INK: "{{ shop_look.ink }}",
    DARK_INK: "{{ shop_look.dark_ink }}",
}
_LOOK = re.compile("|".join(LOOK), re.IGNORECASE)
_ATTRIBUTES = f"""
<mj-all font-family="{FONT}" />
<mj-text color="{INK}" font-size="16px" line-height="1.6" padding="0 32px 16px" />
<mj-button background-color="{BRAND}" color="{ON_BRAND}" border-radius="8px" font-size="16px"
  font-weight="600" inner-padding="14px 24px" padding="8px 32px 24px" align="left" />
<mj-table color="{INK}" font-size="15px" line-height="1.5" padding="0 32px 16px" />
<mj-divider border-color="{LINE}" border-width="1px" padding="8px 32px 24px" />
<mj-image padding="0 32px 16px" border-radius="8px" fluid-on-mobile="true" />
<mj-section padding="0" />
<mj-class name="title" font-size="28px" line-height="1.25" font-weight="600"
  padding="40px 32px 16px" />
<mj-class name="card" background-color="{SURFACE}" border="1px solid {LINE}"
  border-radius="8px" css-class="card" padding="0 0 16px" />
<mj-class name="shop" font-size="15px" font-weight="600" color="{BRAND_INK}"
  padding="32px 32px 16px" css-class="shop" />
<mj-class name="note" font-size="14px" color="{MUTED}" css-class="note" />
<mj-class name="foot" font-size="13px" color="{MUTED}" css-class="note"
  padding="24px 32px 40px" />
<mj-class name="figure" font-size="40px" line-height="1.2" font-weight="600"
  color="{BRAND_INK}" css-class="figure" padding="8px 32px 12px" />
"""
_STYLES = f"""
a {{ color: {BRAND_INK}; }}
p {{ margin: 0 0 12px; }}
p:last-child {{ margin-bottom: 0; }}
ul, ol {{ margin: 0; padding-left: 22px; }}
li {{ margin: 0 0 6px; }}
.note a {{ color: {MUTED}; }}
:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
@media (max-width: 480px) {{
  .card {{ border-radius: 0 !important; }}
}}
@media (prefers-color-scheme: dark) {{
  body, body > div {{ background-color: #121714 !important; }}
  .card, .card > table {{ background: #1A211D !important; background-color: #1A211D !important; }}
  .card > table > tbody > tr > td {{ border-left-color: #2C3630 !important;
    border-right-color: #2C3630 !important; border-bottom-color: #2C3630 !important; }}
  div, td, th, p, li, h1, h2, h3 {{ color: #E8ECE9 !important; }}
  .note div, .note p {{ color: #9DAAA2 !important; }}
  a, .shop div, .figure div {{ color: {DARK_INK} !important; }}
  .note a {{ color: #9DAAA2 !important; }}
  td[bgcolor="{BRAND}"] a {{ color: {ON_BRAND} !important; }}
  .card td td, p {{ border-color: #2C3630 !important; }}
  .card td td a {{ border-color: {DARK_INK} !important; }}
}}
"""
_META = (
    '<mj-raw><meta name="color-scheme" content="light dark" />'
    '<meta name="supported-color-schemes" content="light dark" /></mj-raw>'
)


def in_the_shops_colours(made: str) -> str:
    """Compiled HTML with fields where the shop's colours stand."""
    return _LOOK.sub(lambda match: LOOK[match[0].upper()], made)


def document(body: str) -> str:
    """A whole document around the sections of a block."""
    return f"<mjml><mj-body>{body}</mj-body></mjml>"


def frame(root: Node, contents: dict[int, str], language: str, subject: str, preheader: str) -> str:
    """The MJML that is compiled: the writer's tree in the house's frame. `subject` and
    `preheader` come escaped."""
    head = next((child for child in root.children if child.name == "mj-head"), None)
    body = next(child for child in root.children if child.name == "mj-body")
    body.attributes.setdefault("background-color", PAPER)
    own = "".join(_written(child, contents) for child in head.children) if head else ""
    preview = f"<mj-preview>{preheader}</mj-preview>" if preheader else ""
    return (
        f'<mjml lang="{language}"><mj-head><mj-title>{subject}</mj-title>{preview}{_META}'
        f"<mj-attributes>{_ATTRIBUTES}</mj-attributes><mj-style>{_STYLES}</mj-style>{own}"
        f"</mj-head>{_written(body, contents)}</mjml>"
    )


def _written(node: Node, contents: dict[int, str]) -> str:
    """A node as MJML again; Liquid between elements becomes raw, so that it is kept in place."""
    if not node.name:
        return f"<mj-raw>{node.content}</mj-raw>"
    attributes = "".join(f' {name}="{_value(value)}"' for name, value in node.attributes.items())
    inner = contents.get(id(node)) or "".join(_written(child, contents) for child in node.children)
    return f"<{node.name}{attributes}>{inner}</{node.name}>"


def _value(value: str) -> str:
    return html.escape(" ".join(html.unescape(value).split()))
