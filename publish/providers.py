"""How each mail program writes the link with which a reader stops. It fills the code in while it sends.

Where each code comes from:

- mailchimp: its help page "The Unsubscribe Merge Tag" (`<a href="*|UNSUB|*">`); no other link is accepted there;
- listmonk: its documentation, "Templating", table of functions (`UnsubscribeURL`);
- brevo: its help page "Manage your transactional email unsubscriptions", the new template language (`unsubscribe`);
- copernica: its documentation, "De uitschrijflink" (`{$unsubscribe}`).

For any other program (Laposta, Spotler, ...) we found no page that names its code: the house fills in its own
(`VERTELPUNT_UNSUBSCRIBE`), rather than that we guess and nobody can unsubscribe.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, str] = MappingProxyType(
    {
        "mailchimp": "*|UNSUB|*",
        "listmonk": "{{ UnsubscribeURL }}",
        "brevo": "{{ unsubscribe }}",
        "copernica": "{$unsubscribe}",
    }
)

_OPENS = re.compile(r"(?<=[{\[%*$<])(?=[{\[%$|#&])|(?<=%)(?=\w+%)|(?<=\{)(?=\w)|(?<=@)(?=TrackLink)")


def unsubscribe_code(provider: str, own: str) -> str:
    """The code of a known mail program; of any other ("anders") the house's own."""
    return CODES.get(provider, own)


def tame(text: str) -> str:
    """The same words, in which no mail program finds a code to fill in: `{{ x }}` becomes `{ { x }}`.

    Programs look for their codes in the whole message and its subject, also where a teller or an editor typed them;
    listmonk's are even little programs.
    """
    return _OPENS.sub(" ", text)
