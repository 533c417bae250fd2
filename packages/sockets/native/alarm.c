// Alarms: timers of the kernel.
#include "addon.h"

// alarm(callback) -> handle: a timer of the kernel, since those of the event loop know whole milliseconds only.
napi_value js_alarm(napi_env env, napi_callback_info info) {
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
napi_value js_set_alarm(napi_env env, napi_callback_info info) {
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
