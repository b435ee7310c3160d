"""What click itself says to an officer, named so that the catalogues hold it.

Nothing imports this module: ``publisher.catalogue`` reads it as text, and ``publisher.cli`` shows
click where the translations are.
"""

from __future__ import annotations

from publisher.i18n import N_, ngettext

SAID = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("required"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("file"),
    N_("directory"),
    N_("path"),
    N_("File"),
    N_("Directory"),
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("TEXT"),
    N_("INTEGER"),
    N_("FILE"),
    N_("HOURS"),
    N_("WHERE"),
    N_("DIRECTORY"),
    N_("SLUG"),
    N_("YEAR"),
    N_("CHANNEL"),
    N_("[CAMPAIGN]"),
    N_("[FOLDER]"),
    N_("[ABOUT]"),
    N_("CAMPAIGN/POST"),
    N_("[CAMPAIGN/POST]"),
    N_("CAMPAIGN/POST …"),
    N_("CAMPAIGN | CAMPAIGN/POST …"),
    N_("[CAMPAIGN | CAMPAIGN/POST] …"),
    N_("[CAMPAIGN | CAMPAIGN/POST]"),
    N_("CODE"),
    N_("ROLE"),
    N_("FILE..."),
    N_("PLACE"),
    N_("NAME"),
    N_("[WORDS]"),
    N_("DAYS"),
)

REFUSED = (
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Aborted!"),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("No such option {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Could not open file {filename!r}: {message}"),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is not readable."),
    N_("{name} {filename!r} is not writable."),
    N_("{value!r} is not a valid {number_type}."),
    N_("No such command {name!r}."),
    N_("{value} is not in the range {range}."),
)
"""What it refuses, with ``refused_in_numbers``."""


def refused_in_numbers(count: int) -> tuple[str, ...]:
    """What it refuses that differs by a number."""
    return (
        ngettext(
            "Option {name!r} requires an argument.",
            "Option {name!r} requires {nargs} arguments.",
            count,
        ),
        ngettext(
            "Got unexpected extra argument ({args})",
            "Got unexpected extra arguments ({args})",
            count,
        ),
        ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", count),
        ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", count),
        ngettext(
            "{value!r} does not match the format {format}.",
            "{value!r} does not match the formats {formats}.",
            count,
        ),
    )
