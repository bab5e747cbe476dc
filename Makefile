# SPDX-License-Identifier: 0BSD
# The one Makefile of Parley. Every folder with sources has a dir.mk that only sets variables; every
# rule stands here, once. Nothing is written outside $(O).
#
#? Usage: make [TARGET] [VARIABLE=value ...]
#?
#?   all      kernel (release and debug), programs, images and ISOs; the default
#?   base     the part of it that needs no C library and no source from elsewhere
#?   images   the boot images, one for each boot/*.manifest
#?   run      boot the ISO in QEMU      FIRMWARE=bios|uefi CPUS=n MEM=256M DISPLAY=none|gtk
#?   debug    boot the debug kernel and wait for gdb      ARGS='command line'
#?   test     run all tests, or those of one name         T=name
#?   soak     random calls, and each fuzzer for ten minutes
#?   bench    print the benchmark figures                 T=name
#?   ports    the C library and the third-party programs; fetches their sources
#?   check    headers, formatting, sizes, coverage, reproducible build
#?   docs     generate the reference pages
#?   format   let clang-format put every C file right
#?   setup    install missing packages (all targets that build do that by themselves)
#?   clean    remove everything that was built
#?
#? CC=gcc builds with gcc, into a build directory of its own. V=1 shows the commands.

# Five variants of an object exist: release, debug and measure (kernel flavours), user (programs on the
# bare ABI) and posix (programs over the C library).
# A program NAME is a list of sources NAME-src and becomes $(B)/NAME.elf.

MAKEFLAGS += -rR --no-print-directory
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.SUFFIXES:
.DEFAULT_GOAL := all

ifeq ($(origin CC),default)
CC := clang
endif
O       := build
B       := $(O)/$(notdir $(lastword $(CC)))
is-gcc  := $(findstring gcc,$(notdir $(lastword $(CC))))
LD      := ld.lld
NM      := llvm-nm
STRIP   := llvm-strip
HOSTCC  := clang
PYTHON  := /usr/bin/python3

goals   := $(or $(MAKECMDGOALS),all)
display := $(if $(filter command,$(origin DISPLAY)),$(DISPLAY),none)

# Whoever runs or tests wants a machine that can: install what is missing before anything is built.
ifneq ($(filter all base images run debug test soak bench check ports,$(goals)),)
$(shell boot/setup $(display) >&2)
ifneq ($(.SHELLSTATUS),0)
$(error The packages above are needed; install them or run `make setup`)
endif
endif

# ---- sources -------------------------------------------------------------------------------------

kern-src :=
# Kernel sources that seldom run: compiled for size.
rare-src :=
os-src   :=
os-boot-src :=
os-crt-src  :=
srv-src  :=
sys-src  :=
# The first program, with tests or benchmarks or `sys` in it; and servers, which `sys` starts.
programs :=
servers  :=
posix-src :=
# Programs over the POSIX library; as above.
posix-programs :=
dir-mk   := $(sort $(wildcard kern/*/dir.mk kern/arch/*/dir.mk lib/*/dir.mk sys/*/dir.mk servers/*/dir.mk \
			servers/*/*/dir.mk cmd/dir.mk tests/*/dir.mk boot/dir.mk))
include $(dir-mk)

# ---- flags ---------------------------------------------------------------------------------------

cc-inc    = $(eval cc-inc := $(shell $(CC) -print-file-name=include))$(cc-inc)
warnings := -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes -Wundef -Wvla -Wno-unused-parameter \
	    -Werror=date-time
reproducible = -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(cc-inc)=cc \
	       $(if $(is-gcc),,-fdebug-compilation-dir=.)
common    = $(if $(is-gcc),,--target=x86_64-unknown-none-elf) -std=gnu11 -ffreestanding -nostdinc \
	    -isystem $(cc-inc) -Iinclude -mno-red-zone -fno-pic -fno-pie -fno-stack-protector \
	    -fcf-protection=none -fno-asynchronous-unwind-tables -fno-strict-aliasing -fomit-frame-pointer -O2 -g \
	    $(reproducible) $(warnings)
kernel    = $(common) -Ikern -mcmodel=kernel -mgeneral-regs-only -fno-unroll-loops
flags-release = $(kernel) -DKERN_DEBUG=0
flags-debug   = $(kernel) -DKERN_DEBUG=1
flags-measure = $(flags-release) -DKERN_MEASURE=1
flags-user    = $(common) $(if $(filter sys/%,$<),-Isys) -Ilib -Itests -Ikern -mcmodel=small -ffunction-sections \
		-fdata-sections
host-shim     = -Itests/host/shim
flags-host    = -std=gnu11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
		-fno-omit-frame-pointer $(host-shim) -Iinclude -Ikern -Itests -Ilib -Isys -DKERN_DEBUG=1 \
		-DKERN_HOST=1 $(warnings)
link          = $(LD) -nostdlib -static --build-id=none -z max-page-size=0x1000 -z noexecstack

# ---- how things are said and made ----------------------------------------------------------------

quiet := $(or $(V),$(findstring s,$(filter-out --%,$(firstword $(MAKEFLAGS)))))
say   = @mkdir -p $(@D)$(if $(quiet),,; printf '  %-7s %s\n' '$(1)' '$@')
Q    := $(if $(V),,@)
objs  = $(addprefix $(1)/,$(addsuffix .o,$(2)))
# A list of objects as a file that changes only when the list does, so that removing a source relinks.
FORCE:
$(B)/%.objs $(O)/host/%.objs: FORCE
	@mkdir -p $(@D); echo '$($(*F)-objs)' | cmp -s - $@ || echo '$($(*F)-objs)' >$@

kernel-objs       := $(call objs,$(B)/release,$(kern-src))
kernel-debug-objs := $(call objs,$(B)/debug,$(kern-src))
kernel-measure-objs := $(call objs,$(B)/measure,$(kern-src))
posix-objs        := $(call objs,$(B)/posix,$(posix-src))
$(foreach p,$(posix-programs),$(eval $p-objs := $$(call objs,$$(B)/posix,$$($p-src))))
$(foreach p,$(programs),$(eval $p-objs := $$(call objs,$$(B)/user,$$($p-src) $$(os-src) $$(os-boot-src))))
$(foreach p,$(servers),$(eval $p-objs := $$(call objs,$$(B)/user,$$($p-src) $$(os-src) $$(os-crt-src) $$(srv-src))))
$(foreach p,$(host-programs),$(eval $p-objs := $$(call objs,$$(O)/host,$$($p-src))))

define compile-rules
$$(B)/$(1)/%.c.o: %.c Makefile $$$$(needs-$(1))
	$$(call say,CC)
	$$(Q)$$(or $$(cc-$(1)),$$(CC)) $$(flags-$(1)) $$(if $$(filter $$(rare-src),$$<),-Os) -MMD -MP -c $$< -o $$@
$$(B)/$(1)/%.S.o: %.S Makefile $$$$(needs-$(1))
	$$(call say,AS)
	$$(Q)$$(or $$(cc-$(1)),$$(CC)) $$(flags-$(1)) -MMD -MP -c $$< -o $$@
endef
$(foreach f,release debug measure user posix,$(eval $(call compile-rules,$f)))

$(O)/host/%.c.o: %.c Makefile
	$(call say,HOSTCC)
	$(Q)$(HOSTCC) $(flags-host) -MMD -MP -c $< -o $@

include ports/rules.mk

# ---- what is built -------------------------------------------------------------------------------

kernels := $(B)/kernel.elf $(B)/kernel-debug.elf
images  := $(patsubst %,$(B)/%.elf,$(programs) $(servers))
host-tests := $(addprefix $(O)/host/,$(filter-out fuzz_%,$(host-programs)))

include boot/rules.mk

# What needs nothing from elsewhere.
base: $(kernels) $(images) $(programs:%=$(B)/%.list) $(B)/rt.img $(B)/systest.img $(B)/ktest.iso

.PHONY: all base run debug test soak bench check docs help clean setup format FORCE
all: $(kernels) $(images) $(programs:%=$(B)/%.list) $(boot-images) $(isos)

$(kernels) $(B)/kernel-measure.elf: $(B)/%.elf: $$($$*-objs) $(B)/%.objs $(B)/kernel.ld
	$(call say,LD)
	$(Q)$(link) -T $(B)/kernel.ld $($*-objs) -o $@

$(B)/kernel.ld: $(kern-ld) Makefile
	$(call say,CPP)
	$(Q)$(CC) $(flags-release) -E -P -x assembler-with-cpp -MMD -MP -MT $@ -MF $@.d $< -o $@

$(images): $(B)/%.elf: $$($$*-objs) $(B)/%.objs lib/os/program.ld
	$(call say,LD)
	$(Q)$(link) --gc-sections -T lib/os/program.ld $($*-objs) -o $@

# What a test program contains, as it says itself: one line per test, `suite test`.
$(B)/%.list: $(B)/%.elf
	$(call say,LIST)
	$(Q)$(NM) -n $< | sed -n 's/.* test_case__\(.*\)__\(.*\)/\1 \2/p;s/.* suite_seconds__\(.*\)__\(.*\)/@\1 \2/p' >$@

$(host-programs:%=$(O)/host/%): $(O)/host/%: $$($$*-objs) $(O)/host/%.objs
	$(call say,LINK)
	$(Q)$(HOSTCC) -fsanitize=address,undefined $($*-objs) -o $@

# ---- what is done with it ------------------------------------------------------------------------

# Command line variables reach the environment of recipes: DISPLAY=gtk must not hide the X display.
FIRMWARE := bios
CPUS     := 1
MEM      := 256M
xdisplay = $$(tr '\0' '\n' </proc/$$PPID/environ | sed -n 's/^DISPLAY=//p')
qemu     = DISPLAY="$(xdisplay)" boot/qemu -f $(FIRMWARE) -c $(CPUS) -m $(MEM) -d $(display)

run: $(B)/parley.iso
	$(Q)$(qemu) $<

debug: $(B)/kernel-debug.elf $(B)/ktest.elf
	@echo 'QEMU waits. In another terminal: gdb $< -ex "target remote :1234"'
	$(Q)$(subst -f $(FIRMWARE),-f pvh,$(qemu)) $^ '$(ARGS)' -- -s -S

test: $(host-tests) $(O)/host/fuzz_ipc $(O)/host/fuzz_srv $(kernels) $(B)/ktest.elf $(B)/ktest.list $(B)/stest.elf $(B)/stest.list $(B)/systest.img $(B)/systest.list \
      $(B)/test.img $(B)/rt.img $(isos)
	$(Q)$(PYTHON) tests/run --build $(B) $(host-tests:%=--host %) --fuzz $(O)/host/fuzz_ipc \
		--fuzz $(O)/host/fuzz_srv $(T)

soak-fuzzers := $(addprefix $(O)/host/,$(filter fuzz_%,$(host-programs)))
soak: $(soak-fuzzers) $(B)/kernel-debug.elf $(B)/ktest.elf
	$(Q)$(PYTHON) tests/run --soak --build $(B) $(soak-fuzzers:%=--fuzz %)

bench: $(B)/kernel.elf $(B)/kernel-measure.elf $(B)/kbench.elf $(B)/kbench.list $(if $(filter posix,$(T)),$(B)/test.img)
	$(Q)$(PYTHON) tests/run --bench --build $(B) $(T)

check: all
	$(Q)$(PYTHON) tests/check/run --build $(B) --cc '$(CC)' --flags='$(flags-release)'

docs:
	$(Q)$(PYTHON) docs/generate

setup:
	$(Q)boot/setup $(display)

format:
	$(Q)git ls-files '*.c' '*.h' ':!tests/bench/posix' | xargs clang-format -i

clean:
	$(Q)rm -rf $(O)

help:
	@sed -n 's/^#? \{0,1\}//p' Makefile

# Not those of third-party builds.
-include $(shell find $(O) -path '*/ports/*/*' -prune -o -name '*.d' -type f -print 2>/dev/null)
