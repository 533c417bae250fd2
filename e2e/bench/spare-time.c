/* What nobody else wants of this processor: counts small pieces of work while every other process sleeps (SCHED_IDLE).
   spare-time FILE: the count is the first 8 bytes of FILE (host order). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  struct sched_param none = {.sched_priority = 0};
  if (sched_setscheduler(0, SCHED_IDLE, &none) != 0) perror("sched_setscheduler");
  int file = open(argv[1], O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, 8) < 0) return 1;
  volatile uint64_t *count = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (count == MAP_FAILED) return 1;
  for (;;) {
    for (volatile int i = 0; i < 1000; i += 1) continue;
    *count += 1;
  }
}
