# Chains with new noise and without.
width = 1200; height = 470
load "Chapters/style.gp"
chains = data."/chains.csv"
unset key; unset grid
set xrange [1000:0]; set yrange [-3:3]
set xlabel "timestep t, from noise to data"
# The modes of the data, two standard deviations to either side.
set object 1 rectangle from 1000, 0.6 to 0, 1 behind fillcolor rgb signal fillstyle solid 0.22 noborder
set object 2 rectangle from 1000, -1 to 0, -0.6 behind fillcolor rgb signal fillstyle solid 0.22 noborder
of(name) = sprintf("< awk -F, 'NR > 1 && $1 != last { print \"\" } { last = $1; print $2 \",\" $%d }' '%s' | tail -n +2", name, chains)
set multiplot layout 1, 2
set lmargin 7; set rmargin 3; set tmargin 2.5; set bmargin 3.5
set ylabel "x_t" rotate by 0
set title "with new noise in each step" font ",14"
plot of(3) using 1:2 with lines linewidth 1.3 linecolor rgb noise
unset ylabel
set title "without new noise" font ",14"
set label 2 "where 70 % of the data lie" at 800, 0.8 font ",12" textcolor rgb signal
set label 3 "where 30 % of the data lie" at 800, -0.8 font ",12" textcolor rgb signal
set label 1 "all end at 0.793" at 330, 1.55 right font ",13" textcolor rgb noise
set arrow 1 from 320, 1.5 to 15, 0.83 size 15, 20 linecolor rgb noise
plot of(4) using 1:2 with lines linewidth 1.8 linecolor rgb noise
unset multiplot
