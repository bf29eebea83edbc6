// Digits drawn here, by the network in a worker.

let worker = null, bothParts = null

/** Ends the walk under way; the next begins with a new worker. */
function stopDigit(words) {
  worker?.terminate()
  worker = null
  $('draw').textContent = 'Draw'
  if (words) $('drawing').textContent = words
}

function drawDigit() {
  if (worker) return stopDigit('Stopped.')
  const number = Math.min(999999, Math.max(0, Math.round(Number($('number').value)) || 0)), steps = Number($('digit-steps').value)
  $('number').value = number
  $('draw').textContent = 'Stop'
  $('drawing').textContent = 'The network is being put together …'
  bothParts ??= { program: bytesOf(data.network.program), weights: bytesOf(data.network.weights) }
  worker = new Worker(URL.createObjectURL(new Blob([$('worker').textContent], { type: 'text/javascript' })))
  worker.onerror = event => stopDigit(`The network cannot run here: ${event.message}.`)
  worker.onmessage = ({ data: { failure, t, done, sample, guess, perStep } }) => {
    if (failure) return stopDigit(`The network cannot run here: ${failure}.`)
    paint($('digit-sample'), sample, 28, 28, t ? `picture ${number} at step ${t} of 1000` : `picture ${number}, finished`)
    paint($('digit-guess'), guess, 28, 28, `what the network takes it for at step ${t} of 1000`)
    $('digit-t').textContent = t
    $('pace').textContent = done ? `${done} of ${steps} steps, ${perStep.toFixed(0)} ms each` : ''
    if (t === 0) stopDigit(`Picture ${number} is finished, in ${steps} steps.`)
  }
  worker.postMessage({ number, steps, ...bothParts })
  $('drawing').textContent = 'The network draws.'
}
