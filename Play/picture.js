// The first three panels: a picture on its way, the schedule, the fast and the slow walk.

const names = ['the portrait', 'the composition', 'the digit', 'your picture']
const shapes = [[128, 128], [128, 128], [28, 28], [128, 128]]

/** What the reader has chosen of picture and schedule. */
const choice = () => {
  const linear = chosen('schedule') === 'linear'
  const steps = Number($('steps').value)
  return { place: Number(chosen('picture')), linear, steps, multiplier: Number($('multiplier').value),
    T: linear ? 1000 : steps, schedule: linear ? 3 : 0 }
}

function pictureAt(swift, canvas, walk, way, t, words) {
  const { place } = choice()
  const [height, width] = shapes[place]
  paint($(canvas), swift.bytes(swift.levels(walk, way, t), height * width), width, height, `${names[place]}, ${words}`)
}

function drawPicture(swift) {
  const { schedule, T } = choice()
  const t = Number($('t').value)
  $('t-shown').textContent = `${t} of ${T}`
  $('t').setAttribute('aria-valuetext', `step ${t} of ${T}`)
  pictureAt(swift, 'clean', 0, 0, 0, 'clean')
  pictureAt(swift, 'chain', 0, 0, t, `after ${t} of ${T} steps of noise`)
  pictureAt(swift, 'jump', 0, 1, t, `noised to step ${t} of ${T} in one jump`)
  pictureAt(swift, 'back', 0, 2, t, `on the way back at step ${t} of ${T}`)
  const left = swift.signalLeft(schedule, t), noise = swift.noiseSoFar(schedule, t)
  show('signal', left)
  show('noise', noise)
  $('signal-bar').style.width = `${100 * left}%`
  $('noise-bar').style.width = `${100 * noise}%`
  show('alpha-bar', swift.alphaBar(schedule, t))
  show('alpha-bar-end', swift.alphaBar(schedule, T))
  for (const [id, number] of [['beta', swift.beta], ['snr', swift.signalToNoise]]) {
    if (t > 0) show(id, number(schedule, t))
    else { $(id).textContent = '–'; delete $(id).dataset.exact }
  }
  drawSchedule(swift)
}

function drawSchedule(swift) {
  const { schedule, T } = choice()
  const t = Number($('t').value)
  const times = Array.from({ length: T + 1 }, (_, i) => i)
  const plot = new Plot($('curves'), { x: [0, T], y: [0, 1], xLabel: 'timestep t', yTicks: [0, 0.5, 1], right: 20 })
  const signal = times.map(s => swift.signalLeft(schedule, s)), noise = times.map(s => swift.noiseSoFar(schedule, s))
  const beta = times.slice(1).map(s => swift.beta(schedule, s))
  plot.curve(times, signal, 'signal')
  plot.curve(times, noise, 'noise')
  plot.curve(times.slice(1), beta, 'accent')
  plot.upright(t, 0, 1, { class: 'marker' })
  for (const [curve, color] of [[signal, 'signal'], [noise, 'noise'], ...t ? [[[beta[0], ...beta], 'accent']] : []]) {
    plot.add('circle', { cx: plot.across(t), cy: plot.down(curve[t]), r: 4.5, class: `in-${color}` })
  }
  const late = Math.round(0.82 * T)
  plot.label(plot.left + 8, plot.down(0.72), '√ᾱₜ signal', { color: 'in-signal' })
  plot.label(plot.across(late), plot.down(noise[late]) + 20, '√(1−ᾱₜ) noise', { color: 'in-noise', anchor: 'middle' })
  plot.label(plot.across(late), plot.down(beta[late]) - 8, 'βₜ', { color: 'in-ink', anchor: 'middle' })
  $('curves').setAttribute('aria-label', `Schedule of ${T} steps; at t = ${t} signal ${text(signal[t])}, noise ${text(noise[t])}`)
  return plot
}

function drawComparison(swift) {
  const part = Number($('part').value)
  $('part-shown').textContent = `${2 * part} %`
  $('part').setAttribute('aria-valuetext', `${2 * part} per cent of the way`)
  for (const [name, walk, T] of [['fast', 1, 10], ['slow', 2, 50]]) {
    const t = Math.floor(part * T / 50)
    pictureAt(swift, name, walk, 0, t, `after ${t} of ${T} steps`)
    $(`${name}-t`).textContent = t
    if (t) show(`${name}-beta`, swift.beta(walk, t)); else $(`${name}-beta`).textContent = '–'
    show(`${name}-alpha-bar`, swift.alphaBar(walk, t))
  }
}

/** Takes what the reader chose; t stays at the same part of the way. */
function choose(swift) {
  for (const control of document.getElementsByName('schedule')) {
    control.disabled = control.value === 'linear' && Number(chosen('picture')) !== 2
    if (control.disabled && control.checked) document.getElementsByName('schedule')[0].checked = true
  }
  const { place, linear, steps, multiplier, T } = choice()
  $('steps-shown').textContent = steps
  $('multiplier-shown').textContent = `× ${multiplier}`
  for (const id of ['steps', 'multiplier']) $(id).disabled = linear
  swift.choose(place, linear, steps, multiplier)
  const slider = $('t')
  const part = slider.value / slider.max
  slider.max = T
  slider.value = Math.round(part * T)
}

/** Says for those who can't see it what the reader came to. */
function speak(swift) {
  const { schedule, T } = choice()
  const t = Number($('t').value)
  $('spoken').textContent =
    `Step ${t} of ${T}: signal ${text(swift.signalLeft(schedule, t))}, noise ${text(swift.noiseSoFar(schedule, t))}.`
}

// --- The reader's own picture ---

function notice(words) {
  $('notice').hidden = !words
  $('notice').textContent = words
}

/** A binary PGM as a bitmap, which browsers don't make of it: what the chapters write. */
async function grey(file) {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 1000))
  const [header, width, height, maximum] =
    text.match(/^P5(?:\s+#[^\n]*|\s)+?(\d+)(?:\s+#[^\n]*|\s)+?(\d+)(?:\s+#[^\n]*|\s)+?(\d+)\s/) ?? []
  const size = maximum > 255 ? 2 : 1
  if (!header || !(maximum > 0 && maximum < 65536) || bytes.length < header.length + size * width * height) throw file
  const image = new ImageData(Number(width), Number(height))
  for (let pixel = 0; pixel < width * height; pixel++) {
    const place = header.length + size * pixel
    const level = size === 1 ? bytes[place] : 256 * bytes[place] + bytes[place + 1]
    image.data.set([level, level, level].map(level => Math.round(255 * level / maximum)).concat(255), 4 * pixel)
  }
  return createImageBitmap(image)
}

async function takeFile(swift, file) {
  if (!file) return notice('Nothing was taken: drop a picture file.')
  let bitmap
  try {
    bitmap = await createImageBitmap(file).catch(() => grey(file))
  } catch {
    return notice(`${file.name} is no picture that this page can read (PNG, JPEG, WebP and PGM are); nothing has changed.`)
  }
  // The middle square; what is larger than 512 pixels is made smaller by the browser, the rest by the program.
  const side = Math.min(bitmap.width, bitmap.height), size = Math.min(side, 512)
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
  const context = canvas.getContext('2d')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, size, size)
  context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, size, size)
  swift.put(context.getImageData(0, 0, size, size).data)
  swift.takeColors(3, size, size)
  notice('')
  $('own-name').textContent = `Your own: ${file.name}`
  const radio = document.querySelector('input[name="picture"][value="3"]')
  radio.disabled = false
  radio.checked = true
  radio.dispatchEvent(new Event('input', { bubbles: true }))
}

function takeDrops(swift) {
  const mark = on => event => { event.preventDefault(); document.body.classList.toggle('dropping', on) }
  addEventListener('dragover', mark(true))
  addEventListener('dragleave', mark(false))
  addEventListener('drop', event => { mark(false)(event); takeFile(swift, event.dataTransfer.files[0]) })
  $('file').addEventListener('change', event => takeFile(swift, event.target.files[0]))
}
