"""The baseline where it cannot ask: out of one text, its conclusion, or the tests that it would order."""

from __future__ import annotations

from collections.abc import Sequence

from agents.doctors.baseline import BaselineDoctor
from sp_sim.record import Category
from sp_sim.transcript import Message, Utterance

_TESTS_LISTED = 8


class AnsweringBaseline(BaselineDoctor):
    """Concludes at once from what it is told."""

    async def reply(self, messages: Sequence[Message]) -> Utterance:
        return Utterance(text=self._conclusion(messages[0].text))


class OrderingBaseline(BaselineDoctor):
    """Lists symptoms to ask about, examinations and tests, those of the likeliest diseases first."""

    async def reply(self, messages: Sequence[Message]) -> Utterance:
        heard, say = messages[0].text, self._say
        examinations = self._suggested(heard, "", Category.PHYSICAL) or list(say.general_examination)
        tests = list(dict.fromkeys([*self._suggested(heard, "", None), *say.general_tests]))
        lists = (
            (say.symptoms, self._symptoms(heard)),
            (say.examine, examinations[:_TESTS_LISTED]),
            (say.tests, tests[:_TESTS_LISTED]),
        )
        return Utterance(text="\n".join(template.format(self._list(names)) for template, names in lists))
