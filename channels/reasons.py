"""Why something was refused or couldn't be done, where several adapters have the same to say.

An error that names a thing is written "what it is about: one of these", or "the platform: one of
these: what it is about", so that who shows it can translate the reason and leave the rest.
"""

from __future__ import annotations

from channels.base import N_

NOT_TO_WHAT = N_("it said yes, but not to what")
NOT_LOOKED_UP = N_("whether it is out can't be looked up")
STILL_WORKS = N_("it still works on the post")
UNWRITABLE = N_("it can't be written to: see whose it is, and whether the disk is full")
UNREADABLE = N_("it can't be read: see whose it is")
REPEAT_UNSEEN = N_("it refuses the post as a repeat, but doesn't show it")
TAKEN_AWAY = N_("the post was taken away while it was being published")
GONE = N_("this file is no longer there: put it back")
NOT_TAKEN = N_("files of this kind aren't taken: save pictures as JPEG, videos as MP4")
TEXT_LONG = N_("the text is too long: shorten it")
TITLE_LONG = N_("the title is too long: shorten it")
