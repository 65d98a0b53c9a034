/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "php/parse.h"
#include "support/leaks.h"
#include "support/php_show.h"

TestSuite(php, .fini = no_leaks);

/* What a file returns, shown; or "LINE: why" where it is refused. */
static void
show_file(const char *text, size_t n, struct buf *out)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct php_file file = { 0 };
	struct err e = { 0 };
	int line = 0;

	if (php_parse(text, n, a, &file, &line, &e))
		php_show(out, &file.value);
	else
		buf_printf(out, "%d: %s", line, e.text);
}

struct row {
	const char *in, *want;
};

/* Each as `return …;`. */
static void
check_values(const struct row *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_fini) struct buf file = BUF_INIT(100000);
		CLEANUP(buf_fini) struct buf got = BUF_INIT(100000);

		buf_printf(&file, "<?php return %s;\n", t[i].in);
		show_file(file.data, file.len, &got);
		cr_expect_str_eq(got.data, t[i].want, "%s: got %s, want %s", t[i].in,
		    got.data, t[i].want);
	}
}

static void
check_files(const struct row *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_fini) struct buf got = BUF_INIT(100000);

		show_file(t[i].in, strlen(t[i].in), &got);
		cr_expect_str_eq(got.data, t[i].want, "%s: got %s, want %s", t[i].in,
		    got.data, t[i].want);
	}
}

Test(php, numbers)
{
	static const struct row t[] = {
		{ "0", "0" },
		{ "7", "7" },
		{ "-7", "-7" },
		{ "+7", "7" },
		{ "- 7", "-7" },
		{ "--7", "?an expression that only PHP works out" },
		{ "- -7", "7" },
		{ "1_000_000", "1000000" },
		{ "0x1F", "31" },
		{ "0X1f_ff", "8191" },
		{ "0b1010", "10" },
		{ "017", "15" },
		{ "0o17", "15" },
		{ "0_7", "7" },
		{ "00", "0" },
		{ "08", "1: this is no number" },
		{ "1__0", "10" },
		{ "1_", "1: this is no number" },
		{ "5a", "1: this is no number" },
		{ "1.5", "1.5." },
		{ "1.", "1." },
		{ ".5", "0.5." },
		{ "1e3", "1000." },
		{ "1.5E-3", "0.0015." },
		{ "-1.5", "-1.5." },
		{ "010.5", "10.5." },
		{ "9223372036854775807", "9223372036854775807" },
		{ "9223372036854775808", "9.22337e+18." },
		{ "2 * 60 * 60", "7200" },
		{ "1 + 2 * 3", "7" },
		{ "(1 + 2) * 3", "9" },
		{ "10 - 3 - 2", "5" },
		{ "9223372036854775807 + 1", "?a calculation that only PHP works out" },
		{ "10 / 2", "?an expression that only PHP works out" },
		{ "2 ** 3", "?an expression that only PHP works out" },
		{ "1 + 2 . 'a'", "?an expression that only PHP works out" },
	};

	check_values(t, NELEMS(t));
}

Test(php, texts)
{
	static const struct row t[] = {
		{ "''", "\"\"" },
		{ "'a'", "\"a\"" },
		{ "'it\\'s'", "\"it's\"" },
		{ "'a\\\\b'", "\"a\\\\b\"" },
		{ "'a\\nb $x {$y}'", "\"a\\\\nb $x {$y}\"" },
		{ "'a\nb'", "\"a\\x0ab\"" },
		{ "\"a\\nb\\t\\r\\v\\e\\f\"", "\"a\\x0ab\\x09\\x0d\\x0b\\x1b\\x0c\"" },
		{ "\"\\\"q\\\"\"", "\"\\\"q\\\"\"" },
		{ "\"\\x41\\x4\\101\\0\"", "\"A\\x04A\\x00\"" },
		{ "\"\\u{e9}\\u{1F600}\"", "\"\\xc3\\xa9\\xf0\\x9f\\x98\\x80\"" },
		{ "\"\\q \\u{} \\xg\"", "\"\\\\q \\\\u{} \\\\xg\"" },
		{ "\"\\$name costs $5 $ {x}\"", "\"$name costs $5 $ {x}\"" },
		{ "\"/^dev.example.com$/m\"", "\"/^dev.example.com$/m\"" },
		{ "\"a\\\\\"", "\"a\\\\\"" },
		{ "'a' . 'b' . \"c\"", "\"abc\"" },
		{ "'a' . 7 . true . null", "\"a71\"" },
		{ "'a'.'b'", "\"ab\"" },
		{ "('a' . 'b') . 'c'", "\"abc\"" },
		{ "'a' . PHP_EOL", "\"a\\x0a\"" },
		{ "'a' . []", "?texts joined that only PHP can join" },
		{ "\"Agent $name\"",
		    "?the variable $name in double quotes, which PHP fills in "
		    "(\\$ if the sign is meant)" },
		{ "\"a ${b}\"",
		    "?the variable $b in double quotes, which PHP fills in "
		    "(\\$ if the sign is meant)" },
		{ "\"a {$b->c}\"",
		    "?the variable $b in double quotes, which PHP fills in "
		    "(\\$ if the sign is meant)" },
		{ "'a", "1: the text that begins here is never closed" },
		{ "\"a\\\"", "1: the text that begins here is never closed" },
	};

	check_values(t, NELEMS(t));
}

Test(php, heredocs)
{
	static const struct row t[] = {
		{ "<<<X\na\nb\nX", "\"a\\x0ab\"" },
		{ "<<<\"X\"\na\\tb\nX", "\"a\\x09b\"" },
		{ "<<<'X'\na\\tb $c\nX", "\"a\\\\tb $c\"" },
		{ "<<< X\nX", "\"\"" },
		{ "<<<X\n\nX", "\"\"" },
		{ "<<<X\n  a\n    b\n  X", "\"a\\x0a  b\"" },
		{ "<<<X\n\ta\n\n\tb\n\tX", "\"a\\x0a\\x0ab\"" },
		{ "<<<X\n a\nX1\nX", "\" a\\x0aX1\"" },
		{ "<<<X\n\"q\" \\\"\nX", "\"\\\"q\\\" \\\\\\\"\"" },
		{ "<<<X\r\na\r\nb\r\nX", "\"a\\x0d\\x0ab\"" },
		{ "[<<<X\n a\n X, 2]", "[0=\"a\", 1=2]" },
		{ "<<<X\na\n  X",
		    "1: a line of this text is indented less than the word that ends it" },
		{ "<<<X\na\n", "1: the text that begins here is never closed" },
		{ "<<<X\n$a\nX",
		    "?the variable $a in double quotes, which PHP fills in "
		    "(\\$ if the sign is meant)" },
	};

	check_values(t, NELEMS(t));
}

Test(php, words_and_casts)
{
	static const struct row t[] = {
		{ "true", "true" },
		{ "FALSE", "false" },
		{ "\\True", "true" },
		{ "Null", "null" },
		{ "!true", "false" },
		{ "!!'0'", "false" },
		{ "(int) '12'", "12" },
		{ "(integer)true", "1" },
		{ "( INT )1.9", "1" },
		{ "(int)'12 apples'", "?a cast to int that only PHP works out" },
		{ "(bool) 'false'", "true" },
		{ "(boolean) ''", "false" },
		{ "(string) 42", "\"42\"" },
		{ "(float) 1.5", "1.5." },
		{ "(array) [1]", "[0=1]" },
		{ "(array) 1", "?a cast to array that only PHP works out" },
		{ "getenv('KEY')", "?a call of getenv()" },
		{ "\\getenv('KEY', [1, 2]) ?: 'x'", "?a call of \\getenv()" },
		{ "new DateTime('x')", "?PHP code (new)" },
		{ "function ($a) { return [1, 2]; }", "?PHP code (function)" },
		{ "fn($a) => $a + 1", "?PHP code (fn)" },
		{ "SOME_CONSTANT", "?the constant SOME_CONSTANT" },
		{ "SOME . 'x'", "?the constant SOME" },
		{ "'x' . SOME", "?the constant SOME" },
		{ "A\\B::C", "?a constant or call of the class A\\B" },
		{ "__DIR__ . '/x'", "?the constant __DIR__" },
		{ "$x", "?the variable $x" },
		{ "$_ENV['KEY'] ?? 'x'", "?the variable $_ENV" },
		{ "true ? 1 : 2", "?an expression that only PHP works out" },
		{ "1 == 2", "?an expression that only PHP works out" },
		{ "[1, time(), 'a' => X ? [1] : [2], 3]",
		    "[0=1, 1=?a call of time(), 'a'=?the constant X, 2=3]" },
	};

	check_values(t, NELEMS(t));
}

Test(php, arrays)
{
	static const struct row t[] = {
		{ "[]", "[]" },
		{ "array()", "[]" },
		{ "ARRAY (1, 2,)", "[0=1, 1=2]" },
		{ "['a' => 1, 'b' => array('c' => [true])]",
		    "['a'=1, 'b'=['c'=[0=true]]]" },
		{ "['1' => 'a', 'b', 5 => 'c', 'd']",
		    "[1=\"a\", 2=\"b\", 5=\"c\", 6=\"d\"]" },
		{ "['01' => 'a', '-5' => 'b', '-0' => 'c', '1.5' => 'd']",
		    "['01'=\"a\", -5=\"b\", '-0'=\"c\", '1.5'=\"d\"]" },
		{ "[-5 => 'a', 'b']", "[-5=\"a\", 0=\"b\"]" },
		{ "[true => 'a', false => 'b', null => 'c', 2.7 => 'd']",
		    "[1=\"a\", 0=\"b\", ''=\"c\", 2=\"d\"]" },
		{ "['a' => 1, 'b' => 2, 'a' => 3]", "['a'=3, 'b'=2]" },
		{ "[0 => 'a', '0' => 'b']", "[0=\"b\"]" },
		{ "['a' . 'b' => 1, 1 + 1 => 2]", "['ab'=1, 2=2]" },
		{ "[9223372036854775807 => 1]", "[9223372036854775807=1]" },
		{ "[9223372036854775807 => 1, 2]",
		    "1: no number is left for this entry" },
		{ "[KEY => 1, 'b' => 2]", "['b'=2]" },
		{ "[...[1], 2]", "[0=2]" },
		{ "[&$x, 'a' => &$y, 2]", "[0=2]" },
		{ "[1 2]", "1: a comma or a semicolon is missing before this" },
		{ "[1, , 2]", "1: a value is missing here" },
		{ "['a' =>, 2]", "1: a value is missing here" },
		{ "[1", "1: a comma or the bracket that ends the array is missing" },
		{ "[1)", "1: a comma or the bracket that ends the array is missing" },
		{ "array(1]",
		    "1: a comma or the bracket that ends the array is missing" },
		{ "['a' =>", "1: a value is missing here" },
	};

	check_values(t, NELEMS(t));
}

Test(php, files)
{
	static const struct row t[] = {
		{ "<?php return 1;", "1" },
		{ "<?php return 1", "1" },
		{ "<?PHP\nreturn 1 ?>\n<html>", "1" },
		{ "<? return 1;", "1" },
		{ "\xef\xbb\xbf<?php return 1;", "1" },
		{ " \n\n<?php\r\nreturn 1;\r\n", "1" },
		{ "<?php // c\n# d\n/* e */ return /* f */ 1 // g ?>\n", "1" },
		{ "<?php ?>\n\n<?php return 1;", "1" },
		{ "<?php\ndeclare(strict_types=1);\nnamespace A\\B;\nuse C\\D, E;\nreturn 1;",
		    "1" },
		{ "<?php defined('X') or die('no'); return 1;", "1" },
		{ "<?php define('X', 1); const Y = 2; return [X, Y];",
		    "[0=?the constant X, 1=?the constant Y]" },
		{ "<?php $config = ['a' => 1]; return $config;", "['a'=1]" },
		{ "<?php $a = 'x'; return ['b' => $a, 'c' => $a . $a];",
		    "['b'=\"x\", 'c'=\"xx\"]" },
		{ "<?php $c['a']['b'] = 1; $c['a']['c'] = [2]; $c[] = 3; return $c;",
		    "['a'=['b'=1, 'c'=[0=2]], 0=3]" },
		{ "<?php $c = []; $c['a'] = 1; $c['a'] = 2; return $c;", "['a'=2]" },
		{ "<?php $a = ['x' => [1]]; $b = $a; $b['x'][] = 2; return [$a, $b];",
		    "[0=['x'=[0=1]], 1=['x'=[0=1, 1=2]]]" },
		{ "<?php $a = ['x' => ['y' => 5]]; return $a['x']['y'];", "5" },
		{ "<?php $a = ['x' => 1]; return $a['y'];",
		    "?an entry of $a that is not there" },
		{ "<?php $a = 'x'; $a .= 'y'; return [$a];",
		    "[0=?the variable $a, which code changes]" },
		{ "<?php $a = 1; $a['x'] = 2; return $a;",
		    "?the variable $a, which code changes" },
		{ "<?php if (true) { return 2; } else { f(); }\nreturn 1;", "1" },
		{ "<?php function f($x) { return ['a' => $x]; } return 1;", "1" },
		{ "<?php ini_set('a', 'b'); return 1; something; odd(", "1" },
		{ "<?php return;", "1: returns nothing" },
		{ "<?php\n$a = 1;",
		    "2: returns nothing: a file of settings ends in return [ … ];" },
		{ "<?php\n",
		    "2: returns nothing: a file of settings ends in return [ … ];" },
		{ "", "1: does not begin with <?php" },
		{ "{}", "1: does not begin with <?php" },
		{ "\n<?= 1 ?>", "2: does not begin with <?php" },
		{ "<?phpx return 1;", "1: does not begin with <?php" },
		{ "<?php return [\n1,\n'a\n];",
		    "3: the text that begins here is never closed" },
		{ "<?php\n\n/* c", "3: the comment that begins here is never closed" },
		{ "<?php return (1;", "1: a ) is missing here" },
		{ "<?php return 1)", "1: a ; is missing here" },
		{ "<?php return `ls`;", "1: a command between ` and ` is not run" },
	};

	check_files(t, NELEMS(t));
}

Test(php, a_nul_byte_is_a_byte)
{
	CLEANUP(buf_fini) struct buf got = BUF_INIT(1000);
	static const char text[] = "<?php return ['a\0b', \"c\0\"];";
	static const char stray[] = "<?php return [\0];";

	show_file(text, sizeof(text) - 1, &got);
	cr_expect_str_eq(got.data, "[0=\"a\\x00b\", 1=\"c\\x00\"]", "%s", got.data);
	buf_reset(&got);
	show_file(stray, sizeof(stray) - 1, &got);
	cr_expect(strncmp(got.data, "1: ", 3) == 0, "%s", got.data);
}

static void
put_chain(struct buf *b, const struct php_comment *c)
{
	for (; c != NULL; c = c->next)
		buf_printf(b, "{%s}", c->text);
}

static void
put_comments(struct buf *b, const struct php_value *v)
{
	for (size_t i = 0; i < v->n; i++) {
		put_chain(b, v->items[i].above);
		buf_printf(b, "%s:%d", v->items[i].key, v->items[i].line);
		if (v->items[i].value.type == PHP_ARRAY) {
			buf_chr(b, '(');
			put_comments(b, &v->items[i].value);
			buf_chr(b, ')');
		}
		buf_chr(b, '<');
		put_chain(b, v->items[i].behind);
		buf_str(b, "> ");
	}
	buf_str(b, "foot ");
	put_chain(b, v->foot);
}

Test(php, comments_stay_with_their_entries)
{
	static const char text[] = "<?php\n"
				   "/**\n"
				   " * Top\n"
				   " *\n"
				   " *  of all\n"
				   " */\n"
				   "return [ // open\n"
				   "  // above a\n"
				   "  # and more\n"
				   "  'a' => 1, // behind a\n"
				   "  'b' => [ 'x' => 2 /* behind x */ ], # behind b\n"
				   "  /* above c\n"
				   "     two lines */\n"
				   "  'c' => 3 // behind c\n"
				   "  // foot\n"
				   "];\n"
				   "// end\n";
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf got = BUF_INIT(1000);
	struct php_file file = { 0 };
	struct err e;
	int line;

	cr_assert(php_parse(text, strlen(text), a, &file, &line, &e));
	put_chain(&got, file.head);
	buf_chr(&got, ' ');
	put_comments(&got, &file.value);
	put_chain(&got, file.foot);
	cr_expect_str_eq(got.data,
	    "{Top}{of all} {open}{above a}{and more}a:10<{behind a}> "
	    "b:11(x:11<{behind x}> foot )<{behind b}> "
	    "{above c}{two lines}c:14<{behind c}> foot {foot}{end}",
	    "%s", got.data);
}

Test(php, entries_of_one_key_know_each_other)
{
	static const char text[] = "<?php return [\n'a' => 1,\n'b' => 2,\n'a' => 3];";
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct php_file file = { 0 };
	struct err e;
	int line;

	cr_assert(php_parse(text, strlen(text), a, &file, &line, &e));
	cr_expect_eq(file.value.n, 2u);
	cr_expect_eq(file.value.items[0].line, 4);
	cr_expect_eq(file.value.items[0].earlier, 2);
	cr_expect_eq(file.value.items[1].earlier, 0);
}

Test(php, what_is_not_run_is_remarked)
{
	static const char text[] =
	    "<?php\nini_set('a', 1);\nif (X) {\n$a = 1; f();\n}\n"
	    "return [\nKEY => 1,\n...$b];";
	static const struct {
		int line;
		const char *text;
	} want[] = {
		{ 2, "ini_set: code is not run, its effect is not carried over" },
		{ 3, "if: code is not run, its effect is not carried over" },
		{ 7, "the name of this entry is the constant KEY" },
		{ 8, "the entries behind ... are not followed" },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct php_file file = { 0 };
	const struct php_remark *r;
	struct err e;
	int line;

	cr_assert(php_parse(text, strlen(text), a, &file, &line, &e));
	r = file.remarks;
	for (size_t i = 0; i < NELEMS(want); i++, r = r->next) {
		cr_assert_not_null(r, "%s", want[i].text);
		cr_expect_eq(r->line, want[i].line, "%s", r->text);
		cr_expect_str_eq(r->text, want[i].text);
	}
	cr_expect_null(r);
}

/* A file of n times the piece between two ends. */
static void
expect_limit(
    const char *open, const char *piece, size_t n, const char *close, const char *says)
{
	CLEANUP(buf_fini) struct buf file = BUF_INIT((size_t)4 * LIMIT_PHP_FILE);
	CLEANUP(buf_fini) struct buf got = BUF_INIT((size_t)4 * LIMIT_PHP_FILE);

	buf_str(&file, open);
	for (size_t i = 0; i < n; i++)
		buf_str(&file, piece);
	buf_str(&file, close);
	show_file(file.data, file.len, &got);
	cr_expect_not_null(strstr(got.data, says), "%s: %.200s", piece, got.data);
}

Test(php, limits)
{
#define TWICE "$a = $a . $a;"
	static const char large[] = "<?php $a = 'xxxxxxxx';" TWICE TWICE TWICE TWICE
	    TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE;

	expect_limit("<?php return ", "[", LIMIT_PHP_DEPTH - 1, "", "in the middle");
	expect_limit("<?php return ", "[", 100000, "", "too deeply nested");
	expect_limit("<?php return ", "(", 100000, "", "too deeply nested");
	expect_limit("<?php return ", "!", 100000, "", "too deeply nested");
	expect_limit("<?php $a", "[", 100000, "", "too deeply nested");
	expect_limit(
	    "<?php return [", "1,", LIMIT_PHP_VALUES + 1, "];", "makes more than");
	expect_limit(
	    "<?php $a = [1,2];", "$a = [$a, $a];", 40, "return $a;", "makes more than");
	expect_limit("<?php $a = 'xxxxxxxx';", TWICE, 40, "return $a;",
	    "?a text that is too long");
	expect_limit(large, "$b = $a . '';", 40, "return 1;", "makes more than");
	expect_limit(
	    "<?php return 1; //", "0123456789abcdef", 65536, "", "is larger than");
#undef TWICE
}
