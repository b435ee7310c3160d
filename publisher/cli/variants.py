"""The command ``variants``: a service proposes texts for channels, a person has them written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from publisher.cli.keyboard import user_name
from publisher.cli.names import campaign_and_post, refuse_unknown_channel
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say, show_faults
from publisher.i18n import _

if TYPE_CHECKING:
    from publisher.assistant.variants import Ask, Target
    from publisher.editing.proposal import Proposal
    from publisher.settings.assistant import Assistant
    from publisher.site import Site


@click.command(
    help=_(
        "Have a service propose texts for a post's channels, within their limits; it is asked once "
        "for each. Nothing is written without your yes, nor sent without a person's approval."
    )
)
@click.argument("post", metavar="CAMPAIGN/POST")
@click.option(
    "--for",
    "channels",
    help=_("Only these channels (x,zalo); else all without a text of their own."),
)
@click.option("--write", is_flag=True, help=_("Write what is proposed into the post's file."))
@click.option("--by", default=user_name, help=_("Your name, for the record."))
@click.pass_context
def variants(ctx: click.Context, post: str, channels: str | None, write: bool, by: str) -> None:
    from publisher.assistant.drafting import asks_a_person
    from publisher.assistant.marked import actor_of
    from publisher.assistant.variants import NoVariantError, change, target
    from publisher.desk.drafted import noted
    from publisher.editing.refusals import RefusedError

    office = site(ctx)
    own = office.settings.assistant
    if own is None:
        refuse(
            _(
                "No service is named that could propose texts: add the table [assistant] to "
                "schedule.toml (docs/assistant.md)."
            )
        )
    slug, name = campaign_and_post(post)
    name = name.removeprefix("_").removesuffix(".md")
    try:
        of = target(office.editor, slug, name)
        texts = _proposals(office, own, of, _chosen(office, of, channels))
        if not texts:
            refuse(_("Nothing was proposed that could be written."))
        proposal = change(office.editor, of, texts)
        _show(proposal)
        if not asks_a_person(proposal):
            refuse(_("Not written: nobody would have to approve it."))
        if not write and not (sys.stdin.isatty() and click.confirm(_("Write this?"))):
            say(_("Nothing is written. To write it: --write"))
            return
        own_work = noted(own.model, by, proposal.path, proposal.before, proposal.after)
        proposal.write(actor_of(f"{own.model}; {by}"), noted=own_work)
    except NoVariantError as error:
        refuse(str(error))
    except RefusedError as refusal:
        show_faults(refusal.faults)
        sys.exit(1)
    say(_("Written. A person has to approve it before it goes out."))


def _chosen(office: Site, of: Target, channels: str | None) -> list[str]:
    from publisher.assistant.variants import lacking

    if channels is None:
        return list(lacking(of))
    wanted = list(dict.fromkeys(one.strip() for one in channels.split(",") if one.strip()))
    for one in wanted:
        refuse_unknown_channel(one, office.settings)
        if one not in of.channels:
            raise click.UsageError(
                _("This post doesn't go out on “%(channel)s”; it does on: %(known)s.")
                % {"channel": one, "known": ", ".join(of.channels)}
            )
    return wanted


def _proposals(office: Site, own: Assistant, of: Target, channels: list[str]) -> dict[str, str]:
    """What was proposed and may be written, by channel; the others are told of."""
    from publisher.assistant.variants import proposed

    asking, texts = _asking(office, own), {}
    for channel in channels:
        found = proposed(office.settings, own, office.editor, of, channel, asking)
        if found.why:
            say(_("No text for %(channel)s: %(why)s") % {"channel": channel, "why": found.why})
            show_faults(found.faults)
        else:
            texts[channel] = found.text
    return texts


def _asking(office: Site, own: Assistant) -> Ask:
    from channels.base import CredentialsExpiredError
    from publisher.assistant.asking import ask

    try:
        key = office.secret(own.key) if own.key is not None else ""
    except CredentialsExpiredError as error:
        refuse(str(error))
    return lambda said: ask(own, key, office.clock, said)


def _show(proposal: Proposal) -> None:
    say(proposal.diff)
    for note in proposal.notes:
        say(note)
    show_faults(proposal.faults)
