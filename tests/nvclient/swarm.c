// SPDX-License-Identifier: GPL-2.0-only
/*
 * swarm.c - many at once: threads or processes, each with a control file and a client of its own,
 * that all take as much as they get.
 * Owns: the start line. Must not: free anything; the books are looked at while all of them hold.
 */
#include "nvclient.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SWARM	256

struct bee {
	pthread_t thread;
	const struct client *queen;
	__u64 size;
	__u64 got;
	__u32 refused;		/* the status that ended it */
	int err;		/* or the errno */
	bool churn;		/* gives every other piece back */
};

static pthread_barrier_t start;

/* Control file, the GPU's file, client, device: quietly, and not shared with anybody. */
static bool own_client(struct client *me, const struct client *queen)
{
	struct nv0080_params p = { 0 };
	struct gpu *g;

	*me = *queen;
	me->ctl = -1;
	me->root = 0;
	g = &me->gpu[me->cur];
	g->fd = -1;
	if (open_ctl(me).ret < 0 || open_gpu(me, me->cur).ret < 0 ||
	    !ok(rm_client(me, me->ctl, &me->root)))
		return false;
	p.device_id = g->instance;
	p.client_share = me->root;
	g->device = 0x5d000001;
	return ok(rm_alloc(me, me->root, &g->device, NV01_DEVICE_0, &p, sizeof(p)));
}

static void take_all(struct client *me, struct bee *b)
{
	__u32 handle = 0x5d000100;
	int i;

	for (i = 0; i < 100000; i++, handle++) {
		struct nv_memory_params p = { .owner = me->root, .size = b->size };
		struct result r = rm_alloc(me, me->gpu[me->cur].device, &handle,
					   NV01_MEMORY_LOCAL_USER, &p, sizeof(p));

		if (!ok(r)) {
			b->refused = r.status;
			b->err = r.err;
			return;
		}
		b->got += p.size;
		if (b->churn && i % 2 && ok(rm_free(me, handle)))
			b->got -= p.size;
	}
}

static void *fly(void *arg)
{
	struct client *me = malloc(sizeof(*me));
	struct bee *b = arg;
	bool ready = me && own_client(me, b->queen);

	pthread_barrier_wait(&start);
	if (ready)
		take_all(me, b);
	else
		b->err = errno ? errno : -1;
	free(me);
	return NULL;
}

/* Threads of one process. Their files stay open: the memory is held until the process ends. */
static int do_threads(struct client *c, int argc, char **argv)
{
	static struct bee bees[MAX_SWARM];
	unsigned long long total = 0;
	int n, i, full = 0;

	if (argc < 3)
		return -1;
	n = atoi(argv[1]);
	if (n < 1 || n > MAX_SWARM)
		return -1;
	memset(bees, 0, sizeof(bees));
	pthread_barrier_init(&start, NULL, n);
	for (i = 0; i < n; i++) {
		bees[i].queen = c;
		bees[i].size = parse_size(argv[2]);
		bees[i].churn = argc > 3;
		if (pthread_create(&bees[i].thread, NULL, fly, &bees[i]))
			exit(1);
	}
	for (i = 0; i < n; i++) {
		pthread_join(bees[i].thread, NULL);
		total += bees[i].got;
		full += bees[i].refused == NV_ERR_NO_MEMORY;
	}
	pthread_barrier_destroy(&start);
	return report(c, "threads", (struct result){ 0 }, "total=%llu full=%d err=%d", total, full,
		      bees[0].err);
}

/* Clients and devices of one process on its one control file, each taking until nothing is left. */
static int do_clients(struct client *c, int argc, char **argv)
{
	unsigned long long total = 0;
	int n, i, made = 0;

	if (argc < 3)
		return -1;
	n = atoi(argv[1]);
	for (i = 0; i < n; i++) {
		struct bee b = { .size = parse_size(argv[2]) };
		struct nv0080_params p = { .device_id = c->gpu[c->cur].instance };
		struct client me = *c;

		if (!ok(rm_client(&me, me.ctl, &me.root)))
			break;
		me.gpu[me.cur].device = 0x5d000001;
		if (!ok(rm_alloc(&me, me.root, &me.gpu[me.cur].device, NV01_DEVICE_0, &p,
				 sizeof(p))))
			break;
		take_all(&me, &b);
		total += b.got;
		made++;
	}
	return report(c, "clients", (struct result){ 0 }, "made=%d total=%llu", made, total);
}

/* One child: takes what it gets, tells how much, and holds it until the parent has gone. */
static void child(const struct client *queen, __u64 size, int tell, int wait)
{
	struct bee b = { .size = size };
	struct client me;
	char end;

	if (own_client(&me, queen))
		take_all(&me, &b);
	if (write(tell, &b.got, sizeof(b.got)) != sizeof(b.got))
		_exit(1);
	if (read(wait, &end, 1))
		_exit(1);
	_exit(0);
}

/* Processes, each child's files its own. They live as long as this one. */
static int do_forks(struct client *c, int argc, char **argv)
{
	unsigned long long total = 0;
	int told[2], held[2], n, i;
	__u64 got;

	if (argc < 3)
		return -1;
	n = atoi(argv[1]);
	if (pipe(told) || pipe(held))
		return report(c, "forks", (struct result){ .ret = -1, .err = errno }, NULL);
	for (i = 0; i < n; i++) {
		pid_t pid = fork();

		if (!pid) {
			close(held[1]);
			child(c, parse_size(argv[2]), told[1], held[0]);
		}
		if (pid < 0)
			break;
	}
	for (n = i, i = 0; i < n && read(told[0], &got, sizeof(got)) == sizeof(got); i++)
		total += got;
	close(told[0]);
	close(told[1]);
	return report(c, "forks", (struct result){ 0 }, "made=%d total=%llu", n, total);
}

/* Doubles DEPTH times. Each takes what it gets, with clients without end, tells how much, and holds it. */
static void explode(const struct client *queen, __u64 size, int depth, int tell)
{
	struct bee b = { .size = size };
	struct client me;
	int i;

	while (depth--)
		fork();
	for (i = 0; i < 20; i++)
		if (own_client(&me, queen))
			take_all(&me, &b);
	if (write(tell, &b.got, sizeof(b.got)) == sizeof(b.got))
		pause();
	_exit(1);
}

static int do_bomb(struct client *c, int argc, char **argv)
{
	unsigned long long total = 0;
	int told[2], depth, n;
	__u64 got;

	if (argc < 3)
		return -1;
	depth = atoi(argv[1]);
	if (depth < 1 || depth > 8 || pipe(told))
		return -1;
	if (!fork())
		explode(c, parse_size(argv[2]), depth, told[1]);
	close(told[1]);
	for (n = 0; n < 1 << depth && read(told[0], &got, sizeof(got)) == sizeof(got); n++)
		total += got;
	return report(c, "bomb", (struct result){ 0 }, "made=%d total=%llu", n, total);
}

const struct verb verbs_swarm[] = {
	{ "threads", do_threads, "COUNT SIZE [churn]" },
	{ "clients", do_clients, "COUNT SIZE" },
	{ "forks", do_forks, "COUNT SIZE" },
	{ "bomb", do_bomb, "DEPTH SIZE (processes, each with clients)" },
	{ NULL, NULL, NULL },
};
