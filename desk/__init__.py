"""The desk: what may be done with a story, by a person at a screen or by the worker.

One file per kind of work; each function checks the role it needs, decides in one transaction, and writes one
audit line. A teller has no account: the functions in `telling` and `following` take a story id that the caller
proved to hold (a receipt code or a signed ticket), never one from a URL.
"""
