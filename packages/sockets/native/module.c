// The module: the functions that JavaScript sees, and the state of one environment.
#include "addon.h"

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
      {"onSignal", js_on_signal},
      {"setScheduler", js_set_scheduler},
      {"affinity", js_affinity},
      {"setAffinity", js_set_affinity},
      {"setLimit", js_set_limit},
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
