// The posterior of one pixel: three densities of x_{t−1}, and two values to drag.

const posteriorRange = [-2.2, 2.2]

function drawPosterior(swift) {
  const schedule = Number(chosen('posterior-schedule'))
  const T = schedule === 3 ? 1000 : Number($('steps').value)
  const slider = $('posterior-t')
  if (Number(slider.max) !== T) {
    const part = slider.value / slider.max
    slider.max = T
    slider.value = Math.max(1, Math.round(part * T))
  }
  const t = Number(slider.value), x0 = Number($('x0').value), xt = Number($('xt').value)
  $('posterior-t-shown').textContent = `${t} of ${T}`
  $('x0-shown').textContent = x0.toFixed(2).replace('-', '−')
  $('xt-shown').textContent = xt.toFixed(2).replace('-', '−')
  const mean = swift.bayesMean(2, schedule, t, x0, xt)
  show('posterior-mean', mean)
  show('posterior-variance', swift.bayesVariance(2, schedule, t))
  show('of-x0', swift.ofX0(schedule, t))
  show('of-xt', swift.ofXt(schedule, t))
  show('posterior-beta', swift.beta(schedule, t))

  const [low, high] = posteriorRange, count = 1101
  const plot = new Plot($('bayes'), { x: posteriorRange, y: [0, 1.25], xLabel: 'the pixel one step before, x at t − 1', xTicks: [-2, -1, 0, 1, 2], left: 16 })
  const places = Array.from({ length: count }, (_, i) => low + (high - low) * i / (count - 1))
  for (const [which, color] of [[0, 'signal'], [1, 'noise'], [2, 'truth']]) {
    const ys = swift.numbers(swift.bayesCurve(which, schedule, t, x0, xt, low, high, count), count)
    const top = Math.max(...ys)
    if (top > 0) plot.curve(places, ys.map(y => y / top), color)
    else plot.upright(swift.bayesMean(which, schedule, t, x0, xt), 0, 1, { class: `on-${color}`, 'stroke-width': 2.5 })
  }
  for (const [x, color, name, row] of [[x0, 'signal', 'x₀', 1.17], [xt, 'noise', 'xₜ', 1.17]]) {
    plot.upright(x, 0, row - 0.06, { class: `on-${color}`, 'stroke-dasharray': '2 3' })
    plot.add('circle', { cx: plot.across(x), cy: plot.down(row - 0.06), r: 7, class: `in-${color}` })
    plot.label(plot.across(x), plot.down(row) - 4, name, { anchor: 'middle', color: `in-${color}` })
  }
  const readings = [['q(x | x₀)', 'signal'], ['q(xₜ | x)', 'noise'], ['both: the posterior', 'truth']]
  readings.forEach(([words, color], row) => plot.label(plot.left + 10, 22 + 17 * row, words, { color: `in-${color}` }))
  plot.add('circle', { cx: plot.across(mean), cy: plot.bottom, r: 5, class: 'in-truth' })
  $('bayes').setAttribute('aria-label', `x₀ = ${x0}, xₜ = ${xt}: one step before the pixel was ${text(mean)}, ` +
    `with variance ${text(swift.bayesVariance(2, schedule, t))}`)
  return plot
}

/** Lets the reader drag the nearer of the two values. */
function dragPosterior(swift) {
  let plot, held
  drag($('bayes'), event => {
    plot = drawPosterior(swift)
    const x = plot.at(event)
    held = Math.abs(x - $('x0').value) < Math.abs(x - $('xt').value) ? $('x0') : $('xt')
  }, event => set(held, plot.at(event)))
}
