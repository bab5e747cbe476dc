/* SPDX-License-Identifier: 0BSD */
/* serial.c: interrupt-driven; what is to be sent lies in a ring of its own, from which the
 * transmitter's FIFO is filled when it is empty. The interrupt is edge-triggered on the ISA bus, so
 * all causes are served before it is acknowledged. Hardware flow control (CRTSCTS) is not done,
 * carrier is not watched: every line is local (CLOCAL).
 *
 * The ring outlives the server, and what is in the FIFOs is not cleared by the next one. A byte that the device had given
 * and nobody had seen yet is lost with the server; one that it was just given is sent twice. */
#include "serial.h"

#include <parley/clock.h>
#include <parley/syscall.h>

#define RING	   256
#define FIFO	   16
#define CAUSES_MAX 64 /* served in one interrupt: a broken device must not keep us for ever */
#define BYTES_MAX  64 /* received before what they mean is seen to */
#define BREAK_NS   (300 * OS_MS)
#define CLOCK_HZ   115200u /* divided by the divisor */

enum { DATA = 0, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6, SCRATCH = 7 };
enum { IER_RECEIVED = 1, IER_EMPTY = 2, IER_ERROR = 4 };
enum { LCR_STOP2 = 4, LCR_PARITY = 8, LCR_EVEN = 0x10, LCR_STICK = 0x20, LCR_BREAK = 0x40, LCR_DIVISOR = 0x80 };
enum { MCR_DTR = 1, MCR_RTS = 2, MCR_IRQ = 8 };
enum { LSR_READY = 1, LSR_PARITY = 4, LSR_FRAMING = 8, LSR_BREAK = 0x10, LSR_EMPTY = 0x20 };

struct serial {
	struct line line; /* first */
	struct srv_event event;
	struct srv_timer timer; /* ends a break */
	uint32_t base;
	cap_t ports, irq;
	uint8_t ring[RING];
	uint32_t head, tail; /* run freely */
	uint8_t lcr, mcr, ier;
	bool breaking;
};

static struct serial *serials; /* SERIAL_MAX */
static bool remembers;

static uint8_t in(struct serial *s, uint32_t at) { return (uint8_t)os_ioport_in(s->ports, s->base + at, 1); }

static void out(struct serial *s, uint32_t at, uint32_t value) { os_ioport_out(s->ports, s->base + at, 1, value); }

static uint32_t divisor_of(uint32_t speed)
{
	static const uint32_t bauds[] = {0,   50,   75,	  110,	134,  150,  200,   300,
					 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400};
	uint32_t baud = speed < 16 ? bauds[speed] : speed == B57600 ? 57600 : 115200;

	return baud ? CLOCK_HZ / baud : 0;
}

/* ---- sending ---- */

static void enable(struct serial *s, uint8_t ier)
{
	if (ier == s->ier)
		return;
	s->ier = ier;
	out(s, IER, ier);
}

/* The transmitter is empty: fills it, or stops asking. */
static void fill(struct serial *s)
{
	unsigned count = 0;

	for (; !s->breaking && s->head != s->tail && count < FIFO; count++) {
		out(s, DATA, s->ring[s->head % RING]);
		s->head++;
	}
	enable(s, (uint8_t)(IER_RECEIVED | IER_ERROR | (count ? IER_EMPTY : 0)));
}

static unsigned serial_room(struct line *line)
{
	struct serial *s = (struct serial *)line;

	return s->breaking ? 0 : RING - (s->tail - s->head);
}

static void serial_send(struct line *line, const uint8_t *bytes, unsigned count)
{
	struct serial *s = (struct serial *)line;

	for (unsigned i = 0; i < count; i++)
		s->ring[(s->tail + i) % RING] = bytes[i];
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	s->tail += count;
	if (!(s->ier & IER_EMPTY) && in(s, LSR) & LSR_EMPTY)
		fill(s);
}

static bool serial_idle(struct line *line)
{
	struct serial *s = (struct serial *)line;

	return s->head == s->tail && !s->breaking && !(s->ier & IER_EMPTY);
}

static void end_break(struct srv_event *event, uint64_t bits)
{
	struct serial *s = (struct serial *)((char *)event - __builtin_offsetof(struct serial, timer.event));

	s->breaking = false;
	out(s, LCR, s->lcr);
	fill(s);
	tty_update(s->line.tty);
}

static void serial_break(struct line *line)
{
	struct serial *s = (struct serial *)line;

	s->breaking = true;
	out(s, LCR, s->lcr | LCR_BREAK);
	srv_timer_set(&s->timer, os_in_ns(BREAK_NS), 0);
}

/* ---- receiving ---- */

static void receive_error(struct serial *s, uint8_t status, uint8_t byte)
{
	enum ldisc_error error = status & LSR_BREAK ? LDISC_BREAK : status & LSR_FRAMING ? LDISC_FRAMING : LDISC_PARITY;

	ldisc_input_error(&s->line.tty->ld, error, byte, os_now_ns());
}

/* One at a time, so that no more than one is in our hands. */
static void receive(struct serial *s)
{
	uint8_t status;

	for (unsigned i = 0; i < BYTES_MAX && (status = in(s, LSR)) & LSR_READY; i++) {
		uint8_t byte = in(s, DATA);

		if (!(s->line.tty->ld.tio.c_cflag & CREAD))
			continue;
		if (status & (LSR_BREAK | LSR_FRAMING | LSR_PARITY))
			receive_error(s, status, byte);
		else
			ldisc_input(&s->line.tty->ld, &byte, 1, os_now_ns());
	}
}

/* Until the device wants nothing, so that the line falls and can rise again. */
static void serve(struct serial *s)
{
	for (unsigned i = 0; i < CAUSES_MAX && !(in(s, IIR) & 1); i++) {
		receive(s);
		if (in(s, LSR) & LSR_EMPTY)
			fill(s);
		in(s, MSR);
	}
}

static void handle_irq(struct srv_event *event, uint64_t bits)
{
	struct serial *s = (struct serial *)((char *)event - __builtin_offsetof(struct serial, event));

	serve(s);
	os_irq_ack(s->irq);
	tty_update(s->line.tty);
}

/* ---- settings ---- */

static void serial_settings(struct line *line, struct proto_termios *tio)
{
	struct serial *s = (struct serial *)line;
	uint32_t divisor = divisor_of(tio->c_ospeed);

	tio->c_cflag = (tio->c_cflag & ~(uint32_t)CRTSCTS) | CLOCAL;
	s->lcr = (uint8_t)((tio->c_cflag & CSIZE) >> 4);
	s->lcr |= (tio->c_cflag & CSTOPB ? LCR_STOP2 : 0) | (tio->c_cflag & PARENB ? LCR_PARITY : 0);
	s->lcr |= (tio->c_cflag & PARODD ? 0 : LCR_EVEN) | (tio->c_cflag & CMSPAR ? LCR_STICK : 0);
	/* speed 0 hangs up */
	s->mcr = divisor ? s->mcr | MCR_DTR | MCR_RTS : s->mcr & (uint8_t) ~(MCR_DTR | MCR_RTS);
	out(s, MCR, s->mcr);
	if (divisor) {
		out(s, LCR, s->lcr | LCR_DIVISOR);
		out(s, DATA, divisor & 0xff);
		out(s, IER, divisor >> 8);
	}
	out(s, LCR, s->lcr);
}

static int serial_modem(struct line *line, unsigned set, unsigned clear)
{
	struct serial *s = (struct serial *)line;
	uint8_t msr = in(s, MSR);

	s->mcr |= (uint8_t)((set & TIOCM_DTR ? MCR_DTR : 0) | (set & TIOCM_RTS ? MCR_RTS : 0));
	s->mcr &= (uint8_t) ~((clear & TIOCM_DTR ? MCR_DTR : 0) | (clear & TIOCM_RTS ? MCR_RTS : 0));
	out(s, MCR, s->mcr);
	return (s->mcr & MCR_DTR ? TIOCM_DTR : 0) | (s->mcr & MCR_RTS ? TIOCM_RTS : 0) | (msr & 0x10 ? TIOCM_CTS : 0) |
	       (msr & 0x20 ? TIOCM_DSR : 0) | (msr & 0x40 ? TIOCM_RNG : 0) | (msr & 0x80 ? TIOCM_CAR : 0);
}

static const struct line_ops serial_ops = {
    .room = serial_room,
    .send = serial_send,
    .idle = serial_idle,
    .settings = serial_settings,
    .send_break = serial_break,
    .modem = serial_modem,
};

static bool is_there(struct serial *s)
{
	out(s, SCRATCH, 0x5a);
	if (in(s, SCRATCH) != 0x5a)
		return false;
	out(s, SCRATCH, 0xa5);
	return in(s, SCRATCH) == 0xa5;
}

/* Events for the interrupt and for the end of a break. */
static int begin_events(struct serial *s)
{
	int status = srv_event_init(&tty_server, &s->event, TTY_DEVICE_PRIORITY);

	if (status < 0)
		return status;
	status = srv_timer_init(&tty_server, &s->timer, TTY_DEVICE_PRIORITY);
	return status < 0 ? status : (int)os_irq_bind(s->irq, s->event.slot, 1);
}

int serial_remember(bool recalled)
{
	serials = srv_lasting(&tty_server, SERIAL_MAX * sizeof(*serials));
	remembers = recalled;
	return serials ? 0 : -ENOMEM;
}

/* Its ring and its registers, if the last server had this device. */
static bool recall(struct serial *s, uint32_t base)
{
	return remembers && s->base == base && s->tail - s->head <= RING;
}

/* As the last server left it: what is in the FIFOs goes on. */
static void go_on(struct serial *s)
{
	s->breaking = false;
	s->ier = 0xff; /* not known */
	out(s, LCR, s->lcr);
	out(s, MCR, s->mcr);
	if (in(s, LSR) & LSR_EMPTY)
		fill(s);
	else
		enable(s, IER_RECEIVED | IER_ERROR | IER_EMPTY);
	serve(s);
}

static void begin_anew(struct serial *s, struct tty *t)
{
	t->ld.tio.c_cflag = (t->ld.tio.c_cflag & ~(uint32_t)CBAUD) | B115200;
	t->ld.tio.c_ispeed = t->ld.tio.c_ospeed = B115200;
	out(s, IER, 0);
	out(s, FCR, 7); /* on, both cleared, an interrupt for every byte */
	serial_settings(&s->line, &t->ld.tio);
	in(s, LSR);
	in(s, DATA);
	enable(s, IER_RECEIVED | IER_ERROR);
}

int serial_begin(unsigned number, uint32_t base, cap_t ports, cap_t irq, struct tty *t)
{
	struct serial *s = &serials[number];
	bool known = recall(s, base);
	int status;

	if (!known)
		*s = (struct serial){.base = base, .mcr = MCR_IRQ};
	s->line = (struct line){.ops = &serial_ops, .taken = &s->tail};
	s->ports = ports;
	s->irq = irq;
	s->event.handle = handle_irq;
	s->timer.event.handle = end_break;
	if (!is_there(s))
		return -ENODEV;
	status = begin_events(s);
	if (status < 0)
		return status;
	tty_attach(t, &s->line);
	if (known)
		go_on(s);
	else
		begin_anew(s, t);
	os_irq_ack(s->irq); /* what came before */
	return 0;
}
