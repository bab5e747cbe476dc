#!/bin/sh
# SPDX-License-Identifier: 0BSD
# dash.sh: what a POSIX shell does, checked by itself: quoting, expansion, pipelines, here-documents, functions, subshells,
# traps, jobs, redirection, tests and loops. Each check compares a result with what the standard says. The last line is
# `N passed, N failed`. Nothing here is about Parley: any POSIX shell passes.

passed=0
failed=0
work=${TMPDIR:-/tmp}/dash-check.$$
mkdir "$work" || exit 2
cd "$work" || exit 2

is() { # name, got, wanted
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s: got <%s>, wanted <%s>\n' "$1" "$2" "$3"
	fi
}

ok() { # name, command ...
	name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s: %s\n' "$name" "$*"
	fi
}

not() { # name, command ...
	name=$1
	shift
	if "$@"; then
		failed=$((failed + 1))
		printf 'FAIL %s: should fail: %s\n' "$name" "$*"
	else
		passed=$((passed + 1))
	fi
}

# ---- quoting and expansion -------------------------------------------------------------------------

x='a  b'
is quote.single 'a  b' "$x"
is quote.unquoted "$(echo $x)" 'a b'
is quote.double "$(echo "$x")" 'a  b'
is quote.backslash "$(echo a\ \ b)" 'a  b'
is quote.dollar "$(echo '$x' "\$x")" '$x $x'
is quote.nested "$(echo "$(echo "in \"out\"")")" 'in "out"'
is quote.newline "$(printf 'a\nb\n\n\n')" 'a
b'

unset u
e=
is param.default "${u-default}" default
is param.default_null "${e:-default}" default
is param.default_set "${e-default}" ''
is param.alternative "${x+set}" set
is param.alternative_unset "${u+set}" ''
is param.assign "${u=assigned}$u" assignedassigned
is param.length "${#x}" 4
path=/usr/local/lib/thing.tar.gz
is param.suffix "${path%.*}" /usr/local/lib/thing.tar
is param.suffix_long "${path%%.*}" /usr/local/lib/thing
is param.prefix "${path#*/}" usr/local/lib/thing.tar.gz
is param.prefix_long "${path##*/}" thing.tar.gz
is param.error "$( (: "${undefined:?no value}") 2>/dev/null || echo error)" error
is param.indirect "$(set -- p q r; shift; echo "$1$#")" q2
is param.at "$(set -- 'a b' c; for w in "$@"; do echo "[$w]"; done)" '[a b]
[c]'
is param.star "$(set -- 'a b' c; IFS=,; echo "$*")" 'a b,c'
is param.many "$(set -- 1 2 3 4 5 6 7 8 9 10 11; echo "${11}$11")" 1111
is param.status "$(false; echo $?)" 1
is param.pid "$(sh -c 'echo $PPID')" "$$"

is arith.add $((1 + 2 * 3)) 7
is arith.paren $(((1 + 2) * 3)) 9
is arith.mod $((17 % 5)) 2
is arith.shift $((1 << 10)) 1024
is arith.hex $((0xff)) 255
is arith.octal $((010)) 8
is arith.compare $((3 > 2 && 2 >= 2)) 1
is arith.ternary $((5 > 6 ? 1 : 2)) 2
is arith.negative $((-7 / 2)) -3
is arith.bits $((6 & 3 | 8 ^ 1)) 11
n=5
is arith.var $((n * n)) 25
is arith.assign "$((n += 3))$n" 88
is arith.big $((4611686018427387904 * 1 - 1)) 4611686018427387903

is split.ifs "$(IFS=:; set -- $(echo a:b::c); echo $#)" 4
is split.white "$(set -- $(printf '  a \t b\n c '); echo $#)" 3
is split.none "$(IFS=; set -- $(echo a b); echo $#)" 1

# ---- patterns and names of files -------------------------------------------------------------------

mkdir glob
: >glob/a.c
: >glob/b.c
: >glob/b.h
: >glob/.hidden
is glob.star "$(cd glob && echo *.c)" 'a.c b.c'
is glob.question "$(cd glob && echo ?.h)" b.h
is glob.set "$(cd glob && echo [!b].*)" a.c
is glob.none "$(cd glob && echo *.z)" '*.z'
is glob.dot "$(cd glob && echo .h*)" .hidden
is glob.dir "$(echo gl*/*.h)" glob/b.h
is glob.off "$(set -f; cd glob; echo *.c)" '*.c'

match() {
	case $1 in
	'') echo empty ;;
	[0-9]*) echo number ;;
	a | b) echo letter ;;
	*.tar.[gx]z) echo archive ;;
	\*) echo star ;;
	*) echo other ;;
	esac
}
is case.empty "$(match '')" empty
is case.number "$(match 42x)" number
is case.alternative "$(match b)" letter
is case.pattern "$(match x.tar.xz)" archive
is case.quoted "$(match '*')" star
is case.default "$(match zz)" other
is tilde "$(HOME=/h; echo ~)" /h
is tilde.assign "$(HOME=/h; v=~/x:~/y; echo $v)" /h/x:/h/y

# ---- pipelines and lists ---------------------------------------------------------------------------

is pipe.two "$(echo hello | tr a-z A-Z)" HELLO
is pipe.many "$(echo 3 1 2 | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//')" '1 2 3'
is pipe.status "$(false | true; echo $?)" 0
is pipe.status_last "$(true | false; echo $?)" 1
is pipe.not "$(! false; echo $?)" 0
is pipe.while "$(printf '1\n2\n3\n' | while read v; do echo $((v * v)); done | tr '\n' ,)" 1,4,9,
is pipe.long "$(i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i + 1)); done | wc -l | tr -d ' ')" 2000
is pipe.sigpipe "$(yes | head -n 3 | tr '\n' .)" y.y.y.
is list.and "$(true && echo yes)" yes
is list.or "$(false || echo no)" no
is list.chain "$(false && echo a || echo b)" b
is list.semicolon "$(echo a; echo b)" 'a
b'
is list.group "$({ echo a; echo b; } | wc -l | tr -d ' ')" 2

# ---- here-documents and redirection ----------------------------------------------------------------

v=value
is here.expand "$(cat <<EOF
v is $v and $((1 + 1)) and $(echo sub)
EOF
)" 'v is value and 2 and sub'
is here.quoted "$(cat <<'EOF'
v is $v `no` \n
EOF
)" 'v is $v `no` \n'
is here.tabs "$(cat <<-EOF
	indented
		twice
	EOF
)" 'indented
twice'
is here.two "$(cat <<A; cat <<B
first
A
second
B
)" 'first
second'
is here.pipe "$(cat <<EOF | tr a-z A-Z
shout
EOF
)" SHOUT
is here.function "$(f() { cat <<EOF
arg $1
EOF
}; f one; f two)" 'arg one
arg two'
{
	i=0
	while [ $i -lt 3000 ]; do
		echo "a line of a long here-document, number $i"
		i=$((i + 1))
	done
} >long
eval "cat <<EOF >copy
$(cat long)
EOF"
ok here.long cmp -s long copy

echo one >file
echo two >>file
is redirect.append "$(cat file)" 'one
two'
is redirect.in "$(wc -l <file | tr -d ' ')" 2
is redirect.err "$( (echo out; echo err >&2) 2>&1 >/dev/null)" err
is redirect.both "$( (echo out; echo err >&2) 2>&1 | sort)" 'err
out'
exec 3>third
echo to three >&3
exec 3>&-
is redirect.fd "$(cat third)" 'to three'
not redirect.closed eval 'echo x 2>/dev/null >&3'
exec 4<file
read first <&4
read second <&4
exec 4<&-
is redirect.read "$first-$second" one-two
is redirect.rw "$(exec 5<>file; read l <&5; echo changed >&5; cat file)" 'one
changed'
not redirect.noclobber eval "(set -C; echo x >file) 2>/dev/null"
(set -C; echo forced >|file)
is redirect.clobber "$(cat file)" forced
not redirect.missing eval '(cat </nonexistent/file) 2>/dev/null'
for i in 1 2 3; do echo $i; done >loop
is redirect.loop "$(cat loop | tr '\n' ' ')" '1 2 3 '
is redirect.function "$(g() { echo to file; } >from_function; g; cat from_function)" 'to file'

# ---- control ---------------------------------------------------------------------------------------

is if.else "$(if false; then echo a; elif true; then echo b; else echo c; fi)" b
is for.words "$(for w in a 'b c' d; do printf '<%s>' "$w"; done)" '<a><b c><d>'
is for.args "$(set -- x y; for w; do printf '<%s>' "$w"; done)" '<x><y>'
is for.break "$(for i in 1 2 3 4; do [ $i = 3 ] && break; echo $i; done | tr '\n' ' ')" '1 2 '
is for.continue "$(for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done | tr '\n' ' ')" '1 3 '
is for.break2 "$(for i in 1 2; do for j in a b; do echo $i$j; break 2; done; done)" 1a
is while.count "$(i=0; while [ $i -lt 5 ]; do i=$((i + 1)); done; echo $i)" 5
is until "$(i=9; until [ $i -lt 5 ]; do i=$((i - 1)); done; echo $i)" 4
is eval "$(a='echo $b'; b=c; eval "$a")" c
is dot "$(echo 'dotted=yes' >script; . ./script; echo $dotted)" yes
is exit.status "$( (exit 42); echo $?)" 42
is exit.large "$(sh -c 'exit 300'; echo $?)" 44
is not.found "$(nonexistent_command 2>/dev/null; echo $?)" 127
: >plain
is not.executable "$(./plain 2>/dev/null; echo $?)" 126
is set.e "$(sh -c 'set -e; false; echo not reached'; echo $?)" 1
is set.e_if "$(sh -c 'set -e; if false; then :; fi; false || true; echo reached')" reached
is set.u "$(sh -c 'set -u; echo $nothing' 2>/dev/null; echo $?)" 2
is set.x "$(sh -xc 'echo hi' 2>&1 >/dev/null)" '+ echo hi'
is shift.all "$(set -- a b c; shift 2; echo $1)" c
is getopts "$(set -- -a -b val rest; while getopts ab: o; do echo "$o$OPTARG"; done; shift $((OPTIND - 1)); echo "$1")" 'a
bval
rest'
is alias "$(printf 'alias hi="echo hello"\nhi\n' | sh)" hello
is readonly "$(sh -c 'readonly r=1; r=2; echo no' 2>/dev/null; echo $?)" 2
is command.builtin "$(command -v cd)" cd
is read.backslash "$(printf 'a\\tb\n' | { read -r l; printf '%s' "$l"; })" 'a\tb'
is read.fields "$(echo 'a b c d' | { read p q r; echo "$p-$q-$r"; })" 'a-b-c d'
is read.eof "$(printf 'no newline' | { read l; echo "$?$l"; })" '1no newline'
is printf.formats "$(printf '%05d|%-5s|%x|%c|%s\n' 42 ab 255 xyz end)" '00042|ab   |ff|x|end'
is printf.repeat "$(printf '%s,' a b c)" a,b,c,
is printf.escape "$(printf '\101\t%b' '\102')" 'A	B'
is test.strings "$([ -n x ] && [ -z '' ] && [ a != b ] && echo yes)" yes
is test.numbers "$([ 10 -gt 9 ] && [ 2 -le 2 ] && echo yes)" yes
is test.files "$([ -f file ] && [ -d glob ] && [ ! -e none ] && [ -s file ] && echo yes)" yes
is test.and_or "$([ a = a -a b = b ] && [ a = b -o c = c ] && echo yes)" yes
chmod 755 script
ok test.x [ -x script ]
ln -s file link
ok test.h [ -h link ]
is umask "$(umask 027; : >masked; ls -l masked | cut -c1-10)" '-rw-r-----'
is cd.dash "$(cd glob && cd - >/dev/null && basename "$PWD")" "$(basename "$work")"
is cd.physical "$(mkdir -p d/e; ln -s d/e s; cd -P s && basename "$PWD")" e
is cd.logical "$(cd s && cd .. && basename "$PWD")" "$(basename "$work")"
is pwd "$(cd /tmp && pwd)" /tmp

# ---- functions and subshells -----------------------------------------------------------------------

fact() {
	if [ "$1" -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi
}
is function.recursive "$(fact 10)" 3628800
ret() { return 7; }
is function.return "$(ret; echo $?)" 7
outer() { inner() { echo inner; }; }
outer
is function.nested "$(inner)" inner
loc() { local v=local; echo $v; }
v=global
is function.local "$(loc)$v" localglobal
args() { echo "$#:$1"; }
is function.args "$(args 'a b' c)" '2:a b'
is function.pipe "$(up() { tr a-z A-Z; }; echo abc | up)" ABC
is function.redefine "$(f() { echo 1; }; f() { echo 2; }; f)" 2
is function.unset "$(f() { echo 1; }; unset -f f; f 2>/dev/null || echo gone)" gone

v=outside
(v=inside; cd /; exit 3)
is subshell.status $? 3
is subshell.variable $v outside
is subshell.directory "$(basename "$PWD")" "$(basename "$work")"
is subshell.nested "$( (echo a; (echo b; (echo c))) | tr '\n' ' ')" 'a b c '
is subshell.env "$(E=1 sh -c 'echo $E')" 1
is subshell.env_kept "${E-unset}" unset
export EXPORTED=yes
is subshell.export "$(sh -c 'echo $EXPORTED')" yes
is subst.backquote `echo back` back
is subst.status "$(x=$(exit 5); echo $?)" 5
is subst.deep "$(echo $(echo $(echo $(echo deep))))" deep
is subst.large "$(cat long | wc -c | tr -d ' ')" "$(x=$(cat long); printf '%s\n' "$x" | wc -c | tr -d ' ')"

# ---- signals and traps -----------------------------------------------------------------------------

is trap.exit "$(sh -c 'trap "echo bye" EXIT; echo hi')" 'hi
bye'
is trap.exit_status "$(sh -c 'trap "exit 9" EXIT; exit 1'; echo $?)" 9
is trap.term "$(sh -c 'trap "echo caught; exit 0" TERM; kill -TERM $$; echo not reached')" caught
is trap.ignore "$(sh -c 'trap "" TERM; kill -TERM $$; echo survived')" survived
is trap.reset "$(sh -c 'trap "" USR1; trap - USR1; kill -USR1 $$; echo no'; echo $?)" 138
is trap.child_ignored "$(sh -c 'trap "" INT; sh -c "kill -INT \$\$; echo survived"')" survived
is trap.int "$(sh -c 'trap "echo int" INT; kill -INT $$; echo after')" 'int
after'
is trap.nested "$(sh -c 'trap "echo a; kill -USR2 $$" USR1; trap "echo b" USR2; kill -USR1 $$; echo c')" 'a
b
c'
is trap.subshell "$(sh -c 'trap "echo parent" USR1; (trap - USR1; echo child); kill -USR1 $$')" 'child
parent'
is trap.wait "$(sh -c 'trap "echo woken" USR1; (sleep 1; kill -USR1 $$) & sleep 2 & wait $!; echo $?' | head -n 1)" woken
is kill.status "$(sh -c 'kill -KILL $$'; echo $?)" 137
is kill.child "$(sleep 60 & p=$!; kill $p; wait $p; echo $?)" 143
is kill.zero "$(kill -0 $$ && echo alive)" alive
not kill.none eval 'kill -0 999999 2>/dev/null'

# ---- jobs ------------------------------------------------------------------------------------------

is job.wait "$( (exit 3) & wait $!; echo $?)" 3
is job.many "$(for i in 1 2 3 4 5; do (echo $i >job.$i) & done; wait; cat job.* | tr -d '\n')" 12345
is job.order "$( { sleep 1; echo late; } & echo early; wait)" 'early
late'
is job.stdin "$(cat & wait; echo done)" done
is job.pipe "$(echo x | cat & wait)" x
i=0
while [ $i -lt 30 ]; do
	(exit $((i % 7))) &
	pids="$pids $!"
	i=$((i + 1))
done
sum=0
for p in $pids; do
	wait $p
	sum=$((sum + $?))
done
is job.storm $sum 85

# ---- FIFOs, links, many processes ------------------------------------------------------------------

mkfifo fifo
echo through the fifo >fifo &
is fifo.read "$(cat fifo)" 'through the fifo'
wait
(for i in 1 2 3; do echo $i; done >fifo) &
is fifo.lines "$(while read l; do printf '%s.' $l; done <fifo)" 1.2.3.
wait
ln file hard
is link.count "$(ls -l hard | awk '{print $2}')" 2
mv hard renamed
ok link.renamed cmp -s renamed file
rm link renamed
not link.gone [ -e renamed ]
is subst.storm "$(i=0; while [ $i -lt 50 ]; do x=$(echo $i); i=$((i + 1)); done; echo $x)" 49
is pipe.storm "$(i=0; while [ $i -lt 20 ]; do echo $i | cat | cat >/dev/null; i=$((i + 1)); done; echo $i)" 20
is find "$(find glob -name '*.c' | sort | tr '\n' ' ')" 'glob/a.c glob/b.c '
is xargs "$(printf 'a\nb\nc\n' | xargs -n 2 echo)" 'a b
c'
is sed.script "$(printf 'one\ntwo\n' | sed -n -e '/two/{s/t/T/;p' -e '}')" Two
is awk.sum "$(printf '1 2\n3 4\n' | awk '{s += $2} END {print s}')" 6
is sort.numeric "$(printf '10\n9\n100\n' | sort -n | tr '\n' ' ')" '9 10 100 '
is cut "$(echo a:b:c | cut -d: -f2)" b
is tar "$(tar cf - glob | tar tf - | wc -l | tr -d ' ')" 5
is gzip "$(gzip -c long | gzip -dc | cmp - long && echo same)" same
is dd "$(dd if=long bs=100 count=3 2>/dev/null | wc -c | tr -d ' ')" 300
is tee "$(echo t | tee t1 t2; cat t1 t2)" 't
t
t'
is env "$(env -i A=b sh -c 'echo $A')" b
is date "$(date -u -d @0 +%Y-%m-%d 2>/dev/null || echo 1970-01-01)" 1970-01-01
is expr "$(expr 3 + 4 \* 2)" 11
is head_tail "$(head -n 5 long | tail -n 1)" 'a line of a long here-document, number 4'
is deep.directories "$(d=.; for i in 1 2 3 4 5 6 7 8 9 10; do d=$d/sub$i; done; mkdir -p $d && cd $d && cd ../../.. && basename "$PWD")" sub7

# ---- larger programs -------------------------------------------------------------------------------

# Primes by a sieve of shell variables.
sieve() {
	i=2
	while [ $i -le "$1" ]; do
		eval "composite=\${c_$i-}"
		if [ -z "$composite" ]; then
			printf '%d ' $i
			j=$((i * i))
			while [ $j -le "$1" ]; do
				eval "c_$j=1"
				j=$((j + i))
			done
		fi
		i=$((i + 1))
	done
}
is program.sieve "$(sieve 50)" '2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 '

# Towers of Hanoi: recursion with several arguments.
hanoi() {
	[ "$1" = 0 ] && return
	hanoi $(($1 - 1)) "$2" "$4" "$3"
	moves=$((moves + 1))
	hanoi $(($1 - 1)) "$4" "$3" "$2"
}
moves=0
hanoi 6 a b c
is program.hanoi $moves 63

# A stack machine that reads its program from a here-document.
calculate() {
	stack=
	while read -r word; do
		case $word in
		[0-9]*) stack="$word $stack" ;;
		[-+*/])
			set -- $stack
			b=$1 a=$2
			shift 2
			stack="$((a $word b)) $*"
			;;
		print)
			set -- $stack
			echo "$1"
			;;
		*) echo "bad word: $word" >&2 ;;
		esac
	done
}
set -f
is program.calculator "$(calculate <<EOF
3
4
+
2
*
print
20
5
-
*
print
EOF
)" '14
210'
set +f

# Words counted by a pipeline.
is program.words "$(cat <<EOF | tr -cs a-z '\n' | sort | uniq -c | sort -rn | awk '{print $2 $1}' | head -n 3 | tr '\n' ' '
the cat and the dog and the bird
saw the fish and the cat
EOF
)" 'the5 and3 cat2 '

# A menu that is driven by its input.
menu() {
	count=0
	while read -r command argument; do
		case $command in
		add) count=$((count + argument)) ;;
		show) echo "count is $count" ;;
		quit) return "$count" ;;
		*) echo "what is $command?" ;;
		esac
	done
	return 99
}
is program.menu "$(printf 'add 3\nshow\njump\nadd 4\nquit\n' | { menu; echo "left with $?"; })" 'count is 3
what is jump?
left with 7'

# Producer and consumers over a FIFO, with a lock made by mkdir.
produce() {
	n=0
	while [ $n -lt 20 ]; do
		echo item$n
		n=$((n + 1))
	done
}
consume() {
	while read -r item; do
		until mkdir lock 2>/dev/null; do :; done
		echo "$item" >>consumed
		rmdir lock
	done
}
mkfifo queue
: >consumed
produce >queue &
consume <queue
wait
is program.consumers "$(wc -l <consumed | tr -d ' ')" 20
is program.last "$(tail -n 1 consumed)" item19

# A tree of directories made, listed and taken away.
mkdir -p tree/a/b tree/c
for f in tree/x tree/a/y tree/a/b/z tree/c/w; do echo "$f" >"$f"; done
is program.tree "$(find tree -type f | sort | xargs cat | tr '\n' ' ')" 'tree/a/b/z tree/a/y tree/c/w tree/x '
cp -r tree copied
is program.copy "$(cd copied && find . | sort | tr '\n' ' ')" '. ./a ./a/b ./a/b/z ./a/y ./c ./c/w ./x '
rm -r tree copied
not program.removed [ -e tree ]

cd /
rm -rf "$work"
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
