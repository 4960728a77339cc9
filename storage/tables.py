"""The data model, read top to bottom.

Three rules hold throughout. `party_id` on a row of the record means *private to that party*; None means
that everyone at the table may see it. Instants are aware UTC, deadlines are dates. A row is never
deleted: it ends in a status, and the ledger keeps what it was.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.db import AwareUTC, Exact


class PartyKind(StrEnum):
    COMMISSIONER = "commissioner"
    PROVIDER = "provider"
    SUBCONTRACTOR = "subcontractor"
    ADVISER = "adviser"


class Role(StrEnum):
    CHAIR = "chair"
    LEAD = "lead"
    NEGOTIATOR = "negotiator"
    SCRIBE = "scribe"
    LEGAL = "legal"
    TECHNICAL = "technical"
    OBSERVER = "observer"


class ChannelKind(StrEnum):
    JOINT = "joint"
    CAUCUS = "caucus"
    SUBGROUP = "subgroup"


class MeetingKind(StrEnum):
    NEGOTIATION = "negotiation"
    SUBGROUP = "subgroup"
    PREMEET = "premeet"
    GATEWAY = "gateway"
    LEGAL = "legal"


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AttendanceStatus(StrEnum):
    INVITED = "invited"
    PRESENT = "present"
    APOLOGIES = "apologies"


class Reply(StrEnum):
    """What somebody answered when asked whether they come."""

    YES = "yes"
    NO = "no"
    DEPUTY = "deputy"


class Rating(StrEnum):
    """How a gateway review judged."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class AgreementStatus(StrEnum):
    AWAITING = "awaiting"
    AGREED = "agreed"
    OBJECTED = "objected"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


class Stance(StrEnum):
    CONFIRMED = "confirmed"
    OBJECTED = "objected"


class RecordStatus(StrEnum):
    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


class ActionStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


class ClauseStatus(StrEnum):
    NOT_STARTED = "not_started"
    OPEN = "open"
    PROPOSED = "proposed"
    COUNTERED = "countered"
    IN_PRINCIPLE = "agreed_in_principle"
    SUBJECT_TO_CONTRACT = "agreed_subject_to_contract"
    PARKED = "parked"
    ESCALATED = "escalated"
    DISPUTED = "disputed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    FINAL = "agreed_final"


class ProposalStatus(StrEnum):
    STANDING = "standing"
    COUNTERED = "countered"
    REPLACED = "replaced"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class FileStatus(StrEnum):
    ASKED = "asked"
    READ = "read"
    REFUSED = "refused"


class NoteKind(StrEnum):
    NOTE = "note"
    RESERVATION = "reservation"
    PARKED = "parked"
    DECLARATION = "declaration"
    RECOMMENDATION = "recommendation"


class CorrectionStatus(StrEnum):
    """What became of a correction of minutes: asked for, then entered in a new version or declined."""

    ASKED = "asked"
    ENTERED = "entered"
    DECLINED = "declined"


class CommitmentStatus(StrEnum):
    """Where a promise went: `waived` is consciously not carried into the contract."""

    OPEN = "open"
    CARRIED = "carried"
    WAIVED = "waived"


class Structure(StrEnum):
    """How the contract is built, which says who signs it."""

    PRIME = "prime"
    ALLIANCE = "alliance"
    LEAD_PROVIDER = "lead provider"
    INTEGRATOR = "integrator"

    @property
    def two_sided(self) -> bool:
        """Whether one provider alone signs with the commissioner, the others being its subcontractors."""
        return self != Structure.ALLIANCE


class ChoiceKind(StrEnum):
    ROUTE = "route"
    STRUCTURE = "structure"


class PointKind(StrEnum):
    """The columns of what speaks for and against a structure."""

    PRO = "pro"
    CON = "con"
    OTHER = "other"


class FindingKind(StrEnum):
    STRENGTH = "strength"
    CONCERN = "concern"


class ConcessionState(StrEnum):
    PLANNED = "planned"
    GIVEN = "given"
    RECEIVED = "received"


class ScopeSide(StrEnum):
    """Whether a service is in the contract."""

    IN = "in"
    OUT = "out"


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The database has the last word on which words a status may hold."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Person(SQLModel, table=True):
    """Somebody in Slack, as the workspace that installed Parley knows them.

    `home_team_id` is the workspace that the person belongs to, which is another organisation's for those who come in
    through a shared channel; empty until they have done something. `left`: their account in Slack is deactivated.
    """

    __table_args__ = (UniqueConstraint("team_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    user_id: str
    name: str
    home_team_id: str = ""
    left: bool = False

    @property
    def is_guest(self) -> bool:
        """Whether the person is known to come from another organisation."""
        return self.home_team_id not in ("", self.team_id)


class Negotiation(SQLModel, table=True):
    """`closed_days` are extra days off (ISO dates). `reminders` holds what was set otherwise than usual, by
    the names of `bot.lead_times`; `reminded_on` is the local day through which daily reminders are said.
    `structure` is None until it is decided.
    """

    __table_args__ = (UniqueConstraint("team_id", "code"), one_of("structure", Structure))
    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    code: str
    title: str
    zone: str
    calendar: str
    marking: str
    closed_days: list[str] = Field(default_factory=list, sa_type=JSON)
    reminders: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    reminded_on: date | None = None
    structure: str | None = None
    created_by_id: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=AwareUTC)


class Party(SQLModel, table=True):
    """A side. `quorum` is how many of its people must be there for it to be at a meeting at all."""

    __table_args__ = (UniqueConstraint("negotiation_id", "code"), one_of("kind", PartyKind))
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    code: str
    name: str
    kind: str
    quorum: int = 1

    @property
    def must_sign(self) -> bool:
        """Commissioners and providers sign; subcontractors and advisers sit at the table but do not."""
        return self.kind in (PartyKind.COMMISSIONER, PartyKind.PROVIDER)


class Member(SQLModel, table=True):
    """A person at one table, for one party only: nobody can confirm for two.

    `reminders` is what this person set for themselves, by the names of `bot.lead_times`. `authority` are the
    clauses, with what is below them, whose words they may agree; empty: all. `aliases` are other names that they go by
    at this table.
    """

    __table_args__ = (UniqueConstraint("negotiation_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    party_id: int = Field(foreign_key="party.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    roles: list[str] = Field(sa_type=JSON)
    reminders: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    authority: list[str] = Field(default_factory=list, sa_type=JSON)
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)


class Channel(SQLModel, table=True):
    """A Slack channel bound to a negotiation; `party_id` names the party whose caucus it is.

    `shared`: people of another organisation may be in it. Nothing private is said there then, unless its party has
    said that it is fine (`sharing_fine`).
    """

    __table_args__ = (
        UniqueConstraint("team_id", "channel_id"),
        one_of("kind", ChannelKind),
        CheckConstraint("(kind = 'caucus') = (party_id IS NOT NULL)", name="caucus_has_party"),
    )
    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    channel_id: str
    negotiation_id: int = Field(foreign_key="negotiation.id", index=True)
    kind: str
    party_id: int | None = Field(default=None, foreign_key="party.id")
    name: str = ""
    shared: bool = False
    sharing_fine: bool = False

    @property
    def overheard(self) -> bool:
        """Whether others than its own party may read what is private to it there."""
        return self.party_id is not None and self.shared and not self.sharing_fine


class Meeting(SQLModel, table=True):
    """`series_id` is the first of a recurring series, on every meeting of it. `sequence` counts the moves, as
    calendars do. `automatic` marks a pre-meet that Parley placed; `reason` is why it was last moved or cancelled.
    """

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        one_of("kind", MeetingKind),
        one_of("status", MeetingStatus),
        # One open meeting to a channel: a typed line must belong to exactly one.
        Index(
            "meeting_open_in_channel",
            "channel_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    party_id: int | None = Field(default=None, foreign_key="party.id")
    kind: str
    number: int
    ref: str
    title: str
    status: str = MeetingStatus.PLANNED
    starts_at: datetime = Field(sa_type=AwareUTC)
    minutes_planned: int
    place: str = ""
    purpose: str = Field(default="", sa_type=Text)
    ground_rules: str = Field(default="", sa_type=Text)
    series_id: int | None = Field(default=None, foreign_key="meeting.id")
    sequence: int = 0
    automatic: bool = False
    reason: str = Field(default="", sa_type=Text)
    informs_id: int | None = Field(default=None, foreign_key="meeting.id")
    preparation_minutes: int | None = None
    channel_id: str | None = None
    item_id: int | None = None
    started_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    ended_at: datetime | None = Field(default=None, sa_type=AwareUTC)


class Attendance(SQLModel, table=True):
    """Who is expected, present or sorry; `member_id` is None for a guest known only by name.

    `asked` marks those asked by name (where nobody was, all who may see the meeting are meant). `reply` is what
    they answered to the invitation; None while they have not.
    """

    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        one_of("status", AttendanceStatus),
    )
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    member_id: int | None = Field(default=None, foreign_key="member.id")
    name: str
    capacity: str = ""
    status: str
    asked: bool = False
    reply: str | None = None


class AgendaItem(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    number: int
    title: str
    owner_id: int | None = Field(default=None, foreign_key="member.id")
    minutes: int | None = None
    carried_from_id: int | None = Field(default=None, foreign_key="agendaitem.id")
    taken_at: datetime | None = Field(default=None, sa_type=AwareUTC)


class Paper(SQLModel, table=True):
    """A paper that a meeting needs; missing until it is received."""

    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    number: int
    title: str
    owner_id: int | None = Field(default=None, foreign_key="member.id")
    received_at: datetime | None = Field(default=None, sa_type=AwareUTC)


class Preparation(SQLModel, table=True):
    """How long one party in fact prepared for a meeting, in minutes; private to it."""

    __table_args__ = (UniqueConstraint("meeting_id", "party_id"),)
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    party_id: int = Field(foreign_key="party.id")
    minutes: int


class Recorded(SQLModel):
    """What every kind of record carries: its words, whose they are, and the message they came from.

    `said` is what was typed, with its marks for mentioned people; `text` is what was understood of it.
    `seq` is its deed's place in the trail: the order in which things were said, whoever's clock dated them.
    `channel_id`, `ts` and `line` name the Slack message and the line in it; `ts` is None for a record
    made by a command or a form, which leave no message. `logged_by_id` is who put a whole message on record, by a
    shortcut or a reaction: its author, or somebody else.
    """

    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    party_id: int | None = Field(default=None, foreign_key="party.id")
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", index=True)
    item_id: int | None = Field(default=None, foreign_key="agendaitem.id")
    number: int
    ref: str
    text: str = Field(sa_type=Text)
    said: str = Field(sa_type=Text)
    seq: int = 0
    status: str
    author_id: int = Field(foreign_key="member.id")
    logged_by_id: int | None = Field(default=None, foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)
    channel_id: str | None = None
    ts: str | None = None
    line: int = 0
    permalink: str | None = None


def numbered(table: str) -> Index:
    """Each circle counts its own, and the highest number is asked for with every new record."""
    return Index(f"{table}_number", "negotiation_id", "party_id", "number")


class Agreement(Recorded, table=True):
    """Exact words, and how far the parties have confirmed them.

    `version` counts the wordings; `reworded_at` is when the latest was put to the parties, if not when it was
    said.
    `clause` is the number as it was then, `clause_id` the clause itself where there is one. `because` is why it
    was reopened after every party had agreed.
    """

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        UniqueConstraint("channel_id", "ts", "line"),
        numbered("agreement"),
        one_of("status", AgreementStatus),
    )
    clause: str | None = None
    clause_id: int | None = Field(default=None, foreign_key="clause.id", index=True)
    version: int = 1
    reworded_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    because: str = Field(default="", sa_type=Text)


class Confirmation(SQLModel, table=True):
    """One party's word on one wording: the latest; the ledger keeps the earlier ones."""

    __table_args__ = (
        UniqueConstraint("agreement_id", "version", "party_id"),
        one_of("stance", Stance),
    )
    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    version: int
    party_id: int = Field(foreign_key="party.id")
    member_id: int = Field(foreign_key="member.id")
    stance: str
    reason: str = Field(default="", sa_type=Text)
    at: datetime = Field(sa_type=AwareUTC)


class Decision(Recorded, table=True):
    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        UniqueConstraint("channel_id", "ts", "line"),
        numbered("decision"),
        one_of("status", RecordStatus),
    )


class Action(Recorded, table=True):
    """A promise. Without an owner or a date it is incomplete: kept, named, and chased.

    `milestone_id` is the gateway whose review recommended it.
    """

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        UniqueConstraint("channel_id", "ts", "line"),
        numbered("action"),
        one_of("status", ActionStatus),
        # What is due is looked up day after day among all the actions there ever were.
        Index(
            "action_due",
            "negotiation_id",
            "due_on",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        # What somebody has recorded and still lacks something is looked up each time they look at App Home.
        Index(
            "action_recorded",
            "author_id",
            "party_id",
            "due_on",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )
    milestone_id: int | None = Field(default=None, foreign_key="milestone.id")
    due_on: date | None = None
    done_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    evidence: str = Field(default="", sa_type=Text)


class ActionOwner(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("action_id", "member_id"),)
    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id")
    member_id: int = Field(foreign_key="member.id", index=True)


class Snooze(SQLModel, table=True):
    """Somebody wants to hear of an action again on this local day, and not before."""

    __table_args__ = (UniqueConstraint("action_id", "member_id"),)
    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id")
    member_id: int = Field(foreign_key="member.id")
    until: date = Field(index=True)


class Note(Recorded, table=True):
    """The rest of the record: notes, reservations, parked items, declarations, recommendations."""

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        UniqueConstraint("channel_id", "ts", "line"),
        numbered("note"),
        one_of("status", RecordStatus),
        one_of("kind", NoteKind),
    )
    kind: str
    until: date | None = None
    about_id: int | None = Field(default=None, foreign_key="member.id")


class MinutesVersion(SQLModel, table=True):
    """Minutes as they were issued: the bytes themselves, never changed. `status` is the one they were issued with.

    `document` is the value that was poured into the template; None for those issued before it was kept. What
    became of them since hangs on them: `bot.meetings.approving` says how they stand.
    """

    __table_args__ = (UniqueConstraint("meeting_id", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    version: int
    status: str
    content: str = Field(sa_type=Text)
    sha256: str
    issued_at: datetime = Field(sa_type=AwareUTC)
    document: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class MinutesCirculation(SQLModel, table=True):
    """A version of minutes was put to the parties for their approval."""

    __tablename__ = "minutes_circulation"
    __table_args__ = (UniqueConstraint("minutes_id"),)
    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutesversion.id")
    member_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class MinutesApproval(SQLModel, table=True):
    """A party has approved exactly this version of minutes."""

    __tablename__ = "minutes_approval"
    __table_args__ = (UniqueConstraint("minutes_id", "party_id"),)
    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutesversion.id")
    party_id: int = Field(foreign_key="party.id")
    member_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class MinutesCopy(SQLModel, table=True):
    """A version of minutes printed once more, never changed: as approved, or for others with less in it.

    `audience` is "" for the approved minutes, else a party's code or "public".
    """

    __tablename__ = "minutes_copy"
    __table_args__ = (UniqueConstraint("minutes_id", "sha256"),)
    id: int | None = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="minutesversion.id")
    audience: str = ""
    document: dict[str, Any] = Field(sa_type=JSON)
    content: str = Field(sa_type=Text)
    sha256: str = Field(index=True)
    at: datetime = Field(sa_type=AwareUTC)


class MinutesCorrection(SQLModel, table=True):
    """What is to be corrected in minutes, in the words of whoever asked; `version` is the one they had read.

    `settled_by_id` entered or declined it; `because` is why it was declined.
    """

    __tablename__ = "minutes_correction"
    __table_args__ = (UniqueConstraint("meeting_id", "number"), one_of("status", CorrectionStatus))
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    number: int
    version: int
    text: str = Field(sa_type=Text)
    status: str
    member_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)
    settled_by_id: int | None = Field(default=None, foreign_key="member.id")
    settled_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    because: str = Field(default="", sa_type=Text)


class ConfidentialMark(SQLModel, table=True):
    """A record ("AG7") or an agenda item ("N1/2") that minutes for others leave out, until the mark is lifted."""

    __tablename__ = "confidential_mark"
    __table_args__ = (UniqueConstraint("negotiation_id", "ref"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    ref: str
    because: str = Field(sa_type=Text)
    lifted: bool = False
    member_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class HomeView(SQLModel, table=True):
    """The App Home of one person in Slack: when they looked at it, and what was last published there.

    `asked` counts what calls for a fresh look at the record (they opened it, or pressed something there) and
    `answered` is how far that was followed. `seen` is what it was made of, as `bot.home.publishing` tells it;
    `fingerprint` stands for what is shown, "" for nothing; `slack_hash` is Slack's name of the view. Nothing is tried
    before `wait_until`. `chosen_id` is the negotiation that the person has narrowed it to; None: all of theirs.
    """

    __tablename__ = "home_view"
    __table_args__ = (UniqueConstraint("team_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    team_id: str
    user_id: str
    chosen_id: int | None = Field(default=None, foreign_key="negotiation.id")
    looked_at: datetime = Field(sa_type=AwareUTC, index=True)
    asked: int = 1
    answered: int = 0
    seen: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    fingerprint: str = ""
    slack_hash: str = ""
    published_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    wait_until: datetime | None = Field(default=None, sa_type=AwareUTC)


class LedgerEntry(SQLModel, table=True):
    """Who did what, when: append-only, each entry carrying the hash of the one before.

    There is one chain for what the table shares (`scope` 0) and one for each party's private record
    (`scope` = its id), so that the length of a chain tells nobody about somebody else's.
    """

    __table_args__ = (UniqueConstraint("negotiation_id", "scope", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    scope: int = 0
    seq: int
    at: datetime = Field(sa_type=AwareUTC)
    actor: str
    deed: str
    ref: str
    detail: str = Field(sa_type=Text)
    previous: str
    hash: str


class OutboxRow(SQLModel, table=True):
    """Something to say in Slack, once. `recipient` is a channel or a user; `key` is what makes it once.

    After `speak_until` it would come at a bad time, and waits for the planner to say it anew.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        one_of("state", OutboxState),
        Index(
            "outbox_due",
            "due_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str
    negotiation_id: int | None = Field(default=None, foreign_key="negotiation.id")
    kind: str
    ref_id: int | None = None
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    recipient: str
    state: str = OutboxState.PENDING
    due_at: datetime = Field(sa_type=AwareUTC)
    speak_until: datetime | None = Field(default=None, sa_type=AwareUTC)
    attempts: int = 0
    maybe_posted: bool = False
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=AwareUTC)
    first_try_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    sent_channel: str | None = None
    sent_ts: str | None = None
    error: str = ""


class Delivered(SQLModel, table=True):
    """What Slack has already delivered, and what was answered: a retry gets the same answer."""

    key: str = Field(primary_key=True, sa_type=String)
    at: datetime = Field(sa_type=AwareUTC)
    answer: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class Reminded(SQLModel, table=True):
    """What was reminded of: one cause, one occurrence, one person, once. `at` is when it was planned."""

    key: str = Field(primary_key=True, sa_type=String)
    at: datetime = Field(sa_type=AwareUTC)


class TipRead(SQLModel, table=True):
    """A tip that somebody was given with the first answer it belongs to, or "off": they want no more of them."""

    __tablename__ = "tip_read"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    tip: str = Field(primary_key=True)
    at: datetime = Field(sa_type=AwareUTC)


class Draft(SQLModel, table=True):
    """What somebody typed in a form and did not send: theirs alone, and no part of the record.

    `form` names the form and the thing it is about; `typed` is what stood in its fields, as `Call.values` has it.
    Where the form is what begins a negotiation, there is none yet.
    """

    __table_args__ = (UniqueConstraint("negotiation_id", "person_id", "form"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int | None = Field(default=None, foreign_key="negotiation.id")
    person_id: int = Field(foreign_key="person.id")
    form: str
    typed: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(sa_type=AwareUTC)


class Package(SQLModel, table=True):
    """Clauses of which none is agreed until all are."""

    __table_args__ = (UniqueConstraint("negotiation_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    name: str


class Clause(SQLModel, table=True):
    """One place of the contract. `text` is as issued; what is proposed and agreed hangs on it.

    `number` is spelled as `bot.contracts.numbers` spells it; `place` is its place in the issued contract.
    `status` is how it was left; that every party has since confirmed an agreement on it counts besides.
    `legal` is "open" while a legal adviser must clear it and "cleared" afterwards. `streams` are the
    work-streams that must each agree. `issue` is the contract file that last changed it, by its number; 0 for a
    clause added by hand. `unverified` marks a number and title that nobody has compared with the contract itself.
    `left_out` is the file in which it was missing; 0 while it is in the contract.
    `level_up` is the step of the ladder to which it is escalated, and `settle_by` the local date set for it.
    """

    __table_args__ = (
        UniqueConstraint("negotiation_id", "number", "left_out"),
        one_of("status", ClauseStatus),
        # How many stand how is counted for every table of everybody who looks at App Home.
        Index("clause_counted", "negotiation_id", "package_id", "left_out", "status"),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: str
    place: int
    title: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    kind: str = "clause"
    level: int = 1
    national: bool = False
    unverified: bool = False
    status: str = ClauseStatus.NOT_STARTED
    legal: str = ""
    package_id: int | None = Field(default=None, foreign_key="package.id")
    parked_until: date | None = None
    streams: list[str] = Field(default_factory=list, sa_type=JSON)
    escalated_to_id: int | None = Field(default=None, foreign_key="member.id")
    level_up: int | None = None
    settle_by: date | None = None
    because: str = Field(default="", sa_type=Text)
    issue: int = 0
    left_out: int = 0


class ContractFile(SQLModel, table=True):
    """A contract that somebody brought in: asked for, then read, or refused with the reason.

    `number` counts those that were read, 0 until then. `file_id` is Slack's; None for one read from the command
    line, "" for whichever the person shared last in the channel. `unplaced` is what belongs to no clause, with
    where it stood; `changes` are the numbers of the clauses that are new, changed, moved and left out.
    """

    __tablename__ = "contract_file"
    __table_args__ = (one_of("status", FileStatus),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id", index=True)
    number: int = 0
    status: str = Field(default=FileStatus.ASKED, index=True)
    name: str = ""
    sha256: str = ""
    title: str = Field(default="", sa_type=Text)
    member_id: int | None = Field(default=None, foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)
    channel_id: str = ""
    user_id: str = ""
    file_id: str | None = None
    refused: str = Field(default="", sa_type=Text)
    unplaced: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Issued(SQLModel, table=True):
    """What a contract file says of a clause, where it is not what the file before said."""

    __table_args__ = (UniqueConstraint("clause_id", "issue"),)
    id: int | None = Field(default=None, primary_key=True)
    clause_id: int = Field(foreign_key="clause.id")
    issue: int
    number: str
    title: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)


class StreamWord(SQLModel, table=True):
    """That a party is content with a clause as far as one work-stream goes."""

    __tablename__ = "stream_word"
    __table_args__ = (UniqueConstraint("clause_id", "stream", "party_id"),)
    id: int | None = Field(default=None, primary_key=True)
    clause_id: int = Field(foreign_key="clause.id")
    stream: str
    party_id: int = Field(foreign_key="party.id")
    member_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Rung(SQLModel, table=True):
    """Who decides for a party at one level of the escalation ladder, and in how many working days."""

    __table_args__ = (UniqueConstraint("negotiation_id", "level", "party_id"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    level: int
    party_id: int = Field(foreign_key="party.id")
    member_id: int = Field(foreign_key="member.id")
    working_days: int


class Proposal(SQLModel, table=True):
    """A party's wording for a clause, and how it ended."""

    __table_args__ = (UniqueConstraint("clause_id", "number"), one_of("status", ProposalStatus))
    id: int | None = Field(default=None, primary_key=True)
    clause_id: int = Field(foreign_key="clause.id")
    number: int
    ref: str
    party_id: int = Field(foreign_key="party.id")
    author_id: int = Field(foreign_key="member.id")
    text: str = Field(sa_type=Text)
    rationale: str = Field(default="", sa_type=Text)
    status: str = ProposalStatus.STANDING
    at: datetime = Field(sa_type=AwareUTC)
    permalink: str | None = None


class Milestone(SQLModel, table=True):
    """A point of the timetable: on a date, in a month ("2013-01"), or so much after another one.

    `planned` is the date as it stands, worked out from the rule where there is one; the baselines are the
    first that were known and never change. `done_on` is a local date; what is known to have been done in a month
    only has `done_month` ("2013-01") instead. The ledger has every move. A gateway has the `rating` of its
    review, and why.
    """

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        CheckConstraint("planned IS NULL OR month IS NULL", name="date_or_month"),
        CheckConstraint("(after_id IS NULL) = (count IS NULL)", name="rule_whole"),
        CheckConstraint("done_on IS NULL OR done_month IS NULL", name="done_once"),
        one_of("rating", Rating),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    ref: str
    title: str
    kind: str
    planned: date | None = None
    month: str | None = None
    after_id: int | None = Field(default=None, foreign_key="milestone.id")
    count: int | None = None
    unit: str | None = None
    baseline: date | None = None
    baseline_month: str | None = None
    owner_id: int | None = Field(default=None, foreign_key="member.id")
    done_on: date | None = None
    done_month: str | None = None
    rating: str | None = None
    rated_because: str = Field(default="", sa_type=Text)
    removed: bool = False

    @property
    def is_done(self) -> bool:
        return self.done_on is not None or self.done_month is not None


class Document(SQLModel, table=True):
    """A draft of the contract as it was issued; `issued_on` is a local date, `pen_id` who writes the next one.

    The keys are title and version without their case and spaces: no two drafts may share both. `changes` is
    what it changes against the draft before, in the issuer's words; empty while that is not disclosed.
    """

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        UniqueConstraint("negotiation_id", "title_key", "version_key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    ref: str
    title: str
    title_key: str
    version: str
    version_key: str
    issued_on: date
    issued_by_id: int = Field(foreign_key="party.id")
    pen_id: int | None = Field(default=None, foreign_key="member.id")
    changes: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class MissingSchedule(SQLModel, table=True):
    """A schedule that a draft was issued without; missing until it is received."""

    __table_args__ = (UniqueConstraint("document_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id")
    number: int
    name: str
    received_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    received_by_id: int | None = Field(default=None, foreign_key="member.id")


class Commitment(SQLModel, table=True):
    """A promise in a submission, and where it went: the clauses that carry it, or why it is not carried.

    `source` is where the submission says it. Who settled it, and when, is as it stands now; the ledger has
    the rest.
    """

    __table_args__ = (UniqueConstraint("negotiation_id", "ref"), one_of("status", CommitmentStatus))
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    ref: str
    text: str = Field(sa_type=Text)
    source: str = Field(default="", sa_type=Text)
    promised_by_id: int = Field(foreign_key="party.id")
    status: str = CommitmentStatus.OPEN
    clauses: list[str] = Field(default_factory=list, sa_type=JSON)
    reason: str = Field(default="", sa_type=Text)
    settled_by_id: int | None = Field(default=None, foreign_key="member.id")
    settled_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class VariationKind(StrEnum):
    """The three registers of local flexibility, each with rules of its own."""

    VARIATION = "variation"
    MODIFICATION = "modification"
    PRICE = "price"


class Route(StrEnum):
    """How a local modification comes about: by both sides' agreement, or by a provider's application."""

    AGREEMENT = "agreement"
    APPLICATION = "application"


class Variation(SQLModel, table=True):
    """An entry of one of the three registers: a local variation, a local modification, a local price.

    `regime` names the rules it stands under; they follow its first effective day unless somebody `chose`
    them. `answers` are to the questions of those rules, by key; `effects` are whole pence by financial year
    ("2015-16"). How it stands is derived: from the agreement on it, while that still says `worded`, from the
    approval (`needs_approval` is what its rules asked for) and from the submission. All days are local dates.
    """

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        one_of("kind", VariationKind),
        one_of("route", Route),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    kind: str
    number: int
    ref: str
    title: str = Field(sa_type=Text)
    clause: str | None = None
    regime: str
    chose: bool = False
    needs_approval: bool = False
    answers: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    effects: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    schedule: str
    consulted: str = Field(default="", sa_type=Text)
    starts_on: date | None = None
    ends_on: date | None = None
    currency: bool | None = None
    route: str | None = None
    agreement_id: int | None = Field(default=None, foreign_key="agreement.id")
    worded: str = Field(default="", sa_type=Text)
    approval: str = Field(default="", sa_type=Text)
    approved_on: date | None = None
    milestone_id: int | None = Field(default=None, foreign_key="milestone.id")
    action_id: int | None = Field(default=None, foreign_key="action.id")
    submitted_on: date | None = None
    submission: str = Field(default="", sa_type=Text)
    withdrawn_because: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Derogation(SQLModel, table=True):
    """Where this contract departs from a clause of national text, and how."""

    __table_args__ = (UniqueConstraint("negotiation_id", "ref"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    ref: str
    clause: str
    text: str = Field(sa_type=Text)
    withdrawn_because: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class ContractChange(SQLModel, table=True):
    """A variation of the signed contract: who initiated it and what it is likely to bring about.

    How it stands is derived as for `Variation`: from the agreement on it, while that still says `worded`.
    """

    __tablename__ = "contract_change"
    __table_args__ = (UniqueConstraint("negotiation_id", "ref"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    ref: str
    title: str = Field(sa_type=Text)
    initiated_by_id: int = Field(foreign_key="party.id")
    impact: str = Field(default="", sa_type=Text)
    agreement_id: int | None = Field(default=None, foreign_key="agreement.id")
    worded: str = Field(default="", sa_type=Text)
    withdrawn_because: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Readiness(SQLModel, table=True):
    """What was last told of a negotiation's readiness: the worst status of each item by its name.

    `seq` is the last deed of the table's chain that it was worked out of, on the local day `on`.
    """

    negotiation_id: int = Field(primary_key=True, foreign_key="negotiation.id")
    statuses: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    seq: int
    on: date


class Position(SQLModel, table=True):
    """What a party wants on a clause or topic: one version of it, never changed; private to the party.

    `importance` is how much it matters to the party and `theirs` its guess for the other side, both 1 to 5.
    """

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref", "version"),
        UniqueConstraint("party_id", "subject_key", "version"),
        CheckConstraint("importance BETWEEN 1 AND 5", name="importance_in_range"),
        CheckConstraint("theirs BETWEEN 1 AND 5", name="theirs_in_range"),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    party_id: int = Field(foreign_key="party.id")
    number: int
    ref: str
    version: int = 1
    subject: str
    subject_key: str
    must: str = Field(default="", sa_type=Text)
    target: str = Field(default="", sa_type=Text)
    walkaway: str = Field(default="", sa_type=Text)
    importance: int | None = None
    theirs: int | None = None
    red_lines: list[str] = Field(default_factory=list, sa_type=JSON)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Concession(SQLModel, table=True):
    """What a party means to give, gave or got: one version of it, never changed; private to the party."""

    __table_args__ = (UniqueConstraint("negotiation_id", "ref", "version"), one_of("state", ConcessionState))
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    party_id: int = Field(foreign_key="party.id")
    number: int
    ref: str
    version: int = 1
    state: str
    subject: str
    text: str = Field(sa_type=Text)
    worth_pence: int | None = Field(default=None, sa_type=BigInteger)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Mandate(SQLModel, table=True):
    """What somebody may settle for their party, in writing: one version of it; private to the party."""

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref", "version"),
        UniqueConstraint("member_id", "version"),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    party_id: int = Field(foreign_key="party.id")
    number: int
    ref: str
    version: int = 1
    member_id: int = Field(foreign_key="member.id")
    text: str = Field(sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Choice(SQLModel, table=True):
    """The route to contract or its structure, as it was decided; the latest of its kind stands.

    `words` are what was chosen: of a route its row of the options table, of a structure who leads and who became a
    subcontractor by it (`lead`, `subcontractors`: codes).
    """

    __table_args__ = (UniqueConstraint("negotiation_id", "kind", "number"), one_of("kind", ChoiceKind))
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    kind: str
    number: int
    structure: str = Field(sa_type=Text)
    words: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    reason: str = Field(sa_type=Text)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Weighing(SQLModel, table=True):
    """Whether something that speaks for or against a structure matters here, and what is done about it."""

    __table_args__ = (UniqueConstraint("negotiation_id", "structure", "kind", "text"), one_of("kind", PointKind))
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    structure: str
    kind: str
    text: str
    material: bool
    mitigation: str = Field(default="", sa_type=Text)
    owner_id: int | None = Field(default=None, foreign_key="member.id")
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Analysis(SQLModel, table=True):
    """A phase of market analysis: on a local date or in a month ("2013-01"), and what it found."""

    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        CheckConstraint("(held_on IS NULL) <> (month IS NULL)", name="date_or_month"),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    ref: str
    title: str = Field(sa_type=Text)
    held_on: date | None = None
    month: str | None = None
    finding: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Criterion(SQLModel, table=True):
    """What the most capable provider is assessed by."""

    __table_args__ = (UniqueConstraint("negotiation_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    text: str = Field(sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Evidence(SQLModel, table=True):
    """What was put forward for a criterion."""

    id: int | None = Field(default=None, primary_key=True)
    criterion_id: int = Field(foreign_key="criterion.id", index=True)
    text: str = Field(sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Evaluator(SQLModel, table=True):
    """Somebody at the table who assesses."""

    __table_args__ = (UniqueConstraint("negotiation_id", "member_id"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    member_id: int = Field(foreign_key="member.id")
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Finding(SQLModel, table=True):
    """A strength or concern that the assessment found; `became` is the ref of the commitment, action or note.

    `remark` says what its source leaves open of it: where it is not empty, criterion and consequence are assumed.
    """

    __table_args__ = (UniqueConstraint("negotiation_id", "number"), one_of("kind", FindingKind))
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    criterion_id: int = Field(foreign_key="criterion.id", index=True)
    number: int
    ref: str
    kind: str
    text: str = Field(sa_type=Text)
    became: str = ""
    remark: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Outcome(SQLModel, table=True):
    """What the contract is to bring about. `note` is what its source leaves unclear, or says besides."""

    __table_args__ = (UniqueConstraint("negotiation_id", "ref"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    ref: str
    title: str = Field(sa_type=Text)
    ambiguous: bool = False
    note: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class Metric(SQLModel, table=True):
    """How an outcome is measured. `weight` is its share of the contract's value at risk, in percent.

    Baseline and target are kept as typed. `review` is a date as far as it is known ("2027-10").
    How it stands is derived from the agreements that name it; the ledger has every earlier value. `because` is
    why it was withdrawn.
    """

    __table_args__ = (UniqueConstraint("outcome_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    outcome_id: int = Field(foreign_key="outcome.id")
    number: int
    ref: str
    definition: str = Field(default="", sa_type=Text)
    source: str = Field(default="", sa_type=Text)
    baseline: str = Field(default="", sa_type=Text)
    target: str = Field(default="", sa_type=Text)
    lag: str = Field(default="", sa_type=Text)
    weight: Decimal | None = Field(default=None, sa_type=Exact)
    review: str = ""
    ambiguous: bool = False
    note: str = Field(default="", sa_type=Text)
    withdrawn: bool = False
    because: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class MetricWording(SQLModel, table=True):
    """One wording of a metric. `history` says when it was agreed elsewhere, where a pack tells; no agreement here."""

    __tablename__ = "metric_wording"
    __table_args__ = (UniqueConstraint("metric_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    metric_id: int = Field(foreign_key="metric.id")
    number: int
    text: str = Field(sa_type=Text)
    because: str = Field(default="", sa_type=Text)
    history: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class ShareAtRisk(SQLModel, table=True):
    """How much of the contract's value depends on outcomes, in percent, from one year of the contract on."""

    __tablename__ = "share_at_risk"
    __table_args__ = (UniqueConstraint("negotiation_id", "year"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    year: int
    percent: Decimal = Field(sa_type=Exact)
    note: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class ScopeService(SQLModel, table=True):
    """A service that is in the contract or consciously out of it, with its budget line.

    `name_key` is the name without its case and spaces: no service stands there twice. `because` is why it was last
    moved; the ledger has the rest.
    """

    __tablename__ = "scope_service"
    __table_args__ = (
        UniqueConstraint("negotiation_id", "ref"),
        UniqueConstraint("negotiation_id", "name_key"),
        one_of("side", ScopeSide),
    )
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    ref: str
    name: str
    name_key: str
    side: str
    budget: Decimal | None = Field(default=None, sa_type=Exact)
    currency: str = ""
    source: str = Field(default="", sa_type=Text)
    because: str = Field(default="", sa_type=Text)
    ambiguous: bool = False
    note: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class ContractValue(SQLModel, table=True):
    """What the contract was worth by one source at one time. `dated` is as far as known: "2015", "2015-10"."""

    __tablename__ = "contract_value"
    __table_args__ = (UniqueConstraint("negotiation_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    amount: Decimal = Field(sa_type=Exact)
    currency: str
    up_to: bool = False
    years: int
    dated: str
    source: str = Field(sa_type=Text)
    ambiguous: bool = False
    note: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class ContractTerm(SQLModel, table=True):
    """How long the contract runs by one source: the years, and those of its one extension (0 for none).

    `starts` is as far as known ("2015-10"). `decide_by` is the date by which to decide on the extension, where it
    is not the usual one. The extension was exercised once `extended_at` is set.
    """

    __tablename__ = "contract_term"
    __table_args__ = (UniqueConstraint("negotiation_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    number: int
    years: int
    extension_years: int = 0
    starts: str
    decide_by: str = ""
    source: str = Field(sa_type=Text)
    ambiguous: bool = False
    note: str = Field(default="", sa_type=Text)
    milestone_id: int | None = Field(default=None, foreign_key="milestone.id")
    extended_at: datetime | None = Field(default=None, sa_type=AwareUTC)
    extended_by_id: int | None = Field(default=None, foreign_key="member.id")
    extended_because: str = Field(default="", sa_type=Text)
    author_id: int = Field(foreign_key="member.id")
    at: datetime = Field(sa_type=AwareUTC)


class SearchEntry(SQLModel, table=True):
    """The words by which one row of the record is found, and whose they are. Derived: `storage.search` keeps it.

    `source` is the row's table and `ref` its ref, folded; `party_id` is None for what the whole table shares.
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("source", "row_id"), Index("search_entry_ref", "negotiation_id", "ref"))
    id: int | None = Field(default=None, primary_key=True)
    negotiation_id: int = Field(foreign_key="negotiation.id")
    party_id: int | None = Field(default=None, foreign_key="party.id")
    source: str
    row_id: int
    ref: str = ""
    words: str = Field(sa_type=Text)
