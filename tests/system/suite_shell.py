# SPDX-License-Identifier: 0BSD
"""The shell and the programs that come with the system."""


def test_a_prompt_and_a_command(m):
    assert m.good("echo hello") == "hello"


def test_status_of_commands(m):
    assert m.run("false")[1] == 1
    assert m.run("nonexistent-command")[1] == 127


def test_pipeline(m):
    assert m.good("echo c a b | tr ' ' '\\n' | sort | tr '\\n' ' '").strip() == "a b c"


def test_files_in_tmp(m):
    m.good("echo text >/tmp/file && cp /tmp/file /tmp/copy && cmp /tmp/file /tmp/copy")
    assert m.good("cat /tmp/copy") == "text"
    m.good("rm /tmp/file /tmp/copy")


def test_the_root_is_read_only(m):
    output, status = m.run("echo x >/bin/x")
    assert status != 0 and "ead-only" in output, output


def test_dash_checks_itself(m):
    output, status = m.run("sh /lib/tests/dash.sh 2>/dev/null", 300)
    assert status == 0, output[-2000:]


def test_lua_checks_itself(m):
    output, status = m.run("lua /lib/tests/check.lua", 300)
    assert status == 0, output[-2000:]


def test_pidin_shows_servers_waiting(m):
    output = m.good("pidin")
    assert "RECEIVE" in output and "supervisor" in output, output


def test_ps_and_top_read_proc(m):
    assert "supervisor" in m.good("ps")
    assert "Mem" in m.good("top -b -n 1")


def test_two_name_spaces(m):
    m.good("mkdir -p /tmp/other && echo inside >/tmp/other/where")
    assert m.good("ns run -m /tmp/other:/mnt cat /mnt/where") == "inside"
    assert m.run("cat /mnt/where")[1] != 0


def test_errors_name_the_thing(m):
    output, status = m.run("cat /none/such")
    assert status == 1 and "/none/such" in output


def test_services_are_listed(m):
    output = m.good("svc")
    assert "running" in output and "log" in output, output


def test_names_relative_to_the_root(m):
    assert m.good("cd / && echo text >tmp/file && cat tmp/file && rm tmp/file; cd") == "text"
    assert m.good("cd / && cat proc/version; echo x >dev/null; cd") == "Parley"


def test_who_is_nice_leaves_the_shell_alone(m):
    m.good("nice dd if=/dev/zero of=/dev/null bs=1 & echo started")
    for _ in range(5):
        m.good("true | cat", 20)
    assert m.good("nice -n 5 nice") == "5"
    m.run("kill %1; wait")


def counts_of(m, folder):
    """Blocks and files of a filesystem that are used."""
    return [int(m.good("df %s %s | tail -n 1" % (flag, folder)).split()[2]) for flag in ("-k", "-i")]


def test_a_filesystem_that_is_started_from_the_shell(m):
    """`plain`, the example that is to be read."""
    m.good("/lib/tests/plain 8m /mnt & echo started")
    m.good("i=0; while ! touch /mnt/there; do sleep 0.1; i=$((i+1)); [ $i -lt 50 ] || break; done 2>/dev/null; "
           "rm /mnt/there && cd /mnt")
    empty = counts_of(m, "/mnt")
    m.good("cp -r /etc a && diff -r /etc a && mv a b && [ ! -e a ] && diff -r /etc b")
    m.good("seq 100000 >large && cp large copy && cmp large copy && dd if=large bs=4096 skip=20 count=2 of=part && "
           "truncate -s 90000 large && dd if=copy bs=90000 count=1 of=large2 && cmp large large2 && mv -f large2 large")
    m.good("ln copy hard && echo more >>hard && cmp copy hard && [ $(stat -c %h copy) = 2 ] && rm copy && tail -n 1 hard")
    m.good("ln -s b/passwd soft && cmp soft /etc/passwd && [ $(readlink soft) = b/passwd ]")
    m.good("mkdir -p d/e && mv b d/e/f && cd d/e/f && [ $(pwd) = /mnt/d/e/f ] && cd /mnt && [ $(stat -c %h d) = 3 ]")
    assert m.run("rmdir d")[1] == 1 and m.run("mv d d/e/f")[1] == 1
    m.good("echo '#!/bin/sh' >run && ! ./run && chmod 755 run && ./run && cp /bin/lua lua && ./lua -e 'os.exit(true)'")
    output, status = m.run("cat /dev/zero >full")
    assert status == 1 and "o space" in output, output
    m.good("cd / && rm -r /mnt/*")
    assert counts_of(m, "/mnt") == empty
    m.good("kill -9 %1; wait; ! touch /mnt/there 2>/dev/null")
