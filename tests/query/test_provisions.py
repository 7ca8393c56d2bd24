"""Which provisions a question asks for, how it names their policy, and when it asks for none."""

from __future__ import annotations

import pytest

from tests.query.seed import read_question


@pytest.mark.parametrize(
    ("question", "addresses", "named"),
    [
        ("What does Article 5 of the Measures say?", "art5", "Measures"),
        ("Art. 5(2) of the Harbour Rules", "art5.2", "Harbour Rules"),
        ("section 3(b) of the Harbour Rules", "sec3.b", "Harbour Rules"),
        ("Show me paragraph 2 of Article 5 of the Rules", "art5.2", "Rules"),
        ("Harbour Rules, Article 5", "art5", "Harbour Rules"),
        ("What does § 12 say?", "sec12", ""),
        ("Articles 5 and 6 of the Harbour Rules", "art5 art6", "Harbour Rules"),
        ("Who is the chair under section 2 of Order No. 7?", "sec2", "Order No. 7"),
        ("What does section 2 of Order No. 7 revoke?", "sec2", "Order No. 7"),
        ("第十二条", "art12", ""),
        ("港口管理办法第五条第二款是什么？", "art5.2", "港口管理办法"),
        ("《港口法》第三十六条规定了什么", "art36", "《港口法》"),
        ("根据港口法第五条第（三）项，谁缴费？", "art5.3", "港口法"),
        ("港口法第12条的内容", "art12", "港口法"),
        ("¿Qué dice el artículo 5 de la Ley de Puertos?", "art5", "Ley de Puertos"),
        ("letra b) del artículo 5 de las Medidas", "art5.b", "Medidas"),
        ("artículo tercero de la Ley de Puertos", "art3", "Ley de Puertos"),
        ("¿Qué dice el artículo vigésimo primero de la Ley de Puertos?", "art21", "Ley de Puertos"),
        ("punto segundo de las Medidas", "item2", "Medidas"),
        ("Article Two of the Harbour Rules", "art2", "Harbour Rules"),
        ("point 2.3 of the Harbour Rules", "item2.3", "Harbour Rules"),
        ("para 4 of the Harbour Rules", "par4", "Harbour Rules"),
        ("what does 4.1 of the Harbour Rules say", "par4.1", "Harbour Rules"),
        ("港口管理办法（2021年修订）第4.1条", "art4.1", "港口管理办法(2021年修订"),
        ("港口管理办法4.1说了什么", "par4.1", "港口管理办法"),
    ],
)
def test_a_question_asks_for_provisions_of_a_policy(
    question: str, addresses: str, named: str
) -> None:
    query = read_question(question)
    assert " ".join(one.value for one in query.provisions) == addresses
    assert query.provision_of == named
    for one in query.provisions:
        assert one.span is not None
        assert question[slice(*one.span)]


@pytest.mark.parametrize(
    "question",
    [
        "Which policies mention Article 5 of the Labour Law?",
        "policies issued under section 301 of the Trade Act",
        "Which order revoked section 3 of Order No. 7?",
        "哪些政策提到第五条",
        "How many articles are there on ships?",
        "What is part of the plan?",
        "an article a person wrote",
        "becas para dos personas",
        "ayudas para 3 hijos",
        "version 4.1 of the plan",
        "涨幅4.1个百分点的行业",
        "point 3 on the map",
    ],
)
def test_a_provision_that_is_only_mentioned_is_not_asked_for(question: str) -> None:
    query = read_question(question)
    assert query.provisions == ()
    assert query.otherwise is None


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("What does article 20 govern?", "art20"),
        ("Tell me what article 4 stipulates", "art4"),
        ("Explain section 9 to me", "sec9"),
        ("What does chapter 3 say?", "ch3"),
        ("第二十条规定了什么", "art20"),
        ("第八条有什么要求", "art8"),
        ("第三条第二款是什么意思", "art3.2"),
        ("¿Qué regula el artículo 4?", "art4"),
        ("¿De qué trata el artículo 9?", "art9"),
        ("¿Qué contiene la sección 2?", "sec2"),
    ],
)
def test_a_question_for_what_a_provision_says_asks_nothing_more(
    question: str, address: str
) -> None:
    query = read_question(question)
    assert [one.value for one in query.provisions] == [address]
    assert (query.topic, query.provision_of) == ("", "")


@pytest.mark.parametrize(
    "question",
    ["What fines does section 5 set?", "¿Qué multas fija el artículo 6?", "第九条的罚款是多少"],
)
def test_what_else_is_asked_of_a_provision_is_the_topic(question: str) -> None:
    assert read_question(question).topic


def test_a_provision_is_no_part_of_the_topic_and_a_condition_of_its_json() -> None:
    query = read_question("What does Article 5 of the Measures say about radio?")
    assert "5" not in query.topic
    (condition,) = query.to_dict()["conditions"]
    assert condition == {"kind": "provision", "value": "art5", "span": [10, 19]}
    assert query.otherwise is not None
    assert "Article 5" in query.otherwise.topic


@pytest.mark.parametrize(
    "question",
    [
        "O que o plano de Wuxi prevê para 2020?",
        "Quem administra os fundos especiais para a internet das coisas?",
        "Can I file under Chapter 9?",
        "Where can I take a part 3 test?",
        f"I run a shop{', and another one' * 12}. Does section 5 of the Harbour Rules help me?",
    ],
)
def test_a_persons_case_that_cites_a_provision_does_not_ask_for_it(question: str) -> None:
    assert read_question(question).provisions == ()
