// Sockets that Node does not have, on the event loop: one C file over Node-API and libuv's uv_poll, without policy or protocol.
//
// Conventions, kept by src/addon.ts which is the only caller:
// - A socket is a number, slot + 65536 * generation, so a stale or invented one is refused and never followed.
// - System calls answer with their value, or with a negative errno. A wrong argument is a thrown TypeError.
// - No memory of JavaScript is kept across a call: the receive arena is looked up anew for every datagram, since a
//   callback may have detached it.
// - No static data: every environment (the main thread, each worker) has its own state, closed by its cleanup hook.
// Linked with -nostdlib: every symbol comes from the node process, so one file serves all Node versions since 18.
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <node_api.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
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

struct state {
  napi_env env;
  uv_loop_t *loop;
  slot *slots;
  uint32_t slot_count;
  uint32_t next_slot;  // where the search for a free one begins
  int dial_epoll;      // every connection under way, -1 before the first one
  uint32_t dialling;   // how many those are; the event loop goes on as long as there are any
  uv_poll_t dial_poll;
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

// ---- arguments

static bool refuse(napi_env env, const char *why) {
  napi_throw_type_error(env, "SOCKETS_BAD_ARGUMENT", why);
  return false;
}

static bool begin(napi_env env, napi_callback_info info, call *c) {
  size_t count = 6;
  void *data = NULL;
  c->env = env;
  if (napi_get_cb_info(env, info, &count, c->argument, NULL, &data) != napi_ok) return refuse(env, "no call information");
  c->state = data;
  return true;
}

static bool take_number(call *c, int index, double lowest, double highest, double *out, const char *why) {
  double value;
  if (napi_get_value_double(c->env, c->argument[index], &value) != napi_ok) return refuse(c->env, why);
  if (!(value >= lowest && value <= highest) || value != (double)(int64_t)value) return refuse(c->env, why);
  *out = value;
  return true;
}

static bool take_int(call *c, int index, int *out, const char *why) {
  double value;
  if (!take_number(c, index, INT32_MIN, INT32_MAX, &value, why)) return false;
  *out = (int)value;
  return true;
}

// No JavaScript runs in here, so the pointer stays good until the next call that may run some.
static bool view_bytes(napi_env env, napi_value value, bytes *out) {
  napi_typedarray_type type;
  size_t length = 0;
  void *data = NULL;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) != napi_ok) return false;
  if (type != napi_uint8_array) return false;
  out->data = data;
  out->length = data == NULL ? 0 : length;
  return true;
}

static bool take_bytes(call *c, int index, bytes *out, const char *why) {
  return view_bytes(c->env, c->argument[index], out) || refuse(c->env, why);
}

static bool take_optional_bytes(call *c, int index, bytes *out, const char *why) {
  napi_valuetype type;
  out->data = NULL;
  out->length = 0;
  if (napi_typeof(c->env, c->argument[index], &type) == napi_ok && type == napi_undefined) return true;
  return take_bytes(c, index, out, why);
}

static bool take_address(call *c, int index, bytes *out) {
  if (!take_bytes(c, index, out, "the address must be a Uint8Array")) return false;
  return out->length <= ADDRESS_SPACE || refuse(c->env, "the address is longer than struct sockaddr_storage");
}

// An unknown or closed handle is no error of types: *out is NULL then, and the caller answers EBADF.
static bool take_channel(call *c, channel **out) {
  double handle;
  if (!take_number(c, 0, 0, 281474976710655.0, &handle, "the handle must be a number that open() gave")) return false;
  uint64_t whole = (uint64_t)handle;
  uint32_t index = (uint32_t)(whole % MAX_SOCKETS);
  uint32_t generation = (uint32_t)(whole / MAX_SOCKETS);
  *out = NULL;
  if (index < c->state->slot_count && c->state->slots[index].generation == generation) {
    *out = c->state->slots[index].channel;
  }
  return true;
}

static napi_value answer(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}

static napi_value answer_result(napi_env env, long result) { return answer(env, result < 0 ? -(double)errno : (double)result); }

// ---- life of a socket

static void finish(state *s) {
  napi_remove_async_cleanup_hook(s->hook);
  free(s->slots);
  free(s);
}

static void on_closed(uv_handle_t *handle) {
  channel *ch = handle->data;
  state *s = ch->owner;
  free(ch);
  if (--s->closing == 0 && s->ending) finish(s);
}

// The last close of a descriptor takes it out of the epoll instance.
static void end_dial(channel *ch) {
  state *s = ch->owner;
  ch->dialling = false;
  if (--s->dialling == 0 && !s->ending) uv_unref((uv_handle_t *)&s->dial_poll);
}

static void on_dials_closed(uv_handle_t *handle) {
  state *s = handle->data;
  if (--s->closing == 0 && s->ending) finish(s);
}

// Forgets the channel and answers its descriptor, which the caller closes or hands on.
static int forget(channel *ch) {
  state *s = ch->owner;
  int fd = ch->fd;
  s->slots[ch->slot].channel = NULL;
  s->slots[ch->slot].generation++;
  ch->fd = -1;
  ch->listening = false;
  // At the environment's end the references go with it.
  if (ch->callback != NULL && !s->ending) {
    if (ch->arena != NULL) napi_delete_reference(s->env, ch->arena);
    if (ch->meta != NULL) napi_delete_reference(s->env, ch->meta);
    napi_delete_reference(s->env, ch->callback);
  }
  ch->callback = NULL;
  if (ch->dialling) end_dial(ch);
  if (ch->polled) {
    s->closing++;
    uv_close((uv_handle_t *)&ch->poll, on_closed);
  } else {
    free(ch);
  }
  return fd;
}

static void on_environment_end(napi_async_cleanup_hook_handle hook, void *data) {
  state *s = data;
  s->hook = hook;
  s->ending = true;
  for (uint32_t i = 0; i < s->slot_count; i++) {
    if (s->slots[i].channel != NULL) close(forget(s->slots[i].channel));
  }
  if (s->dial_epoll >= 0) {
    s->closing++;
    uv_close((uv_handle_t *)&s->dial_poll, on_dials_closed);
    close(s->dial_epoll);
  }
  if (s->closing == 0) finish(s);
}

static bool find_slot(state *s, uint32_t *out) {
  for (uint32_t i = 0; i < s->slot_count; i++) {
    uint32_t index = (s->next_slot + i) % s->slot_count;
    if (s->slots[index].channel == NULL) {
      s->next_slot = index + 1;
      *out = index;
      return true;
    }
  }
  if (s->slot_count == MAX_SOCKETS) return false;
  uint32_t grown = s->slot_count == 0 ? 16 : s->slot_count * 2;
  slot *slots = realloc(s->slots, grown * sizeof(slot));
  if (slots == NULL) return false;
  for (uint32_t i = s->slot_count; i < grown; i++) slots[i] = (slot){.channel = NULL, .generation = 1};
  *out = s->slot_count;
  s->next_slot = s->slot_count + 1;
  s->slots = slots;
  s->slot_count = grown;
  return true;
}

static napi_value enter(call *c, int fd, int domain) {
  uint32_t index;
  channel *ch = calloc(1, sizeof(channel));
  if (ch == NULL || !find_slot(c->state, &index)) {
    free(ch);
    close(fd);
    return answer(c->env, -EMFILE);
  }
  ch->owner = c->state;
  ch->fd = fd;
  ch->slot = index;
  ch->domain = domain;
  c->state->slots[index].channel = ch;
  return answer(c->env, (double)c->state->slots[index].generation * MAX_SOCKETS + index);
}

// open(domain, type, protocol) -> handle. Close-on-exec always: notify scripts must not inherit sockets.
static napi_value js_open(napi_env env, napi_callback_info info) {
  call c;
  int domain, type, protocol;
  if (!begin(env, info, &c) || !take_int(&c, 0, &domain, "the domain must be an integer") ||
      !take_int(&c, 1, &type, "the type must be an integer") || !take_int(&c, 2, &protocol, "the protocol must be an integer"))
    return NULL;
  int fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  return fd < 0 ? answer_result(env, fd) : enter(&c, fd, domain);
}

// openIn(network, domain, type, protocol) -> handle: in the network namespace that the descriptor is of. A socket stays where it
// was made; the thread is back where it was before this returns.
static napi_value js_open_in(napi_env env, napi_callback_info info) {
  call c;
  int network, domain, type, protocol;
  if (!begin(env, info, &c) || !take_int(&c, 0, &network, "the namespace must be a descriptor") ||
      !take_int(&c, 1, &domain, "the domain must be an integer") || !take_int(&c, 2, &type, "the type must be an integer") ||
      !take_int(&c, 3, &protocol, "the protocol must be an integer"))
    return NULL;
  int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own < 0) return answer(env, -errno);
  if (setns(network, CLONE_NEWNET) < 0) {
    int error = errno;
    close(own);
    return answer(env, -error);
  }
  int fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  int error = errno;
  // A thread that went on in a namespace that nobody expects would do harm.
  if (setns(own, CLONE_NEWNET) < 0) abort();
  close(own);
  return fd < 0 ? answer(env, -error) : enter(&c, fd, domain);
}

static int socket_type(int fd) {
  int type = -1;
  socklen_t length = sizeof(type);
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0 ? -1 : type;
}

// adopt(fd) -> handle. The descriptor must be a socket; from here on the handle owns it.
static napi_value js_adopt(napi_env env, napi_callback_info info) {
  call c;
  int fd;
  if (!begin(env, info, &c) || !take_int(&c, 0, &fd, "the descriptor must be an integer")) return NULL;
  if (socket_type(fd) < 0) return answer(env, -errno);
  for (uint32_t i = 0; i < c.state->slot_count; i++) {
    if (c.state->slots[i].channel != NULL && c.state->slots[i].channel->fd == fd) return answer(env, -EEXIST);
  }
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) return answer(env, -errno);
  int domain = AF_UNSPEC;
  socklen_t length = sizeof(domain);
  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) < 0) return answer(env, -errno);
  return enter(&c, fd, domain);
}

// close(handle)
static napi_value js_close(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  close(forget(ch));
  return answer(env, 0);
}

// release(handle) -> descriptor, which the caller owns from now on.
static napi_value js_release(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  // It lives on elsewhere, and must not wake us any more.
  if (ch->dialling) epoll_ctl(c.state->dial_epoll, EPOLL_CTL_DEL, ch->fd, NULL);
  return answer(env, forget(ch));
}

// descriptor(handle) -> fd
static napi_value js_descriptor(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  return answer(env, ch == NULL ? -EBADF : ch->fd);
}

// hold(handle, whether): a held socket that listens keeps the event loop alive.
static napi_value js_hold(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bool whether;
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  if (napi_get_value_bool(env, c.argument[1], &whether) != napi_ok) {
    refuse(env, "whether to hold must be a boolean");
    return NULL;
  }
  if (ch == NULL) return answer(env, -EBADF);
  if (!ch->polled) return answer(env, -EINVAL);
  if (whether) uv_ref((uv_handle_t *)&ch->poll);
  else uv_unref((uv_handle_t *)&ch->poll);
  return answer(env, 0);
}

// ---- addresses and options

static napi_value js_bind(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bytes address;
  if (!begin(env, info, &c) || !take_channel(&c, &ch) || !take_address(&c, 1, &address)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  return answer_result(env, bind(ch->fd, (const struct sockaddr *)address.data, (socklen_t)address.length));
}

static napi_value js_connect(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bytes address;
  if (!begin(env, info, &c) || !take_channel(&c, &ch) || !take_address(&c, 1, &address)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  return answer_result(env, connect(ch->fd, (const struct sockaddr *)address.data, (socklen_t)address.length));
}

// localAddress(handle, out) -> length of getsockname's answer, cut to the space given.
static napi_value js_local_address(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bytes out;
  struct sockaddr_storage address;
  socklen_t length = sizeof(address);
  if (!begin(env, info, &c) || !take_channel(&c, &ch) || !take_bytes(&c, 1, &out, "the space must be a Uint8Array")) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  memset(&address, 0, sizeof(address));
  if (getsockname(ch->fd, (struct sockaddr *)&address, &length) < 0) return answer(env, -errno);
  size_t copied = length < sizeof(address) ? length : sizeof(address);
  if (copied > out.length) copied = out.length;
  if (copied > 0) memcpy(out.data, &address, copied);
  return answer(env, (double)copied);
}

static bool take_option(call *c, channel **ch, int *level, int *name, bytes *value) {
  if (!take_channel(c, ch) || !take_int(c, 1, level, "the level must be an integer") ||
      !take_int(c, 2, name, "the option must be an integer") || !take_bytes(c, 3, value, "the value must be a Uint8Array"))
    return false;
  return value->length <= MAX_OPTION || refuse(c->env, "the option's value is longer than 64 KiB");
}

// setOption(handle, level, name, value)
static napi_value js_set_option(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  int level, name;
  bytes value;
  if (!begin(env, info, &c) || !take_option(&c, &ch, &level, &name, &value)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  return answer_result(env, setsockopt(ch->fd, level, name, value.data, (socklen_t)value.length));
}

// getOption(handle, level, name, out) -> length
static napi_value js_get_option(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  int level, name;
  bytes value;
  if (!begin(env, info, &c) || !take_option(&c, &ch, &level, &name, &value)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  socklen_t length = (socklen_t)value.length;
  if (getsockopt(ch->fd, level, name, value.data, &length) < 0) return answer(env, -errno);
  // Netlink's membership list answers the length it would need, which can exceed the space.
  return answer(env, length < value.length ? length : (double)value.length);
}

// ---- sending

// send(handle, buffers, to, control) -> bytes sent: the buffers are one datagram.
static napi_value js_send(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bool array = false;
  uint32_t count = 0;
  napi_value items[MAX_BUFFERS];
  struct iovec parts[MAX_BUFFERS];
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  if (napi_is_array(env, c.argument[1], &array) != napi_ok || !array ||
      napi_get_array_length(env, c.argument[1], &count) != napi_ok || count > MAX_BUFFERS) {
    refuse(env, "the buffers must be an array of at most 1024 Uint8Arrays");
    return NULL;
  }
  // Reading an element may run a getter, so all are read before the first pointer is taken.
  for (uint32_t i = 0; i < count; i++) {
    if (napi_get_element(env, c.argument[1], i, &items[i]) != napi_ok) return NULL;
  }
  // The getter may have closed the socket, too.
  if (!take_channel(&c, &ch)) return NULL;
  for (uint32_t i = 0; i < count; i++) {
    bytes part;
    if (!view_bytes(env, items[i], &part)) {
      refuse(env, "every buffer must be a Uint8Array");
      return NULL;
    }
    parts[i] = (struct iovec){.iov_base = part.data, .iov_len = part.length};
  }
  bytes to, control;
  if (!take_optional_bytes(&c, 2, &to, "the address must be a Uint8Array or undefined") ||
      !take_optional_bytes(&c, 3, &control, "the control data must be a Uint8Array or undefined"))
    return NULL;
  if (to.length > ADDRESS_SPACE || control.length > MAX_OPTION) {
    refuse(env, "the address or the control data is too long");
    return NULL;
  }
  if (ch == NULL) return answer(env, -EBADF);
  struct msghdr message = {
      .msg_name = to.length > 0 ? to.data : NULL,
      .msg_namelen = (socklen_t)to.length,
      .msg_iov = parts,
      .msg_iovlen = count,
      .msg_control = control.length > 0 ? control.data : NULL,
      .msg_controllen = control.length,
  };
  ssize_t sent;
  do sent = sendmsg(ch->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return answer_result(env, sent);
}

// ---- receiving

// Calls back with 0 (a datagram is in the arena) or an errno. An exception becomes uncaughtException, as from any callback.
static void tell(channel *ch, int error) {
  napi_env env = ch->owner->env;
  napi_value receiver, callback, argument;
  if (napi_get_reference_value(env, ch->callback, &callback) != napi_ok || callback == NULL) return;
  if (napi_get_global(env, &receiver) != napi_ok || napi_create_int32(env, error, &argument) != napi_ok) return;
  if (napi_make_callback(env, NULL, receiver, callback, 1, &argument, NULL) == napi_ok) return;
  bool pending = false;
  napi_value exception;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(env, &exception) == napi_ok) {
    napi_fatal_exception(env, exception);
  }
}

static bool find_arena(channel *ch, uint8_t **arena, int32_t **meta) {
  napi_env env = ch->owner->env;
  napi_value value;
  napi_typedarray_type type;
  size_t length = 0;
  void *data = NULL;
  bytes space;
  if (napi_get_reference_value(env, ch->arena, &value) != napi_ok || value == NULL || !view_bytes(env, value, &space)) return false;
  if (space.data == NULL || space.length < ADDRESS_SPACE + ch->control_space + ch->data_space) return false;
  if (napi_get_reference_value(env, ch->meta, &value) != napi_ok || value == NULL) return false;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) != napi_ok) return false;
  if (type != napi_int32_array || data == NULL || length < META_LENGTH) return false;
  *arena = space.data;
  *meta = data;
  return true;
}

// One datagram into the arena: 0, or an errno.
static int receive(channel *ch) {
  uint8_t *arena;
  int32_t *meta;
  if (!find_arena(ch, &arena, &meta)) return EFAULT;
  struct iovec part = {.iov_base = arena + ADDRESS_SPACE + ch->control_space, .iov_len = ch->data_space};
  struct msghdr message = {
      .msg_name = arena,
      .msg_namelen = ADDRESS_SPACE,
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = ch->control_space > 0 ? arena + ADDRESS_SPACE : NULL,
      .msg_controllen = ch->control_space,
  };
  ssize_t got;
  // Packet sockets refuse MSG_CMSG_CLOEXEC with EINVAL, and only unix sockets can bring descriptors.
  int flags = MSG_DONTWAIT | (ch->domain == AF_UNIX ? MSG_CMSG_CLOEXEC : 0);
  do got = recvmsg(ch->fd, &message, flags);
  while (got < 0 && errno == EINTR);
  if (got < 0) return errno;
  meta[META_DATA] = (int32_t)got;
  meta[META_ADDRESS] = (int32_t)(message.msg_namelen < ADDRESS_SPACE ? message.msg_namelen : ADDRESS_SPACE);
  meta[META_CONTROL] = (int32_t)message.msg_controllen;
  meta[META_FLAGS] = (message.msg_flags & MSG_TRUNC ? FLAG_DATA_TRUNCATED : 0) |
                     (ch->control_space > 0 && message.msg_flags & MSG_CTRUNC ? FLAG_CONTROL_TRUNCATED : 0);
  return 0;
}

// receive(handle) -> 0 when a datagram that waited is now in the arena of listen(), otherwise a negative errno.
static napi_value js_receive(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  return answer(env, ch->listening && !ch->alarm ? -receive(ch) : -EINVAL);
}

// Errors of the call and not of the traffic: they would come again at once and for ever, so the poll is stopped.
static bool hopeless(int error) {
  switch (error) {
    case EFAULT:  // the arena is gone (detached or shrunk)
    case EINVAL:
    case EBADF:
    case ENOTSOCK:
    case EOPNOTSUPP:
      return true;
    default:
      return false;
  }
}

static void receive_some(channel *ch) {
  for (int i = 0; i < DATAGRAMS_PER_WAKEUP && ch->listening; i++) {
    int error = receive(ch);
    if (error == EAGAIN || error == EWOULDBLOCK) return;
    if (hopeless(error)) {
      ch->listening = false;
      uv_poll_stop(&ch->poll);
    }
    napi_handle_scope scope;
    napi_open_handle_scope(ch->owner->env, &scope);
    tell(ch, error);
    napi_close_handle_scope(ch->owner->env, scope);
    if (error != 0) return;
  }
}

// IP_RECVERR and transmit timestamps keep EPOLLERR up until their queue is read. Only these families have that queue; the
// others would answer MSG_ERRQUEUE with an ordinary datagram.
static void drain_error_queue(const channel *ch) {
  if (ch->domain != AF_INET && ch->domain != AF_INET6 && ch->domain != AF_PACKET) return;
  for (int i = 0; i < DATAGRAMS_PER_WAKEUP; i++) {
    struct msghdr message = {0};
    if (recvmsg(ch->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0 && errno != EINTR) return;
  }
}

static void on_poll(uv_poll_t *handle, int status, int events);

// EPOLLERR: libuv has stopped the poll and says EBADF whatever it was. SO_ERROR says what it was (ENETDOWN of a packet
// socket, ENOBUFS of an overrun netlink socket) and clears it; the socket itself is in good health and goes on.
static void report_error(channel *ch) {
  int error = 0;
  socklen_t length = sizeof(error);
  if (getsockopt(ch->fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
  if (error == 0) drain_error_queue(ch);
  int restarted = uv_poll_start(&ch->poll, UV_READABLE, on_poll);
  if (error != 0) tell(ch, error);
  if (restarted < 0 && ch->listening) {
    ch->listening = false;
    tell(ch, -restarted);
  }
}

// Rings once for all that is due; a newer setting may have taken it back (EAGAIN).
static void ring(channel *ch) {
  uint64_t times;
  if (read(ch->fd, &times, sizeof(times)) == sizeof(times)) tell(ch, 0);
}

static void on_poll(uv_poll_t *handle, int status, int events) {
  (void)events;
  channel *ch = handle->data;
  if (!ch->listening) return;
  napi_handle_scope scope;
  if (napi_open_handle_scope(ch->owner->env, &scope) != napi_ok) return;
  napi_env env = ch->owner->env;
  if (ch->alarm) ring(ch);
  else if (status < 0) report_error(ch);
  else receive_some(ch);
  napi_close_handle_scope(env, scope);
}

// listen(handle, arena, meta, dataSpace, controlSpace, callback)
static napi_value js_listen(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bytes arena;
  double data_space, control_space;
  napi_typedarray_type meta_type;
  napi_valuetype callback_type;
  size_t meta_length = 0;
  if (!begin(env, info, &c) || !take_channel(&c, &ch) || !take_bytes(&c, 1, &arena, "the arena must be a Uint8Array") ||
      !take_number(&c, 3, 1, 1 << 24, &data_space, "the space for data must be 1 byte to 16 MiB") ||
      !take_number(&c, 4, 0, MAX_OPTION, &control_space, "the space for control data must be 0 to 64 KiB"))
    return NULL;
  if (arena.length < ADDRESS_SPACE + (size_t)control_space + (size_t)data_space) {
    refuse(env, "the arena is shorter than 128 bytes of address, the control and the data space");
    return NULL;
  }
  if (napi_get_typedarray_info(env, c.argument[2], &meta_type, &meta_length, NULL, NULL, NULL) != napi_ok ||
      meta_type != napi_int32_array || meta_length < META_LENGTH) {
    refuse(env, "meta must be an Int32Array of at least 4");
    return NULL;
  }
  if (napi_typeof(env, c.argument[5], &callback_type) != napi_ok || callback_type != napi_function) {
    refuse(env, "the callback must be a function");
    return NULL;
  }
  if (ch == NULL) return answer(env, -EBADF);
  if (ch->polled || ch->callback != NULL) return answer(env, -EALREADY);
  // A stream at its end stays readable for ever; Node has its own streams.
  int type = socket_type(ch->fd);
  if (type != SOCK_DGRAM && type != SOCK_RAW) return answer(env, -EOPNOTSUPP);
  int result = uv_poll_init(c.state->loop, &ch->poll, ch->fd);
  if (result < 0) return answer(env, result);
  ch->polled = true;
  ch->poll.data = ch;
  if (napi_create_reference(env, c.argument[1], 1, &ch->arena) != napi_ok ||
      napi_create_reference(env, c.argument[2], 1, &ch->meta) != napi_ok ||
      napi_create_reference(env, c.argument[5], 1, &ch->callback) != napi_ok)
    return answer(env, -ENOMEM);
  ch->data_space = (size_t)data_space;
  ch->control_space = (size_t)control_space;
  result = uv_poll_start(&ch->poll, UV_READABLE, on_poll);
  ch->listening = result == 0;
  return answer(env, result);
}

// ---- connecting

// All connections under way share one epoll instance, which libuv watches as one descriptor: ten thousand probes a few
// seconds apart are two calls each then (add and ask), where a uv handle of its own would take six.
static void on_dials(uv_poll_t *handle, int status, int events) {
  (void)status;
  (void)events;
  state *s = handle->data;
  struct epoll_event ready[DIALS_PER_WAKEUP];
  int count = epoll_wait(s->dial_epoll, ready, DIALS_PER_WAKEUP, 0);
  for (int i = 0; i < count; i++) {
    uint32_t index = (uint32_t)(ready[i].data.u64 % MAX_SOCKETS);
    uint32_t generation = (uint32_t)(ready[i].data.u64 / MAX_SOCKETS);
    // A callback before this one may have closed it.
    if (s->ending || index >= s->slot_count || s->slots[index].generation != generation) continue;
    channel *ch = s->slots[index].channel;
    if (ch == NULL || !ch->dialling) continue;
    int error = 0;
    socklen_t length = sizeof(error);
    if (getsockopt(ch->fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
    napi_env env = s->env;
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    tell(ch, error);
    napi_close_handle_scope(env, scope);
  }
}

static int open_dials(state *s) {
  if (s->dial_epoll >= 0) return 0;
  int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return -errno;
  int result = uv_poll_init(s->loop, &s->dial_poll, fd);
  if (result < 0) {
    close(fd);
    return result;
  }
  s->dial_epoll = fd;
  s->dial_poll.data = s;
  result = uv_poll_start(&s->dial_poll, UV_READABLE, on_dials);
  uv_unref((uv_handle_t *)&s->dial_poll);
  return result;
}

// dial(handle, address, callback): connect(2) of a stream. 1: connected already; 0: the callback is called with 0 or an errno,
// once, and not after close(). A negative errno: refused at once.
static napi_value js_dial(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bytes address;
  napi_valuetype callback_type;
  if (!begin(env, info, &c) || !take_channel(&c, &ch) || !take_address(&c, 1, &address)) return NULL;
  if (napi_typeof(env, c.argument[2], &callback_type) != napi_ok || callback_type != napi_function) {
    refuse(env, "the callback must be a function");
    return NULL;
  }
  if (ch == NULL) return answer(env, -EBADF);
  if (ch->callback != NULL) return answer(env, -EALREADY);
  if (connect(ch->fd, (const struct sockaddr *)address.data, (socklen_t)address.length) == 0) return answer(env, 1);
  if (errno != EINPROGRESS) return answer(env, -errno);
  int result = open_dials(c.state);
  if (result < 0) return answer(env, result);
  if (napi_create_reference(env, c.argument[2], 1, &ch->callback) != napi_ok) return answer(env, -ENOMEM);
  struct epoll_event wanted = {
      .events = EPOLLOUT | EPOLLONESHOT,
      .data.u64 = (uint64_t)c.state->slots[ch->slot].generation * MAX_SOCKETS + ch->slot,
  };
  if (epoll_ctl(c.state->dial_epoll, EPOLL_CTL_ADD, ch->fd, &wanted) < 0) return answer(env, -errno);
  ch->dialling = true;
  if (c.state->dialling++ == 0) uv_ref((uv_handle_t *)&c.state->dial_poll);
  return answer(env, 0);
}

// ---- alarms

// alarm(callback) -> handle: a timer of the kernel, since those of the event loop know whole milliseconds only.
static napi_value js_alarm(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  napi_valuetype type;
  if (!begin(env, info, &c)) return NULL;
  if (napi_typeof(env, c.argument[0], &type) != napi_ok || type != napi_function) {
    refuse(env, "the callback must be a function");
    return NULL;
  }
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) return answer_result(env, fd);
  napi_value handle = enter(&c, fd, AF_UNSPEC), callback = c.argument[0];
  c.argument[0] = handle;
  double number;
  if (napi_get_value_double(env, handle, &number) != napi_ok || number < 0) return handle;
  if (!take_channel(&c, &ch)) return NULL;
  ch->alarm = true;
  int result = uv_poll_init(c.state->loop, &ch->poll, fd);
  if (result == 0) {
    ch->polled = true;
    ch->poll.data = ch;
    if (napi_create_reference(env, callback, 1, &ch->callback) != napi_ok) result = -ENOMEM;
    else result = uv_poll_start(&ch->poll, UV_READABLE, on_poll);
  }
  if (result < 0) {
    close(forget(ch));
    return answer(env, result);
  }
  ch->listening = true;
  return handle;
}

// setAlarm(handle, seconds, nanoseconds): at that moment of CLOCK_MONOTONIC, at once when it has passed; it replaces the one
// before. 0 and 0 takes it back.
static napi_value js_set_alarm(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  double seconds, nanoseconds;
  if (!begin(env, info, &c) || !take_channel(&c, &ch) ||
      !take_number(&c, 1, 0, 9007199254740991.0, &seconds, "the seconds must be an integer, 0 or more") ||
      !take_number(&c, 2, 0, 999999999, &nanoseconds, "the nanoseconds must be 0 to 999999999"))
    return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  if (!ch->alarm) return answer(env, -EINVAL);
  struct itimerspec setting = {.it_value = {.tv_sec = (time_t)seconds, .tv_nsec = (long)nanoseconds}};
  return answer_result(env, timerfd_settime(ch->fd, TFD_TIMER_ABSTIME, &setting, NULL));
}

// ---- plain descriptors

// closeDescriptor(fd): only sockets, so that a wrong number can't close the event loop's own descriptors.
static napi_value js_close_descriptor(napi_env env, napi_callback_info info) {
  call c;
  int fd;
  if (!begin(env, info, &c) || !take_int(&c, 0, &fd, "the descriptor must be an integer")) return NULL;
  if (socket_type(fd) < 0) return answer(env, -errno);
  return answer_result(env, close(fd));
}

// lock(fd): an exclusive record lock on the whole file, without waiting.
static napi_value js_lock(napi_env env, napi_callback_info info) {
  call c;
  int fd;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (!begin(env, info, &c) || !take_int(&c, 0, &fd, "the descriptor must be an integer")) return NULL;
  return answer_result(env, fcntl(fd, F_SETLK, &lock));
}

// lockHolder(fd) -> pid, 0 when nobody else holds one, -ESRCH when the holder has no pid in this namespace.
static napi_value js_lock_holder(napi_env env, napi_callback_info info) {
  call c;
  int fd;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (!begin(env, info, &c) || !take_int(&c, 0, &fd, "the descriptor must be an integer")) return NULL;
  if (fcntl(fd, F_GETLK, &lock) < 0) return answer(env, -errno);
  if (lock.l_type == F_UNLCK) return answer(env, 0);
  return answer(env, lock.l_pid > 0 ? lock.l_pid : -ESRCH);
}

// ---- the module

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {
      {"open", js_open},
      {"openIn", js_open_in},
      {"adopt", js_adopt},
      {"close", js_close},
      {"release", js_release},
      {"descriptor", js_descriptor},
      {"hold", js_hold},
      {"bind", js_bind},
      {"connect", js_connect},
      {"dial", js_dial},
      {"localAddress", js_local_address},
      {"setOption", js_set_option},
      {"getOption", js_get_option},
      {"send", js_send},
      {"listen", js_listen},
      {"receive", js_receive},
      {"alarm", js_alarm},
      {"setAlarm", js_set_alarm},
      {"closeDescriptor", js_close_descriptor},
      {"lock", js_lock},
      {"lockHolder", js_lock_holder},
  };
  state *s = calloc(1, sizeof(state));
  if (s == NULL || napi_get_uv_event_loop(env, &s->loop) != napi_ok) {
    free(s);
    napi_throw_error(env, "SOCKETS_NO_LOOP", "no memory or no event loop in this environment");
    return NULL;
  }
  s->env = env;
  s->dial_epoll = -1;
  for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
    napi_value function;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, s, &function) != napi_ok ||
        napi_set_named_property(env, exports, functions[i].name, function) != napi_ok) {
      free(s);
      return NULL;
    }
  }
  // Without this hook a worker's end would find open handles and abort the process.
  if (napi_add_async_cleanup_hook(env, on_environment_end, s, &s->hook) != napi_ok) {
    free(s);
    napi_throw_error(env, "SOCKETS_NO_HOOK", "the cleanup hook was refused");
    return NULL;
  }
  return exports;
}
