# SPDX-License-Identifier: 0BSD
"""The images that people boot, on machines that are smaller or larger than usual."""

OWN_MACHINES = True
CPUS = (1,)


def works(m, cpus, seconds=60):
    m.login(seconds)
    assert m.good("echo alive") == "alive"
    assert m.good("grep -c ^processor /proc/cpuinfo") == str(cpus)
    m.good("i=0; while [ $i -lt 20 ]; do /bin/true | cat; i=$((i+1)); done")
    assert m.good("echo text >/tmp/file && cat /tmp/file") == "text"


def test_the_full_image_in_32_megabytes(boot):
    works(boot(image="full.img", kernel="kernel.elf", memory="32M"), 1)


def test_the_full_image_in_32_megabytes_on_four_processors(boot):
    works(boot(image="full.img", kernel="kernel.elf", memory="32M", cpus=4), 4)


def test_the_real_time_image_in_8_megabytes(boot):
    m = boot(image="rt.img", kernel="kernel.elf", memory="8M")
    first = m.expect(r"periodic: (\d+) periods, late at most (\d+) ns\r?\n", 30)
    second = m.expect(r"periodic: (\d+) periods, late at most (\d+) ns\r?\n", 30)
    assert int(second[1]) == 2 * int(first[1]) > 0, "%s, then %s" % (first[1], second[1])
    assert int(second[2]) >= int(first[2]) > 0


def test_the_iso_by_bios_on_four_processors(boot):
    works(boot(image="full.img", firmware="bios", cpus=4), 4, 120)


def test_the_iso_by_uefi_on_four_processors(boot):
    works(boot(image="full.img", firmware="uefi", cpus=4), 4, 240)
