"""What a template may say: nothing leads out, nothing grows without bound, faults have lines."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.rendering.bounds import MAX_OUTPUT
from publisher.rendering.errors import RenderError
from publisher.rendering.syntax import MAX_SOURCE, mistakes
from publisher.rendering.templates import expand
from publisher.rendering.texts import unknowns
from tests.rendering.builders import message

KNOWN = {"vars": frozenset({"long"})}
LONG = {"vars": {"long": "x" * 20_000}}


@pytest.mark.parametrize(
    ("source", "code", "detail"),
    [
        ("a\n{{ day_left }}", "undefined", "day_left"),
        ("{% if false %}\n{{ vars.nowhere }}{% endif %}", "undefined", "vars.nowhere"),
        ("a\n{{ anchor | dat }}", "filter", "dat"),
        ("a\n{{ anchor }", "syntax", ""),
        ("a\n{% set x = 1 %}", "forbidden", "assign"),
    ],
)
def test_what_a_template_may_not_say_is_told_with_its_line(
    source: str, code: str, detail: str
) -> None:
    with pytest.raises(RenderError) as error:
        message(source)
    assert (error.value.code, error.value.line, error.value.field) == (code, 2, "body")
    assert detail in error.value.detail


PAYLOADS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ campaign.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ request|attr('application') }}",
    "{{ vars|attr('__class__') }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{ range(999999999) | join }}",
    "{{ 'a' * 999999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%999999999d' % 1 }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% for a in vars recursive %}{{ loop(vars) }}{% endfor %}",
    "{{ joiner }}",
    "{{ namespace(a=1) }}",
    "{{ due.strftime('%Y') }}",
    "{% for a in campaign.hashtags %}{% for b in campaign.hashtags %}x{% endfor %}{% endfor %}",
    "{{ vars.place.__class__ }}",
    "{{ vars['__class__'] }}",
    "{{ edition.__class__ }}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_known_way_out_of_the_sandbox_leads_anywhere(payload: str) -> None:
    with pytest.raises(RenderError):
        message(payload)


def test_names_are_checked_in_every_text_of_a_post() -> None:
    front = FrontMatter.model_validate(
        {"when": "D", "title": "{{ tile }}", "for": {"x": {"text": "ok\n{{ nope }}"}}}
    )
    file = CampaignFile.model_validate(
        {"title": "a", "owner": "b", "channels": ["x"], "anchor": {"every": "10-10"}}
    )
    campaign = Campaign("thu", Path(), file, ())
    found = unknowns(campaign, Post("mot", Path(), front, "{{ days_left }}", 1))
    assert [(e.field, e.line, e.detail) for e in found] == [
        ("title", 1, "tile"),
        ("for.x.text", 2, "nope"),
    ]


@pytest.mark.parametrize(
    "bomb",
    [
        "{{ vars.long | join(vars.long) }}",
        "{{ vars.long" + " | join(vars.long)" * 9 + " }}",
        "{{ vars.long" + " + vars.long" * 50 + " }}",
        "{{ vars.long" + " ~ vars.long" * 3_000 + " }}",
        "{% for letter in vars.long %}{{ vars.long }}{% endfor %}",
        "{{ " + "(" * 400 + "1" + ")" * 400 + " }}",
        "{" * (MAX_SOURCE + 1),
    ],
)
def test_a_text_that_would_grow_without_bound_is_refused(bomb: str) -> None:
    with pytest.raises(RenderError) as error:
        expand(bomb, LONG, KNOWN, "vi")
    assert error.value.code in ("too_long", "syntax")


def test_a_long_text_within_bounds_is_written() -> None:
    made = expand("{% for i in 'abcd' %}{{ vars.long }}{% endfor %}", LONG, KNOWN, "vi")
    assert len(made) == 80_000 < MAX_OUTPUT


@given(st.text("{}%|~.()[]'\"_ abvarslongifrendo#-\n", max_size=80))
def test_whatever_an_officer_writes_is_a_text_or_a_fault_with_a_line(source: str) -> None:
    faults = mistakes(source, KNOWN)
    assert all(1 <= fault.line <= source.count("\n") + 1 for fault in faults)
    with suppress(RenderError):
        expand(source, LONG, KNOWN, "vi")


def test_a_fault_in_a_branch_that_is_not_taken_is_told_with_its_line_too() -> None:
    found = mistakes("a\n{% if false %}\n{{ vars.x }}\n{{ nope }}{% endif %}", KNOWN)
    assert [(error.line, error.detail) for error in found] == [(3, "vars.x"), (4, "nope")]
