"""Clauses, proposals, the ladder and contract files as the JSON export shows them."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot import dates
from bot.clauses import rules, views
from bot.clauses.standing import Standing, standings
from bot.papers import Chapter, Table
from storage import Session, clauses
from storage.tables import Party, Proposal


def as_json(
    session: Session, negotiation_id: int, parties: Mapping[int, str], members: Mapping[int, str]
) -> dict[str, list[dict[str, Any]]]:
    """The keys of this slice; `parties` are codes and `members` names, by id. All of it is shared."""
    found = standings(session, negotiation_id)
    packages = {row.id: row.name for row in clauses.packages(session, negotiation_id)}
    proposed = clauses.proposals(session, [each.clause.id or 0 for each in found])
    content = clauses.stream_words(session, negotiation_id)

    def clause(each: Standing) -> dict[str, Any]:
        row = each.clause
        positions = views.last_positions(proposed[row.id or 0])
        return {
            "number": row.number,
            "title": row.title,
            "text": row.text,
            "kind": row.kind,
            "level": row.level,
            "status": each.status,
            "national": row.national,
            "verified": not row.unverified,
            "package": packages.get(row.package_id),
            "agreement": each.agreement.ref if each.agreement else None,
            "needs": each.bars.listed(),
            "legal": row.legal or None,
            "streams": [
                {
                    "name": stream,
                    "content": [parties[w.party_id] for w in content.get(row.id or 0, ()) if w.stream == stream],
                }
                for stream in row.streams
            ],
            "last_positions": [
                {"party": parties[party_id], "proposal": position.ref, "at": position.at.isoformat()}
                for party_id, position in positions.items()
            ],
            "parked_until": row.parked_until.isoformat() if row.parked_until else None,
            "escalated_to": members.get(row.escalated_to_id or 0),
            "escalation_level": row.level_up,
            "settle_by": row.settle_by.isoformat() if row.settle_by else None,
            "because": row.because,
            "version": row.issue or None,
            "left_out_in_version": row.left_out or None,
        }

    def proposal(each: Standing, row: Proposal) -> dict[str, Any]:
        agreement = each.agreement
        return {
            "ref": row.ref,
            "clause": each.clause.number,
            "party": parties[row.party_id],
            "author": members[row.author_id],
            "wording": row.text,
            "digest": rules.digest(row.text),
            "rationale": row.rationale,
            "status": rules.came_to(row.status, row.text, agreement.status if agreement else None, agreement.text)
            if agreement
            else row.status,
            "at": row.at.isoformat(),
            "permalink": row.permalink,
        }

    return {
        "clauses": [clause(each) for each in found],
        "proposals": [proposal(each, row) for each in found for row in proposed[each.clause.id or 0]],
        "ladder": [
            {
                "level": rung.level,
                "party": parties[rung.party_id],
                "member": members[rung.member_id],
                "working_days": rung.working_days,
            }
            for rung in clauses.rungs(session, negotiation_id)
        ],
        "contract_files": [
            {
                "version": row.number,
                "name": row.name,
                "title": row.title,
                "sha256": row.sha256,
                "at": row.at.isoformat(),
                "unplaced": row.unplaced,
                "changes": row.changes,
            }
            for row in clauses.files(session, negotiation_id)
        ],
    }


def chapter(session: Session, negotiation_id: int, parties: Mapping[int, Party], zone: ZoneInfo) -> Chapter:
    """Each clause with how it stands and each party's last stated position with its date."""
    found = standings(session, negotiation_id)
    proposed = clauses.proposals(session, [each.clause.id or 0 for each in found])
    rows = []
    for each in found:
        positions = [
            f"{parties[party_id].code} ({row.ref}, {dates.full_date(row.at.astimezone(zone).date())}): {row.text}"
            for party_id, row in views.last_positions(proposed[each.clause.id or 0]).items()
        ]
        agreed = f"{each.agreement.ref}: {each.agreement.text}" if each.agreement else ""
        title = " ".join(each.clause.title.split())
        rows.append((each.clause.number, title, rules.in_words(each.status), "\n".join(positions), agreed))
    headings = ("Clause", "Title", "Stands", "Last stated positions", "Agreement")
    return Chapter("Clauses", tables=(Table(headings, tuple(rows)),))
