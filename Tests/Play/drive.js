// Stands at the end of the page that is tested: moves its controls as a reader would, and writes down what it shows.
addEventListener('error', event => { document.body.dataset.error = event.message })
addEventListener('unhandledrejection', event => { document.body.dataset.error = String(event.reason) })

;(async () => {
  const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds))
  while (document.documentElement.dataset.ready !== 'yes') await wait(20)
  const report = {}

  const turn = (id, value) => {
    const control = document.getElementById(id)
    control.value = value
    control.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const pick = (name, value) => document.querySelector(`input[name="${name}"][value="${value}"]`).click()
  const read = id => {
    const place = document.getElementById(id)
    return { shown: place.textContent, exact: place.dataset.exact }
  }
  const pixels = id => {
    const { width, height } = document.getElementById(id)
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    context.drawImage(document.getElementById(id), 0, 0)
    const { data } = context.getImageData(0, 0, width, height)
    let text = ''
    for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(data[i])
    return btoa(text)
  }
  const at = (t, ...ids) => {
    turn('t', t)
    return { t, ...Object.fromEntries(ids.map(id => [id, id.startsWith('#') ? pixels(id.slice(1)) : read(id)])) }
  }
  const times = T => Array.from({ length: T + 1 }, (_, t) => t)

  // As the page opens: the portrait in 30 steps, all the way there and back.
  report.portrait = times(30).map(t => at(t, 'signal', 'noise', '#chain', '#back'))
  pick('picture', 1)
  report.composition = times(30).map(t => at(t, '#chain'))
  pick('picture', 0)

  // The two schedules that one click chooses, and their pictures beside one another.
  report.presets = {}
  for (const [T, m] of [[10, '1.5'], [50, '0.3']]) {
    document.querySelector(`[data-steps="${T}"][data-multiplier="${m}"]`).click()
    report.presets[T] = times(T).slice(1).map(t => at(t, 'beta', 'alpha-bar', 'signal'))
  }
  report.compared = [0, 10, 20, 30, 40, 50].map(part => {
    turn('part', part)
    return { part, fast: pixels('fast'), slow: pixels('slow'), fastBar: read('fast-alpha-bar'), slowBar: read('slow-alpha-bar') }
  })

  // The digit of chapter 2, on the thousand steps.
  pick('picture', 2)
  pick('schedule', 'linear')
  report.digit = [0, 50, 100, 200, 260, 400, 600, 1000].map(t => at(t, '#chain', '#jump', 'alpha-bar'))
  report.linear = [1, 2, 10, 100, 260, 500, 999, 1000].map(t => at(t, 'beta', 'alpha-bar', 'signal', 'noise', 'snr'))

  // A pixel's posterior on the thousand steps.
  pick('posterior-schedule', 3)
  turn('x0', 0.8)
  turn('xt', 0.6)
  report.posterior = [1, 2, 10, 100, 500, 1000].map(t => {
    turn('posterior-t', t)
    return { t, of_x0: read('of-x0'), of_xt: read('of-xt'), beta: read('posterior-beta'),
      beta_tilde: read('posterior-variance'), mean: read('posterior-mean') }
  })

  // Chapter 3's three scenes in the plane, in ten large steps.
  pick('picture', 0)
  turn('steps', 10)
  turn('multiplier', 3)
  document.getElementById('own-point').click()
  const scenes = JSON.parse(document.getElementById('scenes').textContent)
  report.scenes = scenes.map(({ t, x, y }) => {
    turn('plane-t', t)
    turn('own-x', x)
    turn('own-y', y)
    return { guess_x: read('guess-x'), guess_y: read('guess-y'), best_x: read('step-x'), best_y: read('step-y'),
      deviation: read('step-deviation') }
  })
  turn('multiplier', 1)
  // Points that walk back in few steps and in many.
  report.strays = [5, 50].map(T => {
    turn('steps', T)
    return { T, strays: read('strays').shown, groups: [...document.querySelectorAll('#groups tr')].map(row => row.textContent) }
  })

  report.frames = [0, 20, 35].map(place => { turn('frame', place); return { place, t: read('frame-shown').shown, sheet: pixels('sheet') } })

  // The space bar plays to the end; a second press pauses.
  document.querySelector('[data-steps="10"]').click()
  turn('t', 0)
  const space = () => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true }))
  space()
  await wait(1000)
  space()
  const paused = document.getElementById('t').value
  await wait(1000)
  report.player = { paused, after: document.getElementById('t').value, spoken: read('spoken').shown }
  space()
  await wait(8000)
  report.player.end = document.getElementById('t').value

  // A file that is no picture, and one that is: the portrait itself as a PNG.
  turn('t', 0)
  const portrait = await new Promise(done => document.getElementById('clean').toBlob(done))
  const drop = async file => {
    const transfer = new DataTransfer()
    if (file) transfer.items.add(file)
    document.getElementById('notice').textContent = 'waiting'
    dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }))
    // Pictures are decoded in real time, not in the browser's virtual one: only work passes that.
    for (let i = 0; i < 1000 && read('notice').shown === 'waiting'; i++) {
      pixels('clean')
      await wait(1)
    }
    return read('notice').shown
  }
  const before = pixels('clean')
  const { width, height } = document.getElementById('clean')
  const header = `P5\n# the portrait\n${width} ${height}\n255\n`
  const levels = Uint8Array.from(atob(before), character => character.charCodeAt(0))
  report.bad = [
    await drop(new File(['no picture'], 'letter.txt')), await drop(new File([header, levels.subarray(1)], 'short.pgm')),
    await drop(new File([], 'empty.png')), await drop(),
  ]
  report.unchanged = pixels('clean') === before
  const owns = []
  for (const file of [new File([portrait], 'mine.png'), new File([header, levels], 'mine.pgm')]) {
    pick('picture', 1)
    const notice = await drop(file)
    owns.push({ notice, chosen: document.querySelector('input[name="picture"]:checked').value, same: pixels('clean') === before })
  }
  report.own = owns

  // The network, which runs in real time too.
  turn('t', 6)
  document.getElementById('number').value = 0
  document.getElementById('digit-steps').value = '10'
  document.getElementById('draw').click()
  for (let i = 0; i < 100000 && document.getElementById('draw').textContent === 'Stop'; i++) {
    pixels('clean')
    await wait(1)
  }
  report.drawn = { words: read('drawing').shown, sample: pixels('digit-sample') }

  report.nameless = [...document.querySelectorAll('input, select, button')]
    .filter(control => !(control.labels[0]?.control === control || control.textContent.trim())).map(control => control.id)
  report.error = document.body.dataset.error ?? null
  document.getElementById('report').textContent = JSON.stringify(report)
})()
