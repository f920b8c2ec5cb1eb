"""The baseline where it is asked an item: the option, or the sentences, that share most with the question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from sp_sim.record import Language
from sp_sim.text import fold, sentences
from sp_sim.transcript import Message, Utterance

_OPTION = re.compile(r"^([A-P])\. (.+)$", re.MULTILINE)
_SENTENCES = 3


class ChoosingBaseline:
    """Knows no medicine: counts pairs of characters. The line that any model should beat."""

    def __init__(self, language: Language) -> None:
        self._template = "The correct answer is: {}" if language is Language.EN else "正确答案是：{}"

    async def reply(self, messages: Sequence[Message]) -> Utterance:
        asked = messages[0].text
        options = list(_OPTION.finditer(asked))
        if not options:
            return Utterance(text=self._quoted(asked))
        question = _pairs(asked[: options[0].start()])
        shared = {option[1]: _shared(_pairs(option[2]), question) for option in options}
        return Utterance(text=self._template.format(max(shared, key=lambda letter: (shared[letter], letter))))

    def _quoted(self, asked: str) -> str:
        """The sentences before the question that share most with it."""
        parts = [asked[start:end].strip() for start, end in sentences(asked)]
        body, question = parts[:-2] or parts, _pairs(" ".join(parts[-2:]))
        best = sorted(body, key=lambda part: -_shared(_pairs(part), question))[:_SENTENCES]
        return "\n".join(part for part in body if part in best) or asked


def _pairs(text: str) -> Counter[str]:
    folded = fold(text)
    return Counter(folded[i : i + 2] for i in range(len(folded) - 1))


def _shared(one: Counter[str], other: Counter[str]) -> float:
    """The share of the pairs of one text that the other has, too."""
    return sum((one & other).values()) / (one.total() or 1)
