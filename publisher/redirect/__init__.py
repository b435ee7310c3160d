"""Short links of our own, followed.

A request for a code is sent on to its page, and counted. What is kept is how often each code was
followed in which hour. Who followed it is neither stored nor logged: no address, no cookie, no
browser's name, no page that they came from.
"""
