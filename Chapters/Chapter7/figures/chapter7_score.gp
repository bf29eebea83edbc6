# line art
# The score on a line: the slope of the log density.
width = 900; height = 520
load "Chapters/style.gp"
set xrange [-2:2]
set lmargin 10; set rmargin 2
unset key
set multiplot layout 2, 1
set title "density of q(x_t), t = 100" offset 0, -0.5
set yrange [0:*]; set ytics 0.2
plot data."/line.csv" using "x":"density" with filledcurves y=0 fillstyle solid 0.15 linecolor rgb signal, \
     data."/line.csv" using "x":"density" with lines linestyle 1
set title "score, and where it points"
set xlabel "x"
set yrange [-8:8]; set ytics 4
set xzeroaxis linestyle 9
clip(s) = s > 4 ? 4 : s < -4 ? -4 : s
plot data."/line.csv" using "x":"score" with lines linestyle 3, \
     data."/line.csv" using "x":(0):(0.035 * clip(column("score"))):(0) every 10 with vectors head size 0.04, 25 filled linewidth 2.2 linecolor rgb truth
unset multiplot
