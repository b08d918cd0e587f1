"""The voices that read aloud: small sound files of every sentence a teller reads. `make voices` makes them.

A tool, not a part of the running app: what it makes lies in door/stem/ and ships with it.
"""
