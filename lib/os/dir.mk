# The library of the bare ABI: start, stubs, printing.
os-src += $(sort $(wildcard lib/os/*.[cS]))
