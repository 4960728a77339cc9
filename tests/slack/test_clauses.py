"""Clauses: from the first proposal to the words that every side has confirmed, and back."""

import pytest

from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley

WORDS = "Payment falls due within 30 days."
THEIRS = "Payment falls due within 45 days."


@pytest.fixture
def talks(meeting: Parley) -> Parley:
    """N1 open, with the clauses 4.2 Payment and 4.3 Disputes on the list."""
    meeting.slash("clause add 4.2 Payment", by=cast.chair)
    meeting.slash("clause add 4.3 Disputes", by=cast.chair)
    return meeting


def clause(parley: Parley, number: str = "4.2") -> dict[str, object]:
    (found,) = [row for row in parley.export()["clauses"] if row["number"] == number]
    return dict(found)


def status(parley: Parley, number: str = "4.2") -> object:
    return clause(parley, number)["status"]


def agreed(parley: Parley, number: str = "4.2", words: str = WORDS) -> str:
    """Have words agreed by both sides; gives the agreement's ref."""
    parley.slash(f"agree {number}: {words}", by=cast.chair)
    ref = str(parley.export()["agreements"][-1]["ref"])
    parley.slash(f"confirm {ref}", by=cast.lead)
    return ref


def the_card(parley: Parley, start: str = "*4.2* ") -> dict[str, object]:
    (card,) = [m for m in parley.posted() if m.get("blocks") and m["text"].startswith(start)]
    return card


def buttons(card: dict[str, object]) -> list[str]:
    blocks: list[dict[str, object]] = card["blocks"]  # type: ignore[assignment]
    return [element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]]  # type: ignore[attr-defined]


# -- proposals ------------------------------------------------------------------------------------------


def test_each_side_proposes_and_one_card_shows_where_the_clause_is(talks: Parley) -> None:
    reply = talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    assert reply.private
    assert "*4.2/p1*" in reply.text
    assert status(talks) == "proposed"

    talks.slash(f"propose 4.2 {THEIRS}\nbecause our bank needs 45 days", by=cast.lead)

    assert status(talks) == "countered"
    first, second = talks.export()["proposals"]
    assert (first["ref"], first["party"], first["wording"], first["status"]) == ("4.2/p1", "CCG", WORDS, "countered")
    assert (second["ref"], second["party"], second["status"]) == ("4.2/p2", "OHP", "standing")
    assert second["rationale"] == "our bank needs 45 days"
    card = the_card(talks)
    assert "Thursday 26 November 2026" in str(card["text"])  # each last position has its date
    assert all(words in str(card["text"]) for words in (WORDS, THEIRS))
    assert buttons(card) == ["clause.agree", "clause.propose", "clause.diff"]
    (past,) = [m for m in talks.posted() if m["text"].startswith("*4.2/p1*")]
    assert "goes on with 4.2/p2" in past["text"]
    assert buttons(past) == []


def test_a_proposal_is_made_by_form_too(talks: Parley) -> None:
    talks.presses("clause.propose", "OXMH 4.2", by=cast.lead)
    form = talks.api.modal(cast.lead.id)
    assert form is not None
    values = {
        "wording": {"type": "plain_text_input", "value": WORDS},
        "rationale": {"type": "plain_text_input", "value": "cash flow"},
    }
    assert talks.submits(form, values, by=cast.lead) == {}
    assert talks.export()["proposals"][0]["rationale"] == "cash flow"
    talks.api.settle_modal(cast.lead.id)

    talks.presses("clause.propose", "OXMH 4.2", by=cast.chair)
    form = talks.api.modal(cast.chair.id)
    assert form is not None
    assert form["blocks"][0]["element"]["initial_value"] == WORDS
    refused = talks.submits(form, {"wording": {"type": "plain_text_input", "value": WORDS}}, by=cast.chair)
    assert "The other side has proposed exactly these words" in refused["errors"]["wording"]


@pytest.mark.parametrize(
    ("typed", "by", "said"),
    [
        ("propose 9.9 New words", cast.chair, "Did you mean 4.2 or 4.3?"),
        ("propose Payment", cast.chair, "Begin with the clause's number"),
        ("propose 4.2", cast.chair, "Type the words too"),
        (f"propose 4.2 {WORDS}", cast.scribe, "lead or negotiator"),
        (f"propose 4.2 {WORDS}", cast.observer, "lead or negotiator"),
        ("agree 4.2", cast.chair, "Propose words for it first"),
        ("clause add 4.2 Payment again", cast.chair, "is there already"),
        ("clause add Payment", cast.chair, "A clause has a number and a title"),
        ("clause add 4.2", cast.chair, "A clause has a number and a title"),
        ("clauses closed", cast.chair, "is not a list of clauses"),
        ("diff 4.2", cast.chair, "nothing to compare it with"),
        ("withdraw 4.2/p7", cast.chair, "There is no proposal 4.2/p7"),
        ("withdraw AG9", cast.chair, "There is no agreement AG9"),
        ("reopen 4.2 because we can", cast.chair, "it is open as it is"),
        ("escalate 4.2 because nobody moves", cast.chair, "Propose words for it first"),
        ("dispute 4.2 because nobody moves", cast.chair, "Propose words for it first"),
        ("package Payment: 4.2", cast.chair, "two clauses or more"),
        ("clause legal 4.2 cleared", cast.scribe, "Only somebody with the role legal"),
        ("clause content 4.2 finance", cast.lead, "has no work-stream finance"),
        ("park 4.2 until 1 nov 2026", cast.chair, "is not to come"),
        ("ladder 1 nobody within 5 working days", cast.chair, "Say level, people and time"),
        ("member authority 4", cast.chair, "Say who and which clauses"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(talks: Parley, typed: str, by: cast.Person, said: str) -> None:
    before = talks.export()
    reply = talks.slash(typed, by=by)
    assert reply.private
    assert said in reply.text
    assert typed.partition(" ")[2] in reply.shown  # what was typed comes back
    assert talks.export() == before


def test_a_proposal_is_made_across_the_table_only(talks: Parley) -> None:
    for where in (cast.ccg_caucus, cast.elsewhere):
        assert "across the table" in talks.slash(f"propose 4.2 {WORDS}", by=cast.chair, where=where).text
    assert talks.export()["proposals"] == []
    assert "private to your side" in talks.slash("clause add 5 Term", by=cast.chair, where=cast.ccg_caucus).text


def test_a_side_takes_back_its_own_proposal_and_nobody_elses(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    assert "another party's" in talks.slash("withdraw 4.2/p1", by=cast.lead).text
    assert "stays on record" in talks.slash("withdraw 4.2/P1", by=cast.chair).text
    assert "withdrawn already" in talks.slash("withdraw 4.2/p1", by=cast.chair).text
    assert talks.export()["proposals"][0]["status"] == "withdrawn"
    assert "Nothing is proposed" in talks.slash("agree 4.2", by=cast.lead).text


# -- agreement ------------------------------------------------------------------------------------------


def test_from_a_proposal_to_agreed_words_and_back(talks: Parley) -> None:
    """Must show 3, from a member's seat: card, export and minutes tell one story."""
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    talks.slash(f"propose 4.2 {THEIRS}", by=cast.lead)
    talks.presses("clause.agree", "OXMH 4.2/p2", by=cast.chair)
    (agreement,) = talks.export()["agreements"]
    assert (agreement["wording"], agreement["status"]) == (THEIRS, "awaiting")
    assert [word["party"] for word in agreement["confirmations"]] == ["CCG"]
    assert "awaits confirmation" in str(the_card(talks)["text"])
    assert status(talks) == "countered"

    talks.types("s/45 days/40 days/", by=cast.lead)
    (agreement,) = talks.export()["agreements"]
    assert agreement["version"] == 2
    assert agreement["wording"] == "Payment falls due within 40 days."
    assert [word["party"] for word in agreement["confirmations"]] == ["OHP"]  # one word: confirmation starts again
    talks.slash("confirm AG1", by=cast.chair)
    assert status(talks) == "agreed_subject_to_contract"
    assert "agreed, subject to contract" in str(the_card(talks)["text"])
    assert buttons(the_card(talks)) == ["clause.diff"]
    assert talks.slash("propose 4.2 Other words", by=cast.lead).text.startswith("Clause 4.2 is agreed, subject")

    reply = talks.slash("reopen 4.2 because the tariff has changed", by=cast.lead)
    assert not reply.private
    talks.slash("close N1", by=cast.chair)

    assert (status(talks), clause(talks)["because"]) == ("reopened", "the tariff has changed")
    (agreement,) = talks.export()["agreements"]
    assert agreement["status"] == "reopened"
    assert [word["party"] for word in agreement["confirmations"]] == ["OHP", "CCG"]  # as it was agreed
    card = str(the_card(talks)["text"])
    assert "*4.2* Payment: reopened" in card
    assert "AG1 was agreed and reopened, because the tariff has changed" in card
    minutes = talks.minutes()
    assert "proposed, as 4.2/p1: Payment falls due within 30 days." in minutes
    assert "countered, as 4.2/p2: Payment falls due within 45 days." in minutes
    assert "reopened it, because the tariff has changed" in minutes
    assert "**AG1** on 4.2: **AGREED, AND REOPENED SINCE**" in minutes
    assert "Reopened because the tariff has changed" in minutes
    assert talks.trail_faults() == []


def test_a_button_of_words_that_were_countered_since_agrees_nothing(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    talks.slash(f"propose 4.2 {THEIRS}", by=cast.lead)
    talks.presses("clause.agree", "OXMH 4.2/p1", by=cast.lead)
    assert talks.export()["agreements"] == []
    talks.deliver()
    assert "4.2/p1 is not the latest proposal for 4.2 any more" in str(talks.api.ephemerals[-1])


@pytest.mark.parametrize(
    "typed", ["agree 4.2: Other words.", "agree 4.2", "propose 4.2 Other words.", "park 4.2 until 3 dec"]
)
def test_words_that_wait_for_confirmation_are_not_passed_over(talks: Parley, typed: str) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.lead)
    talks.slash("agree 4.2", by=cast.chair)
    reply = talks.slash(typed, by=cast.chair)
    assert "AG1 on 4.2 waits for confirmation" in reply.text
    assert len(talks.export()["agreements"]) == 1


def test_an_objection_makes_room_for_other_words(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    talks.slash("agree 4.2", by=cast.chair)
    talks.slash("object AG1 because 30 days is too short", by=cast.lead)
    assert "objected to" in str(the_card(talks)["text"])
    talks.slash(f"propose 4.2 {THEIRS}", by=cast.lead)
    assert [row["status"] for row in talks.export()["agreements"]] == ["withdrawn"]
    talks.slash("agree 4.2", by=cast.chair)
    talks.slash("confirm AG2", by=cast.lead)
    assert (status(talks), clause(talks)["agreement"]) == ("agreed_subject_to_contract", "AG2")


def test_what_is_agreed_withdrawn_or_the_same_cannot_be_agreed_again(talks: Parley) -> None:
    agreed(talks)
    for typed in (f"agree 4.2: {WORDS}", "agree 4.2", "agree 4.2: Other words."):
        assert "Reopen it first" in talks.slash(typed, by=cast.lead).text
    talks.slash("propose 4.3 Disputes go to mediation.", by=cast.chair)
    talks.slash("withdraw 4.3", by=cast.chair)
    assert "Clause 4.3 is withdrawn" in talks.slash("agree 4.3: Disputes go to court.", by=cast.lead).text
    assert "Clause 4.3 is withdrawn" in talks.slash("propose 4.3 Disputes go to court.", by=cast.lead).text
    talks.types("AGREED: 4.3: Disputes go to court.", by=cast.lead)
    (note,) = talks.export()["notes"]  # kept, never dropped
    assert note["text"] == "4.3: Disputes go to court."
    assert "a note, not an agreement. Clause 4.3 is withdrawn" in str(talks.posted(cast.lead))
    assert len(talks.export()["agreements"]) == 1
    talks.slash("reopen 4.3 because we need it after all", by=cast.chair)
    assert status(talks, "4.3") == "reopened"
    talks.slash("propose 4.3 Disputes go to mediation, then court.", by=cast.lead)
    assert status(talks, "4.3") == "proposed"


def test_an_agreement_is_taken_back_only_before_the_other_side_has_confirmed(talks: Parley) -> None:
    talks.slash(f"agree 4.2: {WORDS}", by=cast.chair)
    assert "You may not" in talks.slash("withdraw AG1", by=cast.observer).text
    assert "stays on record" in talks.slash("withdraw AG1", by=cast.chair).text
    assert clause(talks)["agreement"] is None
    ref = agreed(talks)
    assert "confirmed by another party" in talks.slash(f"withdraw {ref}", by=cast.chair).text


def test_authority_that_does_not_reach_a_clause_confirms_nothing(talks: Parley) -> None:
    reply = talks.slash(f"member authority {cast.negotiator.mention} 9, SC36", by=cast.lead)
    assert "9 and SC36" in reply.text
    assert (
        "OHP says itself what its people may agree"
        in talks.slash(f"member authority {cast.lead.mention} 9", by=cast.chair).text
    )
    talks.slash(f"agree 4.2: {WORDS}", by=cast.chair)
    refused = talks.slash("confirm AG1", by=cast.negotiator)
    assert "Your authority is 9 and SC36, which does not reach clause 4.2" in refused.text
    talks.slash("agree 4.3: Disputes go to mediation.", by=cast.negotiator)  # recorded, not confirmed for the party
    assert talks.export()["agreements"][-1]["confirmations"] == []
    talks.slash(f"member authority {cast.negotiator.mention} 4", by=cast.lead)
    talks.slash("confirm AG1", by=cast.negotiator)
    assert status(talks) == "agreed_subject_to_contract"
    own = talks.slash(f"member authority {cast.negotiator.mention} everything", by=cast.negotiator)
    assert "somebody else of your side must widen it" in own.text or "You may not" in own.text
    talks.slash(f"member authority {cast.negotiator.mention} everything", by=cast.lead)
    talks.slash("agree The parties meet every week.", by=cast.chair)
    assert "agreed" in talks.slash("confirm AG3", by=cast.negotiator).text


def test_an_alliance_needs_every_member(talks: Parley) -> None:
    talks.slash("party add MIND Oxfordshire Mind as provider", by=cast.chair)
    talks.slash(f"member add {cast.stranger.mention} to MIND as lead", by=cast.chair)
    talks.slash(f"agree 4.2: {WORDS}", by=cast.chair)
    talks.slash("confirm AG1", by=cast.lead)
    assert status(talks) == "proposed"
    talks.slash("confirm AG1", by=cast.stranger)
    assert status(talks) == "agreed_subject_to_contract"


# -- what must be so before -----------------------------------------------------------------------------


def test_an_open_legal_flag_keeps_a_clause_from_being_agreed_for_good(talks: Parley) -> None:
    talks.slash(f"member add {cast.analyst.mention} to CCG as legal", by=cast.chair)
    talks.slash("clause legal 4.2", by=cast.lead)
    agreed(talks)
    assert (status(talks), clause(talks)["needs"]) == ("agreed_in_principle", ["the legal adviser’s clearance"])
    assert "is cleared" in talks.slash("clause legal 4.2 cleared", by=cast.analyst).text
    assert status(talks) == "agreed_subject_to_contract"
    assert "Reopen it first" in talks.slash("clause legal 4.2", by=cast.lead).text


def test_every_work_stream_must_be_content_on_every_side(talks: Parley) -> None:
    talks.slash("clause streams 4.2 Finance, Clinical", by=cast.chair)
    agreed(talks)
    for stream, by in (("finance", cast.chair), ("clinical", cast.chair), ("FINANCE", cast.lead)):
        talks.slash(f"clause content 4.2 {stream}", by=by)
    assert (status(talks), clause(talks)["needs"]) == ("agreed_in_principle", ["the work-stream clinical (OHP)"])
    assert "counts once" in talks.slash("clause content 4.2 finance", by=cast.negotiator).text
    assert "You may not" in talks.slash("clause content 4.2 clinical", by=cast.observer).text
    talks.slash("clause content 4.2 clinical", by=cast.negotiator)
    assert status(talks) == "agreed_subject_to_contract"


def test_nothing_in_a_package_is_agreed_until_all_of_it_is(talks: Parley) -> None:
    talks.slash("package Money: 4.2, 4.3", by=cast.chair)
    talks.slash(f"agree 4.2: {WORDS}", by=cast.chair)
    assert "agreed once 4.3 of its package is" in talks.slash("confirm AG1", by=cast.lead).text
    assert (status(talks), clause(talks)["needs"]) == ("proposed", ["clause 4.3 of its package"])
    assert "4.2 (confirmed by every party)" in talks.slash("packages", by=cast.observer).text
    assert "agreed once 4.3 of its package is" in str(the_card(talks, "AG1 on 4.2")["text"])
    agreed(talks, "4.3", "Disputes go to mediation.")
    assert "agreed in principle" in str(the_card(talks, "AG1 on 4.2")["text"])  # its card follows
    assert {status(talks), status(talks, "4.3")} == {"agreed_subject_to_contract"}

    reply = talks.slash("reopen 4.3 because mediation is slow", by=cast.lead)
    assert "With it, of its package: 4.2" in reply.text
    assert {status(talks), status(talks, "4.3")} == {"reopened"}
    assert [row["status"] for row in talks.export()["agreements"]] == ["reopened", "reopened"]
    assert clause(talks)["because"] == "4.3: mediation is slow"


def test_a_package_takes_back_nothing_that_is_agreed(talks: Parley) -> None:
    agreed(talks)
    assert "would take that back" in talks.slash("package Money: 4.2, 4.3", by=cast.chair).text
    talks.slash("clause add 5 Term", by=cast.chair)
    talks.slash("package Rest: 4.3, 5", by=cast.chair)
    assert "another package" in talks.slash("package More: 5, 4.3", by=cast.chair).text


def test_national_text_is_flagged_when_somebody_proposes_to_change_it(talks: Parley) -> None:
    talks.slash("clause add SC36.45A Local variations", by=cast.chair)
    assert clause(talks, "SC36.45A")["national"] is True
    reply = talks.slash("propose sc36.45a Local variations are agreed by e-mail.", by=cast.lead)
    assert "national text" in reply.text
    assert "National text" in str(the_card(talks, "*SC36.45A* ")["blocks"])
    assert talks.deeds("SC36.45A/p1")[0]["national"] is True
    assert "*SC36.45A*" in talks.slash("clauses national", by=cast.observer).text
    talks.slash("clause local SC36.45A", by=cast.chair)
    assert clause(talks, "SC36.45A")["national"] is False


def test_agreed_is_final_only_once_the_contract_is_signed(talks: Parley) -> None:
    agreed(talks)
    talks.slash("milestone add Signature on 1 dec 2026 kind signature", by=cast.chair)
    assert status(talks) == "agreed_subject_to_contract"
    talks.slash("milestone done M1 on 26 nov 2026", by=cast.chair)
    assert status(talks) == "agreed_final"
    assert "The contract is signed" in talks.slash("reopen 4.2 because we can", by=cast.lead).text
    assert "The contract is signed" in talks.slash("propose 4.2 Other words.", by=cast.lead).text


# -- put off and handed up ------------------------------------------------------------------------------


def test_a_parked_clause_comes_back_on_its_day(talks: Parley) -> None:
    assert "Thursday 3 December 2026" in talks.slash("park 4.2 until 3 dec", by=cast.scribe).text
    assert (status(talks), clause(talks)["parked_until"]) == ("parked", "2026-12-03")
    assert "until Thursday 3 December 2026" in talks.slash("clauses parked", by=cast.observer).text
    talks.later(days=6)
    talks.tick()
    assert not any("was parked until" in m["text"] for m in talks.posted(cast.lead))
    talks.later(days=1)
    talks.tick()
    for person in (cast.chair, cast.lead, cast.negotiator):
        (reminder,) = [m for m in talks.posted(person) if "was parked until" in str(m)]
        assert "4.2" in reminder["text"]
    talks.later(days=1)
    talks.tick()
    assert sum("was parked until" in str(m) for m in talks.posted(cast.lead)) == 1


def test_a_clause_taken_up_before_its_day_is_not_reminded_of(talks: Parley) -> None:
    talks.slash("park 4.2 until 3 dec", by=cast.chair)
    talks.slash(f"propose 4.2 {WORDS}", by=cast.lead)
    talks.later(days=7)
    talks.tick()
    assert not any("was parked until" in str(m) for m in talks.posted(cast.chair))


def test_a_clause_climbs_the_ladder_with_its_time_limits(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    assert "There is no ladder" in talks.slash("escalate 4.2 because nobody moves", by=cast.lead).text
    talks.slash(f"ladder 1 {cast.chair.mention}, {cast.negotiator.mention} within 2 working days", by=cast.chair)
    shown = talks.slash(f"ladder 2 {cast.scribe.mention}, {cast.lead.mention} within 15 working days", by=cast.lead)
    assert "2. Tom Whitfield (CCG) and Daniel Kerr (OHP), within 15 working days" in shown.text
    both = f"ladder 3 {cast.lead.mention}, {cast.negotiator.mention} within 5 working days"
    assert "Name one person for each side" in talks.slash(both, by=cast.lead).text

    reply = talks.slash("escalate 4.2 because nobody moves", by=cast.lead)
    assert "Margaret Osei (CCG) and Ruth Adeyemi (OHP)" in reply.text
    assert "by Monday 30 November 2026" in reply.text
    assert "the day after is day 1" in reply.text
    assert (status(talks), clause(talks)["escalation_level"], clause(talks)["settle_by"]) == (
        "escalated",
        1,
        "2026-11-30",
    )
    talks.later(days=4)
    talks.tick()
    (reminder,) = [m for m in talks.posted(cast.negotiator) if "escalated because" in str(m)]
    assert "is to be settled by Monday 30 November 2026" in str(reminder)
    assert not any("escalated because" in str(m) for m in talks.posted(cast.lead))
    talks.later(days=1)
    talks.tick()
    assert "was to be settled by Monday 30 November 2026" in str(talks.posted(cast.chair))

    assert "Tom Whitfield (CCG)" in talks.slash("escalate 4.2 because still nobody moves", by=cast.chair).text
    assert clause(talks)["escalation_level"] == 2
    assert "top of the ladder" in talks.slash("escalate 4.2 because nobody moves", by=cast.chair).text
    talks.slash("dispute 4.2 because both chief executives disagree", by=cast.chair)
    assert status(talks) == "disputed"
    assert "frozen" in talks.slash("propose 4.2 Other words.", by=cast.lead).text
    talks.slash("agree 4.2: The mediator's words.", by=cast.chair)
    talks.slash("confirm AG1", by=cast.lead)
    assert status(talks) == "agreed_subject_to_contract"


def test_a_clause_is_escalated_to_somebody_by_name(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    reply = talks.slash(f"escalate 4.2 to {cast.scribe.mention} because the cap is beyond us", by=cast.chair)
    assert "Tom Whitfield (CCG)" in reply.text
    assert clause(talks)["escalated_to"] == "Tom Whitfield"
    assert "*4.2*" in talks.slash("clauses mine", by=cast.scribe).text
    assert "because the cap is beyond us" in str(the_card(talks)["blocks"])


# -- lists and redlines ---------------------------------------------------------------------------------


def test_clauses_are_listed_as_people_read_numbers_and_found_however_they_are_typed(talks: Parley) -> None:
    for number in ("4.10", "SC36.45A", "SC36.9", "Schedule 3B"):
        talks.slash(f"clause add {number} Title", by=cast.chair)
    shown = talks.slash("clauses", by=cast.observer)
    numbers = [line.split("*")[1] for line in shown.text.splitlines()[1:]]
    assert numbers == ["4.2", "4.3", "4.10", "SC36.9", "SC36.45A", "Schedule 3B"]
    assert "*Schedule 3B* Title" in talks.slash("clause sched 3b", by=cast.observer).text
    assert "*SC36.45A*" in talks.slash("clause sc36.45a", by=cast.observer).text
    assert "Did you mean SC36.9" in talks.slash("clause SC36.8", by=cast.observer).text


def test_a_redline_shows_what_changed_in_marks_and_in_words(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    talks.slash(f"propose 4.2 {THEIRS}", by=cast.lead)
    reply = talks.slash("diff 4.2", by=cast.observer)
    assert "[deleted: 30]" in reply.text
    assert "[inserted: 45]" in reply.text
    assert "Payment falls due within ~30~ *45* days." in reply.shown
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    assert "from p2 to p1" in talks.slash("diff 4.2 p2 p1", by=cast.observer).text
    assert "there are p1 and p2" in talks.slash("diff 4.2 p1 p9", by=cast.observer).text
    talks.slash(f"propose 4.2 *{THEIRS}* ~not~ {WORDS}", by=cast.chair)  # marks of their own would be taken for ours
    reply = talks.slash("diff 4.2", by=cast.observer)
    (rich,) = [block for block in reply.blocks if block["type"] == "rich_text"]
    pieces = rich["elements"][0]["elements"]
    assert "".join(p["text"] for p in pieces if p.get("style") != {"strike": True}) == f"*{THEIRS}* ~not~ {WORDS}"
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    talks.slash("diff 4.2 as docx", by=cast.observer)
    (message,) = [m for m in talks.posted(cast.observer) if m.get("files")]
    name = message["files"][0]["name"]
    assert name.startswith("OXMH-4-2-")
    assert name.endswith(".docx")


def test_an_agreement_from_before_its_clause_was_there_belongs_to_it(meeting: Parley) -> None:
    meeting.slash(f"agree 4.2: {WORDS}", by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    meeting.slash("clause add 4.2 Payment", by=cast.scribe)
    assert (status(meeting), clause(meeting)["agreement"]) == ("agreed_subject_to_contract", "AG1")


def test_a_stranger_learns_nothing_of_clauses(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    answers = {
        talks.slash(typed, by=cast.stranger).text for typed in ("clause 4.2", "clause 99", "clauses", "diff 4.2")
    }
    assert len(answers) == 1


# -- what a stranger stumbled over ----------------------------------------------------------------------


def test_a_clause_is_meant_also_where_the_colon_was_forgotten(talks: Parley) -> None:
    agreed(talks)
    assert "Reopen it first" in talks.slash("agree 4.2 Other words.", by=cast.chair).text
    talks.types("AGREED: 4.3 Disputes go to mediation.", by=cast.chair)
    assert [row["clause"] for row in talks.export()["agreements"]] == ["4.2", "4.3"]
    assert talks.export()["agreements"][1]["wording"] == "Disputes go to mediation."
    assert "No clause 99.9 is in the contract" in talks.slash("agree 99.9: Other words.", by=cast.chair).text
    talks.slash("agree 30 days are a month.", by=cast.chair)
    assert talks.export()["agreements"][-1]["clause"] is None


def test_nobody_reopens_unseen(talks: Parley) -> None:
    agreed(talks)
    reply = talks.slash("OXMH reopen 4.2 because the tariff has changed", by=cast.lead, where=cast.elsewhere)
    assert reply.private
    (told,) = [m for m in talks.posted() if m["text"].startswith("Daniel Kerr (OHP): ")]
    assert "is reopened, because the tariff has changed" in told["text"]
    assert not any("tariff" in m["text"] for m in talks.posted(cast.elsewhere))


def test_what_is_said_of_an_agreement_in_a_caucus_stays_there(talks: Parley) -> None:
    talks.slash(f"agree 4.2: {WORDS}", by=cast.chair)
    refused = talks.slash("object AG1 because we are short of cash", by=cast.lead, where=cast.ohp_caucus)
    assert "private to your side" in refused.text
    assert "short of cash" not in str(talks.posted())
    assert "private to your side" in talks.slash("confirm AG1", by=cast.lead, where=cast.ohp_caucus).text


def test_a_signature_is_not_taken_back_and_says_what_was_never_agreed(talks: Parley) -> None:
    agreed(talks)
    talks.slash("milestone add Signature on 1 dec 2026 kind signature", by=cast.chair)
    reply = talks.slash("milestone done M1 on 26 nov 2026", by=cast.chair)
    assert "1 of 2 clauses are final. Never agreed: 4.3" in reply.text
    assert "that is not taken back" in talks.slash("milestone remove M1 because oops", by=cast.lead).text
    talks.shares("c.md", b"# C\n\n## 1. Apples\n\nOne.", by=cast.chair)
    assert "The contract is signed" in talks.slash("clause import", by=cast.chair).text
    assert "The contract is signed" in talks.slash("clause title 4.2 Other", by=cast.chair).text


def test_one_side_alone_takes_nothing_out_that_is_everybody_s(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    assert "not yours to take out" in talks.slash("withdraw 4.2", by=cast.lead).text
    talks.shares("c.md", b"# C\n\n## 1. Apples\n\nOne.", by=cast.chair)
    talks.slash("clause import", by=cast.chair)
    talks.read_contracts()
    assert "one side alone cannot take it out" in talks.slash("withdraw 1", by=cast.chair).text


def test_a_file_that_contradicts_what_is_agreed_says_so(talks: Parley) -> None:
    talks.shares("v1.md", b"# C\n\n4.2 We pay in 30 days.\n\n4.3 Interest runs.\n\n4.4 Both sign.", by=cast.chair)
    talks.slash("clause import", by=cast.chair)
    talks.read_contracts()
    agreed(talks, "4.2", "We pay in 30 days.")
    agreed(talks, "4.3", "Interest runs.")
    talks.shares("v2.md", b"# C\n\n4.2 We pay in 60 days.\n\n4.4 Both sign.", by=cast.chair)
    talks.slash("clause import", by=cast.chair)
    talks.read_contracts()
    (card,) = [m for m in talks.posted() if m["text"].startswith("*v2.md* is version 2")]
    assert "otherwise than what every party has confirmed on 4.2 (AG1) and 4.3 (AG2)" in card["text"]


def test_another_contract_is_not_taken_for_the_next_version(talks: Parley) -> None:
    first = "\n\n".join(f"{n}. Apples number {n} are picked by hand and kept in the barn." for n in range(1, 9))
    other = "\n\n".join(f"{n}. Ships of line {n} sail under no flag but their own." for n in range(21, 24))
    for words in (first, other):
        talks.shares("c.md", f"# C\n\n{words}".encode(), by=cast.chair)
        talks.slash("clause import", by=cast.chair)
        talks.read_contracts()
    assert "so it may be another contract" in str(talks.posted()[-1])
    assert len(talks.export()["contract_files"]) == 1
    talks.slash("clause import anyway", by=cast.chair)
    talks.read_contracts()
    assert len(talks.export()["contract_files"]) == 2


def test_whoever_is_to_settle_a_clause_is_told(talks: Parley) -> None:
    talks.slash(f"propose 4.2 {WORDS}", by=cast.chair)
    talks.slash(f"ladder 1 {cast.chair.mention}, {cast.negotiator.mention} within 2 working days", by=cast.chair)
    reply = talks.slash(f"escalate 4.2 to {cast.negotiator.mention} because he decides", by=cast.chair)
    assert "escalated to Ruth Adeyemi (OHP), because" in reply.text
    assert any("Clause *4.2* Payment of OXMH: Escalated to" in m["text"] for m in talks.posted(cast.negotiator))


def test_a_package_is_dissolved(talks: Parley) -> None:
    talks.slash("package Money: 4.2, 4.3", by=cast.chair)
    agreed(talks)
    assert "is dissolved" in talks.slash("package money: none", by=cast.lead).text
    assert status(talks) == "agreed_subject_to_contract"
    assert "There is no package money" in talks.slash("package money: none", by=cast.lead).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("clause legal", "Say which clause"),
        ("clause content 4.2", "Say in which work-stream"),
        ("clause impotr", "Did you mean `/parley clause import`?"),
        ("park 99 until 3 dec", "There is no clause 99"),
        ("clauses mine", "No clause of OXMH waits for you or your side"),
    ],
)
def test_half_a_command_is_answered_with_what_is_missing(talks: Parley, typed: str, said: str) -> None:
    assert said in talks.slash(typed, by=cast.chair).text
