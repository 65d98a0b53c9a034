#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tools/check-fuzz: its seed and bounds, and what it says of an input that breaks a target.
check=${top_srcdir:?set by make check}/tools/check-fuzz
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
n=0
unset FUZZ_SEED FUZZ_RUNS FUZZ_S

# In the place of a target: notes its arguments, and fails over what is in $breaks_it.
mkdir -p "$folder/src/tests/fuzz/corpus/fake" "$folder/build/tests/fuzz"
printf b > "$folder/src/tests/fuzz/corpus/fake/b"
printf a > "$folder/src/tests/fuzz/corpus/fake/a"
cat > "$folder/build/tests/fuzz/fuzz_fake" << 'EOF'
#!/bin/sh
for arg in "$@"; do
	echo "$arg"
	case $arg in
	-artifact_prefix=*) prefix=${arg#*=} ;;
	-seed_inputs=@*) echo "seeds: $(cat "${arg#*=@}")" ;;
	esac
done > "$0.args"
echo 'stat::number_of_executed_units: 7'
[ -f "$0.breaks" ] || exit 0
cp "$0.breaks" "${prefix}crash-1"
exit 77
EOF
chmod +x "$folder/build/tests/fuzz/fuzz_fake"

# Runs the check with the settings $@; its output is in $folder/out.
run() {
	env "$@" top_srcdir="$folder/src" top_builddir="$folder/build" \
		"$check" tests/fuzz/fuzz_fake > "$folder/out" 2>&1
}

# $1: name; the rest: a command that must succeed.
case_of() {
	n=$((n + 1))
	name=$1
	shift
	if "$@" > /dev/null 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$folder/out"
	fi
}

fails() {
	! run "$@"
}

has() {
	grep -qxe "$1" "$folder/build/tests/fuzz/fuzz_fake.args"
}

says() {
	grep -qe "$1" "$folder/out"
}

# The length of the base64 text of the input that broke it.
length() {
	sed -n 's/.* in base64: //p' "$folder/out" | tr -d '\n' | wc -c
}

echo 1..17
case_of 'a target that holds' run A=1
case_of 'how much was tried' says '^ok    tests/fuzz/fuzz_fake: 7 inputs$'
case_of 'a fixed seed' has -seed=1
case_of 'bounded runs' has -runs=1000000
case_of 'bounded time' has -max_total_time=10
case_of 'the seed is printed' says '^seed 1,'
case_of 'the corpus in order' \
	has "seeds: $folder/src/tests/fuzz/corpus/fake/a,$folder/src/tests/fuzz/corpus/fake/b"
run FUZZ_SEED=random FUZZ_S=600
case_of 'a hunt: another seed' has '-seed=[0-9][0-9]*'
case_of 'it is printed, too' says "^seed $(sed -n 's/-seed=//p' "$folder/build/tests/fuzz/fuzz_fake.args"),"
case_of 'a hunt: no limit but time' has -runs=-1
case_of 'a hunt: its time' has -max_total_time=600
printf 'bad\0bytes\n' > "$folder/build/tests/fuzz/fuzz_fake.breaks"
case_of 'a target that breaks' fails FUZZ_SEED=5
case_of 'its input is printed' \
	says '^FAIL  input of tests/fuzz/fuzz_fake, 10 bytes, in base64: YmFkAGJ5dGVzCg==$'
case_of 'its input is kept' \
	cmp "$folder/build/tests/fuzz/fuzz_fake.breaks" "$folder/build/fuzz-found/fake/crash-1"
head -c 9000 /dev/zero > "$folder/build/tests/fuzz/fuzz_fake.breaks"
case_of 'a long one breaks it, too' fails A=1
case_of 'its length is printed' says '^FAIL  input of tests/fuzz/fuzz_fake, 9000 bytes'
case_of 'its bytes are bounded' test "$(length)" -eq 4000
