// Connecting streams, by the thousand.
#include "addon.h"

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
    // Writable and nothing else: it stands, and there is no error to ask for.
    int error = 0;
    socklen_t length = sizeof(error);
    if ((ready[i].events & (EPOLLERR | EPOLLHUP)) != 0 &&
        getsockopt(ch->fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
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
napi_value js_dial(napi_env env, napi_callback_info info) {
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
