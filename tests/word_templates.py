"""How `templates/minutes.docx` and `templates/paper.docx` were made: `python -m tests.word_templates` makes them again.

They are ordinary Word documents, for an administrator to open and change. What stands in double braces is filled in by
docxtpl, whose tags are Jinja's: `{%p … %}` takes the whole paragraph it stands in, `{%tr … %}` the whole row.
"""

import io
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt, RGBColor

from bot.render import BUILT_IN
from bot.render.package import dateless

INK, SOFT, ACCENT = RGBColor(0x1F, 0x29, 0x33), RGBColor(0x52, 0x60, 0x6D), RGBColor(0x1F, 0x4E, 0x79)
RULE = "C5CCD6"
FONT = "Cambria"
AGENDA = 90  # the number of the agenda items' numbering, which python-docx's own template leaves free
WIDTH = 9070  # twentieths of a point between the margins of an A4 page


# -- words ------------------------------------------------------------------------------------------------


def run(words: str, style: str = "") -> str:
    look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{words}</w:t></w:r>'


def bold(words: str) -> str:
    return run(words, "Strong")


def paragraph(style: str, *runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def tag(what: str) -> str:
    """A paragraph that is only there for its tag, and goes with it."""
    return paragraph("Normal", run(f"{{%p {what} %}}"))


def heading(words: str, level: int = 2) -> str:
    return paragraph(f"Heading{level}", run(words))


def body(words: str) -> str:
    return paragraph("BodyText", run(words))


def source(line: str = "line") -> str:
    """A link to the message that a record was taken from."""
    address = f"&quot;{{{{ {line}.permalink }}}}&quot;"
    link = f'<w:fldSimple w:instr="HYPERLINK {address}">{run("message", "Hyperlink")}</w:fldSimple>'
    return run(f"{{%r if {line}.permalink %}}") + run(" (") + link + run(")") + run("{%r endif %}")


def bullets(loop: str, *runs: str) -> str:
    return tag(f"for {loop}") + paragraph("ListBullet", *runs) + tag("endfor")


def either(condition: str, then: str, otherwise: str) -> str:
    return tag(f"if {condition}") + then + tag("else") + otherwise + tag("endif")


def none_or(lines: str, then: str, otherwise: str = "None.") -> str:
    return either(lines, then, paragraph("Quiet", run(otherwise)))


def field(name: str) -> str:
    return f'<w:fldSimple w:instr="{name}">{run("1")}</w:fldSimple>'


# -- tables -----------------------------------------------------------------------------------------------


def cell(width: int, style: str, *runs: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph(style, *runs)}</w:tc>'


def row(cells: str, *, header: bool = False) -> str:
    repeated = "<w:tblHeader/>" if header else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def table(widths: list[int], *rows: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Register"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def loop_row(what: str, columns: int) -> str:
    return row(cell(WIDTH, "Cell", run(f"{{%tr {what} %}}")))


ACTION_WIDTHS = [850, 4220, 2100, 1900]


def actions(groups: str) -> str:
    titles = ("Ref", "Action", "Owner", "Due")
    said = (
        run('{{ line.text }}{% if line.status != "open" %} ({{ line.status }}){% endif %}'),
        bold('{% if line.lacking %} INCOMPLETE: lacks {{ line.lacking | join(" and ") }}{% endif %}'),
        source(),
    )
    cells = [(bold("{{ line.ref }}"),), said, (run("{{ group.owner }}"),), (run("{{ line.due }}"),)]
    return table(
        ACTION_WIDTHS,
        row(
            "".join(cell(width, "CellHeading", run(title)) for width, title in zip(ACTION_WIDTHS, titles, strict=True)),
            header=True,
        ),
        loop_row(f"for group in {groups}", 4),
        loop_row("for line in group.actions", 4),
        row("".join(cell(width, "Cell", *runs) for width, runs in zip(ACTION_WIDTHS, cells, strict=True))),
        loop_row("endfor", 4),
        loop_row("endfor", 4),
    ) + paragraph("Gap")


def particulars() -> str:
    pairs = [
        ("Negotiation", "{{ doc.negotiation }}", ""),
        ("Meeting", "{{ doc.ref }}, {{ doc.kind }}", ""),
        ("Held", "{{ doc.when }}", ""),
        ("Place", "{{ doc.place }}", ""),
        ("Purpose", "{{ doc.purpose }}", "doc.purpose"),
        ("Ground rules", "{{ doc.ground_rules }}", "doc.ground_rules"),
        ("Chair", "{{ doc.chair }}", ""),
        ("Scribe", "{{ doc.scribe }}", ""),
        ("Version", "{{ doc.version }}, {{ doc.state | lower }}", ""),
    ]
    said = ""
    for name, words, only_if in pairs:
        line = paragraph("Particulars", bold(name), "<w:r><w:tab/></w:r>", run(words))
        said += tag(f"if {only_if}") + line + tag("endif") if only_if else line
    return said + paragraph("Gap")


# -- minutes ----------------------------------------------------------------------------------------------

STANDING = (
    '{{ {"awaiting": "AWAITING CONFIRMATION", "agreed": "CONFIRMED BY EVERY PARTY" if line.held_by else "AGREED", '
    '"objected": "OBJECTED TO", "reopened": "AGREED, AND REOPENED SINCE"}[line.status] %s}}'
)


def agreement() -> str:
    return (
        paragraph(
            "Agreement",
            bold("{{ line.ref }}"),
            run("{% if line.clause %} on {{ line.clause }}{% endif %}: "),
            bold(STANDING % ""),
            run(
                '{% if line.status == "agreed" and not line.held_by %} in principle, '
                "{{ doc.marking | lower }}{% endif %}"
            ),
            source(),
        )
        + paragraph("Quote", run("{{ line.wording }}"))
        + bullets("word in line.confirmed", run("Confirmed for {{ word }}"))
        + bullets("word in line.objections", run("Objection of {{ word }}"))
        + tag('if line.held_by and line.status == "agreed"')
        + paragraph(
            "ListBullet",
            run('Nothing in its package is agreed until all of it is: {{ line.held_by | join(", ") }} is open'),
        )
        + tag("endif")
        + tag("if line.because")
        + paragraph("ListBullet", run("Reopened because {{ line.because }}"))
        + tag("endif")
        + bullets("party in line.awaited", run("Awaiting confirmation by {{ party }}"))
    )


APPROVAL = (
    "{% if doc.approvals %}Version {{ doc.version }} is approved as an accurate record."
    "{% else %}Draft until every party has approved version {{ doc.version }}.{% endif %}"
)


def corrected(corrections: str) -> str:
    said = "Correction {{ line.number }} of version {{ line.version }}, asked by {{ line.author }} on {{ line.when }}:"
    return (
        tag(f"for line in {corrections}")
        + paragraph("Agreement", run(said))
        + paragraph("Quote", run("{{ line.text }}"))
        + tag("endfor")
    )


def record(name: str, field_name: str, *, told: str = "text", extra: str = "", linked: bool = False) -> str:
    runs = [run(f"{name} "), bold("{{ line.ref }}"), run(f"{extra}: {{{{ line.{told} }}}}")]
    return bullets(f"line in item.{field_name}", *runs, *([source()] if linked else []))


def detailed(lines: str) -> str:
    said = run(": {{ line.text }}{% if line.detail %} ({{ line.detail }}){% endif %}")
    return bullets(f"line in {lines}", bold("{{ line.ref }}"), said, source())


def items() -> str:
    of_clause = "{% if line.clause %} on {{ line.clause }}{% endif %}, " + STANDING % "| lower "
    return (
        tag("for item in doc.items")
        + either("item.number", paragraph("AgendaItem", run("{{ item.title }}")), heading("{{ item.title }}", 3))
        + record("Note", "notes", linked=True)
        + record("Reservation", "reservations", extra=" of {{ line.author }}", linked=True)
        + record("Recommendation", "recommendations", linked=True)
        + record("Agreement", "agreements", told="wording", extra=of_clause)
        + record("Decision", "decisions")
        + record("Action", "actions")
        + record("Parked", "parked")
        + tag("if item.empty")
        + paragraph("Quiet", run("Nothing was recorded under this item."))
        + tag("endif")
        + tag("else")
        + paragraph("Quiet", run("No items were recorded."))
        + tag("endfor")
        + tag("if doc.not_reached")
        + body('Not reached: {{ doc.not_reached | join("; ") }}.')
        + tag("endif")
    )


def minutes() -> str:
    return (
        paragraph("Title", run("Minutes of {{ doc.ref }}: {{ doc.title }}"))
        + tag("if doc.audience")
        + body("Set for {{ doc.audience }}: whatever is marked confidential is left out.")
        + tag("endif")
        + particulars()
        + heading("Present")
        + none_or(
            "doc.sides",
            bullets("side in doc.sides", bold("{{ side.name }}:"), run(' {{ side.people | join("; ") }}')),
            "Nobody was recorded as present.",
        )
        + heading("Apologies")
        + none_or("doc.apologies", bullets("name in doc.apologies", run("{{ name }}")))
        + heading("Required roles")
        + either(
            "doc.roles_unfilled",
            body('Not filled among those present: {{ doc.roles_unfilled | join("; ") }}.'),
            body("A chair, a scribe and somebody to speak for each side were present."),
        )
        + tag("if doc.quorum")
        + body("{{ doc.quorum }}")
        + tag("endif")
        + heading("Declarations of interest")
        + none_or(
            "doc.declarations",
            bullets(
                "line in doc.declarations",
                bold("{{ line.ref }}"),
                run(": {{ line.author }}, {{ line.text }}"),
                source(),
            ),
            "None declared.",
        )
        + heading("Minutes of the last meeting")
        + body("{{ doc.previous }}")
        + corrected("doc.previous_corrections")
        + heading("Matters arising")
        + none_or("doc.matters_arising", body("Open from earlier meetings:") + actions("doc.matters_arising"))
        + heading("Sub-group reports")
        + none_or("doc.subgroups", bullets("told in doc.subgroups", run("{{ told }}")))
        + heading("Items")
        + items()
        + tag("if doc.clauses")
        + heading("Clauses")
        + tag("for clause in doc.clauses")
        + heading("{{ clause.number }}", 3)
        + bullets("told in clause.told", run("{{ told }}"))
        + tag("if clause.redline")
        + body(
            "From {{ clause.redline.before }} to {{ clause.redline.after }}, by {{ clause.redline.author }}, as "
            "changes to accept or reject:"
        )
        + paragraph("Quote", run("{{r tracked(clause.redline) }}"))
        + tag("endif")
        + tag("endfor")
        + tag("endif")
        + heading("Agreements")
        + none_or("doc.agreements", tag("for line in doc.agreements") + agreement() + tag("endfor"))
        + heading("Decisions")
        + none_or(
            "doc.decisions",
            bullets(
                "line in doc.decisions",
                bold("{{ line.ref }}"),
                run(": "),
                bold("DECIDED"),
                run(" {{ line.text }}"),
                source(),
            ),
        )
        + heading("Actions")
        + none_or("doc.actions", actions("doc.actions"))
        + heading("Parked and escalated")
        + none_or("doc.parked", detailed("doc.parked"))
        + tag("if doc.withdrawn")
        + heading("Withdrawn and undone")
        + detailed("doc.withdrawn")
        + tag("endif")
        + tag("if doc.incomplete")
        + heading("Incomplete")
        + bullets("told in doc.incomplete", run("{{ told }}"))
        + tag("endif")
        + heading("Next meeting")
        + body("{{ doc.next_meeting }}")
        + tag("if doc.corrections")
        + heading("Corrections")
        + corrected("doc.corrections")
        + tag("endif")
        + heading("Circulation and approval")
        + paragraph("BodyText", bold("{{ doc.state }}"), run(" · "), bold("{{ doc.marking }}"), run(". " + APPROVAL))
        + tag("if doc.replaces")
        + body("{{ doc.replaces }}")
        + tag("endif")
        + bullets("party in doc.approving", run("{{ party }}: not yet approved"))
        + bullets("word in doc.approvals", run("Approved for {{ word }}"))
        + paragraph("Fingerprint", run("Fingerprint: sha256 {{ fingerprint }}"))
    )


# -- any paper of chapters --------------------------------------------------------------------------------


def register() -> str:
    """A table of as many columns as its headings; `{%tc … %}` takes the whole cell."""

    def every(what: str, style: str) -> str:
        said = (f"{{%tc for words in {what} %}}", "{{ words }}", "{%tc endfor %}")
        return "".join(cell(0, style, run(words)) for words in said)

    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Register"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="autofit"/>'
        '<w:tblLook w:val="0020"/>'
        "</w:tblPr><w:tblGrid/>"
        + row(every("table.headings", "CellHeading"), header=True)
        + loop_row("for row in table.rows", 1)
        + row(every("row", "Cell"))
        + loop_row("endfor", 1)
        + "</w:tbl>"
        + paragraph("Gap")
    )


def chapters() -> str:
    return (
        paragraph("Title", run("{{ doc.title }}"))
        + paragraph("Quiet", run("{{ doc.subtitle }}"))
        + tag("for chapter in doc.chapters")
        + heading("{{ chapter.title }}")
        + tag("if chapter.private_to")
        + paragraph("Private", run("Private to {{ chapter.private_to }}"))
        + tag("endif")
        + tag("for words in chapter.paragraphs")
        + either(
            'loop.last and chapter.tables | selectattr("rows") | list',
            paragraph("LeadIn", run("{{ words }}")),
            body("{{ words }}"),
        )
        + tag("endfor")
        + tag("for table in chapter.tables if table.rows")
        + register()
        + tag("endfor")
        + tag("endfor")
        + paragraph("BodyText", bold("{{ doc.marking }}"))
        + paragraph("Fingerprint", run("Fingerprint: sha256 {{ fingerprint }}"))
    )


# -- the document round them ------------------------------------------------------------------------------


def set_styles(styles: Any) -> None:
    for style in styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH or style.type == WD_STYLE_TYPE.CHARACTER:
            fonts = style.element.rPr.rFonts if style.element.rPr is not None else None
            if fonts is not None:
                fonts.attrib.clear()  # of the theme
    normal = styles["Normal"]
    normal.font.size, normal.font.color.rgb = Pt(10.5), INK
    normal.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "cs"):
        normal.element.rPr.rFonts.set(qn(f"w:{kind}"), FONT)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(4), 1.1
    for name, size, before, after in (("Title", 20, 0, 10), ("Heading 2", 13, 16, 5), ("Heading 3", 11, 9, 3)):
        style = styles[name]
        style.font.size, style.font.bold = Pt(size), True
        style.font.color.rgb = INK if name == "Heading 3" else ACCENT
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
    title = styles["Title"].element.pPr
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    # A title is the document's one heading of the first level, for those who find their way by headings.
    title.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
    under = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="4" w:space="3" w:color="{RULE}"/></w:pBdr>'
    styles["Heading 2"].element.pPr.insert_element_before(parse_xml(under), "w:spacing", "w:outlineLvl")
    left = f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="18" w:space="8" w:color="{RULE}"/></w:pBdr>'
    quote = styles["Quote"]
    quote.font.italic, quote.font.color.rgb = False, INK
    quote.paragraph_format.left_indent, quote.paragraph_format.space_after = Mm(4), Pt(6)
    quote.element.get_or_add_pPr().insert_element_before(parse_xml(left), "w:spacing", "w:ind")
    styles["List Bullet"].paragraph_format.space_after = Pt(3)
    for name in ("Header", "Footer"):
        styles[name].font.size = Pt(9 if name == "Header" else 8.5)
        styles[name].font.color.rgb = ACCENT if name == "Header" else SOFT
        for tabs in styles[name].element.pPr.findall(qn("w:tabs")):
            styles[name].element.pPr.remove(tabs)
    styles["Header"].font.bold = True
    styles["Header"].paragraph_format.alignment = WD_PARAGRAPH_ALIGNMENT.CENTER


def add_styles(styles: Any) -> None:
    def added(name: str) -> Any:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        return style

    particulars_style = added("Particulars")
    particulars_style.paragraph_format.tab_stops.add_tab_stop(Mm(35))
    particulars_style.paragraph_format.left_indent = Mm(35)
    particulars_style.paragraph_format.first_line_indent = Mm(-35)
    particulars_style.paragraph_format.space_after = Pt(3)
    agreement_style = added("Agreement")
    agreement_style.paragraph_format.space_before = Pt(9)
    agreement_style.paragraph_format.keep_with_next = True
    private = added("Private")
    private.font.bold, private.paragraph_format.space_after = True, Pt(6)
    private.paragraph_format.keep_with_next = True
    lead_in = added("Lead In")
    lead_in.base_style, lead_in.paragraph_format.keep_with_next = styles["Body Text"], True
    item = added("Agenda Item")
    item.base_style, item.next_paragraph_style = styles["Heading 3"], styles["Normal"]
    item.element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = AGENDA
    added("Quiet").font.color.rgb = SOFT
    cell_style = added("Cell")
    cell_style.font.size, cell_style.paragraph_format.space_after = Pt(9.5), Pt(0)
    cell_heading = added("Cell Heading")
    cell_heading.font.size, cell_heading.font.bold, cell_heading.font.color.rgb = Pt(9.5), True, ACCENT
    cell_heading.paragraph_format.space_after = Pt(0)
    cell_heading.paragraph_format.keep_with_next = True
    fingerprint = added("Fingerprint")
    fingerprint.font.size, fingerprint.font.color.rgb = Pt(7.5), SOFT
    fingerprint.paragraph_format.space_before = Pt(14)
    gap = added("Gap")
    gap.font.size, gap.paragraph_format.space_after = Pt(4), Pt(0)
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = ACCENT, True
    styles.element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Register"><w:name w:val="Register"/>'
            '<w:basedOn w:val="TableNormal"/><w:pPr><w:spacing w:after="0"/></w:pPr><w:tblPr><w:tblBorders>'
            f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>'
            f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/></w:tblBorders>'
            '<w:tblCellMar><w:top w:w="50" w:type="dxa"/><w:left w:w="80" w:type="dxa"/>'
            '<w:bottom w:w="50" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            "</w:style>"
        )
    )


def add_numbering(numbering: Any) -> None:
    """Agenda items number themselves, so that one that is added or taken out later renumbers those behind it."""
    kind = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{AGENDA}"><w:multiLevelType w:val="singleLevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="AgendaItem"/>'
        '<w:suff w:val="space"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl></w:abstractNum>'
    )
    numbering.insert_element_before(kind, "w:num")
    instance = f'<w:num {nsdecls("w")} w:numId="{AGENDA}"><w:abstractNumId w:val="{AGENDA}"/></w:num>'
    numbering.append(parse_xml(instance))


def write(container: Any, content: str) -> None:
    """Put paragraphs and tables into a container in place of those it has."""
    for old in container.findall(qn("w:p")):
        container.remove(old)
    last = list(container)  # the section's properties, in a body
    container.extend([*parse_xml(f"<w:body {nsdecls('w')}>{content}</w:body>"), *last])


def made(content: str, marking: str, foot: str) -> bytes:
    """A template with this body, the marking at the head of each page, and its number at the foot."""
    word = Document()
    set_styles(word.styles)
    add_styles(word.styles)
    add_numbering(word.part.numbering_part.element)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(27), Mm(24)
    write(word.element.body, content)
    write(section.header._element, paragraph("Header", run(marking)))
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{WIDTH}"/></w:tabs>'
    page = f"{run('Page ')}{field('PAGE')}{run(' of ')}{field('NUMPAGES')}"
    write(
        section.footer._element,
        f'<w:p><w:pPr><w:pStyle w:val="Footer"/>{tabs}</w:pPr>{run(foot)}<w:r><w:tab/></w:r>{page}</w:p>',
    )
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    properties = word.core_properties
    properties.author = properties.last_modified_by = "Parley"
    properties.comments, properties.title, properties.language = "", "", "en-GB"
    for stated in properties._element.xpath("dcterms:created | dcterms:modified"):
        properties._element.remove(stated)  # the day of python-docx's own template
    relations = word.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]  # a picture of python-docx's own template
    saved = io.BytesIO()
    word.save(saved)
    return dateless(saved.getvalue())


def templates() -> dict[str, bytes]:
    """The templates by name, the same bytes each time."""
    return {
        "minutes.docx": made(
            minutes(),
            "{{ doc.state }} · {{ doc.marking }}{% if doc.private_to %} · Private to {{ doc.private_to }}{% endif %}",
            "Minutes of {{ doc.ref }}, version {{ doc.version }}",
        ),
        "paper.docx": made(
            chapters(),
            "{{ doc.marking }}{% if doc.privacy %} · {{ doc.privacy }}{% endif %}",
            "{{ doc.title }}",
        ),
    }


def main(folder: Path = BUILT_IN) -> None:
    for name, content in templates().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
