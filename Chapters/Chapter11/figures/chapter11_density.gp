# line art
# The density along the flow, and the true one.
width = 900; height = 400
load "Chapters/style.gp"
set xlabel "x"
set ylabel "log density, nats"
set xrange [-1.3:1.3]
set key bottom center
plot data."/density.csv" using "x":"exact" with lines linestyle 3 title "exact", \
     data."/density.csv" using "x":"found" every 3 with points linestyle 4 pointsize 0.9 title "along the probability-flow ODE"
