"""What the bot itself says, in English and Simplified Chinese. Corpus text is never translated.

A template may hold Telegram's HTML; the values put into it by :func:`say` are escaped.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

ENGLISH: Mapping[str, str] = {
    "help": (
        "I answer questions about public policies with the policies themselves, word for word, "
        "each with its title, issuer and date.\n\n"
        "Type a question, or:\n"
        "/ask – ask a question\n"
        "/list – policies in date order: <code>/list MIIT 2012</code>\n"
        "/timeline – policies by date, with a picture\n"
        "/issuers – who issued them\n"
        "/policy – open one policy by its id\n"
        "/subscribe – be told of new policies on a topic\n"
        "/subscriptions – your topics\n"
        "/unsubscribe – end one or all of them\n"
        "/settings – language, results per answer\n"
        "/privacy – what is kept about you\n"
        "/forget – delete it\n\n"
        "In any chat, type <code>@{bot} your question</code>. In groups I answer /ask, a mention "
        "or a reply to me."
    ),
    "start": (
        "Ask me about public policies. I answer with the policies themselves, word for word, "
        "each with its title, issuer and date.\n\n{coverage}\n\nFor example:"
    ),
    "coverage": "I know {policies} policies, from {first} to {last}.",
    "coverage_undated": "I know {policies} policies.",
    "coverage_none": "I know no policies yet.",
    "example_issuer_year": "What did {issuer} issue in {year}?",
    "example_year": "Which policies are from {year}?",
    "example_title": "What does “{title}” say?",
    "not_stated": "not stated",
    "issuer": "Issuer: {issuers}",
    "date": "Date: {date}",
    "date_worded": "Date: {date} (“{wording}”)",
    "number": "No.: {number}",
    "source": "Source: <code>{source}</code>",
    "machine_read": "🖹 Read by a machine from a picture of the page (confidence {confidence}).",
    "read_as": "Read as: {reading}",
    "other_language": "policies in another language than the question",
    "undetermined": "{count} more: the sources do not say whether that holds of them",
    "position": "{position} of {total}",
    "continues": "The passage goes on below, or under “Full text”.",
    "affected_replaces": "⚠ <b>Replaced by: {title}</b> ({date})",
    "affected_repeals": "⚠ <b>Repealed by: {title}</b> ({date})",
    "affected_amends": "⚠ <b>Amended by: {title}</b> ({date})",
    "mark_replaces": "⚠ replaced",
    "mark_repeals": "⚠ repealed",
    "mark_amends": "⚠ amended",
    "mark_ended": "⚠ no longer in force",
    "mark_not_yet": "⚠ not yet in force",
    "open_replaces": "Replaced by: {title}",
    "open_repeals": "Repealed by: {title}",
    "open_amends": "Amended by: {title}",
    "subjects_replaces": "what replaces {policy}",
    "subjects_repeals": "what repeals {policy}",
    "subjects_amends": "what amends {policy}",
    "subjects_implements": "what implements {policy}",
    "objects_replaces": "what {policy} replaces",
    "objects_repeals": "what {policy} repeals",
    "objects_amends": "what {policy} amends",
    "objects_implements": "what {policy} implements",
    "any_replaces": "replaced policies",
    "any_repeals": "repealed policies",
    "any_amends": "amended policies",
    "any_implements": "implemented policies",
    "phrases_absent": "without {phrases}",
    "titled": "{words} in the title",
    "untitled": "other than {words}",
    "order_newest": "newest first",
    "order_oldest": "oldest first",
    "count_newest": "the {count} newest",
    "count_oldest": "the {count} oldest",
    "count_relevance": "{count} at most",
    "period_since": "since {since}",
    "jointly": "issued jointly",
    "bodies": "issued by {count} bodies",
    "bodies_or_more": "issued by {count} bodies or more",
    "alone": "issued by one body alone",
    "issued_without": "not issued by {bodies}",
    "period_until": "until {until}",
    "numbered": "No. {number}",
    "list_one": "<b>1 policy</b>",
    "list_many": "<b>{total} policies</b>",
    "undated": "date not stated",
    "refused_no_policy_matches_filters": "No policy matches that.",
    "refused_unknown_issuer": "I know no such issuer.",
    "refused_nothing_similar_enough": "I found no policy that answers this.",
    "refused_no_such_relation": "The policies here record no such relation.",
    "refused_no_such_provision": "The policy has no such article or section.",
    "refused_no_such_comparison": "Nothing to compare: name two texts, or one with versions.",
    "refused_empty_question": "Please type a question, for example: {example}",
    "refused_empty_corpus": "There are no policies to search yet.",
    "emptied_by": "What leaves nothing: {filter}.",
    "filter_issuers": "the issuer",
    "filter_dates": "the dates",
    "filter_number": "the number",
    "filter_phrases": "the words asked for",
    "filter_validity": "the validity",
    "near_misses": "The nearest I have, none of which answers the question:",
    "refused_closest": "I found nothing that surely answers this.",
    "closest": "Closest passages; they may not answer:",
    "unheld": "No passage has {words}.",
    "drop_filter": "Ask without {filter}",
    "drop_issuer": "Ask without the issuer",
    "full_text": "Full text",
    "source_button": "Source",
    "share": "Share",
    "back": "Back to the list",
    "open": "Open",
    "in_bot": "Open in the bot",
    "source_full": "<b>{title}</b>\nSource: <code>{source}</code>",
    "source_url": "Published at: {url}",
    "source_sha256": "SHA-256 of the source: <code>{sha256}</code>",
    "source_none": "The source of this policy is not stated.",
    "relation_amends": "Amends",
    "relation_repeals": "Repeals",
    "relation_implements": "Implements",
    "relation_replaces": "Replaces",
    "document_caption": "The full text is long, so it comes as a file.",
    "thanks": "Thank you.",
    "vote_taken_back": "Taken back.",
    "expired": "This button is no longer valid. Please ask again.",
    "not_yours": "These buttons belong to somebody else.",
    "gone": "This policy is no longer in the corpus.",
    "failed": "Something went wrong here, not with your question. Please try again. ({reference})",
    "busy": "The search is briefly out of reach. Please try again in a moment.",
    "unavailable": "The policies are briefly unavailable. Your message is not lost: "
    "I answer it as soon as they are back.",
    "inline_busy": "Briefly unavailable. Please try again soon.",
    "text_only": "I read text only. Please type your question.",
    "too_fast": "You are faster than I am: I answer up to {limit} messages a minute. "
    "Please wait a little.",
    "denied": "This bot is not open to you.",
    "unknown_command": "I do not know that command. /help lists those I know.",
    "ask_what": "Write your question after the command: <code>/ask {example}</code>",
    "policy_which": "Write the id after the command: <code>/policy {example}</code>",
    "policy_unknown": "No policy has the id <code>{id}</code>.",
    "policy_nearest": "Did you mean:",
    "list_empty": "No policy matches that.",
    "issuers_title": "<b>{total} issuers</b>",
    "issuers_none": "No issuer is stated in any policy.",
    "timeline_caption": "{total} policies by date and issuer",
    "subscribe_which": "Write a topic after the command: <code>/subscribe {example}</code>",
    "subscribed": "I will tell you when a new or changed policy matches “{topic}”.",
    "subscribed_already": "You are already subscribed to “{topic}”.",
    "subscriptions_many": "You have {limit} subscriptions, the most there can be. "
    "End one first: /unsubscribe",
    "subscriptions": "Your topics:",
    "subscriptions_none": "You have no subscriptions. Add one: /subscribe TOPIC",
    "unsubscribe_which": "Which one shall end?",
    "unsubscribe_all": "All of them",
    "unsubscribed": "Ended: “{topic}”.",
    "unsubscribed_all": "All your subscriptions have ended.",
    "private_only": "Please use this command in a private chat with me.",
    "news": "New for your topic “{topic}”:",
    "settings": "Language: {language}\nResults per answer: {hits}",
    "settings_saved": "Saved.",
    "language_auto": "as in Telegram",
    "language_en": "English",
    "language_zh": "简体中文",
    "privacy_kept": (
        "<b>What is kept</b>\nYour questions and what you opened of the answers, for {days} days, "
        "under a salted hash instead of your id, so that the maintainer sees what is missing from "
        "the corpus and can make answers better. Your thumbs, under that hash. Your settings and "
        "subscriptions, under your id, until you end them. What each answer showed, so that its "
        "buttons keep working. Nothing else, and nothing goes to anybody else.\n\n"
        "/forget deletes all of it."
    ),
    "privacy_off": (
        "<b>What is kept</b>\nNot your questions. Your thumbs, under a salted hash instead of your "
        "id. Your settings and subscriptions, under your id, until you end them. What each answer "
        "showed, so that its buttons keep working. Nothing else, and nothing goes to anybody else."
        "\n\n/forget deletes all of it."
    ),
    "privacy_logged": "Besides, this bot writes every question into its log, under a number that "
    "names nobody. The log is kept for as long as its maintainer keeps it, and /forget does not "
    "reach it.",
    "forget": "Delete everything that is held about you: questions, answers, settings and "
    "subscriptions? Buttons of earlier answers will stop working.",
    "forget_yes": "Delete everything",
    "forget_no": "Keep it",
    "forgotten": "Deleted. Nothing about you is held any more.",
    "kept": "Nothing was deleted.",
    "inline_start": "Type a question about public policies",
    "inline_none": "Nothing found – how to ask",
    "inline_empty": "Ask me about policies",
    "status": (
        "<b>Status</b>\nGeneration: <code>{generation}</code>\nEncoder: <code>{encoder}</code>\n"
        "Policies: {policies}, passages: {passages}\nUp for: {uptime}\n"
        "Answer time: p50 {p50} ms, p95 {p95} ms ({answers} answers)\nWaiting updates: {waiting}"
    ),
    "stats": (
        "<b>Statistics</b>\nQuestions: {questions}, of them unanswered: {unanswered}\n"
        "👍 {up}  👎 {down}\nSubscriptions: {subscriptions}"
    ),
    "unanswered": "<b>Questions that found nothing</b>",
    "unanswered_none": "Every question kept found an answer.",
    "unanswered_off": "Questions are not kept (retention_days = 0).",
    "reloaded": "Changed over to generation <code>{generation}</code>.",
    "reload_same": "Generation <code>{generation}</code> is the latest.",
    "menu_ask": "Ask a question",
    "menu_list": "Policies in date order",
    "menu_timeline": "Policies by date, with a picture",
    "menu_issuers": "Who issued them",
    "menu_policy": "Open one policy by its id",
    "menu_subscribe": "Be told of new policies on a topic",
    "menu_subscriptions": "Your topics",
    "menu_unsubscribe": "End a subscription",
    "menu_settings": "Language, results per answer",
    "menu_privacy": "What is kept about you",
    "menu_forget": "Delete what is kept about you",
    "menu_help": "What I can do",
    "menu_status": "Admin: generation, counts, latencies",
    "menu_stats": "Admin: questions and thumbs",
    "menu_unanswered": "Admin: questions that found nothing",
    "menu_reload": "Admin: change over to the latest index",
}

CHINESE: Mapping[str, str] = {
    "help": (
        "我用政策原文逐字回答有关公共政策的问题，并注明标题、发布机构和日期。\n\n"
        "直接输入问题，或使用：\n"
        "/ask – 提问\n"
        "/list – 按日期列出政策：<code>/list 工信部 2012</code>\n"
        "/timeline – 政策时间线（附图）\n"
        "/issuers – 发布机构\n"
        "/policy – 按编号打开一项政策\n"
        "/subscribe – 订阅某一主题的新政策\n"
        "/subscriptions – 您的订阅\n"
        "/unsubscribe – 取消订阅\n"
        "/settings – 语言、每次结果数\n"
        "/privacy – 保存了哪些信息\n"
        "/forget – 删除这些信息\n\n"
        "在任意聊天中输入 <code>@{bot} 您的问题</code>。"
        "在群组中，我只回答 /ask、提及我或回复我的消息。"
    ),
    "start": "请提出有关公共政策的问题。我用政策原文逐字回答，并注明标题、发布机构和日期。"
    "\n\n{coverage}\n\n例如：",
    "coverage": "现有 {policies} 项政策，日期从 {first} 到 {last}。",
    "coverage_undated": "现有 {policies} 项政策。",
    "coverage_none": "目前还没有政策。",
    "example_issuer_year": "{issuer}在{year}年发布了什么？",
    "example_year": "{year}年有哪些政策？",
    "example_title": "“{title}”说了什么？",
    "not_stated": "未注明",
    "issuer": "发布机构：{issuers}",
    "date": "日期：{date}",
    "date_worded": "日期：{date}（“{wording}”）",
    "number": "文号：{number}",
    "source": "来源：<code>{source}</code>",
    "machine_read": "🖹 由机器从页面图像识别（置信度 {confidence}）。",
    "read_as": "理解为：{reading}",
    "other_language": "政策原文与提问的语言不同",
    "undetermined": "另有{count}项：来源未载明其效力",
    "position": "第 {position} 项，共 {total} 项",
    "continues": "段落未完：见下文，或按“全文”。",
    "affected_replaces": "⚠ <b>已被取代：{title}</b>（{date}）",
    "affected_repeals": "⚠ <b>已被废止：{title}</b>（{date}）",
    "affected_amends": "⚠ <b>已被修改：{title}</b>（{date}）",
    "mark_replaces": "⚠ 已被取代",
    "mark_repeals": "⚠ 已被废止",
    "mark_amends": "⚠ 已被修改",
    "mark_ended": "⚠ 已失效",
    "mark_not_yet": "⚠ 尚未生效",
    "open_replaces": "取代它的：{title}",
    "open_repeals": "废止它的：{title}",
    "open_amends": "修改它的：{title}",
    "subjects_replaces": "取代{policy}的政策",
    "subjects_repeals": "废止{policy}的政策",
    "subjects_amends": "修改{policy}的政策",
    "subjects_implements": "落实{policy}的政策",
    "objects_replaces": "被{policy}取代的政策",
    "objects_repeals": "被{policy}废止的政策",
    "objects_amends": "被{policy}修改的政策",
    "objects_implements": "{policy}所落实的政策",
    "any_replaces": "已被取代的政策",
    "any_repeals": "已被废止的政策",
    "any_amends": "已被修改的政策",
    "any_implements": "已有落实文件的政策",
    "phrases_absent": "不含{phrases}",
    "titled": "标题含{words}",
    "untitled": "除{words}以外",
    "order_newest": "最新的在前",
    "order_oldest": "最早的在前",
    "count_newest": "最新的 {count} 项",
    "count_oldest": "最早的 {count} 项",
    "count_relevance": "最多 {count} 项",
    "period_since": "自 {since}",
    "jointly": "联合发布",
    "bodies": "{count} 个机构联合发布",
    "bodies_or_more": "{count} 个以上机构联合发布",
    "alone": "单独发布",
    "issued_without": "不含{bodies}发布的",
    "period_until": "至 {until}",
    "numbered": "文号 {number}",
    "list_one": "<b>1 项政策</b>",
    "list_many": "<b>{total} 项政策</b>",
    "undated": "日期未注明",
    "refused_no_policy_matches_filters": "没有符合条件的政策。",
    "refused_unknown_issuer": "没有这个发布机构。",
    "refused_nothing_similar_enough": "没有找到能回答这个问题的政策。",
    "refused_no_such_relation": "没有记录与此相符的政策关系。",
    "refused_no_such_provision": "该政策没有这一条款。",
    "refused_no_such_comparison": "没有可比较的：请指明两份文本，或有几个版本的一项政策。",
    "refused_empty_question": "请输入问题，例如：{example}",
    "refused_empty_corpus": "目前还没有可供检索的政策。",
    "emptied_by": "没有结果的原因：{filter}。",
    "filter_issuers": "发布机构",
    "filter_dates": "日期",
    "filter_number": "文号",
    "filter_phrases": "所要的词语",
    "filter_validity": "效力",
    "near_misses": "最接近的政策如下，但都不能回答这个问题：",
    "refused_closest": "没有找到确定能回答这个问题的政策。",
    "closest": "最接近的原文如下，未必能回答：",
    "unheld": "没有任何段落含有{words}。",
    "drop_filter": "去掉{filter}再查",
    "drop_issuer": "去掉发布机构再查",
    "full_text": "全文",
    "source_button": "来源",
    "share": "分享",
    "back": "返回列表",
    "open": "打开",
    "in_bot": "在机器人中打开",
    "source_full": "<b>{title}</b>\n来源：<code>{source}</code>",
    "source_url": "发布网址：{url}",
    "source_sha256": "来源文件的 SHA-256：<code>{sha256}</code>",
    "source_none": "这项政策未注明来源。",
    "relation_amends": "修改",
    "relation_repeals": "废止",
    "relation_implements": "落实",
    "relation_replaces": "取代",
    "document_caption": "全文较长，以文件形式发送。",
    "thanks": "谢谢。",
    "vote_taken_back": "已撤回。",
    "expired": "此按钮已失效，请重新提问。",
    "not_yours": "这些按钮属于其他人。",
    "gone": "这项政策已不在库中。",
    "failed": "这里出了问题，与您的提问无关。请再试一次。（{reference}）",
    "busy": "检索暂时不可用，请稍后再试。",
    "unavailable": "政策库暂时无法访问。您的消息没有丢失，恢复后我会马上回答。",
    "inline_busy": "暂时无法访问，请稍后再试。",
    "text_only": "我只能阅读文字，请输入您的问题。",
    "too_fast": "消息太快了：我每分钟最多回答 {limit} 条。请稍等片刻。",
    "denied": "此机器人未对您开放。",
    "unknown_command": "没有这个命令。/help 列出所有命令。",
    "ask_what": "请在命令后写上问题：<code>/ask {example}</code>",
    "policy_which": "请在命令后写上编号：<code>/policy {example}</code>",
    "policy_unknown": "没有编号为 <code>{id}</code> 的政策。",
    "policy_nearest": "您是不是要找：",
    "list_empty": "没有符合条件的政策。",
    "issuers_title": "<b>{total} 个发布机构</b>",
    "issuers_none": "所有政策均未注明发布机构。",
    "timeline_caption": "{total} 项政策，按日期和发布机构",
    "subscribe_which": "请在命令后写上主题：<code>/subscribe {example}</code>",
    "subscribed": "有新的或修改过的政策与“{topic}”相符时，我会通知您。",
    "subscribed_already": "您已订阅“{topic}”。",
    "subscriptions_many": "您已有 {limit} 个订阅，达到上限。请先取消一个：/unsubscribe",
    "subscriptions": "您的订阅：",
    "subscriptions_none": "您没有订阅。添加：/subscribe 主题",
    "unsubscribe_which": "要取消哪一个？",
    "unsubscribe_all": "全部",
    "unsubscribed": "已取消：“{topic}”。",
    "unsubscribed_all": "已取消全部订阅。",
    "private_only": "请在与我的私聊中使用此命令。",
    "news": "您订阅的“{topic}”有新内容：",
    "settings": "语言：{language}\n每次结果数：{hits}",
    "settings_saved": "已保存。",
    "language_auto": "跟随 Telegram",
    "language_en": "English",
    "language_zh": "简体中文",
    "privacy_kept": (
        "<b>保存的信息</b>\n您的问题和您打开过的结果保存 {days} 天，以加盐哈希代替您的 id，"
        "以便维护者了解库中缺少什么并改进回答。您的评价以同样的哈希保存。"
        "您的设置和订阅以您的 id 保存，直到您取消。"
        "每次回答显示的内容会保存，以便按钮继续有效。除此之外不保存任何信息，也不提供给任何人。\n\n"
        "/forget 删除全部信息。"
    ),
    "privacy_off": (
        "<b>保存的信息</b>\n不保存您的问题。您的评价以加盐哈希代替您的 id 保存。"
        "您的设置和订阅以您的 id 保存，直到您取消。"
        "每次回答显示的内容会保存，以便按钮继续有效。除此之外不保存任何信息，也不提供给任何人。\n\n"
        "/forget 删除全部信息。"
    ),
    "privacy_logged": "此外，本机器人会把每个问题写入日志，只带一个不指向任何人的编号。"
    "日志保存多久由维护者决定，/forget 不会删除日志。",
    "forget": "要删除有关您的全部信息（问题、回答、设置和订阅）吗？以前回答的按钮将失效。",
    "forget_yes": "全部删除",
    "forget_no": "保留",
    "forgotten": "已删除。不再保存有关您的任何信息。",
    "kept": "没有删除任何信息。",
    "inline_start": "请输入有关公共政策的问题",
    "inline_none": "没有找到 – 如何提问",
    "inline_empty": "向我询问政策",
    "status": (
        "<b>状态</b>\n索引版本：<code>{generation}</code>\n编码器：<code>{encoder}</code>\n"
        "政策：{policies}，段落：{passages}\n运行时间：{uptime}\n"
        "回答用时：p50 {p50} 毫秒，p95 {p95} 毫秒（{answers} 次回答）\n等待处理：{waiting}"
    ),
    "stats": (
        "<b>统计</b>\n提问：{questions}，其中未能回答：{unanswered}\n"
        "👍 {up}  👎 {down}\n订阅：{subscriptions}"
    ),
    "unanswered": "<b>没有找到答案的问题</b>",
    "unanswered_none": "保存的问题都找到了答案。",
    "unanswered_off": "不保存问题（retention_days = 0）。",
    "reloaded": "已切换到索引版本 <code>{generation}</code>。",
    "reload_same": "索引版本 <code>{generation}</code> 已是最新。",
    "menu_ask": "提问",
    "menu_list": "按日期列出政策",
    "menu_timeline": "政策时间线（附图）",
    "menu_issuers": "发布机构",
    "menu_policy": "按编号打开一项政策",
    "menu_subscribe": "订阅某一主题的新政策",
    "menu_subscriptions": "您的订阅",
    "menu_unsubscribe": "取消订阅",
    "menu_settings": "语言、每次结果数",
    "menu_privacy": "保存了哪些信息",
    "menu_forget": "删除保存的信息",
    "menu_help": "我能做什么",
    "menu_status": "管理：版本、数量、用时",
    "menu_stats": "管理：提问与评价",
    "menu_unanswered": "管理：没有答案的问题",
    "menu_reload": "管理：切换到最新索引",
}

TEXTS: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}


def say(language: Language, key: str, /, **values: object) -> str:
    """Return the text as Telegram HTML, with every value escaped."""
    escaped = {name: html.escape(str(value), quote=False) for name, value in values.items()}
    return TEXTS[language][key].format(**escaped)


def label(language: Language, key: str, /, **values: object) -> str:
    """Return the text as it stands, for places that take no HTML: buttons, alerts, menus."""
    return TEXTS[language][key].format(**values)


def language_of(code: str | None) -> Language:
    """Return the interface language for a BCP 47 ``code``: any Chinese is ``zh``, else ``en``."""
    return "zh" if code and code.lower().replace("_", "-").split("-")[0] == "zh" else "en"
