"""Capture: whatever a teller gives becomes one checked thing.

    check_file(path, settings) -> Checked          may this recording come in, and what is it
    to_flac(path, target, settings) -> Recording   the canonical FLAC: 48 kHz, mono, without any tag or file name
    check_text(text) -> RawText                    typed words, tidied but not changed

Consent lives in `capture.consent_form`, the text that tellers are shown in `capture.notices`.
"""

from capture.audio import Checked, check_file, to_flac
from capture.text import TextLimits, check_text

__all__ = ["Checked", "TextLimits", "check_file", "check_text", "to_flac"]
