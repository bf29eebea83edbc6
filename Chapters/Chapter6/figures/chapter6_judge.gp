# How good, and learned or copied?
width = 1100; height = 420
load "Chapters/style.gp"
size = system(sprintf("head -c 15 '%s/nearest.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set multiplot
set origin 0, 0; set size 0.5, 1
set lmargin 11; set rmargin 9; set tmargin 1.5; set bmargin 3.5
set xlabel "epoch"
set ylabel "loss of the epoch" textcolor rgb signal
set y2label "distance of samples" textcolor rgb noise
set xrange [0.9:22]; set logscale x; set xtics (1, 2, 3, 5, 10, 20)
set yrange [0:0.05]; set y2range [0:100]; set y2tics nomirror textcolor rgb noise; set ytics nomirror textcolor rgb signal
set border 11
set key top right
plot data."/epochs.csv" using "epoch":"loss" axes x1y1 with linespoints linestyle 1 title "loss", \
     data."/epochs.csv" using "epoch":"distance":"standard_error" axes x1y2 with yerrorlines linestyle 2 title "500 samples (right)", \
     data."/epochs.csv" using "epoch":"real" axes x1y2 with lines linestyle 9 title "500 real pictures (right)"
set origin 0.53, 0.15; set size 0.47, 0.7
unset y2tics; unset ylabel; unset y2label; unset xlabel; unset logscale
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set size ratio -1
set xrange [-80:columns + 5]; set yrange [rows + 5:-5]
set label 1 "samples" at -5, 14 right font ",13" textcolor rgb signal
set label 2 "nearest real" at -5, 44 right font ",13" textcolor rgb truth
plot data."/nearest.pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image
unset multiplot
