"""Minutes and a paper of chapters as plain values, of any length and with any words, for every form they come in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.clauses.story import ClauseStory, Redline
from bot.contracts import redline
from bot.contracts.redline_markdown import in_markdown
from bot.minutes.document import (
    DRAFT,
    ActionLine,
    AgreementLine,
    Correction,
    ItemDoc,
    Line,
    MinutesDoc,
    OwnedActions,
    Side,
)
from bot.papers import Chapter, Document, Table
from bot.render import Verbatim, escaped

FINGERPRINT = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
LINK = Verbatim("https://oxfordshire.slack.com/archives/C01JOINT/p1795687620000100")

HOSTILE = [
    "{{7*7}} {% raise %} {# gone #}",
    "{_{ 7 }_} {_% x %_}",
    '#eval(1) #read("/etc/passwd") $x$ *bold* _it_ `raw` @ref <label> // gone /* gone */ \\ end',
    "<script>alert(1)</script> <img src=x onerror=alert(1)> </style> </w:t></w:r></w:p> <!-- gone -->",
    '=HYPERLINK("https://evil.example","x") ]]> &amp; &lt; &#65; "quoted" \'too\'',
    "javascript:alert(1) https://evil.example",
]
"""What is markup, code or a formula somewhere; each is to come out as it stands."""

OF_MANY_SCRIPTS = "Ελληνικά Кириллица שלום العربية हिन्दी ไทย 漢字 かな 한국어 🙂 👩‍👩‍👧 ✅"


def line(ref: str, text: str = "Data comes from the national dataset, six weeks in arrears") -> Line:
    return Line(ref, text, "Tom Whitfield (CCG)", LINK)


def agreement(
    number: int, wording: str = "The Provider shall:\n(a) respond within 2 hours;\n(b) report."
) -> AgreementLine:
    return AgreementLine(
        ref=f"AG{number}",
        clause="4.2",
        wording=wording,
        status=("agreed", "awaiting", "objected", "reopened")[number % 4],
        confirmed=("Oxford Health and partners, by Ruth Adeyemi on Thursday 26 November 2026, 10:12",),
        awaited=("Oxfordshire Clinical Commissioning Group",),
        objections=("Oxfordshire Clinical Commissioning Group, by Margaret Osei: the survey belongs to every review",),
        because="the tariff has changed",
        held_by=(),
        author="Tom Whitfield (CCG)",
        permalink=LINK,
    )


def action(number: int, text: str = "Model the phasing for years 1 and 2") -> ActionLine:
    return ActionLine(f"A{number}", text, "by Friday 4 December 2026", (), "open", LINK)


def reworded(words: str) -> Redline:
    pieces = redline.pieces("Payment falls due within 45 days.", f"Payment falls due within {words}.")
    marked = Verbatim(in_markdown(pieces))
    return Redline("4.2/p1", "4.2/p2", "Ruth Adeyemi", Verbatim("2026-11-26T10:12:00Z"), pieces, marked)


def minutes(records: int = 20) -> MinutesDoc:
    """Minutes with so many records, of every kind in turn."""
    each = max(records // 4, 1)
    agreements = tuple(agreement(number) for number in range(1, each + 1))
    decisions = tuple(line(f"D{number}", "The Recovery Star is the tool.") for number in range(1, each + 1))
    notes = tuple(line(f"E{number}") for number in range(1, each + 1))
    actions = tuple(action(number) for number in range(1, each + 1))
    item = ItemDoc(1, "Share of value at risk", agreements, decisions, notes, (), (), (), actions)
    return MinutesDoc(
        state=DRAFT,
        audience="",
        marking="Subject to contract",
        private_to=None,
        version=1,
        negotiation="OXMH: Outcomes contract for mental health",
        title="Outcomes and payment",
        ref="N1",
        kind="negotiation",
        when="Thursday 26 November 2026, 10:01 to 10:30 (GMT)",
        place="Jubilee House",
        chair="Margaret Osei (CCG)",
        scribe="Tom Whitfield (CCG)",
        sides=(Side("Oxford Health and partners", ("Daniel Kerr (lead)", "Ruth Adeyemi (negotiator)")),),
        apologies=("Siân Pritchard (OHP), observer",),
        purpose="To settle the share at risk",
        ground_rules="One speaks at a time",
        roles_unfilled=("lead or negotiator for Oxfordshire Clinical Commissioning Group",),
        quorum="Every side that signs was quorate.",
        declarations=(line("E101", "trustee of a charity in the partnership"),),
        previous="This is the first meeting of its kind.",
        previous_corrections=(corrected(1),),
        matters_arising=(OwnedActions("Anjali Mehta (CCG)", (action(901),)),),
        subgroups=("S1 Finance, closed: recommends (E9): take the longer term",),
        items=(item, replace(item, number=2, title="Nothing yet", **NOTHING)),
        clauses=(
            ClauseStory(
                "4.2", ("Ruth Adeyemi proposed, as 4.2/p2: Payment falls due within 30 days.",), reworded("30 days")
            ),
        ),
        not_reached=("3 Contract term",),
        agreements=agreements,
        decisions=decisions,
        actions=(OwnedActions("Anjali Mehta (CCG)", actions), OwnedActions("No owner yet", (lacking(),))),
        parked=(replace(line("E102", "Older people's contract"), detail="until Thursday 10 December 2026"),),
        withdrawn=(replace(line("D99", "Meet in Banbury"), detail="withdrawn"),),
        incomplete=("A99 lacks an owner and a date",),
        next_meeting="N2 Second round, Thursday 10 December 2026, 10:00",
        corrections=(corrected(2),),
        replaces="Version 2 replaces version 1 of Friday 27 November 2026, which stays as it was: it was corrected.",
        approving=("Oxfordshire Clinical Commissioning Group", "Oxford Health and partners"),
        approvals=(),
    )


NOTHING: dict[str, Any] = dict.fromkeys(
    ("agreements", "decisions", "notes", "reservations", "recommendations", "parked", "actions"), ()
)


def corrected(number: int) -> Correction:
    return Correction(
        number, 1, "On item 2, replace “15%” by “20%”", "Tom Whitfield (CCG)", "Friday 27 November 2026, 09:05"
    )


def lacking() -> ActionLine:
    return ActionLine("A99", "Find out what data there is", "no date yet", ("an owner", "a date"), "open", None)


def paper(rows: int = 3) -> Document:
    """A paper of chapters: paragraphs, tables, one of them private."""
    table = Table(
        ("Ref", "Words", "Status"),
        tuple((f"AG{n}", "Payment falls due\nwithin 30 days.", "agreed") for n in range(rows)),
    )
    return Document(
        marking="Subject to contract",
        privacy="With what is private to Oxford Health and partners",
        title="OXMH: Outcomes contract for mental health",
        subtitle="The negotiation file: what the record holds.",
        chapters=(
            Chapter("Agreements", ("What both sides have confirmed.",), (table, Table(("None",), ()))),
            Chapter("Positions", ("Must have: 30 days.",), private_to="Oxford Health and partners"),
        ),
    )


def with_words(doc: MinutesDoc, words: str) -> MinutesDoc:
    """The same minutes with these words behind every word that a person could have typed."""
    told: Callable[[str], str] = lambda said: said if said in FIXED or not said else f"{said} {words}"  # noqa: E731
    changed: MinutesDoc = escaped(doc, told)
    return changed


FIXED = ("agreed", "awaiting", "objected", "reopened", "open", "same", "deleted", "inserted", DRAFT)
"""Values that templates choose by."""


def words_of(doc: object) -> set[str]:
    """Every string in a document value, but for what templates choose by and addresses."""
    found: set[str] = set()
    escaped(doc, lambda said: found.add(said) or said)  # type: ignore[func-returns-value]
    return {said for said in found if said and said not in FIXED}
