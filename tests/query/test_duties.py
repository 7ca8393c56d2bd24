"""What somebody had to do on a day is asked of what held then; what was issued that day is not."""

from __future__ import annotations

import pytest

from policybot.query.conditions import IssuedIn
from tests.query.seed import read_question

DUTIES = [
    "On 1 March 2013, what did operators have to file?",
    "What were telecom operators required to report on 15 June 2014?",
    "Which fees did exporters have to pay on 3 May 2016?",
    "On 10 January 2015, was a school allowed to charge tuition for evening classes?",
    "2013年3月1日,运营商必须提交哪些材料?",
    "2015年6月1日,企业需要向谁备案?",
    "2016年5月10日当天个人可以携带多少现金出境?",
    "El 1 de marzo de 2013, ¿qué tenían que presentar los operadores?",
    "¿Qué informes debían entregar los bancos el 15 de junio de 2014?",
    "¿Podían los hospitales vender medicamentos el 3 de mayo de 2016?",
    "Who had to register with the customs office on 1 July 2017?",
    "On 5 October 2014, how many hours could a truck driver work without a break?",
    "Were landlords obliged to return the deposit on 12 February 2011?",
    "2014年10月5日,网站应当保存用户记录多久?",
    "进口商在2017年7月1日必须缴纳什么税?",
    "¿Quién estaba obligado a registrarse en la aduana el 1 de julio de 2017?",
    "El 5 de octubre de 2014, ¿cuántas horas podía conducir un camionero sin descanso?",
    "¿Qué licencia necesitaba un taxista el 20 de agosto de 2012?",
]
ISSUES = [
    "What did MIIT issue on 1 March 2013?",
    "What was issued on 1 March 2013?",
    "Which policies did the State Council publish on 15 June 2014?",
    "policies of 1 March 2013 on what operators have to file",
    "What documents on telecom operators came out on 15 June 2014?",
    "2013年3月1日工信部发布了什么?",
    "2013年3月1日的政策",
    "2015年6月1日出台的关于企业必须备案的规定",
    "¿Qué publicó el MIIT el 1 de marzo de 2013?",
    "políticas del 15 de junio de 2014 sobre lo que deben entregar los bancos",
    "Which notice of 1 March 2013 says what operators have to file?",
    "What rules did the ministry have to issue on 1 March 2013?",
]


@pytest.mark.parametrize("question", DUTIES)
def test_what_somebody_had_to_do_is_asked_of_what_held_that_day(question: str) -> None:
    query = read_question(question)
    assert query.in_force is not None
    assert query.in_force.days is not None
    assert not any(isinstance(one, IssuedIn) for one in query.conditions)
    assert query.topic


@pytest.mark.parametrize("question", ISSUES)
def test_what_was_issued_on_a_day_stays_so(question: str) -> None:
    query = read_question(question)
    assert query.in_force is None
    assert any(isinstance(one, IssuedIn) for one in query.conditions)
