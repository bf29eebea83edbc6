// Ends a program at its start, in one line, where its kernels were compiled for instructions that this processor lacks: the
// first of them would end it without a word.
//
// It is compiled with the flags of the kernels, so that the compiler's own macros say what they may contain. Of this file
// itself nothing but calls and moves is made, which every processor has.

#if defined(__x86_64__)

#ifdef __linux__
#define _GNU_SOURCE
#include <errno.h>
#define PROGRAM program_invocation_short_name
#else
#include <stdlib.h>
#define PROGRAM getprogname()
#endif
#include <stdio.h>
#include <unistd.h>

static const char *missing(void) {
  __builtin_cpu_init();
#ifdef __POPCNT__
  if (!__builtin_cpu_supports("popcnt")) return "POPCNT";
#endif
#ifdef __SSE4_2__
  if (!__builtin_cpu_supports("sse4.2")) return "SSE 4.2";
#endif
#ifdef __AVX__
  if (!__builtin_cpu_supports("avx")) return "AVX";
#endif
#ifdef __AVX2__
  if (!__builtin_cpu_supports("avx2")) return "AVX2";
#endif
#ifdef __FMA__
  if (!__builtin_cpu_supports("fma")) return "FMA";
#endif
#ifdef __BMI__
  if (!__builtin_cpu_supports("bmi")) return "BMI1";
#endif
#ifdef __BMI2__
  if (!__builtin_cpu_supports("bmi2")) return "BMI2";
#endif
#ifdef __AVX512F__
  if (!__builtin_cpu_supports("avx512f")) return "AVX-512F";
#endif
#ifdef __AVX512CD__
  if (!__builtin_cpu_supports("avx512cd")) return "AVX-512CD";
#endif
#ifdef __AVX512BW__
  if (!__builtin_cpu_supports("avx512bw")) return "AVX-512BW";
#endif
#ifdef __AVX512DQ__
  if (!__builtin_cpu_supports("avx512dq")) return "AVX-512DQ";
#endif
#ifdef __AVX512VL__
  if (!__builtin_cpu_supports("avx512vl")) return "AVX-512VL";
#endif
#ifdef __AVX512IFMA__
  if (!__builtin_cpu_supports("avx512ifma")) return "AVX-512IFMA";
#endif
#ifdef __AVX512VBMI__
  if (!__builtin_cpu_supports("avx512vbmi")) return "AVX-512VBMI";
#endif
#ifdef __AVX512VBMI2__
  if (!__builtin_cpu_supports("avx512vbmi2")) return "AVX-512VBMI2";
#endif
#ifdef __AVX512VNNI__
  if (!__builtin_cpu_supports("avx512vnni")) return "AVX-512VNNI";
#endif
#ifdef __AVX512BITALG__
  if (!__builtin_cpu_supports("avx512bitalg")) return "AVX-512BITALG";
#endif
#ifdef __AVX512VPOPCNTDQ__
  if (!__builtin_cpu_supports("avx512vpopcntdq")) return "AVX-512VPOPCNTDQ";
#endif
#ifdef __GFNI__
  if (!__builtin_cpu_supports("gfni")) return "GFNI";
#endif
  return NULL;
}

__attribute__((constructor)) static void look_at_the_processor(void) {
  const char *feature = missing();
  if (!feature) return;
  dprintf(STDERR_FILENO,
          "%s: built for a processor with %s, which this one lacks: rebuild it here with `make clean build`, or with "
          "`KERNELS_MARCH=x86-64-v3 make clean build` for every processor since 2013 or so\n",
          PROGRAM, feature);
  _exit(1);
}

#endif
