// What the programs ask of their surroundings.

/**
 * Storage for the program, which asks for pieces and gives them back. Pieces of one size are kept for the next of that
 * size: a page asks for the same few sizes again and again.
 */
function storage() {
  let memory, end
  const sizes = new Map(), free = new Map()
  const whole = size => size < 65536 ? (size + 15) & ~15 : (size + 65535) & ~65535
  return {
    begin(exports) { memory = exports.memory; end = exports.__heap_base.value },
    imports: {
      posix_memalign(place, alignment, asked) {
        const size = whole(asked)
        let address = free.get(size)?.pop()
        if (address === undefined || address % alignment) {
          if (address !== undefined) free.get(size).push(address)
          address = Math.ceil(end / Math.max(16, alignment)) * Math.max(16, alignment)
          end = address + size
          if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / 65536) + 64)
          sizes.set(address, size)
        }
        new DataView(memory.buffer).setUint32(place, address, true)
        return 0
      },
      free(address) {
        if (!address) return
        const size = sizes.get(address)
        if (!free.has(size)) free.set(size, [])
        free.get(size).push(address)
      },
      memcmp(a, b, count) {
        const bytes = new Uint8Array(memory.buffer)
        for (let i = 0; i < count; i++) if (bytes[a + i] !== bytes[b + i]) return bytes[a + i] - bytes[b + i]
        return 0
      },
      // Where dictionaries begin to hash: anywhere will do, and the same place every time is best.
      arc4random_buf(address, count) { new Uint8Array(memory.buffer, address, count).fill(1) }
    }
  }
}
