/* SPDX-License-Identifier: 0BSD */
/* format.c: formatted text, one directive at a time.
 *
 * A directive is parsed into a struct spec and then printed by its conversion: every number goes
 * through number(), every text through text(), and both pad in pad(). All that comes out goes to
 * the sink through emit(), which counts it.
 */
#include "lib/format.h"

#include <stdbool.h>
#include <stdint.h>

struct spec {
	bool left;	    /* - */
	bool zero;	    /* 0 */
	int width;	    /* 0: as wide as needed */
	int precision;	    /* -1: none */
	unsigned int longs; /* how many l; z counts as one */
	char conversion;
};

static void emit(struct format_sink *sink, char c)
{
	sink->put(sink, c);
	sink->len++;
}

static void pad(struct format_sink *sink, char c, int count)
{
	while (count-- > 0) emit(sink, c);
}

static void text(struct format_sink *sink, const struct spec *spec, const char *chars, int len)
{
	if (!spec->left) pad(sink, ' ', spec->width - len);
	for (int i = 0; i < len; i++) emit(sink, chars[i]);
	if (spec->left) pad(sink, ' ', spec->width - len);
}

static void string(struct format_sink *sink, const struct spec *spec, const char *chars)
{
	int len = 0;

	if (!chars) chars = "(null)";
	while (len != spec->precision && chars[len]) len++;
	text(sink, spec, chars, len);
}

static void number(struct format_sink *sink, const struct spec *spec, uint64_t value, bool negative, unsigned int base)
{
	char digits[24];
	int at = sizeof(digits);
	int len;

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	len = (int)sizeof(digits) - at;
	if (spec->zero && !spec->left) {
		if (negative) emit(sink, '-');
		pad(sink, '0', spec->width - len - negative);
		negative = false;
		text(sink, &(struct spec){0}, digits + at, len);
		return;
	}
	if (negative) {
		digits[--at] = '-';
		len++;
	}
	text(sink, spec, digits + at, len);
}

static const char *parse_count(const char *format, va_list *args, int *count)
{
	*count = 0;
	if (*format == '*') {
		*count = va_arg(*args, int);
		return format + 1;
	}
	while (*format >= '0' && *format <= '9') *count = *count * 10 + (*format++ - '0');
	return format;
}

/* Reads a directive from behind its %; returns the place behind it. */
static const char *parse(const char *format, va_list *args, struct spec *spec)
{
	*spec = (struct spec){.precision = -1};
	for (; *format == '-' || *format == '0'; format++) {
		spec->left |= *format == '-';
		spec->zero |= *format == '0';
	}
	format = parse_count(format, args, &spec->width);
	if (spec->width < 0) {
		spec->left = true;
		spec->width = -spec->width;
	}
	if (*format == '.') format = parse_count(format + 1, args, &spec->precision);
	for (; *format == 'l' || *format == 'z'; format++) spec->longs++;
	spec->conversion = *format;
	return *format ? format + 1 : format;
}

static void print_signed(struct format_sink *sink, const struct spec *spec, va_list *args)
{
	int64_t value = spec->longs ? va_arg(*args, long) : va_arg(*args, int);

	number(sink, spec, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, 10);
}

static void print_unsigned(struct format_sink *sink, const struct spec *spec, va_list *args, unsigned int base)
{
	uint64_t value = spec->longs ? va_arg(*args, unsigned long) : va_arg(*args, unsigned int);

	number(sink, spec, value, false, base);
}

static void print_directive(struct format_sink *sink, const struct spec *spec, va_list *args)
{
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		print_signed(sink, spec, args);
		break;
	case 'u':
		print_unsigned(sink, spec, args, 10);
		break;
	case 'x':
		print_unsigned(sink, spec, args, 16);
		break;
	case 'p':
		number(sink, &(struct spec){.zero = true, .width = 16}, (uintptr_t)va_arg(*args, void *), false, 16);
		break;
	case 's':
		string(sink, spec, va_arg(*args, const char *));
		break;
	case 'c':
		c = (char)va_arg(*args, int);
		text(sink, spec, &c, 1);
		break;
	case '%':
		emit(sink, '%');
		break;
	}
}

void format_print(struct format_sink *sink, const char *format, va_list args)
{
	va_list rest;
	struct spec spec;

	/* A va_list parameter may be a pointer or an array; a copy has an address in both cases. */
	va_copy(rest, args);
	while (*format) {
		if (*format != '%') {
			emit(sink, *format++);
			continue;
		}
		format = parse(format + 1, &rest, &spec);
		print_directive(sink, &spec, &rest);
	}
	va_end(rest);
}
