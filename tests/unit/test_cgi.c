/* SPDX-License-Identifier: Apache-2.0 */
/* The program that a web server starts ends with its answer; its work does not. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/leaks.h"
#include "unit/store_support.h"
#include "unit/web_scene.h"
#include "web/cgi.h"

TestSuite(cgi, .init = not_for_ever, .fini = no_leaks);

/* The pipes between a web server, its program, and the test behind both. */
struct program {
	pid_t pid; /* of what was started */
	int in[2], out[2]; /* stdin; stdout and stderr */
	int go[2]; /* the work goes on until this is closed */
	int told[2]; /* by the work: where it stands */
};

static void
tell(const struct program *p, char what)
{
	if (write(p->told[1], &what, 1) != 1)
		_exit(EXIT_FAILURE);
}

static void
await_go(const struct program *p)
{
	char byte;

	while (read(p->go[0], &byte, 1) > 0)
		continue;
}

/* As the program: leaves, serves, works on. Does not return. */
static void
serve_and_work(const struct program *p)
{
	struct scene s;

	dup2(p->in[0], STDIN_FILENO);
	dup2(p->out[1], STDOUT_FILENO);
	dup2(p->out[1], STDERR_FILENO);
	close(p->in[0]);
	close(p->in[1]);
	close(p->out[0]);
	close(p->out[1]);
	close(p->go[1]);
	close(p->told[0]);
	setenv("REQUEST_METHOD", "GET", 1);
	setenv("REQUEST_URI", "/botline", 1);
	setenv("CONTENT_LENGTH", "4", 1);
	if (!cgi_leave())
		_exit(EXIT_FAILURE);
	tell(p, getsid(0) == getpid() ? 's' : '-');
	scene_init(&s);
	cgi_serve(&s.web);
	await_go(p);
	tell(p, 'w');
	_exit(EXIT_SUCCESS);
}

static void
start(struct program *p, void (*play)(const struct program *p))
{
	cr_assert(pipe(p->in) == 0 && pipe(p->out) == 0 && pipe(p->go) == 0 &&
	    pipe(p->told) == 0);
	p->pid = fork_child();
	if (p->pid == 0)
		play(p);
	close(p->in[0]);
	close(p->out[1]);
	close(p->told[1]);
	p->in[0] = p->out[1] = p->told[1] = -1;
}

static void
closed(int fd[2])
{
	for (int i = 0; i < 2; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	fd[0] = fd[1] = -1;
}

static void
finish(struct program *p)
{
	closed(p->in);
	closed(p->out);
	closed(p->go);
	closed(p->told);
}

static int
status_of(const struct program *p)
{
	int status = -1;

	cr_assert_eq(waitpid(p->pid, &status, 0), p->pid);
	return status;
}

static char
told(const struct program *p)
{
	char byte = 0;

	return read(p->told[0], &byte, 1) == 1 ? byte : '\0';
}

/* All that was written, until nobody holds the other end. */
static const char *
answer(const struct program *p)
{
	static char text[4096];
	size_t len = 0;
	ssize_t n;

	while ((n = read(p->out[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return text;
}

Test(cgi, ends_with_its_answer_while_the_work_goes_on)
{
	struct program p;

	start(&p, serve_and_work);
	cr_expect_eq(told(&p), 's', "in a session of its own");
	cr_assert_eq(write(p.in[1], "body", 4), 4);
	closed(p.in);
	cr_expect_not_null(strstr(answer(&p), "Status: 405"), "answered, and let go");
	cr_expect_eq(status_of(&p), 0);
	closed(p.go);
	cr_expect_eq(told(&p), 'w');
	finish(&p);
}

/* As when the caller has left, or a time-out of the web server is over. */
Test(cgi, work_outlives_the_end_of_its_program)
{
	struct program p;
	int status;

	start(&p, serve_and_work);
	cr_expect_eq(told(&p), 's');
	kill(p.pid, SIGKILL);
	status = status_of(&p);
	cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	closed(p.out);
	cr_assert_eq(write(p.in[1], "body", 4), 4);
	closed(p.in);
	closed(p.go);
	cr_expect_eq(told(&p), 'w', "nobody read the answer, nobody waits");
	finish(&p);
}

static void
leave_and_fail(const struct program *p)
{
	(void)p;
	if (cgi_leave())
		_exit(78);
	_exit(EXIT_FAILURE);
}

Test(cgi, end_without_an_answer_is_the_programs)
{
	struct program p;
	int status;

	start(&p, leave_and_fail);
	status = status_of(&p);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 78, "%d", status);
	finish(&p);
}

static void
leave_and_crash(const struct program *p)
{
	(void)p;
	if (cgi_leave())
		raise(SIGKILL);
	_exit(EXIT_FAILURE);
}

Test(cgi, crash_without_an_answer_is_no_success)
{
	struct program p;
	int status;

	start(&p, leave_and_crash);
	status = status_of(&p);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 70, "%d", status);
	finish(&p);
}
