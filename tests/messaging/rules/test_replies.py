import pytest

from messaging.rules.replies import Phase, Reply, Verdict, judge, too_fast, unknown_address


@pytest.mark.parametrize(
    ("phase", "code", "reused", "verdict"),
    [
        (Phase.DOT, 250, False, Verdict.SENT),
        (Phase.DOT, 0, False, Verdict.UNCERTAIN),
        (Phase.DOT, 451, False, Verdict.RETRY),
        (Phase.DOT, 554, False, Verdict.FAILED),
        (Phase.DATA, 0, False, Verdict.RETRY),
        (Phase.RCPT, 450, False, Verdict.RETRY),
        (Phase.RCPT, 550, False, Verdict.FAILED),
        (Phase.RCPT, 0, True, Verdict.RETRY),
        (Phase.MAIL, 421, True, Verdict.AGAIN),
        (Phase.MAIL, 421, False, Verdict.RETRY),
        (Phase.MAIL, 0, True, Verdict.AGAIN),
        (Phase.MAIL, 0, False, Verdict.RETRY),
        (Phase.MAIL, 454, True, Verdict.RETRY),
        (Phase.MAIL, 530, True, Verdict.STOP),
        (Phase.AUTH, 535, False, Verdict.STOP),
        (Phase.AUTH, 454, False, Verdict.STOP),
        (Phase.CONNECT, 0, False, Verdict.STOP),
        (Phase.CONNECT, 554, False, Verdict.STOP),
        (Phase.TLS, 0, False, Verdict.STOP),
    ],
)
def test_what_follows_from_an_answer(phase, code, reused, verdict):
    assert judge(Reply(phase, code), reused=reused) is verdict


def test_only_silence_after_the_dot_is_uncertain():
    doubtful = [
        (phase, code, reused)
        for phase in Phase
        for code in (0, 250, 354, 421, 450, 454, 535, 550, 554)
        for reused in (False, True)
        if judge(Reply(phase, code), reused=reused) is Verdict.UNCERTAIN
    ]

    assert doubtful == [(Phase.DOT, 0, False), (Phase.DOT, 0, True)]


def test_patience_and_hard_bounces_are_recognised():
    assert too_fast(Reply(Phase.MAIL, 454, "4.7.0 throttled"))
    assert too_fast(Reply(Phase.DOT, 454, "Throttling failure"))
    assert too_fast(Reply(Phase.RCPT, 421))
    assert not too_fast(Reply(Phase.RCPT, 450, "grey-listed"))
    assert not too_fast(Reply(Phase.RCPT, 550))
    assert unknown_address(Reply(Phase.RCPT, 550, "5.1.1 no such user"))
    assert unknown_address(Reply(Phase.RCPT, 550, "No such user here"))
    assert not unknown_address(Reply(Phase.RCPT, 450, "No such user here"))
    assert not unknown_address(Reply(Phase.RCPT, 552, "5.2.2 mailbox full"))
    assert not unknown_address(Reply(Phase.RCPT, 553, "5.1.8 sender address rejected"))
    assert not unknown_address(Reply(Phase.RCPT, 550, "5.7.1 relaying denied"))
    assert not unknown_address(Reply(Phase.DOT, 550, "5.1.1 no such user"))
