"""Mails that are no reports: what programs answer for people, and people themselves."""

from tests.messaging.returned.servers import OURS

HEAD = f"""\
From: Anna Kowalska <anna@gone.example>
To: shop@shop.example
In-Reply-To: {OURS}
Date: Fri, 20 Nov 2026 12:00:06 +0100
Message-Id: <away-1@gone.example>
MIME-Version: 1.0
"""
VACATIONS = {
    "en": ("Out of office: News", "I am away until 3 December. Error 550 5.1.1 of your mail."),
    "pl": ("Autoodpowiedź: Nowości", "Jestem na urlopie. Nie ma takiego użytkownika w biurze."),
    "cs": ("Automatická odpověď: Novinky", "Jsem na dovolené, zprávu nelze doručit dříve."),
    "ro": ("Răspuns automat: Noutăți", "Sunt în concediu, mesajul nu a putut fi livrat azi."),
}


def vacation(language: str, *, marked: bool = True) -> bytes:
    """A vacation notice, with or without the header that says so."""
    subject, text = VACATIONS[language]
    mark = "Auto-Submitted: auto-replied\nX-Autoreply: yes\nPrecedence: bulk\n" if marked else ""
    head = f"{HEAD}{mark}Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n"
    return f"{head}{text}\n".replace("\n", "\r\n").encode()


RECEIPT = f"""\
{HEAD}Subject: Read: News
Content-Type: multipart/report; report-type=disposition-notification; boundary="mdn"

--mdn
Content-Type: text/plain

The mail was displayed.

--mdn
Content-Type: message/disposition-notification

Final-Recipient: rfc822; anna@gone.example
Original-Message-ID: {OURS}
Disposition: manual-action/MDN-sent-manually; displayed

--mdn--
""".encode()
