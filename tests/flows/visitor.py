"""A browser that walks through many pages and notes all that is wrong with each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from accounts.models import User
from tests.flows.conftest import AXE, PATIENCE, axe_violations, is_too_wide

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
CONTRAST = ("color-contrast",)
NEW_COLOURS = Path(__file__).with_name("new_colours.js").read_text(encoding="utf-8")
CUT_OFF = Path(__file__).with_name("cut_off.js").read_text(encoding="utf-8")
# What a narrow page may lose: names that stood in a hidden word, room for a thumb, the keyboard's
# way into what scrolls. The rest is the same as at a desk.
NARROW = (
    *("target-size", "scrollable-region-focusable", "aria-hidden-focus", "image-alt"),
    *("button-name", "link-name", "label", "select-name", "input-button-name", "summary-name"),
    *("heading-order", "page-has-heading-one", "landmark-unique", "meta-viewport"),
)


def sign_in_context(context: BrowserContext, user: User, origin: str) -> None:
    """Give the browser a session of the person."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    cookie = {"name": "sessionid", "value": session.session_key or "", "url": origin}
    context.add_cookies([cookie])


@dataclass
class Visitor:
    """One page of one signed-in person (None: nobody), kept from visit to visit."""

    page: Page
    origin: str
    troubles: list[str] = field(default_factory=list)
    # How often axe has looked at a combination of colours.
    looks: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("requestfailed", self._on_failed)
        self.page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A resource that fails is told by its response, with the address.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")

    def _on_failed(self, request: Request) -> None:
        # Leaving a page stops what it was still asking, a progress bar say: nobody misses that.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"failed: {request.url}")

    def _on_response(self, response: Response) -> None:
        request = response.request
        if response.status >= 400 and not request.is_navigation_request():
            self.troubles.append(f"{response.status}: {response.url}")

    def visit(self, address: str, status: int = 200) -> list[str]:
        """What is wrong with the page: in light and dark at a desk, and on a phone."""
        self.troubles.clear()
        self._look("light")
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        answer = self.page.goto(self.origin + address)
        got = answer.status if answer else None
        found = [] if got == status else [f"status {got} instead of {status}"]
        found += self._head() + self._named("light", axe_violations(self.page, without=CONTRAST))
        for scheme in ("light", "dark"):
            self._look(scheme)
            found += self._named(scheme, self._contrast())
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        found += self._named("phone", axe_violations(self.page, only=NARROW))
        found += ["phone: it scrolls sideways"] if is_too_wide(self.page) else []
        found += [f"phone: cut off: {words}" for words in self.page.evaluate(CUT_OFF)]
        return found + self.troubles

    def visit_unfolded(self, address: str) -> list[str]:
        """What is wrong with menus, details and dialogs, which a page keeps folded."""
        self.troubles.clear()
        self._look("light")
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        self.page.goto(self.origin + address)
        self.page.evaluate(
            "document.querySelectorAll('details').forEach(part => { part.open = true })"
        )
        self.page.wait_for_load_state("networkidle")
        found = self._named("unfolded", axe_violations(self.page))
        self._look("dark")
        found += self._named("unfolded, dark", axe_violations(self.page, only=CONTRAST))
        for dialog in ("help", "confirm"):
            self.page.evaluate("id => document.getElementById(id).showModal()", dialog)
            found += self._named(f"{dialog}, dark", axe_violations(self.page))
            self.page.keyboard.press("Escape")
        return found + self.troubles

    def _look(self, scheme: Literal["light", "dark"]) -> None:
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def _contrast(self) -> list[str]:
        """Where letters are hard to read. Axe measures a combination of colours three times in a
        visitor's life: looking at every letter of every page takes two thirds of its time."""
        marked = self.page.evaluate(NEW_COLOURS, list(self.looks.items()))
        self.looks.update(marked)
        if not marked:
            return []
        return axe_violations(self.page, only=CONTRAST, within="[data-new-colours]")

    def _head(self) -> list[str]:
        """One h1 with words in it, a title, and a language."""
        facts: Any = self.page.evaluate(
            "[[...document.querySelectorAll('h1')].map(h => h.innerText.trim()),"
            " document.title.split(' · ')[0].trim(), document.documentElement.lang]"
        )
        heads, title, language = facts
        wrong = [f"headings: {heads}"] if len(heads) != 1 or not heads[0] else []
        wrong += [] if title else ["no title"]
        return wrong + ([] if language else ["no language"])

    def _named(self, look: str, violations: Sequence[str]) -> list[str]:
        return [f"{look}: {violation}" for violation in violations]


def open_visitor(browser: Browser, origin: str, user: User | None) -> Visitor:
    """A browser of one's own."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    context.add_init_script(AXE.axe_script)
    if user is not None:
        sign_in_context(context, user, origin)
    return Visitor(context.new_page(), origin)
