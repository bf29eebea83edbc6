# "The neural network learns to approximate the true posterior without the original image"
width = 1200; height = 530
load "Chapters/style.gp"
scenes = data."/scenes.csv"
unset key; unset grid; unset border; unset tics
set size ratio -1
in(i, name) = column("scene") == i ? column(name) : NaN
set datafile missing NaN
set style fill transparent solid 0.15 noborder
set multiplot layout 1, 3 margins 0.01, 0.99, 0.2, 0.99 spacing 0.01
names = "t x0_x x0_y xt_x xt_y knowing_x knowing_y guess_x guess_y best_x best_y deviation"
array at[words(names)]
do for [i = 0:2] {
  set autoscale
  do for [k = 1:words(names)] {
    stats scenes using word(names, k) every ::i::i nooutput
    at[k] = STATS_max
  }
  set xrange [-1.95:1.95]; set yrange [-2.3:1.95]
  unset label; unset arrow; unset object
  # The step back that knows x_0, and the one that does not: mean, and a circle of one standard deviation.
  set object 1 circle at at[6], at[7] size at[12] fillcolor rgb truth fillstyle transparent solid 0.12 border linecolor rgb truth linewidth 2 front
  set object 2 circle at at[10], at[11] size at[12] fillcolor rgb other fillstyle transparent solid 0.12 border linecolor rgb other linewidth 2 front
  set arrow 1 from at[4], at[5] to at[6], at[7] size 0.1, 25 linewidth 2 linecolor rgb truth front
  set arrow 2 from at[4], at[5] to at[10], at[11] size 0.1, 25 linewidth 2 linecolor rgb other front
  set label 4 sprintf("t = %d of 10", at[1]) at graph 0.02, 0.96 font ",14"
  set label 1 "x_0" at at[2], at[3] offset 0.8, 0.6 textcolor rgb signal font ",14" front
  set label 2 "x_t" at at[4], at[5] offset 0.8, 0.6 textcolor rgb noise font ",14" front
  plot data."/data.csv" using "x":"y" with points pointtype 7 pointsize 0.25 linecolor rgb "#d8d8d8", \
       data."/candidates.csv" using (in(i, "x0_x")):"x0_y" with points pointtype 7 pointsize 0.45 linecolor rgb accent, \
       data."/candidates.csv" using (in(i, "mean_x")):"mean_y" with points pointtype 7 pointsize 0.35 linecolor rgb truth, \
       scenes using (in(i, "guess_x")):"guess_y" with points pointtype 9 pointsize 1.6 linecolor rgb accent, \
       scenes using (in(i, "x0_x")):"x0_y" with points pointtype 7 pointsize 1.4 linecolor rgb signal, \
       scenes using (in(i, "xt_x")):"xt_y" with points pointtype 7 pointsize 1.4 linecolor rgb noise
}
# The legend, below all three.
unset object; unset arrow; unset label
set origin 0, 0; set size noratio 1, 0.2
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1]; set yrange [0:1]
set label "○ the step back that knows x_0" at 0.02, 0.82 textcolor rgb truth font ",13"
set label "○ the step of the best possible network, which sees x_t only" at 0.02, 0.5 textcolor rgb other font ",13"
set label "● x_t, where both start" at 0.02, 0.18 textcolor rgb noise font ",13"
set label "● 200 x_0 that may have led to this x_t" at 0.53, 0.82 textcolor rgb accent font ",13"
set label "▲ E[x_0|x_t], the network's guess" at 0.53, 0.5 textcolor rgb accent font ",13"
set label "● where the step back would go, knowing each of them" at 0.53, 0.18 textcolor rgb truth font ",13"
plot NaN notitle
unset multiplot
