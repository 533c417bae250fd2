// Receiving: datagrams, errors and alarms as the event loop reports them.
#include "addon.h"

// 0 (a datagram is in the arena, an alarm has rung, a connection stands) or an errno.
void tell(channel *ch, int error) { call_back(ch->owner->env, ch->callback, error); }

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
napi_value js_receive(napi_env env, napi_callback_info info) {
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

void on_poll(uv_poll_t *handle, int status, int events) {
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
napi_value js_listen(napi_env env, napi_callback_info info) {
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
