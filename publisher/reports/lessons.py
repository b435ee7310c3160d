"""What ``publisher.reach.insight`` found, as a leader reads it.

What, by how much, over how many. Where there is too little to say anything, that is said; and
always that it is a hint.
"""

from __future__ import annotations

from publisher import notation
from publisher.i18n import _
from publisher.reach.insight import HOUR, KIND, Finding, Insight, band_of

MOST = 3
"""So many findings are named: the strongest."""


def lines(insight: Insight) -> list[str]:
    """One sentence for each finding, or one that says that there is none; empty where nothing was
    read yet."""
    if not insight.posts:
        return []
    told = [sentence(one) for one in insight.findings[:MOST]]
    for by in (HOUR, KIND):
        if by not in insight.compared:
            told.append(_TOO_FEW[by]())
        elif not any(one.by == by for one in insight.findings):
            told.append(_NONE[by]())
    return told


def caution() -> str:
    """What has to be said with every finding."""
    return _(
        "Compared are the posts of the last eight weeks, all at the same age and each against what "
        "is usual on its channel. It is a hint, not a proof: these posts may differ in other "
        "things too."
    )


def sentence(finding: Finding) -> str:
    """A finding, with how many posts it rests on."""
    facts = {
        "group": _group(finding),
        "times": notation.decimal(finding.times, 1),
        "percent": notation.percent(abs(finding.times - 1)),
        "posts": notation.number(finding.posts),
        "others": notation.number(finding.others),
    }
    if finding.times >= 2:
        told = _(
            "%(group)s are shown about %(times)s times as often as others (%(posts)s posts "
            "against %(others)s)."
        )
    elif finding.times > 1:
        told = _(
            "%(group)s are shown about %(percent)s more often than others (%(posts)s posts "
            "against %(others)s)."
        )
    else:
        told = _(
            "%(group)s are shown about %(percent)s less often than others (%(posts)s posts "
            "against %(others)s)."
        )
    return told % facts


def _group(finding: Finding) -> str:
    if finding.by == HOUR:
        start, end = band_of(finding.name)
        return _("Posts that go out between %(from)s and %(to)s") % {
            "from": f"{start}:00",
            "to": f"{end}:00",
        }
    return {
        "text": _("Posts of text alone"),
        "link": _("Posts with a link"),
        "picture": _("Posts with a picture"),
        "video": _("Posts with a video"),
        "audio": _("Posts with sound"),
        "document": _("Posts with a document"),
    }.get(finding.name, finding.name)


_TOO_FEW = {
    HOUR: lambda: _("By hour: too few posts yet to say anything."),
    KIND: lambda: _("By kind of post: too few posts yet to say anything."),
}
_NONE = {
    HOUR: lambda: _("By hour: no part of the day does clearly better or worse."),
    KIND: lambda: _("By kind of post: none does clearly better or worse."),
}
