# line art
# How close does a network come to the lowest possible loss?
width = 1200; height = 440
load "Chapters/style.gp"
table = data."/floor.csv"
set multiplot layout 1, 2
set xlabel "timestep t"
set xrange [0:1000]; set yrange [0:1.05]
set ylabel "loss, the mean of (ε − ε_θ)²"
set key top right
plot table using "t":"floor" with lines linestyle 3 title "the lowest possible", \
     table every 25 using "t":"loss" with points linestyle 1 title "the trained network"
set logscale y
set format y "10^{%T}"
set yrange [1e-6:2]
set ylabel "the same, and the difference"
set key bottom left
plot table using "t":"floor" with lines linestyle 3 title "the lowest possible", \
     table every 25 using "t":"loss" with points linestyle 1 title "the trained network", \
     table using "t":(column("loss") - column("floor")) with lines linestyle 9 dashtype 1 title "what it has not learned"
unset multiplot
