# Does a flat loss mean that nothing is learned any more?
width = 1200; height = 690
load "Chapters/style.gp"
table = data."/quality.csv"
drawn = data."/drawn.csv"
set datafile missing NaN
stats drawn using "step" nooutput
last = int(STATS_max)
stats table using "least_loss" nooutput
least_loss = STATS_max
stats table using "least_distance" nooutput
least_distance = STATS_max
# The moments, as words in order.
moments = system(sprintf("tail -n +2 '%s' | cut -d, -f1 | uniq | tr '\\n\\r' '  '", drawn))
set multiplot
do for [i = 1:words(moments)] {
  set origin (i - 1) / 5.0, 0.6; set size 0.2, 0.4
  set lmargin 1; set rmargin 1; set tmargin 1.8; set bmargin 0.5
  unset border; unset tics; unset grid; unset key
  set size ratio -1
  set xrange [-2.4:2.4]; set yrange [-2.6:2.3]
  set title sprintf("drawn after step %d", int(word(moments, i))) offset 0, -0.6
  plot drawn using (column("step") == int(word(moments, i)) ? column("x") : NaN):"y" with points pointtype 7 pointsize 0.3 linecolor rgb signal
}
set origin 0.8, 0.6; set size 0.2, 0.4
set title "the data" offset 0, -0.6
plot data."/data.csv" using "x":"y" with points pointtype 7 pointsize 0.3 linecolor rgb truth
unset title
set size noratio
set border 3; set xtics nomirror textcolor rgb "#444444"; set ytics nomirror textcolor rgb "#444444"; set grid
set lmargin 9; set rmargin 2; set tmargin 1; set bmargin 3.5
set logscale x
set xrange [10:last * 1.1]
set xlabel "training step"
set key top right
set origin 0, 0; set size 0.5, 0.58
set yrange [0:0.8]
set ylabel "loss"
plot data."/points_history.csv" using "step":"loss" with dots linecolor rgb "#7fb2d8" notitle, \
     NaN with points pointtype 7 pointsize 0.4 linecolor rgb "#7fb2d8" title "each batch", \
     table using "step":"loss" with linespoints linestyle 1 title "true mean", \
     least_loss with lines linestyle 3 title "the lowest possible"
set origin 0.5, 0; set size 0.5, 0.58
set yrange [0:0.7]
set ylabel "sliced Wasserstein distance to the data"
plot table using "step":"distance" with linespoints linestyle 2 title "drawn points", \
     least_distance with lines linestyle 3 title "other data"
unset multiplot
