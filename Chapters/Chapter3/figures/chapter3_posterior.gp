# line art
# What decides x_{t−1}, and how sure is it?
width = 1100; height = 440
load "Chapters/style.gp"
table = data."/posterior.csv"
set multiplot layout 1, 2
set logscale x
set xrange [1:1000]
set xlabel "timestep t"
set title "what the mean is made of" font ",14"
set ylabel "coefficient in the mean μ̃_t"
set yrange [0:1.05]
unset key
set label "of x_t" at 30, 0.88 textcolor rgb noise
set label "of x_0" at 30, 0.12 textcolor rgb signal
plot table using "t":"of_xt" with lines linestyle 2, \
     table using "t":"of_x0" with lines linestyle 1
unset label
set ylabel "variance of a step back"
set title "which variance" font ",14"
set logscale y; set format y "10^{%T}"
set yrange [3e-5:0.03]
set label "β_t" at 1.3, 1.7e-4 textcolor rgb noise
set label "β̃_t" at 2.6, 4.3e-5 textcolor rgb truth
set label "β̃_1 = 0 is off this scale" at 30, 5e-5 textcolor rgb quiet
plot table using "t":"beta" with lines linestyle 2, \
     table using "t":(column("beta_tilde") > 0 ? column("beta_tilde") : 1/0) with lines linestyle 3
unset multiplot
