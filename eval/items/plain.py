"""A model's reply as plain text: one width, without reasoning blocks, Markdown, LaTeX, HTML and JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping

_OBJECTS = 20
"""So many braces are tried as the beginning of a JSON object."""
_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_UNOPENED = re.compile(r"(?i)</(?:think|thinking|reasoning)>")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufe0e\ufe0f\ufeff\u00ad]")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s{0,3}\{")
_ANSWER_TAG = re.compile(r"(?i)<(?:answer|final_answer|ans|答案)>")
_TAG = re.compile(r"</答案>|</?[a-z][a-z0-9]{0,15}(?: [^<>\n]{0,80})?/?>")
_LATEX = re.compile(r"\\(?:text|mathrm|mathbf|textbf|mathit|rm|bf|[()\[\],;! ])|[{}$]")
_MARKS = re.compile(r"(?im)\*{1,3}|__|```[a-z]{0,10}|`|^[ \t]{0,4}(?:#{1,6}|>)[ \t]*")
_TICKED = re.compile(r"(?m)^[ \t]{0,4}(?:[-•][ \t])?[✅✓✔√☑][ \t]?([^\s✅✓✔√☑].*)$")
_CROSSED = re.compile(r"(?m)^[ \t]{0,4}(?:[-•][ \t])?[❌✗✘×][ \t]?([^\s❌✗✘×].*)$")
_BOXES = re.compile(r"(?m)^[ \t]{0,4}(?:[-•][ \t])?\[([ xX✓√])\][ \t]{0,2}(\S.*)$")
_NUMBER = re.compile(r"(?:(?<![^\n;,、 ]))\d{1,2}[、.)][ \t]?(?=\(?[A-P](?![A-Za-z]))")
_ANSWER_KEY = re.compile(r"(?i)answer|答案")
_STRUCK = re.compile(r"~~[^~\n]{1,200}~~")
_STOP = re.compile(r"<\|(?:im_end|endoftext|eot_id|end|im_start|end_of_text)\|>|</s>")
_QUOTED = re.compile(r"[“\"「『`][^“”\"「」『』`\n]{0,120}[”\"」』`]")
_STATES = re.compile(r"(?i)答案|answer is|answer:")
_ASKED_FOR = re.compile(
    r"(?i)格式|模板|模式|例如|示例|比如|要求|输出|回复|作答|format|template|for example|e\.g\.|reply with|respond with"
    r"|output|instruct|asked to|write"
)
_QUOTES = "“”\"「」『』'‘’`"


def narrow(text: str) -> str:
    """One width (NFKC) and one line end, without invisible characters and white space around."""
    text = unicodedata.normalize("NFKC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text).strip()


def plain(reply: str) -> str:
    """What a reader sees of a reply. What only quotes the form in which to answer is left out."""
    text = _THINKING.sub("\n", narrow(reply))
    *_, text = _UNOPENED.split(text)
    text = _STOP.split(text.strip(), maxsplit=1)[0]
    text = _without_quoted_forms(_without_json(text.strip()))
    text = _ANSWER_TAG.sub("\n答案:", _BOXED.sub("答案:", text))
    text = _LATEX.sub("", _TAG.sub("", text))
    text = _MARKS.sub("", _STRUCK.sub("", text))
    text = _BOXES.sub(lambda box: f"{box[2]} {'✗' if box[1] == ' ' else '✓'}", text)
    text = _TICKED.sub(r"\1 ✓", _CROSSED.sub(r"\1 ✗", text))
    text = _NUMBER.sub("", text)
    return text.strip()


def _without_quoted_forms(text: str) -> str:
    """Without quotations of the form of an answer; one that is the whole reply, or a line of its own, is an answer."""
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES and not any(q in text[1:-1] for q in _QUOTES):
        return text[1:-1].strip()

    def kept(match: re.Match[str]) -> str:
        if not _STATES.search(match[0]) or re.match(r"\s{0,3}:", text[match.end() : match.end() + 4]):
            return match[0]
        before = text[max(0, match.start() - 60) : match.start()]
        line = before.rpartition("\n")[2].strip() + text[match.end() : match.end() + 20].partition("\n")[0].strip()
        return match[0][1:-1] if not line and not _ASKED_FOR.search(before) else " "

    return _QUOTED.sub(kept, text)


def _without_json(text: str) -> str:
    """With the JSON objects of a text as lines ``key: value``."""
    decoder, parts, at = json.JSONDecoder(), [], 0
    for _ in range(_OBJECTS):
        start = text.find("{", at)
        if start < 0:
            break
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            parts.append(text[at : start + 1])
            at = start + 1
            continue
        parts += [text[at:start], "\n", "\n".join(_rows("", value)), "\n"]
        at = end
    return "".join([*parts, text[at:]])


def _rows(key: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        answers = {name: inner for name, inner in value.items() if _ANSWER_KEY.search(str(name))}
        for name, inner in (answers or value).items():
            yield from _rows(str(name).replace("_", " "), inner)
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        yield f"{key}: {'、'.join(value)}" if key else "、".join(value)
    elif isinstance(value, list):
        for inner in value:
            yield from _rows(key, inner)
    elif value is not None:
        yield f"{key}: {value}" if key else str(value)
