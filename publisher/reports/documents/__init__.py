"""A periodic report as a Vietnamese administrative document.

In Word and as a PDF. The form is that of Decree 30/2020/NĐ-CP, Appendix I: page, margins, type,
national heading, number, place and date, signature block, appendix. Both are made from the same
sentences and figures (``facts``): ``write_docx`` by a Word template that an office may edit in
Word, ``write_pdf`` by Typst, with the font that is bundled. Such a document is Vietnamese by its
form, whatever language the program speaks, so its sentences stand in the code as they are printed.
"""

from publisher.reports.documents.docx import TemplateError, copy_template, write_docx
from publisher.reports.documents.pdf import write_pdf

__all__ = ["TemplateError", "copy_template", "write_docx", "write_pdf"]
