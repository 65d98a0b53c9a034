/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_AGENT_TALK_H
#define SUPPORT_AGENT_TALK_H

#include "support/fake_agent.h"
#include "support/talk.h"

/*
 * Conversations as in talk.h, with live agents: what these do is the same for all lines of
 * one; what they were asked, and what the bot was told beside the talk, is looked at in the
 * end. Zeroes are agents who are there, chats that open, texts that arrive.
 */
struct agent_talk {
	struct talk talk;
	const struct bot_result *leads; /* see fake_bot.leads */
	const char *did; /* see fake_agent.did */
	const char *notes; /* see fake_bot.notes; NULL: nothing */
	bool nobody;
	enum agent_opening opening;
	enum agent_outcome outcome;
	enum agent_state state; /* 0: unknown */
};

/* A dialogue with agents, in a configuration of its own. */
static UNUSED void
agent_stage(
    struct stage *s, struct fake_agent *f, const struct stage_file *files, size_t n)
{
	*f = (struct fake_agent)FAKE_AGENT_INIT;
	stage_init_with(s, files, n);
	s->dialog.agent = agent_from_ops(&fake_agent_ops, f);
}

static UNUSED void
agent_stage_fini(struct stage *s)
{
	agent_free(s->dialog.agent);
	stage_fini(s);
}

static UNUSED void
agent_talk_run(struct stage *s, struct fake_agent *f, const struct agent_talk *t)
{
	f->there = t->nobody ? AGENT_NOBODY : AGENT_THERE;
	f->opening = t->opening;
	f->outcome = t->outcome;
	f->state = t->state;
	f->did[0] = '\0';
	s->bot.notes[0] = '\0';
	s->bot.leads = t->leads;
	talk_run(s, CONF_PRODUCTION, &t->talk);
	cr_expect_str_eq(f->did, t->did, "%s", t->talk.name);
	cr_expect_str_eq(
	    s->bot.notes, t->notes != NULL ? t->notes : "", "%s", t->talk.name);
}

/* All on one stage. */
static UNUSED void
agent_talk_run_all(const struct stage_file *files, size_t n_files,
    const struct bot_line *lines, size_t n_lines, const struct agent_talk *t, size_t n)
{
	struct fake_agent f;
	struct stage s;

	agent_stage(&s, &f, files, n_files);
	s.bot.lines = lines;
	s.bot.n_lines = n_lines;
	for (size_t i = 0; i < n; i++)
		agent_talk_run(&s, &f, &t[i]);
	agent_stage_fini(&s);
}

#define NO_AGENTS "No agents available"
#define WANT_AGENT "Do you want to start a chat with a human agent?\n1) Yes\n2) No"
#define CONNECTING "I will try to connect you with an agent. Please wait."
#define NOT_TOLD_AGENT "Your message did not reach the agent. Please send it again."

#endif
