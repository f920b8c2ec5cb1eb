"""The elements that names of diagnoses and treatments are made of, and the other words in which texts tell them.

Each element is a pattern that finds it in a name and one that finds it in a text, both for canonical text. What is in
no name a distinction of its own (术后, 治疗) is left out of names. Body regions are not here: the terminology has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    LESION = "lesion"
    ACTION = "action"
    QUALITY = "quality"


@dataclass(frozen=True)
class Element:
    """``name`` finds the element in a name, ``text`` finds it told.

    ``role`` is what is the matter, what is done about it, or what distinguishes either; ``enough`` (``!`` in the
    tables) marks one that tells it all without anything else.
    """

    name: re.Pattern[str]
    text: re.Pattern[str]
    role: Role
    enough: bool = False


def _read(table: str, role: Role) -> list[Element]:
    rows = (line.split(" = ", 1) for line in table.strip().splitlines())
    return [
        Element(re.compile(name.strip(" !")), re.compile(text.strip()), role, name.startswith("!"))
        for name, text in rows
    ]


_LESIONS = r"""
结石|calculi?|stones? = 结石|石头|石块|石(?=梗|阻|卡|堵)|\bcalcul\w+|\bstones?\b
癌|恶性肿瘤|carcinoma|cancer = 癌|恶性[^,。;]{0,10}(?:瘤|肿|病变|新生物)|\bcarcinoma\b|\bcancer\b|\bmalignan\w+
肿瘤|tumou?r = 瘤|肿物|占位|\btumou?r\b|\bmass\b
积水|hydronephrosis = 积水|积液|撑(?:开|大|出|得)|存了?些?水|扩张|\bhydro\w+|\bdilat\w+
转移|metasta\w+ = 转移|播散|扩散|跑到|\bmetasta\w+|\bspread\b
肺炎|pneumonia = 肺炎|肺部?[^,。;]{0,4}(?:感染|发炎)|\bpneumonia\b
炎症?|\w+itis = 炎|感染|发炎|菌病|\b\w+itis\b|\binflam\w+|\binfect\w+
感染|infection = 感染|发炎|炎症|(?:肾盂肾|膀胱|尿道|尿路)炎|尿感|细菌|\binfect\w+
狭窄|stenosis|stricture = 狭窄|缩窄|变?窄|\bstrictur\w*|\bstenos\w*
梗阻|obstruction = 梗阻|堵|卡|\bobstruct\w*
增生|hyperplasia = 增生|肥大|\bhyperplasi\w+|\benlarge\w*
损伤|衰竭|injury|failure = 损伤|损害|衰竭|\binjur\w+|\bfailure\b|\ba(?:rf|ki)\b
出血|bleeding = 出血|流血|\bbleed\w*|\bha?emorrhag\w+
贫血|ana?emia = 贫血|血色素[^,。]{0,4}低|\bana?emi\w+|血里缺铁
!高钾血症|hyperkala?emia = 高钾|钾[^,。;]{0,14}(?:高|升)|\bhyperkal\w+
!低钾血症|hypokala?emia = 低钾|钾[^,。;]{0,6}低|\bhypokal\w+
!低氧血症|hypoxa?emia = 低氧|缺氧|血氧[^,。;]{0,8}(?:低|不足)|氧分压[^,。;]{0,4}低|\bhypox\w+
!脱水|dehydration = 脱水|失水|缺水|\bdehydrat\w+
高血压|hypertension = 高血压|血压[^,。;]{0,4}高|\bhypertens\w+
糖尿病|diabetes = 糖尿病|\bdiabet\w+
尿潴留|retention = 潴留|尿不出|\bretention\b
尿失禁|incontinence = 失禁|漏尿|憋不住|\bincontinence\b
瘘|fistula = 瘘|异常的?通道|\bfistula\b
疝|hernia = 疝|\bhernia\b
突出症?|脱出 = 突出|脱出|膨出
溃疡|ulcer = 溃疡|\bulcer\w*
休克|shock = 休克|\bshock\b
囊肿|cyst = 囊肿|水囊|\bcyst\b
积液|鞘膜积液|hydrocele = 积液|积水|\bhydrocele\b
!包茎|phimosis = 包茎|包皮[^。;]{0,12}(?:狭窄|缩窄|翻不|无法翻|口紧)|\bphimosis\b
!骨质疏松症?|osteoporosis = 骨质疏松|骨松|\bosteoporo\w+
填塞|tamponade = 填塞|塞|占满|堵
下裂|hypospadias = 下裂|尿道裂|\bhypospadias\b
下弯|chordee = 下弯|弯曲|屈曲|\bchordee\b
无功能 = 无功能|没有?功能|功能[^,。;]{0,6}(?:丧失|没)|罢工|毁损
骨折|fracture = 骨折|断(?!药|言|续)|\bfractur\w*|\bbroken\b|\bsnapped\b
!appendicitis = \bappendicitis\b|\bappendix\b[^.]{0,30}\b(?:inflam\w+|infect\w+|perforat\w+)|\binflam\w+[^.]{0,12}\bappendix
cholecystitis|胆囊炎 = 胆囊[^,。;]{0,10}炎|\bcholecystitis\b|\bgall ?bladder\b[^.]{0,30}\binflam\w+|\binflam\w+[^.]{0,20}\bgall ?bladder
!pancreatitis|胰腺炎 = 胰腺[^,。;]{0,6}炎|\bpancreatitis\b|\bpancrea\w+[^.]{0,20}\binflam\w+|\binflam\w+[^.]{0,14}\bpancrea
!thyroiditis = \bthyroiditis\b|\bstruma lymphomatosa\b|\b(?:inflam\w+|immune)\b[^.]{0,40}\bthyroid
!hypothyroidism|甲状腺功能减退症?|甲减 = 甲减|甲状腺[^。;]{0,10}(?:减退|不足|低下)|\bhypothyroid\w*|\bunderactive thyroid|\bthyroid\b[^.]{0,60}\b(?:deficien\w+|insufficien\w+|underactive|no longer make)
血栓|栓塞|thrombosis|embolism = 血栓|栓(?!子健)|\bclot\w*|\bthromb\w+|\bembol\w+
梗死|infarction = 梗死|心梗|脑梗|坏死|\binfarct\w*|\bheart attack\b
神经根病|radiculopathy = 神经[^,。;]{0,10}(?:受损|受压|病)|\bradiculopath\w+
"""  # noqa: E501
_ACTIONS = r"""
切除|摘除|剜除|切断|\w+ectomy|resection|excision|removal = 切(?!面|口|缘)|拿掉|拿下来|摘|挖|剜|端|割掉|剥|移除|取掉|\bresect\w*|\bremov\w+|\bexcis\w+|\b\w+ectomy\b|\btake\b[^.]{0,30}\bout\b
清扫|dissection|lymphadenectomy = 清扫|清[掉除]|扫干净|\blymphadenectomy\b|\bdissect\w*
碎石|lithotripsy = 碎(?!片)|激光|\blithotrip\w*|\bfragment\w*|\blaser\b
取石|extraction = 取(?!材|样)|拿干净|拿出来|吸[净出]|清石|清除结石|碎石|\bextract\w*
置入|植入|置管|置换|insertion|placement|stenting = [放置]|留一?根|插|\binsert\w*|\bplac\w*|\bstent\w*
引流|造瘘|drainage = 引流|造瘘|置管|支[撑架]管?|d ?j ?管|\bdrain\w*|\bstent\w*|\bnephrostomy\b
灌注|instillation = 灌|(?:往|给)膀胱里?打|腔内|\binstill\w*|\bintravesical\b
化疗|chemotherapy = 化疗|化学治疗|化疗药|吉西他滨|铂|丝裂霉素|表柔比星|吡柔比星|\bchemo\w*|\bcisplatin\b|\bgemcitabine\b|\bmitomycin\b
!抗感染|抗菌药?|抗生素|antibiotics? = 抗感染|抗生素|抗菌|消炎药|头孢|沙星|[西培美]南|青霉素|阿莫西林|罗氏芬|把细菌|\bantibiotic\w*|\bantimicrobial\w*|\bcef\w+|\bpenicillin\b
!镇痛|止痛|analgesia = 镇痛|止痛|处理痛|吗啡|曲马多|洛芬|吲哚美辛|双氯芬酸|消炎痛|\banalges\w*|\bpain ?killer\w*|\bpanadol\b|\bparacetamol\b|\bapap\b|\bmorphine\b
!补液|输液|intravenous fluids|fluid resuscitation = 补液|输液|盐水|挂水|补[^,。;]{0,6}水|补足|\bfluids?\b|\bsaline\b|\bivf\b
!退热|antipyretic\w* = 退热|降温|扑热息痛|对乙酰氨基酚|布洛芬|\bantipyretic\w*
!氧疗|吸氧|oxygen = 氧疗|[吸给供输]氧|鼻塞|\boxygen\b|\bo2\b
!补铁|iron = 补铁|铁剂|含铁|铁的?(?:药水|针|注射)|糖酐铁|亚铁|多糖铁|蔗糖铁|\bferr\w+|\biron\b
!降钾 = 降钾|钾[^,。;]{0,10}(?:压|降|拉|移)|钙剂|酸钙|钙针|胰岛素
!随访|复查|监测|follow ?up|surveillance|monitoring = 随访|随诊|复[查诊检]|监测|回[院来门]|来[^,。;]{0,6}(?:一趟|一回|抽|照|看|做)|每[^,。;]{1,8}(?:月|年|周|季度)|(?:每季度|间隔)|\bfollow\w*|\bsurveil\w*|\bmonitor\w*|\bcheck\w*
!输血|红细胞|transfusion = 输[^,。;]{0,12}(?:血|红细胞|单位)|补充[^,。;]{0,4}红细胞|红细胞悬液|\btransfus\w*
!排石|expulsive = 排石|自[己然][^,。;]{0,6}[掉排]|下移|帮石头|往下走|\bexpuls\w*
!戒烟|smoking cessation = 烟[^。;]{0,12}(?:戒|停|不能|别|一根)|戒烟|禁烟|\bquit\b|\bstop smoking\b
!多饮水|饮水|fluid intake = [喝饮][^,。;]{0,6}水|水[^,。;]{0,4}喝|尿量[^,。;]{0,8}升|\bwater\b|\bfluid\b
!住院治疗?|hospital admission|admission = 住院|入院|收(?:入|住|治)|病[区房]|\badmi(?:t|ssion)\w*|\bward\b
!低盐(?:饮食)?|限盐|salt restriction|low salt(?: diet)? = 低盐|盐[^。;]{0,12}(?:少|限|控|超过|克|以内)|(?:少|限)[^,。;]{0,4}盐|\bsalt\b
置换|arthroplasty|replacement = 置换|换[^,。;]{0,8}(?:关节|头)|\b\w*arthroplast\w*|\breplac\w+|\bprosthe\w+
!thromboprophylaxis|血栓预防|预防血栓 = 预防[^。;]{0,8}(?:血栓|栓塞)|低分子肝素|\b(?:prevent|prophyla\w+)[^.]{0,20}\b(?:clot|thromb|dvt|vte)\w*|\b\w*heparin\b|\b\w+parin\b
!bone protection|抗骨质疏松 = 抗骨质疏松|膦酸|唑来膦|地舒单抗|\b\w+dron(?:ate|ic)\b|\bdenosumab\b|\bbone (?:strengthening|protect\w+)
阻滞|nerve block|block = 阻滞|\bblock\w*|\b(?:freez\w+|numb\w*)\b[^.]{0,20}\bnerve|\bregional ana?esthesi\w*
修补|repair = 修补|缝合|关闭|补上|\brepair\w*
训练|锻炼|exercises?|training = 训练|锻炼|练|\bexercis\w+|\btraining\b
!成分分析|stone analysis = 成分|化学组成|什么类型|光谱|化验是什么|\banaly\w+|made of
!环切|circumcision = 环切|(?:包皮|那圈)[^,。;]{0,10}切|切[^,。;]{0,4}包皮|袖套状?切|套扎|\bcircumci\w+
!控制血糖|降糖 = 血糖[^,。;]{0,8}(?:降|控|达标|管)|降糖|二甲双胍|格华止|胰岛素
同治 = 同[时期步][^,。;]{0,10}治|(?:一起|也|跟您|查)[^。;]{0,10}(?:治|用药|看)|查治
电切|turbt? = 电切|(?:经尿道|从尿道)[^。;]{0,14}[切刮]|\bturb?t?\b
!抑酸|质子泵抑制剂 = 拉唑|抑酸|\bppi\b|\b\w+prazole\b
止血 = 止血|夹住|封住
!生活方式干预|生活方式 = 少喝|减量|少进|浓茶|咖啡|生活方式|\blifestyle\b
!行为治疗|行为训练 = 行为|训练|锻炼|定时|定闹钟|延长[^,。;]{0,6}间隔|停停走走|\bbehaviou?r\w*
造口 = 造口|腹壁|肚皮
血块清除|清除 = 清除|吸[净出]|取净|冲吸
冲洗|irrigation = 冲洗|灌洗|冲|\birrigat\w*
修复|成形 = 修复|修补|成形|重建|重做
矫正 = 矫正|伸直|拉直|打折
留置导尿管?|导尿管? = 导尿|尿管|带管|支架
麻醉药|麻醉剂 = 麻醉|利多卡因|恩纳|丁卡因
"""  # noqa: E501
_QUALITIES = r"""
移位性?|displaced = 移位|错[位开]|\bdisplac\w+|\bout of position\b|\bslid apart\b|\bshifted\b
囊内|intracapsular = 囊内|头下|股骨颈|\bintracapsular\b|\bsubcapital\b|\bfemoral neck\b|\btranscervical\b|\binside joint\b|\bthrough neck\b
骨水泥型?|cemented = 骨水泥|\bcement\w*
半髋|hemi = 半髋|半关节|人工股骨头|\bhemi\w*|\bhalf\b|\bfemoral head\b|\bball\b
fascia iliaca|髂筋膜 = 髂筋膜|\bfascia iliaca\b|\bgroin\b|\bthigh muscle\b
tsh|促甲状腺激素 = \btsh\b|\bthyrotropin\b|\bthyroid (?:level|function|test|hormone)|甲功|促甲状腺
急性|acute = 急性|急(?!诊)|突然|\bacute\b|\bar?f\b|\baki\b
慢性|chronic = 慢性|长期|\bchronic\b
良性|benign = 良性|不是坏|结节性|腺瘤样|\bbenign\b
多发性?|multiple = 多发|多处|好几|全身|脊[椎柱]|\bmultiple\b
重度|重症|severe = 重度|严重|重型|病情重|\bsevere\b
中度|moderate = 中度|中等|\bmod\w*
轻度|mild = 轻度?|\bmild\w*
缺铁性?|iron ?deficiency = 缺铁|铁[^,。;]{0,6}(?:缺乏|耗竭|不足)|\biron\b
铸型|鹿角形?|staghorn = 铸型|鹿角|珊瑚|分枝|枝杈|塞满|占满|\bstaghorn\b
非肌层浸润性? = 非肌层|表浅|浅表|没进肌|[未无没][^,。;]{0,6}肌|固有层|黏膜底?下|\bnmibc\b|non muscle
肌层浸润性? = 肌层浸润|(?<!未)(?<!没)(?:穿透|侵[及犯入]|达到?|长[入进]|扎进|突破)[^,。;]{0,8}肌|\bmibc\b
原位 = 原位|扁平|上皮层?内|\bcis\b|\bin situ\b
[2二]型|type (?:2|ii) = [2二]型|非胰岛素依赖|\btype (?:2|ii)\b|\bt2dm\b
念珠菌性? = 念珠菌|真菌|霉菌|\bcandid\w+
根治性?|radical = 根治|整[个体块]|全部|连同|连外面|完整|\bradical\b|\bwhole\b|\bentire\b
部分|partial = 部分|一[块片]|一圈|周边|余下|保留|足够切缘|\bpartial\b
淋巴结|lymph nodes? = 淋巴|\bnodes?\b|\bnodal\b
支架管?|stent = 支架|d ?j ?管|双j管|支撑管|软管|\bstents?\b
输尿管镜|ureteroscop\w+ = 输尿管[^。;]{0,14}镜|腔镜|镜[^。;]{0,16}输尿管|\burs\b|\bureteroscop\w*
经?皮肾镜?|percutaneous = 经皮肾|皮肾|肾镜|pcnl|腰[^。;]{0,12}(?:穿刺|通道|小孔)|\bpercutaneous\b
卡介苗|bcg = 卡介苗|减毒结核|\bbcg\b
膀胱镜|cystoscop\w+ = 膀胱[内]?[^,。;]{0,2}镜|镜子?[^,。;]{0,6}膀胱|照[^,。;]{0,4}膀胱|\bcystoscop\w*
二次 = 二次|第二次|再[^,。;]{0,6}(?:次|刮|切)|回手术室|\bre ?turbt?\b
二期|分期 = 二期|分[次期]|择[日期]|以后再?|后[^。;]{0,6}再|\bstaged\b
急诊|emergency = 急诊|立即|立刻|马上|今[天日]|即刻|\bemergen\w+|\burgent\w*
静脉(?:使用|滴注)?|intravenous = 静|挂|吊|泵|\biv\b|\bintraven\w+|\bvein\b|\bdrip\b
口服|oral = 口服|吃|服|片|粒|\bpo\b|\boral\w*|\btablet\w*
局部|外用|topical = 局部|外[用涂]|[涂抹]|软膏|霜|乳膏|\btopical\w*|\bcream\b
性伴侣|partner = 爱人|伴侣|配偶|妻|女方|太太|老婆|\bpartner\b
抗真菌 = 抗真菌|[克酮康]唑|制霉|达克宁|特比萘芬|\bantifungal\w*
肾后性 = 肾后|堵出来|\bpostrenal\b
非甾体抗炎药 = 消炎止?[疼痛]|\bnsaid\w*
序贯 = 接着|继续|改|换成|\bswitch\w*
盆腔|pelvic = 盆腔|髂|闭孔|\bpelvic\b
"""  # noqa: E501
ELEMENTS = (*_read(_LESIONS, Role.LESION), *_read(_ACTIONS, Role.ACTION), *_read(_QUALITIES, Role.QUALITY))
NO_DISTINCTION = re.compile(
    r"治疗|疗法|方案|手术|定期|"
    r"\d+(?:[-~至]\d+)?[周月]后?|\bin \d+ (?:to \d+ )?weeks?\b|术[前后]|"
    r"单次|腹腔镜|微创|机器人|经尿道|药物|口服药|应用|使用|处理|早期|规律|终身|"
    r"[术性症病的与和及伴或\s()（）,、+]|^(?:left|right|bilateral)\b|\b(?:of|the|with|and|in|to|for|therapy|treatment|"
    r"postoperative|regular|laparoscopic|acute phase)\b"
)
"""What a name may say and a text leave out."""
