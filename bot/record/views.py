"""Agreements as a card that everyone at the table sees and that is kept up to date in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot import dates
from bot.outbox import Message
from bot.slack import blocks, mrkdwn
from storage.tables import Agreement, AgreementStatus, Confirmation, Party, Stance

STATUS_WORDS = {
    AgreementStatus.AWAITING: "awaiting confirmation",
    AgreementStatus.AGREED: "agreed in principle",
    AgreementStatus.OBJECTED: "objected to",
    AgreementStatus.REOPENED: "agreed once, and reopened since",
    AgreementStatus.WITHDRAWN: "withdrawn",
    AgreementStatus.UNDONE: "undone",
}

_REASON_LIMIT = 500  # characters; the minutes have it whole


@dataclass(frozen=True)
class Word:
    """What one party has said of the present wording, and who may still speak for it (user ids).

    `gone` are the names of those who might, had they not left Slack.
    """

    party: Party
    confirmation: Confirmation | None
    speaker: str
    negotiators: Sequence[str] = ()
    gone: Sequence[str] = ()

    @property
    def confirmed(self) -> bool:
        return self.confirmation is not None and self.confirmation.stance == Stance.CONFIRMED


def in_words(agreement: Agreement, held_by: Sequence[str]) -> str:
    """How an agreement stands; `held_by` are the clauses of its package that are still open."""
    if agreement.status == AgreementStatus.AGREED and held_by:
        return f"confirmed by every party, and agreed once {mrkdwn.listed(held_by)} of its package is"
    return STATUS_WORDS[AgreementStatus(agreement.status)]


def card(
    code: str,
    marking: str,
    zone: ZoneInfo,
    agreement: Agreement,
    author: str,
    words: Sequence[Word],
    held_by: Sequence[str],
) -> Message:
    """The card of one agreement: exact wording, each party's word on it, buttons while it is open."""
    status = AgreementStatus(agreement.status)
    about = f" on {agreement.clause}" if agreement.clause else ""
    head = f"*{agreement.ref}*{about}: {in_words(agreement, held_by)}"
    standing = [_spoken(word, zone) for word in words]
    live = status in (AgreementStatus.AWAITING, AgreementStatus.OBJECTED)
    waiting = [word for word in words if live and not word.confirmed]
    # Whoever has objected has spoken of these words: they are not asked again, though they may change their mind.
    silent = [word for word in waiting if word.confirmation is None]
    content = [
        blocks.section(f"{head}. Recorded by {author}."),
        *blocks.quoted(agreement.text),
        # A context holds ten elements, and an alliance may have more members than that.
        blocks.context("\n".join(standing), marking),
    ]
    if status == AgreementStatus.REOPENED:
        content.append(blocks.context(f"Reopened because {blocks.cut(agreement.because, _REASON_LIMIT)}"))
    if waiting:
        ask = mrkdwn.listed([each for word in silent for each in _asked(word)], "or")
        content += [
            *([blocks.section(f"{ask}: do you confirm exactly these words?")] if ask else []),
            *(blocks.context(_gone(word)) for word in silent if word.gone),
            _confirming(code, agreement),
        ]
    text = (
        f"{agreement.ref}{about}, {in_words(agreement, held_by)}: {agreement.text} ({'; '.join(standing)}. {marking}.)"
    )
    return Message(text, content)


def _confirming(code: str, agreement: Agreement) -> blocks.Block:
    """The buttons carry the version that is looked at."""
    value = f"{code} {agreement.ref} {agreement.version}"
    return blocks.buttons(
        blocks.button(
            "Confirm Wording",
            "agreement.confirm",
            value,
            style="primary",
            spoken=f"Confirm the wording of {agreement.ref}",
        ),
        blocks.button("Object", "agreement.object", value, spoken=f"Object to {agreement.ref}"),
    )


def not_confirmed_yet(code: str, agreement: Agreement, party: Party, *, may_confirm: bool) -> Message:
    """To somebody who gave a sign of consent that is none: how their side confirms the exact words."""
    head = f"Your handshake is no confirmation: {party.name} has yet to confirm the exact words of *{agreement.ref}*."
    if not may_confirm:
        how = "A lead or negotiator of your side does so on its card."
        return Message(f"{head} {how}")
    content = [
        blocks.section(head),
        *blocks.quoted(agreement.text),
        blocks.section("Do you confirm exactly these words?"),
        _confirming(code, agreement),
    ]
    return Message(f"{head} Do you confirm exactly these words? {agreement.text}", content)


def _asked(word: Word) -> list[str]:
    """Who may speak for a party; the party itself where nobody may."""
    return [mrkdwn.mark(user) for user in word.negotiators] or [word.party.name]


def _gone(word: Word) -> str:
    """Who is not asked any more, and who speaks for their party instead."""
    has = "has" if len(word.gone) == 1 else "have"
    said = f"{mrkdwn.listed(word.gone)} ({word.party.code}) {has} left Slack"
    if word.negotiators:
        return f"{said}: {mrkdwn.listed(map(mrkdwn.mark, word.negotiators), 'or')} may confirm for {word.party.code}."
    return (
        f"{said}, and nobody else may confirm for {word.party.code} yet: `/parley member add @somebody to "
        f"{word.party.code} as negotiator`."
    )


def _spoken(word: Word, zone: ZoneInfo) -> str:
    if word.confirmation is None:
        return f"{word.party.code}: not yet confirmed"
    when = dates.instant(word.confirmation.at, zone)
    if word.confirmed:
        return f"{word.party.code}: confirmed by {word.speaker}, {when}"
    reason = blocks.cut(word.confirmation.reason, _REASON_LIMIT)
    return f"{word.party.code}: {word.speaker} objects because {reason} ({when})"


def outstanding(agreement: Agreement, parties: Sequence[Party], zone: ZoneInfo) -> str:
    """Whose word an agreement waits for, and since when."""
    since = dates.full_date((agreement.reworded_at or agreement.at).astimezone(zone).date())
    return (
        f"*{agreement.ref}* has waited since {since} for {mrkdwn.listed(party.name for party in parties)}: "
        f"{blocks.cut(agreement.text, 200)} · `/parley confirm {agreement.ref}`"
    )


def reworded(agreement: Agreement, by: str, people: Sequence[str]) -> Message:
    """An agreement's words have changed: whoever had confirmed the old ones is asked to look again."""
    ask = mrkdwn.listed(mrkdwn.mark(user) for user in people)
    head = f"*{agreement.ref}* has been reworded by {by}, so confirmation starts again. {ask}, read it afresh:"
    return Message(f"{head} {agreement.text}", [blocks.section(head), *blocks.quoted(agreement.text)])


def objection_form(code: str, channel: str, agreement: Agreement) -> blocks.Block:
    return blocks.modal(
        "agreement.object",
        f"Object to {agreement.ref}",
        [
            *blocks.quoted(blocks.cut(agreement.text, blocks.SECTION_LIMIT)),
            blocks.text_input("reason", "Why?", multiline=True, hint="Everyone at the table sees the reason."),
        ],
        submit="Object",
        private_metadata=f"{code} {channel} {agreement.ref} {agreement.version}",
    )
