"""The words of conditions, in every language of the interface."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh", "es"]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "or": " or ", "and": " and ", "issued_by": "issued by {}",
        "not_issued_by": "not issued by {}",
        "all": "issued jointly by {}", "jointly": "issued jointly", "alone": "issued by one body",
        "bodies": "issued by {} bodies", "bodies_or_more": "issued by {} or more bodies",
        "effective": "taking effect {}", "expires": "expiring {}",
        "issued": "issued {}", "span": "{} to {}", "since": "{} or later", "until": "{} or earlier",
        "number": "number {}", "holds": "containing {}", "not_holds": "not containing {}",
        "titled": "with {} in the title", "not_titled": "without {} in the title",
        "of_kind": "of the kind {}", "not_of_kind": "not of the kind {}", "quote": "“{}”",
        "in_force": "in force {}", "ended": "no longer in force {}",
        "not_yet": "not yet in force {}", "not_in_force": "not in force {}",
        "unknown": "not known to be in force {}", "asked": "whether {}",
        "of": "in the policy shown",
        "written": "in {}", "not_written": "not in {}",
        "has_number": "with a number", "has_no_number": "without a number",
        "has_date": "with a date", "has_no_date": "without a date",
        "has_issuer": "of a stated issuer", "has_no_issuer": "of no stated issuer",
        "on": "on {}", "on_today": "on {} (today)", "within": "within {}", "always": "ever",
    },
    "zh": {
        "or": "或", "and": "、", "issued_by": "{}发布", "not_issued_by": "非{}发布",
        "all": "{}联合发布", "jointly": "联合发布", "alone": "单独发布",
        "bodies": "{}个部门发布", "bodies_or_more": "{}个以上部门发布",
        "effective": "生效于{}", "expires": "失效于{}",
        "issued": "发布于{}", "span": "{}至{}", "since": "{}起", "until": "{}前（含）",
        "number": "文号{}", "holds": "含{}", "not_holds": "不含{}",
        "titled": "标题含{}", "not_titled": "标题不含{}",
        "of_kind": "文种为{}", "not_of_kind": "文种非{}", "quote": "“{}”",
        "in_force": "{}有效", "ended": "{}已失效", "not_yet": "{}尚未生效",
        "not_in_force": "{}未生效或已失效", "unknown": "{}是否有效未知", "asked": "是否{}",
        "of": "在所示政策中", "written": "语言为{}", "not_written": "语言非{}",
        "has_number": "有文号", "has_no_number": "无文号", "has_date": "有日期",
        "has_no_date": "无日期", "has_issuer": "注明发布机构", "has_no_issuer": "未注明发布机构",
        "on": "{}", "on_today": "{}（今天）", "within": "{}期间", "always": "曾经",
    },
    "es": {
        "or": " o ", "and": " y ", "issued_by": "de {}", "not_issued_by": "no de {}",
        "all": "conjuntamente de {}", "jointly": "de varios organismos",
        "alone": "de un solo organismo",
        "bodies": "de {} organismos", "bodies_or_more": "de {} organismos o más",
        "effective": "con entrada en vigor {}", "expires": "con fin de vigencia {}",
        "issued": "con fecha {}", "span": "{} a {}", "since": "{} o posterior",
        "of": "en la política mostrada", "written": "en {}", "not_written": "no en {}",
        "has_number": "con número", "has_no_number": "sin número",
        "has_date": "con fecha", "has_no_date": "sin fecha",
        "has_issuer": "con organismo emisor", "has_no_issuer": "sin organismo emisor",
        "until": "{} o anterior",
        "number": "número {}", "holds": "que contienen {}", "not_holds": "que no contienen {}",
        "titled": "con {} en el título", "not_titled": "sin {} en el título",
        "of_kind": "de la clase {}", "not_of_kind": "que no son de la clase {}", "quote": "«{}»",
        "in_force": "vigente {}", "ended": "ya no vigente {}", "not_yet": "aún no vigente {}",
        "not_in_force": "no vigente {}", "unknown": "de vigencia desconocida {}",
        "asked": "si {}",
        "on": "el {}", "on_today": "el {} (hoy)", "within": "durante {}", "always": "alguna vez",
    },
}  # fmt: skip

LANGUAGE_NAMES: dict[Language, dict[str, str]] = {
    "en": {
        "en": "English",
        "es": "Spanish",
        "zh": "Chinese",
        "fr": "French",
        "de": "German",
        "pt": "Portuguese",
        "it": "Italian",
    },
    "zh": {
        "en": "英文",
        "es": "西班牙文",
        "zh": "中文",
        "fr": "法文",
        "de": "德文",
        "pt": "葡萄牙文",
        "it": "意大利文",
    },
    "es": {
        "en": "inglés",
        "es": "español",
        "zh": "chino",
        "fr": "francés",
        "de": "alemán",
        "pt": "portugués",
        "it": "italiano",
    },
}
"""The names of languages by their codes."""
