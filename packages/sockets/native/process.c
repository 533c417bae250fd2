// How the kernel treats this process: when its threads run and where, and its limits.
#include "addon.h"

// setScheduler(thread, policy, priority): the policy may carry SCHED_RESET_ON_FORK.
napi_value js_set_scheduler(napi_env env, napi_callback_info info) {
  call c;
  int thread, policy, priority;
  if (!begin(env, info, &c) || !take_int(&c, 0, &thread, "the thread must be an integer") ||
      !take_int(&c, 1, &policy, "the policy must be an integer") ||
      !take_int(&c, 2, &priority, "the priority must be an integer"))
    return NULL;
  struct sched_param param = {.sched_priority = priority};
  return answer_result(env, sched_setscheduler(thread, policy, &param));
}

// affinity(thread, out) -> bytes of the kernel's CPU mask, one bit a CPU, the lowest first.
napi_value js_affinity(napi_env env, napi_callback_info info) {
  call c;
  int thread;
  bytes out;
  if (!begin(env, info, &c) || !take_int(&c, 0, &thread, "the thread must be an integer") ||
      !take_bytes(&c, 1, &out, "the mask must be a Uint8Array"))
    return NULL;
  // The system call says how many bytes it has filled; glibc's function does not.
  return answer_result(env, syscall(SYS_sched_getaffinity, thread, out.length, out.data));
}

// setAffinity(thread, mask)
napi_value js_set_affinity(napi_env env, napi_callback_info info) {
  call c;
  int thread;
  bytes mask;
  if (!begin(env, info, &c) || !take_int(&c, 0, &thread, "the thread must be an integer") ||
      !take_bytes(&c, 1, &mask, "the mask must be a Uint8Array"))
    return NULL;
  return answer_result(env, syscall(SYS_sched_setaffinity, thread, mask.length, mask.data));
}

// setLimit(resource, soft, hard): setrlimit(2); -1 is no limit.
napi_value js_set_limit(napi_env env, napi_callback_info info) {
  call c;
  int resource;
  double soft, hard;
  if (!begin(env, info, &c) || !take_int(&c, 0, &resource, "the resource must be an integer") ||
      !take_number(&c, 1, -1, 9007199254740991.0, &soft, "the soft limit must be an integer, -1 or more") ||
      !take_number(&c, 2, -1, 9007199254740991.0, &hard, "the hard limit must be an integer, -1 or more"))
    return NULL;
  struct rlimit limit = {
      .rlim_cur = soft < 0 ? RLIM_INFINITY : (rlim_t)soft,
      .rlim_max = hard < 0 ? RLIM_INFINITY : (rlim_t)hard,
  };
  return answer_result(env, setrlimit(resource, &limit));
}
