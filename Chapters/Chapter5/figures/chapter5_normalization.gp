# Sixteen channels before and after group normalization: mean and standard deviation.
# line art
width = 1000; height = 380
load "Chapters/style.gp"
table = data."/groups.csv"
set multiplot layout 1, 2
set lmargin 8; set rmargin 2; set tmargin 3; set bmargin 4
set xrange [0.2:16.8]; set xtics 1, 1, 16
set xlabel "channel; each shade is a group"
set arrow 1 from 0.2, 0 to 16.8, 0 nohead linecolor rgb quiet
do for [g = 1:7:2] {
  set object g rectangle from 2 * g - 1.5 + 2, graph 0 to 2 * g + 0.5 + 2, graph 1 fillcolor rgb "#f0f0f0" fillstyle solid noborder behind
}
unset key
set title "after the first convolution" font ",14"
set yrange [-2.4:2.4]
plot table using ($0 + 1):"before":"sd_before" with yerrorbars linecolor rgb noise linewidth 3 pointtype 7 pointsize 0.9
set title "after group normalization" font ",14"
plot table using ($0 + 1):"after":"sd_after" with yerrorbars linecolor rgb network linewidth 3 pointtype 7 pointsize 0.9
unset multiplot
