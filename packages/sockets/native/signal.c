// Signals by their number: Node knows no realtime signals, and their default action ends the process.
#include "addon.h"

struct watched_signal {
  state *owner;
  uv_signal_t handle;
  napi_ref callback;
  watched_signal *next;
};

static void on_signal(uv_signal_t *handle, int number) {
  watched_signal *watched = handle->data;
  napi_env env = watched->owner->env;
  napi_handle_scope scope;
  if (watched->owner->ending || napi_open_handle_scope(env, &scope) != napi_ok) return;
  call_back(env, watched->callback, number);
  napi_close_handle_scope(env, scope);
}

static void on_signal_closed(uv_handle_t *handle) {
  watched_signal *watched = handle->data;
  state *s = watched->owner;
  free(watched);
  closed_one(s);
}

// At the environment's end; the references go with it.
void forget_signals(state *s) {
  while (s->signals != NULL) {
    watched_signal *watched = s->signals;
    s->signals = watched->next;
    s->closing++;
    uv_close((uv_handle_t *)&watched->handle, on_signal_closed);
  }
}

// onSignal(number, callback): for the rest of the environment's life, which it does not prolong. The callback gets the number.
napi_value js_on_signal(napi_env env, napi_callback_info info) {
  call c;
  int number;
  napi_valuetype type;
  if (!begin(env, info, &c) || !take_int(&c, 0, &number, "the signal must be an integer")) return NULL;
  if (napi_typeof(env, c.argument[1], &type) != napi_ok || type != napi_function) {
    refuse(env, "the callback must be a function");
    return NULL;
  }
  watched_signal *watched = calloc(1, sizeof(watched_signal));
  if (watched == NULL) return answer(env, -ENOMEM);
  int result = uv_signal_init(c.state->loop, &watched->handle);
  if (result < 0) {
    free(watched);
    return answer(env, result);
  }
  watched->owner = c.state;
  watched->handle.data = watched;
  if (napi_create_reference(env, c.argument[1], 1, &watched->callback) != napi_ok) result = -ENOMEM;
  else result = uv_signal_start(&watched->handle, on_signal, number);
  if (result < 0) {
    if (watched->callback != NULL) napi_delete_reference(env, watched->callback);
    c.state->closing++;
    uv_close((uv_handle_t *)&watched->handle, on_signal_closed);
    return answer(env, result);
  }
  uv_unref((uv_handle_t *)&watched->handle);
  // Node with --disable-sigusr1 leaves SIGUSR1 blocked.
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, number);
  pthread_sigmask(SIG_UNBLOCK, &wanted, NULL);
  watched->next = c.state->signals;
  c.state->signals = watched;
  return answer(env, 0);
}
