"""First-use tips: one line below the first private answer of a kind, once for each person, until they want no more.

An answer that others read carries none, and the tip waits for one that they do not.
"""

from dataclasses import replace

from bot.guided import views
from bot.slack import blocks
from bot.slack.command import Answer, Call, Run
from storage import Session, negotiations, tips

OFF = "off"
_ROOM = 45  # of the 50 blocks that a message may have

TIPS = {
    "confirm": "You speak for your whole party, for exactly these words. One word changed, and all are asked anew.",
    "approve": "You approve for your whole party, exactly this version. After a correction everybody is asked again.",
    "brief": "Each side gets its own before it meets, without asking. In a direct message `/parley brief` is yours.",
    "position": "Only your side ever reads this. Your brief shows it beside what the others said last.",
    "meeting": "Its people are invited with buttons, and reminded. Whoever is busy then is named before it is planned.",
    "actions": "Owners are reminded before an action falls due. `/parley reminders` changes when you are.",
}


def after(tip: str, run: Run, *, pressed: bool = False) -> Run:
    """The same verb, with this tip below its answer the first time. What a button answers is always private."""

    def with_tip(session: Session, call: Call) -> Answer:
        answer = run(session, call)
        content = answer.blocks or blocks.paragraphs(answer.text)
        read_by_others = answer.public and not pressed
        in_home = pressed and not call.place.channel_id  # where the page shows what was done, and no message says it
        if read_by_others or in_home or not answer.text or answer.form or answer.errors or len(content) > _ROOM:
            return answer
        return replace(answer, blocks=[*content, *views.tip(TIPS[tip])]) if _is_new(session, call, tip) else answer

    return with_tip


def _is_new(session: Session, call: Call, tip: str) -> bool:
    """Whether the person has not been given this tip; from now on they have."""
    person = negotiations.person(session, call.place.team_id, call.place.user_id)
    if person is None or {tip, OFF} & tips.read(session, person.id or 0):
        return False
    tips.remember(session, person.id or 0, tip, call.at)
    return True


def off(session: Session, call: Call) -> Answer:
    """The button below a tip."""
    person = negotiations.person_named(
        session, call.place.team_id, call.place.user_id, call.names.get(call.place.user_id, call.place.user_id)
    )
    tips.remember(session, person.id or 0, OFF, call.at)
    return Answer("There will be no more tips. `/parley help` explains everything by topic.")
