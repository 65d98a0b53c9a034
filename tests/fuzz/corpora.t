#!/bin/sh
# Runs each fuzz target over its corpus: one TAP line a target. FUZZ_TARGETS names the
# programs; the corpus of fuzz_x is tests/fuzz/corpus/x. An empty corpus is a failure.
: "${top_srcdir:?}" "${top_builddir:?}"
n=0
echo "1..$(echo "$FUZZ_TARGETS" | wc -w)"
for target in $FUZZ_TARGETS; do
	n=$((n + 1))
	name=$(basename "$target")
	corpus=$top_srcdir/tests/fuzz/corpus/${name#fuzz_}
	if "$top_builddir/$target" "$corpus"/* > "$name.out" 2>&1; then
		echo "ok $n - $name: $(tail -n 1 "$name.out")"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$name.out"
	fi
	rm -f "$name.out"
done
