"""`parley check`: the same questions, for scripts and administrators."""

import json
from datetime import datetime

from bot import access
from bot.readiness import rules, service
from bot.readiness.rules import Status
from storage import Session, negotiations


def check(session: Session, code: str, party_code: str | None, form: str, *, now: datetime) -> tuple[str, bool]:
    """The answer as text or JSON, and whether anything fails. Raises UserError for an unknown code or party."""
    negotiation, party = access.named(session, code, party_code)
    asker = negotiations.person_by_id(session, negotiation.created_by_id).name
    items = service.check(session, negotiation, party, asker, now=now)
    fails = any(item.status == Status.FAIL for item in items)
    if form == "json":
        listed = [
            {"item": each.item, "status": each.status, "evidence": each.evidence, "command": each.command or None}
            for each in items
        ]
        return json.dumps({"items": listed}, ensure_ascii=False, indent=2), fails
    lines = []
    for each in items:
        lines.append(f"{rules.MARKS[each.status]} {each.item}, {rules.IN_WORDS[each.status]}: {each.evidence}")
        if each.command:
            lines.append(f"   /parley {each.command}")
    return "\n".join(lines), fails
