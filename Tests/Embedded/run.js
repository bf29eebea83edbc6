// Prints the bits of the worked values, computed by the WebAssembly file that is named.
const fs = require('fs')
let memory, heap
const env = {
  // Nothing is ever given back: the whole run needs little.
  posix_memalign(place, alignment, size) {
    heap = Math.ceil(heap / alignment) * alignment
    while (heap + size > memory.buffer.byteLength) memory.grow(16)
    new DataView(memory.buffer).setUint32(place, heap, true)
    heap += size
    return 0
  },
  free() {}
}
WebAssembly.instantiate(fs.readFileSync(process.argv[2]), { env }).then(({ instance }) => {
  const { count, bits, __heap_base } = instance.exports
  memory = instance.exports.memory
  heap = __heap_base.value
  const start = heap
  const lines = []
  for (let i = 0; i < count(); i++) {
    lines.push(`${bits(i, 1) >>> 0} ${bits(i, 0) >>> 0}`)
    heap = start
  }
  console.log(lines.join('\n'))
})
