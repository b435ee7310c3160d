"""From a post to the message a channel gets.

Pure: no file, no network, no clock.
"""
