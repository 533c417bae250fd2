// Sending: buffers of JavaScript as one datagram.
#include "addon.h"

// send(handle, buffers, to, control) -> bytes sent: the buffers are one datagram.
napi_value js_send(napi_env env, napi_callback_info info) {
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
