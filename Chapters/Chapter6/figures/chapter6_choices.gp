# Which variance, clipped or not?
width = 1000; height = 318
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/choices.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1000]; set yrange [318:0]
scale = 2.4; left = 150; top = 20
middle(k) = top + scale * (29 * (k - 1) + 14) * (rows / 115.0)
set label 1 "β, clipped" at left - 12, middle(1) right font ",13"
set label 2 "β, as it is" at left - 12, middle(2) right font ",13"
set label 3 "β̃, clipped" at left - 12, middle(3) right font ",13"
set label 4 "β̃, as it is" at left - 12, middle(4) right font ",13"
plot data."/choices.pgm" binary array=(columns, rows) dx=scale dy=scale skip=header(columns, rows) format="%uchar" origin=(left, top) with image
