# Feature maps from the input down to 7 × 7 and up again.
width = 1000; height = 760
load "Chapters/style.gp"
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1000]; set yrange [760:0]
# A sheet of 8 × 8 maps of 28 with a gap of 2, three times as large.
top(k) = 24 + 3 * (30 * (k - 1) + 14)
table = data."/feature_maps.csv"
set label 1 "x_t" at 22, top(1) center font ",14" textcolor rgb noise
set arrow 1 from 108, top(1) to 150, top(1) size 10, 25 linewidth 2 linecolor rgb "#444444" front
plot data."/portrayed_noisy.pgm" binary array=(28, 28) dx=2 dy=2 skip=header(28, 28) format="%uchar" origin=(40, top(1) - 27) with image, \
     data."/feature_maps.pgm" binary array=(238, 238) dx=3 dy=3 skip=header(238, 238) format="%uchar" origin=(272, 25) with image, \
     table skip 1 using (262):(top($0 + 1) - 10):(strcol(1)) with labels right font ",11" noenhanced textcolor rgb "#222222", \
     table skip 1 using (262):(top($0 + 1) + 10):(sprintf("%d × %d × %d", $2, $2, $3)) with labels right font ",11" textcolor rgb quiet
