// What Node does not have: sockets on the event loop, alarms, signals and the scheduling of processes, over Node-API and
// libuv, without policy or protocol. This is what the C files share.
//
// Conventions, kept by src/addon.ts which is the only caller:
// - A socket is a number, slot + 65536 * generation, so a stale or invented one is refused and never followed.
// - System calls answer with their value, or with a negative errno. A wrong argument is a thrown TypeError.
// - No memory of JavaScript is kept across a call: the receive arena is looked up anew for every datagram, since a
//   callback may have detached it.
// - No static data: every environment (the main thread, each worker) has its own state, closed by its cleanup hook.
// Linked with -nostdlib: every symbol comes from the node process, so one file serves all Node versions since 18.
#ifndef VIPWARD_ADDON_H
#define VIPWARD_ADDON_H
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <node_api.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uv.h>

enum {
  MAX_SOCKETS = 65536,      // slots fit 16 bits of a handle
  MAX_BUFFERS = 1024,       // UIO_MAXIOV: the kernel takes no more in one sendmsg
  DATAGRAMS_PER_WAKEUP = 64,  // so that a flood on one socket leaves time for timers and other sockets
  DIALS_PER_WAKEUP = 64,
  ADDRESS_SPACE = sizeof(struct sockaddr_storage),
  MAX_OPTION = 65536,
};

// The receive arena is [address][control][data]; meta tells how much of each was filled.
enum { META_DATA, META_ADDRESS, META_CONTROL, META_FLAGS, META_LENGTH };
enum { FLAG_DATA_TRUNCATED = 1, FLAG_CONTROL_TRUNCATED = 2 };

typedef struct state state;

typedef struct {
  state *owner;
  int fd;
  int domain;
  uint32_t slot;
  bool polled;     // the uv handle exists, so the memory lives until its close callback
  bool listening;  // datagrams are wanted
  bool alarm;      // a timerfd, and no socket
  bool dialling;   // connect(2) is under way
  uv_poll_t poll;
  napi_ref arena, meta, callback;
  size_t data_space, control_space;
} channel;

typedef struct {
  channel *channel;
  uint32_t generation;
} slot;

typedef struct watched_signal watched_signal;

struct state {
  napi_env env;
  uv_loop_t *loop;
  slot *slots;
  uint32_t slot_count;
  uint32_t next_slot;  // where the search for a free one begins
  int dial_epoll;      // every connection under way, -1 before the first one
  uint32_t dialling;   // how many those are; the event loop goes on as long as there are any
  uv_poll_t dial_poll;
  watched_signal *signals;
  uint32_t closing;  // uv handles whose close callback is still due
  bool ending;
  napi_async_cleanup_hook_handle hook;
};

typedef struct {
  napi_env env;
  state *state;
  napi_value argument[6];
} call;

typedef struct {
  uint8_t *data;
  size_t length;
} bytes;

// arguments.c
bool refuse(napi_env env, const char *why);
bool begin(napi_env env, napi_callback_info info, call *c);
bool take_number(call *c, int index, double lowest, double highest, double *out, const char *why);
bool take_int(call *c, int index, int *out, const char *why);
bool take_bytes(call *c, int index, bytes *out, const char *why);
bool take_optional_bytes(call *c, int index, bytes *out, const char *why);
bool take_address(call *c, int index, bytes *out);
bool take_channel(call *c, channel **out);
napi_value answer(napi_env env, double value);
napi_value answer_result(napi_env env, long result);
bool view_bytes(napi_env env, napi_value value, bytes *out);
void call_back(napi_env env, napi_ref function, int number);

// channel.c
int forget(channel *ch);
void closed_one(state *s);
void on_environment_end(napi_async_cleanup_hook_handle hook, void *data);
napi_value enter(call *c, int fd, int domain);
int socket_type(int fd);

// receive.c
void on_poll(uv_poll_t *handle, int status, int events);
void tell(channel *ch, int error);

// signal.c
void forget_signals(state *s);

// What JavaScript sees, by the names in module.c.
napi_value js_adopt(napi_env env, napi_callback_info info);
napi_value js_affinity(napi_env env, napi_callback_info info);
napi_value js_alarm(napi_env env, napi_callback_info info);
napi_value js_bind(napi_env env, napi_callback_info info);
napi_value js_close(napi_env env, napi_callback_info info);
napi_value js_close_descriptor(napi_env env, napi_callback_info info);
napi_value js_connect(napi_env env, napi_callback_info info);
napi_value js_descriptor(napi_env env, napi_callback_info info);
napi_value js_dial(napi_env env, napi_callback_info info);
napi_value js_get_option(napi_env env, napi_callback_info info);
napi_value js_hold(napi_env env, napi_callback_info info);
napi_value js_listen(napi_env env, napi_callback_info info);
napi_value js_local_address(napi_env env, napi_callback_info info);
napi_value js_lock(napi_env env, napi_callback_info info);
napi_value js_lock_holder(napi_env env, napi_callback_info info);
napi_value js_on_signal(napi_env env, napi_callback_info info);
napi_value js_open(napi_env env, napi_callback_info info);
napi_value js_open_in(napi_env env, napi_callback_info info);
napi_value js_receive(napi_env env, napi_callback_info info);
napi_value js_release(napi_env env, napi_callback_info info);
napi_value js_send(napi_env env, napi_callback_info info);
napi_value js_set_affinity(napi_env env, napi_callback_info info);
napi_value js_set_alarm(napi_env env, napi_callback_info info);
napi_value js_set_limit(napi_env env, napi_callback_info info);
napi_value js_set_option(napi_env env, napi_callback_info info);
napi_value js_set_scheduler(napi_env env, napi_callback_info info);

#endif
