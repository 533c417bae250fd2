// Lets User Mode Linux run on processors whose register state is larger than its buffer: an LD_PRELOAD shim over ptrace().
//
// UML 6.1 keeps a process's floating point registers in a fixed buffer of 2696 bytes and writes them back with
// PTRACE_SETREGSET(NT_X86_XSTATE). The host's kernel wants the whole XSAVE area or nothing, and with AMX that area is
// about 11 kB: it answers EFAULT, and the guest panics at its first process. This shim learns the full size from
// PTRACE_GETREGSET, hands over UML's bytes in an area of that size with zeros behind, and clears the two AMX bits
// (17 XTILECFG, 18 XTILEDATA) of the header's XSTATE_BV, so the tile registers are in their initial state. Everything
// else goes to the kernel as it came; on a processor without AMX the shim changes nothing.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef NT_X86_XSTATE
#define NT_X86_XSTATE 0x202
#endif
#define XSTATE_HEADER 512
#define AMX_COMPONENTS (3UL << 17)

static unsigned char area[65536] __attribute__((aligned(64)));
static size_t host_size;

static long raw_ptrace(long request, long pid, void *addr, void *data) {
  return syscall(SYS_ptrace, request, pid, addr, data);
}

static long set_xstate(long pid, void *type, struct iovec *given) {
  struct iovec whole = {area, sizeof area};
  if (host_size == 0) {
    if (raw_ptrace(PTRACE_GETREGSET, pid, type, &whole) < 0) return -1;
    host_size = whole.iov_len;
    memset(area, 0, sizeof area);
  }
  if (given->iov_len >= host_size) return raw_ptrace(PTRACE_SETREGSET, pid, type, given);
  memcpy(area, given->iov_base, given->iov_len);
  unsigned long present;
  memcpy(&present, area + XSTATE_HEADER, sizeof present);
  present &= ~AMX_COMPONENTS;
  memcpy(area + XSTATE_HEADER, &present, sizeof present);
  whole.iov_len = host_size;
  return raw_ptrace(PTRACE_SETREGSET, pid, type, &whole);
}

long ptrace(enum __ptrace_request request, ...) {
  va_list args;
  va_start(args, request);
  pid_t pid = va_arg(args, pid_t);
  void *addr = va_arg(args, void *);
  void *data = va_arg(args, void *);
  va_end(args);

  if (request == PTRACE_SETREGSET && (long)addr == NT_X86_XSTATE) return set_xstate(pid, addr, data);
  if (request >= PTRACE_PEEKTEXT && request <= PTRACE_PEEKUSER) {
    // The raw system call stores the word; the C library's function returns it.
    long word;
    long result = raw_ptrace(request, pid, addr, &word);
    if (result < 0) return result;
    errno = 0;
    return word;
  }
  return raw_ptrace(request, pid, addr, data);
}
