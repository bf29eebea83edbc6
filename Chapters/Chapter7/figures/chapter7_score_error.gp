# line art
# Where is the network's score wrong?
width = 1100; height = 420
load "Chapters/style.gp"
set multiplot layout 1, 2
set lmargin 11; set rmargin 2
set logscale xy
set format y "10^{%T}"
set xlabel "timestep t"
set ylabel "relative squared error of the score"
set key top right
set title "by timestep"
plot data."/score_error.csv" using "t":"anywhere" with linespoints linestyle 2 title "anywhere in the square", \
     data."/score_error.csv" using "t":"data" with linespoints linestyle 1 title "at noised data"
unset logscale x
set xlabel "log density of q(x_{50}), nats"
set title "by density, at t = 50"
unset key
plot data."/score_density.csv" using "log_density":"error" with linespoints linestyle 2
unset multiplot
