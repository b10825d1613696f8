"""A small world for compiling: a few fields, one block, and bodies put into a column."""

from messaging.rules.compiling import Compiled, Source, compile_source
from messaging.rules.problems import Problem, TemplateWrong

FIELDS = {
    "first_name": (),
    "points": (),
    "products": ("size",),
    "order": ("number", "paid"),
    "unsubscribe_url": (),
}
BLOCKS = {
    "foot": lambda language: (
        "<mj-section><mj-column><mj-text>"
        f'{language}: <a href="{{{{ unsubscribe_url }}}}">leave</a>'
        "</mj-text></mj-column></mj-section>"
    )
}


def column(inner: str) -> str:
    """A mail of one column: what is inside begins in line 1."""
    return (
        f"<mjml><mj-body><mj-section><mj-column>{inner}</mj-column></mj-section></mj-body></mjml>"
    )


def made(
    mjml: str, *, subject: str = "Hello", preheader: str = "", language: str = "en"
) -> Compiled:
    """What a source compiles to."""
    source = Source(language, subject, preheader, mjml)
    return compile_source(source, fields=FIELDS, blocks=BLOCKS)


def problems(mjml: str, **lines: str) -> list[Problem]:
    """Why a source is refused; empty where it is not."""
    try:
        made(mjml, **lines)
    except TemplateWrong as error:
        return error.problems
    return []
