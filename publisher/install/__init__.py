"""What an office begins with: the first files of its site, a systemd unit, a container's recipe.

All of it is data that the wheel brings; ``publisher init`` puts it where it belongs.
"""
