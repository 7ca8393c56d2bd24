"""The texts in English."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    # Greetings and help.
    "help": (
        "Ask me anything about the public policies here. I answer with the policies themselves, "
        "word for word, each with its title, issuer and date.\n\n"
        "Just type your question. Then go on: “who issued it?”, “and in 2013?”, “the second one”, "
        "“more”, “full text”, “start over”.\n\n"
        "/list – policies by date: <code>/list MIIT 2012</code>\n"
        "/timeline – the same with a picture\n"
        "/issuers – who issued them\n"
        "/policy – open a policy by title, number or date\n"
        "/subscribe – get alerts on a topic\n"
        "/subscriptions – your alerts\n"
        "/settings – language, results per answer\n"
        "/privacy – what is kept about you\n"
        "/forget – delete it\n\n"
        "In any chat, type <code>@{bot} your question</code>. In groups, use /ask or reply to me."
    ),
    "start": (
        "Ask me about public policies. I answer with the policies themselves, word for word, "
        "each with its title, issuer and date.\n\n{coverage}\n\nFor example:"
    ),
    "talk_greeting": "Hello! Ask me about public policies; I answer with their own words. "
    "For example:",
    "talk_thanks": "You’re welcome! Ask me about anything else, for example:",
    "talk_identity": "I find answers in public policies and show you the passages themselves, word "
    "for word, with title, issuer and date. I never write answers of my own. For example:",
    "talk_help": "Type a question in your own words, and I show you what the policies say. "
    "/help lists everything I can do. For example:",
    "talk_start_over": "All right, a fresh start. What would you like to know?",
    "talk_goodbye": "Goodbye! Ask me again whenever you like.",
    "talk_goodbye_again": "Goodbye! Ask me again whenever you like.",
    "talk_greeting_again": "Hello again! What would you like to know?",
    "talk_thanks_again": "You’re welcome!",
    "talk_identity_again": "I quote public policies word for word. /help tells you more.",
    "talk_help_again": "Type a question, or see /help.",
    "talk_start_over_again": "A fresh start it is. What would you like to know?",
    "group_hello": (
        "Hello! I answer questions about public policies with the policies themselves, word for "
        "word.\n\nAsk me with <code>/ask {example}</code>, or reply to one of my messages."
        "{mention}\n\nAdmins can set up alerts for this group: "
        "<code>/subscribe@{bot} topic</code>"
    ),
    "group_hello_mention": " You can also mention me: <code>@{bot}</code>",
    "coverage": "I know {policies} policies, from {first} to {last}.",
    "coverage_year": "I know {policies} policies, all from {first}.",
    "coverage_one": "I know 1 policy, from {first}.",
    "coverage_undated": "Policies I know: {policies}.",
    "coverage_none": "There are no policies here yet.",
    "languages_here": "The policies here are in {languages}. Try asking in that language.",
    "example_issuer_year": "What did {issuer} issue in {year}?",
    "example_year": "Which policies are from {year}?",
    "example_title": "What does “{title}” say?",
    "examples": "For example:",
    # A policy as a card.
    "not_stated": "not stated",
    "issuer_missing": "issuer not stated",
    "date_missing": "date not stated",
    "date_worded": "{date} (“{wording}”)",
    "number": "No. {number}",
    "cites": "<i>Cites {wording}:</i>\n{text}",
    "defines": "<i>{terms}:</i>\n{text}",
    "source": "Source: <code>{source}</code>",
    "machine_read": "🖹 Read by a machine from a picture of the page (confidence {confidence}).",
    "read_as": "Read as: {reading}",
    "other_language": "policies in another language than your question",
    "undetermined": "{count} more: their sources do not say",
    "position": "{position} of {total}",
    "continues": "The passage goes on below.",
    "affected_replaces": "⚠ <b>Replaced by {title}</b> ({date})",
    "affected_repeals": "⚠ <b>Repealed by {title}</b> ({date})",
    "affected_amends": "⚠ <b>Amended by {title}</b> ({date})",
    "mark_replaces": "⚠ replaced",
    "mark_repeals": "⚠ repealed",
    "mark_amends": "⚠ amended",
    "mark_ended": "⚠ no longer in force",
    "mark_not_yet": "⚠ not yet in force",
    "mark_in_force": "✓ in force",
    "open_replaces": "Replaced by {title}",
    "open_repeals": "Repealed by {title}",
    "open_amends": "Amended by {title}",
    "whole": "📄 Whole policy",
    "passage_before": "↑ Previous",
    "passage_after": "↓ Next",
    "cite": "❝ Cite",
    "source_button": "ⓘ Source",
    "page_button": "🌐 Page",
    "share": "↗ Share",
    "follow": "🔔 Follow",
    "back": "Back to the list",
    "in_bot": "Open in the bot",
    "as_docx": "Word (DOCX)",
    "as_pdf": "PDF",
    "as_txt": "Plain text",
    "as_csv": "CSV",
    "source_full": "<b>{title}</b>\nSource: <code>{source}</code>",
    "source_url": "Published at: {url}",
    "source_sha256": "SHA-256 of the source: <code>{sha256}</code>",
    "source_none": "The source of this policy is not stated.",
    "source_link": "Link to this policy: {link}",
    "relation_amends": "Amends",
    "relation_repeals": "Repeals",
    "relation_implements": "Implements",
    "relation_replaces": "Replaces",
    "whole_long": "This policy fills {pages} messages. How would you like it?",
    "no_pdf": "No PDF: the bot has no font for some of the characters in this policy.",
    "file_caption": "<b>{title}</b>",
    "cite_title": "<b>Cite this policy</b> – tap a block to copy it.",
    "cite_plain": "Plain text",
    "no_passage_before": "This is where the policy begins.",
    "no_passage_after": "This is where the policy ends.",
    "changed_since": "This policy has changed since. Ask again to see it as it is now.",
    # How a question was read.
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
    "of_kind": "of the kind {words}",
    "untitled": "no {words} in the title",
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
    # Lists.
    "list_one": "<b>1 policy</b>",
    "list_many": "<b>{total} policies</b>",
    "list_of": "<b>{count} of {total} policies</b>",
    "undated": "Date not stated",
    "newest_first": "↓ Newest first",
    "oldest_first": "↑ Oldest first",
    "by_issuer": "Issuer ▾",
    "by_year": "Year ▾",
    "by_kind": "Kind ▾",
    "choose_issuer": "Which issuer?",
    "choose_year": "Which year?",
    "choose_kind": "Which kind of document?",
    "chip": "{name} ({count})",
    "chip_off": "✕ {name}",
    "list_caption_one": "<b>1 policy</b>",
    "list_caption_many": "<b>{count} policies</b>",
    "no_more": "That was all.",
    # When there is no answer.
    "choose_from": "Please choose a number from 1 to {total}.",
    "refused_no_policy_matches_filters": "No policy matches that.",
    "refused_unknown_issuer": "I don’t know that issuer.",
    "refused_nothing_similar_enough": "I found no policy that answers this.",
    "refused_no_such_relation": "The policies here say nothing about that.",
    "refused_no_such_provision": "The policy has no such article or section.",
    "refused_no_such_comparison": "Nothing to compare: name two texts, or one with versions.",
    "refused_empty_question": "What would you like to know? For example: {example}",
    "refused_empty_corpus": "There are no policies here yet.",
    "no_issuer": "“{name}” issued none of the policies here.",
    "nearest_issuer": "Did you mean {name}?",
    "emptied_by": "Nothing matches {filter}.",
    "filter_issuers": "that issuer",
    "filter_dates": "those dates",
    "filter_number": "that number",
    "filter_phrases": "those exact words",
    "filter_validity": "that state of validity",
    "near_misses": "Related policies:",
    "refused_closest": "I’m not sure I found an answer.",
    "closest": "Closest matches – they may not answer your question:",
    "quoted": "“{words}”",
    "unheld": "No passage contains {words}.",
    "other_kinds": "nothing of the kind {words}; these are of other kinds",
    "asked_of": "No policy of {names}, or that names it, surely answers this.",
    "drop_issuers": "Search all issuers",
    "drop_dates": "Search all years",
    "drop_number": "Search without the number",
    "drop_phrases": "Search without the exact words",
    "drop_validity": "Whether in force or not",
    "drop_unknown": "Search without the issuer",
    # Votes.
    "thanks": "Thank you!",
    "vote_taken_back": "Your vote is withdrawn.",
    "what_was_wrong": "Sorry about that. What was wrong?",
    "wrong_passage": "Wrong passage",
    "wrong_validity": "Not in force",
    "wrong_incomplete": "Incomplete",
    "wrong_other": "Something else",
    # Errors and limits.
    "expired": "This button no longer works. Please ask again.",
    "not_yours": "These buttons belong to someone else.",
    "gone": "This policy is no longer here.",
    "failed": "Something went wrong on my side. Please try again. ({reference})",
    "busy": "I can’t search right now. Please try again in a moment.",
    "unavailable": "The policies are not available right now. I have your message and will answer "
    "as soon as they are.",
    "inline_busy": "Not available right now – try again soon",
    "text_only": "I can only read text. Please type your question.",
    "too_fast": "That’s more than {limit} messages a minute. I’ll answer them all, one after the "
    "other – this takes a little longer.",
    "too_fast_press": "Please slow down a little.",
    "denied": "This bot is not open to you.",
    "unknown_command": "I don’t know that command. See /help.",
    "private_only": "Please use this command in a private chat with me.",
    "admins_only": "Only admins of this chat can do that.",
    "follow_admins_only": "Here only admins can follow a policy, and alerts come to this chat. To "
    "get them yourself, open the policy in a private chat with me.",
    "channel_press": "Only this channel’s admins can use the buttons here. Ask me yourself in a "
    "private chat: @{bot}",
    # Commands that need words.
    "ask_what": "What would you like to know?",
    "policy_which": "Which policy? Send its title, number or date.",
    "subscribe_which": "Which topic would you like alerts on?",
    "subscribe_words": "Add a topic: <code>{example}</code>",
    "hint_ask": "e.g. {example}",
    "hint_policy": "Title, number or date",
    "hint_subscribe": "e.g. {example}",
    "policy_unknown": "I found no policy called “{id}”.",
    "policy_nearest": "Did you mean:",
    "issuers_title": "<b>{total} issuers</b>",
    "issuers_none": "No policy here states its issuer.",
    "timeline_caption": "{total} policies by date and issuer",
    # Alerts.
    "subscribed": "Done. You’ll get an alert when a new or changed policy matches “{topic}”.",
    "subscribed_policy": "Done. You’ll get an alert when “{topic}” changes, or another policy "
    "amends, replaces or implements it.",
    "subscribed_policy_chat": "Done. {chat} will get an alert when “{topic}” changes, or another "
    "policy amends, replaces or implements it.",
    "subscribed_already": "You already get alerts on “{topic}”.",
    "subscribed_chat": "Done. {chat} will get an alert when a new or changed policy matches "
    "“{topic}”.",
    "preview_all": "Every policy here matches. For fewer alerts, put words they must contain in "
    "quotes: <code>/subscribe “{topic}”</code>. The newest:",
    "preview_none": "Nothing matches right now.",
    "preview_one": "1 policy matches right now:",
    "preview_many": "{count} policies match right now. The newest:",
    "subscriptions_many": "You have {limit} alerts, the maximum. End one first: /subscriptions",
    "subscriptions": "<b>Your alerts</b> – tap one to end it, or its clock to get it less often.",
    "subscriptions_none": "You have no alerts. Set one up: /subscribe",
    "unsubscribe_all": "End all alerts",
    "unsubscribed": "No more alerts on “{topic}”.",
    "unsubscribed_all": "All your alerts are off.",
    "end_alert": "🔕 End these alerts",
    "pace_now": "🕐 at once",
    "pace_daily": "🕐 daily",
    "pace_weekly": "🕐 weekly",
    "pace_set_now": "You’ll get these alerts at once.",
    "pace_set_daily": "You’ll get these alerts once a day.",
    "pace_set_weekly": "You’ll get these alerts once a week.",
    "news_new": "🔔 New on “{topic}”:",
    "news_changed": "🔔 Changed on “{topic}” ({what}):",
    "news_related": "🔔 A new policy refers to “{topic}”:",
    "news_many": "🔔 “{topic}”: {new} new, {changed} changed",
    "changed_title": "title",
    "changed_date": "date",
    "changed_text": "text",
    "changed_unknown": "content",
    "channel_unknown": "I can’t find {chat}. Add me to it as an admin first.",
    "channel_not_admin": "I can only do that in a chat where we are both admins.",
    # Settings and privacy.
    "settings": "Language: {language}\nResults per answer: {hits}",
    "settings_saved": "Saved.",
    "language_auto": "as in Telegram",
    "language_en": "English",
    "language_zh": "简体中文",
    "language_es": "Español",
    "privacy_kept": (
        "<b>What is kept</b>\nFor {days} days, under a salted hash instead of your id: your "
        "questions, what you opened, and what our conversation is about, so that you can go on "
        "asking. Your votes, under that hash. Your settings and alerts, under your id, until you "
        "end them. What each answer showed, so that its buttons keep working. Nothing else, and "
        "nobody else gets any of it.\n\n/forget deletes all of it."
    ),
    "privacy_off": (
        "<b>What is kept</b>\nNot your questions. Your votes, under a salted hash instead of your "
        "id. Your settings and alerts, under your id, until you end them. What each answer showed, "
        "so that its buttons keep working. Nothing else, and nobody else gets any of it."
        "\n\n/forget deletes all of it."
    ),
    "privacy_logged": "This bot also writes every question into its log, under a number that names "
    "nobody. How long the log is kept is up to whoever runs the bot; /forget does not reach it.",
    "forget": "Delete everything kept about you – questions, answers, settings and alerts? Buttons "
    "of earlier answers will stop working.",
    "forget_yes": "Delete everything",
    "forget_no": "Keep it",
    "forgotten": "Deleted. Nothing about you is kept any more.",
    "kept": "Nothing was deleted.",
    # Inline mode.
    "inline_start": "Type a question about public policies",
    "inline_none": "Nothing found – how to ask",
    # For admins.
    "status": (
        "<b>Status</b>\nGeneration: <code>{generation}</code>\nEncoder: <code>{encoder}</code>\n"
        "Policies: {policies}, passages: {passages}\nUp for: {uptime}\n"
        "Answer time: p50 {p50} ms, p95 {p95} ms ({answers} answers)\nWaiting updates: {waiting}"
    ),
    "stats": (
        "<b>Statistics</b>\nQuestions: {questions}, of them unanswered: {unanswered}\n"
        "👍 {up}  👎 {down}{reasons}\nAlerts: {subscriptions}"
    ),
    "unanswered": "<b>Questions without an answer</b>",
    "unanswered_none": "Every question kept was answered.",
    "unanswered_off": "Questions are not kept (retention_days = 0).",
    "reloaded": "Now answering from generation <code>{generation}</code>.",
    "reload_same": "Generation <code>{generation}</code> is the latest.",
    "admin_no_index": "⚠ There is no index to answer from: {reason}\n\nPeople are told to wait. "
    "I start answering as soon as there is one.",
    "admin_index_there": "✓ The index is there: {policies} policies. I’m answering now.",
    "admin_state_lost": "⚠ My state file is unusable: {reason}\n\nNo new messages are taken until "
    "it is restored from a copy and I am restarted. Telegram keeps them for a day.",
    # What Telegram shows of the bot.
    "bot_description": "Ask about public policies in your own words. You get the passages "
    "themselves, word for word, each with its title, issuer and date – never a made-up text. "
    "Type a question, or see /help.",
    "bot_about": "Answers about public policies, in their own words: title, issuer, date, passage.",
    "menu_ask": "Ask a question",
    "menu_list": "Policies by date",
    "menu_timeline": "Policies by date, with a picture",
    "menu_issuers": "Who issued them",
    "menu_policy": "Open a policy by title, number or date",
    "menu_subscribe": "Get alerts on a topic",
    "menu_subscriptions": "Your alerts",
    "menu_settings": "Language, results per answer",
    "menu_privacy": "What is kept about you",
    "menu_forget": "Delete what is kept about you",
    "menu_help": "What I can do",
    "menu_status": "Admin: generation, counts, latencies",
    "menu_stats": "Admin: questions and votes",
    "menu_unanswered": "Admin: questions without an answer",
    "menu_reload": "Admin: switch to the latest index",
}
