# Where attention looks.
width = 900; height = 250
load "Chapters/style.gp"
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
# Maps of 28 with a gap of 2, five and a half times as large.
scale = 5.5
left(k) = 40 + (k == 0 ? 0 : 30 + scale * 30 * k - scale)
place(k, row, column) = sprintf("set object %d rectangle from %g, %g to %g, %g fillstyle empty border linecolor rgb '%s' linewidth 2 front", \
  k, left(k) + scale * 4 * column, 50 + scale * 4 * row, left(k) + scale * 4 * (column + 1), 50 + scale * 4 * (row + 1), accent)
table = data."/attention.csv"
array rows[4]
array columns[4]
do for [k = 1:4] {
  stats table using "row" every ::k - 1::k - 1 nooutput
  rows[k] = STATS_max
  stats table using "column" every ::k - 1::k - 1 nooutput
  columns[k] = STATS_max
  eval(place(k, rows[k], columns[k]))
}
set xrange [0:900]; set yrange [250:0]
set label 1 "x_t, t = 200" at left(0) + 14 * scale, 30 center font ",13" textcolor rgb noise
set label 2 "where the marked place looks" at left(1) + 59 * scale, 30 center font ",13" textcolor rgb signal
plot data."/portrayed_noisy.pgm" binary array=(28, 28) dx=scale dy=scale skip=header(28, 28) format="%uchar" origin=(left(0) + scale / 2, 50 + scale / 2) with image, \
     data."/attention.pgm" binary array=(118, 28) dx=scale dy=scale skip=header(118, 28) format="%uchar" origin=(left(1) + scale / 2, 50 + scale / 2) with image
