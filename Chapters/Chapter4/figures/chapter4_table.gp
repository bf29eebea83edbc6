# Is the mean of the noise in each bin the best prediction?
width = 1100; height = 470
load "Chapters/style.gp"
table = data."/table.csv"
set multiplot layout 1, 2
set xrange [-2.5:2.5]; set yrange [-3.2:3.2]
set xlabel "x_t at t = 260"
set ylabel "noise ε"
set key top left opaque samplen 1.5
do for [k = 1:2] {
  set title (k == 1 ? "the table after 1,000 pairs" : "the table after 100,000 pairs") font ",14"
  plot data."/pairs.csv" using "xt":"noise" with points pointtype 7 pointsize 0.4 linecolor rgb "#f2c4a6" title "pairs (x_t, ε)", \
       table using "xt":(column(k == 1 ? "few" : "many")) with lines linewidth 2.5 linecolor rgb network title "the table", \
       table using "xt":"best" with lines linestyle 3 linewidth 1.8 title "exact E[ε | x_t]"
  unset key
}
unset multiplot
