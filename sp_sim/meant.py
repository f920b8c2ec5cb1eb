"""What words that name nothing known ask for on one record, by their meaning (see ``sp_sim.meaning``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from sp_sim.encoder import CachedEncoder, Vectors
from sp_sim.meaning import LEAK, Meaning, spoken
from sp_sim.meaning import read as read_meaning
from sp_sim.naming import Mention, Target, Whole, target_of
from sp_sim.record import HISTORIES, Category, Fact, Language
from sp_sim.recorded import SYMPTOM_FEATURES, Context, Hit, Recorded
from sp_sim.terminology import Term, Terminology
from sp_sim.text import fold, is_none, side_of
from sp_sim.transcript import AskKind

ON_RECORD = 0.3
"""How probable a fact must be beside the likeliest thing that is not on record: doctors ask more for what there is."""
SURE_ENOUGH = 0.25
"""How probable a fact must be as the meaning of words that name nothing, for the patient to tell it."""
LEAK_ENOUGH = 0.6
"""How probable it must be that they try for the script, for nothing else of the turn to be heard."""
OPEN_ENOUGH = 0.5
"""How probable it must be that they ask openly what is the matter."""
_COMPLAINT = "主要不适"
ALIKE = 0.5
"""How probable a concept must be as the meaning of an item that no name stands for, to be taken for it."""
ABSENT_ENOUGH = 0.85
"""How probable it must be that they ask for something that is not on record, for the patient to deny it."""


_WHOLES = {category.value: Whole(category) for category in HISTORIES}


class ByMeaning:
    """Looks up what words mean; ``lookup`` finds the facts of a thing that is named."""

    def __init__(
        self,
        recorded: Recorded,
        language: Language,
        terminology: Terminology,
        encoder: CachedEncoder,
        lookup: Callable[[Mention, str, Context | None], Hit],
    ) -> None:
        self._recorded = recorded
        self._language = language
        self._terminology = terminology
        self._encoder = encoder
        self._lookup = lookup

    def read(self, words: str, context: Context | None = None, features: bool = True) -> tuple[Hit, float] | None:
        """What canonical words that name nothing known ask for, and how probable that is; None where nothing is likely.

        The probabilities of all concepts that come to the same facts of this record are added up, and held against the
        likeliest concept that is not on record: the patient tells, denies, or asks back. Without ``features``, what
        can be asked of any symptom (since when, how bad) is not looked for.
        """
        if not words.strip():
            return None
        if self._model is None:
            return None
        told: dict[tuple[str, ...], float] = {}
        hits: dict[tuple[str, ...], Hit] = {}
        beside: list[tuple[float, Hit | None]] = []
        own = self._own_classes
        for name, share in self._model.likely(self._encoder.encode([words])[0], own[0]):
            name = self._alike.get(name, name)
            if isinstance(name, int):
                told[own[1][name].facts] = told.get(own[1][name].facts, 0.0) + share
                hits.setdefault(own[1][name].facts, own[1][name])
                continue
            if name == LEAK and share >= LEAK_ENOUGH:
                return Hit(AskKind.LEAK, None), share
            if name == _COMPLAINT and share >= OPEN_ENOUGH:
                return Hit(AskKind.OPEN, Category.SYMPTOM), share
            target = self._target(name)
            if isinstance(target, Term):
                if not features and SYMPTOM_FEATURES in target.concept.parents:
                    target = None
                else:
                    target = replace(target, side=side_of(words))
            hit = self._lookup(Mention(0, len(words), target), words, context) if target else None
            if hit and hit.facts and hit.kind is not AskKind.TERM_GROUP:
                told[hit.facts] = told.get(hit.facts, 0.0) + share
                hits.setdefault(hit.facts, hit)
            else:
                beside.append((share, hit))
        facts = max(told, key=lambda facts: told[facts], default=())
        most, other = max(beside, key=lambda pair: pair[0], default=(0.0, None))
        if facts and told[facts] >= max(SURE_ENOUGH, ON_RECORD * most):
            return hits[facts], min(told[facts], 0.999)
        return (other, min(most, 0.999)) if other and most >= ABSENT_ENOUGH else None

    @cached_property
    def _own_classes(self) -> tuple[Vectors | None, list[Hit]]:
        """Classes of meaning for the items that no name of the terminology stands for: what each is called and says."""
        texts = self._own_texts
        if self._model is None or not texts:
            return None, []
        hits = [Hit(AskKind.SPECIFIC, f.category, self._recorded.all_rows([f])) for _, f in texts]
        return self._model.classed(self._encoder.encode([text for text, _ in texts])), hits

    @cached_property
    def _own_texts(self) -> list[tuple[str, Fact]]:
        """The words of these items, each with its fact."""
        facts = [f for f in self._recorded.facts if not self._recorded.terms[f.id] and f.item and not is_none(f.item)]
        return [(text, f) for f in facts for text in dict.fromkeys((fold(f.item), fold(f.finding))) if text]

    @cached_property
    def _alike(self) -> dict[str | int, int]:
        """The concepts that such an item probably means itself, by the number of its class."""
        found: dict[str | int, int] = {}
        if self._model is None:
            return found
        for number, (text, fact) in enumerate(self._own_texts):
            name, share = self._model.likely(self._encoder.encode([text])[0])[0]
            target = self._target(str(name))
            if share >= ALIKE and isinstance(target, Term) and target.concept.category is fact.category:
                found.setdefault(name, number)
        return found

    @cached_property
    def _model(self) -> Meaning | None:
        return read_meaning(self._language, self._encoder.name)

    def _target(self, name: str) -> Target | None:
        """What a class of the meaning model stands for."""
        concept = spoken(self._terminology).get(name)
        return target_of(concept) if concept else _WHOLES.get(name)
