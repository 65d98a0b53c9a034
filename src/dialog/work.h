/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_WORK_H
#define DIALOG_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/attr.h"
#include "bot/bot.h"
#include "dialog/compose.h"
#include "dialog/dialog.h"
#include "dialog/match.h"
#include "dialog/once.h"
#include "dialog/options.h"
#include "dialog/session.h"
#include "dialog/step.h"
#include "store/queue.h"

struct cfg;
struct conv;
struct lang;

/*
 * Which way the reply goes, and who waits for it: ways.c. A job of the queue owns a reply
 * that goes out by it.
 */
struct way {
	struct turn own; /* work.t: its until_ms is moved */
	int64_t ord_ms; /* the message's place in the queue, Unix time */
	int64_t until_ms; /* when the work has to be over, whatever waits */
	int64_t alarm_ms; /* when the one who waits is told that it takes longer */
	size_t said; /* messages he was told then: a holding notice */
	bool open; /* there is a queue, and a way out of it */
	bool stuck; /* there is, but nothing can be written there */
	bool answered; /* whoever waited has his answer */
	bool owned; /* there is a job */
	bool lent; /* it is of the queue's worker, who ends it */
	struct job job;
	const struct new_job *follow; /* the reply, as jobs that take its place */
	size_t n_follow;
};

/*
 * One turn's work, shared by the files of this room that do its parts: turn.c begins and
 * commits it, ways.c brings the reply on its way, acts.c does what the table of step.c says, show.c shows what the bot says,
 * rating.c asks for ratings, hold.c sends them, commands.c has the commands, escalate.c
 * asks users whether they want an agent, connect.c opens the chat, chat.c is what goes on
 * there, survey_talk.c is the survey behind it.
 */
struct work {
	const struct dialog *d;
	const struct turn *t;
	const char *conv_id;
	const struct inbound *in; /* NULL when nobody wrote: dialog_due() */
	struct session s; /* s.pending: before the step what was, then what is */
	const struct cfg *cfg; /* of the conversation's environment */
	const struct lang *lang;
	struct compose reply;
	struct heard heard;
	struct match pick; /* the choice, when one was made */

	/* What came of the step. */
	struct options shown; /* the choices on the phone */
	struct pending asked; /* what is pending if the step says so */
	const char *rate_code; /* of an answer that may be rated; NULL: none */
	const char *click; /* code of a page that was looked at; NULL: none */
	struct escalation about; /* that the question was about which is answered */
	struct escalation wish; /* that the bot's answers ask for; type NONE: none */
	const char *came, *none_came; /* chats: the bot is to know whether one came */
	struct hold last; /* a rating that made room for another, or was cleared */
	const char
	    *former; /* the bot's memory before it was cleared; NULL: it was not */
	const char *outcome; /* for the log */
	const char *chat; /* with an agent, as the turn began; for the log */
	struct way way;
	struct once once; /* what must not be done twice */
	const char *said; /* digest of the message; NULL: guards do not look at it */

	/* Parts of the time, for the log: until the conversation was ours; at the bot; and what
	   calls of upstreams had taken when it began. */
	int64_t line_ms, bot_ms, spent_ms;
	int bot_calls;
	bool only_agents; /* users talk to agents alone */
	bool form_open; /* a form wants something else than a choice */
	bool no_agents, declined; /* the bot is to know that */
	bool ticketed; /* a ticket was made in this turn, or could not be */
	bool marked; /* there may be a due mark */
	bool no_answer; /* the bot gave none: what is said is ours */
};

int64_t work_now_s(const struct work *w) MUST_CHECK; /* Unix time */
int64_t work_now_ms(const struct work *w) MUST_CHECK; /* clock's mono_ms */

/* From here on the conversation speaks as this environment says. */
void work_use_env(struct work *w, enum conf_env env);

/* What a call of the bot may use, until then at most. */
struct bot_call work_call(const struct work *w, int64_t until_ms) MUST_CHECK;

void work_say(struct work *w, const char *label);

/* The chat with an agent that is open, or was as the turn began; "none". For the log. */
const char *work_chat(const struct work *w) MUST_CHECK;

/*
 * What the bot's owner set there, from here on: texts in place of ours, w->only_agents. Asks
 * the bot for it when it is old; does without when that fails.
 */
void work_set_up(struct work *w);

/*
 * Reads the record into w->s; a new one begins in the request's environment. *found tells
 * whether there was one that could be read.
 */
bool work_load(
    struct work *w, struct conv *conv, bool *found, struct err *e) MUST_CHECK;
bool work_commit(struct work *w, struct conv *conv, struct err *e) MUST_CHECK;

/*
 * The conversation begins anew: of the record stay the environment, what tells repeats and
 * late events, and how much he has written. A rating that was held goes out.
 */
void work_begin_anew(struct work *w);

/* turn.c */

/*
 * The turn, inside the conversation: TURN_DONE, TURN_REPEAT, or TURN_FAILED (*e). *out is
 * what the one who waits was given; what goes by the queue is in w->way.
 */
enum turn_end turn_inside(
    struct work *w, struct conv *conv, struct reply *out, struct err *e) MUST_CHECK;

/* ways.c */

/* Before all else, and after it: looks where the reply may go, and sets the alarm. */
void way_begin(struct work *w, const struct turn *t);
void way_end(struct work *w);

/*
 * The alarm: the one who waits gets his answer, empty or a holding notice, if the queue takes
 * the reply.
 */
void way_late(void *work);

/* Before the conversation is entered: the same at once where replies go by the queue alone. */
void way_ahead(struct work *w);

/* Whether somebody waits who is to be told at t->reply_ms. */
bool way_waits(const struct work *w) MUST_CHECK;

/* Whether an earlier message of this conversation is in the queue: this one goes there too. */
bool way_is_behind(const struct work *w) MUST_CHECK;

/*
 * Puts the message into the queue, to be worked from there, not before due_ms (Unix time; 0:
 * at once). TURN_REFUSED when that does not
 * take it: the reply says so.
 */
enum turn_end way_line_up(struct work *w, int64_t due_ms, struct reply *out) MUST_CHECK;

/*
 * Inside the conversation: lets an earlier message go first that stood before this one in line
 * and fell back into the queue. Then this one stands there as well, and has its *end.
 */
bool way_lets_pass(struct work *w, struct reply *out, enum turn_end *end) MUST_CHECK;

/*
 * Decides the way of what was said, and gives it. By the queue: w->way.owned. False: it would
 * have to go behind messages that are in the queue, where nothing can be written; whoever
 * wrote may come again.
 */
bool way_choose(struct work *w, struct reply *reply, struct err *e) MUST_CHECK;

/*
 * Makes the job that owns the reply, w->way.owned. False, with the reason in the log: there is
 * none, and will be none.
 */
bool way_claim(struct work *w, const char *because) MUST_CHECK;

/* Gives the answer to the one who waits, unless he has it. False: he has left. */
bool way_answer(struct work *w, const struct reply *reply);

/* After the commit: the job is done, and these messages take its place. */
void way_send(struct work *w, const struct message *messages, size_t n);

/* The work has failed: the job, if there is one, is tried again, or forgotten. */
void way_put_back(struct work *w, const char *why, bool tried);
void way_forget(struct work *w);

/* It is to be worked that much later, by whoever takes the job then. That was no try. */
void way_put_off(struct work *w, int64_t delay_ms);

/* acts.c */

/* Reads what was sent against the pending state, and does what the table says. */
void take_step(struct work *w);

/*
 * One exchange with the bot; keeps its memory. False, with the reason in the log: no answer.
 */
bool ask_exchange(struct work *w, const struct bot_input *input, int64_t until_ms,
    struct bot_result *r) MUST_CHECK;

/* Asks the bot and shows what comes, be it trouble. False when no answer came. */
bool ask_bot(struct work *w, const struct bot_input *input) MUST_CHECK;

/* escalate.c */

/* Whether there are agents to bring users to. */
bool escalate_enabled(const struct work *w) MUST_CHECK;

/*
 * Counts answers without a result and finds what asks for an agent, into w->wish. Returns
 * how many of the answers are to be shown: a question of the bot is left out when ours takes
 * its place.
 */
size_t escalate_look(struct work *w, const struct bot_result *r) MUST_CHECK;

/* Does what w->wish says. False: the bot had to be asked and gave no answer. */
bool escalate_go(struct work *w) MUST_CHECK;

/*
 * Whether agents are away at this hour, which is said then; nobody asks the agents' side.
 * Where there are no agents at all there are no hours.
 */
bool escalate_is_closed(struct work *w) MUST_CHECK;

/* The user asked for an agent. False as above. */
bool escalate_start(struct work *w) MUST_CHECK;

/* He was asked and says yes, or no: w->about. False as above. */
bool escalate_wanted(struct work *w) MUST_CHECK;
bool escalate_unwanted(struct work *w) MUST_CHECK;

/*
 * After one more bad rating: asks for an agent if it is time and one is there. False: the
 * rating goes on as without that, though it may have been said that agents are away.
 */
bool escalate_rating(struct work *w) MUST_CHECK;

/* connect.c */

/*
 * Opens a chat, w->s.chat then, and says how it went; that nobody is there is the caller's
 * to say. The form tells who the user is; NULL: he did not say. What is in doubt ends the turn
 * as AGENT_OPEN_FAILED, see once.h.
 */
enum agent_opening connect_user(struct work *w, const struct bot_form *form) MUST_CHECK;

/* Goes on with a chat whose opening was interrupted: see once_go_on(). */
bool connect_go_on(struct work *w) MUST_CHECK;

/*
 * What was said to the bot before, for those who go on; half of the time is kept for them.
 * Returns how many lines; 0 when they cannot be had, which is logged.
 */
size_t connect_history(struct work *w, const struct agent_line **out) MUST_CHECK;

/* ticket_make.c */

/*
 * Makes the ticket that one of the answers wants, if any, and says how that went. Once for a
 * message of the user, though it be worked again.
 */
void ticket_look(struct work *w, const struct bot_result *r);

/* Goes on with a ticket whose making was interrupted: see once_go_on(). */
bool ticket_go_on(struct work *w) MUST_CHECK;

/* chat.c */

/* What agents may be asked with, until then at most. */
struct agent_call chat_call(const struct work *w, int64_t until_ms) MUST_CHECK;

/*
 * What was said goes to the agent, as it goes while w->s.chat is open. False: the chat was
 * over already, and is off; nobody has heard it.
 */
bool chat_take(struct work *w) MUST_CHECK;

/*
 * Of a conversation without a record: a chat that is known to be open is its own again, so
 * that what the user says there stays between him and the agent. False: that cannot be
 * looked up; *e.
 */
bool chat_recall(struct work *w, struct err *e) MUST_CHECK;

/* The chat is over. Its late events still find the conversation. */
void chat_off(struct work *w);

/*
 * Says a text to the agent, as this step of the message, once: see once.h. What he has is
 * kept; *e is written unless it is DELIVERED, or the turn is halted.
 */
enum agent_outcome chat_say(
    struct work *w, int64_t step, const char *text, struct err *e) MUST_CHECK;

/* Go on with what was being said, or with leaving: see once_go_on(). */
bool chat_go_on(struct work *w) MUST_CHECK;
bool chat_leave_again(struct work *w) MUST_CHECK;

/*
 * Where users talk to agents alone: brings him there, with what he says. False: he talks to
 * the bot.
 */
bool chat_only(struct work *w) MUST_CHECK;

/* The user has left, if there is a chat: it is over, and its agent is told. */
void chat_end(struct work *w);

/* Whether that is what was said, in capitals or not. "" is never said. */
bool chat_hears(const struct work *w, const char *word) MUST_CHECK;

/* survey_talk.c */

/* Whether a survey has heard the message; one that is late is dropped, and has not. */
bool survey_take(struct work *w) MUST_CHECK;

/* A chat with an agent goes before a survey: that ends in silence. */
void survey_put_away(struct work *w);

/* files.c */

/*
 * Hands the agent all files of the message, each that can be had. What no agent takes is
 * told to both. False: the chat is over. What the user is to send again is w->once.lost.
 */
bool files_hand_over(struct work *w) MUST_CHECK;

/* show.c */

/* Shows all answers; adds to w->shown, w->form_open, w->rate_code. */
void show_answers(struct work *w, const struct bot_result *r);
void show_page(struct work *w, const struct choice *page);

/* rating.c */

/* Asks for a rating when the answers allow one and nothing else is asked. */
void rating_ask(struct work *w);
void rating_take(struct work *w, const struct choice *rating);
void rating_comment(struct work *w);

/* hold.c */

/* At the begin of a turn: what became of the rating that was held. */
void hold_look(struct work *w);
void hold_begin(struct work *w, const char *code, int64_t rating);
void hold_wait(struct work *w); /* for the comment */
void hold_send(struct work *w); /* after the commit */

/* Sets the due mark that the record needs. Before the commit. */
void hold_mark(struct work *w);

/* After the commit: tells the bot w->came and w->none_came, as well as it can. */
void hold_tell_chats(struct work *w);

/*
 * After the commit: tells the bot what it is to know, and commits what came of it. Nothing
 * that fails here changes the turn; it is logged.
 */
void hold_deliver(struct work *w, struct conv *conv);

/* opt_out.c */

/*
 * What the message is to the network: as it was told, or by the word that it is. START by a
 * word, and HELP where the bot answers it, are text here.
 */
enum opt_out opt_out_of(const struct work *w) MUST_CHECK;

/*
 * Whether it ends messages to the user, takes that back, or was answered by the network: it is
 * done then, and nothing is said. Any other message takes it back, too.
 */
bool opt_out_take(struct work *w) MUST_CHECK;

/* Whether it is one of the words that mean something to the network, or was told to be. */
bool opt_out_word(const struct work *w) MUST_CHECK;

/* join.c */

/*
 * Of a message that has just come, in its conversation: whether more may follow that is to be
 * asked with it. It is in the queue then, for dialog.join_ms at most: *end and *out.
 */
bool join_waits(struct work *w, struct reply *out, enum turn_end *end) MUST_CHECK;

/* Of one from the queue: takes those that stand behind it, and can be joined, into w->in. */
void join_more(struct work *w);

/* guard.c */

/* Whether this is said again and again and always answered alike: it gets no answer. */
bool guard_loop(struct work *w) MUST_CHECK;

/* After the step: what the reply means for that. */
void guard_note(struct work *w, const struct reply *reply);

/* Counts the message. Whether it is one too many: it gets a notice, or nothing. */
bool guard_flood(struct work *w) MUST_CHECK;

/* commands.c */

/* Whether the text is a command, whoever says it. */
bool command_is(const char *text) MUST_CHECK;

/* Whether the text was a command, from someone who may give one. It is done, then. */
bool command_run(struct work *w) MUST_CHECK;

#endif
