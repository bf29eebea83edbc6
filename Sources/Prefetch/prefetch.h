// The one word of the machine that Swift has no name for.

/// Asks for the line of the cache that an address lies in, to have it in the second level when it is read; any address
/// will do, and nothing else happens.
static inline __attribute__((always_inline)) void prefetch(const void *address) {
  __builtin_prefetch(address, /* to read */ 0, /* second level */ 2);
}
