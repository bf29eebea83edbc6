# "The neural network learns to approximate the true posterior without the original image", in four panels.
width = 860; height = 920
load "Chapters/style.gp"
scenes = data."/scenes.csv"
unset key; unset grid; unset tics
set border 15 linecolor rgb "#cccccc"
set size ratio -1
scene = 1
in(name) = column("scene") == scene ? column(name) : NaN
set datafile missing NaN
set style fill transparent solid 0.15 noborder
names = "t x0_x x0_y xt_x xt_y knowing_x knowing_y guess_x guess_y best_x best_y deviation"
array at[words(names)]
do for [k = 1:words(names)] {
  stats scenes using word(names, k) every ::scene::scene nooutput
  at[k] = STATS_max
}
set xrange [-1.9:2.1]; set yrange [-2.1:1.8]
cloud = "data.'/data.csv' using 'x':'y' with points pointtype 7 pointsize 0.25 linecolor rgb '#d8d8d8'"
green = "data.'/candidates.csv' using (in('mean_x')):'mean_y' with points pointtype 7 pointsize 0.35 linecolor rgb truth"
blue = "data.'/candidates.csv' using (in('x0_x')):'x0_y' with points pointtype 7 pointsize 0.45 linecolor rgb signal"
clean = "scenes using (in('x0_x')):'x0_y' with points pointtype 7 pointsize 1.4 linecolor rgb signal"
noisy = "scenes using (in('xt_x')):'xt_y' with points pointtype 7 pointsize 1.4 linecolor rgb noise"
set multiplot layout 2, 2 margins 0.01, 0.99, 0.01, 0.95 spacing 0.02, 0.065
set label 2 "x_t" at at[4], at[5] offset 0.9, 0.6 textcolor rgb noise font ",16" front
set label 1 "x_0" at at[2], at[3] offset -0.6, -1.1 textcolor rgb signal font ",16" front
set title "1  x_0 is noised to x_t" font ",15"
set arrow 1 from at[2], at[3] to at[4], at[5] size 0.1, 25 linewidth 2.5 linecolor rgb noise front
plot @cloud, @clean, @noisy
set title "2  one who knows x_0 steps back" font ",15"
set arrow 1 from at[4], at[5] to at[6], at[7] size 0.1, 25 linewidth 2.5 linecolor rgb truth front
set object 1 circle at at[6], at[7] size at[12] fillcolor rgb truth fillstyle transparent solid 0.12 border linecolor rgb truth linewidth 2 front
set label 3 "posterior" at at[6], at[7] - at[12] offset -1, -0.9 right textcolor rgb truth font ",14" front
plot @cloud, @clean, @noisy
set title "3  other x_0 could have led here" font ",15"
unset arrow 1; unset object 1; unset label 1
unset label 3
set label 3 "x_0 that could have been" at -1.8, 1.64 left textcolor rgb signal font ",14" front
set label 4 "where each would step" at -1.8, 1.4 left textcolor rgb truth font ",14" front
plot @cloud, @blue, @green, @noisy
set title "4  the network steps to their mean" font ",15"
unset label 3; unset label 4
set arrow 1 from at[4], at[5] to at[10], at[11] size 0.1, 25 linewidth 2.5 linecolor rgb network front
set object 1 circle at at[6], at[7] size at[12] fillstyle empty border linecolor rgb truth linewidth 1.5 front
set object 2 circle at at[10], at[11] size at[12] fillcolor rgb network fillstyle transparent solid 0.15 border linecolor rgb network linewidth 2 front
set label 3 "posterior" at at[6], at[7] - at[12] offset -1, -0.9 right textcolor rgb truth font ",14" front
set label 4 "best network" at at[10], at[11] + at[12] offset -3, 0.9 right textcolor rgb network font ",14" front
plot @cloud, @green, @noisy
unset multiplot
