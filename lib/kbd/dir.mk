# Scan codes to bytes.
kbd-src = $(sort $(wildcard lib/kbd/*.c)) $(utf8-src)
