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
