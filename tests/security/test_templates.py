"""The officers' templates: no known payload gets out of the sandbox, and none runs long.

The payloads are the collected ones against Jinja2 (attributes, format strings, globals, filters
that take attributes), then those made to burn time: deep, wide, multiplied.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from publisher.rendering.bounds import MAX_OUTPUT
from publisher.rendering.errors import RenderError
from publisher.rendering.syntax import MAX_SOURCE, Known, mistakes
from publisher.rendering.templates import expand
from tests.security.within import bounded, little_memory

KNOWN: Known = {
    "title": None,
    "n": None,
    "campaign": frozenset({"title", "hashtags"}),
    "due": frozenset({"year"}),
    "vars": frozenset({"a"}),
}
VALUES = {
    "title": "Xin chào",
    "n": 3,
    "campaign": {"title": "Ngày Chuyển đổi số", "hashtags": ("mot", "hai")},
    "due": datetime(2027, 10, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    "vars": {"a": "x"},
}
AN_OBJECT = re.compile(r"<class|<function|<module|<Loop|<Undefined| object at 0x|__\w+__|\{'|\('")
"""What an object of Python's looks like where one was let out."""

ESCAPES = [
    "{{ title.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ ().__class__.__bases__[0] }}",
    "{{ title['__class__'] }}",
    "{{ title|attr('__class__') }}",
    "{{ title|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ title['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ title['\\u005f\\u005fclass\\u005f\\u005f'] }}",
    "{{ title['_' ~ '_class_' ~ '_'] }}",
    "{{ title['__cla' + 'ss__'] }}",
    "{{ title[['__', 'class', '__']|join('')] }}",
    "{{ n.__class__ }}",
    "{{ 1.__class__ }}",
    "{{ true.__class__ }}",
    "{{ None.__class__ }}",
    "{{ none['__class__'] }}",
    "{{ campaign.__class__ }}",
    "{{ campaign['__class__'] }}",
    "{{ campaign.keys() }}",
    "{{ campaign['keys'] }}",
    "{{ campaign.title.__class__ }}",
    "{{ vars.a.__class__ }}",
    "{{ vars['a']['__class__'] }}",
    "{{ due.__reduce__ }}",
    "{{ due['__class__'] }}",
    "{{ due['strftime'] }}",
    "{{ due.tzinfo }}",
    "{{ due['tzinfo'] }}",
    "{{ '{0.__class__}'|format(title) }}",
    "{{ '{0.__class__}'.format(title) }}",
    "{{ '{0.__class__}'.format_map(campaign) }}",
    "{{ '%s'|format(title) }}",
    "{{ '%s' % title }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ range.__class__ }}",
    "{{ dict(a=1) }}",
    "{{ self }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ request.application.__globals__ }}",
    "{{ config.items() }}",
    "{{ g }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ _ }}",
    "{{ context }}",
    "{{ environment }}",
    "{{ resolve }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ kwargs }}",
    "{{ l_0_title }}",
    "{{ t_1 }}",
    "{{ campaign }}",
    "{{ campaign|upper }}",
    "{{ campaign ~ '' }}",
    "{{ campaign.hashtags }}",
    "{{ [campaign]|join }}",
    "{{ vars }}",
    "{{ [title] }}",
    "{% for x in title %}{{ loop }}{% endfor %}",
    "{% for x in title %}{{ loop ~ '' }}{% endfor %}",
    "{% for x in title %}{{ [loop]|join }}{% endfor %}",
    "{% for x in title %}{{ loop|upper }}{% endfor %}",
    "{% for x in title %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in title %}{{ loop['__init__'] }}{% endfor %}",
    "{% for x in title %}{{ loop.previtem }}{% endfor %}",
    "{% for x in title %}{{ loop.cycle('a') }}{% endfor %}",
    "{% for x in title if loop %}{{ x }}{% endfor %}",
    "{% for x in title recursive %}{{ loop(title) }}{% endfor %}",
    "{% for loop in title %}{{ loop.__class__ }}{% endfor %}",
    "{% for self in title %}{{ self.__class__ }}{% endfor %}",
    "{% for x in title if x.__class__ %}{% endfor %}",
    "{% for x in campaign %}{{ campaign[x].__class__ }}{% endfor %}",
    "{{ title|map(attribute='__class__')|list }}",
    "{{ title|map('upper')|list }}",
    "{{ title|select('callable') }}",
    "{{ title|groupby('__class__') }}",
    "{{ title|sort(attribute='__class__') }}",
    "{{ title|tojson }}",
    "{{ title|pprint }}",
    "{{ title|safe }}",
    "{{ title|_weighed }}",
    "{{ title is callable }}",
    "{{ title is filter }}",
    "{{ title|default(1, 2, 3) }}",
    "{{ title|upper(_language='x') }}",
    "{% include '/etc/passwd' %}",
    "{% include ['a', '/etc/passwd'] ignore missing %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends '/etc/passwd' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% call x() %}{% endcall %}",
    "{% set x = title %}",
    "{% set campaign.title = 'x' %}",
    "{% with x = 1 %}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% do campaign.clear() %}",
    "{% debug %}",
    "{% trans %}x{% endtrans %}",
    "{{ {} }}",
    "{{ {'a': title.__class__} }}",
    "{% if false %}{{ title.__class__ }}{% endif %}",
    "{{ '' if true else cycler }}",
]
LONG = {
    "a huge range": "{% for i in range(10**9) %}x{% endfor %}",
    "a text times a number": "{{ 'a' * 10**9 }}",
    "a power": "{{ 10**10**10 }}",
    "a division": "{{ 1 // 0 }}{{ 1 / 0 }}{{ 1 % 0 }}",
    "a number of digits": "{{ " + "9" * 60_000 + " }}",
    "a sum of digits": "{{ " + "9" * 4000 + " + " + "9" * 4000 + " }}",
    "a number written out": "{{ " + "9" * 4000 + "|number }}",
    "a number in hexadecimal": "{{ 0x" + "f" * 10_000 + " }}",
    "infinity": "{{ 1e400|number }}{{ 1.0e308 + 1.0e308 }}",
    "deep parentheses": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "deep brackets": "{{ " + "[" * 5000 + "]" * 5000 + " }}",
    "open brackets": "{{ " + "[" * 60_000,
    "many minus": "{{ " + "-" * 30_000 + "1 }}",
    "many not": "{{ " + "not " * 15_000 + "1 }}",
    "many plus": "{{ " + "1+" * 30_000 + "1 }}",
    "many comparisons": "{{ " + "n<" * 30_000 + "n }}",
    "many conditions": "{{ " + "1 if 1 else " * 4000 + "1 }}",
    "many filters": "{{ n" + "|upper" * 9000 + " }}",
    "many parts": "{{ n" + ".a" * 30_000 + " }}",
    "many slices": "{{ title" + "[:]" * 15_000 + " }}",
    "many concatenations": "{{ " + "title ~ " * 8000 + "title }}",
    "concatenations of concatenations": "{{ "
    + " ~ ".join(["(" + " ~ ".join(["title"] * 40) + ")"] * 40)
    + " }}",
    "many variables": "{{ n }}" * 9000,
    "many comments": "{##}" * 16_000,
    "deep conditions": "{% if n %}" * 3000 + "x" + "{% endif %}" * 3000,
    "deep loops": "{% for a in title %}" * 2000 + "x" + "{% endfor %}" * 2000,
    "many branches": "{% if n %}x" + "{% elif n %}x" * 4500 + "{% endif %}",
    "branches within the count": "{% if n %}x" + "{% elif n %}x" * 700 + "{% endif %}",
    "open braces": "{{" * 30_000,
    "open blocks": "{%" * 30_000,
    "open texts": "{{ '" * 15_000,
    "escapes": "{{ '" + "\\x41" * 16_000 + "' }}",
    "a loop in a loop": "{% for a in title %}{% for b in title %}x{% endfor %}{% endfor %}",
    "a loop over much": "{% for x in [" + "1," * 20_000 + "] %}{{ title }}{% endfor %}",
    "a loop over a long text": "{% for x in title|join('"
    + "x" * 10_000
    + "') %}{% if n %}{% endif %}{% endfor %}",
    "joined by itself": "{{ title" + "|join(title)" * 20 + " }}",
    "silent work in a loop": "{% for x in title|join('"
    + "x" * 60
    + "') %}{% if (title|join('"
    + "y" * 14_000
    + "')"
    + "|upper|lower" * 300
    + ") == 'a' %}{% endif %}{% endfor %}",
    "silent comparisons in a loop": "{% for x in title|join('"
    + "x" * 60
    + "') %}{% if title|join('"
    + "y" * 14_000
    + "') in title|join('"
    + "y" * 14_001
    + "') %}{% endif %}{% endfor %}",
    "silent dates in a loop": "{% for x in title|join('"
    + "x" * 60
    + "') %}{% if '' in ["
    + "due|long_date," * 500
    + "] %}{% endif %}{% endfor %}",
    "one long text, concatenated": "{% for x in [title|join('"
    + "y" * 14_000
    + "')] %}{{ "
    + "x ~ " * 1000
    + "x }}{% endfor %}",
}


def rendered(source: str) -> str:
    """What comes of it; nothing where it is refused."""
    try:
        return expand(source[:MAX_SOURCE], VALUES, KNOWN, "vi")
    except RenderError:
        return ""


@pytest.mark.parametrize("payload", ESCAPES)
def test_no_payload_gets_out_of_the_sandbox(payload: str) -> None:
    with pytest.raises(RenderError):
        expand(payload, VALUES, KNOWN, "vi")


@pytest.mark.parametrize("payload", ESCAPES)
def test_no_payload_lets_an_object_be_seen_beside_good_text(payload: str) -> None:
    shown = rendered(f"{{{{ title }}}} {payload} {{{{ n }}}}")
    assert not AN_OBJECT.search(shown)
    assert "root:" not in shown


@pytest.mark.parametrize("payload", LONG.values(), ids=LONG)
def test_no_payload_runs_long_or_grows_large(payload: str) -> None:
    with bounded(2):
        assert len(rendered(payload)) <= MAX_OUTPUT
    with bounded(2):
        mistakes(payload[:MAX_SOURCE], KNOWN)


def test_a_text_that_doubles_at_each_turn_takes_little_memory() -> None:
    rendered(LONG["joined by itself"])
    with little_memory(16 * 1024 * 1024):
        rendered(LONG["one long text, concatenated"])


def test_what_officers_write_is_far_from_every_bound() -> None:
    usual = "{% if n > 1 %}Còn {{ n }} ngày: {{ campaign.title }}, {{ due|long_date }}.{% endif %}"
    tags = "{% for tag in campaign.hashtags %}{{ loop.index }}. #{{ tag ~ '' }} {% endfor %}"
    assert mistakes((usual + tags) * 40, KNOWN) == []
    shown = expand((usual + tags) * 40, VALUES, KNOWN, "vi")
    assert shown.count("Còn 3 ngày: Ngày Chuyển đổi số") == 40
    assert shown.count("1. #mot 2. #hai") == 40
