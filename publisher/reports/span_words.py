"""Spans as a reader names them, in the present language.

The reports of them are named here too.
"""

from __future__ import annotations

from datetime import date

from publisher import notation
from publisher.i18n import _
from publisher.reach.spans import Span


def span_name(span: Span) -> str:
    """What a report is of: "tháng 10 năm 2027", "6 tháng đầu năm 2027", "năm 2027", or its days."""
    facts = {"year": span.year}
    match span.kind, span.number:
        case "monthly", _number:
            return notation.day(date(span.year, span.number, 1), "month in words")
        case "half-year", 1:
            return _("the first half of %(year)s") % facts
        case "half-year", _number:
            return _("the second half of %(year)s") % facts
        case "yearly", _number:
            return _("the year %(year)s") % facts
        case _anything:
            return span_days(span)


def span_days(span: Span) -> str:
    """The days that it counts: "từ ngày 15/09/2027 đến hết ngày 14/10/2027"."""
    if span.first == span.last:
        return _("on %(day)s") % {"day": notation.day(span.first, "full")}
    return _("from %(first)s to %(last)s") % {
        "first": notation.day(span.first, "full"),
        "last": notation.day(span.last, "full"),
    }


def report_name(span: Span) -> str:
    """The report by its name: "Báo cáo tháng 10 năm 2027"."""
    return _("Report of %(span)s") % {"span": span_name(span)}


def file_stem(span: Span) -> str:
    """What its files are called, without accents: "bao-cao-6-thang-dau-nam-2027".

    In Vietnamese whatever is spoken: so an office finds its files in one order.
    """
    match span.kind, span.number:
        case "monthly", number:
            return f"bao-cao-thang-{number:02d}-{span.year}"
        case "half-year", number:
            return f"bao-cao-6-thang-{'dau' if number == 1 else 'cuoi'}-nam-{span.year}"
        case "yearly", _number:
            return f"bao-cao-nam-{span.year}"
        case _anything:
            return f"bao-cao-{span.first:%d-%m-%Y}-den-{span.last:%d-%m-%Y}"
