# line art
# How far above −log p_θ(x_0) does the bound lie?
width = 900; height = 440
load "Chapters/style.gp"
set xlabel "x_0"
set ylabel "nats that a sample costs"
set xrange [-2:2]; set yrange [-1.5:6]
set label "the data: −log q(x_0)" at 1.02, -0.9 textcolor rgb truth
set label "the bound on it" at -0.05, 3.05 center textcolor rgb noise
set label "the model: −log p_θ(x_0)" at -0.05, -0.6 center textcolor rgb signal
set arrow from -0.05, -0.3 to -0.05, 2.0 nohead linestyle 9 linecolor rgb signal
unset key
plot data."/bound.csv" using "x0":"truth" with lines linestyle 3, \
     data."/bound.csv" using "x0":"bound" with lines linestyle 2, \
     data."/bound.csv" using "x0":"model" with lines linestyle 1
