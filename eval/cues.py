"""The words by which a conclusion orders something, forbids it, puts it off, or tells of it without ordering it.

Patterns for canonical text (``sp_sim.text``), Chinese and English; ``eval.orders`` says which of them holds.
"""

from __future__ import annotations

import re

FORBID = re.compile(
    # Chinese; what a doctor does to the drug may follow at once (不要自行服用)
    r"不(?:能|可|要|宜|应|得|该|必|用|再|予|做|行|选|取|给|许|准|上|放|开|碰|吃|服|涂|打|建议|推荐|主张|考虑|适合|"
    r"适用|采用|采取|使用|需|"
    r"打算|具备|支持|作|是)|没(?:有)?(?:必要)?|无[需须]|无(?!痛|菌|创|张力|症状|热|论|误|效)|别(?!的|处|人|名|嘌)|"
    r"勿|忌|禁(?!食|水|欲)|"
    r"避(?:免|开|用|忌)|停(?:止)?(?:使用|应用|服用|口服|用|服|掉)?(?!经|留|诊|搏|生长)|戒|暂(?:缓|不)|慎(?:用|重)|"
    r"放弃|拒绝|谢绝|[换撤去]掉|排除|杜绝|而非|代替|替代|取代|"
    r"诱发|诱因|加重(?!时)|引起|所致|因(?!此|素|而|子)|由于|鉴于|"
    r"过敏(?:史|药物?|原|源)?(?:阳性)?[:(]|对(?=[^,]{0,30}(?:过敏|耐药|不敏感))|"
    # English
    r"\b(?:avoid(?:ance|ing|ed)?|no|not|never|nor|neither|without|don't|doesn't|can't|cannot|won't|shouldn't|"
    r"wouldn't|"
    r"mustn't|isn't|aren't|instead of|rather than|as (?:is|are)|in place of|place of|in lieu of|nothing like|"
    r"stop(?:ped|ping)?|"
    r"discontinu\w*|hold(?:ing)?|withhold\w*|cease|d c|omit\w*|skip|refrain\w*|steer\w* clear|stay\w* away|keep away|"
    r"off limit|defer\w*|forgo|against|free of|declin\w+|contraindications? include|"
    r"allergic to|allergy to|intolerant to|intolerance to|hypersensitiv\w+ to|resistant to|"
    r"replac\w+|swap\w*|substitut\w+|switch\w* (?:from|off)|because of|due to|owing to|given|caused by|induced by|"
    r"worsen\w*(?: by| on| with)?|aggravat\w+|exacerbat\w+|precipitat\w+|trigger\w*|"
    r"(?:rash|reaction|angioedema|anaphylaxi\w*|hive|urticaria|lump|swelling)(?: \w+)? (?:with|from|on|to|after|"
    r"of))\b"
    r"|\b(?:allerg(?:y|ic|en)(?: alert| history| statu\w*)?|intolerance|contraindicat(?:ed|ion)(?: include)?|avoid|"
    r"stop)(?: history)? ?[:(]"
)
FORBID_IN_CLAUSE = re.compile(r"诱|加重|引起|所致|因|由于|鉴于|无|没|because of|due to|owing to|given|caused|induced")
"""Of these, those that do not reach over a comma."""
FORBID_TO_DO = re.compile(
    r"不|别|勿|忌|禁|避|慎|无[需须]|没(?:有)?必要|暂|放弃|拒绝|谢绝|杜绝|"
    r"avoid|no|never|without|\w+n't|cannot|stop|discontinu|refrain|against|hold|withh|omit|skip|declin|defer"
)
"""Of these, those behind which stands what is not to be done (不要自行服用): its verb orders nothing."""
ORDER = re.compile(
    r"给予?|予(?!以)|予以|开(?!始|放|腹|塞)|加用?(?!重|强)|联合|配合|口服|静[滴推注脉]|肌注|外用|皮下|注射|输注|"
    r"服用?|[吃涂]|使用|应用|"
    r"采用|(?<!服)用(?!药|量|法|于)|可选|行(?!为|走)|做|建议|推荐|启动|重启|恢复|继续|完善|拟|安排|选择?(?!性)|首选|"
    r"\b(?:give\w*|use|using|prescribe\w*|add\w*|begin\w*|initiat\w*|administer\w*|choose|prefer\w*|recommend\w*|"
    r"treat\w* with|cover\w* with|take|taking|start\w*|continue|proceed\w*|load\w*|resume|go(?:ing)? for|"
    r"convert\w*)\b"
)
TURN = re.compile(
    r"改(?:用|为|成|口服|服|行|予|选|(?!善|变))|换(?:用|成|为|上|做)|选用|转(?:为|用|而)|而是|而应|而用|但(?!书)|"
    r"仍(?:可|应|需)|另(?:予|给|加)|"
    r"→|⇒|->|\b(?:but|however|(?:switch|chang|convert)\w* (?:\w+ )?to|instead(?! of)|opt for|go for)\b"
)
"""What ends the reach of a cue that forbids, however near."""
INSTEAD_WITH = re.compile(r"\b(?:replac|swap|substitut|exchang)\w*\b[^.;]{1,70}?\b(?:with|for|by)\b")
ABSORBED = re.compile(r"[^,:;(、]{0,7}|(?: ?\w+){0,3} ?")
LATIN_LIST = re.compile(r"[\x00-\x7f≥≤±°–—]*")
GOES_ON = re.compile(r" ?(?:以及|及|和|或|也|与|包括|尤其|特别|如|例如|等|尽量|and|or|nor|including|such|especially)")

REPLACED_AFTER = re.compile(r"^(?:类|等|这类|一类|药物?|片|胶囊)*(?:换[掉成为]|改[为用成]|更换|由|被)")
TOLD_AFTER = re.compile(
    r"^(?:类|等|治疗|药物?|抗生素|术|片|的){0,3}(?:静推|静滴|静脉)?(?:及|和|与|、)?(?:有|无|没有|有无)?(?:明确|"
    r"绝对)?(?:"
    r"指征|禁忌|适应[证症]|时间窗|(?:的)?风险|并发症|不良反应|副作用|史|过敏|皮试|试验|利弊|敏感|耐药|中介|无效|"
    r"所致|引起|导致|相关|诱发|依赖|中毒)"
    r"|^[^,;]{0,6}(?:起[^,;]{0,5}[疹泡包疙]|皮疹|风团|过敏|皮试阳性)"
    r"|^ (?:allerg\w+|resistan\w*|indication|risk|history|class|induced|related|associated|exposure|reaction|"
    r"angioedema|rash|anaphylaxi\w*|intoleran\w*|sensitiv\w*|toxicity|susceptib\w*|level|saturation)\b"
)
FORBIDDEN = (
    r"(?:不(?:能|可|要|宜|应|得|该|用|再|予|做|行|选|取|考虑|建议|推荐|主张|适合|适用|合适|采用|碰|吃|服|作为?首选|"
    r"安全|在[^,]{0,6}(?:范围|之列|内))|虽|别|勿|忌|避(?:免|开|用)|"
    r"禁(?!食)|停(?!经|留)|戒|暂(?:缓|停)|慎|除外|耐药|过敏|没有(?:意义|必要|指征)|无(?:意义|必要|指征|效)|"
    r"风险(?:太|过|较|很|更)?[大高]|"
    r"有害|到此为止|扔|丢掉|伤(?!口)|加重|诱发|促进(?:肿瘤|出血)|皮试(?:阳|鼓)|皮疹|起[^,;]{0,5}[疹泡包疙]|风团|反应)"
)
ADVERB = (
    r"(?:这[些类种]|一类|之类|之流|的药|药物?|制剂|[均都也就则又全应该需须要宜暂先已经现]|一律|必须|绝对|一定|千万|"
    r"马上|立即|立刻|以后|目前|本次|今后|因此|所以|故|全部|坚决|会|可能?|容易|对[^,;]{1,6})"
)
FORBIDDEN_AFTER = re.compile(
    rf"^(?:[^,:;。|、]{{0,12}}、){{0,9}}[^,:;。|、]{{0,14}}?{FORBIDDEN}"
    rf"|^[^,:;|]{{0,60}}[,] ?{ADVERB}*{FORBIDDEN}(?=使用|应用|服用|再用|用|碰|吃|[,;。)]|$|的|考虑|采用|做|予|推荐|"
    rf"建议)"
)
FORBIDDEN_AT_END = re.compile(rf"^[^,:;|、]{{0,12}}?{FORBIDDEN}(?:使用|应用|服用|再用|用|的)?(?=[,;)]|$)")
FORBIDDEN_AFTER_ENGLISH = re.compile(
    r"^[^.;:|]{0,90}?\b(?:(?:is|are|was|were|be|been|remain\w*|being|should|must|can|will|would|has|have|so|and|best|"
    r"therefore|all|both|also|strictly|absolutely|now|currently)\b ?){1,5}(?:be )?(?:avoided|contraindicated|not\b|"
    r"never|no (?:place|role|indication|longer)|off\b|out\b|stopped|held|hold\b|withheld|discontinued|deferred|"
    r"inappropriate|"
    r"unsuitable|unsafe|harmful|dangerous|prohibited|excluded|ruled out|forbidden|teratogenic|worsen\w*|unnecessary|"
    r"a (?:\w+ )?(?:trigger|culprit))"
    r"|^ (?:deferred|stopped|held|withheld|discontinued|avoided|contraindicated|omitted)\b"
    r"|^[^.;:|,]{0,40}?\b(?:isn't|aren't|can't|cannot|won't|shouldn't|mustn't|wouldn't|can worsen|may worsen|"
    r"worsens?|would (?:cost|worsen|risk|harm|delay|miss)|brought|caused|gave (?:you|him|her)|made)\b"
)
LABEL = re.compile(r"^[^:|(;,]{0,24}?(?::|\||\(|—|–) ?")
DOSE = re.compile(
    r"^[^,;:、|]{0,6}?\d+(?:\.\d+)? ?(?:m?g|ml|u|iu|万|片|粒|支|袋|mcg|μg|单位)\b|^.{0,14}\b(?:q\dh?|qd|bid|tid|"
    r"qid|qn)\b"
)

CONDITION = re.compile(
    r"必要时|需要时|如果|假如|倘若|一旦|万一|若(?!干)|如(?:需|有|仍|出现|若|无|发生|症状|疼|合并|感染|病情|患者|"
    r"家属|条件|经|效果|失败|不|果|后|确|必须|实在)|如[^,、()]{1,14}, ?(?:可|则|再|考虑|改|加)|"
    r"备[选用](?!血)|无效(?:时|者|再|则|后|可)|失败(?:时|者|再|则|后|改|可)|不行再|只有|仅(?:在|当|限|用于)|"
    r"才(?:需|考虑|用|行|做)|除非|视[^,]{1,8}(?:决定|而定|情况)|"
    r"\b(?:if|unless|in case|in event|as needed|failing that|should (?:that|this|it|there|he|she|they|fever|"
    r"\w+ (?:develop|"
    r"occur|persist|recur|fail|rise|drop|fall|worsen))|only (?:after|when|once)|second line|backup|reserve\w* for)\b"
)
CONDITION_AFTER = re.compile(
    r"^[^,;。]{0,10}(?:仅(?:在|用于|限)|只(?:在|用于|限))|^[^.;,]{0,40}\b(?:only (?:if|after|when|once)|if|unless|"
    r"could be "
    r"considered|can be (?:considered|introduced|revisited)|may be (?:considered|needed))\b"
)
EVALUATED = re.compile(r"皮试|脱敏|过敏原|变态反应|\b(?:allerg\w+ test\w*|allergist|desensiti\w+|skin test\w*)\b")
LATER = re.compile(
    r"待[^;。]{1,24}(?:后|再|时)|等[^;。]{1,20}(?:[后再,]|以后)|(?:控制|恢复|稳定|消退|好转|达标|正常|缓解|充分|"
    r"纠正|痊愈|止稳|评估)"
    r"(?:以|之)?后|后再(?!次|用)|届时|延期|远期|将来|日后|以后|[\d一二两三四五六数几](?:个)?(?:周|月|年|天|"
    r"小时)(?:左右|以|之)?后|后续|\b(?:later|once|eventual\w*|in future|future|at follow up|subsequent\w*|revisit\w*|"
    r"when [^,.;]{3,40}(?:resolve|recover|settle|normal|stable)\w*|after [^,.;]{0,40}(?:resolve|recover|settle|"
    r"normali|"
    r"stabili|control|clear)\w*|in \d+(?: \d+)? (?:week|month|day)|\d+(?: \d+)? (?:week|month)\w* (?:later|after))\b"
)
ANOTHER_TIME = re.compile(r"择[期日]|[二分]期|\b(?:staged|elective\w*|defer\w*)\b")
"""As much, but only of what stands in the same clause."""
MUCH_LATER = re.compile(
    r"择[期日]|[二分]期|远期|将来|日后|[\d一二两三四五六数几](?:个)?(?:周|月|年)(?:左右|以|之)?后|"
    r"\b(?:elective\w*|eventual\w*|in future|in \d+(?: \d+)? (?:week|month))\b"
)
LATER_AFTER = re.compile(r"[^,;。]{0,6}(?:择期|待|延期)| (?:later|is deferred)")
AT_ONCE = re.compile(r"急诊|立即|立刻|马上|即刻|紧急|直接|\b(?:emergency|immediate|urgent)")
PAST = re.compile(
    r"(?:既往|曾(?:经)?|以前|之前|过去|原(?:来|先)(?!的)|小时候|外院|误[服用]|自行)[^,;]{0,14}$|史[:(][^;]{0,30}$"
    r"|\b(?:history of|previous(?:ly)?|prior|had|was on|were on|has been (?:on|taking)|took|years ago|currently on|"
    r"(?:worse|deteriorat\w+|flared)(?: \w+)? (?:on|with|after))\b[^.;]{0,40}$"
)
PAST_HEADING = re.compile(
    r"既往|用药史|过敏|病史|目前用药|现用药|家族|诊断依据|依据|鉴别|\b(?:histor\w*|allerg\w*|home medication|"
    r"current medication|pmh|differential|basis|evidence|rationale)\b"
)
FORBIDDING_HEADING = re.compile(
    r"避免|避开|禁|忌|停[用药]|慎用|不宜|不[用可能推建]|勿|暂[停缓]|\b(?:avoid\w*|contraindicat\w*|not|don't|"
    r"stop\w*|discontinu\w*|hold\w*|withh\w*|unsuitable|deferred|off limit)\b"
)
HEADING = re.compile(r"^(?:#+ ?.{1,60}|.{1,40}: ?)$")
BULLET = re.compile(r"^ ?(?:•|\d{1,2}[.、)]|[-*+·|(①-⑳])")
ABBREVIATION = re.compile(r"(?<![a-z])(?:e\.g|i\.e|etc|vs|b\.i\.d|t\.i\.d|q\.d|p\.o|i\.v|approx)\.?(?=[ ,:)a-z])")
