/* The least that a program on this machine can do: wakes at fixed moments and says how long each pause was, in nanoseconds.
   wake-loop INTERVAL_NS COUNT PRIORITY: SCHED_RR with that priority, or the ordinary policy for 0. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static long long now(void) {
  struct timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return moment.tv_sec * 1000000000LL + moment.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  long long interval = atoll(argv[1]);
  long count = atol(argv[2]);
  struct sched_param param = {.sched_priority = atoi(argv[3])};
  if (param.sched_priority > 0 && sched_setscheduler(0, SCHED_RR, &param) != 0) return 1;
  long long *woken = malloc((count + 1) * sizeof *woken);
  if (woken == NULL) return 1;
  mlockall(MCL_CURRENT | MCL_FUTURE);
  long long due = now();
  for (long i = 0; i <= count; i++) {
    due += interval;
    struct timespec until = {.tv_sec = due / 1000000000LL, .tv_nsec = due % 1000000000LL};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) continue;
    woken[i] = now();
  }
  for (long i = 1; i <= count; i++) printf("%lld\n", woken[i] - woken[i - 1]);
  return 0;
}
