"""Lines that name options: ``B``, ``B. Warfarin``, a list of options one a line."""

from __future__ import annotations

import re

from eval.items.mentions import Mentions, Options
from eval.items.scope import speaks_against

_BULLET = re.compile(r"[ \t]{0,8}(?:[-•·*▪●◦+][ \t]{0,3}|\(?\d{1,2}[.)、][ \t]{0,3})?")
_LINE_END = re.compile(
    r"[ \t]{0,4}(?:only|alone|first|[两三四五]?项|[吧呀啊哦啦了]|✓|✔|✅"
    r"|√)?[ \t]{0,4}[.。,，、;；!！]?[ \t]{0,4}(?:\n|\Z)"
)
_LINE_TAIL = re.compile(
    r"[ \t]{0,4}(?:only|alone|first|[两三四五]?项)?[ \t]{0,4}(?:[:(—–]|[,，;；](?![ \t]?[A-P](?![A-Za-z]))|-[ \t]"
    r"|\.[ \t]|。|(?:because|as|since|given|rather than|instead of)\b|因为|而不是|而非)"
)
_UNSURE = re.compile(
    r"[ \t:(（—–\-.|]{0,5}(?:incorrect|wrong|correct|right|true|false|yes|no|not|错|对(?!于)|正确|不|√|×|✓|✗|❌"
    r"|✅)(?![a-z])"
    r"|[ \t,，(（]{0,3}(?:(?:if|unless|provided|depending)\b|如果|若|possibly|maybe|perhaps|probably not|or\b"
    r"|也?可能|或|incorrect|wrong|错|不正确|不对)",
    re.IGNORECASE,
)
"""What makes the beginning of a line a verdict on one option, or a guess, not the answer."""
_WRONG_HEADING = re.compile(
    r"错误|不正确|不选|排除|其他|其余|解析|分析|理由|为什么|\b(?:incorrect|wrong|why|other|explanation|rationale"
    r"|not)\b",
    re.IGNORECASE,
)


def lines_of_options(text: str, options: Options, at: int, gaps: bool = False) -> list[Mentions]:
    """The options that the lines from ``at`` on name one a line; with ``gaps`` explanations may stand between."""
    block: list[Mentions] = []
    while at < len(text):
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        if text[at:line_end].strip():
            found = line_of_options(text, options, at)
            if found:
                block.append(found)
            elif not gaps or not block or _WRONG_HEADING.search(text[at : min(line_end, at + 60)]):
                break
        at = line_end + 1
    return block


def is_about_wrong(heading: str) -> bool:
    """Whether a line announces what is wrong, or reasons, and not the answer."""
    return bool(_WRONG_HEADING.search(heading))


def line_of_options(text: str, options: Options, at: int, tail: bool = True) -> Mentions | None:
    """The options that a line begins with, where they are all of it, or (``tail``) something is added to them."""
    bullet = _BULLET.match(text, at)
    start = bullet.end() if bullet else at
    found = options.listed(text, start)
    if found is None:
        return None
    if _LINE_END.match(text, found.end):
        return found
    if _UNSURE.match(text, found.end):
        return None
    if tail and found.labelled and not speaks_against(text[found.end : found.end + 80].partition("\n")[0]):
        return found
    if found.goes_on and not found.letters:
        return None
    return found if tail and _LINE_TAIL.match(text, found.end) else None
