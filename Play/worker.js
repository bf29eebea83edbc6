// The network, on a thread of its own: it draws one digit at a time and tells of every moment.

let network

async function prepare({ program, weights }) {
  const store = storage()
  const { instance: { exports } } = await WebAssembly.instantiate(program, { env: store.imports })
  store.begin(exports)
  const place = exports.roomForWeights() >>> 0
  new Uint8Array(exports.memory.buffer, place, weights.length).set(weights)
  exports.build()
  return exports
}

const levels = address => new Uint8Array(network.memory.buffer, address >>> 0, 784).slice()

onmessage = async ({ data: { number, steps, ...parts } }) => {
  try {
    network ??= await prepare(parts)
    network.begin(number, steps)
    const began = performance.now()
    for (let done = 0, t = network.advance(); t >= 0; done++, t = network.advance()) {
      const sample = levels(network.sampleLevels()), guess = levels(network.guessLevels())
      postMessage({ t, done, sample, guess, perStep: done ? (performance.now() - began) / done : 0 })
    }
  } catch (failure) {
    postMessage({ failure: failure.message })
  }
}
