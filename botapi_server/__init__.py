"""A Telegram Bot API server on loopback, as strict as Telegram's cloud, for tests and benchmarks.

It speaks real HTTP, so the bot under test is the real one: in the same event loop, in another
process, or behind a webhook. Only one bot lives here: ``server.token``.

Three ways to run one::

    async with BotApiServer() as server:            # an asyncio test, same loop
        Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)

    with botapi_thread() as server:                 # a synchronous test driving a process
        subprocess.Popen([...], env={"POLICYBOT_TOKEN": server.token, ...})

    python -m botapi_server [--port N] [--limits]   # prints its URL and its token; type to the bot

``BotApiServer(token=..., username="policy_test_bot", bot_name="Policy bot", limits=False, port=0,
clock=time.monotonic, privacy=False)``. ``server.base_url`` ends in ``/bot``, as
python-telegram-bot's and the configuration's do. ``privacy=True`` keeps ordinary group messages
from the bot, as Telegram does by default; without it the bot gets them all and must itself be
silent.

People and chats
    Everything a person does is an ordinary call that returns at once, from any thread; only
    waiting for the bot is awaited, and every awaited method has a ``_sync`` twin for threads::

        ann = server.user(first_name="Ann", language_code="en")     # ids given or invented
        chat = server.private(ann)               # always the same chat; started=False: not yet
        group = server.group("Team", members=[ann])                 # the bot is a member
        team = server.supergroup("Team", members=[ann])
        forum = server.forum("Team", members=[ann]); topic = forum.topic("Policies")

        asked = chat.send("What did MIIT issue in 2012?")           # -> Message
        reply = await chat.next_message(timeout=60)                 # or next_message_sync
        group.send("/ask rain", sender=ann, reply_to=message, thread=topic)
        chat.send("caption", media="photo")      # photo, sticker, voice, document, location
        chat.edit(asked, "What did MIIT issue in 2013?")            # edited_message
        edited = await chat.next_edit()          # next edit by the bot -> Message
        chat.send("/start p_abc")                # commands, mentions, URLs become entities

        press = chat.press(reply, "▶")           # by a button's text, or data="..."; sender=
        answer = await press.answered()          # -> dict: text, show_alert, url
        press = chat.press(reply, data="forged") # any data, also one no button has

        query = ann.inline("rain 2012", offset="", chat_type="private")
        inline = await query.answered()          # -> InlineAnswer: results, next_offset,
                                                 #    cache_time, is_personal, button
        ann.choose(query, inline.results[0]["id"], chat=chat)       # -> Message in that chat

        ann.block(); ann.unblock()               # private chat: 403, and my_chat_member updates
        group.kick_bot(); group.add_bot(); group.join(ann); group.leave(ann)
        new = group.migrate()                    # -> the supergroup; the old id keeps failing
        server.push({"poll": {...}})             # any other update -> its update_id

``next_message`` returns each message of the bot once, in the order sent (a cursor per chat,
messages that came before the call included); ``next_edit`` and ``next_deletion`` do so for edits
and deletions, ``next_action`` for chat actions. They raise ``TimeoutError`` and say what the bot
did instead. ``chat.skip()`` puts all four cursors at the end.

Messages
    ``Message``: ``message_id``, ``chat``, ``sender`` (a User; ``from_bot``), ``text`` or
    ``caption`` (``plain``: whichever there is), ``entities`` (UTF-16 offsets, Bot API dicts),
    ``marked("bold")`` (the substrings so marked), ``rows`` of ``Button(text, data, url, raw)``,
    ``buttons`` (flat), ``button(text)``, ``reply_markup``, ``reply_to`` (Message or None),
    ``thread``, ``photo`` (bytes of the picture sent), ``document``, ``link_preview_options``,
    ``history`` (the earlier versions, oldest first, each with text, entities, reply_markup,
    time), ``deleted``, ``time`` (of the server's clock), ``raw()`` (the Bot API object).
    ``chat.messages`` is what is visible now, in order; ``chat.bot_messages`` those of the bot.

What the bot called
    ``server.calls``: every call in order, ``Call(method, params, time, status, result,
    description, fault)``; ``server.calls_to("sendMessage")``; ``server.refusals`` those with
    status >= 400 that no fault caused (a test can end with ``assert not server.refusals``);
    ``server.commands`` {(scope json, language_code): commands}; ``server.webhook``;
    ``server.pending`` updates not yet confirmed; ``server.flooded`` the count of real 429s.
    ``await server.wait_for(lambda: ..., timeout)``: until something true is returned, tried
    again after every event; ``wait_for_sync``. ``await server.idle()``: until every update is
    confirmed.

Trouble on demand
    ``server.fault(method, kind, times=1, chat_id=None, **details)``; method ``"*"`` is any but
    getUpdates. Faults are used up in the order given. ``server.clear_faults()``.

    ==============  ============================================================================
    drop_before     the connection is dropped, nothing happens
    drop_after      it happens, then the connection is dropped: the caller cannot know
    hang            it happens, then the answer waits ``seconds``
    bad_gateway     502 with an HTML body, nothing happens
    internal        500 with a JSON body, nothing happens
    flood           429 with ``retry_after`` (seconds), nothing happens
    error           ``code``, ``description`` and optional ``parameters``, nothing happens
    garbage         200 with a body that is not JSON, nothing happens
    ==============  ============================================================================

    ``await server.down()`` closes the listener and every connection, ``await server.up()`` opens
    it on the same port (``down_sync``, ``up_sync``); ``server.force_conflict(n)`` answers 409 to
    the next n getUpdates; ``server.expire_queries()`` makes every query sent so far too old.
    ``server.webhook_target = "http://127.0.0.1:PORT/path"`` delivers there what is meant for the
    webhook's public URL, as the proxy in front of a bot would.

Limits
    With ``limits=True`` (or ``server.limits = FloodLimits(...)``): 1 message a second in a chat
    with a person (bursts of ``burst`` allowed), 20 a minute in a group, 30 a second overall; past
    that 429 with ``retry_after``. ``FloodLimits(extend=True)`` prolongs a penalty when the bot
    calls during it.
"""

from botapi_server.chats import Chat
from botapi_server.front import Call
from botapi_server.limits import FloodLimits
from botapi_server.params import ApiError
from botapi_server.questions import InlineAnswer, InlineQuery, Press
from botapi_server.server import BotApiServer
from botapi_server.threads import botapi_thread
from botapi_server.users import User
from botapi_server.world import Button, Message

__all__ = [
    "ApiError",
    "BotApiServer",
    "Button",
    "Call",
    "Chat",
    "FloodLimits",
    "InlineAnswer",
    "InlineQuery",
    "Message",
    "Press",
    "User",
    "botapi_thread",
]
