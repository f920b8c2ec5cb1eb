"""Which keys of an answer mean the same: diagnosis, tests, treatment … under their many headings."""

from __future__ import annotations

import re
from functools import lru_cache

from sp_sim.text import fold

_FAMILIES = r"""
differential = (?:需要?)?(?:主要)?鉴别(?:诊断)?(?:的?疾病)?|需与.{0,6}鉴别|differentials?(?: diagnos[ei]s)?|ddx|alternative diagnos[ei]s
diagnosis = (?:最可能的?|初步|临床|主要|入院|最终|考虑|可能的?|目前|首要|第一)?诊断(?:结果|结论|意见|考虑|为|是)?|印象|(?:most likely |working |provisional |likely |primary |final |clinical |main |probable )?(?:diagnos[ei]s|impression)|assessment|dx
tests = (?:辅助|进一步|建议|推荐|需要?|必要|实验室|影像学?|相关|完善|首选|关键|下一步)*(?:的)?(?:检查|检验|化验)(?:项目|建议|方案|计划)?|(?:further |recommended |key |initial |suggested |required |diagnostic |lab(?:oratory)? |confirmatory )*(?:tests?|investigations?|work ?ups?|examinations?|studies|imaging|diagnostics)(?: to order| needed)?
medication = (?:推荐|建议|主要|具体)?(?:用药|药物|药品)(?:治疗|方案|名称|选择|建议)?|处方|(?:recommended )?(?:medications?|medicines?|drugs?|pharmacotherapy|prescriptions?|drug (?:therapy|treatment))
treatment = (?:初步|初始|建议|推荐|主要|后续|紧急|急诊|进一步|具体)?(?:治疗|处理|处置|诊疗)(?:方案|措施|原则|建议|计划|要点|方法)?|干预(?:措施)?|(?:initial |immediate |further |emergency |definitive |acute )?(?:treatments?|management|plan|therapy|interventions?|treatment plan|management plan)
advice = (?:出院|健康|生活|患者|其他|后续)?(?:建议|医嘱|宣教|指导|教育|注意事项)|(?:patient |discharge |lifestyle )?(?:advice|education|recommendations?|counsell?ing|instructions)
followup = 随访(?:计划|建议|方案)?|复诊|复查(?:计划)?|follow ?ups?(?: plan)?
monitoring = 监测(?:指标|项目|内容)?|monitoring
dosage = 用法(?:用量)?|剂量|用量|服法|服用方法|用药方法|dos(?:e|age|ing)(?: and administration)?|how to take|administration|regimen
adverse = (?:常见)?(?:不良反应|副作用)(?:预防|处理)?|(?:adverse|side) (?:effects?|reactions?|events?)
contraindications = 禁忌(?:症|证|事项)?|contraindications?
interactions = (?:药物)?相互作用|避免合用|(?:drug )?interactions?
warning = (?:危险|警示|就医|报警|预警)(?:信号|征象|症状|指征|情况|时机)|何时就医|(?:warning|danger|red flag|alarm) ?(?:signs?|symptoms?|flags?)?|when to seek (?:help|care)|safety net(?:ting)?
excluded = 排除(?:诊断|的?疾病)?|excluded|ruled out
basis = (?:诊断)?(?:依据|理由)|分析|evidence|rationale|reasoning|basis
finding = 结论|(?:主要)?发现|(?:报告)?解读|findings?|conclusions?|interpretation
duration = 疗程|(?:用药|治疗)时间|duration(?: of (?:treatment|therapy))?|course
diet = 饮食(?:建议|指导|注意)?|diet(?:ary)?(?: advice)?
exercise = 运动(?:建议|指导)?|活动|exercise|activity
complications = (?:可能的?)?并发症(?:预防)?|complications?(?: to watch)?
prevention = 预防(?:措施)?|precautions?|prevention
severity = 严重程度|分级|分期|病情评估|severity|stag(?:e|ing)|class(?:ification)?|grade
cause = 病因|原因|诱因|causes?|a?etiology|triggers?
prognosis = 预后|prognosis
"""  # noqa: E501
_PATTERNS = {
    name: re.compile(pattern) for name, pattern in (line.split(" = ", 1) for line in _FAMILIES.strip().splitlines())
}
RELATED = frozenset({frozenset(pair) for pair in (
    ("treatment", "medication"), ("treatment", "advice"), ("advice", "followup"), ("monitoring", "followup"),
    ("tests", "monitoring"), ("advice", "prevention"), ("medication", "dosage"), ("finding", "diagnosis"),
    ("diagnosis", "cause"), ("contraindications", "interactions"), ("treatment", "prevention"),
)})  # fmt: skip
"""Families of which an answer may give one for the other, where it does not have the other itself."""


@lru_cache(maxsize=4096)
def family(key: str) -> str:
    """The family of keys that a heading belongs to; empty: none that is known."""
    text = fold(re.sub(r"[（(][^（()）]*[)）]", "", key)).replace(" & ", " and ")
    for name, pattern in _PATTERNS.items():
        if pattern.fullmatch(text):
            return name
    parts = [part for part in re.split(r"与|和|及|、|/| and |,", text) if part]
    found = [family(part) for part in parts] if len(parts) > 1 else []
    return found[0] if found and all(found) else ""


def denies(key: str) -> bool:
    """Whether what stands under a key is what not to do, or what it is not (避免合用, 禁忌, vaccine avoided)."""
    return bool(
        re.search(r"避免|禁忌|慎用|禁用|排除|停用|不宜|avoid|contraindicat|exclud|ruled out|stop|not ", fold(key))
    )
