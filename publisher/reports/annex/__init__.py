"""The annex to a report: a workbook of every post.

Every delivery stands there too, and what they add up to. It is for whoever checks the report's
figures or goes on working with them, so it holds counts in typed cells, no words about them; what
each means stands on its last sheet. It is in Vietnamese, as the report is.
"""

from publisher.reports.annex.book import write_annex

__all__ = ["write_annex"]
