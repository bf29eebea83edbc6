# line art
# Two opinions about x_{t−1} and what they say together.
width = 1000; height = 430
load "Chapters/style.gp"
table = data."/opinions.csv"
in(i, name) = column("scene") == i ? column(name) : NaN
set datafile missing NaN
set style fill solid 0.18 noborder
set multiplot layout 1, 2
set lmargin 8; set rmargin 2
set xlabel "x_{t−1}"
set ylabel "density"
unset key
set title "the worked example, t = 500" font ",14"
set xrange [-1.2:2.4]; set yrange [0:4.6]
set xtics 0.5
set label 1 "from x_t = 0.6\n0.603 ± 0.101" at 0.75, 2.9 textcolor rgb noise font ",13"
set label 2 "from x_0 = 0.8\n0.569 ± 0.704" at 1.15, 0.95 textcolor rgb signal font ",13"
set label 3 "both together\n0.602 ± 0.0995" at 0.42, 4.2 right textcolor rgb truth font ",13"
plot table using (in(0, "x")):"product" with filledcurves y=0 linecolor rgb truth, \
     table using (in(0, "x")):"of_xt" with lines linestyle 2, \
     table using (in(0, "x")):"of_x0" with lines linestyle 1, \
     table using (in(0, "x")):"product" with lines linestyle 3 dashtype 2
unset ylabel
set title "near the end, t = 3" font ",14"
set xrange [0.72:0.86]; set yrange [0:52]
set xtics 0.04
set label 1 "from x_t = 0.77" at 0.7215, 37 textcolor rgb noise font ",13"
set label 2 "from x_0 = 0.8" at 0.814, 24 textcolor rgb signal font ",13"
set label 3 "both together" at 0.7215, 44 left textcolor rgb truth font ",13"
plot table using (in(1, "x")):"product" with filledcurves y=0 linecolor rgb truth, \
     table using (in(1, "x")):"of_xt" with lines linestyle 2, \
     table using (in(1, "x")):"of_x0" with lines linestyle 1, \
     table using (in(1, "x")):"product" with lines linestyle 3
unset multiplot
