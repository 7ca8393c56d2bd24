"""How Chinese questions are read, with the words of Chinese policies."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.query.query import Query
from tests import reading
from tests.reading import CHINESE, issued, vocabulary_of

TODAY = dt.date(2021, 8, 15)
COUNCIL, OFFICE, MIIT, FINANCE = "国务院", "国务院办公厅", "工业和信息化部", "财政部"
NDRC, EDUCATION = "国家发展和改革委员会", "教育部"


def read(question: str) -> Query:
    return reading.read(question, vocabulary_of(CHINESE), today=TODAY)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("2012年2月14日发布的政策", "2012-02-14", "2012-02-14"),
        ("二〇一二年发布的政策有哪些", "2012-01-01", "2012-12-31"),
        ("二零一二年工信部发布了哪些文件？", "2012-01-01", "2012-12-31"),
        ("二〇一二年二月十四日印发的文件", "2012-02-14", "2012-02-14"),
        ("十二五期间发布了哪些政策", "2011-01-01", "2015-12-31"),
        ("“十二五”期间国务院发布了哪些政策？", "2011-01-01", "2015-12-31"),
        ("十二五时期工信部出台的政策有哪些", "2011-01-01", "2015-12-31"),
        ("第十二个五年规划期间发布的政策", "2011-01-01", "2015-12-31"),
        ("国务院在十五期间发布的文件", "2001-01-01", "2005-12-31"),
        ("“十二五”和“十三五”期间的物联网政策", "2011-01-01", "2020-12-31"),
        ("十四五以来出台的政策", "2021-01-01", None),
        ("Policies issued during the 12th Five-Year Plan period", "2011-01-01", "2015-12-31"),
        ("去年发布的政策", "2020-01-01", "2020-12-31"),
        ("今年上半年发布了哪些政策", "2021-01-01", "2021-06-30"),
        ("去年下半年的政策有哪些", "2020-07-01", "2020-12-31"),
        ("今年一季度发布的政策", "2021-01-01", "2021-03-31"),
        ("2013年前三季度的政策", "2013-01-01", "2013-09-30"),
        ("去年12月印发的通知", "2020-12-01", "2020-12-31"),
        ("今年以来的政策", "2021-01-01", None),
        ("前年发布的文件", "2019-01-01", "2019-12-31"),
        ("上个月发布的政策", "2021-07-01", "2021-07-31"),
        ("本月工信部发布了什么", "2021-08-01", "2021-08-31"),
        ("近三年来国务院出台了哪些政策", "2018-08-15", "2021-08-15"),
        ("最近两年的物联网政策", "2019-08-15", "2021-08-15"),
        ("2012～2015年出台的政策", "2012-01-01", "2015-12-31"),
        ("2012到2015年间的物联网政策", "2012-01-01", "2015-12-31"),
        ("在2012年有哪些政策", "2012-01-01", "2012-12-31"),
        ("2012年底之前的政策", None, "2012-12-31"),
        ("截至2013年底的政策", None, "2013-12-31"),
        ("上世纪九十年代发布的政策", "1990-01-01", "1999-12-31"),
        ("2010年代的政策", "2010-01-01", "2019-12-31"),
        ("2012年中小企业政策有哪些", "2012-01-01", "2012-12-31"),
        ("二○一三年發佈了哪些政策", "2013-01-01", "2013-12-31"),
    ],
)
def test_spans_of_time_filter(question: str, since: str | None, until: str | None) -> None:
    query = read(question)
    assert (
        query.since.isoformat() if query.since else None,
        query.until.isoformat() if query.until else None,
    ) == (since, until)


@pytest.mark.parametrize(
    "question",
    [
        "物联网“十二五”发展规划的目标是什么？",
        "十二五规划的目标是什么",
        "到2015年纯电动汽车产销量要达到多少",
        "2021—2035年新能源汽车规划的目标",
        "附近三年级学校有什么要求",
        "20年代的政策",
    ],
)
def test_a_plan_a_target_and_a_title_are_no_time_of_issue(question: str) -> None:
    query = read(question)
    assert (query.since, query.until, query.phrases) == (None, None, ())


@pytest.mark.parametrize(
    ("question", "issuers"),
    [
        ("工信部2012年发布了哪些政策？", (MIIT,)),
        ("工业和信息化部在2012年发布了什么？", (MIIT,)),
        ("MIIT在2012年发布了哪些政策", (MIIT,)),
        ("国务院办公厅发布了哪些政策", (OFFICE,)),
        ("国办发布了哪些文件", (OFFICE,)),
        ("国务院有哪些政策", (COUNCIL,)),
        ("国务院出台过哪些物联网政策？", (COUNCIL,)),
        ("国务院办公厅关于充电基础设施的文件", (OFFICE,)),
        ("工信部在物联网方面有哪些政策", (MIIT,)),
        ("哪些政策是国务院发布的", (COUNCIL,)),
        ("发改委参与发布的文件", (NDRC,)),
        ("工信部最新发布的政策", (MIIT,)),
        ("国务院和国务院办公厅发布的政策", (COUNCIL, OFFICE)),
        ("教育部、发改委、财政部联合印发的意见", (EDUCATION, NDRC, FINANCE)),
        ("国务院关于推进物联网有序健康发展的指导意见", ()),
        ("财政部如何管理专项资金", ()),
    ],
)
def test_bodies_filter_where_they_issued(question: str, issuers: tuple[str, ...]) -> None:
    assert read(question).issuers == issuers


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("民航局发布了哪些政策", ("民航局",)),
        ("无锡市文化局发布了哪些通知", ("无锡市文化局",)),
        ("住房和城乡建设部发布了哪些政策", ("住房和城乡建设部",)),
        ("交通运输部关于自动驾驶的文件", ("交通运输部",)),
        ("列出全部文件", ()),
        ("中国政府发布了哪些物联网政策", ()),
        ("哪些部门发布了物联网政策", ()),
        ("地方政府的政策有哪些", ()),
        ("中西部政策有哪些", ()),
    ],
)
def test_bodies_the_corpus_does_not_know_are_named_and_none_invented(
    question: str, names: tuple[str, ...]
) -> None:
    assert read(question).unknown_issuers == names


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("有哪些政策", ""),
        ("一共有多少份文件？", ""),
        ("列出所有政策", ""),
        ("十三五期间有多少政策", ""),
        ("列出2012年的所有政策", ""),
        ("请列出工信部发布的所有政策", ""),
        ("去年十二月印发的通知", ""),
        ("不是国务院发布的政策", ""),
        ("物联网政策有哪些", "物联网"),
        ("关于物联网有哪些政策", "物联网"),
        ("有关新能源汽车的政策都有哪些", "新能源汽车"),
        ("帮我列一下物联网相关的政策", "物联网"),
        ("帮我找一下关于物联网的政策", "物联网"),
        ("有没有人工智能方面的政策", "人工智能"),
        ("关于人工智能，国家出台了什么政策", "人工智能"),
        ("国家在物联网方面有什么政策", "物联网"),
        ("我国有哪些物联网政策？", "物联网"),
        ("哪些部门发布了物联网政策", "物联网"),
        ("按时间顺序列出物联网政策", "物联网"),
        ("物联网政策时间线", "物联网"),
        ("物联网相关政策汇总", "物联网"),
        ("哪些文件要求建设充电设施", "要求建设充电设施"),
        ("新能源汽车有哪些补贴政策", "新能源汽车 补贴"),
        ("支持小企业贷款的政策", "支持小企业贷款"),
        ("除工信部以外的物联网政策", "物联网"),
        ("關於物聯網的政策有哪些", "物聯網"),
    ],
)
def test_a_list_is_asked_for_on_its_topic(question: str, topic: str) -> None:
    query = read(question)
    assert (query.intent, query.topic) == ("list", topic)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("专项资金支持哪些项目", "专项资金支持哪些项目"),
        ("有哪些扶持中小企业的措施", "扶持中小企业的措施"),
        ("市场准入负面清单是什么", "市场准入负面清单"),
        ("所有权如何保护", "所有权如何保护"),
        ("谁发布了大气污染防治行动计划", "大气污染防治行动计划"),
        ("大气污染防治行动计划是什么时候发布的", "大气污染防治行动计划"),
        ("财政部如何制定政策", "财政部如何制定政策"),
        ("最新的物联网政策", "物联网"),
        ("国务院关于推进物联网有序健康发展的指导意见",) * 2,
        ("就业困难人员有什么补助", "就业困难人员有什么补助"),
        ("在线教育平台的收费标准", "在线教育平台的收费标准"),
        ("公民的哪些权利受到法律保护", "公民的哪些权利受到法律保护"),
        ("企业要承担什么样的法律责任", "企业要承担什么样的法律责任"),
        ("什么是物联网", "物联网"),
        ("什么情况下可以免税", "免税"),
    ],
)
def test_one_thing_is_found_and_its_topic_kept_whole(question: str, topic: str) -> None:
    query = read(question)
    assert (query.intent, query.topic) == ("find", topic)


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("劳动法上的“三期”指的是什么？", ()),
        ("国务院关于积极推进“互联网+”行动的指导意见", ()),
        ("哪些政策提到“云计算”", ("云计算",)),
        ("包含「云计算」和「物联网」的政策", ("云计算", "物联网")),
        ('有哪些关于"云计算"的政策', ("云计算",)),
        ("《大气污染防治行动计划》的目标", ()),
        ("“云计算”", ("云计算",)),
    ],
)
def test_a_term_in_chinese_quotes_is_a_demand_only_where_it_is_to_be_contained(
    question: str, phrases: tuple[str, ...]
) -> None:
    assert read(question).phrases == phrases


@pytest.mark.parametrize(
    ("question", "intent", "phrase"),
    [("有几个政策提到5G", "list", "5G"), ("哪个政策提到云计算", "list", "云计算")],
)
def test_what_policies_are_to_mention_is_a_demand(question: str, intent: str, phrase: str) -> None:
    query = read(question)
    assert (query.intent, query.phrases, query.topic) == (intent, (phrase,), "")


def test_words_that_only_ask_are_not_searched_for() -> None:
    assert read("寄宿学校有什么要求").search_text == "寄宿学校 要求"


def test_a_former_name_is_not_mentioned_after_its_time() -> None:
    assert read("工信部2012年发布了哪些政策？").includes == {}


@pytest.mark.parametrize(
    ("question", "read_as", "topic"),
    [
        (
            "国务院2010年以来发布的充电设施政策有哪些",
            "issued by 国务院; issued 2010-01-01 or later",
            "充电设施",
        ),
        (
            "国务院2012年至2020年发布的充电设施政策",
            "issued by 国务院; issued 2012-01-01 to 2020-12-31",
            "充电设施",
        ),
        ("国务院2013年前发布的政策", "issued by 国务院; issued 2012-12-31 or earlier", ""),
        ("工信部2012-2014年发布的政策", f"issued by {MIIT}; issued 2012-01-01 to 2014-12-31", ""),
        (
            "2013年国务院有哪些关于养老的政策",
            "issued by 国务院; issued 2013-01-01 to 2013-12-31",
            "养老",
        ),
        ("财政部有没有养老方面的文件", "issued by 财政部", "养老"),
        ("国务院是否出台过养老政策", "issued by 国务院", "养老"),
        ("国务院或财政部发布的养老政策", "issued by 国务院 or 财政部", "养老"),
        ("国务院以及财政部发布的政策", "issued by 国务院 or 财政部", ""),
        ("财政部等四部门发布的政策", "issued by 财政部; issued by 4 bodies", ""),
        (
            "财政部2015年以来联合其他部门发布的政策",
            "issued by 财政部; issued jointly; issued 2015-01-01 or later",
            "",
        ),
        ("只有财政部发布的政策", "issued by 财政部; issued by one body", ""),
        ("没有财政部参与的养老政策", "not issued by 财政部", "养老"),
        ("未由财政部发布的养老政策有哪些", "not issued by 财政部", "养老"),
        ("哪些养老政策不是财政部发的", "not issued by 财政部", "养老"),
        ("国务院发的文件有哪些", "issued by 国务院", ""),
        ("哪些政策是国务院发的", "issued by 国务院", ""),
        ("有哪些养老政策是国务院发布的", "issued by 国务院", "养老"),
        ("财政部参与的政策有哪些", "issued by 财政部", ""),
        ("列出国务院的养老政策", "issued by 国务院", "养老"),
        ("2015年国办发了哪些文件", "issued by 国务院办公厅; issued 2015-01-01 to 2015-12-31", ""),
        ("2020年1月至6月的政策", "issued 2020-01-01 to 2020-06-30", ""),
        ("2020年1-6月发布的政策", "issued 2020-01-01 to 2020-06-30", ""),
        ("issued 2013-09-13发布的文件有哪些", "issued 2013-09-13", ""),
        ("2011年或者2012年发布的政策有哪些", "issued 2011-01-01 to 2012-12-31", ""),
        ("养老领域有哪些政策", "", "养老"),
        ("财政部没有参与的养老政策", "not issued by 财政部", "养老"),
        (
            "2013年除发改委以外的部门发布了哪些政策",
            f"not issued by {NDRC}; issued 2013-01-01 to 2013-12-31",
            "",
        ),
    ],
)
def test_a_body_is_read_whatever_stands_between_it_and_its_verb(
    question: str, read_as: str, topic: str
) -> None:
    query = read(question)
    assert issued(query) == read_as
    assert (query.intent, query.topic) == ("list", topic)


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("交通运输部2015年发布的充电设施政策", "交通运输部"),
        ("国家能源局2015年以来发布的政策", "国家能源局"),
        ("民政部2013年关于养老服务业的文件", "民政部"),
        ("商务部、财政部联合发布的政策", "商务部"),
    ],
)
def test_a_body_the_corpus_does_not_know_is_named_before_a_date_too(
    question: str, unknown: str
) -> None:
    assert read(question).unknown_issuers == (unknown,)


@pytest.mark.parametrize(
    "question",
    [
        "政策范围内住院费用支付比例是多少",
        "个人养老金每年缴纳上限是多少",
        "细颗粒物浓度比2012年下降多少",
        "新能源汽车产业发展规划2021—2035年的销量目标",
    ],
)
def test_amounts_compare_no_policies_and_years_of_a_title_are_no_dates(question: str) -> None:
    query = read(question)
    assert not query.compares
    assert not query.conditions


_PIECES = """
国务院 工信部 2012年 十二五期间 去年 上半年 发布 了 哪些 政策 的 关于 物联网 有 多少
列出 “ ” 和 在 最新 〔2013〕7号 除 以外 是 什么
"""


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES.split()), max_size=30))
def test_any_mixture_of_chinese_cues_is_read(parts: list[str]) -> None:
    query = read("".join(parts))
    since, until = query.since, query.until
    assert since is None or until is None or since <= until
    assert not any("\ue000" <= c <= "\uf8ff" for c in query.topic + query.search_text)
