// Faults of the system, made to order: loaded before the C library (LD_PRELOAD), this counts the calls by which a
// program writes below a folder, and lets one of them fail or kills the program there.
//
//     FAULTS_BELOW=/folder    the calls that count: those on this folder and on what is below it
//     FAULTS_LOG=/file        gets a line for each: its name and its path; of a rename too the CRC-32 of what is renamed
//     FAULTS_AT=17            the one that fails, counted from 1
//     FAULTS_DO=ENOSPC        how: an errno by name; `short`, which writes half; `kill`, which is SIGKILL before the call
//     FAULTS_LASTING=1        and all later ones of its name fail so too
//
// A close that fails has closed. Reading never fails.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { LARGEST = 1 << 16, GOES_ON = 0, SHORT = -1 };

static char *paths[LARGEST]; // of the descriptors that count
static atomic_int count;
static atomic_int failing; // the kind of call that fails from now on

static const struct { const char *name; int number; } errors[] = {
    {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EACCES", EACCES}, {"EROFS", EROFS},
    {"EMFILE", EMFILE}, {"EINTR", EINTR},   {"EPERM", EPERM},   {"ENOMEM", ENOMEM},
};

#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static void fail(const char *reason) {
  dprintf(2, "faults: %s\n", reason);
  _exit(99);
}

// The path in full, where it counts; else null.
static char *counted(const char *path) {
  const char *below = getenv("FAULTS_BELOW");
  if (!below || !path) return NULL;
  char full[2 * PATH_MAX + 2];
  if (path[0] == '/') {
    snprintf(full, sizeof full, "%s", path);
  } else {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return NULL;
    snprintf(full, sizeof full, "%s/%s", here, path);
  }
  size_t length = strlen(below);
  if (strncmp(full, below, length) != 0 || (full[length] != 0 && full[length] != '/')) return NULL;
  return strdup(full);
}

static int (*really_open(void))(const char *, int, ...) {
  static int (*real)(const char *, int, ...);
  if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  return real;
}

static ssize_t really_write(int descriptor, const void *bytes, size_t size) {
  REAL(ssize_t, write, int, const void *, size_t);
  return real(descriptor, bytes, size);
}

static int really_close(int descriptor) {
  REAL(int, close, int);
  return real(descriptor);
}

static uint32_t crc(const char *path) {
  uint32_t sum = ~0u;
  int descriptor = really_open()(path, O_RDONLY | O_CLOEXEC);
  unsigned char bytes[1 << 14];
  ssize_t size;
  while ((size = read(descriptor, bytes, sizeof bytes)) > 0) {
    for (ssize_t i = 0; i < size; i++) {
      sum ^= bytes[i];
      for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0);
    }
  }
  really_close(descriptor);
  return ~sum;
}

static void note(const char *name, const char *path, const char *renamed) {
  const char *log = getenv("FAULTS_LOG");
  if (!log) return;
  char line[2 * PATH_MAX];
  int size = renamed ? snprintf(line, sizeof line, "%s %s %08x\n", name, path, crc(renamed))
                     : snprintf(line, sizeof line, "%s %s\n", name, path);
  int descriptor = really_open()(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0 || really_write(descriptor, line, (size_t)size) != size) fail("the log cannot be written");
  really_close(descriptor);
}

// Whether a call that counts goes on, fails with an errno, or is cut short. `kind` tells the calls apart.
static int verdict(const char *name, int kind, const char *path, const char *renamed) {
  int number = atomic_fetch_add(&count, 1) + 1;
  note(name, path, renamed);
  const char *at = getenv("FAULTS_AT"), *what = getenv("FAULTS_DO");
  if (!at || !what) return GOES_ON;
  if (number == atoi(at)) {
    if (getenv("FAULTS_LASTING")) failing = kind;
  } else if (number < atoi(at) || failing != kind) {
    return GOES_ON;
  }
  if (strcmp(what, "kill") == 0) kill(getpid(), SIGKILL);
  if (strcmp(what, "short") == 0) return SHORT;
  for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
    if (strcmp(what, errors[i].name) == 0) return errors[i].number;
  }
  fail("an unknown FAULTS_DO");
  return GOES_ON;
}

enum { OPEN = 1, WRITE, FSYNC, RENAME, MKDIR, CLOSE };

static int refused(int error) {
  errno = error;
  return -1;
}

static int open_counting(const char *path, int flags, mode_t mode) {
  int writes = flags & (O_WRONLY | O_RDWR | O_CREAT | O_DIRECTORY);
  char *full = writes ? counted(path) : NULL;
  if (full) {
    int error = verdict("open", OPEN, full, NULL);
    if (error > 0) {
      free(full);
      return refused(error);
    }
  }
  int descriptor = really_open()(path, flags, mode);
  if (descriptor >= 0 && descriptor < LARGEST) paths[descriptor] = full;
  return descriptor;
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_counting(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_counting(path, flags, mode);
}

static const char *path_of(int descriptor) {
  return descriptor >= 0 && descriptor < LARGEST ? paths[descriptor] : NULL;
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
  const char *path = path_of(descriptor);
  if (path) {
    int error = verdict("write", WRITE, path, NULL);
    if (error > 0) return refused(error);
    if (error == SHORT && size > 1) size /= 2;
  }
  return really_write(descriptor, bytes, size);
}

int fsync(int descriptor) {
  REAL(int, fsync, int);
  const char *path = path_of(descriptor);
  int error = path ? verdict("fsync", FSYNC, path, NULL) : 0;
  return error > 0 ? refused(error) : real(descriptor);
}

int rename(const char *old, const char *new) {
  REAL(int, rename, const char *, const char *);
  char *path = counted(new);
  int error = path ? verdict("rename", RENAME, path, old) : 0;
  free(path);
  return error > 0 ? refused(error) : real(old, new);
}

int mkdir(const char *name, mode_t mode) {
  REAL(int, mkdir, const char *, mode_t);
  char *path = counted(name);
  int error = path ? verdict("mkdir", MKDIR, path, NULL) : 0;
  free(path);
  return error > 0 ? refused(error) : real(name, mode);
}

int close(int descriptor) {
  char *path = (char *)path_of(descriptor);
  if (!path) return really_close(descriptor);
  int error = verdict("close", CLOSE, path, NULL);
  paths[descriptor] = NULL;
  free(path);
  int result = really_close(descriptor);
  return error > 0 ? refused(error) : result;
}
