"""Mails that came back, as servers of each kind write them, about one mail of ours."""

OURS = "<4d2f9c81aa@shop.example>"
PATH = "bounce+4711.0123456789abcdef@bounces.shop.example"

POSTFIX = """\
Return-Path: <>
Delivered-To: {path}
Received: by mx.relay.example (Postfix) id 4X8kQz3tN0; Fri, 20 Nov 2026 12:00:04 +0100 (CET)
Date: Fri, 20 Nov 2026 12:00:04 +0100 (CET)
From: MAILER-DAEMON@mx.relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {path}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4X8kQz3tN0.1795431604/mx.relay.example"
Message-Id: <20261120110004.4X8kQz3tN1@mx.relay.example>

This is a MIME-encapsulated message.

--4X8kQz3tN0.1795431604/mx.relay.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.relay.example.

I'm sorry to have to inform you that your message could not be delivered.

<anna@gone.example>: host mx.gone.example[192.0.2.7] said: {code} {status} {words}

--4X8kQz3tN0.1795431604/mx.relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.relay.example
X-Postfix-Queue-ID: 4X8kQz3tN0
X-Postfix-Sender: rfc822; {path}
Arrival-Date: Fri, 20 Nov 2026 12:00:01 +0100 (CET)

Final-Recipient: rfc822; anna@gone.example
Original-Recipient: rfc822;anna@gone.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.gone.example
Diagnostic-Code: smtp; {code} {status} {words}

--4X8kQz3tN0.1795431604/mx.relay.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{path}>
From: Corner shop <shop@shop.example>
To: anna@gone.example
Subject: =?utf-8?b?Tm93b8WbY2k=?=
Message-ID: {ours}
Date: Fri, 20 Nov 2026 11:00:00 +0000

--4X8kQz3tN0.1795431604/mx.relay.example--
"""

EXIM = """\
Return-path: <>
Envelope-to: shop@shop.example
Delivery-date: Fri, 20 Nov 2026 11:00:03 +0000
X-Failed-Recipients: anna@gone.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@host7.hosting.example>
To: shop@shop.example
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1kfLQx-0003Vv-8F@host7.hosting.example>
Date: Fri, 20 Nov 2026 11:00:03 +0000

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  anna@gone.example
    host mx.gone.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<anna@gone.example>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

Return-path: <shop@shop.example>
From: Corner shop <shop@shop.example>
To: anna@gone.example
Subject: News
Message-ID: {ours}

Hello Anna
"""

OFFICE = """\
Received: from AM0PR01.prod.outlook.example by mx.shop.example; Fri, 20 Nov 2026 11:00:09 +0000
From: <postmaster@gone.example>
To: <{path}>
Date: Fri, 20 Nov 2026 11:00:08 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="a9b1c2d3-e4f5-4a6b-8c7d-0e1f2a3b4c5d"
Content-Language: pl-PL
Message-ID: <a9b1c2d3-e4f5@AM0PR01.prod.outlook.example>
In-Reply-To: {ours}
References: {ours}
Subject: =?utf-8?B?TmllIG1vxbxuYSBkb3N0YXJjennEhzogTm93b8WbY2k=?=
Auto-Submitted: auto-replied

--a9b1c2d3-e4f5-4a6b-8c7d-0e1f2a3b4c5d
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="inner-a9b1"

--inner-a9b1
Content-Type: text/plain; charset="iso-8859-2"
Content-Transfer-Encoding: quoted-printable

Dostarczanie nie powiod=B3o si=EA do nast=EApuj=B1cych adresat=F3w:

anna@gone.example

--inner-a9b1
Content-Type: text/html; charset="iso-8859-2"
Content-Transfer-Encoding: quoted-printable

<html><body><p>Dostarczanie nie powiod=B3o si=EA</p></body></html>
--inner-a9b1--

--a9b1c2d3-e4f5-4a6b-8c7d-0e1f2a3b4c5d
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01.prod.outlook.example
Received-From-MTA: dns;mx.relay.example
Arrival-Date: Fri, 20 Nov 2026 11:00:07 +0000

Final-Recipient: rfc822;Anna@Gone.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient anna@gone.example not
 found by SMTP address lookup
X-Display-Name: anna@gone.example

--a9b1c2d3-e4f5-4a6b-8c7d-0e1f2a3b4c5d
Content-Type: message/rfc822

Return-Path: {path}
From: Corner shop <shop@shop.example>
To: anna@gone.example
Subject: News
Message-ID: {ours}

Hello Anna

--a9b1c2d3-e4f5-4a6b-8c7d-0e1f2a3b4c5d--
"""

GMAIL = """\
Delivered-To: shop@shop.example
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: shop@shop.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {ours}
In-Reply-To: {ours}
X-Failed-Recipients: anna@gone.example
Message-ID: <673dd2c1.050a0220.3f1b6a.0e1f.GMR@mx.google.com>
Date: Fri, 20 Nov 2026 03:00:05 -0800 (PST)
MIME-Version: 1.0
Content-Type: multipart/report; boundary="0000000000004bc1d20627"; report-type=delivery-status

--0000000000004bc1d20627
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to anna@gone.example because the address couldn't be found.

--0000000000004bc1d20627
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Fri, 20 Nov 2026 03:00:05 -0800 (PST)
X-Original-Message-ID: {ours}

Final-Recipient: rfc822; anna@gone.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please
 try
 550-5.1.1 double-checking the recipient's email address for typos.
Last-Attempt-Date: Fri, 20 Nov 2026 03:00:05 -0800 (PST)

--0000000000004bc1d20627
Content-Type: message/rfc822

From: Corner shop <shop@shop.example>
Message-ID: {ours}
Subject: News

Hello Anna
--0000000000004bc1d20627--
"""

QMAIL = """\
Return-Path: <>
Delivered-To: {path}
Date: 20 Nov 2026 11:00:02 -0000
From: MAILER-DAEMON@smtp.old.example
To: {path}
Subject: failure notice

Hi. This is the qmail-send program at smtp.old.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna@gone.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 sorry, no mailbox here by that name.
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

Return-Path: <{path}>
From: Corner shop <shop@shop.example>
To: anna@gone.example
Message-ID: {ours}

Hello Anna
"""

SEZNAM = """\
Return-Path: <>
Received: from smtpd-out.mail.example (smtpd-out.mail.example [192.0.2.50])
From: postmaster@mail.example
To: shop@shop.example
Subject: =?utf-8?q?Zpr=C3=A1vu_se_nepoda=C5=99ilo_doru=C4=8Dit?=
Date: Fri, 20 Nov 2026 12:00:06 +0100 (CET)
Message-Id: <b1.2026@smtpd-out.mail.example>
Mime-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_szn-1_="

--=_szn-1_=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

VmHFoWkgenByw6F2dSBzZSBuZXBvZGHFmWlsbyBkb3J1xI1pdC4NCg==

--=_szn-1_=
Content-Type: message/delivery-status
Content-Transfer-Encoding: 7bit

Reporting-MTA: dns; smtpd-out.mail.example

Final-Recipient: rfc822; anna@gone.example
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 5.2.2 <anna@gone.example>: Mailbox is over quota / Schranka je plna

--=_szn-1_=
Content-Type: text/rfc822-headers; charset=utf-8
Content-Transfer-Encoding: base64

RnJvbTogc2hvcEBzaG9wLmV4YW1wbGUNCk1lc3NhZ2UtSUQ6IDw0ZDJmOWM4MWFhQHNob3AuZXhh
bXBsZT4NClN1YmplY3Q6IE5vdmlua3kNCg==

--=_szn-1_=--
"""

POLISH = """\
Return-Path: <>
From: "Mail Delivery System" <mailer-daemon@poczta.example>
To: shop@shop.example
Subject: =?iso-8859-2?Q?Zwrot:_wiadomo=B6=E6_niedor=EAczona?=
Date: Fri, 20 Nov 2026 12:00:06 +0100
Message-Id: <20261120.zwrot@poczta.example>
Content-Type: text/plain; charset=iso-8859-2
Content-Transfer-Encoding: 8bit

Wiadomo\u015b\u0107 nie zosta\u0142a dor\u0119czona.

<anna@gone.example>: 550 5.1.1 Nie ma takiego u\u017cytkownika

-------- Oryginalna wiadomo\u015b\u0107 --------
From: shop@shop.example
Message-ID: {ours}
"""

COMPLAINT = """\
From: <staff@hotmail.example>
Date: Fri, 20 Nov 2026 11:00:09 +0000
Subject: complaint about message from 192.0.2.1
To: <{path}>
Message-ID: <fbl-1@hotmail.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54"

--part1_13d.2e68ed54
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received from IP 192.0.2.1.

--part1_13d.2e68ed54
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{path}>
Arrival-Date: Fri, 20 Nov 2026 10:59:00 +0000
Source-IP: 192.0.2.1
Reported-Domain: shop.example

--part1_13d.2e68ed54
Content-Type: message/rfc822
Content-Disposition: inline

From: <shop@shop.example>
To: <undisclosed@hotmail.example>
Subject: News
Message-ID: {ours}

Hello Anna
--part1_13d.2e68ed54--
"""


def filled(template: str, *, charset: str = "utf-8", **values: str) -> bytes:
    """The mail as bytes with CRLF; what is not given stands for a mailbox that does not exist."""
    known = {"action": "failed", "status": "5.1.1", "code": "550", "words": "User unknown"}
    text = template.format(**{"ours": OURS, "path": PATH, "kind": "abuse", **known, **values})
    return text.replace("\n", "\r\n").encode(charset)
