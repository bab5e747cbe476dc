/* SPDX-License-Identifier: 0BSD */
/* err.h: BSD's messages about errors. */
#ifndef PARLEY_ERR_H
#define PARLEY_ERR_H

#include <stdarg.h>
#include <sys/cdefs.h>

__BEGIN_DECLS
/* err* add what errno means and *x do not; err* exit with status, warn* go on. */
void err(int status, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));
void errx(int status, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));
void verr(int status, const char *format, va_list args) __attribute__((noreturn, format(printf, 2, 0)));
void verrx(int status, const char *format, va_list args) __attribute__((noreturn, format(printf, 2, 0)));
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warnx(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vwarn(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
void vwarnx(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
__END_DECLS

#endif
