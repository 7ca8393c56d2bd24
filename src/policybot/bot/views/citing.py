"""Citations of a policy: each style in a code block that a tap copies."""

from __future__ import annotations

import datetime as dt

from policybot.model import Policy
from policybot.render.citations import NAMES, STYLES, cite
from policybot.render.telegram import MESSAGE_LIMIT, escape, plain, units
from policybot.render.telegram.texts import Language, label, say


def citation_pages(policy: Policy, language: Language, today: dt.date) -> list[str]:
    """Return messages with a policy's reference in every style that fits into one message.

    ``today`` is the access date of its URL.
    """
    pages = [say(language, "cite_title")]
    for style in STYLES:
        name = label(language, "cite_plain") if style == "plain" else NAMES[style]
        text = "\n".join(cite(policy, style, accessed=today).splitlines())
        block = f"<b>{escape(name)}</b>\n<pre>{escape(text)}</pre>"
        if units(plain(block)) > MESSAGE_LIMIT:
            continue
        if units(plain(f"{pages[-1]}\n\n{block}")) > MESSAGE_LIMIT:
            pages.append(block)
        else:
            pages[-1] += f"\n\n{block}"
    return pages
