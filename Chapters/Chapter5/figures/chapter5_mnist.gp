# Twenty epochs of MNIST, and the bound by timestep.
# line art
width = 1000; height = 430
load "Chapters/style.gp"
set multiplot
set lmargin 10; set rmargin 3; set tmargin 3; set bmargin 3.5
set size 0.5, 1; set origin 0, 0
set title "over the training" font ",14"
set xlabel "epoch"
set ylabel "mean loss"
set logscale y
set xrange [1:20]; set yrange [0.02:0.07]
set ytics (0.02, 0.03, 0.04, 0.05, 0.06, 0.07)
set key top right
plot data."/mnist.csv" using "epoch":"pytorch" with points linestyle 9 linewidth 2 pointtype 6 pointsize 1.2 title "PyTorch and diffusers", \
     data."/mnist.csv" using "epoch":"same_settings" with lines linecolor rgb accent linewidth 2.5 title "here, same settings", \
     data."/mnist.csv" using "epoch":"committed" with lines linecolor rgb network linewidth 3 title "the committed model"
set origin 0.5, 0
set title "the bound on test images, by timestep" font ",14"
set xlabel "timestep t"
set ylabel "L_{t−1} in bits per dimension"
set logscale x
set xrange [2:1000]
set autoscale y; set ytics autofreq
set format y "10^{%L}"
unset key
plot data."/mnist_bound.csv" using (sqrt(column("first_timestep") * column("last_timestep"))):"bits" with linespoints linecolor rgb network linewidth 2.5 pointtype 7 pointsize 0.8
unset multiplot
