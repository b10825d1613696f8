"""What mails may be made of: the elements of MJML and HTML, their attributes and links."""

import re

ENDING = frozenset({"mj-text", "mj-button", "mj-table", "mj-style"})
COMPONENTS = ("mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table")
ATTRIBUTE_NODES = ("mj-all", "mj-class", "mj-section", "mj-column", "mj-wrapper", *COMPONENTS)
CHILDREN: dict[str, frozenset[str]] = {
    "": frozenset({"mjml"}),
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-head": frozenset({"mj-attributes", "mj-style"}),
    "mj-attributes": frozenset(ATTRIBUTE_NODES),
    "mj-body": frozenset({"mj-section", "mj-wrapper", "mj-block"}),
    "mj-wrapper": frozenset({"mj-section", "mj-block"}),
    "mj-section": frozenset({"mj-column", "mj-group"}),
    "mj-group": frozenset({"mj-column"}),
    "mj-column": frozenset({*COMPONENTS, "mj-block"}),
}
KNOWN = frozenset().union(*CHILDREN.values())
LINKS = frozenset({"href", "src"})
# Liquid may stand in these attributes only: the others decide about layout.
FILLED = frozenset({"href", "src", "alt", "title"})
_LAYOUT = """
align alt background-color border border-bottom border-color border-left border-radius
border-right border-style border-top border-width cellpadding cellspacing color
container-background-color css-class direction fluid-on-mobile font-family font-size font-style
font-weight full-width gap height href inner-background-color inner-padding letter-spacing
line-height mj-class name padding padding-bottom padding-left padding-right padding-top role src
table-layout target text-align text-decoration text-padding text-transform title vertical-align
width inner-border-radius
"""
ATTRIBUTES = frozenset(_LAYOUT.split())
VALUE_REFUSED = re.compile(r"[;{}<>\\]|url\s*\(|expression|javascript:|@import", re.IGNORECASE)
STYLE_REFUSED = re.compile(
    r"@import|@font-face|url\s*\(|expression\s*\(|behavior\s*:|-moz-binding|javascript:|</|\\",
    re.IGNORECASE,
)
SCHEME = re.compile(r"^\s*([a-zA-Z][a-zA-Z0-9+.\-]*):")
LINK_SCHEMES = frozenset({"https", "http", "mailto", "tel"})
IMAGE_SCHEMES = frozenset({"https", "http"})

VOID = frozenset({"br", "hr", "img"})
_INLINE = "a b strong i em u s small sub sup span code abbr"
_BLOCK = "p h1 h2 h3 h4 ul ol li blockquote br hr img table thead tbody tfoot tr th td caption"
HTML_TAGS = frozenset(f"{_INLINE} {_BLOCK}".split())
_EVERYWHERE = frozenset({"style", "class", "align", "dir", "lang", "title"})
_CELL = frozenset({"width", "height", "valign", "bgcolor", "colspan", "rowspan"})
HTML_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(_EVERYWHERE),
    "a": {"href", "target"},
    "img": {"src", "alt", "width", "height"},
    "td": set(_CELL),
    "th": set(_CELL),
    "table": {"width", "cellpadding", "cellspacing", "border", "role", "bgcolor"},
}
_STYLES = """
color background-color font-size font-weight font-style font-family line-height text-align
text-decoration letter-spacing padding padding-top padding-right padding-bottom padding-left
margin margin-top margin-right margin-bottom margin-left border border-top border-right
border-bottom border-left border-radius border-collapse width max-width display vertical-align
white-space text-transform
"""
STYLES = frozenset(_STYLES.split())
