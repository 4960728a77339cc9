"""Slack's text and plain words: what goes in comes out as the same words, and nothing in them comes alive."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import blocks, mrkdwn

LIVE = re.compile(r"<[!#@][^>]*>|<https?:[^>]*>")


@pytest.mark.parametrize(
    ("sent", "plain"),
    [
        ("5 &lt; 6 &amp; 7 &gt; 6", "5 < 6 & 7 > 6"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("<!channel> hello", "@channel hello"),
        ("<!here|here>", "here"),
        ("<!subteam^S123|@finance-team>", "@finance-team"),
        ("<!subteam^S123>", "@subteam"),
        ("in <#C123|deal-room>", "in #deal-room"),
        ("in <#C123>", "in #C123"),
        ("<https://nhs.uk/a?b=c&amp;d=e>", "https://nhs.uk/a?b=c&d=e"),
        ("<https://nhs.uk|the site>", "the site (https://nhs.uk)"),
        ("<mailto:a@nhs.uk|a@nhs.uk>", "a@nhs.uk"),
        ("<tel:01865|01865>", "01865"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
        ("line one\r\nline two", "line one\nline two"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("עברית 🙂 e\u0301", "עברית 🙂 e\u0301"),
    ],
)
def test_slack_s_text_is_read_as_plain_words(sent: str, plain: str) -> None:
    assert mrkdwn.read(sent) == plain


@pytest.mark.parametrize("sent", ["<@U0DANA>", "<@U0DANA|dana>", "<@W0DANA>"])
def test_a_person_mentioned_is_known_by_id_and_shown_by_name(sent: str) -> None:
    user = sent[2:8]
    words = mrkdwn.read(f"ask {sent} and {sent}")
    assert mrkdwn.mentioned(words) == [user]
    assert mrkdwn.named(words, {user: "Dana Reyes"}) == "ask @Dana Reyes and @Dana Reyes"
    assert mrkdwn.named(words, {}) == f"ask @{user} and @{user}"
    assert blocks.live(words) == f"ask <@{user}> and <@{user}>"


def test_a_mention_cannot_be_forged_by_typing() -> None:
    mark = mrkdwn.mark("U0DANA")
    for typed in (mark, f"&lt;@U0DANA&gt; {mark}", "&lt;@U0DANA&gt;"):
        assert mrkdwn.mentioned(mrkdwn.read(typed)) == []
        assert not LIVE.search(blocks.live(mrkdwn.read(typed)))


def test_a_name_that_looks_like_a_mention_stays_a_name() -> None:
    named = mrkdwn.named(mrkdwn.mark("U0EVIL"), {"U0EVIL": "<!channel>"})
    assert blocks.live(named) == "@&lt;!channel&gt;"


SLACK_PIECES = st.one_of(
    st.sampled_from(
        [
            "<!channel>", "<!here>", "<!everyone|x>", "&lt;!channel&gt;", "<", ">", "|", "!", "@", "#", "&", "&amp;",
            "&lt;", "&gt;", "<!subteam^S1|&lt;!channel&gt;>", "<https://a.b|<!here>>", "\ue000", "\ue001", "channel",
            "<#C1|<!channel>", "\ue000U1\ue001",
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip


@given(st.lists(SLACK_PIECES, max_size=15).map("".join))
def test_whatever_people_type_nothing_in_it_comes_alive(typed: str) -> None:
    for shown in (blocks.live(mrkdwn.read(typed)), blocks.fallback(mrkdwn.read(typed))):
        assert not LIVE.search(shown)
        assert "<" not in shown
        assert ">" not in shown


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Co"]) | st.sampled_from("<>&;|!@#\n\t")))
def test_escaped_words_are_read_back_as_they_were(words: str) -> None:
    assert mrkdwn.read(mrkdwn.escape(words)) == words


@given(st.text(), st.text())
def test_names_never_come_alive_either(before: str, name: str) -> None:
    words = mrkdwn.named(mrkdwn.read(before) + mrkdwn.mark("U1"), {"U1": mrkdwn.read(name)})
    assert "<" not in blocks.live(words)


@pytest.mark.parametrize(
    ("items", "words"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed(items: list[str], words: str) -> None:
    assert mrkdwn.listed(items) == words
