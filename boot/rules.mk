# SPDX-License-Identifier: 0BSD
# rules.mk - how images and ISOs are made; included by the Makefile.
#
# An image NAME is what boot/NAME.manifest says. Programs go into it without symbols, from $(B)/out; what
# else it needs must be built before stands in image-needs-NAME.

own-programs      := $(servers) $(posix-programs)
image-needs-rt    := $(servers:%=$(B)/out/%.elf)
image-needs-full  := $(filter-out %/posixtest.elf %/wholetest.elf %/posixbench.elf %/sinceboot.elf,$(own-programs:%=$(B)/out/%.elf)) \
		     $(ports:%=$(B)/ports/%.built)
image-needs-test  := $(own-programs:%=$(B)/out/%.elf) $(ports:%=$(B)/ports/%.built) $(wildcard tests/system/*)
boot-images       := $(B)/full.img $(B)/rt.img $(B)/test.img
isos              := $(B)/parley.iso $(B)/ktest.iso

.PHONY: images
images: $(boot-images)

$(B)/out/%.elf: $(B)/%.elf
	$(call say,STRIP)
	$(Q)$(STRIP) -o $@ $<

$(boot-images): $(B)/%.img: $(wildcard boot/*.manifest boot/etc/*) boot/manifest boot/mkimage boot/rules.mk \
		$(B)/out/sys.elf $$(image-needs-$$*)
	$(call say,IMAGE)
	$(Q)boot/manifest boot/$*.manifest --build $(B) --list $(B)/$*.files --services $(B)/$*.services
	$(Q)boot/mkimage $@ $(B)/out/sys.elf $(B)/$*.files

$(B)/parley.iso: $(B)/full.img
$(B)/ktest.iso: $(B)/ktest.elf
$(isos): boot/mkiso boot/grub.cfg $(B)/kernel.elf
	$(call say,ISO)
	$(Q)boot/mkiso $@ $(B)/kernel.elf $(filter %.img %ktest.elf,$^)

# sys with tests in place of the first two programs.
$(B)/systest.img: boot/mkimage $(B)/out/sys.elf $(B)/out/systest.elf $(B)/out/sysidle.elf
	$(call say,IMAGE)
	$(Q)printf '%s\n' '/sbin/image 755 0 0 file $(B)/out/sysidle.elf' \
		'/sbin/supervisor 755 0 0 file $(B)/out/systest.elf' >$@.files
	$(Q)boot/mkimage $@ $(B)/out/sys.elf $@.files
