"""Does a doctor's conclusion assert a diagnosis or a treatment? Names find the candidates, scope rules decide.

A target is asserted where one of its accepted names stands in the conclusion as the doctor's own finding: not
denied, not merely one of several possibilities, not as history, and not on another side. A name that is only part of
the longer name of a different thing (膀胱炎 in 间质性膀胱炎) is not an occurrence of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from eval.elements import Role
from eval.likeness import alike
from eval.paraphrase import paraphrased
from sp_sim.record import Frozen, Target
from sp_sim.terminology import Concept, Kind, Lexicon, Span, Terminology, longest, strip_side
from sp_sim.text import Canonical, canonical, clauses, fold, key, same_side, sentences, side_of


class Verdict(StrEnum):
    """What became of a candidate."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    DIFFERENTIAL = "differential"
    HISTORY = "history"
    WRONG_SIDE = "wrong_side"
    NOT_FOUND = "not_found"


class Match(Frozen):
    """The verdict on one target: the words it rests on, and where in the conclusion they stand (start, end)."""

    target: str
    verdict: Verdict
    text: str = ""
    span: tuple[int, int] | None = None

    @property
    def asserted(self) -> bool:
        return self.verdict is Verdict.ASSERTED


class Purpose(StrEnum):
    """What is looked for; diagnoses may be differentials and history, treatments may be advised against."""

    DIAGNOSIS = "diagnosis"
    TREATMENT = "treatment"


_NEGATED_BEFORE = re.compile(
    r"(不会是|没(?:有)?看到|未看到|没发现|不可能是|排除(?!.{0,6}后)|不考虑|不支持|不符合|不像|不是|并非|而非|绝非|没有|未见|"
    r"无(?!痛|菌|张力|功能|症状|创|明显诱因)|除外|否认|可能性(?:小|低|不大)|不倾向|不建议|不推荐|"
    r"不需要?|不宜|不适合|不能(?!排除|除外)|不用|不采用|不选|不再|不放|不主张|不采取|不赞成|不上|不做|不予|先不|不打算|没必要|没有必要|无需|无须|不必|暂不|"
    r"避免|避开|避用|禁忌|禁止|禁用|忌用|严禁|切忌|切勿|停用|停掉|换掉|"
    r"别(?:再)?(?:用|做|行|吃|碰)|并不|不太|"
    r"未发现|未提示|不存在|不能诊断|尚不能)"
    r"[^。;则]{0,16}$"
    r"|\b(no|not|without|denies|negative for|ruled? out|rules out|excludes?d?|unlikely|less likely|"
    r"rather than|instead of|in place of|avoid(?:ing)?|steer clear of|contraindicated|"
    r"no need for|never|isn't|aren't|wasn't|doesn't|don't|won't|"
    r"wouldn't|can't|"
    r"rather not|hold off|against)\b[^.;]{0,40}$"
    r"|(?:避免|慎用|禁用|忌用|停用)[^。;]{0,12}(?:加重|诱发)[^,。;]{0,4}$"
    r"|\b(?:that|which) (?:may |can |could )?(?:worsen|aggravate|exacerbate|precipitate|trigger)s? [^,.;]{0,8}$"
)
_NEGATED_AFTER = re.compile(
    r"^(?:(?!合并|伴)[^。;,，]){0,10}?(可能性(?:较|很|极|相对)?(?:小|低|不大)|不(?:予)?考虑|不支持|(?:已|基本|可|可以|"
    r"暂)?排除|除外|不成立|证据不足|暂不考虑|依据不足|不太可能|是?不可能|不能成立|已(?:经)?(?:排出|治愈)|的可能性(?:较|很)?(?:小|低)|没有必要|"
    r"不适合|不宜|不推荐|不建议|禁忌|先不(?:用|做)|暂不(?:用|做)|"
    r"[就也]?不用(?!停|担心)|不合适|"
    r"(?:应|需|须|要)?避免(?:使用|应用)|(?:应|需|须)避免|禁用|忌用)"
    r"|^[^。;,，]{0,24}?[均都](?:暂?不(?:考虑|做|用|予)|暂缓)"
    r"|^[^。;\n]{0,14}?[,，]\s?(?:目前|暂时?|先|现在|所以|因此|就|本次|这次|本例|此次|也)?(?:也?不(?:考虑|做|用|使用|建议|推荐|适合|予|采用|主张)|暂缓)"
    r"|^[^。;,，\n]{0,6}?(?:也|均|都)不(?:做|考虑|用|建议|推荐|采用|主张)"
    r"|^[^.;,]{0,25}?\b(is|was|are|has been|were)?\s?(unlikely|less likely|excluded|ruled out|"
    r"not likely|not indicated|not suitable|unsuitable|contraindicated|not recommended|not needed|not supported|"
    r"to be avoided|best avoided|not (?:present|seen|found|required|an option)|unnecessary|inappropriate|"
    r"out of (?:the )?question)\b"
    r"|^[^.;,]{0,25}?\b(?:should|must|will) (?:not be|never be|be (?:avoided|deferred|withheld))\b"
    r"|^[^.;,]{0,25}?\b(?:isn't|aren't|wasn't) (?:suitable|indicated|needed|necessary|likely|recommended|supported)\b"
)
_DOUBLE_NEGATION = re.compile(
    r"(不能|不可|无法|不|尚不能|未能)(?:完全)?(?:排除|除外)[^。;]{0,16}$|\b(cannot|can't|not) (be )?(exclude|"
    r"rule out)[^.;]{0,40}$"
)
_DIFFERENTIAL = re.compile(
    r"鉴别|待排|待查|待除外|需(?:要)?(?:与|和|排除|除外)|可能(?:的)?(?:诊断|疾病|原因|病因)(?:包括|"
    r"有)|不除外|不能(?:完全)?(?:排除|除外)|几种可能|以下(?:几种)?可能|或者?是|还是|也(?:有)?可能|"
    r"其次(?:考虑|是)|警惕|注意有无|是否(?:为|有|合并)|有待"
    r"|\b(differential|versus|vs|possibilities|alternativ\w+|could also be|might also be|"
    r"may also be|consider also|cannot (be )?(exclude|rule out)|to (exclude|rule out)|need to (exclude|"
    r"rule out)|either|whether)\b"
)
_ALTERNATIVE = re.compile(r"(?<!和)(?<!以及)或(?:者|是|许)?|\bor\b")
_HISTORY_BEFORE = re.compile(
    r"(既往|曾(?:经)?|以前|过去|去年|前年|小时(?![内后以候])|病史[:：]?|年前|月前|史[:：]|家族|父亲|母亲|家人|年轻时|幼年|"
    r"已经?(?:做过|行过)|之前)[^。;,，]{0,12}$|\b(history of|previous|prior|past|h/o|s p|status post|"
    r"family history|had|used to have)\b[^.;,]{0,45}$"
)
_HISTORY_AFTER = re.compile(r"^(?:的)?(?:病史|史(?!无)|家族史|术后(?!$)|术后复发(?!))|^ (history|s p)\b")
_DONE_BEFORE = re.compile(
    r"(?:既往|曾(?:经)?|以前|过去|当年|当时|那时|那次|年前|月前|早年|数年前|病史[:：]|史[:：])[^。;]{0,40}$"
    r"|\b(?:history of|previous(?:ly)?|prior|in the past|years ago|at (?:that )?time|back then|as (?:child|"
    r"teenager)|status post|had|underwent|was treated with)\b[^.;]{0,45}$"
)
_DONE = re.compile(r"(?:做过|行过|用过|接受过|吃过|已(?:经)?(?:于.{0,8})?(?:完成|做|行))[^。;,，]{0,16}$")
_DONE_AFTER = re.compile(
    r"^[^.;]{0,30}\b(?:back then|at that time|last (?:year|winter|summer)|previously|(?:years|months) ago)\b"
)
"""A treatment of the past."""
_PAST_HEADING = re.compile(r"(?:既往(?:病?史)?|过去史|病史|past (?:medical )?history|\bpmh) ?[:：][^。]*$")
_CONDITION = re.compile(
    r"(?:必要时|如果|若|如(?!下|此|期|约|无异)|一旦|万一|备选|无效(?:时|者|再|则|后)|再(?:行|考虑|做|选)|可能需要|将来|以后(?:再|可能|考虑))[^。;,，]{0,14}$"
    r"|(?:若|如果|一旦|如)[^。;]{0,24}[,，]?(?:则|再|可|就|考虑|改)[^。;,，]{0,12}$"
    r"|\b(?:if|should (?:that|this|it|the)|in case|as needed|failing that|later on|may need|might need|"
    r"consider)\b[^.;]{0,40}$"
)
"""A treatment that is offered only under a condition."""
_OPERATION_AFTER = re.compile(
    r"^(?!.{0,6}(建议|需|行|予|应|可|宜|拟|伴|合并|考虑|术后))[^\W\d_]{0,8}?(术|复位|修补|切除|去顶|根治|取石|碎石|置入|成形)"
    r"|^ (surgery|resection|repair|removal|excision|ablation|embolization)\b"
)
"""The name goes on as that of an operation (左肾囊肿去顶减压术): it names no diagnosis."""
_SIDE_GAP = 24
_SIDE_GAP_CHINESE = 8


class TargetMatcher:
    """Judges conclusions against targets with the help of a terminology."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology

    def match(self, conclusion: str, targets: Sequence[Target], purpose: Purpose) -> list[Match]:
        """One match per target, in order."""
        text = canonical(conclusion)
        others = self._terminology.lexicon.spans(text.text)
        return [self._judge(text, target, purpose, others) for target in targets]

    def _judge(self, text: Canonical, target: Target, purpose: Purpose, others: Sequence[Span]) -> Match:
        lexicon, side, concept = _names(target, self._terminology, purpose)
        best = Match(target=target.name, verdict=Verdict.NOT_FOUND)
        framed = list(_framed(text.text, target, self._terminology)) if purpose is Purpose.TREATMENT else []
        kinds = (
            self._kinds(concept, others, purpose)
            if purpose is Purpose.DIAGNOSIS
            else self._drugs(text.text, target, others)
        )
        for span in (*lexicon.spans(text.text), *framed, *kinds):
            if span not in framed and any(_is_other(span, other, lexicon, concept) for other in others):
                continue
            if span not in framed and _goes_on_before(text.text, span, others):
                continue
            verdict = _verdict(text.text, span, side, purpose, framed=span in framed)
            if verdict is Verdict.NOT_FOUND:
                continue
            if best.verdict is Verdict.NOT_FOUND or verdict is Verdict.ASSERTED:
                start, end = text.origin[span.start], text.origin[span.end]
                best = Match(target=target.name, verdict=verdict, text=text.source[start:end], span=(start, end))
            if verdict is Verdict.ASSERTED:
                return best
        if best.verdict is not Verdict.NOT_FOUND:
            return best
        for span in self._told(text.text, target, purpose, concept, others):
            if _other_side(text.text, span, side):
                continue
            if _verdict(text.text, span, side, purpose) is Verdict.ASSERTED:
                start, end = text.origin[span.start], text.origin[span.end]
                return Match(
                    target=target.name, verdict=Verdict.ASSERTED, text=text.source[start:end], span=(start, end)
                )
        return best

    def _told(
        self, text: str, target: Target, purpose: Purpose, concept: Concept | None, others: Sequence[Span]
    ) -> Iterator[Span]:
        """Where a target is told in other words than its names."""
        role = Role.LESION if purpose is Purpose.DIAGNOSIS else Role.ACTION
        yield from paraphrased(text, target.names, role, concept, self._terminology, others)
        if purpose is Purpose.DIAGNOSIS:
            names = (*target.names, *(concept.names if concept else ()))
            yield from alike(text, names, concept, self._terminology, others)

    def _drugs(self, text: str, target: Target, spans: Sequence[Span]) -> Iterator[Span]:
        """Mentions of drugs of the class that a treatment gives."""
        given = ((name, c) for name in target.names if (c := _drug_class(name, self._terminology)))
        name, wanted = next(given, ("", None))
        if wanted is None:
            return
        into_vein = _INTO_VEIN_NAME.search(name)
        for span in longest(spans):
            if span.value.kind is Kind.DRUG and self._terminology.is_kind_of(span.value, wanted):
                around = text[max(0, span.start - _ROUTE) : span.end + _ROUTE]
                if not into_vein or _INTO_VEIN.search(around) or not _BY_MOUTH.search(around):
                    yield span

    def _kinds(self, concept: Concept | None, spans: Sequence[Span], purpose: Purpose) -> Iterator[Span]:
        """Mentions of special kinds of a diagnosis (输尿管上段结石 for 输尿管结石): they assert it as well.

        Not so for mere groups (肾肿瘤 holds both 肾癌 and 肾囊肿), known by their lack of findings, nor for treatments.
        """
        if concept is not None and concept.findings and purpose is Purpose.DIAGNOSIS:
            for span in longest(spans):
                if span.value is not concept and self._terminology.is_kind_of(span.value, concept):
                    yield span


@lru_cache(maxsize=16384)
def _drug_class(name: str, terminology: Terminology) -> Concept | None:
    """The drug or class that a treatment gives (α受体阻滞剂治疗, 抗凝治疗)."""
    bare = _GIVING.sub("", name)
    found = (terminology.find(form) for form in (bare, f"{bare}药", f"{bare}药物", f"{bare}剂"))
    return next((concept for concept in found if concept and concept.kind is Kind.DRUG), None)


_ROUTE = 12
_INTO_VEIN_NAME = re.compile("静脉|intravenous|IV ")
_INTO_VEIN = re.compile(r"静|滴|挂|泵|\b(?:iv|intraven\w+|drip|vein)\b")
_BY_MOUTH = re.compile(r"口服|[片粒]|吃|\b(?:po|oral\w*|tablet\w*)\b")
_GIVING = re.compile(
    r"^(?:长期|规律|按需|口服|静脉|局部|外用|使用|应用|高强度|双联|小剂量)+|(?:类药物)?(?:按需|长期|规律)?(?:静脉|局部|口服|外用)?"
    r"(?:滴注|注射|治疗|疗法|应用|使用|口服|外用|升压|降压|镇痛|止痛|退热|抗感染)*$"
)


def _other_side(text: str, span: Span, side: str) -> bool:
    """Whether the sentence around a span names sides, and only others than this one."""
    start, end = next((s, e) for s, e in sentences(text) if s <= span.start < e)
    named = {side_of(match[0]) for match in _ANY_SIDE.finditer(text, start, end)}
    return bool(side and named) and not any(same_side(side, other) for other in named)


_ANY_SIDE = re.compile(r"[左右双两](?!j)|\b(?:left|right|bilateral)\b")


def _is_other(span: Span, other: Span, lexicon: Lexicon, concept: Concept | None) -> bool:
    """Whether a candidate is only part of the longer name of something else."""
    longer = other.start <= span.start and span.end <= other.end and other.end - other.start > span.end - span.start
    if not longer or other.value is concept or other.value.kind in (Kind.REGION, Kind.TEST, Kind.SYMPTOM):
        return False
    return not any(strip_side(name) in lexicon for name in other.value.names)


@lru_cache(maxsize=4096)
def _names(target: Target, terminology: Terminology, purpose: Purpose) -> tuple[Lexicon, str, Concept | None]:
    """All names of a target with and without their side; its side; its concept in the terminology."""
    kinds = (Kind.DIAGNOSIS,) if purpose is Purpose.DIAGNOSIS else (Kind.TREATMENT, Kind.DRUG)
    names: dict[str, None] = {}
    concept = None
    for i, name in enumerate(target.names):
        term = terminology.resolve(name)
        if i == 0 and term and term.concept.kind in kinds:
            concept = term.concept
        for form in (name, strip_side(name), *_without_brackets(name)):
            if len(key(form)) > 1:
                names.setdefault(form)
    for name in concept.names if concept else ():
        names.setdefault(name)
    sides = {side_of(name) for name in target.names} - {""}
    return Lexicon((name, name) for name in names), sides.pop() if len(sides) == 1 else "", concept


def _without_brackets(name: str) -> Iterable[str]:
    """A name without an abbreviation in brackets; brackets around words narrow the name and stay."""
    bare = re.sub(r"[(（][A-Za-z0-9 -]*[)）]", "", name).strip()
    return (bare, strip_side(bare)) if bare and bare != name else ()


@dataclass(frozen=True)
class _Frame:
    """A treatment that does something to a thing (停用双氯芬酸): its names, and the words that do the same to it."""

    name: re.Pattern[str]
    cue: re.Pattern[str]


_FRAMES = (
    _Frame(
        re.compile(
            r"^(?:术前|围手术期|暂时?|立即)*(?:停用|停服|停止使用|停止|停|禁用|避免使用|避免接触|避免含?|忌|戒)(.{1,12}?)(?:药物|药品|类药物)?$|"
            r"^(?:stop(?:ping)?|discontinu\w+|avoid(?:ance of|ing)?|cessation of) (.{2,40})$"
        ),
        re.compile(
            r"(?<!不)(?<!不用)停|戒|避免|禁|忌|绝缘|远离|不沾|不(?:要)?(?:再)?(?:用|吃|服|碰|喝)(?!停)|别(?:再)?(?:用|吃|喝|碰)|\b(?:stop\w*|"
            r"discontinu\w*|d c|avoid\w*|no more|cease|hold|withhold|quit|cut out|free)\b"
        ),
    ),
    _Frame(
        re.compile(
            r"^(?:减少|限制|控制)(.{1,8}?)(?:摄入|的摄入|饮用|量)?$|^(?:reduc\w+|limit\w*|less) (.{2,30}?)(?: intake)?$"
        ),
        re.compile(
            r"减|限|少喝|少吃|少饮|控制|戒|停|不(?:要)?(?:再)?(?:喝|吃)|\b(?:reduc\w*|cut\w*|limit\w*|less|avoid\w*|stop\w*)\b"
        ),
    ),
    _Frame(
        re.compile(
            r"^(.{2,10}?)(?:随访|复查|监测|定期复查|定期随访)$|^(?:follow[- ]up|surveillance|monitoring|"
            r"repeat) (.{3,40})$"
        ),
        re.compile(
            r"随访|复查|监测|定期|每.{1,3}(?:月|年|周)|\b(?:follow\w*|surveillance|repeat\w*|monitor\w*|every)\b"
        ),
    ),
)
_SAME_THING = {
    "咖啡因": ("咖啡", "浓茶", "茶"),
    "烟": ("烟", "吸烟", "抽烟"),
    "酒": ("酒", "饮酒"),
    "caffeine": ("caffeine", "coffee", "tea"),
}
_FRAME_REACH = 14


def _framed(text: str, target: Target, terminology: Terminology) -> Iterator[Span]:
    """Places where a text does to a thing what the target does, in other words (双氯芬酸停服, 把烟戒掉)."""
    for name in target.names:
        for frame in _FRAMES:
            match = frame.name.match(fold(name))
            thing = next((group for group in match.groups() if group), "") if match else ""
            if not thing:
                continue
            concept = terminology.find(thing)
            names = {thing, *(_SAME_THING.get(thing) or ()), *(concept.names if concept else ())}
            for other in names:
                for found in re.finditer(re.escape(fold(other)), text) if fold(other) else ():
                    before = re.split(r"[。;；\n]", text[max(0, found.start() - _FRAME_REACH) : found.start()])[-1]
                    after = re.split(r"[。;；\n]", text[found.end() : found.end() + _FRAME_REACH])[0]
                    if frame.cue.search(before + " " + after):
                        yield Span(found.start(), found.end(), name)


def _goes_on_before(text: str, span: Span, others: Sequence[Span]) -> bool:
    """Whether a name is the tail of a longer one that begins with another organ (尿道 + 阴道瘘修补术)."""
    organ = next(
        (o for o in others if o.end == span.start and o.value.kind is Kind.REGION and o.end - o.start > 1), None
    )
    begins = any(o.start == span.start and o.value.kind is Kind.REGION for o in others)
    through = organ is not None and text[organ.start - 1 : organ.start] in ("经", "及", "和", "与")
    return (
        organ is not None
        and begins
        and not through
        and not re.match(r".{0,2}[左右双上下中]", text[organ.start : organ.end])
    )


def _verdict(text: str, span: Span, side: str, purpose: Purpose, framed: bool = False) -> Verdict:
    start, end = next((s, e) for s, e in sentences(text) if s <= span.start < e)
    clause_start, clause_end = next(((s, e) for s, e in clauses(text, start, end) if s <= span.start < e), (start, end))
    before, after = _since_turn(text[clause_start : span.start]), text[span.end : clause_end]
    sentence_before = _since_turn(text[start : span.start])
    if not framed and _DOUBLE_NEGATION.search(before):
        return Verdict.DIFFERENTIAL
    if not framed and (_NEGATED_BEFORE.search(before) or _NEGATED_AFTER.search(text[span.end : end])):
        return Verdict.NEGATED
    if purpose is Purpose.DIAGNOSIS:
        if _under_differential_heading(text, span.start) or text[span.end : span.end + 1] == "?":
            return Verdict.DIFFERENTIAL
        if _OPERATION_AFTER.search(after):
            return Verdict.NOT_FOUND
        if _HISTORY_BEFORE.search(before) or _PAST_HEADING.search(sentence_before) or _HISTORY_AFTER.search(after):
            return Verdict.HISTORY
        if _DIFFERENTIAL.search(sentence_before) or _DIFFERENTIAL.search(after) or _alternative(before, after):
            return Verdict.DIFFERENTIAL
    elif _DONE_BEFORE.search(sentence_before) or _DONE.search(before) or _DONE_AFTER.search(after):
        return Verdict.HISTORY
    elif _CONDITION.search(before):
        return Verdict.DIFFERENTIAL
    stated = _side(text[max(clause_start, span.start - _SIDE_GAP) : span.start], text[span.start : span.end], after)
    if side and stated and side != stated:
        return Verdict.WRONG_SIDE
    return Verdict.ASSERTED


def _side(before: str, name: str, after: str) -> str:
    """The side of a name: within it, else the nearest before it in the same list item, else right behind it."""
    near = re.split(r"[、及和与伴+/]|合并|\band\b|\bwith\b", before)[-1]
    near = near if near.isascii() else near[-_SIDE_GAP_CHINESE:]
    sides = re.findall(r"[左右双](?!j)|\b(?:left|right|bilateral)\b", near)
    return side_of(name) or (side_of(sides[-1]) if sides else "") or side_of(after[:4])


_TURN = re.compile(
    r"但是?|其实|而是|而应|目前诊断|现在?诊断|最终诊断|诊断为|建议|直接|则|\b(?:but|however|instead|now)\b"
)


def _since_turn(before: str) -> str:
    """The words since the last turn of thought: what was denied or doubted before it no longer counts."""
    turns = list(_TURN.finditer(before))
    if not turns:
        return before
    last = turns[-1]
    kept = last[0] if last[0] == "建议" else ""
    denied = re.search(r"(?:不|不太|并不|暂不)$", before[: last.start()])
    return (denied[0] if denied else "") + kept + before[last.end() :]


_HEADING = re.compile(
    r"(?P<differential>鉴别(?:诊断)?|可能的?(?:疾病|诊断|病因|原因)|differential(?: diagnosi\w*)?|possible diagnos\w*)"
    r"[^\n。:：]{0,12}?[:：\n】\]]|(?:诊断|治疗|处理|方案|结论|建议|diagnosi\w*|treatment|plan|assessment)[^\n。:：,，]{0,8}?[:：】\]]"
)


def _under_differential_heading(text: str, start: int) -> bool:
    """Whether the last heading before a place in the text announces differentials."""
    last = None
    for match in _HEADING.finditer(text, 0, start):
        last = match
    return last is not None and last["differential"] is not None


def _alternative(before: str, after: str) -> bool:
    return bool(_ALTERNATIVE.search(before[-12:]) or _ALTERNATIVE.search(after[:6]))
