// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library's stream of events: a burst waits for a reader who is slow, what is lost is told,
 * a signal ends the wait, and only the kernel is believed.
 */
// vm: -t 300
#include "ktap.h"
#include "rawnl.h"

#include <gpuward/libgpuward.h>
#include <linux/genetlink.h>
#include <linux/gpuward_genl.h>
#include <signal.h>

#define BURST 3000	/* far more than fit in a socket as it is made */

static struct gpuward *g, *listener;
static int fd;
static uint64_t last_seq;

static void poke(unsigned int times)
{
	struct gpuward_gpu_info gpu = {
		.fields = GPUWARD_FIELD(GPUWARD_A_GPU_MINOR) | GPUWARD_FIELD(GPUWARD_A_GPU_NAME),
		.name = "poked",
	};

	while (times--)
		if (gpuward_gpu_set(g, &gpu))
			bail("poke: %s", gpuward_error(g));
}

/* Read what has come; how many, or -errno. */
static int take(void)
{
	struct gpuward_event_info *events, *event;
	int err = gpuward_events_read(listener, &events), nr = 0;

	for (event = events; event; event = event->next) {
		last_seq = event->seq;
		nr++;
	}
	gpuward_free(events);
	return err ?: nr;
}

/* As many as come before @want have, or an error does. */
static int take_all(int want)
{
	int nr = 0, got = 0;

	while (nr < want && got >= 0) {
		got = take();
		nr += got > 0 ? got : 0;
	}
	return got < 0 ? got : nr;
}

static void test_burst(void)
{
	poke(BURST);
	is(take_all(BURST), BURST, "%d events that nobody read at once", BURST);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void test_signal(void)
{
	struct sigaction action = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &action, NULL);
	alarm(1);
	is(take(), -EINTR, "a signal ends the wait for an event");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	is(take(), -EAGAIN, "without blocking there is none");
	fcntl(fd, F_SETFL, 0);
}

/* The very event, from a program that has every right but is not the kernel. */
static void test_forged(void)
{
	char bytes[256] = {};
	struct nlmsghdr *nlh = raw_msg_put_header(bytes);
	struct sockaddr_nl to;
	socklen_t len = sizeof(to);
	struct genlmsghdr *genl;
	uint64_t seq = last_seq;
	int forger = raw_socket_open(NETLINK_GENERIC);

	getsockname(fd, (struct sockaddr *)&to, &len);
	nlh->nlmsg_type = GENL_ID_CTRL;
	genl = raw_msg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_DELFAMILY;
	for (genl->version = 0; genl->version < 64; genl->version++) {
		nlh->nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
		raw_attr_put(nlh, CTRL_ATTR_FAMILY_ID, 2, &(uint16_t){ GENL_ID_CTRL + genl->version });
		if (sendto(forger, nlh, nlh->nlmsg_len, 0, (struct sockaddr *)&to, len) < 0)
			bail("send to the listener");
	}
	poke(1);
	is(take_all(1), 1, "farewells in the name of all families are not believed");
	is(last_seq - seq, 1, "the kernel's event comes through");
	close(forger);
}

static void test_lost(void)
{
	int size = 2048;
	uint64_t seq = last_seq;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	poke(200);
	is(take_all(200), -ENOBUFS, "a reader who is too slow learns that some were lost");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	is(take_all(200), -EAGAIN, "and reads those that are left");
	fcntl(fd, F_SETFL, 0);
	poke(1);
	is(take_all(1), 1, "and what comes then");
	is(last_seq - seq, 201, "with the right number");
}

int main(void)
{
	struct gpuward_gpu_info gpu = {
		.fields = GPUWARD_FIELD(GPUWARD_A_GPU_MINOR) | GPUWARD_FIELD(GPUWARD_A_GPU_MEMORY),
		.memory_bytes = 16ull << 30,
	};

	load_module("/modules/gpuward.ko", "");
	g = gpuward_new();
	listener = gpuward_new();
	if (gpuward_gpu_add(g, &gpu))
		bail("add a GPU: %s", gpuward_error(g));
	fd = gpuward_events_open(listener);
	if (!ok(fd >= 0, "the listener has its socket"))
		bail("%s", gpuward_error(listener));
	poke(1);
	is(take_all(1), 1, "an event comes");
	test_burst();
	test_signal();
	test_forged();
	test_lost();
	gpuward_close(g);
	is(unload_module("gpuward"), 0, "gpuward can be unloaded");
	is(take_all(1), -ENODEV, "and the listener learns of it");
	gpuward_close(listener);
	return ktap_end();
}
