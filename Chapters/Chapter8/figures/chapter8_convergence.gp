# line art
# How fast do the methods converge?
width = 900; height = 460
load "Chapters/style.gp"
set logscale xy
set format y "10^{%T}"
set lmargin 11; set rmargin 2
set xlabel "number of function evaluations"
set ylabel "root mean square error"
set xrange [6:1500]
set xtics (10, 100, 1000)
set yrange [1e-11:3]
set key bottom left
plot data."/solvers.csv" using "evaluations":"euler_u" with linespoints linecolor rgb signal linewidth 2 dashtype 2 pointtype 6 title "Euler in u", \
     data."/solvers.csv" using "evaluations":"euler_sigma" with linespoints linestyle 1 title "Euler in ν (DDIM)", \
     data."/solvers.csv" using "evaluations":"heun_u" with linespoints linecolor rgb noise linewidth 2 dashtype 2 pointtype 6 title "Heun in u", \
     data."/solvers.csv" using "evaluations":"heun_sigma" with linespoints linestyle 2 title "Heun in ν", \
     data."/adaptive.csv" using "evaluations":"error" with linespoints linestyle 3 title "Dormand–Prince in ν"
