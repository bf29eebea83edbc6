# Which variance, clipped or not? As the eye sees it, and with the darkest levels spread out.
width = 1150; height = 540
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/choices.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
shown = columns > 5 * 29 ? 5 : 2      # the last five of twelve
offset = columns - 29 * shown
set multiplot
set tmargin 0; set bmargin 0; set lmargin 0; set rmargin 0
set xrange [offset + 0.5:columns - 0.5]; set yrange [rows - 0.5:-0.5]
middle(k) = 29 * (k - 1) + 14
set label 1 "β, clipped" at screen 0.155, first middle(1) right font ",14"
set label 2 "β, as it is" at screen 0.155, first middle(2) right font ",14"
set label 3 "β̃, clipped" at screen 0.155, first middle(3) right font ",14"
set label 4 "β̃, as it is" at screen 0.155, first middle(4) right font ",14"
set label 5 "3 steps, clipped" at screen 0.155, first middle(5) right font ",14"
set label 6 "3 steps, as it is" at screen 0.155, first middle(6) right font ",14"
set origin 0.165, 0.02; set size 0.41, 0.88
set title "as the eye sees it" font ",14"
plot data."/choices.pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image
unset label
set origin 0.585, 0.02
set cbrange [0:26]
set title "gray levels 0…25 spread over all grays" font ",14"
replot
unset multiplot
