"""Is a named diagnosis or treatment asserted? Cue-and-scope rules for what stands around the name.

Denied, merely one of several possibilities, of the past, on another side, offered only under a condition: cues decide
within the clause or sentence of a name, up to the last turn of thought. All patterns are for canonical text.
"""

from __future__ import annotations

import re
from enum import StrEnum

from sp_sim.terminology import Span
from sp_sim.text import clauses, same_side, sentences, side_of


class Verdict(StrEnum):
    """What became of a candidate."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    DIFFERENTIAL = "differential"
    HISTORY = "history"
    WRONG_SIDE = "wrong_side"
    NOT_FOUND = "not_found"


class Purpose(StrEnum):
    """What is looked for; diagnoses may be differentials and history, treatments may be advised against."""

    DIAGNOSIS = "diagnosis"
    TREATMENT = "treatment"


_NEGATED_BEFORE = re.compile(
    r"(不会是|不属于|没(?:有)?[看照查找拍]到|未看到|没发现|不可能是|排除(?!.{0,6}后)|不考虑|不支持|不符合|不像|不是|并非|而非|绝非|没有|未见|"
    r"无(?!痛|菌|张力|功能|症状|创|明显诱因)|除外|否认|可能性(?:小|低|不大)|不倾向|不建议|不推荐|"
    r"不需要?|不宜|不适合|不能(?!排除|除外)|不用|不采用|不选|不再|不放|不主张|不采取|不赞成|不上|不做|不予|先不|不打算|没必要|没有必要|无需|无须|不必|暂不|"
    r"避免|避开|避用|禁忌|禁止|禁用|忌用|严禁|切忌|切勿|停用|停掉|换掉|"
    r"别(?:再)?(?:用|做|行|吃|碰)|并不|不太|"
    r"未发现|未提示|不存在|不能诊断|尚不能)"
    r"[^。;则]{0,16}$"
    r"|\b(no(?! doubt| question)|not(?! only)|without(?! (?:any )?(?:doubt|question))|"
    r"denies|negative for|ruled? out|rules out|excludes?d?|unlikely|less likely|"
    r"rather than|instead of|unlike|in place of|avoid(?:ing)?|steer clear of|contraindicated|"
    r"no need for|never|isn't|aren't|wasn't|doesn't|don't|won't|"
    r"wouldn't|can't|"
    r"rather not|hold off|against)\b[^.;]{0,40}$"
    r"|(?:避免|慎用|禁用|忌用|停用)[^。;]{0,12}(?:加重|诱发)[^,。;]{0,4}$"
    r"|\b(?:that|which) (?:may |can |could )?(?:worsen|aggravate|exacerbate|precipitate|trigger)s? [^,.;]{0,8}$"
)
_NEGATED_AFTER = re.compile(
    r"^(?:(?!合并|伴)[^。;,，]){0,10}?(可能性(?:较|很|极|相对)?(?:小|低|不大)|不(?:予)?考虑|不支持|(?:已|基本|可|可以|"
    r"暂)?排除|除外|不成立|证据不足|暂不考虑|依据不足|不太可能|是?不可能|不能成立|站不住|说不通|可以划掉|(?:早就|早已|已(?:经)?)(?:排出|治愈|痊愈|吸收|好了)|的可能性(?:较|很)?(?:小|低)|没有必要|"
    r"不适合|不宜|不推荐|不建议|禁忌|先不(?:用|做)|暂不(?:用|做)|"
    r"[就也]?不用(?!停|担心)|不合适|"
    r"(?:应|需|须|要)?避免(?:使用|应用)|(?:应|需|须)避免|禁用|忌用)"
    r"|^[^。;,，]{0,24}?[均都](?:暂?不(?:考虑|做|用|予)|暂缓)"
    r"|^[^。;\n]{0,14}?[,，]\s?(?:目前|暂时?|先|现在|所以|因此|就|本次|这次|本例|此次|也)?(?:也?不(?:考虑|做|用|使用|建议|推荐|适合|予|采用|主张)|暂缓)"
    r"|^[^。;,，\n]{0,6}?(?:也|均|都)不(?:做|考虑|用|建议|推荐|采用|主张)"
    r"|^[^.;,]{0,25}?\b(is|was|are|has been|were)?\s?(unlikely|less likely|excluded|ruled out|"
    r"not likely|not indicated|not suitable|unsuitable|off (?:list|table)|"
    r"contraindicated|not recommended|not needed|not supported|"
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


def verdict_of(text: str, span: Span, side: str, purpose: Purpose, framed: bool = False) -> Verdict:
    """What the words around a name in canonical text make of it; ``side`` is the one that it should be on, if any.

    ``framed``: what is to be stopped or avoided, which words of denial do not deny.
    """
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
        doubted = _DOUBT.search(f"{before}|{after}") or _TURNED.match(text, clause_end, end)
        doubted = doubted or _SUPPOSED.search(text, start, span.start)
        if doubted and not _BESIDES.search(before) and _stated_elsewhere(text, span.start):
            return Verdict.NEGATED
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
    r"但是?|其实|而是|而应|目前诊断|现在?诊断|最终诊断|诊断为|建议|直接|则|\b(?:but|however|instead|now|and "
    r"(?:confirm|show|prove|reveal)s?)\b"
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


_STATED = re.compile(
    r"诊断(?:为|是|明确为|考虑|:)|\b(?:diagnosi\w*|impression|assessment|dx) ?(?::|is\b)|\bdiagnosed with\b"
)
_STATED_TO = re.compile(r"。|\n\s*\n|\n(?=\W*(?:治疗|处理|处置|方案|建议|依据|plan|treat))|\. (?=\w)|$(?!\n)")
_DOUBT = re.compile(
    r"[不没无非否未缺难]|排除|除外|推翻|划掉|放下|怀疑|以为|最初|起初|一开始|一度|曾|以往|既往|[去前当]年|[年周月天]前|"
    r"痊愈|治愈|好了|吸收|"
    r"区[分别]|鉴别|相反|假如|如果|倘若|要是|家里|家族|[母父姐妹兄弟]|差一|的话|"
    r"\b(?:no|not|never|without|neither|nor|unlike|contrast|against|exclud\w*|rule[sd]?|out|off|fail\w*|implausib\w*|"
    r"improbab\w*|unlikely|dismiss\w*|discard\w*|clear\w*|initial\w*|first|seemed|thought|worried|suspected|considered|"
    r"if|were|had|would|outgr\w+|previous\w*|past|ago|childhood|history|mimic\w*|resembl\w*|sister|brother|mother|father|"
    r"aunt|uncle|family|parents?|resolved|recovered|cured|otherwise|instead|rather)\b|n't\b"
)
"""Where a diagnosis is stated elsewhere, words that leave one beside it in doubt: denied, past, a relative's."""


_TURNED = re.compile(r"[,;] ?(?:但|不过|可是|然而|而您|而你|but|yet|however)")
_SUPPOSED = re.compile(r"如果|假如|倘若|要是|最初|起初|一开始|一度|\b(?:if|initially|at first)\b")
_BESIDES = re.compile(r"合并|并发|伴|同时|另外|还有|此外|\b(?:also|with|additionally|coexist\w*)\b")


def _stated_elsewhere(text: str, start: int) -> bool:
    """Whether a text says what its diagnosis is, and not at this place."""
    found = [(match.start(), _STATED_TO.search(text, match.end())) for match in _STATED.finditer(text)]
    return bool(found) and not any(begin <= start < (end.end() if end else len(text)) for begin, end in found)


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


def on_other_side(text: str, span: Span, side: str) -> bool:
    """Whether the sentence around a span names sides, and only others than this one."""
    start, end = next((s, e) for s, e in sentences(text) if s <= span.start < e)
    named = {side_of(match[0]) for match in _ANY_SIDE.finditer(text, start, end)}
    return bool(side and named) and not any(same_side(side, other) for other in named)


_ANY_SIDE = re.compile(r"[左右双两](?!j)|\b(?:left|right|bilateral)\b")
