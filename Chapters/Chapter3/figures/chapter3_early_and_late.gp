# The posterior and the best network's step, early and late on the way back.
width = 900; height = 490
load "Chapters/style.gp"
scenes = data."/scenes.csv"
unset key; unset grid; unset tics
set border 15 linecolor rgb "#cccccc"
set size ratio -1
in(name) = column("scene") == scene ? column(name) : NaN
set datafile missing NaN
names = "t x0_x x0_y xt_x xt_y knowing_x knowing_y guess_x guess_y best_x best_y deviation"
array at[words(names)]
set multiplot layout 1, 2 margins 0.01, 0.99, 0.01, 0.91 spacing 0.02
do for [scene in "0 2"] {
  scene = int(scene)
  set autoscale
  do for [k = 1:words(names)] {
    stats scenes using word(names, k) every ::scene::scene nooutput
    at[k] = STATS_max
  }
  if (scene == 0) { set xrange [-1.9:2.1]; set yrange [-2.1:1.8] }
  if (scene == 2) { set xrange [0.5:2.1]; set yrange [-1.5:0.06] }
  unset label
  set title sprintf("t = %d of 10%s", at[1], scene == 2 ? ", enlarged" : "") font ",15"
  set object 1 circle at at[6], at[7] size at[12] fillstyle empty border linecolor rgb truth linewidth 2 front
  set object 2 circle at at[10], at[11] size at[12] fillcolor rgb network fillstyle transparent solid 0.15 border linecolor rgb network linewidth 2 front
  set arrow 1 from at[4], at[5] to at[6], at[7] size 0.1, 25 linewidth 2 linecolor rgb truth front
  set arrow 2 from at[4], at[5] to at[10], at[11] size 0.1, 25 linewidth 2 linecolor rgb network front
  set label 1 "x_0" at at[2], at[3] offset (scene == 0 ? 0.9 : -2.6), (scene == 0 ? -0.3 : 0.8) textcolor rgb signal font ",16" front
  set label 2 "x_t" at at[4], at[5] offset 0.9, 0.6 textcolor rgb noise font ",16" front
  set label 3 "posterior" at graph 0.03, 0.11 textcolor rgb truth font ",14" front
  set label 4 "best network" at graph 0.03, 0.05 textcolor rgb network font ",14" front
  plot data."/data.csv" using "x":"y" with points pointtype 7 pointsize 0.25 linecolor rgb "#d8d8d8", \
       data."/candidates.csv" using (in("x0_x")):"x0_y" with points pointtype 7 pointsize 0.4 linecolor rgb signal, \
       data."/candidates.csv" using (in("mean_x")):"mean_y" with points pointtype 7 pointsize 0.4 linecolor rgb truth, \
       scenes using (in("x0_x")):"x0_y" with points pointtype 7 pointsize 1.4 linecolor rgb signal, \
       scenes using (in("xt_x")):"xt_y" with points pointtype 7 pointsize 1.4 linecolor rgb noise
}
unset multiplot
