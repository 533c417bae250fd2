// The life of a socket: slots and handles, opened, adopted, released, closed, and the end of the environment.
#include "addon.h"

static void finish(state *s) {
  napi_remove_async_cleanup_hook(s->hook);
  free(s->slots);
  free(s);
}

// A handle's close callback has come; the last one after the environment's end frees the state.
void closed_one(state *s) {
  if (--s->closing == 0 && s->ending) finish(s);
}

static void on_closed(uv_handle_t *handle) {
  channel *ch = handle->data;
  state *s = ch->owner;
  free(ch);
  closed_one(s);
}

// The last close of a descriptor takes it out of the epoll instance.
static void end_dial(channel *ch) {
  state *s = ch->owner;
  ch->dialling = false;
  if (--s->dialling == 0 && !s->ending) uv_unref((uv_handle_t *)&s->dial_poll);
}

static void on_dials_closed(uv_handle_t *handle) { closed_one(handle->data); }

// Forgets the channel and answers its descriptor, which the caller closes or hands on.
int forget(channel *ch) {
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

void on_environment_end(napi_async_cleanup_hook_handle hook, void *data) {
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
  forget_signals(s);
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

napi_value enter(call *c, int fd, int domain) {
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
napi_value js_open(napi_env env, napi_callback_info info) {
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
napi_value js_open_in(napi_env env, napi_callback_info info) {
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

int socket_type(int fd) {
  int type = -1;
  socklen_t length = sizeof(type);
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0 ? -1 : type;
}

// adopt(fd) -> handle. The descriptor must be a socket; from here on the handle owns it.
napi_value js_adopt(napi_env env, napi_callback_info info) {
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
napi_value js_close(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  close(forget(ch));
  return answer(env, 0);
}

// release(handle) -> descriptor, which the caller owns from now on.
napi_value js_release(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  // It lives on elsewhere, and must not wake us any more.
  if (ch->dialling) epoll_ctl(c.state->dial_epoll, EPOLL_CTL_DEL, ch->fd, NULL);
  return answer(env, forget(ch));
}

// descriptor(handle) -> fd
napi_value js_descriptor(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  if (!begin(env, info, &c) || !take_channel(&c, &ch)) return NULL;
  return answer(env, ch == NULL ? -EBADF : ch->fd);
}

// hold(handle, whether): a held socket that listens keeps the event loop alive.
napi_value js_hold(napi_env env, napi_callback_info info) {
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
