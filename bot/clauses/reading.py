"""The contract files that were asked for, fetched and read outside every transaction.

What was asked for stands in a table until it is read or refused, so a crash forgets nothing, and a file that two
processes read at once is brought in once.
"""

from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path

import structlog
from slack_sdk.errors import SlackClientError

from bot import access, outbox
from bot.access import Place
from bot.clauses import importing
from bot.contracts import guard
from bot.contracts.files import read_contract
from bot.contracts.values import Contract
from bot.deps import Deps
from bot.errors import UserError
from bot.slack.files import SharedFile
from storage import Busy, Database, Session, clauses, negotiations
from storage.tables import ContractFile, FileStatus

log = structlog.get_logger()

PATIENCE = timedelta(hours=1)  # for a Slack that cannot be asked


def read_asked(deps: Deps) -> None:
    """Read every contract file that was asked for. What Slack will not give now is tried again."""
    with deps.db.snapshot() as session:
        asked = clauses.files_to_read(session)
    for row in asked:
        try:
            _read_one(deps, row)
        except Busy:
            return  # somebody is writing; what was asked for is still asked for at the next tick
        except Exception:
            # A fault of our own in one file must not hold up the others, nor be tried for ever.
            log.exception("contract_not_read", file=row.id)
            _finish(deps, row, None, "Parley itself failed on it. Tell your administrator; the log has the reason.")


def _read_one(deps: Deps, row: ContractFile) -> None:
    try:
        file = deps.files.fetch(row.file_id or "", row.channel_id, row.user_id, at_most=guard.LARGEST)
    except UserError as refusal:
        _finish(deps, row, None, str(refusal))
    except (SlackClientError, OSError, HTTPException) as error:
        log.warning("file_not_fetched", file=row.id, error=type(error).__name__)
        if deps.now() - row.at > PATIENCE:
            _finish(deps, row, None, "Slack has not handed the file over for an hour. Share it again.")
    else:
        try:
            _finish(deps, row, file, read_contract(file.data))
        except UserError as refusal:
            _finish(deps, row, file, str(refusal))


def _finish(deps: Deps, asked: ContractFile, file: SharedFile | None, outcome: Contract | str) -> None:
    """Keep what came of a file: the contract that it holds, or why it is not brought in."""
    with deps.db.transaction() as session:
        negotiation = negotiations.lock(session, asked.negotiation_id)
        row = clauses.file(session, asked.id or 0)
        if row is None or row.status != FileStatus.ASKED:
            return  # somebody else was faster
        row.name = file.name if file else row.name
        if file and isinstance(outcome, Contract):
            try:
                with session.begin_nested():
                    actor = access.actor(
                        session, Place(deps.team_id, asked.channel_id, asked.user_id), negotiation.code
                    )
                    importing.take(session, actor, row, outcome, file.data, at=deps.now())
            except UserError as refusal:
                outcome = str(refusal)
        if isinstance(outcome, str):
            importing.refuse(session, row, outcome)
        tell(session, row, at=deps.now())
    deps.wake.set()


def read_file(db: Database, path: Path, code: str, *, at: datetime, anyway: bool = False) -> ContractFile:
    """Bring in a contract from the command line, for the negotiation's administrator; the table is told of it.

    `anyway` takes a file that leaves out most of the contract. Raises UserError for a file that is no contract,
    for a code that no negotiation has, and once the contract is signed.
    """
    with db.snapshot() as session:
        access.only(session, code)  # said before the file is read
    try:
        contract, data = read_contract(path), path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).") from error
    with db.transaction() as session:
        actor = access.administrator(session, code)
        importing.check_unsigned(session, actor.id)
        joint = negotiations.joint_channel(session, actor.id)
        row = ContractFile(
            negotiation_id=actor.id,
            name=path.name,
            at=at,
            channel_id=joint or "",
            user_id=actor.person.user_id,
            changes={"anyway": True} if anyway else {},
        )
        session.add(row)
        session.flush()
        importing.take(session, actor, row, contract, data, at=at)
        announce(session, row, joint or actor.person.user_id)
        _attach(session, row, str(row.id), joint or actor.person.user_id, card_key(row), at=at)
    return row


def card_key(row: ContractFile) -> str:
    """The outbox key of the message that says how reading a contract file goes."""
    return f"contract.card:{row.id}"


def announce(session: Session, row: ContractFile, to: str) -> None:
    """Say in a channel, or to a person, that a file is being read; the same message then says what came of it."""
    outbox.enqueue(
        session,
        "contract.card",
        key=card_key(row),
        to=to,
        at=row.at,
        negotiation_id=row.negotiation_id,
        ref_id=row.id,
    )


def tell(session: Session, row: ContractFile, *, at: datetime) -> None:
    """Say what came of reading a file, in the message that said that it was being read."""
    posted = outbox.row(session, card_key(row))
    to = posted.recipient if posted else row.channel_id
    outbox.enqueue(
        session,
        "contract.update",
        key=f"contract.update:{row.id}",
        to=to,
        at=at,
        negotiation_id=row.negotiation_id,
        ref_id=row.id,
    )
    if row.status == FileStatus.READ:
        _attach(session, row, str(row.id), to, card_key(row), at=at)


def say_again(session: Session, row: ContractFile, key: str, to: str, *, at: datetime) -> None:
    """Tell somebody once more what a contract file brought; `key` names this telling."""
    card = f"contract.card:again:{key}"
    outbox.enqueue(session, "contract.card", key=card, to=to, at=at, negotiation_id=row.negotiation_id, ref_id=row.id)
    _attach(session, row, f"again:{key}", to, card, at=at)


def _attach(session: Session, row: ContractFile, key: str, to: str, thread_of: str, *, at: datetime) -> None:
    """The report, and from the second version on the redline, in the thread of a card."""
    for kind in ("contract.report", "contract.redline") if row.number > 1 else ("contract.report",):
        outbox.enqueue(
            session,
            kind,
            key=f"{kind}:{key}",
            to=to,
            at=at,
            negotiation_id=row.negotiation_id,
            ref_id=row.id,
            thread_of=thread_of,
        )
