# line art
# How fast do the methods converge?
width = 1100; height = 460
load "Chapters/style.gp"
set logscale xy
set format y "10^{%T}"
set lmargin 11; set rmargin 2
set multiplot layout 1, 2
set title "with noise"
set xlabel "steps"
set ylabel "median distance"
set xrange [20:500]
set xtics (25, 50, 100, 200, 400)
set key bottom left
plot data."/halved.csv" using "steps":"euler_maruyama" with linespoints linestyle 2 title "Euler–Maruyama", \
     data."/halved.csv" using "steps":"ancestral" with linespoints linestyle 1 title "DDPM", \
     data."/halved.csv" using "steps":"apart" with linespoints linestyle 4 title "apart from each other", \
     5 / x with lines linestyle 9 title "order 1"
set title "without"
set xlabel "evaluations of the network"
set ylabel "root mean square error"
set xrange [6:1500]
set xtics (10, 100, 1000)
set yrange [1e-11:3]
set key bottom left
plot data."/solvers.csv" using "evaluations":"euler_u" with linespoints linecolor rgb signal linewidth 2 dashtype 2 pointtype 6 title "Euler in u", \
     data."/solvers.csv" using "evaluations":"euler_sigma" with linespoints linestyle 1 title "Euler in σ (DDIM)", \
     data."/solvers.csv" using "evaluations":"heun_u" with linespoints linecolor rgb noise linewidth 2 dashtype 2 pointtype 6 title "Heun in u", \
     data."/solvers.csv" using "evaluations":"heun_sigma" with linespoints linestyle 2 title "Heun in σ", \
     data."/adaptive.csv" using "evaluations":"error" with linespoints linestyle 3 title "Dormand–Prince in σ"
unset multiplot
