"""How an item is put to a doctor: its texts, its options in one of their orders, and what form of answer is wanted."""

from __future__ import annotations

from itertools import islice, permutations
from math import factorial

from eval.items.item import LETTERS, Item
from sp_sim.errors import InputError
from sp_sim.record import Language

MOST_PERMUTED = 5
"""Items with more options are rotated where all permutations are asked for."""


def orders(item: Item, rotations: str) -> int:
    """In how many orders the options are put: ``rotations`` is a number, ``all`` or ``permutations``."""
    options = len(item.options)
    if not item.can_be_shuffled:
        return 1
    if rotations == "permutations":
        return factorial(options) if options <= MOST_PERMUTED else options
    if rotations == "all":
        return options
    return min(int(rotations), options)


def order(item: Item, rotations: str, trial: int) -> tuple[int, ...]:
    """The options, by index, in the order of a trial: the first is that of the file, then one place on each time."""
    options = range(len(item.options))
    turn = (trial - 1) % orders(item, rotations)
    if rotations == "permutations" and len(options) <= MOST_PERMUTED and turn:
        return next(islice(permutations(options), turn, None))
    return tuple((place + turn) % len(options) for place in options)


def parsed_rotations(text: str) -> str:
    """``--rotations`` checked. Raises ``InputError``."""
    if text in ("all", "permutations") or (text.isdecimal() and int(text) >= 1):
        return text
    raise InputError(f"--rotations: got {text!r}, expected a number from 1 on, all or permutations")


def asked(item: Item, arranged: tuple[int, ...]) -> str:
    """The item as the doctor reads it, after examples where the run has some."""
    english = item.language is Language.EN
    parts = [f"{'Example' if english else '示例'} {i}\n{text}" for i, text in enumerate(item.examples, 1)]
    return "\n\n".join([*parts, _body(item, arranged), _wanted(item, english)])


def example(item: Item) -> str:
    """A solved item, to be shown before others."""
    order = tuple(range(len(item.options)))
    return f"{_body(item, order)}\n{answer_of(item, order)}"


def answer_of(item: Item, arranged: tuple[int, ...]) -> str:
    """The right answer in the form that is wanted."""
    if not item.options:
        return item.answer or "\n".join(item.key_points)
    letters = sorted(LETTERS[arranged.index(index)] for index in item.correct)
    if item.language is Language.EN:
        return f"The correct answer is: {', '.join(letters)}"
    return f"正确答案是：{'，'.join(letters)}"


def _body(item: Item, arranged: tuple[int, ...]) -> str:
    texts = [text for text in (item.passage, item.stem, item.question) if text]
    return "\n".join([*texts, *(f"{LETTERS[place]}. {item.options[i]}" for place, i in enumerate(arranged))])


def _wanted(item: Item, english: bool) -> str:
    if not item.options:
        if item.passage:
            return "Answer from the text above alone." if english else "请只根据上文作答。"
        return "Answer in full." if english else "请完整作答。"
    if item.several:
        how = "More than one option may be right." if english else "可能有多个正确选项。"
    else:
        how = "Exactly one option is right." if english else "只有一个正确选项。"
    if english:
        return f"{how} Reply with one line and nothing else: The correct answer is: LETTER" + "(S)" * item.several
    return f"{how}请只输出一行：正确答案是：选项字母" + "（多个字母以逗号分隔）" * item.several
