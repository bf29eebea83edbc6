# line art
# "The U-Net takes a noisy image and timestep as input and predicts the added noise", drawn from the network's own shapes
set datafile separator comma
parts = data."/parts.csv"
stats parts using "part" nooutput
n = int(STATS_max)
array kind[n]; array rows[n]; array columns[n]; array channels[n]; array joins[n]; array joined[n]
parameters = 0
keep(k) = (kind[k] = strcol("kind"), rows[k] = int(column("out_size")), columns[k] = rows[k], \
  channels[k] = int(column("out_channels")), joins[k] = int(column("joins")), joined[k] = int(column("joined_by")), \
  parameters = parameters + int(column("parameters")), k)
stats parts using (keep(int(column("part")))) nooutput
array seven[2]
do for [k = 1:2] { stats data."/portrayed.csv" using word("t alpha_bar", k) nooutput; seven[k] = STATS_max }

# Part 1 embeds the timestep. The others are the picture's way: down to `deepest`, through the middle, up from `turn`.
turn = n; deepest = 2; most_rows = 0; most_channels = 0
do for [k = 2:n] {
  if (joins[k] > 0 && k < turn) { turn = k }
  if (joined[k] > 0) { deepest = k }
  if (rows[k] > most_rows) { most_rows = rows[k] }
  if (channels[k] > most_channels) { most_channels = channels[k] }
}

# A box is as high as the square root of its resolution, as wide as that of its channels.
tallest = 70.0; widest = 236.0; gap = 17.0
high(k) = tallest * sqrt(1.0 * rows[k] / most_rows)
wide(k) = widest * sqrt(1.0 * channels[k] / most_channels)
# The boxes' middles. A skip connection is a row of two boxes; what lies between two rows is stacked on the lower one.
array across[n]; array down[n]
left = 328; right = 818; depth = 0.0
above = n + 1; below = 1                      # the row before: its part on the way up, its part on the way down
do for [k = n:turn:-1] {
  across[k] = right
  if (joins[k] > 0) {
    source = joins[k]
    stacked_right = 0; stacked_left = 0
    do for [i = k + 1:above - 1] { stacked_right = stacked_right + high(i) + gap }
    do for [i = below + 1:source - 1] { stacked_left = stacked_left + high(i) + gap }
    depth = depth + (stacked_right > stacked_left ? stacked_right : stacked_left)
    down[k] = depth + high(k) / 2; down[source] = down[k]
    edge = depth - gap
    do for [i = k + 1:above - 1] { down[i] = edge - high(i) / 2; edge = edge - high(i) - gap }
    edge = depth - gap
    do for [i = source - 1:below + 1:-1] { down[i] = edge - high(i) / 2; edge = edge - high(i) - gap }
    depth = depth + high(k) + gap
    above = k; below = source
  }
}
do for [k = 2:deepest] { across[k] = left }
do for [k = deepest + 1:turn - 1] {
  across[k] = left + (right - left) * (turn - deepest == 2 ? 0.5 : (k - deepest - 1.0) / (turn - deepest - 2))
  down[k] = depth + high(k) / 2
}
# Many parts are drawn lower, so that the figure stays on a screen; there is room above the middle for its name.
shrink = depth > 920 ? 920 / depth : 1
tallest = shrink * tallest
do for [k = 2:n] { down[k] = 50 + shrink * down[k] + (k > deepest && k < turn ? 18 : 0) }
bottom = 68 + shrink * depth + high(deepest)

width = 1194; height = int(bottom + 62 > 640 ? bottom + 62 : 640)
load "Chapters/style.gp"
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:width]; set yrange [height:0]
kinds = "'time embedding' convolution 'residual block' attention down-sampling up-sampling"
colours = accent." ".quiet." ".signal." ".other." ".truth." ".noise
colour(name) = word(colours, sum [i = 1:words(kinds)] (word(kinds, i) eq name ? i : 0))
box = "fillstyle transparent solid 0.25 border linewidth 1.5 linecolor rgb"
flow = "size 9, 25 linewidth 1.5 linecolor rgb '#444444'"
step = "size 7, 25 linewidth 1.5 linecolor rgb '#444444'"
skip = "size 9, 25 linewidth 1.5 linecolor rgb quiet"
time = "size 6, 25 linewidth 1.3 linecolor rgb accent"
said = "font ',12' textcolor rgb quiet"

# The boxes, and the picture's way from one to the next.
do for [k = 2:n] {
  set object rectangle center across[k], down[k] size wide(k), high(k) fillcolor rgb colour(kind[k]) @box colour(kind[k])
  # Where it fits; the key says it, too.
  if (7.4 * strlen(kind[k]) < wide(k) && high(k) > 16) { set label kind[k] at across[k], down[k] center font ",11.7" front }
}
do for [k = 3:n] {
  if (down[k - 1] == down[k]) {
    set arrow from across[k - 1] + wide(k - 1) / 2, down[k] to across[k] - wide(k) / 2, down[k] @step
  } else {
    way = down[k] > down[k - 1] ? 0.5 : -0.5
    set arrow from across[k], down[k - 1] + way * high(k - 1) to across[k], down[k] - way * high(k) @step
  }
}
set label "the way down" at left, down[2] - high(2) / 2 - 22 center font ",14"
set label "the middle" at (left + right) / 2, bottom - high(deepest) - 13 center font ",14"
set label "the way up" at right, down[n] - high(n) / 2 - 22 center font ",14"

# The shapes, where they change.
near = left - widest / 2 - 18; far = right + widest / 2 + 18
shape(k) = sprintf("%d × %d × %d", rows[k], columns[k], channels[k])
do for [k = 2:n] {
  if (k == 2 || k == turn || rows[k] != rows[k - 1] || channels[k] != channels[k - 1]) {
    if (k <= deepest) { set label shape(k) at left + wide(k) / 2 + 8, down[k] - 10 font ",12" }
    if (k > deepest && k < turn) { set label shape(k) at across[k], down[k] - high(k) / 2 - 10 center font ",12" }
    if (k >= turn) { set label shape(k) at far + 10, down[k] - (k == n ? 12 : 0) font ",12" }
  }
}

# The skip connections.
do for [k = turn:n] {
  if (joins[k] > 0) {
    set arrow from left + wide(joins[k]) / 2, down[k] to right - wide(k) / 2, down[k] @skip
    set label sprintf("+ %d channels", channels[joins[k]]) at right - wide(k) / 2 - 12, down[k] - 10 right \
      font ",12" textcolor rgb quiet
  }
}
lift = high(2) / 2 > 22 ? high(2) / 2 : 22
set label "skip connections: what the way down" at (left + right) / 2 + 10, down[2] - lift - 28 center @said
set label "made stands beside what comes up" at (left + right) / 2 + 10, down[2] - lift - 10 center @said

# The timestep: a line beside the whole way, with a branch to each residual block.
input_top = down[2] - 56; clock = input_top + 250; under = bottom + 22
begin = clock; end = under
do for [k = 2:n] {
  if (kind[k] eq "residual block") {
    if (k <= deepest) {
      set arrow from near, down[k] to left - wide(k) / 2, down[k] @time
      if (down[k] < begin) { begin = down[k] }
    }
    if (k > deepest && k < turn) { set arrow from across[k], under to across[k], bottom @time }
    if (k >= turn) {
      set arrow from far, down[k] to right + wide(k) / 2, down[k] @time
      end = down[k]
    }
  }
}
set arrow from near, begin to near, under nohead @time
set arrow from near, under to far, under nohead @time
set arrow from far, under to far, end nohead @time
set arrow from 178, clock to near, clock nohead @time
set object rectangle from 8, clock - 20 to 178, clock + 20 fillcolor rgb colour(kind[1]) @box colour(kind[1])
set label "timestep embedding" at 93, clock center font ",12" front
set label sprintf("t = %d", seven[1]) at 93, clock - 54 center font ",16"
set arrow from 93, clock - 42 to 93, clock - 20 @step
set label sprintf("%d numbers for", channels[1]) at 20, clock + 36 @said
set label "the residual blocks" at 20, clock + 54 @said

# What goes in, and what comes out.
set label "x_t" at 76, input_top - 18 center font ",17" textcolor rgb noise
set label sprintf("ᾱ_t = %.3f", seven[2]) at 76, input_top + 128 center @said
set arrow from 136, down[2] to left - wide(2) / 2, down[2] @flow
output_top = down[n] > 96 ? down[n] - 56 : 40
set label "ε_θ(x_t, t)" at 1120, output_top - 20 center font ",17" textcolor rgb other
set label "predicted noise" at 1120, output_top + 128 center @said
set label "ε" at 1120, output_top + 160 center font ",16"
set label "the noise in x_t" at 1120, output_top + 252 center @said
set arrow from right + wide(n) / 2, down[n] to 1056, down[n] @flow

# The key.
key = height - 70 - 20 * words(kinds)
do for [i = 2:words(kinds)] {
  set object rectangle center 27, key + 20 * i size 14, 14 fillcolor rgb word(colours, i) @box word(colours, i)
  set label word(kinds, i) at 42, key + 20 * i font ",12"
}
thousands(count) = count < 1000 ? sprintf("%d", count) : thousands(count / 1000).sprintf(",%03d", count % 1000)
set label "height: pixels" at 20, key + 20 * words(kinds) + 20 @said
set label "width: channels" at 20, key + 20 * words(kinds) + 38 @said
set label thousands(parameters)." parameters" at 20, key + 20 * words(kinds) + 56 @said

# Enlarged in an SVG a picture would be smoothed: there each pixel is a square of its own.
pixels = format eq "svg" ? "with image pixels" : "with image"
dot = 112.0 / most_rows
picture = sprintf("binary array=(%d, %d) skip=header(%d, %d) format='%%uchar'", columns[2], rows[2], columns[2], rows[2])
plot data."/portrayed_noisy.pgm"     @picture dx=dot dy=dot origin=(20 + dot / 2, input_top + dot / 2) @pixels, \
     data."/portrayed_predicted.pgm" @picture dx=dot dy=dot origin=(1064 + dot / 2, output_top + dot / 2) @pixels, \
     data."/portrayed_noise.pgm"     @picture dx=0.6*dot dy=0.6*dot origin=(1086.4 + 0.3 * dot, output_top + 172 + 0.3 * dot) @pixels
