// Plain descriptors: closing one, and the locks of pid files.
#include "addon.h"

// closeDescriptor(fd): only sockets, so that a wrong number can't close the event loop's own descriptors.
napi_value js_close_descriptor(napi_env env, napi_callback_info info) {
  call c;
  int fd;
  if (!begin(env, info, &c) || !take_int(&c, 0, &fd, "the descriptor must be an integer")) return NULL;
  if (socket_type(fd) < 0) return answer(env, -errno);
  return answer_result(env, close(fd));
}

// lock(fd): an exclusive record lock on the whole file, without waiting.
napi_value js_lock(napi_env env, napi_callback_info info) {
  call c;
  int fd;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (!begin(env, info, &c) || !take_int(&c, 0, &fd, "the descriptor must be an integer")) return NULL;
  return answer_result(env, fcntl(fd, F_SETLK, &lock));
}

// lockHolder(fd) -> pid, 0 when nobody else holds one, -ESRCH when the holder has no pid in this namespace.
napi_value js_lock_holder(napi_env env, napi_callback_info info) {
  call c;
  int fd;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (!begin(env, info, &c) || !take_int(&c, 0, &fd, "the descriptor must be an integer")) return NULL;
  if (fcntl(fd, F_GETLK, &lock) < 0) return answer(env, -errno);
  if (lock.l_type == F_UNLCK) return answer(env, 0);
  return answer(env, lock.l_pid > 0 ? lock.l_pid : -ESRCH);
}
