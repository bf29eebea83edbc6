# line art
# How far above −log p_θ(x_0) does the bound lie?
width = 900; height = 460
load "Chapters/style.gp"
set title "Ten large steps and the best network: what a number x_0 costs" offset 0, -0.3
set xlabel "x_0"
set ylabel "negative log-likelihood (nats)"
set xrange [-2:2]; set yrange [-1.6:6]
set label "the bound L" at -0.05, 3.1 center textcolor rgb accent font ",14"
set label "the model: −log p_θ(x_0)" at -0.05, -0.25 center textcolor rgb network font ",14"
set label "the data:\n−log q(x_0)" at 1.02, -0.55 textcolor rgb signal font ",14"
set arrow from -0.05, 0.1 to -0.05, 1.95 nohead linestyle 9 linecolor rgb network
set arrow from -1.54, 3.78 to -1.54, 4.78 heads size 0.03, 30 linewidth 1.5 linecolor rgb "#444444" front
set label "the gap" at -1.5, 4.3 font ",12" textcolor rgb "#444444" front
unset key
plot data."/bound.csv" using "x0":"truth" with lines linestyle 1, \
     data."/bound.csv" using "x0":"bound" with lines linestyle 5, \
     data."/bound.csv" using "x0":"model" with lines linestyle 1 linecolor rgb network
