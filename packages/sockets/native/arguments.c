// What JavaScript passes in and gets back: numbers, bytes, addresses and handles, checked before they are followed.
#include "addon.h"

bool refuse(napi_env env, const char *why) {
  napi_throw_type_error(env, "SOCKETS_BAD_ARGUMENT", why);
  return false;
}

bool begin(napi_env env, napi_callback_info info, call *c) {
  size_t count = 6;
  void *data = NULL;
  c->env = env;
  if (napi_get_cb_info(env, info, &count, c->argument, NULL, &data) != napi_ok) return refuse(env, "no call information");
  c->state = data;
  return true;
}

bool take_number(call *c, int index, double lowest, double highest, double *out, const char *why) {
  double value;
  if (napi_get_value_double(c->env, c->argument[index], &value) != napi_ok) return refuse(c->env, why);
  if (!(value >= lowest && value <= highest) || value != (double)(int64_t)value) return refuse(c->env, why);
  *out = value;
  return true;
}

bool take_int(call *c, int index, int *out, const char *why) {
  double value;
  if (!take_number(c, index, INT32_MIN, INT32_MAX, &value, why)) return false;
  *out = (int)value;
  return true;
}

// No JavaScript runs in here, so the pointer stays good until the next call that may run some.
bool view_bytes(napi_env env, napi_value value, bytes *out) {
  napi_typedarray_type type;
  size_t length = 0;
  void *data = NULL;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) != napi_ok) return false;
  if (type != napi_uint8_array) return false;
  out->data = data;
  out->length = data == NULL ? 0 : length;
  return true;
}

bool take_bytes(call *c, int index, bytes *out, const char *why) {
  return view_bytes(c->env, c->argument[index], out) || refuse(c->env, why);
}

bool take_optional_bytes(call *c, int index, bytes *out, const char *why) {
  napi_valuetype type;
  out->data = NULL;
  out->length = 0;
  if (napi_typeof(c->env, c->argument[index], &type) == napi_ok && type == napi_undefined) return true;
  return take_bytes(c, index, out, why);
}

bool take_address(call *c, int index, bytes *out) {
  if (!take_bytes(c, index, out, "the address must be a Uint8Array")) return false;
  return out->length <= ADDRESS_SPACE || refuse(c->env, "the address is longer than struct sockaddr_storage");
}

// An unknown or closed handle is no error of types: *out is NULL then, and the caller answers EBADF.
bool take_channel(call *c, channel **out) {
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

napi_value answer(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}

napi_value answer_result(napi_env env, long result) { return answer(env, result < 0 ? -(double)errno : (double)result); }

// An exception of the callback becomes uncaughtException, as from any callback.
void call_back(napi_env env, napi_ref function, int number) {
  napi_value receiver, callback, argument;
  if (napi_get_reference_value(env, function, &callback) != napi_ok || callback == NULL) return;
  if (napi_get_global(env, &receiver) != napi_ok || napi_create_int32(env, number, &argument) != napi_ok) return;
  if (napi_make_callback(env, NULL, receiver, callback, 1, &argument, NULL) == napi_ok) return;
  bool pending = false;
  napi_value exception;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(env, &exception) == napi_ok) {
    napi_fatal_exception(env, exception);
  }
}
