# SPDX-License-Identifier: 0BSD
# rules.mk - how the C library and third-party programs are made; included by the Makefile.
#
# A port is a folder ports/NAME: `source` says where its source comes from, *.patch are applied to
# it, and `build` makes the programs, in $(B)/ports/NAME, and leaves what goes into the system in
# $(B)/ports/NAME/out. `build` is run again when a library of ours has changed, to link again; when
# the recipe or a header has changed, the directory is emptied before.

parley-cc     := $(B)/bin/parley-cc
newlib        := $(B)/ports/newlib.built
posix-headers := $(shell find lib/posix/include -name '*.h' 2>/dev/null)
posix-libs    := $(B)/sysroot/lib/libposix.a $(B)/posix/crt0.o lib/posix/program.ld
flags-posix    = -D_GNU_SOURCE -Iinclude -Ilib -Ikern $(warnings)
cc-posix       = $(parley-cc)
needs-posix    = $(newlib)
builtins       = $(shell $(CC) $(if $(is-gcc),,-rtlib=compiler-rt) -print-libgcc-file-name)
ports         := $(filter-out newlib font,$(patsubst ports/%/source,%,$(wildcard ports/*/source)))

.PHONY: ports
.PRECIOUS: $(B)/ports/%.fresh $(O)/ports/%.source
ports: $(B)/posix/headers.good $(ports:%=$(B)/ports/%.built)

# Where a script's output goes, and what is shown of it when it fails.
logged = >$(1) 2>&1 || { tail -n 25 $(1); echo 'All of it: $(1)'; exit 1; }

$(parley-cc): ports/cc Makefile ports/rules.mk
	$(call say,GEN)
	$(Q)printf '%s\n' '#!/bin/bash' 'compiler="$(CC)" root="$(CURDIR)" build="$(CURDIR)/$(B)"' \
		'includes="$(cc-inc)" builtins="$(builtins)"' '. "$(CURDIR)/ports/cc"' >$@
	$(Q)chmod +x $@

$(O)/ports/%.source: ports/fetch ports/%/source $$(wildcard ports/$$*/*.patch)
	$(call say,FETCH)
	$(Q)ports/fetch $(O) ports/$*
	$(Q)touch $@

# The console's font, as a source of programs.
$(console-font): $(O)/ports/font.source lib/screen/psf2c
	$(call say,GEN)
	$(Q)lib/screen/psf2c console_font $(O)/ports/src/font/data/consolefonts/LatGrkCyr-8x16.psfu >$@

# newlib sees some of our headers; which, the compiler writes down.
$(newlib): $(O)/ports/newlib.source ports/newlib/build ports/cc | $(parley-cc)
	$(call say,NEWLIB)
	$(Q)rm -rf $(B)/ports/newlib && mkdir -p $(B)/ports/newlib
	$(Q)(cd $(B)/ports/newlib && $(CURDIR)/ports/newlib/build $(CURDIR)/$(O)/ports/src/newlib \
		$(CURDIR)/$(B)/sysroot $(CURDIR)/$(parley-cc)) $(call logged,$(B)/ports/newlib.log)
	$(Q)find $(B)/ports/newlib -path '*/.deps/*' | xargs cat | grep -o '[^ ]*lib/posix/include/[^ :]*' | \
		sed 's,.*/\(lib/posix/\),\1,' | sort -u >$@.headers
	$(Q)(printf '$@:'; tr '\n' ' ' <$@.headers; echo; sed 's/$$/:/' $@.headers) >$@.d
	$(Q)touch $@

$(B)/posix/crt0.o: lib/posix/crt0.S $(parley-cc)
	$(call say,AS)
	$(Q)$(parley-cc) -c $< -o $@

$(B)/sysroot/lib/libposix.a: $(posix-objs) $(B)/posix.objs
	$(call say,AR)
	$(Q)rm -f $@ && llvm-ar rcD $@ $(posix-objs)

# Every header of ours compiles alone, by default and for a strict program.
$(B)/posix/headers.good: $(posix-headers) $(newlib)
	$(call say,HEADERS)
	$(Q)for h in $(posix-headers:lib/posix/include/%=%); do for s in '' '-std=c99 -D_POSIX_C_SOURCE=200809L'; do \
		echo "#include <$$h>" | $(parley-cc) $$s $(warnings) -fsyntax-only -x c - || exit 1; done; done
	$(Q)touch $@

$(B)/ports/%.fresh: $(O)/ports/%.source $$(filter-out %.mk %.md,$$(wildcard ports/$$*/*)) $(posix-headers) $(newlib) $(parley-cc)
	$(Q)rm -rf $(B)/ports/$* && mkdir -p $(B)/ports/$* && touch $@

$(B)/ports/%.built: $(B)/ports/%.fresh $(posix-libs)
	$(call say,PORT)
	$(Q)(cd $(B)/ports/$* && $(CURDIR)/ports/$*/build $(CURDIR)/$(O)/ports/src/$* $(CURDIR)/$(parley-cc)) \
		$(call logged,$(B)/ports/$*.log)
	$(Q)touch $@

$(posix-programs:%=$(B)/%.elf): $(B)/%.elf: $$($$*-objs) $(B)/%.objs $(posix-libs)
	$(call say,LD)
	$(Q)$(parley-cc) $($*-objs) -o $@
