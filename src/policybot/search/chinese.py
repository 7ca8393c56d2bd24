"""The words by which a Chinese question says what it wants, and the frame around its topic.

Patterns are over marked text that :func:`policybot.search.marks.lower` has simplified.
"""

from __future__ import annotations

import re

from policybot.search.chinese_dates import PLAN_NAME
from policybot.search.marks import BODY, DATE, ISSUER, lower

ISSUE_VERB = (
    r"(?:发布|印发|出台|颁布|公布|下发|发出|制定|制订|颁发|推出|发文|通过(?=[的了过])"
    r"|(?<![\u4e00-\u9fff])发(?=[了过的])|参与(?=的))"
)
SAY_VERB = r"(?:要求|提出|规定|决定|指出|表示|部署|怎么说)"

GENERIC = (
    r"(?:政策法规|政策文件|政策措施|法律法规|规范性文件|政策|文件|法规|规章|公文|法律(?!责任|后果|保护|效力|关系|援助|地位|行为))"
    r"(?!目标|体系|环境|效果|影响|工具|依据|性)"
)
"""Policies in general."""
MADE = "(?:管理|暂行|实施|指导|行动|专项|发展|评估|工作|总体|试行)"
"""What a kind of document may begin with: 管理办法, 行动计划."""
NOUN = rf"(?:{MADE}{{0,2}})(?:政策|文件|通知|规定|法规|规章|法律|意见|办法|规划|计划|方案|公告|通告|决定|措施|条例|纲要|细则)"
KIND = r"通知|意见|办法|规划|计划|方案|公告|通告|决定|条例|纲要|细则"
_LISTED = rf"(?:{MADE}{{0,2}})(?:{GENERIC}|通知|规定|意见|办法|规划|计划|方案|公告|通告|决定|条例|纲要|细则)"
"""What a list may be of; 有哪些措施 asks for what a policy says."""

_ONE = r"[个项份部条篇件]"
_MANY = rf"(?:哪些|哪几{_ONE}|多少{_ONE}?|几{_ONE})"
_WHICH = rf"(?:{_MANY}|什么|啥)"
_ALL = rf"(?:所有(?![权制者人])|全部|一切|历年|历次|各项|各类|每一?{_ONE})"
_ALSO = r"(?:都|主要|分别|一共|总共|共|还|目前|现在|现){0,4}"
_LISTING = (
    r"(?:汇总|一览表?|清单|列表|目录|大全|合集|汇编|时间[线轴表]|发展历程|历程|盘点|梳理|总览)"
)
_ASKS = (
    r"(?:请问|请(?![求示假])|麻烦[你您]?|帮我|帮忙|给我|为我|告诉我|能否|可否|能不能|我?想要?(?:知道|了解|看看|看|查|找)(?:一下)?|我要[看查找]?"
    r"|[把将](?=.{1,30}[列按]))"
)
_LIST_VERB = r"(?:列出|列举|罗列|列(?=[一个下])|梳理|盘点|汇总|整理|枚举)(?:一下|一列|下|一?个)?"
_FIND_VERB = r"(?:查询|查找|搜索|检索|(?:查|找|搜)(?:一下|下|到|出)|(?<=[我请忙])[查找搜](?:一下)?)"
_BY_TIME = r"按照?(?:发布)?(?:时间|日期|年份|年代)(?:的?先后)?(?:的?顺序|排列|排序|次序)?"
OFFICES = r"(?:部门|机构|单位|部委|机关)"
_COUNTRY = r"(?:中国政府|我国政府|中国|我国|国家|国内|全国|中央政府|中央|政府)"
_SPAN = r"[^,.;:!?。？！；：]"

LIST = "|".join(
    (
        rf"{_MANY}(?:(?![可应需享符属适是]){_SPAN}){{0,16}}?{_LISTED}",
        rf"什么{_SPAN}{{0,6}}?{GENERIC}",
        rf"{_LISTED}{_ALSO}(?:有|包括|是){_MANY}(?![\u4e00-\u9fff])",
        rf"{_LISTED}{_ALSO}有(?:什么|啥)(?![\u4e00-\u9fff])",
        rf"{GENERIC}是什么(?![\u4e00-\u9fff])",
        rf"{ISSUE_VERB}[了过]?的?[是有]?{_WHICH}(?![\u4e00-\u9fff])",
        rf"^\W*(?:{_ASKS}|{_BY_TIME}|[ ,])*{_LIST_VERB}",
        rf"{_ALL}的?{_SPAN}{{0,16}}?{_LISTED}",
        rf"(?:有没有|有无|是否有(?!权)|是否{ISSUE_VERB}过?){_SPAN}{{0,24}}?{GENERIC}",
        rf"{_LISTED}的?{_LISTING}\W*$",
        rf"{_BY_TIME}(?=列|排|查|\W*$)",
        # "物联网政策", but not "财政部如何制定政策".
        rf"^(?!.*(?:如何|怎么|怎样|为什么|为何|谁|哪[个一项份部条]|何时|什么时候|是否)).*{GENERIC}[吗呢]?\W*$",
    )
)
"""The question wants every policy there is."""

FIND = rf"(?:哪一?{_ONE}|谁|何时|什么时候|哪一?[年天月])"
"""The question wants one thing."""

NEWEST = rf"(?:最新|最近)的?(?=.{{0,10}}?{NOUN})|最新的?(?=.{{0,12}}?(?:标准|要求|目标|补贴|待遇|比例|期限))"
OLDEST = rf"(?:最早|最初|首{_ONE}|第一{_ONE}(?!五年))的?(?=.{{0,10}}?{NOUN})|(?:第一次|首次)(?={ISSUE_VERB})"

TOGETHER = "联合|共同|会同|携手"
_COUNT = r"[二两三四五六七八九十\d]{1,2}"
_SEVERAL = rf"由?(?:多|几|若干|{_COUNT})个?(?:以上)?的?{OFFICES}"
_OTHERS = rf"(?:其他|其它|别的|另外|有关|相关|多|几|若干|各)个?的?{OFFICES}"
_SINGLE = rf"(?<![哪某每任另])由?(?:单一|单个|仅?一个|1个){OFFICES}"
DENIED = r"(?:不是?|没有?|[非未])由?"
JOINT = (
    rf"{ISSUER}(?:在|于|以来|以后|之后|以前|之前|[年前后]|{DATE})*((?:与|和|同|会同|联合|携手){_OTHERS}(?:联合|共同)?)(?={ISSUE_VERB})",
    rf"{BODY}(等(?:多个?)?{OFFICES}(?:联合|共同)?)(?={ISSUE_VERB})",
    rf"{BODY}(等?{_COUNT}个?{OFFICES}(?:联合|共同)?)(?={ISSUE_VERB})",
    rf"({DENIED})?({_SEVERAL})?(联合|共同)(?={ISSUE_VERB})",
    rf"({DENIED})?({_SEVERAL})(?={ISSUE_VERB})",
)
"""Issued by two or more bodies, whichever they are; what the groups match says so."""
ALONE = (
    rf"({DENIED})?(?:由)?(?:{ISSUER})(单独|独自|独立|自行)(?={ISSUE_VERB})",
    rf"((?:仅仅?|只)(?:有|是?由)?)(?={ISSUER}{ISSUE_VERB})",
    rf"({DENIED})?({_SINGLE})?(单独|独自|独立|自行)(?={ISSUE_VERB})",
    rf"({DENIED})?({_SINGLE})(?={ISSUE_VERB})",
)
"""Issued by one body and no other."""
CHILDREN = r"(?:及其|和其|及|和|包括其?)(?:所属|下属|各|组成)*(?:部门|部委|机构|单位)"
_ISSUERS = rf"{ISSUER}(?:(?:[和与及、或]|以及){ISSUER})*"
WITHOUT = (
    rf"(?:除了?|不是|非|不含|不包括|(?:没有?|未|不)(?:涉及|提到))由?{_ISSUERS}(?:以外|之外|外|的)?(?:其他|其它)?(?:的?{OFFICES}的?)?(?:发的?\W*$)?"
    rf"|[,，]?(?:但|而)?{_ISSUERS}除外"
    rf"|{_ISSUERS}(?:没有?|未)(?:参与|联合|牵头|印发|发布|出台)的"
    rf"|(?:没有|未)由?{_ISSUERS}(?:参与|牵头|联合)?(?:{ISSUE_VERB})?的"
)

_ADVERB = (
    r"联合|共同|参与|牵头|组织|单独|先后|陆续|一共|总共|共|都|还|也|又|曾经?|已经?|正式|最近|最新|新|近年来|近期|目前|现在|历年|至今|迄今"
    r"|什么时候|何时|是否|有没有|有无|到底|究竟|一般|通常|主要|分别|所|再|首次|最早|最后"
)
BEFORE_VERB = rf"(?:在|于|自|从|{_ADVERB}|(?:以来|以后|之后|以前|之前|之间|起|[前后到至和年月日内期间来, ])|{DATE})*"
"""What may stand between a body and its issuing."""
BEFORE_OWN = rf"(?:在|于|自|从|目前|现在|都|还|{DATE})*"
"""What may stand between a body and what it issued something on."""
ISSUED = rf"(?:{_ADVERB}){{0,4}}{ISSUE_VERB}[的了过]?"
AFTER_DATE = rf"[年月日内期间,]*(?:{BODY}|[和与及、在由]|联合|共同|我国|国家|中国|政府|中央|先后|陆续|一共|总共|共|都|还|也|新)*{ISSUE_VERB}"
"""What follows a date on which something was issued."""
OWN = rf"(?:的(?={_SPAN}{{1,12}}?{GENERIC})|(?:有{_WHICH})?(?:关于|有关|在|对|针对|就)|有没有|有无|是否有){_SPAN}{{1,24}}?{GENERIC}(?:{_ALSO}[有是]{_WHICH})?\W*$"
"""After a body: it is asked for what it issued on something (国务院关于充电设施的文件)."""

NO_BODY = (
    r"(?:我国|中国|国家|各级|地方|中央|当地|人民|有关|相关|主管|上级|下级|其他|其它|商业|政策性|基层|职能|所有|全部|各|某个?|该|[东南西北中内外上下前后全干大一])*"
    r"(?:政府|部门?|局|署|委|厅|银行|法院|机构)|.*(?:哪|什么|多少|列出|全部|所有|有关|相关).*"
)
"""What ends like a body's name and names none in particular."""

_MENTIONS = r"(?:提到|提及|涉及|讲到|谈到|说到|包含)[了过]?"
ASKED = rf"有?{_WHICH}(?={_SPAN}{{1,8}}?{GENERIC}\W*$)"
"""The question inside 新能源汽车有哪些补贴政策."""
OPENING = (
    rf"^(?:[\s,.:;、的]|{_ASKS}|{_BY_TIME}|{_LIST_VERB}|{_FIND_VERB}|(?:介绍|总结|统计|展示)(?:一下|下)"
    rf"|有没有|有无|是否有|一些"
    rf"|什么是|{_ALSO}有?(?:{_MANY}|什么(?={_LISTED}|{OFFICES}|{_SPAN}{{1,8}}?{GENERIC}))"
    rf"(?:{_LISTED}(?=.)|{OFFICES}?(?:(?:联合|共同)?{ISSUE_VERB}[了过]?)?)"
    rf"|由?(?:谁|哪一?{_ONE}{OFFICES}?)(?:联合|共同)?{ISSUE_VERB}[了过]?"
    rf"|{_ALL}的?|(?:哪一?{_ONE})?{_LISTED}(?:中|里|当中|里面)?{_MENTIONS}|{_MENTIONS}|{ISSUE_VERB}[了过的]"
    rf"|{_COUNTRY}(?=在|对|针对|关于|有关|{_ALSO}已?(?:有|{ISSUE_VERB})|的.)"
    r"|关于|有关|针对|围绕|对于|与(?=.{1,16}(?:有关|相关))|在(?=.{1,20}方面))+"
)
"""What comes before the topic."""

CLOSING = (
    rf"(?:[\s,.;:!?。？！；：，、吗呢吧啊]|(?<=.)(?:都|全)?是(?=$)|{_ALSO}(?:有|包括|是){_WHICH}|{_WHICH}(?=$)"
    rf"|{_COUNTRY}?{_ALSO}已?(?:有|{ISSUE_VERB}[了过]?){_WHICH}(?:{GENERIC}|规定)?|是(?:谁|哪一?{_ONE})"
    rf"|(?:是|有)?由?(?:谁|哪[个些一]?{_ONE}?{OFFICES}|何时|什么时候|哪一?[年天月])(?:联合|共同)?{ISSUE_VERB}[的了过]?"
    rf"|(?:说|讲|写|规定|包含)了?{_WHICH}(?:内容)?|的?(?:主要|具体)?内容"
    rf"|(?:的|等|方面|领域|之类|相关|有关){{0,6}}{GENERIC}(?:的?{_LISTING})?|的(?:相关|有关)?)$"
)
"""What comes after it, one piece at a time."""
LIST_CLOSING = (
    rf"(?:(?:的|等|方面|领域|相关|有关)*{_LISTED}(?:的?{_LISTING})?|(?:的|方面|相关|有关))$"
)
"""The same where a list is asked for; in a find, 规划 and the like may end a title."""
ONLY_NOUN = rf"^(?:的|相关|有关)*{_LISTED}$"

_CONTAINS = re.compile(
    r"(?:包含|含有|含|提到|提及|涉及|出现|写有|写到|写着|使用|带有|标题[中里]?有)(?:了|过|有)?(?:[“「『][^”」』]*[”」』][、和或与及]?)*$"
)
_HAN = r"[\u4e00-\u9fff]"


def is_term(text: str, start: int, end: int) -> bool:
    """Tell a term that Chinese print puts into quotes from a phrase that is demanded.

    What “三期” means is asked for with quotes; that a policy contains it is said in words.
    """
    if text[start] not in "“「『" or not re.search(_HAN, text[start:end]):
        return False
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return bool(re.search(_HAN, around)) and not _CONTAINS.search(text[:start])


_QUESTION_WORD = re.compile(
    rf"[是有要为]?(?:什么样?|哪些|哪里|哪儿|哪一?{_ONE}|多少{_ONE}?|几{_ONE}|怎么样?|怎样|如何|为什么|为何|是否|能否|可否|有没有|何时|谁|多[大久长高])的?"
    r"|(?<![目标])的(?![确士])|(?<![为除])了(?![解结])|[吗呢吧啊](?!啡)|(?<=\d)[年月日]"
)
_LONE = re.compile(r"(?<![\w])[是有在对与和及为由以等都要会能可将应就也还从把被让向](?![\w])")


def searched(text: str) -> str:
    """Return a topic as it is searched for: without the words that only ask.

    Chinese is indexed by pairs of characters, and those that a question word makes with its
    neighbours (校有 in 学校有什么要求) stand in no policy.
    """
    if text.isascii():
        return text
    kept = list(text)
    for found in _QUESTION_WORD.finditer(lower(text)):
        kept[slice(*found.span())] = " " * len(found[0])
    split = PLAN_NAME.sub(lambda found: f" {found[0]} ", "".join(kept))
    return " ".join(_LONE.sub(" ", split).split()) or text
