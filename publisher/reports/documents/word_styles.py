"""The look of the Word template (``word_template``).

Its styles, numbering and page. An office that changes a style in Word changes all that is set in
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from publisher.reports.documents.form import (
    HEAD_PT,
    LEFT_MM,
    MOTTO_RULE,
    RIGHT_MM,
    SUBJECT_RULE,
    TEXT_MM,
    TITLE_PT,
    UNIT_RULE,
)

FONT = "Times New Roman"
INDENT_MM = 12.7

BODY, LEAD, TABLE, NUMBERS, CENTRED, HEADINGS = (
    "Body Text",
    "Dẫn bảng",
    "Ô bảng",
    "Ô bảng số",
    "Ô bảng giữa",
    "Ô bảng tiêu đề",
)
COMMAND = "Lệnh"
"""The style of docxtpl's commands that stand alone: grey, and gone from what is made."""


def prepare(document: Any) -> None:
    """Give an empty document the styles, the numbering of headings and the page."""
    _clear(document)
    _styles(document)
    _numbering(document)
    _page(document)


def _clear(document: Any) -> None:
    """What python-docx's own template brings along: a thumbnail, an old version's behaviour."""
    relations = document.part.package.rels
    for key in [key for key, rel in relations.items() if rel.reltype.endswith("/thumbnail")]:
        del relations[key]
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    mode = parse_xml(
        f'<w:compat {nsdecls("w")}><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    after = settings.find(qn("w:rsids"))
    if after is not None:
        after.addprevious(mode)
    else:
        settings.append(mode)


def _styles(document: Any) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    run = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in list(run):
        run.remove(child)
    run.append(_fonts())
    run.append(
        parse_xml(f'<w:lang {nsdecls("w")} w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/>')
    )
    normal = _style(document, "Normal", 14)
    normal.paragraph_format.space_after = Pt(0)
    body = _style(document, BODY, 14, ALIGN.JUSTIFY, after=6, line=1.15)
    body.paragraph_format.first_line_indent = Mm(INDENT_MM)
    lead = _style(document, LEAD, 14, ALIGN.JUSTIFY, after=6, line=1.15, keep=True)
    lead.paragraph_format.first_line_indent = Mm(INDENT_MM)
    for name in ("Heading 1", "Heading 2"):
        heading = _style(document, name, 14, ALIGN.LEFT, before=8, after=6, bold=True)
        heading.paragraph_format.keep_with_next = True
    centre, left, right = ALIGN.CENTER, ALIGN.LEFT, ALIGN.RIGHT
    _style(document, "Đầu văn bản", HEAD_PT, centre)
    _style(document, "Đầu văn bản đậm", HEAD_PT, centre, bold=True)
    _style(document, "Tiêu ngữ", 13, centre, bold=True)
    _style(document, "Số, ký hiệu", 13, centre, before=6)
    _style(document, "Ngày tháng", 13, centre, before=6, italic=True)
    _boxed(_style(document, "Dự thảo", 13, centre, before=6, bold=True), indent_mm=20)
    _boxed(_style(document, "Diễn tập", 13, centre, after=12, bold=True), indent_mm=2)
    _style(document, "Diễn tập, chân trang", 11, centre, bold=True)
    _style(document, "Tên văn bản", TITLE_PT, centre, before=16, bold=True)
    _style(document, "Trích yếu", TITLE_PT, centre, bold=True)
    _style(document, "Kính gửi", 14, centre, before=6, after=12)
    _ruled(_style(document, UNIT_RULE, 2, centre), (LEFT_MM - 25) / 2)
    _ruled(_style(document, MOTTO_RULE, 2, centre), (RIGHT_MM - 56.1) / 2)
    _ruled(_style(document, SUBJECT_RULE, 2, centre, after=12), (TEXT_MM - 55) / 2)
    _style(document, "Tên bảng", 13, centre, before=6, after=4, bold=True, keep=True)
    _style(document, TABLE, 11, left)
    _style(document, NUMBERS, 11, right)
    _style(document, CENTRED, 11, centre)
    _style(document, HEADINGS, 11, centre, bold=True)
    _style(document, "Ghi chú", 11, ALIGN.JUSTIFY, before=3, after=8, italic=True)
    _style(document, "Sau bảng", 6)
    _style(document, "Biểu đồ", 14, centre, before=6, keep=True)
    _style(document, "Chú thích biểu đồ", 13, centre, before=3, after=8, italic=True)
    _style(document, "Nơi nhận", 12, left, bold=True, italic=True)
    _style(document, "Nơi nhận, danh sách", 11, left)
    _style(document, "Chữ ký", 14, centre, bold=True)
    _style(document, "Tên phụ lục", 14, centre, bold=True)
    _style(document, "Chỉ dẫn phụ lục", 14, centre, after=12, italic=True)
    _style(document, "Số trang", 14, centre)
    command = _style(document, COMMAND, 9, left)
    command.font.color.rgb = RGBColor(0x80, 0x80, 0x80)


def _style(
    document: Any,
    name: str,
    points: float,
    align: Any = None,
    *,
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
    bold: bool = False,
    italic: bool = False,
    keep: bool = False,
) -> Any:
    styles = document.styles
    known = name in [style.name for style in styles]
    style = styles[name] if known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not known:
        style.base_style = styles["Normal"]
        style.quick_style = True
    run = style.element.get_or_add_rPr()
    for child in list(run):
        run.remove(child)
    if name == "Normal":
        # The one place where an office changes the font of all.
        run.append(_fonts())
    style.font.size, style.font.bold, style.font.italic = Pt(points), bold, italic
    shape = style.paragraph_format
    shape.alignment = align
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), line
    shape.keep_with_next = keep or None
    shape.widow_control = True
    return style


def _fonts() -> Any:
    fonts = OxmlElement("w:rFonts")
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)
    return fonts


def _ruled(style: Any, indent_mm: float) -> None:
    """An empty paragraph whose upper border is the rule; its indents make its length."""
    _bordered(style, ("top",), 0)
    style.paragraph_format.left_indent = style.paragraph_format.right_indent = Mm(indent_mm)
    style.paragraph_format.space_before = Pt(2)


def _boxed(style: Any, indent_mm: float) -> None:
    _bordered(style, ("top", "left", "bottom", "right"), 4)
    style.paragraph_format.left_indent = style.paragraph_format.right_indent = Mm(indent_mm)


def _bordered(style: Any, sides: Sequence[str], space: int) -> None:
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="{space}" w:color="000000"/>' for side in sides
    )
    borders = parse_xml(f"<w:pBdr {nsdecls('w')}>{lines}</w:pBdr>")
    properties = style.element.get_or_add_pPr()
    # The order of a paragraph's properties is fixed: borders before spacing.
    properties.find(qn("w:spacing")).addprevious(borders)


def _numbering(document: Any) -> None:
    """Headings number themselves: I., 1.; so sections may be left out, moved and added."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    first = Mm(INDENT_MM).twips
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:pStyle w:val="Heading{level + 1}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="%{level + 1}."/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="0" w:firstLine="{first}"/></w:pPr></w:lvl>'
        for level, kind in enumerate(("upperRoman", "decimal"))
    )
    for xml in (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="1">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>',
        f'<w:num {nsdecls("w")} w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
    ):
        numbering.append(parse_xml(xml))
    for level in (0, 1):
        properties = document.styles[f"Heading {level + 1}"].element.get_or_add_pPr()
        of = properties.get_or_add_numPr()
        of.get_or_add_ilvl().val = level
        of.get_or_add_numId().val = 1


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.style = "Số trang"
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = number.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
    section.first_page_header.paragraphs[0].style = "Số trang"
    for footer in (section.footer, section.first_page_footer):
        footer.paragraphs[0].style = "Diễn tập, chân trang"
        footer.paragraphs[0].add_run("{{ rehearsal }}")
