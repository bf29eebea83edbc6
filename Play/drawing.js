// What the panels draw with: numbers, grey pictures, plots, and the player that moves a slider.

const $ = id => document.getElementById(id)
const chosen = name => document.querySelector(`input[name="${name}"]:checked`).value
const calm = matchMedia('(prefers-reduced-motion: reduce)')

/** A number in four digits, as a reader reads it. */
function text(number) {
  if (number === 0) return '0'
  const size = Math.abs(number)
  if (size >= 0.001 && size < 10000) return number.toPrecision(4).replace('-', '−')
  const [digits, power] = number.toExponential(3).split('e')
  const raised = [...String(Number(power))].map(c => c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[c]).join('')
  return `${digits.replace('-', '−')} · 10${raised}`
}

/** Shows a number in four digits; all of them are its title. */
function show(id, number) {
  const place = $(id)
  place.textContent = text(number)
  place.dataset.exact = place.title = String(number)
}

/** Paints levels onto a canvas of the picture's own size. */
function paint(canvas, levels, width, height, label) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const image = new ImageData(width, height)
  for (let i = 0; i < levels.length; i++) {
    image.data[4 * i] = image.data[4 * i + 1] = image.data[4 * i + 2] = levels[i]
    image.data[4 * i + 3] = 255
  }
  canvas.getContext('2d').putImageData(image, 0, 0)
  canvas.setAttribute('aria-label', label)
}

/** A plot that is as wide as its place: points are given in the units of its axes. */
class Plot {
  constructor(svg, { x, y, xLabel, yTicks = [], xTicks = null, right = 16, left = 44 }) {
    Object.assign(this, { svg, x, y, left })
    svg.replaceChildren()
    this.width = svg.clientWidth || 360
    this.height = svg.clientHeight || 260
    this.right = this.width - right
    this.bottom = this.height - 36
    svg.setAttribute('viewBox', `0 0 ${this.width} ${this.height}`)
    for (const tick of yTicks) {
      this.add('line', { class: 'grid', x1: left, x2: this.right, y1: this.down(tick), y2: this.down(tick) })
      this.label(left - 8, this.down(tick) + 4, String(tick), { anchor: 'end' })
    }
    this.add('path', { class: 'axis', d: `M${left} 8V${this.bottom}H${this.right}` })
    for (const tick of xTicks ?? x) {
      this.add('line', { class: 'axis', x1: this.across(tick), x2: this.across(tick), y1: this.bottom, y2: this.bottom + 5 })
      this.label(this.across(tick), this.bottom + 18, String(tick).replace('-', '−'), { anchor: 'middle' })
    }
    this.label((left + this.right) / 2, this.height - 3, xLabel, { anchor: 'middle' })
  }
  across(x) { return this.left + (x - this.x[0]) / (this.x[1] - this.x[0]) * (this.right - this.left) }
  down(y) { return this.bottom - (y - this.y[0]) / (this.y[1] - this.y[0]) * (this.bottom - 8) }
  /** The x of a pointer event. */
  at(event) {
    const place = event.clientX - this.svg.getBoundingClientRect().left
    return this.x[0] + (place - this.left) / (this.right - this.left) * (this.x[1] - this.x[0])
  }
  add(name, attributes) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name)
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
    this.svg.append(element)
    return element
  }
  label(x, y, words, { anchor = 'start', color = '' } = {}) {
    this.add('text', { x, y, 'text-anchor': anchor, class: color }).textContent = words
  }
  curve(xs, ys, color) {
    const path = Array.from(xs, (x, i) => `${this.across(x).toFixed(1)} ${this.down(ys[i]).toFixed(1)}`)
    this.add('path', { class: `curve on-${color}`, d: 'M' + path.join('L') })
  }
  upright(x, from, to, attributes) {
    return this.add('line', { x1: this.across(x), x2: this.across(x), y1: this.down(from), y2: this.down(to), ...attributes })
  }
}

/** Follows a pointer that is pressed in a plot. */
function drag(svg, began, moved) {
  svg.addEventListener('pointerdown', event => {
    svg.setPointerCapture(event.pointerId)
    began(event)
    moved(event)
  })
  svg.addEventListener('pointermove', event => { if (svg.hasPointerCapture(event.pointerId)) moved(event) })
}

/** Sets a control as if the reader had. */
function set(control, value) {
  control.value = value
  control.dispatchEvent(new Event('input', { bubbles: true }))
}

/**
 * Moves a slider from end to end in a few seconds. Where the reader asks for little motion, in twelve stills.
 */
class Player {
  constructor(slider, buttons) {
    Object.assign(this, { slider, buttons, timer: 0, last: buttons[buttons.length - 1] })
    for (const button of buttons) {
      button.dataset.name = button.textContent
      button.addEventListener('click', () => this.toggle(button))
    }
    slider.closest('section').player = this
  }
  get playing() { return this.timer !== 0 }
  toggle(button = this.last) {
    const again = this.playing && button === this.last
    this.pause()
    if (again) return
    this.last = button
    button.textContent = 'Pause'
    const { slider } = this
    const direction = Number(button.dataset.direction ?? 1)
    const [begin, end] = direction > 0 ? ['min', 'max'] : ['max', 'min']
    if (slider.value === slider[end]) set(slider, slider[begin])
    const steps = slider.max - slider.min
    const pause = calm.matches ? 700 : Math.min(400, Math.max(40, 6000 / steps))
    const stride = calm.matches ? Math.max(1, Math.round(steps / 12)) : Math.max(1, Math.round(steps * pause / 8000))
    this.timer = setInterval(() => {
      set(slider, Number(slider.value) + direction * stride)
      if (slider.value === slider[end]) this.pause()
    }, pause)
  }
  pause() {
    clearInterval(this.timer)
    this.timer = 0
    for (const button of this.buttons) button.textContent = button.dataset.name
    this.paused?.()
  }
}
