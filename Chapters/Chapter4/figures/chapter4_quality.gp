# Does a flat loss mean that nothing is learned any more?
width = 1200; height = 700
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
# The steps, as words in order; 0 stands for the data.
moments = system(sprintf("tail -n +2 '%s' | cut -d, -f1 | uniq | tr '\\n\\r' '  '", drawn))
set multiplot
do for [i = 1:words(moments)] {
  step = int(word(moments, i))
  set origin (i - 1) / 5.0, 0.6; set size 0.2, 0.4
  set lmargin 1; set rmargin 1; set tmargin 1.8; set bmargin 0.5
  unset border; unset tics; unset grid; unset key
  set size ratio -1
  set xrange [-2.4:2.4]; set yrange [-2.6:2.3]
  set title (step == 0 ? "the data" : sprintf("samples at step %d", step)) offset 0, -0.6 font ",14"
  plot drawn using (column("step") == step ? column("x") : NaN):"y" with points pointtype 7 pointsize 0.3 \
    linecolor rgb (step == 0 ? signal : network)
}
set size noratio
set border 3; set xtics nomirror textcolor rgb "#444444"; set ytics nomirror textcolor rgb "#444444"; set grid
set lmargin 9; set rmargin 2; set tmargin 2; set bmargin 3.5
set logscale x
set xrange [10:last * 1.1]
set xlabel "training step"
set key top right
set origin 0, 0; set size 0.5, 0.58
set yrange [0:0.8]
set ylabel "loss"
set title "the loss looks flat" offset 0, -0.6 font ",14"
plot data."/points_history.csv" using "step":"loss" with points pointtype 7 pointsize 0.2 linecolor rgb "#e6bdd5" notitle, \
     NaN with points pointtype 7 pointsize 0.9 linecolor rgb "#e6bdd5" title "each batch", \
     table using "step":"loss" with linespoints linestyle 4 title "its true mean", \
     least_loss with lines linestyle 3 title "the lowest possible"
set origin 0.5, 0; set size 0.5, 0.58
set yrange [0:0.7]
set ylabel "sliced Wasserstein distance"
set title "the samples come nearer to the data" offset 0, -0.6 font ",14"
plot table using "step":"distance" with linespoints linestyle 4 title "samples", \
     least_distance with lines linestyle 1 title "new data"
unset multiplot
