// The bare loop that batches and listings are compared with: sends datagrams made beforehand and reads their ACKs, or for a
// dump its messages up to the last, nothing else.
// batch-loop FILE: records of a 32-bit length (host order) and a datagram; a record of length 0 ends a run.
// Prints the nanoseconds of each run, from its first send to its last answer.
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

// The sequence number of the last message: the one that asks for an ACK.
static uint32_t last_sequence(const char *datagram, uint32_t length) {
  const struct nlmsghdr *message = (const struct nlmsghdr *)datagram;
  uint32_t sequence = 0;
  for (int left = (int)length; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) sequence = message->nlmsg_seq;
  return sequence;
}

static void await_answer(int fd, uint32_t sequence) {
  static char reply[65536] __attribute__((aligned(4)));
  for (;;) {
    ssize_t got = recv(fd, reply, sizeof reply, 0);
    if (got < 0) fail("recv");
    int left = (int)got;
    for (const struct nlmsghdr *message = (const struct nlmsghdr *)reply; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE && message->nlmsg_seq == sequence) return;
      if (message->nlmsg_type != NLMSG_ERROR) continue;
      const struct nlmsgerr *error = NLMSG_DATA(message);
      if (error->error != 0) {
        fprintf(stderr, "refused: %s\n", strerror(-error->error));
        exit(1);
      }
      if (message->nlmsg_seq == sequence) return;
    }
  }
}

int main(int count, char **words) {
  if (count != 2) return 2;
  FILE *file = fopen(words[1], "rb");
  if (file == NULL) fail(words[1]);
  if (fseek(file, 0, SEEK_END) != 0) fail("fseek");
  long size = ftell(file);
  rewind(file);
  char *all = malloc((size_t)size);
  if (all == NULL || fread(all, 1, (size_t)size, file) != (size_t)size) fail("fread");

  int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (fd < 0 || bind(fd, (struct sockaddr *)&kernel, sizeof kernel) < 0) fail("socket");

  int64_t start = 0;
  for (long at = 0; at < size;) {
    uint32_t length;
    memcpy(&length, all + at, sizeof length);
    at += sizeof length;
    if (length == 0) {
      printf("%lld\n", (long long)(now() - start));
      start = 0;
      continue;
    }
    if (start == 0) start = now();
    if (sendto(fd, all + at, length, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) fail("sendto");
    await_answer(fd, last_sequence(all + at, length));
    at += length;
  }
  return 0;
}
