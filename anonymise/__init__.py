"""anonymise: find what points at somebody, replace it, check that nothing slipped through, and tag themes."""

from __future__ import annotations

from anonymise.finding import Decision, apply_decisions, find

__all__ = ["Decision", "apply_decisions", "find"]
