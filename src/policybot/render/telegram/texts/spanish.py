"""The texts in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

SPANISH: Mapping[str, str] = {
    "help": (
        "Pregúnteme sobre las políticas públicas que hay aquí. Respondo con sus propias palabras, "
        "al pie de la letra, con título, emisor y fecha.\n\n"
        "Escriba su pregunta y siga: «¿quién la emitió?», «¿y en 2013?», «la segunda», «más», "
        "«texto completo», «empezar de nuevo».\n\n"
        "/list – políticas por fecha: <code>/list MIIT 2012</code>\n"
        "/timeline – lo mismo con una imagen\n"
        "/issuers – quién las emitió\n"
        "/policy – abrir una por título, número o fecha\n"
        "/subscribe – avisos sobre un tema\n"
        "/subscriptions – sus avisos\n"
        "/settings – idioma, resultados por respuesta\n"
        "/privacy – qué se guarda de usted\n"
        "/forget – borrarlo\n\n"
        "En cualquier chat, escriba <code>@{bot} su pregunta</code>. En grupos, use /ask o "
        "respóndame."
    ),
    "start": (
        "Pregúnteme sobre políticas públicas. Respondo con las propias políticas, al pie de la "
        "letra, con título, emisor y fecha.\n\n{coverage}\n\nPor ejemplo:"
    ),
    "talk_greeting": "¡Hola! Pregúnteme sobre políticas públicas; respondo con sus propias "
    "palabras. Por ejemplo:",
    "talk_thanks": "¡De nada! ¿Algo más? Por ejemplo:",
    "talk_identity": "Busco respuestas en políticas públicas y muestro los pasajes al pie de la "
    "letra, con título, emisor y fecha. Nunca redacto respuestas. Por ejemplo:",
    "talk_help": "Pregunte con sus palabras y le muestro lo que dicen las políticas. /help enumera "
    "todo lo que puedo hacer. Por ejemplo:",
    "talk_start_over": "De acuerdo, empecemos de nuevo. ¿Qué quiere saber?",
    "talk_goodbye": "¡Hasta luego! Pregunte de nuevo cuando quiera.",
    "talk_goodbye_again": "¡Hasta luego! Pregunte de nuevo cuando quiera.",
    "talk_greeting_again": "¡Hola otra vez! ¿Qué quiere saber?",
    "talk_thanks_again": "¡De nada!",
    "talk_identity_again": "Cito políticas públicas al pie de la letra. Más en /help.",
    "talk_help_again": "Escriba una pregunta o vea /help.",
    "talk_start_over_again": "Empezamos de nuevo. ¿Qué quiere saber?",
    "group_hello": (
        "¡Hola! Respondo preguntas sobre políticas públicas con sus propias palabras.\n\n"
        "Pregunte con <code>/ask {example}</code> o responda a uno de mis mensajes.{mention}\n\n"
        "Los administradores pueden pedir avisos para este grupo: "
        "<code>/subscribe@{bot} tema</code>"
    ),
    "group_hello_mention": " También puede mencionarme: <code>@{bot}</code>",
    "coverage": "Conozco {policies} políticas, de {first} a {last}.",
    "coverage_year": "Conozco {policies} políticas, de {first}.",
    "coverage_one": "Conozco 1 política, de {first}.",
    "coverage_undated": "Políticas que conozco: {policies}.",
    "coverage_none": "Aún no hay políticas aquí.",
    "languages_here": "Las políticas están en {languages}. Pruebe a preguntar en ese idioma.",
    "example_issuer_year": "¿Qué emitió {issuer} en {year}?",
    "example_year": "¿Qué políticas hay de {year}?",
    "example_title": "¿Qué dice «{title}»?",
    "examples": "Por ejemplo:",
    "not_stated": "no consta",
    "issuer_missing": "emisor no consta",
    "date_missing": "fecha no consta",
    "date_worded": "{date} («{wording}»)",
    "number": "N.º {number}",
    "cites": "<i>Cita {wording}:</i>\n{text}",
    "defines": "<i>{terms}:</i>\n{text}",
    "source": "Fuente: <code>{source}</code>",
    "machine_read": "🖹 Leído por una máquina en una imagen de la página (confianza {confidence}).",
    "read_as": "Entendido como: {reading}",
    "other_language": "políticas en otro idioma que su pregunta",
    "undetermined": "{count} más: sus fuentes no lo dicen",
    "position": "{position} de {total}",
    "continues": "El pasaje continúa abajo.",
    "affected_replaces": "⚠ <b>Sustituida por {title}</b> ({date})",
    "affected_repeals": "⚠ <b>Derogada por {title}</b> ({date})",
    "affected_amends": "⚠ <b>Modificada por {title}</b> ({date})",
    "mark_replaces": "⚠ sustituida",
    "mark_repeals": "⚠ derogada",
    "mark_amends": "⚠ modificada",
    "mark_ended": "⚠ ya no está en vigor",
    "mark_not_yet": "⚠ aún no está en vigor",
    "mark_in_force": "✓ en vigor",
    "open_replaces": "Sustituida por {title}",
    "open_repeals": "Derogada por {title}",
    "open_amends": "Modificada por {title}",
    "whole": "📄 Texto completo",
    "passage_before": "↑ Anterior",
    "passage_after": "↓ Siguiente",
    "cite": "❝ Citar",
    "source_button": "ⓘ Fuente",
    "page_button": "🌐 Página",
    "share": "↗ Compartir",
    "follow": "🔔 Seguir",
    "back": "Volver a la lista",
    "in_bot": "Abrir en el bot",
    "as_docx": "Word (DOCX)",
    "as_pdf": "PDF",
    "as_txt": "Texto sin formato",
    "as_csv": "CSV",
    "source_full": "<b>{title}</b>\nFuente: <code>{source}</code>",
    "source_url": "Publicada en: {url}",
    "source_sha256": "SHA-256 de la fuente: <code>{sha256}</code>",
    "source_none": "No consta la fuente de esta política.",
    "source_link": "Enlace a esta política: {link}",
    "relation_amends": "Modifica",
    "relation_repeals": "Deroga",
    "relation_implements": "Desarrolla",
    "relation_replaces": "Sustituye",
    "whole_long": "Esta política ocupa {pages} mensajes. ¿Cómo la quiere?",
    "no_pdf": "Sin PDF: el bot no tiene fuente para algunos caracteres de esta política.",
    "file_caption": "<b>{title}</b>",
    "cite_title": "<b>Citar esta política</b> – toque un bloque para copiarlo.",
    "cite_plain": "Texto sin formato",
    "no_passage_before": "Aquí empieza la política.",
    "no_passage_after": "Aquí termina la política.",
    "changed_since": "Esta política ha cambiado desde entonces. Pregunte de nuevo para verla.",
    "subjects_replaces": "lo que sustituye a {policy}",
    "subjects_repeals": "lo que deroga {policy}",
    "subjects_amends": "lo que modifica {policy}",
    "subjects_implements": "lo que desarrolla {policy}",
    "objects_replaces": "lo que {policy} sustituye",
    "objects_repeals": "lo que {policy} deroga",
    "objects_amends": "lo que {policy} modifica",
    "objects_implements": "lo que {policy} desarrolla",
    "any_replaces": "políticas sustituidas",
    "any_repeals": "políticas derogadas",
    "any_amends": "políticas modificadas",
    "any_implements": "políticas desarrolladas",
    "phrases_absent": "sin {phrases}",
    "titled": "{words} en el título",
    "of_kind": "de la clase {words}",
    "untitled": "sin {words} en el título",
    "order_newest": "primero las más recientes",
    "order_oldest": "primero las más antiguas",
    "count_newest": "las {count} más recientes",
    "count_oldest": "las {count} más antiguas",
    "count_relevance": "{count} como máximo",
    "period_since": "desde {since}",
    "jointly": "emitidas conjuntamente",
    "bodies": "emitidas por {count} organismos",
    "bodies_or_more": "emitidas por {count} organismos o más",
    "alone": "emitidas por un solo organismo",
    "issued_without": "no emitidas por {bodies}",
    "period_until": "hasta {until}",
    "numbered": "n.º {number}",
    "list_one": "<b>1 política</b>",
    "list_many": "<b>{total} políticas</b>",
    "list_of": "<b>{count} de {total} políticas</b>",
    "undated": "Fecha no consta",
    "newest_first": "↓ Recientes primero",
    "oldest_first": "↑ Antiguas primero",
    "by_issuer": "Emisor ▾",
    "by_year": "Año ▾",
    "by_kind": "Tipo ▾",
    "choose_issuer": "¿Qué emisor?",
    "choose_year": "¿Qué año?",
    "choose_kind": "¿Qué tipo de documento?",
    "chip": "{name} ({count})",
    "chip_off": "✕ {name}",
    "list_caption_one": "<b>1 política</b>",
    "list_caption_many": "<b>{count} políticas</b>",
    "no_more": "Eso era todo.",
    "choose_from": "Elija un número del 1 al {total}.",
    "refused_no_policy_matches_filters": "Ninguna política coincide con eso.",
    "refused_unknown_issuer": "No conozco ese emisor.",
    "refused_nothing_similar_enough": "No encontré ninguna política que responda a eso.",
    "refused_no_such_relation": "Las políticas de aquí no dicen nada de eso.",
    "refused_no_such_provision": "La política no tiene ese artículo o sección.",
    "refused_no_such_comparison": "Nada que comparar: nombre dos textos, o uno con versiones.",
    "refused_empty_question": "¿Qué quiere saber? Por ejemplo: {example}",
    "refused_empty_corpus": "Aún no hay políticas aquí.",
    "no_issuer": "«{name}» no emitió ninguna de las políticas de aquí.",
    "nearest_issuer": "¿Quiso decir {name}?",
    "emptied_by": "Nada coincide con {filter}.",
    "filter_issuers": "ese emisor",
    "filter_dates": "esas fechas",
    "filter_number": "ese número",
    "filter_phrases": "esas palabras exactas",
    "filter_validity": "esa vigencia",
    "near_misses": "Políticas relacionadas:",
    "refused_closest": "No estoy seguro de haber encontrado una respuesta.",
    "closest": "Lo más parecido; quizá no responda a su pregunta:",
    "quoted": "«{words}»",
    "unheld": "Ningún pasaje contiene {words}.",
    "other_kinds": "nada del tipo {words}; estas son de otros tipos",
    "asked_of": "Ninguna política de {names}, ni que lo nombre, responde con seguridad.",
    "drop_issuers": "Buscar en todos los emisores",
    "drop_dates": "Buscar en todos los años",
    "drop_number": "Buscar sin el número",
    "drop_phrases": "Buscar sin las palabras exactas",
    "drop_validity": "Estén o no en vigor",
    "drop_unknown": "Buscar sin el emisor",
    "thanks": "¡Gracias!",
    "vote_taken_back": "Su voto se ha retirado.",
    "what_was_wrong": "Lo siento. ¿Qué estaba mal?",
    "wrong_passage": "Otro pasaje",
    "wrong_validity": "No está en vigor",
    "wrong_incomplete": "Incompleto",
    "wrong_other": "Otra cosa",
    "expired": "Este botón ya no funciona. Pregunte de nuevo.",
    "not_yours": "Estos botones son de otra persona.",
    "gone": "Esta política ya no está aquí.",
    "failed": "Algo falló de mi lado. Inténtelo de nuevo. ({reference})",
    "busy": "No puedo buscar en este momento. Inténtelo en un momento.",
    "unavailable": "Las políticas no están disponibles ahora. Tengo su mensaje y responderé en "
    "cuanto lo estén.",
    "inline_busy": "No disponible ahora; inténtelo pronto",
    "text_only": "Solo puedo leer texto. Escriba su pregunta.",
    "too_fast": "Son más de {limit} mensajes por minuto. Los responderé todos, uno tras otro; "
    "tardaré un poco más.",
    "too_fast_press": "Un poco más despacio, por favor.",
    "denied": "Este bot no está abierto para usted.",
    "unknown_command": "No conozco esa orden. Vea /help.",
    "private_only": "Use esta orden en un chat privado conmigo.",
    "admins_only": "Solo los administradores de este chat pueden hacerlo.",
    "follow_admins_only": "Aquí solo los administradores pueden seguir una política, y los avisos "
    "llegan a este chat. Para recibirlos usted, ábrala en un chat privado conmigo.",
    "channel_press": "Solo los administradores de este canal pueden usar estos botones. "
    "Pregúnteme en un chat privado: @{bot}",
    "ask_what": "¿Qué quiere saber?",
    "policy_which": "¿Qué política? Envíe su título, número o fecha.",
    "subscribe_which": "¿Sobre qué tema quiere avisos?",
    "subscribe_words": "Añada un tema: <code>{example}</code>",
    "hint_ask": "p. ej. {example}",
    "hint_policy": "Título, número o fecha",
    "hint_subscribe": "p. ej. {example}",
    "policy_unknown": "No encontré ninguna política llamada «{id}».",
    "policy_nearest": "¿Quiso decir:",
    "issuers_title": "<b>{total} emisores</b>",
    "issuers_none": "En ninguna política de aquí consta el emisor.",
    "timeline_caption": "{total} políticas por fecha y emisor",
    "subscribed": "Hecho. Le avisaré cuando una política nueva o modificada trate de «{topic}».",
    "subscribed_policy": "Hecho. Le avisaré cuando «{topic}» cambie, o cuando otra política la "
    "modifique, la sustituya o la desarrolle.",
    "subscribed_policy_chat": "Hecho. {chat} recibirá un aviso cuando «{topic}» cambie, o cuando "
    "otra política la modifique, la sustituya o la desarrolle.",
    "subscribed_already": "Ya recibe avisos sobre «{topic}».",
    "subscribed_chat": "Hecho. {chat} recibirá un aviso cuando una política nueva o modificada "
    "trate de «{topic}».",
    "preview_all": "Todas las políticas coinciden. Para recibir menos avisos, ponga entre comillas "
    "palabras que deban contener: <code>/subscribe «{topic}»</code>. Las más recientes:",
    "preview_none": "Ahora mismo no hay ninguna.",
    "preview_one": "Ahora mismo hay 1:",
    "preview_many": "Ahora mismo hay {count}. Las más recientes:",
    "subscriptions_many": "Tiene {limit} avisos, el máximo. Termine uno antes: /subscriptions",
    "subscriptions": "<b>Sus avisos</b> – toque uno para terminarlo, o su reloj para recibirlo con "
    "menos frecuencia.",
    "subscriptions_none": "No tiene avisos. Cree uno: /subscribe",
    "unsubscribe_all": "Terminar todos",
    "unsubscribed": "Ya no recibirá avisos sobre «{topic}».",
    "unsubscribed_all": "Ya no recibirá avisos.",
    "end_alert": "🔕 Terminar estos avisos",
    "pace_now": "🕐 al momento",
    "pace_daily": "🕐 cada día",
    "pace_weekly": "🕐 cada semana",
    "pace_set_now": "Recibirá estos avisos al momento.",
    "pace_set_daily": "Recibirá estos avisos una vez al día.",
    "pace_set_weekly": "Recibirá estos avisos una vez a la semana.",
    "news_new": "🔔 Nueva sobre «{topic}»:",
    "news_changed": "🔔 Cambió sobre «{topic}» ({what}):",
    "news_related": "🔔 Una política nueva se refiere a «{topic}»:",
    "news_many": "🔔 «{topic}»: {new} nuevas, {changed} modificadas",
    "changed_title": "título",
    "changed_date": "fecha",
    "changed_text": "texto",
    "changed_unknown": "contenido",
    "channel_unknown": "No encuentro {chat}. Añádame antes como administrador.",
    "channel_not_admin": "Solo puedo hacerlo en un chat en el que ambos seamos administradores.",
    "settings": "Idioma: {language}\nResultados por respuesta: {hits}",
    "settings_saved": "Guardado.",
    "language_auto": "como en Telegram",
    "language_en": "English",
    "language_zh": "简体中文",
    "language_es": "Español",
    "privacy_kept": (
        "<b>Qué se guarda</b>\nDurante {days} días, bajo un hash con sal en lugar de su id: sus "
        "preguntas, lo que abrió y de qué trata nuestra conversación, para que pueda seguir "
        "preguntando. Sus votos, bajo ese hash. Sus ajustes y avisos, bajo su id, hasta que los "
        "termine. Lo que mostró cada respuesta, para que sus botones sigan funcionando. Nada más, "
        "y nadie más lo recibe.\n\n/forget lo borra todo."
    ),
    "privacy_off": (
        "<b>Qué se guarda</b>\nSus preguntas, no. Sus votos, bajo un hash con sal en lugar de su "
        "id. Sus ajustes y avisos, bajo su id, hasta que los termine. Lo que mostró cada "
        "respuesta, para que sus botones sigan funcionando. Nada más, y nadie más lo recibe."
        "\n\n/forget lo borra todo."
    ),
    "privacy_logged": "Este bot también escribe cada pregunta en su registro, bajo un número que "
    "no nombra a nadie. Cuánto se guarda lo decide quien lo gestiona; /forget no llega a él.",
    "forget": "¿Borrar todo lo guardado de usted: preguntas, respuestas, ajustes y avisos? Los "
    "botones de respuestas anteriores dejarán de funcionar.",
    "forget_yes": "Borrarlo todo",
    "forget_no": "Conservarlo",
    "forgotten": "Borrado. Ya no se guarda nada de usted.",
    "kept": "No se borró nada.",
    "inline_start": "Escriba una pregunta sobre políticas públicas",
    "inline_none": "Nada encontrado – cómo preguntar",
    "status": (
        "<b>Estado</b>\nGeneración: <code>{generation}</code>\nCodificador: "
        "<code>{encoder}</code>\nPolíticas: {policies}, pasajes: {passages}\nEn marcha: {uptime}\n"
        "Tiempo de respuesta: p50 {p50} ms, p95 {p95} ms ({answers} respuestas)\n"
        "En espera: {waiting}"
    ),
    "stats": (
        "<b>Estadísticas</b>\nPreguntas: {questions}, sin respuesta: {unanswered}\n"
        "👍 {up}  👎 {down}{reasons}\nAvisos: {subscriptions}"
    ),
    "unanswered": "<b>Preguntas sin respuesta</b>",
    "unanswered_none": "Todas las preguntas guardadas tuvieron respuesta.",
    "unanswered_off": "No se guardan preguntas (retention_days = 0).",
    "reloaded": "Ahora respondo con la generación <code>{generation}</code>.",
    "reload_same": "La generación <code>{generation}</code> es la última.",
    "admin_no_index": "⚠ No hay índice con el que responder: {reason}\n\nSe pide a la gente que "
    "espere. Empezaré a responder en cuanto haya uno.",
    "admin_index_there": "✓ El índice está listo: {policies} políticas. Ya respondo.",
    "admin_state_lost": "⚠ Mi archivo de estado no se puede usar: {reason}\n\nNo acepto mensajes "
    "nuevos hasta que se restaure de una copia y se me reinicie. Telegram los guarda un día.",
    "bot_description": "Pregunte sobre políticas públicas con sus palabras. Verá los propios "
    "pasajes, al pie de la letra, con título, emisor y fecha; nunca un texto inventado. Escriba "
    "una pregunta o vea /help.",
    "bot_about": "Responde sobre políticas públicas con sus propias palabras: título, emisor, "
    "fecha, pasaje.",
    "menu_ask": "Hacer una pregunta",
    "menu_list": "Políticas por fecha",
    "menu_timeline": "Políticas por fecha, con imagen",
    "menu_issuers": "Quién las emitió",
    "menu_policy": "Abrir una por título, número o fecha",
    "menu_subscribe": "Recibir avisos sobre un tema",
    "menu_subscriptions": "Sus avisos",
    "menu_settings": "Idioma, resultados por respuesta",
    "menu_privacy": "Qué se guarda de usted",
    "menu_forget": "Borrar lo guardado de usted",
    "menu_help": "Qué puedo hacer",
    "menu_status": "Admin: generación, cantidades, tiempos",
    "menu_stats": "Admin: preguntas y votos",
    "menu_unanswered": "Admin: preguntas sin respuesta",
    "menu_reload": "Admin: pasar al último índice",
}
