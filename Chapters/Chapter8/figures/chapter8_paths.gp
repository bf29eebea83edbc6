# The same noise, followed with chance and without.
width = 1200; height = 500
load "Chapters/style.gp"
paths = data."/paths.csv"
density = data."/path_density.csv"
unset key; unset grid; unset colorbox
set palette defined (0 "white", 0.15 "#dbe9f4", 0.5 "#7fb2d8", 1 "#0072b2")
set cbrange [0:1.2]
set xrange [1:0]; set yrange [-3:3]
set xlabel "u, from noise to data"
set multiplot layout 1, 2
set lmargin 8; set rmargin 2
set ylabel "x"
set title "with noise: the reverse SDE"
plot density using "u":"x":"density" with image pixels, \
     for [i = 0:11] paths using (column("path") == i ? column("u") : NaN):"with_noise" with lines linewidth 1.4 linecolor rgb noise
unset ylabel
set title "without: the probability-flow ODE"
plot density using "u":"x":"density" with image pixels, \
     for [i = 0:11] paths using (column("path") == i ? column("u") : NaN):"without_noise" with lines linewidth 1.8 linecolor rgb network
unset multiplot
