# All samplers of the chapter, side by side.
width = 1200; height = 720
load "Chapters/style.gp"
clouds = data."/clouds.csv"
table = data."/samplers.csv"
names = "ancestral eulerMaruyama corrected euler heun"
title_of(i) = system(sprintf("tail -n +2 '%s' | cut -d, -f1 | uniq | sed -n %dp | tr -d '\\r'", clouds, i))
set multiplot
unset key; unset grid; unset border; unset tics
set size ratio -1
set xrange [-2.6:2.6]; set yrange [-2.8:2.6]
do for [i = 1:6] {
  name = title_of(i)
  set origin (i - 1) / 6.0, 0.62; set size 0.166, 0.38
  set lmargin 0; set rmargin 0; set tmargin 1.8; set bmargin 0.2
  set title name offset 0, -0.6 font ",11"
  plot clouds using (strcol(1) eq name ? column(2) : NaN):3 with points pointtype 7 pointsize 0.25 linecolor rgb (i == 6 ? signal : network)
}
unset title
set size noratio
set border 3; set tics nomirror textcolor rgb "#444444"; set xtics; set ytics; set grid
set origin 0, 0; set size 1, 0.6
set lmargin 10; set rmargin 34; set tmargin 1; set bmargin 3.5
set autoscale
set logscale xy
set xrange [11:220]
set xtics nomirror (12, 20, 40, 100, 200)
set ytics nomirror (0.03, 0.05, 0.1, 0.2, 0.3)
set yrange [0.03:0.3]
set xlabel "number of function evaluations"
set ylabel "sliced Wasserstein distance to the data"
set key outside right center Left reverse
array colors[5] = [signal, noise, accent, "#56b4e9", truth]
plot for [i = 1:5] table using "evaluations":word(names, i) with linespoints linewidth 2.5 pointtype 7 pointsize 0.8 linecolor rgb colors[i] title title_of(i), \
     table using "evaluations":"floor" with lines linestyle 9 title "other data (± 0.012)"
unset multiplot
