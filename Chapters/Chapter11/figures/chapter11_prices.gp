# line art
# The price of MNIST's test digits by three ways.
width = 900; height = 320
load "Chapters/style.gp"
set xlabel "bits per dimension, with two standard errors"
set xrange [1.48:1.8]
set yrange [-0.6:2.6]
set ytics ("variational bound, 1000 steps" 2, "ODE, levels" 1, "ODE, noise" 0)
set lmargin 30
unset key
least = log(127.5 * 0.01 * sqrt(2 * pi)) / log(2)
set arrow from least, -0.6 to least, 2.6 nohead linecolor rgb truth dashtype 2 linewidth 2
set label "the least that levels\ncan cost with a right score" at least + 0.003, 1.2 textcolor rgb truth
row(k) = column("kind") eq "" ? NaN : k
plot data."/prices.csv" using "bits":(2):(2 * column("error")) every ::4::4 with xerrorbars linestyle 1 pointsize 1.4 linewidth 3, \
     data."/prices.csv" using "bits":(1):(2 * column("error")) every ::1::1 with xerrorbars linestyle 4 pointsize 1.4 linewidth 3, \
     data."/prices.csv" using "bits":(0):(2 * column("error")) every ::3::3 with xerrorbars linestyle 4 pointsize 1.4 linewidth 3
