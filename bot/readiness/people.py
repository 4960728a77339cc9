"""Who does what: the roles that a table needs, each proposed for somebody whom it fits, and a scribe everywhere."""

from collections.abc import Iterable, Sequence

from bot import roster
from bot.actions import rules as action_rules
from bot.meetings import rules as meeting_rules
from bot.readiness import rules
from bot.readiness.rules import Candidate, Item, Status
from bot.readiness.table import Table
from bot.roster import Seat
from bot.slack import mrkdwn
from storage import meetings, negotiations, records
from storage.tables import AttendanceStatus, Meeting, MeetingKind, Party, PartyKind, Role

ROLES, RECORDING = "Expectations and roles", "Recording capacity"
_NO_SCRIBE = "No scribe is named."
_SIDES = ((PartyKind.COMMISSIONER, "COMM"), (PartyKind.PROVIDER, "PROV"))


def roles(table: Table) -> list[Item]:
    faults = [*_sides(table)]
    for party in table.signing:
        faults += seat_for(table, ROLES, party, meeting_rules.SPEAKERS, f"{party.name} has no lead or negotiator.")
    for role, missing in ((Role.CHAIR, "No chair is named."), (Role.SCRIBE, _NO_SCRIBE)):
        faults += seat_for(table, ROLES, None, (role,), missing)
    for meeting in table.ahead(MeetingKind.NEGOTIATION):
        if not meeting.purpose.strip():
            command = f"meeting purpose {meeting.ref} Settle the clauses that are open"
            faults.append(Item(ROLES, Status.WARN, f"{meeting.ref} has no purpose.", command))
        if not meeting.ground_rules.strip():
            command = f"meeting rules {meeting.ref} One voice for each side; what is agreed is recorded at once"
            faults.append(Item(ROLES, Status.WARN, f"{meeting.ref} has no ground rules.", command))
    return rules.or_fine(ROLES, faults, f"{_held(table)} Every meeting to come has purpose and rules.")


def _sides(table: Table) -> Iterable[Item]:
    """A fault for each side that no signing party is on yet, under a code that is free."""
    if len(table.signing) > 1:
        return
    there = mrkdwn.listed(party.code for party in table.signing) or "nobody"
    kinds = {party.kind for party in table.signing}
    for kind, code in _SIDES:
        if kind not in kinds:
            taken = {party.code for party in table.parties}
            free = next(each for each in (code, *(f"{code}{n}" for n in range(2, 99))) if each not in taken)
            evidence = f"A contract needs two sides; {there} signs. Put the {kind}’s own code and name."
            yield Item(ROLES, Status.FAIL, evidence, f"party add {free} {kind.capitalize()} as {kind}")


def _held(table: Table) -> str:
    """Who has which of the roles that a table needs: "Chair: A (CCG). Scribe: B (CCG). …"."""
    said = [f"{role.capitalize()}: {_named(_with(table.seats, (role,)))}." for role in (Role.CHAIR, Role.SCRIBE)]
    for party in table.signing:
        theirs = [seat for seat in table.seats if seat.party.id == party.id]
        said.append(f"For {party.code}: {_named(_with(theirs, meeting_rules.SPEAKERS))}.")
    return " ".join(said)


def _with(seats: Iterable[Seat], wanted: Sequence[Role]) -> list[Seat]:
    return [seat for seat in seats if set(wanted) & set(seat.member.roles)]


def _named(seats: Sequence[Seat]) -> str:
    return mrkdwn.listed(seat.title for seat in seats) or "nobody"


def seat_for(table: Table, item: str, party: Party | None, wanted: Sequence[Role], evidence: str) -> Iterable[Item]:
    """A fault where nobody (of a party) has one of these roles; mended by giving it to whom it fits best.

    What the commands before it in the same answer give is counted in, so that they may be typed in turn. Where a
    party has nobody yet, only its own people can mend that: the asker sits for one side.
    """
    there = [seat for seat in table.seats if party is None or seat.party.id == party.id]
    if _with(there, wanted):
        return
    if there:
        yield _proposed(table, item, wanted[0], there, evidence)
        return
    sides = [each.code for each in table.signing if party is None or each.id == party.id]
    code = next(iter(table.given.get("", sides)), None)
    if code is None:
        yield Item(item, Status.FAIL, f"{evidence} Add the sides first; then their people can take it.")
    elif table.seats or (party is not None and code != party.code):
        how = f"member add, then their @name, then “to {sides[0]} as {wanted[0]}”"
        yield Item(item, Status.FAIL, f"{evidence} Nobody of theirs has a seat yet. Name somebody: {how}.")
    else:
        table.given[""] = [code]  # the side that the asker sits for from the first command on
        given = table.given.setdefault(table.asker, [])
        given.append(wanted[0].value)
        only = f"{evidence} Nobody else has a seat yet, so it falls to you; hand it on when others have."
        yield Item(item, Status.FAIL, only, f"member add @{table.asker} to {code} as {', '.join(given)}")


def _proposed(table: Table, item: str, role: Role, there: Sequence[Seat], evidence: str) -> Item:
    """The command that gives a role to whoever of those there it fits best, with what they do already."""
    ours = table.party.id if table.party else None
    reached = sorted(
        [seat for seat in there if _may_seat(table, seat.party)] or there, key=lambda seat: seat.party.id != ours
    )
    candidates = [
        Candidate(seat.person.name, seat.party.kind, tuple(table.given.get(seat.person.name, seat.member.roles)))
        for seat in reached
    ]
    chosen = rules.fittest(role, candidates)
    seat = next(each for each in reached if each.person.name == chosen.name)
    kept = [each for each in chosen.roles if each != Role.OBSERVER]
    has = f"is {mrkdwn.listed(kept)} already" if kept else "has no other role"
    given = [*kept, role.value]
    table.given[chosen.name] = given
    shown = f"{evidence} A proposal: {seat.title}, who {has}."
    if clash := rules.clashing(role, kept):
        shown += f" That goes badly with being {mrkdwn.listed(clash)}: name somebody else if you can."
    return Item(item, Status.FAIL, shown, f"member add @{chosen.name} to {seat.party.code} as {', '.join(given)}")


def _may_seat(table: Table, party: Party) -> bool:
    """Whether the asker may seat people for a party: with a caucus channel it looks after its own seats."""
    own = table.party is not None and table.party.id == party.id
    return own or negotiations.caucus_channel(table.session, party.id or 0) is None


# -- a scribe at every meeting, and actions that somebody does -------------------------------------------


def recording(table: Table, asked: Sequence[Item]) -> list[Item]:
    """`asked` is what is wrong with the roles: who is proposed as scribe there is proposed here too."""
    planned = (*table.ahead(MeetingKind.NEGOTIATION), *table.ahead(MeetingKind.SUBGROUP))
    faults = [fault for meeting in planned for fault in _scribe_at(table, meeting)]
    scribes = _with(table.seats, (Role.SCRIBE,))
    if not planned and not scribes:
        command = next((each.command for each in asked if each.evidence.startswith(_NO_SCRIBE)), "")
        faults.append(Item(RECORDING, Status.FAIL, "Nobody is there to write down what is agreed.", command))
    actions = records.open_actions(table.session, table.id, table.party.id if table.party else None)
    owners = records.owners(table.session, [row.id or 0 for row in actions])
    authors = {seat.member.id: seat.person.name for seat in table.seats}
    for row in actions:
        if row.party_id is not None:
            continue
        lacking = action_rules.lacking(row, owners[row.id or 0])
        if "an owner" in lacking:
            to = authors.get(row.author_id) or table.owner()
            evidence = f"{row.ref} has no owner. A proposal: {to}, who recorded it."
            faults.append(Item(RECORDING, Status.FAIL, evidence, f"reassign {row.ref} to @{to}"))
        if "a date" in lacking:
            command = f"extend {row.ref} to {table.day(5)} because it had no date"
            faults.append(Item(RECORDING, Status.FAIL, f"{row.ref} has no date.", command))
    writes = "A scribe comes to every meeting" if planned else f"{_named(scribes)} would write; no meeting is planned"
    kept = "every open action has owner and date" if actions else "no action is open"
    return rules.or_fine(RECORDING, faults, f"{writes}; {kept}.")


def _scribe_at(table: Table, meeting: Meeting) -> Iterable[Item]:
    """A fault where nobody who comes writes: neither a scribe of the table nor somebody asked to for this once."""
    coming = roster.expected(table.session, meeting, table.seats)
    rows = meetings.attendance(table.session, meeting.id or 0)
    writing = {row.member_id for row in rows if row.capacity.casefold() == Role.SCRIBE}
    if any(Role.SCRIBE in seat.member.roles or seat.member.id in writing for seat in coming):
        return
    sorry = {row.member_id for row in rows if row.status == AttendanceStatus.APOLOGIES}
    scribes = [seat for seat in table.seats if Role.SCRIBE in table.given.get(seat.person.name, seat.member.roles)]
    free = [seat for seat in scribes if seat.member.id not in sorry]
    others = coming or [seat for seat in table.seats if seat.member.id not in sorry]
    candidates = [Candidate(s.person.name, s.party.kind, tuple(s.member.roles)) for s in free or others]
    if not candidates:
        yield Item(RECORDING, Status.FAIL, f"{meeting.ref} has no scribe who comes, and nobody has a seat yet.")
        return
    chosen = rules.fittest(Role.SCRIBE, candidates).name
    away = f" {mrkdwn.listed(seat.person.name for seat in scribes)} sent apologies." if scribes and not free else ""
    evidence = f"{meeting.ref} has no scribe who comes.{away}"
    yield Item(RECORDING, Status.FAIL, evidence, f"attend {meeting.ref} @{chosen} as scribe")
