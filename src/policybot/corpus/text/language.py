"""Detect the language of a text by its script, and in Latin letters by its function words.

Meant for texts of a line or more and for questions; the default is English.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

CJK = "々〇぀-ヿ㐀-䶿一-鿿豈-﫿𠀀-𳎯"
"""The inside of a regular expression's character class for Chinese characters and kana."""

STATE = "中华人民共和国"
"""A prefix that does not change which body or title is meant: 中华人民共和国国务院令."""

ENGLISH = "en"

_SCRIPTS: Mapping[str, str] = {
    "ja": "\u3040-\u30ff",
    "ko": "\u1100-\u11ff\uac00-\ud7af",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "ru": "\u0400-\u04ff",
    "ar": "\u0600-\u06ff\u0750-\u077f",
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "hi": "\u0900-\u097f",
    "bn": "\u0980-\u09ff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "th": "\u0e00-\u0e7f",
    "ka": "\u10a0-\u10ff",
    "hy": "\u0530-\u058f",
    "my": "\u1000-\u109f",
    "km": "\u1780-\u17ff",
    "am": "\u1200-\u137f",
}
"""Character ranges of scripts, by the language that most texts in them are in."""

_DENSE = 2
"""The weight of a Chinese, Japanese or Korean character; alphabetic letters weigh 1."""

_FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "en": """
            a about after all also an and any are as at be been before between but by can could did
            do does during each for from get had has have how i if in into is it its may me must my
            no not of on or our out over she should so some than that the their them there these
            they this those to under until up was we were what when where which while who whom
            whose why will with without would you your
            """,
        "es": """
            a al ante como cómo con contra cual cuál cuando cuándo cuánta cuántas cuánto cuántos de
            del desde donde dónde el ella en entre es esta este esto está están fue ha hasta hay la
            las lo los más me mi muy ni o para pero por porque puede pueden puedo que qué quién
            quiénes se según ser si sin sobre son su sus también tiene tienen un una uno y ya
            """,
        "fr": """
            a à au aux avec ce ces cette combien comment dans de depuis des du elle en entre est et
            être il ils je l la le les leur leurs lors mais mes mon ne nous ont ou où par pas peut
            peuvent plus pour pourquoi qu quand que quel quelle quelles quels qui quoi sa sans se
            ses si son sont sous sur un une vers vous
            """,
        "de": """
            ab alle als am an auch auf aus bei beim bis das dem den der des die dürfen ein eine
            einem einen einer eines er es für gegen gibt hat haben ich ihr im in ist kann kein
            keine können man mein meine mit muss müssen nach nicht noch nur ob oder seit sich sie
            sind sollen über um und unter vom von vor wann war warum was welche welchem welchen
            welcher welches wenn wer werden wie wird wo wohin zu zum zur
            """,
        "pt": """
            a à ao aos as com como da das de desde do dos é ela ele em entre esta este está foi há
            isso já mais mas na nas não no nos o os ou para pela pelas pelo pelos por porque pode
            podem posso qual quais quando quanta quantas quanto quantos que quem se sem ser seu
            são sob sobre sua também tem têm um uma
            """,
        "it": """
            a ai al all alla alle anche che chi
            ci come con cosa da dal dalla dei del dell della delle
            di dove e è gli ha hanno i il in io l la le lo ma mi nei nel nella nelle non o per
            perché più può possono posso quale quali quando quanta quante quanti quanto questa
            questo se
            si sono su sua sul sulla suo tra un una uno
            """,
        "nl": """
            aan al als bij dan dat de deze die dit door een en er geen had heb heeft hebben het hij
            hoe hoeveel ik in is kan kunnen maar me met mijn mag moet naar niet nog of om onder ook
            op over te tegen tot uit van voor waar waarom wanneer wat welke werd wie wij worden
            wordt zich zijn
            """,
        "pl": """
            albo ale bez być co czy dla do gdzie i ile jak jaka jaki jakie jest kiedy kto które
            który mogę może na nad nie o od po pod przez przy są się ta te to tym w we z za ze że
            """,
        "sv": """
            att av de den det du efter eller en ett finns för från får han har hur i inte jag kan
            man med mot måste när och om på samt ska som till under ut vad var vem vi vid vilka är
            """,
        "tr": """
            bir bu da daha de gibi göre hangi için ile ise kadar kim mi mı mu nasıl ne neden nedir
            nerede olan olarak sonra ve veya ya
            """,
        "id": """
            ada adalah akan apa apakah atau bagaimana bagi berapa dalam dan dapat dari dengan di
            ini itu kapan ke karena mana oleh pada saya siapa telah tentang tidak untuk yang
            """,
        "vi": """
            bao các cho có của đã để được gì hay không khi là làm một năm nào người những như ở
            phải sao tại thế theo thì tôi trong từ và về với
            """,
    }.items()
}
OTHER_LATIN = frozenset(_FUNCTION_WORDS) - {ENGLISH}
"""Languages in Latin letters other than English: their words are no English misspellings."""

_QUESTION_WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "fr": "combien pourquoi quand quel quelle quelles quels qui quoi",
        "de": """
            wann warum welche welchem welchen welcher welches wem wen wer wessen wie wieso woher
            wohin wozu
            """,
        "it": "chi dove perché quale quali quando quanta quante quanti quanto",
        "pt": "onde qual quais quando quanta quantas quanto quantos quem",
    }.items()
}
"""Words that begin a question in one of these languages, and are no words of English."""

_ELIDED = re.compile(
    r"\b(?:c|d|j|l|m|n|qu|s|t|all|dall|dell|nell|quest|sull|un)['’](?=[^\W\d_])", re.IGNORECASE
)
_ELIDING = frozenset(["fr", "it"])

_SPOKEN_IN: Mapping[str, frozenset[str]] = {
    word: frozenset(name for name, words in _FUNCTION_WORDS.items() if word in words)
    for word in frozenset().union(*_FUNCTION_WORDS.values())
}
"""The languages of each function word."""

_WORD = re.compile(r"[^\W\d_]+")
_NOT_LATIN = re.compile("[^\x00-\u036f]+")
"""Characters outside Latin script, among which are those of all ``_SCRIPTS``."""

_ACCENTED = re.compile(r"[^\x00-\x7f“”‘’–—…·€£]")

_LETTERS: Mapping[str, str] = {
    "es": "ñ¿¡",
    "pt": "ãõçê",
    "fr": "çèêëîïûœ",
    "de": "äöüß",
    "it": "èìòù",
    "pl": "ąćęłńśźż",
    "sv": "åäö",
    "tr": "çğışö",
    "vi": "ăđơưạảấầậ",
}
"""Letters that distinguish languages with the same function words."""

_ENOUGH = 2
"""Function words needed to detect a language; one if the text has a non-English letter."""

_READ = 4000
"""How many characters of a text are examined."""

_SHORT = 500
"""The longest text, in characters, whose language is cached."""


def language_of(text: str) -> str:
    """Return the language of a text as a BCP 47 primary subtag, such as ``en``."""
    return _of_short(text) if len(text) <= _SHORT else _language_of(text[:_READ])


def _language_of(text: str) -> str:
    joined = "" if text.isascii() else "".join(_WORD.findall(text))
    other_scripts = "".join(_NOT_LATIN.findall(joined))
    if other_scripts:
        counts = {
            name: len(re.findall(f"[{letters_of}]", other_scripts))
            for name, letters_of in _SCRIPTS.items()
        }
        if counts["ja"]:  # Japanese is mostly written in Chinese characters
            counts["ja"] += counts.pop("zh")
        name, count = max(counts.items(), key=lambda item: item[1])
        weight = _DENSE if name in ("zh", "ja", "ko") else 1
        if count and weight * count >= len(joined) - count:
            return name
    return _in_latin_letters(text)


_of_short = functools.lru_cache(maxsize=1024)(_language_of)
"""Cached, because the language of a question is needed several times."""


def _in_latin_letters(text: str) -> str:
    words = [(word, _SPOKEN_IN[word]) for word in _WORD.findall(text.lower()) if word in _SPOKEN_IN]
    candidates = {name for _, names in words for name in names} - {ENGLISH}
    best, language = (0, 0), ENGLISH
    for name in _FUNCTION_WORDS:
        if name not in candidates:
            continue
        # A word that both have ("a", "in") speaks for neither.
        own = sum(name in names and ENGLISH not in names for _, names in words)
        english = sum(ENGLISH in names and name not in names for _, names in words)
        if own > english and (own, letters := _own_letters(text, name)) > best:
            best, language = (own, letters), name
    enough = 1 if _ACCENTED.search(text) else _ENOUGH
    return language if best[0] >= enough else ENGLISH


def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language in Latin letters, in lower case; empty of others."""
    return _FUNCTION_WORDS.get(language, frozenset())


def question_word_of(word: str) -> str | None:
    """Return the language that a word of asking is of, in lower case; None if of none but others.

    Of a word that several have (Italian and Portuguese "quando"), the first by name.
    """
    return next((name for name, words in _QUESTION_WORDS.items() if word in words), None)


def without_elisions(text: str, language: str) -> str:
    """Return a text without the function words that lean on the next one: "l'internet", "d'eau"."""
    return _ELIDED.sub("", text) if language in _ELIDING else text


def own_letters(text: str, language: str) -> int:
    """Return how many letters of a text tell a language from others with the same words."""
    return _own_letters(text.lower(), language)


def _own_letters(text: str, language: str) -> int:
    return sum(text.count(letter) for letter in _LETTERS.get(language, ""))
