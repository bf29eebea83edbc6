// The ways back of those who don't know x_0: points of the plane, computed here, and digits, as chapter 6 recorded them.

const pointCount = 500, reach = 3, gridSize = 72

function walkPoints(swift) {
  swift.walkPoints(Number(chosen('mixture')), Number(chosen('variance')), pointCount)
  const slider = $('plane-t'), T = Number($('steps').value)
  const part = slider.value / slider.max
  slider.max = T
  slider.value = Math.round(part * T)
  const rows = Array.from({ length: swift.groupCount() }, (_, k) => {
    const row = document.createElement('tr')
    const numbers = [swift.weight(k), swift.share(k)]
    row.append(...[k + 1, ...numbers.map(x => `${(100 * x).toFixed(1)} %`)].map(
      words => Object.assign(document.createElement('td'), { textContent: words })))
    return row
  })
  $('groups').replaceChildren(...rows)
  $('strays').textContent = `${(100 * swift.strays()).toFixed(1)} %`
}

/** A colour of the style sheet, as red, green and blue. */
function color(name) {
  const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  return [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16))
}

function drawPoints(swift) {
  const t = Number($('plane-t').value), T = Number($('steps').value)
  $('plane-t-shown').textContent = `${t} of ${T}`
  const canvas = $('points')
  const size = Math.round((canvas.clientWidth || 360) * Math.min(2, devicePixelRatio))
  if (canvas.width !== size) Object.assign(canvas, { width: size, height: size })
  const context = canvas.getContext('2d')
  context.clearRect(0, 0, size, size)

  const density = swift.numbers(swift.densityAt(t, reach, gridSize), gridSize * gridSize)
  const top = Math.max(...density), [red, green, blue] = color('--truth')
  const shade = new ImageData(gridSize, gridSize)
  density.forEach((value, i) => shade.data.set([red, green, blue, 150 * Math.sqrt(value / top)], 4 * i))
  const small = Object.assign(document.createElement('canvas'), { width: gridSize, height: gridSize })
  small.getContext('2d').putImageData(shade, 0, 0)
  context.drawImage(small, 0, 0, size, size)

  const across = x => (x / reach + 1) / 2 * size, down = y => (1 - y / reach) / 2 * size
  const points = swift.numbers(swift.pointsAt(t), 2 * pointCount)
  if ($('guesses').checked) {
    const guesses = swift.numbers(swift.guessesAt(t), 2 * pointCount)
    context.strokeStyle = context.fillStyle = `rgb(${color('--signal').join(' ')})`
    context.globalAlpha = 0.25
    context.lineWidth = size / 500
    for (let i = 0; i < points.length; i += 2) {
      context.beginPath()
      context.moveTo(across(points[i]), down(points[i + 1]))
      context.lineTo(across(guesses[i]), down(guesses[i + 1]))
      context.stroke()
    }
    context.globalAlpha = 0.9
    for (let i = 0; i < guesses.length; i += 2) context.fillRect(across(guesses[i]) - size / 300, down(guesses[i + 1]) - size / 300, size / 150, size / 150)
  }
  context.globalAlpha = 0.8
  context.fillStyle = `rgb(${color('--ink').join(' ')})`
  for (let i = 0; i < points.length; i += 2) {
    context.beginPath()
    context.arc(across(points[i]), down(points[i + 1]), size / 230, 0, 7)
    context.fill()
  }
  context.globalAlpha = 1
  drawOwnPoint(swift, t, context, size, across, down)
  canvas.setAttribute('aria-label', `${pointCount} points at step ${t} of ${T} on the way from noise to ${swift.groupCount()} groups`)
}

/** A point of the reader's, what the best network takes it for, and one step back from there. */
function drawOwnPoint(swift, t, context, size, across, down) {
  const shown = $('own-point').checked
  $('own-controls').hidden = !shown
  if (!shown) return
  const x = Number($('own-x').value), y = Number($('own-y').value)
  $('own-x-shown').textContent = x.toFixed(2).replace('-', '−')
  $('own-y-shown').textContent = y.toFixed(2).replace('-', '−')
  const ids = ['guess-x', 'guess-y', 'step-x', 'step-y', 'step-deviation']
  if (t === 0) {
    for (const id of ids) $(id).textContent = '–'
    return
  }
  const found = swift.numbers(swift.ownPoint(Number(chosen('mixture')), Number(chosen('variance')), t, x, y), 5)
  ids.forEach((id, i) => show(id, found[i]))
  const [guessX, guessY, stepX, stepY, deviation] = found
  const dot = (x, y, name) => {
    context.fillStyle = name
    context.beginPath()
    context.arc(across(x), down(y), size / 75, 0, 7)
    context.fill()
    context.stroke()
  }
  context.lineWidth = size / 250
  context.strokeStyle = `rgb(${color('--signal').join(' ')})`
  context.beginPath()
  context.moveTo(across(x), down(y))
  context.lineTo(across(guessX), down(guessY))
  context.stroke()
  context.strokeStyle = `rgb(${color('--truth').join(' ')})`
  context.beginPath()
  context.arc(across(stepX), down(stepY), deviation / reach / 2 * size, 0, 7)
  context.stroke()
  context.strokeStyle = '#fff'
  dot(guessX, guessY, `rgb(${color('--signal').join(' ')})`)
  dot(stepX, stepY, `rgb(${color('--truth').join(' ')})`)
  dot(x, y, `rgb(${color('--noise').join(' ')})`)
}

const frames = { ...data.frames, bytes: bytesOf(data.frames.levels) }

function drawDigits() {
  const { width, height, times, bytes } = frames
  const place = Number($('frame').value), t = times[place]
  $('frame-shown').textContent = `${t} of 1000`
  $('frame').setAttribute('aria-valuetext', `step ${t} of 1000`)
  const size = width * height
  paint($('sheet'), bytes.subarray(place * size, (place + 1) * size), width, height,
    t ? `fifteen digits at step ${t} of 1000 on the way from noise` : 'fifteen handwritten digits')
}
