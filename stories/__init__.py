"""The ground floor: what a story is, what may be done with it, and where it is kept. Imports nothing of ours."""
