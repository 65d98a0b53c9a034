/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Every limit of botline, in one table: X(name, value, unit, what it bounds). A limit that
 * an operator has a reason to turn is a configuration key instead (conf/cfg_keys.def).
 * botline(8) prints this table; a test compares the two.
 */
#define LIMITS(X) \
	X(LIMIT_REQUEST_BODY, 256 * 1024, "bytes", "body of a webhook") \
	X(LIMIT_REQUEST_PARAM, 16 * 1024, "bytes", \
	    "one header or variable of a request") \
	X(LIMIT_REQUEST_READ_MS, 15000, "ms", "time a request may take to arrive") \
	X(LIMIT_SOCKET_MS, 5000, "ms", "silence of a FastCGI peer in mid-request") \
	X(LIMIT_CROWDED_MS, 1000, "ms", \
	    "the same two while more than half of the workers are busy") \
	X(LIMIT_FORM_FIELDS, 1000, "fields", "fields of a form body") \
	X(LIMIT_ADDRESS, 256, "bytes", "a sender's or receiver's address") \
	X(LIMIT_SID, 34, "bytes", "a MessageSid") \
	X(LIMIT_USER_TEXT, 8192, "bytes", "text of a user that goes to the bot") \
	X(LIMIT_JSON_DEPTH, 32, "levels", "nesting of any JSON text") \
	X(LIMIT_JSON_VALUES, 50000, "values", "values in any JSON text, all told") \
	X(LIMIT_UPSTREAM_BYTES, 1024 * 1024, "bytes", "one answer of an upstream") \
	X(LIMIT_UPSTREAM_HEADERS, 32 * 1024, "bytes", \
	    "headers of one answer of an upstream") \
	X(LIMIT_URL, 2048, "bytes", "a URL we call or are called at") \
	X(LIMIT_TOKEN, 8192, "bytes", "an access or session token") \
	X(LIMIT_HTML, 256 * 1024, "bytes", "one answer's HTML") \
	X(LIMIT_ANSWERS, 50, "answers", "answers in one response of the bot") \
	X(LIMIT_OPTIONS, 100, "options", "options of one answer") \
	X(LIMIT_LABEL, 512, "bytes", "an option's label") \
	X(LIMIT_OPTION_VALUE, 512, "bytes", "what an option stands for at the bot") \
	X(LIMIT_AGENT_FIELDS, 50, "fields", "of a form that is for an agent") \
	X(LIMIT_AGENT_FORM, 16 * 1024, "bytes", "their names and values, all told") \
	X(LIMIT_HISTORY_LINES, 300, "lines", \
	    "of what was said to the bot, read for an agent") \
	X(LIMIT_HISTORY_BYTES, 128 * 1024, "bytes", "their texts") \
	X(LIMIT_TRACK_CODE, 2048, "bytes", "a code to rate or count a content with") \
	X(LIMIT_PART_UNITS, 1600, "UTF-16 units", "one message to a phone (Twilio)") \
	X(LIMIT_MEDIA, 10, "media", "pictures and files in one message (Twilio)") \
	X(LIMIT_ANSWER_MEDIA, 30, "media", "pictures and files of one answer") \
	X(LIMIT_REPLY_MESSAGES, 10, "messages", \
	    "messages in one TwiML reply (Twilio)") \
	X(LIMIT_REPLY_ALL, 60, "messages", \
	    "messages of one reply that goes out by the queue") \
	X(LIMIT_TURN_LINE_MS, 5000, "ms", \
	    "a message from the queue waits for its conversation, then later again") \
	X(LIMIT_TWIML, 64 * 1024, "bytes", "one TwiML document (Twilio)") \
	X(LIMIT_STREAK, 15, "messages", \
	    "in TwiML replies that follow each other (Twilio); then they are sent") \
	X(LIMIT_STREAK_S, 35, "s", \
	    "between two of them ends that: 30 at Twilio, by its own clock") \
	X(LIMIT_RECORD, 256 * 1024 - 512, "bytes", "one conversation's record") \
	X(LIMIT_CLAIMS, 16, "messages", "recent MessageSids kept with their replies") \
	X(LIMIT_KNOWN, 128, "ids", \
	    "MessageSids and tokens of 64 earlier messages, without replies") \
	X(LIMIT_REPEAT_TOKEN, 64, "bytes", \
	    "an I-Twilio-Idempotency-Token; a longer one is not looked at") \
	X(LIMIT_CLAIM_BYTES, 96 * 1024, "bytes", "replies kept for repeats") \
	X(LIMIT_BEGUN, 4, "messages", \
	    "interrupted on their way to an agent, known to go on from there") \
	X(LIMIT_BEGUN_BYTES, 48 * 1024, "bytes", "what is kept of them") \
	X(LIMIT_BEGUN_S, 3600, "s", "in which it is kept") \
	X(LIMIT_EVENT_BYTES, 64 * 1024, "bytes", \
	    "what one event of an agent says to the user") \
	X(LIMIT_PENDING_BYTES, 32 * 1024, "bytes", "options kept to be chosen from") \
	X(LIMIT_WAITING, 2, "messages", \
	    "messages that wait behind one being answered") \
	X(LIMIT_TURN_MS, 45000, "ms", "a turn, which may go on after its answer") \
	X(LIMIT_JOIN, 8, "messages", "of a user that are asked as one") \
	X(LIMIT_LOOP_SAME, 8, "times", \
	    "one text gets one reply in a row before it is taken for a machine's") \
	X(LIMIT_LOOP_S, 600, "s", "in which that counts, and then gets none") \
	X(LIMIT_LOCK_GRACE_MS, 1500, "ms", "waiting for a turn beyond its deadline") \
	X(LIMIT_HOLDING_MS, 30000, "ms", \
	    "a holding notice that could not be sent is still tried") \
	X(LIMIT_MIN_CALL_MS, 50, "ms", "time left below which the bot is not asked") \
	X(LIMIT_CONNECT_MS, 5000, "ms", "connecting to an upstream") \
	X(LIMIT_CONNECTIONS, 4, "connections", "kept open to upstreams by one worker") \
	X(LIMIT_CONNECTION_S, 50, "s", "such a connection without use") \
	X(LIMIT_RETRIES, 3, "tries", "one upstream call that is throttled") \
	X(LIMIT_SENDER_FULL_MS, 60000, "ms", \
	    "a number's queue at Twilio is full: before the next try") \
	X(LIMIT_LIST_PAGE, 50, "messages", "in one page of Twilio's list of them") \
	X(LIMIT_LIST_PAGES, 5, "pages", "of it read to find one message") \
	X(LIMIT_LIST_SKEW_S, 30, "s", "Twilio's clock and ours may differ") \
	X(LIMIT_LIST_LAG_S, 60, "s", "until a message must stand in that list") \
	X(LIMIT_ONLINE_MS, 10000, "ms", \
	    "each upstream that botlinectl check --online asks") \
	X(LIMIT_NUMBERS, 20, "pages", \
	    "of 50 numbers of a Twilio account that it looks at") \
	X(LIMIT_MEDIA_MS, 60000, "ms", "fetching one file from Twilio") \
	X(LIMIT_MEDIA_HOPS, 2, "redirects", "on the way to a file") \
	X(LIMIT_MEDIA_EARLY_MS, 1000, "ms", \
	    "a file that is not there yet: before the second try; thrice before the third") \
	X(LIMIT_FILE_NAME, 100, "bytes", "the name of a file that is passed on") \
	X(LIMIT_CONFIG_FILE, 1024 * 1024, "bytes", \
	    "one configuration or language file") \
	X(LIMIT_SECRET_FILE, 4096, "bytes", "one secret in a file") \
	X(LIMIT_PHP_FILE, 1024 * 1024, "bytes", \
	    "one file of the PHP template that is imported") \
	X(LIMIT_PHP_DEPTH, 32, "levels", "nesting in such a file") \
	X(LIMIT_PHP_VALUES, 10000, "values", "in such a file, all told") \
	X(LIMIT_IMPORT_FINDINGS, 1000, "findings", \
	    "of one such import, told one by one") \
	X(LIMIT_PHP_BYTES, 8 * 1024 * 1024, "bytes", "of texts joined in such a file") \
	X(LIMIT_FINDINGS, 200, "findings", \
	    "of one look at the configuration, told one by one") \
	X(LIMIT_EXCEPTIONS, 1098, "days", "service hours of their own") \
	X(LIMIT_ZONE_BYTES, 64 * 1024, "bytes", "one file of the time zone database") \
	X(LIMIT_RULE_STEPS, 20000, "steps", "matching an environment rule (PCRE2)") \
	X(LIMIT_BOT_IDLE_S, 1440, "s", "a bot's session without use") \
	X(LIMIT_REFRESH_AHEAD_S, 180, "s", \
	    "an access token is renewed before its end") \
	X(LIMIT_REFRESH_PAUSE_MS, 10000, "ms", \
	    "between two tries to renew an access token") \
	X(LIMIT_REFUSED_MS, 2000, "ms", "a refused API key is not tried again") \
	X(LIMIT_SETUP_MS, 2000, "ms", "a turn waits for what is set up at the bot") \
	X(LIMIT_SETUP_AGE_S, 1800, "s", "what is set up at the bot is kept") \
	X(LIMIT_SETUP_PAUSE_MS, 60000, "ms", \
	    "and not asked for again when that failed") \
	X(LIMIT_SETUP_BYTES, 1024 * 1024, "bytes", \
	    "what is set up at the bot, in its file") \
	X(LIMIT_SETUP_TEXTS, 5000, "texts", "set up at the bot, of all languages") \
	X(LIMIT_SETUP_TEXT, 4096, "bytes", "one of them") \
	X(LIMIT_RATING_HOLD_S, 600, "s", "a rating waits for its comment") \
	X(LIMIT_RATING_TRIES, 5, "tries", "to tell the bot a rating it did not take") \
	X(LIMIT_RATING_RETRY_S, 300, "s", "between two of them") \
	X(LIMIT_NOTE_MS, 4000, "ms", \
	    "a turn waits for the bot to note a rating or click") \
	X(LIMIT_NOTE_LEAST_MS, 1000, "ms", \
	    "time left below which a rating is not begun to be told") \
	X(LIMIT_HYPERCHAT_ID, 128, "bytes", "an id of HyperChat") \
	X(LIMIT_HYPERCHAT_BODY, 1024 * 1024, "bytes", \
	    "one request to HyperChat, but for files") \
	X(LIMIT_HYPERCHAT_HISTORY, 128 * 1024, "bytes", \
	    "what was said before, handed to an agent") \
	X(LIMIT_HYPERCHAT_CHATS, 50, "chats", "of a user, asked for one not closed") \
	X(LIMIT_SURVEY_ITEMS, 200, "items", "of a survey; what follows is left out") \
	X(LIMIT_SURVEY_CHOICES, 100, "choices", "of one of them") \
	X(LIMIT_SURVEY_BYTES, 16 * 1024, "bytes", \
	    "a survey that runs, with its answers, in a record") \
	X(LIMIT_SURVEY_SAID, 32 * 1024, "bytes", \
	    "what a survey says first, kept until it is answered") \
	X(LIMIT_SURVEY_ANSWER, 2000, "bytes", "of what a user says to a survey") \
	X(LIMIT_SURVEY_TRY_S, 300, "s", "in which a survey is asked for after a chat") \
	X(LIMIT_SURVEY_S, 1800, "s", "a survey waits for an answer") \
	X(LIMIT_CLOSE_AGAIN_MS, 1500, "ms", \
	    "beyond the deadline, to close a chat that found no agent") \
	X(LIMIT_AGENT_TRIES, 3, "tries", "to hand an agent what the user says") \
	X(LIMIT_AGENT_PAUSE_MS, 600, "ms", \
	    "before the second of them; twice that before the third") \
	X(LIMIT_AGENT_LAG_MS, 5000, "ms", \
	    "until what was said when we were killed must stand in the chat") \
	X(LIMIT_AGENT_UNSURE_S, 120, "s", \
	    "in which is found out whether an agent has heard a message") \
	X(LIMIT_QUEUE_NOTICE_S, 60, "s", \
	    "between two words to a user that he waits for an agent") \
	X(LIMIT_CHAT_AGENTS, 8, "agents", \
	    "of one chat whose coming is said only once") \
	X(LIMIT_EVENT_WAIT_MS, 2000, "ms", \
	    "an event waits for a conversation that is busy") \
	X(LIMIT_EVENT_AGAIN_MS, 500, "ms", "before it does so again") \
	X(LIMIT_EVENT_TRIES, 10, "tries", \
	    "to find out what an event means, about eight minutes") \
	X(LIMIT_EVENT_FILE_TRIES, 3, "tries", "to fetch an agent's file") \
	X(LIMIT_MESSENGER_BODY, 1024 * 1024, "bytes", "one request to Messenger") \
	X(LIMIT_PEOPLE, 50, "people", "of one e-mail address, told by Messenger") \
	X(LIMIT_TICKET_EVENTS, 1000, "events", "in one webhook about tickets") \
	X(LIMIT_HOURS_MS, 4000, "ms", "a turn waits for Messenger's service hours") \
	X(LIMIT_PHONES_MS, 3000, "ms", \
	    "a turn waits for the phones of a ticket's person to be kept") \
	X(LIMIT_HOURS_KEPT_S, 1800, "s", "Messenger's service hours are kept") \
	X(LIMIT_DAY_RANGES, 24, "ranges", "of one day of them") \
	X(LIMIT_UNPROVEN_PER_S, 20, "events", \
	    "of HyperChat that are not signed, taken in a second by one process") \
	X(LIMIT_ALLOW_S, 3600, "s", \
	    "for the one handshake that botlinectl has allowed") \
	X(LIMIT_HANDOUT_SEND_MS, 120000, "ms", "handing out one file") \
	X(LIMIT_TICKET, 64, "bytes", "the number of a ticket") \
	X(LIMIT_CHALLENGE, 1024, "bytes", "of Messenger's, that is answered") \
	X(LIMIT_CLOCK_SKEW_S, 120, "s", "HyperChat's clock may differ from ours") \
	X(LIMIT_HOOK_SECRET, 256, "bytes", "a secret of HyperChat's handshake") \
	X(LIMIT_HOOK_SECRETS, 8, "secrets", "of handshakes, tried on an event") \
	X(LIMIT_DUE_RETRY_S, 60, "s", "a mark that was taken is put off") \
	X(LIMIT_DUE_WAIT_MS, 50, "ms", \
	    "waiting for a marked conversation that is busy") \
	X(LIMIT_CONV_ID, 1024, "bytes", "the id of a conversation") \
	X(LIMIT_DUE_FILES, 10000, "marks", \
	    "of conversations due later, looked at in one search") \
	X(LIMIT_DUE_EVERY_S, 5, "s", "pause between two searches for such marks") \
	X(LIMIT_DUE_MS, 5000, "ms", "in which conversations that are due are begun") \
	X(LIMIT_CGI_DUE, 3, "conversations", "due, worked by a CGI program") \
	X(LIMIT_CGI_JOBS_MS, 5000, "ms", \
	    "in which jobs of the queue are begun by a CGI program") \
	X(LIMIT_CGI_THREADS, 4, "threads", "that do so") \
	X(LIMIT_STATE_WAIT_MS, 5000, "ms", \
	    "waiting for another process at the state (queue)") \
	X(LIMIT_STATE_CACHE, 512 * 1024, "bytes", \
	    "of the state's file kept in memory") \
	X(LIMIT_STATE_LOG, 4 * 1024 * 1024, "bytes", \
	    "of the state's log, once it is worked in") \
	X(LIMIT_QUEUE_JOBS, 100000, "jobs", "in the queue; more are refused") \
	X(LIMIT_QUEUE_BYTES, 256 * 1024 * 1024, "bytes", \
	    "all jobs in the queue; more are refused") \
	X(LIMIT_QUEUE_LANE, 2000, "jobs", "of one conversation; more are refused") \
	X(LIMIT_QUEUE_BATCH, 1000, "jobs", "added in one step") \
	X(LIMIT_QUEUE_BODY, 512 * 1024, "bytes", "one job") \
	X(LIMIT_QUEUE_KIND, 32, "bytes", "the word for a kind of job") \
	X(LIMIT_QUEUE_WHY, 240, "bytes", "the reason of a try's failure that is kept") \
	X(LIMIT_QUEUE_THREADS, 64, "threads", "that work the queue") \
	X(LIMIT_QUEUE_TURNS, 24, "threads", "of them that work turns at once") \
	X(LIMIT_QUEUE_EVENTS, 24, "threads", "of them that work events of agents") \
	X(LIMIT_QUEUE_OFFICE, 8, "threads", \
	    "of them that work each other kind that asks agents or office") \
	X(LIMIT_QUEUE_READY, 4, "threads", "of them that do not wait to be needed") \
	X(LIMIT_QUEUE_GIVEN_UP, 1000, "jobs", \
	    "that could not be put back, remembered until they can") \
	X(LIMIT_QUEUE_POLL_MS, 1000, "ms", \
	    "between two looks for jobs of other processes") \
	X(LIMIT_LEASE_MS, 60000, "ms", "a job is one worker's unless he says more") \
	X(LIMIT_JOB_MS, 600000, "ms", "one try of a job") \
	X(LIMIT_BACKOFF_FIRST_MS, 1000, "ms", "before a job is tried again") \
	X(LIMIT_BACKOFF_MS, 300000, "ms", "the longest such pause") \
	X(LIMIT_SEEN_S, 172800, "s", "an event or message that comes again is known") \
	X(LIMIT_SENT_S, 86400, "s", "the id of a message that was sent is kept") \
	X(LIMIT_SENT, 64, "ids", "of messages sent, kept of one conversation") \
	X(LIMIT_CONFIRM_MS, 10000, "ms", \
	    "a conversation's next message waits for news of the one before") \
	X(LIMIT_NEWS_S, 600, "s", \
	    "news of a message are kept until it is known that it is ours") \
	X(LIMIT_PACE_AHEAD_MS, 250, "ms", \
	    "what a sender may send in that time may leave at once") \
	X(LIMIT_PACE_S, 14400, "s", \
	    "a message is put off because of its sender's pace") \
	X(LIMIT_DEAD, 10000, "letters", "dead letters kept; the oldest goes") \
	X(LIMIT_DEAD_S, 2592000, "s", "a dead letter is kept") \
	X(LIMIT_KV_NAME, 512, "bytes", "name of a value kept in the state") \
	X(LIMIT_KV_VALUE, 4096, "bytes", "such a value") \
	X(LIMIT_CHAT_FIELD, 2048, "bytes", "one text of what is kept of a live chat") \
	X(LIMIT_CHAT_EXTRA, 16 * 1024, "bytes", \
	    "what the dialogue keeps of a live chat beside that") \
	X(LIMIT_CHAT_OPEN_S, 2592000, "s", "a live chat is known after its last use") \
	X(LIMIT_CHAT_CLOSED_S, 86400, "s", "a live chat is known after its end") \
	X(LIMIT_HANDOUT_FILES, 1000, "files", \
	    "handed out at a time; more are refused") \
	X(LIMIT_HANDOUT_BYTES, 512 * 1024 * 1024, "bytes", \
	    "of all of them; more are refused") \
	X(LIMIT_HANDOUT_TEXT, 1024, "bytes", "type or name of such a file") \
	X(LIMIT_SWEEP_EVERY_S, 60, "s", "pause between two sweeps of old sessions") \
	X(LIMIT_SWEEP_FILES, 2000, "files", "looked at in one sweep") \
	X(LIMIT_SWEEP_ROWS, 5000, "rows", \
	    "of each kind in the state, removed in one sweep") \
	X(LIMIT_CGI_SWEEP_FILES, 20, "files", "looked at by a CGI program") \
	X(LIMIT_CGI_SWEEP_ROWS, 20, "rows", "of each kind, removed by one") \
	X(LIMIT_TMP_AGE_S, 3600, "s", "a temporary file is left alone") \
	X(LIMIT_LAST_WORDS_MS, 1000, "ms", "for turns that outlast server.drain_s") \
	X(LIMIT_HANDOVER_MS, 4000, "ms", \
	    "a stop while others wait in an inherited socket's line") \
	X(LIMIT_HURRY_LOOK_MS, 500, "ms", \
	    "until a turn that waits sees that the process is to stop") \
	X(LIMIT_HEALTH_OLD_S, 300, "s", \
	    "age of the oldest job at which health is degraded") \
	X(LIMIT_HEALTH_DEAD_S, 3600, "s", "a dead letter counts as new to it") \
	X(LIMIT_HEALTH_FAILING, 5, "tries", \
	    "that fail in a row at one upstream, for it to be told") \
	X(LIMIT_HEALTH_DENIED, 3, "tries", "in a row that are denied, the same") \
	X(LIMIT_HEALTH_DISK, 64 * 1024 * 1024, "bytes", \
	    "free where sessions and state are, below which it is told") \
	X(LIMIT_WATCH_TEXT, 256 * 1024, "bytes", "what health or metrics say") \
	X(LIMIT_LOG_LINE, 4000, "bytes", "one line of the log") \
	X(LIMIT_LOG_BODY, 1500, "bytes", "of a body, in the log at debug level") \
	X(LIMIT_LOG_WEBHOOK, 3200, "bytes", \
	    "of a webhook's body, escaped, in that log") \
	X(LIMIT_LOG_QUERY, 300, "bytes", "of its address's query")

enum limit {
#define LIMITS_ENUM(name, value, unit, what) name = (value),
	LIMITS(LIMITS_ENUM)
#undef LIMITS_ENUM
};

struct limit_row {
	const char *name, *unit, *what;
	int64_t value;
};

extern const struct limit_row limit_rows[];
extern const size_t n_limit_rows;

#endif
