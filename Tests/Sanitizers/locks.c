// What the thread sanitizer has to be told of `Mutex`, linked into the programs that it is built for.
//
// A `Mutex` that is free is taken by one atomic exchange in the code that takes it, which the sanitizer is compiled
// into. One for which several threads come is handed over by these two functions of Swift's Synchronization library,
// which is compiled without it: what the last holder has written seems to race with what the next one reads. So they
// are called by way of here, where each handing over is announced.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *);
void __tsan_release(void *);

#define METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// _MutexHandle._lockSlow(_: UInt32), whose argument is the thread's number.
METHOD void lockSlow(uint32_t thread, SELF) __asm__(LOCK);
METHOD void lockSlow(uint32_t thread, SELF mutex) {
  METHOD void (*library)(uint32_t, SELF) = dlsym(RTLD_NEXT, LOCK);
  library(thread, mutex);
  __tsan_acquire(mutex);
}

// _MutexHandle._unlockSlow()
METHOD void unlockSlow(SELF) __asm__(UNLOCK);
METHOD void unlockSlow(SELF mutex) {
  METHOD void (*library)(SELF) = dlsym(RTLD_NEXT, UNLOCK);
  __tsan_release(mutex);
  library(mutex);
}
