// Who listens to whom.

start().then(swift => {
  $('program-size').textContent = `${Math.round(swift.size / 1024)} KB`
  $('network-size').textContent = `${Math.round(data.network.program.length * 0.75 / 1024)} KB`
  data.pictures.forEach(({ levels, width, height }, place) => {
    swift.put(bytesOf(levels))
    swift.takeLevels(place, height, width)
  })
  // Sliders say their values themselves, and a pause is spoken: outputs would speak in every frame.
  for (const output of document.querySelectorAll('output')) output.setAttribute('aria-live', 'off')
  $('frame').value = $('frame').max = frames.times.length - 1

  const player = new Player($('t'), [$('play-back'), $('play-on')])
  player.paused = () => speak(swift)
  new Player($('part'), [$('play-both')])
  $('play-plane').dataset.direction = -1
  new Player($('plane-t'), [$('play-plane')])
  new Player($('frame'), [$('play-digits')])

  const hear = (controls, ...actions) => {
    for (const control of controls) control.addEventListener('input', () => actions.forEach(action => action(swift)))
  }
  const named = name => [...document.getElementsByName(name)]
  const follow = () => {
    if (chosen('posterior-schedule') !== '0' || choice().linear) return
    $('posterior-t').max = $('t').max
    $('posterior-t').value = Math.max(1, $('t').value)
  }
  hear([...named('picture'), ...named('schedule'), $('steps'), $('multiplier')],
    choose, follow, drawPicture, drawComparison, drawPosterior, walkPoints, drawPoints)
  hear([$('t')], drawPicture, follow, drawPosterior)
  hear([$('part')], drawComparison)
  hear([...named('posterior-schedule'), $('posterior-t'), $('x0'), $('xt')], drawPosterior)
  hear([...named('mixture'), ...named('variance')], walkPoints, drawPoints)
  hear([$('plane-t'), $('guesses'), $('own-point'), $('own-x'), $('own-y')], drawPoints)
  hear([$('frame')], drawDigits)
  $('t').addEventListener('change', () => speak(swift))

  for (const [id, by] of [['step-back', -1], ['step-on', 1]]) {
    $(id).addEventListener('click', () => { player.pause(); set($('t'), Number($('t').value) + by); speak(swift) })
  }
  for (const button of document.querySelectorAll('[data-steps]')) {
    button.addEventListener('click', () => {
      player.pause()
      named('schedule')[0].checked = true
      $('steps').value = button.dataset.steps
      set($('multiplier'), button.dataset.multiplier)
    })
  }
  // Space has a meaning of its own on buttons and boxes; everywhere else it plays.
  addEventListener('keydown', event => {
    if (event.key !== ' ' || event.target.closest('button, a, select, input:not([type=range])')) return
    event.preventDefault()
    const section = event.target.closest('section')
    ;(section?.player ?? player).toggle()
  })
  let plot
  drag($('curves'), () => { plot = drawSchedule(swift) }, event => set($('t'), Math.round(plot.at(event))))
  dragPosterior(swift)
  drag($('points'), () => {}, event => {
    if (!$('own-point').checked) return
    const box = $('points').getBoundingClientRect()
    $('own-x').value = ((event.clientX - box.left) / box.width * 2 - 1) * reach
    set($('own-y'), (1 - (event.clientY - box.top) / box.height * 2) * reach)
  })
  takeDrops(swift)
  $('draw').addEventListener('click', drawDigit)

  const drawAll = () => [drawPicture, drawComparison, drawPosterior, drawPoints, drawDigits].forEach(draw => draw(swift))
  choose(swift)
  follow()
  walkPoints(swift)
  drawAll()
  new ResizeObserver(() => { drawSchedule(swift); drawPosterior(swift); drawPoints(swift) }).observe(document.body)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawPoints(swift))
  document.documentElement.dataset.ready = 'yes'
}).catch(failure => notice(`This page cannot compute here: ${failure.message}.`))
