"""Clauses under whatever a table does, legal or not: members act at random, an onlooker holds the record to the law."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from bot import access, roster
from bot.access import Actor, Place
from bot.clauses import conditions, escalation, handlers, service
from bot.clauses.standing import find
from bot.errors import UserError
from bot.exports import files
from bot.exports import service as exports
from bot.record import service as record
from bot.slack.command import Call
from bot.timetable import service as timetable
from bot.trail import Source
from storage import Database, Session, clauses
from storage.tables import Agreement, Clause, Proposal
from tests import cast
from tests.harness import MORNING, running_parley
from tests.slack import clause_law as law
from tests.slack.clause_law import AGREED, ALLY, GONE, LATER, NUMBERS, SEATS, SIGNING, Seat, Seen, Spoken
from tests.storage.rows import raw

TEAM = "TPARLEY"
WORDS = ("Payment falls due within 30 days.", "Payment falls due within 28 days.", "Nothing is due.")
PACKAGES = ("Payment", "Quality")
TABLES = (
    *("clause", "proposal", "agreement", "confirmation", "package", "stream_word", "milestone"),
    *("ledgerentry", "outbox"),
)
Done = Callable[[Session, Actor], Any]

reached: Counter[str] = Counter()
"""What the runs came to: a status, or an act that was done or refused."""


@cache
def a_table(allied: bool) -> bytes:
    """A database with the people seated and three clauses, one of which has not started."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "parley.db")
        with running_parley(f"sqlite:///{path}") as parley:
            parley.set_up()
            for person in law.NEWCOMERS:
                parley.api.add_user(person.id, person.name)
            for typed in (
                f"member add {law.LIMITED.mention} to CCG as negotiator",
                f"member authority {law.LIMITED.mention} 4",
                f"member add {law.LEGAL.mention} to CCG as legal",
                "party add ADV Advisers as adviser",
                f"member add {law.ADVISER.mention} to ADV as lead",
                *(("party add MIND Oxfordshire Mind as provider",) if allied else ()),
                *((f"member add {law.PARTNER.mention} to MIND as lead",) if allied else ()),
                "clause add 4.10 Interest",
                "clause add SC36.9 Local prices",
                "clause add 4.2 Payment",
                "milestone add Signing on 1 mar 2027 kind signature",
            ):
                shown = parley.slash(typed, by=cast.chair).text
                assert not shown.startswith(("You may", "That is", "There is no")), shown
            raw(parley.deps.db, "UPDATE clause SET status = 'not_started' WHERE number = '4.10'")
        return path.read_bytes()


# Those who may do most act more often; the last place is the ally's, where there is one.
people = st.sampled_from([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 9, *range(len(SEATS))])
numbers = st.sampled_from(NUMBERS)
words = st.sampled_from(WORDS)
picks = st.integers(0, 20)
rarely = st.sampled_from([False] * 7 + [True])


class Table(RuleBasedStateMachine):
    """`heard` is what was said of each agreement, kept from the acts alone."""

    @initialize(
        allied=st.booleans(),
        tied=st.sampled_from([(), ("4.2", "SC36.9"), ("4.2", "4.10", "SC36.9")]),
        agreed=st.sets(numbers, max_size=3),
        whole=st.booleans(),
        legal=numbers,
        wording=words,
    )
    def sit_down(
        self, allied: bool, tied: tuple[str, ...], agreed: set[str], whole: bool, legal: str, wording: str
    ) -> None:
        """Some clauses are tied, some agreed already, one perhaps without its legal adviser."""
        self.folder = Path(tempfile.mkdtemp(prefix="clauses-"))
        (self.folder / "parley.db").write_bytes(a_table(allied))
        self.database = Database(f"sqlite:///{self.folder}/parley.db")
        self.now = MORNING
        self.seats = (*SEATS, ALLY) if allied else SEATS
        self.signing = (*SIGNING, "MIND") if allied else SIGNING
        self.heard: dict[str, Spoken] = {}
        self.frozen: dict[str, Any] = {}
        self.signed = False
        self.seen = self.look()
        self.legal(0, legal, False, False)
        self.package(0, PACKAGES[0], set(tied), False)
        for number in sorted(agreed | set(tied if whole else ())):
            self.go_on(number, 0, wording, 3 + len(self.signing))

    def teardown(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.snapshot() as session:
            faults = files.trail_faults(session)
        self.database.close()
        shutil.rmtree(self.folder)
        assert faults == []

    # -- acting and looking -----------------------------------------------------------------------------

    def look(self) -> Seen:
        with self.database.snapshot() as session:
            place = Place(TEAM, cast.joint.id, cast.chair.id)
            listed = handlers.clauses_list(session, Call(place, "", self.now, {}, Source(place.channel_id))).text
            export = exports.as_json(session, access.only(session, "OXMH"))
        self.kept = self.rows()
        lines = {line[1:].partition("*")[0]: line for line in listed.splitlines()[1:]}
        return Seen(export, lines, self.heard, self.signing, self.signed)

    def rows(self) -> list[Any]:
        """Everything in the database that an act of theirs may change."""
        with self.database.engine.connect() as connection:
            return [connection.execute(text(f"SELECT * FROM {table}")).all() for table in TABLES]

    def seat(self, pick: int) -> Seat:
        return self.seats[pick % len(self.seats)]

    def act(self, what: str, by: Seat, work: Done, *refusals: object, private: bool = False, number: str = "") -> Any:
        """Do it, and hold the record to the law; None when it was refused, as it must be if any of `refusals` holds."""
        before, self.now = self.seen, self.now + timedelta(minutes=1)
        room = cast.joint
        if private:
            room = cast.ohp_caucus if by.party == "OHP" else cast.ccg_caucus
        try:
            with self.database.transaction() as session:
                done = work(session, access.actor(session, Place(TEAM, room.id, by.person.id)))
        except UserError:
            reached[f"{what} refused"] += 1
            assert self.rows() == self.kept, f"{what} was refused, and yet something changed"
            return None
        told = [str(reason) for reason in (by.party is None and "stranger", *refusals) if reason]
        assert not told, f"{what} by {by.person.name} was done in spite of {told}"
        reached[f"{what} done"] += 1
        self.seen = self.look()
        self.check_trail(before, by)
        self.done = (what, before, number)
        return done

    def check_trail(self, before: Seen, by: Seat) -> None:
        """What was done is in the trail, by whom; where nothing is, nothing was done."""
        added = self.seen.export["ledger"][len(before.export["ledger"]) :]
        assert {entry["actor"] for entry in added} <= {f"{by.person.name} ({by.party})"}
        assert added or self.seen.export == before.export

    def hold_to_the_law(self, *, words_changed: bool = False) -> None:
        """After what was done is known to `heard`."""
        _, before, _ = self.done
        for check in law.CHECKS:
            check(self.seen)
        for number in before.clauses:
            law.check_move(before, self.seen, number, words_changed=words_changed)
        for number in self.seen.clauses:
            reached[self.seen.status(number)] += 1
        self.check_the_past_stays()

    def check_the_past_stays(self) -> None:
        """Once reopened, an agreement keeps its words and who confirmed them."""
        for ref, agreement in self.seen.agreements.items():
            if agreement["status"] == "reopened":
                kept = {name: agreement[name] for name in ("wording", "clause", "version", "confirmations")}
                assert set(self.heard[ref].confirmed_by()) == set(self.signing), f"{ref} never was agreed"
                assert self.frozen.setdefault(ref, kept) == kept
            else:
                assert ref not in self.frozen

    def stuck(self, number: str) -> list[object]:
        """Why nothing at all may be done to a clause but confirming, objecting and reopening."""
        return [
            number not in self.seen.clauses and "no clause",
            number in self.seen.clauses and self.seen.awaiting(number) and "awaiting",
            number in self.seen.clauses and self.seen.confirmed(number) and "confirmed",
        ]

    def cannot_become(self, number: str, to: str) -> object:
        return number in self.seen.clauses and not law.moved_along(self.seen.status(number), to) and f"not {to}"

    def an_agreement(self, pick: int) -> dict[str, Any] | None:
        every = self.seen.export["agreements"]
        return every[-1 - pick % len(every)] if every else None

    # -- what people do ---------------------------------------------------------------------------------

    @rule(who=people, number=st.sampled_from(LATER), private=rarely)
    def add(self, who: int, number: str, private: bool) -> None:
        by = self.seat(who)
        there = number in self.seen.clauses and "there already"

        def work(session: Session, actor: Actor) -> Clause:
            return service.add(session, actor, number, "Added", at=self.now)

        if self.act("add", by, work, not by.records and "role", there, private and "room", private=private):
            self.hold_to_the_law()

    @rule(who=people, number=numbers, wording=words, private=rarely)
    def propose(self, who: int, number: str, wording: str, private: bool = False) -> None:
        by = self.seat(who)
        there = number in self.seen.clauses
        same = there and any(row["wording"] == wording for row in self.seen.standing(number))
        closed = there and self.seen.status(number) in AGREED | {"withdrawn", "disputed"}

        def work(session: Session, actor: Actor) -> Proposal:
            clause = find(session, actor, number)
            return service.propose(session, actor, clause, wording, "", at=self.now)

        refusals = (not by.negotiates and "role", same and "same words", closed and "closed", private and "room")
        made = self.act("propose", by, work, *refusals, *self.stuck(number), private=private)
        if made is None:
            return
        (entry,) = [
            row for row in self.seen.export["ledger"] if (row["deed"], row["ref"]) == ("proposal.made", made.ref)
        ]
        assert json.loads(entry["detail"])["national"] is (number in law.NATIONAL)
        assert self.seen.status(number) in ("proposed", "countered")
        self.hold_to_the_law()

    @rule(who=people, number=numbers, stale=rarely, private=rarely)
    def agree_latest(self, who: int, number: str, stale: bool = False, private: bool = False) -> None:
        by = self.seat(who)
        there = number in self.seen.clauses
        every = [row["ref"] for row in self.seen.export["proposals"] if row["clause"] == number]
        standing = self.seen.standing(number) if there else []
        looked_at = every[0] if stale and every else every[-1] if every else None
        open_to_it = there and self.seen.status(number) in ("proposed", "countered", "escalated", "disputed")

        def work(session: Session, actor: Actor) -> Agreement:
            clause, source = find(session, actor, number), Source(cast.joint.id)
            return service.agree(session, actor, clause, source=source, at=self.now, meeting=None, seen=looked_at)

        refusals = (
            not by.records and "role",
            not standing and "nothing proposed",
            standing and looked_at not in (None, standing[-1]["ref"]) and "stale",
            not open_to_it and "status",
            private and "room",
        )
        made = self.act("agree", by, work, *refusals, *self.stuck(number), private=private)
        if made is not None:
            assert made.text == standing[-1]["wording"]
            self.recorded(made, by, number)

    @rule(who=people, number=st.none() | numbers, wording=words, private=rarely)
    def agree_words(self, who: int, number: str | None, wording: str, private: bool) -> None:
        by = self.seat(who)
        there = number in self.seen.clauses
        closed = number is not None and there and self.seen.status(number) in AGREED | {"withdrawn"}
        stuck = self.stuck(number) if number is not None and there else []

        def work(session: Session, actor: Actor) -> Agreement:
            source = Source(cast.joint.id)
            return service.record_agreement(session, actor, wording, source=source, at=self.now, clause=number)

        refusals = (not by.records and "role", closed and "closed", private and "room")
        made = self.act("agree words", by, work, *refusals, *stuck, private=private)
        if made is not None:
            self.recorded(made, by, number)

    def recorded(self, made: Agreement, by: Seat, number: str | None) -> None:
        self.heard[made.ref] = Spoken(by, made.text, number)
        if by.speaks_on(number):
            self.heard[made.ref].say(by, "confirmed")
        self.hold_to_the_law()

    def cannot_speak(self, by: Seat, agreement: dict[str, Any], version: int) -> list[object]:
        return [
            not by.speaks_on(agreement["clause"]) and "may not speak",
            agreement["status"] in GONE and "gone",
            version != agreement["version"] and "another wording",
        ]

    @rule(who=people, pick=picks, stale=rarely)
    def confirm(self, who: int, pick: int, stale: bool = False) -> None:
        by, agreement = self.seat(who), self.an_agreement(pick)
        if agreement is None:
            return
        ref, version = agreement["ref"], agreement["version"] - stale
        refusals = self.cannot_speak(by, agreement, version)

        def work(session: Session, actor: Actor) -> bool:
            row = access.record(session, actor, Agreement, ref)
            return record.confirm(session, actor, row, at=self.now, version=version)

        done = self.act("confirm", by, work, *refusals)
        assert done is not None or any(refusals), f"{by.person.name} may confirm {ref}, and was refused"
        if done is not None:
            heard = self.heard[ref]
            said_before = by.party in heard.confirmed_by()
            assert done is not said_before, "the same word counts once"
            if done:
                heard.say(by, "confirmed")
            self.hold_to_the_law()

    @rule(who=people, pick=picks, stale=rarely)
    def object_to(self, who: int, pick: int, stale: bool) -> None:
        by, agreement = self.seat(who), self.an_agreement(pick)
        if agreement is None:
            return
        ref, version = agreement["ref"], agreement["version"] - stale
        agreed = set(self.heard[ref].confirmed_by()) == set(self.signing) and "agreed"

        def work(session: Session, actor: Actor) -> bool:
            row = access.record(session, actor, Agreement, ref)
            record.object_to(session, actor, row, "The date is wrong", at=self.now, version=version)
            return True

        if self.act("object", by, work, *self.cannot_speak(by, agreement, version), agreed):
            self.heard[ref].say(by, "objected")
            self.hold_to_the_law()

    @rule(who=people, pick=picks, wording=words, to=st.just("") | st.none() | numbers)
    def reword(self, who: int, pick: int, wording: str, to: str | None) -> None:
        """Other words, perhaps for another clause: everybody but whoever changes them is to confirm again."""
        by, agreement = self.seat(who), self.an_agreement(pick)
        if agreement is None:
            return
        ref, heard = agreement["ref"], self.heard[agreement["ref"]]
        number = heard.clause if to == "" else to
        moves = number != heard.clause and number in self.seen.clauses
        taken = number is not None and moves and self.seen.status(number) in AGREED | {"withdrawn"}
        changes = (wording, number) != (heard.wording, heard.clause)
        agreed = set(heard.confirmed_by()) == set(self.signing)

        def work(session: Session, actor: Actor) -> bool:
            row = access.record(session, actor, Agreement, ref)
            service.reword_agreement(session, actor, row, wording, at=self.now, clause=number)
            return True

        refusals = (
            heard.author != by and not by.runs and "role",
            agreement["status"] in GONE and changes and "gone",
            taken and "taken",
            self.signed and agreed and changes and "signed",
        )
        if not self.act("reword", by, work, *refusals, *(self.stuck(number) if moves and number else [])):
            return
        if changes:
            self.heard[ref] = Spoken(heard.author, wording, number, heard.version + 1)
            if by.speaks_on(number):
                self.heard[ref].say(by, "confirmed")
            assert number not in self.seen.clauses or self.seen.status(number) not in AGREED
        self.seen = replace(self.seen, heard=self.heard)
        self.hold_to_the_law(words_changed=changes)

    @rule(who=people, pick=picks, private=rarely)
    def withdraw_proposal(self, who: int, pick: int, private: bool) -> None:
        every, by = self.seen.export["proposals"], self.seat(who)
        if not every:
            return
        row = every[pick % len(every)]
        refusals = (
            not by.negotiates and "role",
            row["party"] != by.party and "not theirs",
            row["status"] not in ("standing", "agreed") and "over",
            self.seen.status(row["clause"]) == "disputed" and "frozen",
            private and "room",
        )

        def work(session: Session, actor: Actor) -> bool:
            found = clauses.proposal(session, actor.id, row["ref"])
            assert found is not None
            service.withdraw_proposal(session, actor, *found, at=self.now)
            return True

        if self.act("withdraw proposal", by, work, *refusals, private=private):
            self.hold_to_the_law()

    @rule(who=people, pick=picks)
    def withdraw_agreement(self, who: int, pick: int) -> None:
        by, agreement = self.seat(who), self.an_agreement(pick)
        if agreement is None:
            return
        ref, heard = agreement["ref"], self.heard[agreement["ref"]]
        refusals = (
            heard.author != by and not by.runs and "role",
            set(heard.confirmed_by()) - {by.party} and "confirmed",
            agreement["status"] in GONE and "gone",
        )

        def work(session: Session, actor: Actor) -> bool:
            row = access.record(session, actor, Agreement, ref)
            service.withdraw_agreement(session, actor, row, at=self.now)
            return True

        if self.act("withdraw agreement", by, work, *refusals):
            self.hold_to_the_law()

    @rule(who=people, number=numbers, private=rarely)
    def withdraw_clause(self, who: int, number: str, private: bool) -> None:
        by = self.seat(who)

        def work(session: Session, actor: Actor) -> bool:
            service.withdraw(session, actor, find(session, actor, number), at=self.now)
            return True

        refusals = (not by.negotiates and "role", self.cannot_become(number, "withdrawn"), private and "room")
        again = number in self.seen.clauses and self.seen.status(number) == "withdrawn" and "withdrawn"
        if self.act("withdraw", by, work, *refusals, again, *self.stuck(number), private=private):
            self.hold_to_the_law()

    @rule(who=people, number=numbers, private=rarely)
    def park(self, who: int, number: str, private: bool) -> None:
        by = self.seat(who)
        day = MORNING.date() + timedelta(days=30)
        awaiting = number in self.seen.clauses and self.seen.awaiting(number) and "awaiting"

        def work(session: Session, actor: Actor) -> bool:
            escalation.park(session, actor, find(session, actor, number), day, at=self.now)
            return True

        refusals = (not by.records and "role", awaiting, self.cannot_become(number, "parked"), private and "room")
        if self.act("park", by, work, *refusals, private=private):
            self.hold_to_the_law()

    @rule(who=people, number=numbers, whom=people, private=rarely)
    def escalate(self, who: int, number: str, whom: int, private: bool) -> None:
        by, to = self.seat(who), self.seat(whom)
        if to.party is None:
            return

        def work(session: Session, actor: Actor) -> bool:
            (found,) = [s for s in roster.seats(session, actor.id) if s.person.user_id == to.person.id]
            clause = find(session, actor, number)
            escalation.escalate(session, actor, clause, found.member, "It is beyond us", at=self.now)
            return True

        refusals = (not by.negotiates and "role", self.cannot_become(number, "escalated"), private and "room")
        if self.act("escalate", by, work, *refusals, private=private):
            self.hold_to_the_law()

    @rule(who=people, number=numbers, why=st.sampled_from(["They disagree", ""]), private=rarely)
    def dispute(self, who: int, number: str, why: str, private: bool) -> None:
        by = self.seat(who)
        status = self.seen.status(number) if number in self.seen.clauses else ""

        def work(session: Session, actor: Actor) -> bool:
            escalation.dispute(session, actor, find(session, actor, number), why, at=self.now)
            return True

        refusals = (not by.negotiates and "role", status != "escalated" and "not escalated", private and "room")
        if self.act("dispute", by, work, *refusals, not why and "no reason", *self.stuck(number), private=private):
            self.hold_to_the_law()

    @rule(who=people, pick=picks, why=st.sampled_from(["The tariff has changed"] * 3 + [" "]), private=rarely)
    def reopen(self, who: int, pick: int, why: str, private: bool) -> None:
        """Mostly of what can be."""
        by, before = self.seat(who), self.seen
        closed = [each for each in before.clauses if before.status(each) in AGREED | {"withdrawn", "parked"}]
        number = (closed * 2 + list(NUMBERS))[pick % (len(closed) * 2 + len(NUMBERS))]
        there = number in before.clauses
        status = before.status(number) if there else ""
        confirmed = there and before.confirmed(number)
        mates = [mate for mate in before.package(number) if mate != number and before.confirmed(mate)] if there else []
        ready = {"agreed_in_principle", "agreed_subject_to_contract", "parked", "withdrawn"}

        def work(session: Session, actor: Actor) -> list[Clause]:
            return service.reopen(session, actor, find(session, actor, number), why, at=self.now)

        refusals = (
            not by.negotiates and "role",
            not why.strip() and "no reason",
            not confirmed and status not in ready and "nothing to reopen",
            any(before.status(each) == "agreed_final" for each in ([number, *mates] if there else [])) and "final",
            private and "room",
        )
        if self.act("reopen", by, work, *refusals, private=private) is None:
            return
        together = [number, *mates] if confirmed or status != "parked" else []
        for each in together:
            assert self.seen.status(each) == "reopened", f"{each} is {self.seen.status(each)}"
            for ref in before.all_live(each):
                if before.by_all(ref):
                    assert self.seen.agreements[ref]["status"] == "reopened"
        assert together or self.seen.status(number) == "open"
        assert not [each for each in self.seen.package(number) if self.seen.status(each) in AGREED]
        self.hold_to_the_law()

    @rule(who=people, name=st.sampled_from(PACKAGES), tied=st.sets(numbers, max_size=3), private=rarely)
    def package(self, who: int, name: str, tied: set[str], private: bool) -> None:
        by, listed = self.seat(who), sorted(tied)
        there = [number for number in listed if number in self.seen.clauses]
        settled = [number for number in there if self.seen.status(number) in AGREED]
        foreign = [number for number in there if self.seen.clauses[number]["package"] not in (None, name)]

        def work(session: Session, actor: Actor) -> Any:
            rows = [find(session, actor, number) for number in listed]
            return conditions.package(session, actor, name, rows, at=self.now)

        refusals = (
            not by.negotiates and "role",
            len(listed) < 2 and "one",
            len(there) < len(listed) and "no clause",
            foreign and "in another",
            0 < len(settled) < len(there) and "agreed already",
            private and "room",
        )
        if self.act("package", by, work, *refusals, private=private) is not None:
            self.hold_to_the_law()

    # -- what must be so before -------------------------------------------------------------------------

    @rule(who=people, number=numbers, cleared=st.booleans(), private=rarely)
    def legal(self, who: int, number: str, cleared: bool, private: bool) -> None:
        by = self.seat(who)
        clause = self.seen.clauses.get(number)
        past = clause is not None and clause["status"] in ("agreed_subject_to_contract", "agreed_final")

        def work(session: Session, actor: Actor) -> bool:
            conditions.flag_legal(session, actor, find(session, actor, number), cleared=cleared, at=self.now)
            return True

        refusals = (
            not by.records and "role",
            cleared and "legal" not in by.roles and "no adviser",
            cleared and (clause is None or clause["legal"] != "open") and "nobody asked",
            not cleared and past and "past",
            private and "room",
        )
        if self.act("legal", by, work, *refusals, private=private):
            self.hold_to_the_law()

    @rule(who=people, number=numbers, streams=st.sets(st.sampled_from(["finance", "clinical"])), private=rarely)
    def streams(self, who: int, number: str, streams: set[str], private: bool) -> None:
        by = self.seat(who)
        status = self.seen.status(number) if number in self.seen.clauses else ""

        def work(session: Session, actor: Actor) -> bool:
            conditions.set_streams(session, actor, find(session, actor, number), sorted(streams), at=self.now)
            return True

        past = status in ("agreed_subject_to_contract", "agreed_final") and "past"
        if self.act("streams", by, work, not by.records and "role", past, private and "room", private=private):
            self.hold_to_the_law()

    @rule(who=people, number=numbers, stream=st.sampled_from(["finance", "clinical"]), private=rarely)
    def content(self, who: int, number: str, stream: str, private: bool) -> None:
        by = self.seat(who)
        clause = self.seen.clauses.get(number)
        known = clause is not None and stream in [each["name"] for each in clause["streams"]]

        def work(session: Session, actor: Actor) -> bool:
            return conditions.content(session, actor, find(session, actor, number), stream, at=self.now)

        refusals = (not by.negotiates and "role", not by.signs and "does not sign", not known and "no such stream")
        if self.act("content", by, work, *refusals, private and "room", private=private) is not None:
            self.hold_to_the_law()

    @precondition(lambda self: len(self.seen.export["ledger"]) > 36 and not self.signed)
    @rule(who=people)
    def sign(self, who: int) -> None:
        by = self.seat(who)

        def work(session: Session, actor: Actor) -> bool:
            timetable.done(session, actor, timetable.milestone(session, actor, "M1"), MORNING.date(), at=self.now)
            return True

        if self.act("sign", by, work, not by.runs and "role"):
            self.signed = True
            self.seen = replace(self.seen, signed=True)
            self.hold_to_the_law()

    # -- the way to an agreement, which chance alone would seldom find ----------------------------------

    @rule(number=numbers, who=people, wording=words, acts=st.integers(1, 5))
    def go_on(self, number: str, who: int, wording: str, acts: int) -> None:
        """The next acts on the way to this clause being agreed, one after the other."""
        for _ in range(acts):
            if number not in self.seen.clauses:
                self.add(0, number, False)
            elif self.seen.live(number):
                self.confirm_next(number)
            elif self.seen.standing(number) and (acts > 1 or who == 0):
                self.agree_latest(who % 3, number)
            else:
                self.propose(who % 3, number, wording)

    @rule(number=numbers, who=people)
    def climb(self, number: str, who: int) -> None:
        """The next act on the way to a dispute."""
        if number in self.seen.clauses and self.seen.status(number) == "escalated":
            self.dispute(who % 3, number, "They disagree", False)
        else:
            self.escalate(who % 3, number, 1, False)

    def confirm_next(self, number: str) -> None:
        """Whoever has not confirmed the words on this clause does."""
        ref = self.seen.live(number)[-1]
        every = [row["ref"] for row in self.seen.export["agreements"]]
        missing = [party for party in self.signing if party not in self.heard[ref].confirmed_by()]
        for who, seat in enumerate(self.seats):
            if missing and seat.party == missing[0] and seat.speaks_on(number):
                self.confirm(who, len(every) - 1 - every.index(ref))
                return


def play(examples: int, steps: int, **more: Any) -> None:
    run_state_machine_as_test(
        Table, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, **more)
    )


def test_whatever_a_table_does_its_clauses_keep_to_the_law() -> None:
    play(12, 30, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)


def test_the_acts_lead_to_every_status() -> None:
    """Else the law would be kept for want of anything to do."""
    reached.clear()
    table = Table()
    table.sit_down(True, (), {"4.2", "SC36.9"}, False, "SC36.9", WORDS[0])
    table.propose(0, "4.10", WORDS[0])
    table.propose(1, "4.10", WORDS[1])
    table.park(0, "4.10", False)
    for _ in range(2):
        table.climb("4.10", 0)
    table.go_on("4.10", 0, WORDS[0], 5)
    table.reopen(0, 0, "The tariff has changed", False)
    table.withdraw_clause(0, "4.10", False)
    table.add(0, "12", False)
    table.withdraw_clause(0, "12", False)
    table.go_on("4.2", 0, WORDS[0], 5)
    table.sign(0)
    table.teardown()
    assert set(law.MAY_BECOME) <= set(reached), sorted(set(law.MAY_BECOME) - set(reached))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_whatever_many_tables_do() -> None:
    play(1500, 60)
