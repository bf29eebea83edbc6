// Compares what the page showed, as headless Chromium dumped it, with what the chapters wrote.
const fs = require('fs')
const [, , page, dumped, log] = process.argv

const match = fs.readFileSync(dumped, 'utf8').match(/<pre id="report"[^>]*>([^<]*)<\/pre>/)
if (!match || !match[1]) {
  console.error(`${dumped}: the page did not finish its report`)
  process.exit(1)
}
const report = JSON.parse(match[1].replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>'))
let compared = 0, wrong = 0
function claim(holds, what) {
  compared++
  if (!holds && ++wrong <= 20) console.error(`not so: ${what}`)
}

/** The rows of a CSV file without quotes, by the names of its columns. */
function csv(path) {
  const [names, ...rows] = fs.readFileSync(path, 'utf8').trim().split(/\r?\n/).map(line => line.split(','))
  return rows.map(row => Object.fromEntries(row.map((cell, i) => [names[i], cell])))
}

/** The tiles of a contact sheet, from the left and from the top. */
function tiles(path, width, height, gap) {
  const bytes = fs.readFileSync(path)
  const [header, columns, rows] = bytes.subarray(0, 20).toString('latin1').match(/^P5\s(\d+) (\d+)\s255\s/)
  const tile = (left, top) => Buffer.concat(Array.from({ length: height }, (_, y) => {
    const start = header.length + (top + y) * columns + left
    return bytes.subarray(start, start + width)
  })).toString('base64')
  const found = []
  for (let top = 0; top + height <= rows; top += height + gap)
    for (let left = 0; left + width <= columns; left += width + gap) found.push(tile(left, top))
  return found
}

/** Whether the page shows a number: all of its digits behind what is shown, and four of them shown. */
function shows(place, number, what, tolerance = 0) {
  claim(Math.abs(place.exact - number) <= tolerance, `${what}: the page has ${place.exact}, the chapter ${number}`)
  const [, digits, power] = place.shown.match(/^−?([\d.]+)(?: · 10(.*))?$/) ?? []
  const exponent = power ? Number([...power].map(c => c === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c)).join('')) : 0
  const read = Number(digits) * 10 ** exponent
  claim(place.shown.startsWith('−') === number < 0 && Math.abs(read - Math.abs(number)) <= 0.000501 * Math.abs(number), `${what}: the page shows ${place.shown}, the chapter has ${number}`)
}
const same = (a, b, what) => claim(a === b, `${what}: other pixels`)

// Chapter 2: the portrait there and back, the composition, the fast and the slow.
const frames = tiles('data/chapter2/frames.pgm', 128, 128, 0)
const left = csv('data/chapter2/left.csv')
for (const moment of report.portrait) {
  const { t } = moment
  shows(moment.signal, left[t].amplitude, `signal left at t = ${t}`)
  shows(moment.noise, left[t].noise, `noise at t = ${t}`)
  same(moment['#chain'], frames[t], `portrait at t = ${t}`)
  same(moment['#back'], frames[31 + 30 - t], `portrait on the way back at t = ${t}`)
}
const places = csv('data/chapter2/shown_steps.csv')
tiles('data/chapter2/mondrian.pgm', 128, 128, 6).forEach((tile, place) => {
  const { t } = places[place]
  same(report.composition[t]['#chain'], tile, `composition at t = ${t}`)
})
for (const row of csv('data/chapter2/fast_and_slow.csv')) {
  const moment = report.presets[row.steps][row.t - 1]
  shows(moment.beta, row.beta, `β at ${row.t} of ${row.steps}`)
  shows(moment['alpha-bar'], row.alpha_bar, `ᾱ at ${row.t} of ${row.steps}`)
  shows(moment.signal, row.amplitude, `√ᾱ at ${row.t} of ${row.steps}`)
}
for (const name of ['fast', 'slow']) {
  tiles(`data/chapter2/${name}.pgm`, 128, 128, 6).forEach((tile, place) => same(report.compared[place][name], tile, `${name} ${place}`))
}

// Chapters 1 and 2: the thousand steps, and the digit on them, by chain and by jump.
const chain = tiles('data/chapter2/chain.pgm', 28, 28, 8), jumps = tiles('data/chapter2/jumps.pgm', 28, 28, 8)
csv('data/chapter2/shown.csv').forEach((row, place) => {
  const moment = report.digit[place]
  shows(moment['alpha-bar'], row.alpha_bar, `ᾱ at t = ${row.t}`)
  same(moment['#chain'], chain[place], `digit by the chain at t = ${row.t}`)
  same(moment['#jump'], jumps[place], `digit by the jump at t = ${row.t}`)
})
const schedule = csv('data/chapter1/schedule.csv')
for (const moment of report.linear) {
  const row = schedule.find(row => Number(row.t) === moment.t)
  const columns = { beta: 'beta', 'alpha-bar': 'alpha_bar', signal: 'sqrt_alpha_bar', noise: 'sqrt_one_minus_alpha_bar', snr: 'snr' }
  for (const [id, column] of Object.entries(columns)) shows(moment[id], row[column], `${column} at t = ${moment.t}`)
}

// Chapter 3: the posterior, and the scenes in the plane.
const posterior = csv('data/chapter3/posterior.csv')
for (const moment of report.posterior) {
  for (const name of ['of_x0', 'of_xt', 'beta', 'beta_tilde']) shows(moment[name], posterior[moment.t - 1][name], `${name} at t = ${moment.t}`)
}
const mean = report.posterior.find(moment => moment.t === 500).mean.exact
const printed = fs.readFileSync('data/chapter3/record.csv', 'utf8').match(/x_499 is ([\d.]+) ±/)[1]
claim(Number(Number(mean).toPrecision(6)) === Number(printed), `μ̃_500: the page has ${mean}, chapter 3 printed ${printed}`)
// A slider keeps 15 digits of x_t.
csv('data/chapter3/scenes.csv').forEach((scene, place) => {
  for (const [name, found] of Object.entries(report.scenes[place])) shows(found, scene[name], `scene ${place}, ${name}`, 1e-13)
})
const [few, many] = report.strays
claim(parseFloat(few.strays) > 5 && parseFloat(many.strays) < 4, `strays in 5 steps ${few.strays}, in 50 ${many.strays}`)

// Chapter 6: the digits.
const sheets = tiles('data/chapter6/frames.pgm', 144, 86, 0), frameTimes = csv('data/chapter6/frames.csv')
for (const { place, t, sheet } of report.frames) {
  same(sheet, sheets[place], `digits ${place}`)
  claim(t === `${frameTimes[place].t} of 1000`, `digits ${place} are at t = ${t}`)
}

// And a digit drawn by the network: here in a hundred steps, as chapter 6 compares its choices, and by the page in ten.
const { network } = JSON.parse(fs.readFileSync(page, 'utf8').match(/<script type="application\/json" id="data">([^<]*)<\/script>/)[1])
const store = new Function(`${fs.readFileSync('Play/storage.js', 'utf8')}; return storage()`)()
const program = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(network.program, 'base64')), { env: store.imports }).exports
store.begin(program)
const weights = Buffer.from(network.weights, 'base64')
const room = program.roomForWeights() >>> 0
new Uint8Array(program.memory.buffer, room, weights.length).set(weights)
program.build()
function draw(number, steps) {
  program.begin(number, steps)
  while (program.advance() > 0);
  return Buffer.from(program.memory.buffer, program.sampleLevels() >>> 0, 784).toString('base64')
}
const columns = 12, clippedWithBetaTilde = 2
same(draw(0, 100), tiles('data/chapter6/choices.pgm', 28, 28, 1)[clippedWithBetaTilde * columns], 'picture 0 in 100 steps')
same(report.drawn.sample, draw(0, 10), `picture 0 in 10 steps (${report.drawn.words})`)

// What is no number.
const { player } = report
claim(Number(player.paused) > 0 && Number(player.paused) < 10 && player.after === player.paused, `the space bar pauses (${player.paused}, ${player.after})`)
claim(player.end === '10', `it plays to the end (${player.end})`)
claim(player.spoken.includes(`Step ${player.paused} of 10`), `a pause is spoken (${player.spoken})`)
claim(report.bad[0].startsWith('letter.txt is no picture') && report.bad[1].startsWith('short.pgm is no picture')
  && report.bad[2].startsWith('empty.png is no picture') && report.bad[3].startsWith('Nothing was taken') && report.unchanged, `bad files are refused in a line (${report.bad})`)
for (const own of report.own) {
  claim(own.notice === '' && own.chosen === '3' && own.same, `a dropped portrait is the portrait (${JSON.stringify(own)})`)
}
claim(report.nameless.length === 0, `every control has a name (${report.nameless})`)
claim(report.error === null, `no script fails (${report.error})`)
const complaints = fs.readFileSync(log, 'utf8').split('\n').filter(line => line.includes('CONSOLE'))
claim(complaints.length === 0, `the console is silent (${complaints[0]})`)

if (wrong) {
  console.error(`${wrong} of ${compared} comparisons fail`)
  process.exit(1)
}
console.log(`the page shows the chapters' numbers and pixels: ${compared} comparisons`)
