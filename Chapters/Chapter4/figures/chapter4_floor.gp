# line art
# How close does a network come to the lowest possible loss?
width = 1200; height = 460
load "Chapters/style.gp"
table = data."/floor.csv"
set multiplot layout 1, 2
set xlabel "timestep t"
set xrange [0:1000]; set yrange [0:1.05]
set ylabel "mean squared error of the noise"
set title "The loss and its floor" font ",14"
set key top right
plot table using "t":"floor" with lines linestyle 3 title "the floor", \
     table every 25 using "t":"loss" with points linestyle 4 title "the trained network"
set logscale y
set format y "10^{%T}"
set yrange [1e-6:2]
set ylabel "the same, on a logarithmic axis"
set title "… and what the network has not learned" font ",14"
set key bottom left
plot table using "t":"floor" with lines linestyle 3 title "the floor", \
     table every 25 using "t":"loss" with points linestyle 4 title "the trained network", \
     table using "t":(column("loss") - column("floor")) with lines linestyle 9 dashtype 1 title "its excess over the floor"
unset multiplot
