"""Errors that are sentences for people."""


class UserError(Exception):
    """A refusal the person can act on: raised low, told once, at the edge.

    The message says what happened and what to do next. It is shown to the person who asked and to
    nobody else, and it never holds anything that person may not see.
    """
