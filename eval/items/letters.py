"""Which options a reply picks: exactly in the form that was asked for, or in whatever words models use.

A reading that is wrong does more harm than none, so where a reply leaves two readings, none is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from eval.items.mentions import WRONG_HEADING, Mentions, Options, line_of_options, lines_of_options, options_of
from eval.items.plain import narrow, plain
from eval.items.scope import AGAINST, corrects, is_final
from eval.items.statements import Rank, Statement, of_all, statements
from eval.items.truth import judgements, true_and_false
from eval.items.verdicts import picked_by_words, verdicts
from sp_sim.record import Language


class Choice(NamedTuple):
    """What a reply picks: indexes of options (None: nothing can be read), the words it rests on, and why."""

    picked: frozenset[int] | None
    text: str
    reason: str


_TEMPLATE = {
    Language.ZH: re.compile(r"正确答案是:[ \t]*([A-P](?:[ \t]*[,、]?[ \t]*[A-P])*)[.。]?"),
    Language.EN: re.compile(r"the correct answer is:[ \t]*([A-P](?:[ \t]*[,、]?[ \t]*[A-P])*)\.?", re.IGNORECASE),
}
_REFUSES = re.compile(
    r"(?i)作为(?:一个|一名)?(?:AI|人工智能|语言模型|大模型)|(?:无法|不能|不便)(?:回答|提供|判断|确定|作答|给出|替代)"
    r"|咨询(?:专业|您的)?的?医|抱歉|不确定|不知道|\bas an? (?:AI|language model)\b|\bi(?:['’]m| am) sorry\b"
    r"|\b(?:can(?:not|['’]t)|unable to|not able to) (?:provide|help|answer|give|determine|tell|say)\b"
    r"|\bconsult (?:a|an|your|with)\b|\bi don['’]t know\b|\bnot sure\b"
)
_NEXT_QUESTION = re.compile(
    r"(?i)\n[ \t#*]{0,4}(?:(?:问题|题目|试题|例题|示例|例|Question|Q|Example)[ \t]?\d{0,3}[ \t]?[:.、]|(?:User|Human"
    r"|用户)[ \t]?:|<\|)"
)
_QUIT = re.compile(r"(?i)(?:等等|等一下|不对|wait|hold on|actually,? no)[ \t]?[,，.。!！…]")
_LABEL = re.compile(r"[ \t\-•]{0,6}[A-P][ \t]?(?:[.、:)。|✗✓×√]|选?项)")
_SAYS_ANSWER = re.compile(r"(?i)答案|\banswer")
_SHOWN = 200


def read_strict(reply: str, options: Sequence[str], language: Language) -> Choice:
    """The letters of a reply that is the template of the language (正确答案是：A，C) and nothing else."""
    text = narrow(reply)
    found = _TEMPLATE[Language(language)].fullmatch(text)
    letters = re.findall(r"[A-P]", found[1].upper()) if found else []
    picked = frozenset(ord(letter) - ord("A") for letter in letters)
    if not picked:
        return Choice(None, "", "not the template")
    if max(picked) >= len(options):
        return Choice(None, text, "no such option")
    return Choice(picked, text, "template")


def read_lenient(reply: str, options: Sequence[str], *, several: bool) -> Choice:
    """The options that a reply settles on, in whatever form; ``several``: more than one may be picked.

    What is stated firmly counts before verdicts on single options, these before options named by their words alone.
    Statements that differ are no answer, but a conclusion (综上, therefore) or a correction (更正, wait) settles it.
    """
    text = plain(reply)
    if not text:
        return Choice(None, "", "no answer")
    known = options_of(tuple(options))
    cut = _NEXT_QUESTION.search(text)
    if cut and cut.start():
        head = _read(text[: cut.start()], known, several)
        if head.reason not in ("no answer", "refusal"):
            return head
    return _read(text, known, several)


def _read(text: str, options: Options, several: bool) -> Choice:
    said = verdicts(text, options)
    stated = [*statements(text, options, several), *said.selected, *judgements(text, options)]
    stated += _alone(text, options, several)
    stated += of_all(text, options) if several else []
    if stated:
        return _settled(text, sorted(stated, key=lambda s: (s.start, s.end)), several)
    refused = _REFUSES.search(text)
    if true_and_false(options) is None:
        chosen = said.chosen(several, options.count)
        if chosen is not None:
            return Choice(chosen, text[:_SHOWN], "verdicts on options")
        if not refused and not said.right and not (said.wrong and several):
            words = picked_by_words(text, options, several)
            if words is not None:
                return Choice(words, text[:_SHOWN], "option text")
    return Choice(None, refused[0] if refused else "", "refusal" if refused else "no answer")


def _settled(text: str, stated: list[Statement], several: bool) -> Choice:
    """The one answer of all statements, in the order of the text."""
    if any(s.rank is Rank.STATED for s in stated):
        stated = [s for s in stated if s.rank is Rank.STATED]
    current, differ = stated[0], False
    for statement in stated[1:]:
        if statement.start < current.end and statement.picked == current.picked:
            continue
        overrides = corrects(text, current.end, statement.end) or is_final(text, statement.start, statement.end)
        differ = not overrides and (differ or statement.picked != current.picked)
        current = statement
    shown = text[current.start : current.end].strip()[:_SHOWN]
    if differ or current.picked is None or (len(current.picked) > 1 and not several):
        return Choice(None, shown, "two answers")
    if _QUIT.match(text[current.end : current.end + 20].lstrip(" \t\n.。,，!！")):
        return Choice(None, shown, "taken back")
    return Choice(current.picked, shown, "letters alone" if current.alone else "stated")


def _alone(text: str, options: Options, several: bool) -> Iterator[Statement]:
    """Options that are all of the first line or sentence, or of the last."""
    block = lines_of_options(text, options, 0)
    if len(block) > 1 and any(len(one.picked) > 1 for one in block):
        block = block[:1]
    picked = frozenset[int]().union(*(one.picked for one in block))
    several_lines = several and len(picked) < options.count
    if block and (len(block) == 1 or several_lines) and _opens(text, len(block)):
        unsure = any(one.either or one.clash for one in block)
        rank = Rank.STATED if block[0].letters or len(text) < 80 else Rank.WORDS
        yield Statement(None if unsure else picked, block[0].start, block[-1].end, rank, alone=True)
    if not block or block[-1].end < len(text) - 3:
        yield from _last(text, options, several)


def _last(text: str, options: Options, several: bool) -> Iterator[Statement]:
    """Options that are all of the last lines, or of the last sentence."""
    block: list[Mentions] = []
    end = len(text)
    while end > 0 and len(block) <= options.count:
        start = text.rfind("\n", 0, end) + 1
        if text[start:end].strip():
            found = line_of_options(text, options, start)
            if not found and _LABEL.match(text, start):
                return
            if not found:
                break
            block.insert(0, found)
        end = start - 1
    picked = frozenset[int]().union(*(one.picked for one in block))
    if len(block) > 1 and len(picked) > 1:
        heading = text[max(0, end - 60) : max(0, end)].rpartition("\n")[2]
        if several and len(picked) < options.count and not WRONG_HEADING.search(heading):
            yield Statement(picked, block[0].start, block[-1].end, Rank.STATED, alone=True)
        return
    start = _last_sentence(text)
    last = line_of_options(text, options, start, tail=False) if start else None
    heading = text[max(0, start - 30) : start].rpartition("\n")[2].rstrip()
    if heading.endswith(":") and (WRONG_HEADING.search(heading) or _SAYS_ANSWER.search(heading)):
        return
    if last and last.letters and last.end >= len(text) - 3:
        only = None if last.either or last.clash else last.picked
        yield Statement(only, start, last.end, Rank.STATED, alone=True)


def _opens(text: str, lines: int) -> bool:
    """Whether the first lines are the answer, not the beginning of a walk through all options."""
    head, *rows = [row for row in text.split("\n") if row.strip()]
    judged = AGAINST.search(head) or re.search("[✗×❌✓√✅]", head)
    return not (judged and any(_LABEL.match(row) for row in [head, *rows][lines:]))


def _last_sentence(text: str) -> int:
    """Where the last line begins, or the last sentence in it."""
    body = text.rstrip(" \n.。!！")
    line = body.rfind("\n") + 1
    breaks = list(re.finditer(r"[。!！?？;；.:][ \t]{0,2}(?=[^\d])", body[max(line, len(body) - 60) :]))
    return max(line, len(body) - 60) + breaks[-1].end() if breaks else line
