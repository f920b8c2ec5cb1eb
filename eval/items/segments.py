"""The single values in a stretch of an answer: enumerations taken apart, and each value freed of marks and reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.items.claims import denied
from sp_sim.text import within_brackets

_MARK = (
    r"(?:[-*•·●▪◦+>]\s+|[-•·●▪◦]|[（(]?\d{1,2}[.、)）．]\s*(?!\d)|[①-⑳]\s*"
    r"|[（(]?[一二三四五六七八九十]{1,3}[、)）.．]\s*|\|)"
)
LEADING = re.compile(rf"^\s*(?:{_MARK})*\s*")


def values_below(label: str, rest: str) -> list[str]:
    """The values of ``label: rest`` in a list below a key: the label is one unless it is only a sub-heading.

    What follows it may be why (血常规：了解感染) or what exactly (抗感染：莫西沙星): short names count.
    """
    more = values_of(rest)
    if _LABEL.fullmatch(label):
        return more
    names = not _WHY.search(rest) and all(_is_short(value) for value in more)
    return [*values_of(label), *(more if names else ())]


def values_of(text: str) -> list[str]:
    """The single values of a text: one for each line, item of a list, or name in an enumeration."""
    found = []
    for line in re.sub(r"\*\*|__|`|<br>", "", text).split("\n"):
        here: list[str] = []
        for segment in _segments(LEADING.sub("", line)):
            value = _cleaned(segment)
            if here and _QUALIFIER.fullmatch(value):
                here[-1] += f", {value}"
            elif re.search(r"\w", value):
                here.append(value)
        found += here
    return list(dict.fromkeys(found))


_SEPARATOR = re.compile(
    r"[、；;。！!]|[，,](?!\d{3}(?!\d))|\.(?=\s|$)|(?<=[^\d\s])\s?/\s?(?=[一-鿿])|\s\+\s|(?<=[一-鿿])\+(?=[一-鿿])"
)
_JOINED = re.compile(
    r"(?<=[一-鿿A-Za-z0-9）)])(?:以及|和|及(?!时)|并(?=[行予给]))(?=[一-鿿A-Z]{2})"
    r"| and (?!or\b)"
)
_ONE_THING = re.compile(
    r"(?:incision|type|group|dilation|abdomen|signs|head|watch|ear|nose|rest|diet|life|nausea|hand|skin"
    r"|mouth|obstetrics"
    r"|sensitivity|safety|treatment|risks?|benefits?|clean|wait) and |和(?:缓|谐|解|平|好)|(?:饱|温|缓|中|柔"
    r"|调|亲|共)和|涉及|普及|危及|波及|累及"
)
_WHY = re.compile(
    r"了解|明确|评估|排除|用于|观察|判断|查看|是否|可能|提示|显示|有助|帮助|目标|防止|避免|发现|确定|鉴别"
    r"|升高|降低|增高|减少"
    r"|\b(?:to|for|assess|check|look|exclude|may|shows?|if|is|are|will|can|helps?|confirms?|raised|elevated|low)\b",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(
    r"(?:stanford )?(?:type|stage|grade|class|stanford|rutherford|nyha)\b.{0,12}|(?:left|right)(?: side)?"
    r"|[左右]侧?|\S{1,4}[型级期]|(?:mild|moderate|severe|acute|chronic)",
    re.IGNORECASE,
)
"""Says more of the name before it, and is no value of its own."""
_SHORT = (14, 5)
"""A name is at most this long: characters of Chinese, words of English."""


def _segments(text: str) -> Iterator[str]:
    """The parts of an enumeration. Nothing is split in brackets; 和 and ``and`` only part short names."""
    inside = within_brackets(text)
    start = 0
    for match in [*_SEPARATOR.finditer(text), None]:
        if match and match.start() in inside:
            continue
        part = text[start : match.start() if match else len(text)]
        start = match.end() if match else start
        yield from _joined(part)


def _joined(part: str) -> list[str]:
    if _ONE_THING.search(part):
        return [part]
    names = _JOINED.split(part)
    return names if all(_is_short(name) for name in names) else [part]


def _is_short(name: str) -> bool:
    bare = re.sub(r"[（(][^（()）]*[)）]", "", name).strip()
    if re.fullmatch(r"[\d.\s]*", bare):
        return False
    return len(bare) <= _SHORT[0] if re.search("[一-鿿]", bare) else 0 < len(bare.split()) <= _SHORT[1]


_BRACKETS = re.compile(r"\s*[（(](?P<inside>[^（()）]*)[)）]")
_REASON = re.compile(
    r"(?:因为|由于|原因是|理由|依据|目的|用于|用以|可以?(?:了解|明确|排除|评估)|以(?:便|利|免|防|明确|了解"
    r"|排除|评估|判断|预防|减少|降低|缓解|防止|改善)).*$"
    r"|[,，]?\s*\b(?:because|since|due to|in order to|so that|to (?:assess|exclude|rule out|confirm|evaluate|look for"
    r"|check for|prevent|reduce|relieve|identify|determine|detect|monitor)|given (?:the|his|her)|as (?:there"
    r"|he|she|it)) .*$"
    r"|\s(?:[—–-]{1,2}|→)\s.*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:首先|其次|最后|同时|立即|马上|尽快|尽早|必要时|建议|推荐|考虑(?:为|诊断为?)?|初步|诊断为|应当?(?!激)"
    r"|需(?:要|(?!氧))|可(?:以|(?![待乐逆吸疑见卡的]))|请|进一步|完善|继续|给予|予以|予|采用"
    r"|使用|应用|选用|首选|进行(?!性)|行(?![为走动经])|做|查|服用|口服(?!补液)|最可能(?:为|是|的诊断是)?|高度怀疑|疑似"
    r"|患者|需?与|和|并(?!发))\s*)+(?=[^，。]{2})"
    r"|^(?:(?:consider|perform|obtain|order|start|give|administer|arrange|recommend|initiate|prescribe"
    r"|likely|probable|"
    r"suspected|most likely|urgent(?:ly)?|immediate(?:ly)?|first|then|also|and|a|an|the)\s+)+(?=\S)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\s*(?:等(?:检查|治疗|疾病|药物)?|相鉴别|鉴别|可能(?:性大)?|, etc\.?|etc\.?|and so on)$", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:首选|主要|次要|其他|一线|二线|备选|必要时|急查|进一步|首先|其次|初始|初步|长期|短期|紧急|急性期"
    r"|缓解期|一般|对症|病因|手术|药物|非药物|保守|支持|内科|外科"
    r"|实验室|影像学?|体格|特殊|常规|基础|针对性|第[一二三四]步|当前|后续)(?:诊断|检查|治疗|处理|措施|方案"
    r"|药物?|选择|用药)?"
    r"|(?:initial|first[ -]line|second[ -]line|further|immediate|supportive|surgical|medical|definitive"
    r"|acute|long[ -]term"
    r"|primary|secondary|other|main|lab(?:oratory)?|imaging|blood|bedside|specific|general|conservative|step \d)"
    r"(?: (?:tests?|treatment|management|care|therapy|investigations?|measures|options?|studies|work-?up"
    r"|diagnosis))?",
    re.IGNORECASE,
)
"""Sub-headings that name no value themselves."""


def _cleaned(segment: str) -> str:
    """A value without its reason, opening verbs and ending; of brackets only names, doses and sides stay."""
    text = _BRACKETS.sub(lambda match: match[0] if _adds(match["inside"]) else "", segment)
    text = _REASON.sub("", text).strip(" \t:：，,。.;；\"'“”")
    text = _OPENING.sub("", text)
    return _ENDING.sub("", text).strip(" \t:：，,。.;；\"'“”")


def _adds(inside: str) -> bool:
    """Whether words in brackets say more of a name, and not why, whether or what not."""
    return len(inside) <= 30 and not _WHY.search(inside) and not _HEDGE.search(inside) and not denied(inside)


_HEDGE = re.compile(
    r"可能|疑似|待|大$|高度|必要|立即|急|likely|possible|probable|suspected|if |urgent|immediate", re.IGNORECASE
)
