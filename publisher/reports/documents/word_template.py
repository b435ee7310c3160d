"""Makes the Word template that is shipped.

``python -m publisher.reports.documents.word_template`` writes it anew. The template is a binary
that nobody can review; this is its source, and a test holds the two together. An office edits its
own copy in Word (``publisher report template``): fonts and spacing in the styles, wording and order
in the text. What stands in braces is filled in by docxtpl: ``{{ title.name }}`` with a fact
(``documents/facts.py``), ``{%p … %}`` and ``{%tr … %}`` repeat or leave out the paragraphs and rows
between them.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from publisher.reports.documents.form import (
    MOTTO_RULE,
    SUBJECT_RULE,
    UNIT_RULE,
    WORD_TEMPLATE,
)
from publisher.reports.documents.word_parts import (
    Column,
    command,
    each,
    given,
    paragraph,
    rows_of,
    two_columns,
)
from publisher.reports.documents.word_styles import (
    BODY,
    CENTRED,
    LEAD,
    NUMBERS,
    TABLE,
    prepare,
)

_FIGURES: tuple[Column, ...] = (
    (9, "TT", "number", CENTRED),
    (42, "", "name", TABLE),
    (12, "Số bài", "posts", NUMBERS),
    (14, "Lượt đăng", "deliveries", NUMBERS),
    (25, "Lượt hiển thị", "shown", NUMBERS),
    (24, "Lượt tiếp cận (*)", "reach", NUMBERS),
    (22, "Lượt tương tác", "engagement", NUMBERS),
    (17, "Hiển thị so kỳ trước", "change", NUMBERS),
)
_POSTS: tuple[Column, ...] = (
    (9, "TT", "number", CENTRED),
    (21, "Ngày đăng", "at", CENTRED),
    (37, "Bài đăng", "post", TABLE),
    (24, "Chiến dịch", "campaign", TABLE),
    (24, "Kênh", "channels", TABLE),
    (17, "Lượt hiển thị", "shown", NUMBERS),
    (17, "Lượt tiếp cận (*)", "reach", NUMBERS),
    (16, "Lượt tương tác", "engagement", NUMBERS),
)
_FOLLOWERS: tuple[Column, ...] = (
    (9, "TT", "number", CENTRED),
    (72, "Kênh", "name", TABLE),
    (28, "Đầu kỳ", "first", NUMBERS),
    (28, "Cuối kỳ", "last", NUMBERS),
    (28, "Tăng, giảm", "change", NUMBERS),
)
_CRITERIA: tuple[Column, ...] = (
    (9, "TT", "number", CENTRED),
    (38, "Chỉ tiêu", "title", TABLE),
    (16, "Mục tiêu", "target", CENTRED),
    (17, "Kết quả", "value", CENTRED),
    (18, "Đánh giá", "verdict", CENTRED),
    (41, "Căn cứ", "basis", TABLE),
    (26, "Diễn biến", "trend", TABLE),
)
_TOPICS: tuple[Column, ...] = (
    (9, "TT", "number", CENTRED),
    (32, "Mã", "code", TABLE),
    (79, "Nhiệm vụ, chủ đề", "title", TABLE),
    (45, "Đơn vị", "unit", TABLE),
)


def make(path: Path) -> None:
    """Write the template."""
    document = Document()
    prepare(document)
    _head(document)
    _body(document)
    _end(document)
    _appendix(document)
    properties = document.core_properties
    properties.title, properties.author, properties.language = "Mẫu báo cáo định kỳ", "", "vi-VN"
    properties.comments = ""
    document.save(str(path))


# -- what the document consists of ----------------------------------------------------------------


def _head(document: Any) -> None:
    given(document, "rehearsal", "Diễn tập", "{{ rehearsal }}")
    left, right = two_columns(document, 2)
    each(left[0], "head.parent", "Đầu văn bản")
    each(left[0], "head.unit", "Đầu văn bản đậm")
    paragraph(left[0], UNIT_RULE)
    paragraph(right[0], "Đầu văn bản đậm", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    paragraph(right[0], "Tiêu ngữ", "Độc lập - Tự do - Hạnh phúc")
    paragraph(right[0], MOTTO_RULE)
    paragraph(left[1], "Số, ký hiệu", "{{ head.number }}")
    given(left[1], "draft", "Dự thảo", "{{ draft }}")
    paragraph(right[1], "Ngày tháng", "{{ head.place_date }}")
    paragraph(document, "Tên văn bản", "{{ title.name }}")
    each(document, "title.subject", "Trích yếu")
    paragraph(document, SUBJECT_RULE)
    given(document, "head.to", "Kính gửi", "Kính gửi: {{ head.to }}.")
    each(document, "intro")


def _body(document: Any) -> None:
    paragraph(document, "Heading 1", "TÌNH HÌNH THỰC HIỆN")
    given(document, "work.channels", "Heading 2", "Kết quả chung")
    each(document, "work.paragraphs")
    command(document, "if work.chart")
    paragraph(document, "Biểu đồ", "{{ chart }}")
    paragraph(document, "Chú thích biểu đồ", "{{ work.chart.caption }}")
    command(document, "endif")
    _figures(document, "work.channels", "Kênh", "Kết quả theo kênh")
    _figures(document, "work.campaigns", "Chiến dịch", "Kết quả theo chiến dịch")
    _figures(document, "work.editions", "Chiến dịch (năm)")
    _figures(document, "work.audiences", "Đối tượng", "Kết quả theo đối tượng")
    _figures(document, "work.kinds", "Hình thức", "Kết quả theo hình thức thể hiện")
    _reach(document)
    _criteria_and_topics(document)
    paragraph(document, "Heading 1", "TỒN TẠI, HẠN CHẾ")
    paragraph(document, BODY, "{{ shortcomings.intro }}")
    each(document, "shortcomings.items")
    each(document, "shortcomings.remarks")
    command(document, "if ahead")
    paragraph(document, "Heading 1", "PHƯƠNG HƯỚNG THỜI GIAN TỚI")
    paragraph(document, BODY, "{{ ahead.intro }}")
    each(document, "ahead.items")
    command(document, "endif")


def _reach(document: Any) -> None:
    command(document, "if reach")
    paragraph(document, "Heading 1", "KẾT QUẢ TIẾP CẬN")
    command(document, "if reach.metrics")
    paragraph(document, "Heading 2", "Lượt hiển thị, tiếp cận và tương tác")
    paragraph(document, BODY, "{{ reach.intro }}")
    each(document, "reach.metrics")
    each(document, "reach.remarks")
    command(document, "endif")
    command(document, "if reach.best")
    paragraph(document, "Heading 2", "Bài đăng nổi bật")
    _posts(document, "reach.best")
    command(document, "endif")
    command(document, "if reach.followers")
    paragraph(document, "Heading 2", "Người theo dõi")
    paragraph(document, LEAD, "{{ reach.followers.lead }}")
    paragraph(document, "Tên bảng", "{{ reach.followers.caption }}")
    rows_of(document, _FOLLOWERS, "reach.followers")
    paragraph(document, "Sau bảng")
    command(document, "endif")
    command(document, "endif")


def _criteria_and_topics(document: Any) -> None:
    command(document, "if criteria")
    paragraph(document, "Heading 1", "KẾT QUẢ THỰC HIỆN CHỈ TIÊU")
    paragraph(document, LEAD, "{{ criteria.lead }}")
    paragraph(document, "Tên bảng", "{{ criteria.caption }}")
    rows_of(document, _CRITERIA, "criteria")
    paragraph(document, "Sau bảng")
    command(document, "endif")
    command(document, "if topics")
    paragraph(document, "Heading 1", "TRUYỀN THÔNG VỀ CÁC NHIỆM VỤ, CHỦ ĐỀ ĐÃ ĐĂNG KÝ")
    paragraph(document, LEAD, "{{ topics.lead }}")
    command(document, "if topics.rows")
    paragraph(document, "Tên bảng", "{{ topics.caption }}")
    rows_of(document, _TOPICS, "topics")
    paragraph(document, "Ghi chú", "{{ topics.note }}")
    command(document, "endif")
    command(document, "endif")


def _end(document: Any) -> None:
    closing = paragraph(document, BODY, "{{ closing }}")
    closing.paragraph_format.keep_with_next = True
    left, right = two_columns(document, 1, (75, 90))
    paragraph(left[0], "Nơi nhận", "Nơi nhận:")
    each(left[0], "copies", "Nơi nhận, danh sách")
    given(right[0], "signature.signs_for", "Chữ ký", "{{ signature.signs_for }}")
    given(right[0], "signature.title", "Chữ ký", "{{ signature.title }}")
    name = paragraph(right[0], "Chữ ký", "{{ signature.name }}")
    name.paragraph_format.space_before = Mm(28)


def _appendix(document: Any) -> None:
    command(document, "if appendix")
    last = paragraph(document, "Sau bảng")
    body_section = document.sections[-1]._sectPr
    # The appendix numbers its own pages (Decree 30/2020/NĐ-CP, Appendix I, IV).
    last._p.get_or_add_pPr().append(copy.deepcopy(body_section))
    paragraph(document, "Tên phụ lục", "{{ appendix.title }}")
    paragraph(document, "Tên phụ lục", "{{ appendix.name }}")
    paragraph(document, "Chỉ dẫn phụ lục", "{{ appendix.reference }}")
    _posts(document, "appendix.posts")
    command(document, "endif")
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    body_section.find(qn("w:pgMar")).addnext(start)


def _figures(document: Any, of: str, first: str, heading: str = "") -> None:
    command(document, f"if {of}")
    if heading:
        paragraph(document, "Heading 2", heading)
    given(document, f"{of}.lead", LEAD, f"{{{{ {of}.lead }}}}")
    paragraph(document, "Tên bảng", f"{{{{ {of}.caption }}}}")
    number, name, *figures = _FIGURES
    columns = (number, (name[0], first, *name[2:]), *figures)
    rows_of(document, columns, of, total=True)
    paragraph(document, "Ghi chú", f"{{{{ {of}.note }}}}")
    command(document, "endif")


def _posts(document: Any, of: str) -> None:
    given(document, f"{of}.lead", LEAD, f"{{{{ {of}.lead }}}}")
    given(document, f"{of}.caption", "Tên bảng", f"{{{{ {of}.caption }}}}")
    rows_of(document, _POSTS, of)
    paragraph(document, "Ghi chú", f"{{{{ {of}.note }}}}")


if __name__ == "__main__":
    make(WORD_TEMPLATE)
