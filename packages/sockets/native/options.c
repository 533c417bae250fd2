// Addresses and options of a socket.
#include "addon.h"

napi_value js_bind(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bytes address;
  if (!begin(env, info, &c) || !take_channel(&c, &ch) || !take_address(&c, 1, &address)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  return answer_result(env, bind(ch->fd, (const struct sockaddr *)address.data, (socklen_t)address.length));
}

napi_value js_connect(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  bytes address;
  if (!begin(env, info, &c) || !take_channel(&c, &ch) || !take_address(&c, 1, &address)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  return answer_result(env, connect(ch->fd, (const struct sockaddr *)address.data, (socklen_t)address.length));
}

// localAddress(handle, out) -> length of getsockname's answer, cut to the space given.
napi_value js_local_address(napi_env env, napi_callback_info info) {
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
napi_value js_set_option(napi_env env, napi_callback_info info) {
  call c;
  channel *ch;
  int level, name;
  bytes value;
  if (!begin(env, info, &c) || !take_option(&c, &ch, &level, &name, &value)) return NULL;
  if (ch == NULL) return answer(env, -EBADF);
  return answer_result(env, setsockopt(ch->fd, level, name, value.data, (socklen_t)value.length));
}

// getOption(handle, level, name, out) -> length
napi_value js_get_option(napi_env env, napi_callback_info info) {
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
