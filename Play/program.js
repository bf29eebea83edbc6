// The WebAssembly program and its memory. All that is computed is computed there.

const data = JSON.parse(document.getElementById('data').textContent)

/** The bytes of a base64 text. */
const bytesOf = text => Uint8Array.from(atob(text), character => character.charCodeAt(0))

/** The program's functions, and what it takes to hand lists over. */
async function start() {
  const store = storage()
  const binary = bytesOf(data.program)
  const { instance } = await WebAssembly.instantiate(binary, { env: store.imports })
  store.begin(instance.exports)
  const { memory } = instance.exports
  return Object.assign(Object.create(instance.exports), {
    size: binary.length,
    /** Copies levels or colours into the program's room. */
    put(bytes) { const at = instance.exports.room(bytes.length) >>> 0; new Uint8Array(memory.buffer, at, bytes.length).set(bytes) },
    bytes: (address, count) => new Uint8Array(memory.buffer, address >>> 0, count).slice(),
    numbers: (address, count) => new Float64Array(memory.buffer, address >>> 0, count).slice()
  })
}
