"""What is typed about routes, structures, pros and cons, analysis and assessment, read; which rows match. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.choices.packs import Options, Route
from bot.errors import UserError
from bot.slack import mrkdwn
from storage.tables import FindingKind, Party, PartyKind, Structure

ROUTE = "`/parley route no competition, complex, full`"
CHOOSE = "`/parley route choose 5 because no other provider has the beds`"
STRUCTURE = "`/parley structure prime OHP because one party answers for the whole pathway`"
PROCON = "`/parley procon 9 material mitigation A lean overhead is agreed @dana`"
ANALYSIS = "`/parley analysis add Phase 1 market analysis in January 2013 finding Few providers could bid`"
ASSESS = "`/parley assessment add Capability`"
EVIDENCE = "`/parley assessment evidence 1 Six organisations wrote the bid together`"
FINDING = "`/parley assessment finding 1 strength Joint working becomes commitment`"

QUESTIONS = ("market", "complexity", "integration")
LONGEST = 2000  # characters of a criterion or a title
AMBIGUOUS = "(ambiguous)"

NAMES = {
    Structure.PRIME: "prime contract",
    Structure.ALLIANCE: "alliance",
    Structure.LEAD_PROVIDER: "lead provider",
    Structure.INTEGRATOR: "specialist integrator",
}

_CHOSEN = re.compile(r"#?(?P<number>[0-9]{1,4})\s+because\s+(?P<reason>.+)", re.I | re.S | re.ASCII)
_STRUCTURE = re.compile(
    r"(?P<kind>prime(?:[ -]contract(?:or)?)?|alliance(?: contract)?|allied(?: contract)?|lead[ -]provider"
    r"|(?:specialist )?integrator)"
    r"(?:\s+(?:with|by)(?=\s+(?!because\b)))?(?:\s+(?!because\b)(?P<party>[a-z][a-z0-9]{1,11}))?\s+because\s+(?P<reason>.+)",
    re.I | re.S | re.ASCII,
)
_WEIGHED = re.compile(r"#?(?P<number>[0-9]{1,4})\s+(?P<word>material|immaterial)\b(?P<rest>.*)", re.I | re.S | re.ASCII)
_MITIGATION = re.compile(r"\s*,?\s*mitigation:?\s+(?P<text>.+)", re.I | re.S)
_FINDING = re.compile(r"(?:^|\s)finding:?\s+(?P<text>.+)", re.I | re.S)
_WHEN = re.compile(r"(?<=\s)(?P<how>in|on)(?=\s)", re.I)
_NUMBERED = re.compile(r"#?(?P<number>[0-9]{1,4})\s+(?P<text>.+)", re.S | re.ASCII)
_BECOMES = re.compile(
    r"(?:^|\s+)becomes\s+(?:an?\s+)?(?P<what>commitment|action|note|risk)(?:\s+from\s+(?P<party>[a-z][a-z0-9]{1,11}))?\s*\.?$",
    re.I | re.ASCII,
)


@dataclass(frozen=True)
class Weighed:
    """What `procon N …` says; the owner stands as a mark, and what was left out is None."""

    number: int
    material: bool
    mitigation: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Analysed:
    """What `analysis add` says: `when` is a month where `how` is "in" and a date where it is "on"."""

    title: str
    how: str
    when: str
    finding: str = ""


@dataclass(frozen=True)
class Found:
    """What `assessment finding` says; `party` is whose commitment it becomes."""

    number: int
    kind: FindingKind
    text: str
    becomes: str = ""
    party: str | None = None


# -- the options table -----------------------------------------------------------------------------------


def read_route(words: str, questions: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The answers that "no competition, complex, full" means, by question; several where a part fits several.

    Raises UserError naming the possible answers where a part fits none.
    """
    parts = [" ".join(part.split()).casefold() for part in re.split("[,;]", words)]
    if len(parts) != len(QUESTIONS) or not all(parts):
        raise UserError(f"Say the state of the market, the complexity and the integration required: {ROUTE}.")
    return {
        question: _answers(part, question, questions[question]) for question, part in zip(QUESTIONS, parts, strict=True)
    }


def _answers(part: str, question: str, known: Sequence[str]) -> list[str]:
    whole = [answer for answer in known if answer.casefold() == part]
    wanted = set(re.findall(r"\w+", part))
    found = whole or [answer for answer in known if wanted and wanted <= set(re.findall(r"\w+", answer.casefold()))]
    if not found:
        raise UserError(f"“{part[:80]}” is no answer about {question}. Say one of: {'; '.join(known)}. {ROUTE}.")
    return found


def matching(routes: Iterable[Route], answers: Mapping[str, Sequence[str]]) -> list[Route]:
    """The rows of the table that stand for these answers."""
    return [row for row in routes if all(set(row.answers(name)) & set(wanted) for name, wanted in answers.items())]


def cells(row: Route) -> tuple[str, ...]:
    """A row of the table as it is printed: its own words, with a mark on every cell that is in doubt."""
    values = {
        "market": row.market,
        "complexity": row.complexity,
        "integration": row.integration,
        "structure": row.structure,
        "route": "; ".join(row.route),
    }
    return tuple(marked(value, row.ambiguous.get(name, "")) for name, value in values.items())


def assumed(words: str, remark: str) -> str:
    """Words with the mark that no source has them, where a remark says so."""
    return f"{words} (assumed)" if words and remark else words


def marked(words: str, remark: str) -> str:
    return f"{words} {AMBIGUOUS}".strip() if remark else words


def remarks(options: Options) -> list[str]:
    """Why each cell of both tables is in doubt, each once, with where it stands."""
    found: dict[str, None] = {}
    for row in options.routes:
        for name, remark in row.ambiguous.items():
            found[f"Row {row.number}, {name}: {remark}."] = None
    for structure in options.structures:
        if structure.remark:
            found[f"{structure.name}: {structure.remark}."] = None
        for point in structure.points:
            if point.remark:
                found[f"{structure.name}, {point.kind}: {point.remark}."] = None
    return list(found)


def read_chosen(words: str) -> tuple[int, str]:
    """The row and the reason in "5 because …". Raises UserError for anything else."""
    found = _CHOSEN.fullmatch(words.strip())
    if found is None:
        raise UserError(f"Say which row of the table and why: {CHOOSE}. `/parley route table` shows the rows.")
    return int(found["number"]), found["reason"].strip()


# -- the structure ---------------------------------------------------------------------------------------


def read_structure(words: str) -> tuple[Structure, str | None, str]:
    """The structure, who leads it and the reason in "prime OHP because …". Raises UserError for anything else."""
    found = _STRUCTURE.fullmatch(words.strip())
    if found is None:
        raise UserError(
            "Say which structure and why: prime, alliance, lead provider or integrator, with the party that contracts: "
            f"{STRUCTURE}."
        )
    kind = found["kind"].casefold().replace("-", " ")
    if kind.startswith(("prime", "alli")):
        which = Structure.PRIME if kind.startswith("prime") else Structure.ALLIANCE
    else:
        which = Structure(kind.removeprefix("specialist "))
    return which, found["party"], found["reason"].strip()


def kinds_under(
    structure: Structure, lead: Party | None, parties: Iterable[Party], demoted: Iterable[str]
) -> dict[str, PartyKind]:
    """Which kind each party has under a structure, by code. `demoted` became subcontractors by an earlier one."""
    providers = {*demoted}
    kinds = {}
    for party in parties:
        kind = PartyKind(party.kind)
        if kind == PartyKind.PROVIDER or (kind == PartyKind.SUBCONTRACTOR and party.code in providers):
            alone = structure.two_sided and lead is not None and party.code != lead.code
            kind = PartyKind.SUBCONTRACTOR if alone else PartyKind.PROVIDER
        if lead is not None and party.code == lead.code:
            kind = PartyKind.PROVIDER
        kinds[party.code] = kind
    return kinds


# -- pros and cons, analysis, assessment -----------------------------------------------------------------


def read_weighed(words: str) -> Weighed:
    """The parts of "9 material mitigation A lean overhead @dana". Raises UserError for what cannot be read."""
    found = _WEIGHED.fullmatch(words.strip())
    if found is None:
        raise UserError(f"Say which one, and whether it is material or immaterial here: {PROCON}.")
    rest, owner = found["rest"].strip(), None
    if marks := list(mrkdwn.MENTION.finditer(rest)):
        last = marks[-1]
        if not rest[last.end() :].strip(" ."):
            rest, owner = rest[: last.start()].strip(" ,"), last[1]
    mitigation = None
    if rest:
        said = _MITIGATION.fullmatch(rest)
        if said is None:
            raise UserError(f"After that comes only `mitigation …` and who looks after it: {PROCON}.")
        mitigation = said["text"].strip()
    return Weighed(int(found["number"]), found["word"].casefold() == "material", mitigation, owner)


def read_analysis(words: str) -> Analysed:
    """The parts of "Phase 1 market analysis in January 2013 finding …". Raises UserError for what cannot be read."""
    finding = ""
    if found := _FINDING.search(words):
        words, finding = words[: found.start()], found["text"].strip()
    # The last "in" or "on" says when; earlier ones belong to the title.
    said = next(reversed(list(_WHEN.finditer(words))), None)
    title = words[: said.start()].strip(" ,;") if said else ""
    if said is None or not title or not words[said.end() :].strip():
        raise UserError(f"Say what was analysed and when, in a month or on a date: {ANALYSIS}.")
    if len(title) > LONGEST:
        raise UserError(f"A title has {LONGEST} characters at most. Put the rest after `finding`: {ANALYSIS}.")
    return Analysed(title, said["how"].casefold(), words[said.end() :].strip(), finding)


def read_numbered(words: str, example: str) -> tuple[int, str]:
    """The criterion's number and the words in "1 Six organisations …". Raises UserError for anything else."""
    found = _NUMBERED.fullmatch(words.strip())
    if found is None:
        raise UserError(f"Say which criterion, by its number, and what: {example}. `/parley assessment` lists them.")
    return int(found["number"]), found["text"].strip()


def read_finding(words: str) -> Found:
    """The parts of "1 strength Joint working becomes commitment". Raises UserError for what cannot be read."""
    number, rest = read_numbered(words, FINDING)
    first, _, text = rest.partition(" ")
    if first.casefold() not in set(FindingKind) or not text.strip():
        raise UserError(f"Say whether it is a strength or a concern, and what it is: {FINDING}.")
    becomes, party = "", None
    if found := _BECOMES.search(text[-60:]):
        becomes, party = found["what"].casefold(), found["party"]
        text = text[: len(text) - len(text[-60:]) + found.start()]
    if not text.strip(" .,;:"):
        raise UserError(f"Say what was found: {FINDING}.")
    return Found(number, FindingKind(first.casefold()), text.strip(), becomes, party)
