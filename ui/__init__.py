"""The screens: one page per file, each `page(visit)` reads, draws, and calls one function of the desk."""
