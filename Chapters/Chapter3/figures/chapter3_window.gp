# line art
# Through a narrow window every smooth curve is a parabola.
width = 1000; height = 680
load "Chapters/style.gp"
table = data."/window.csv"
in(i, name) = column("scene") == i ? column(name) : NaN
set datafile missing NaN
array center[2] = [-0.12, -0.12]
array deviation[2] = [sqrt(0.004 / 0.996), 0]
stats table using (column("scene") == 1 ? column("window") : NaN) nooutput
deviation[2] = 1 / (STATS_max * sqrt(2 * pi))
set style fill transparent solid 0.2 noborder
set multiplot layout 2, 2
set lmargin 9; set rmargin 2
set xrange [-1.6:1.6]; set xtics 0.4
unset key
do for [i = 1:2] {
  set title (i == 1 ? "a small step, β = 0.004" : "a large step, β = 0.26") font ",14"
  if (i == 1) { set ylabel "log density" } else { unset ylabel }
  set yrange [-5:2]; set ytics 1
  set object 1 rectangle from center[i] - 2 * deviation[i], graph 0 to center[i] + 2 * deviation[i], graph 1 \
    fillcolor rgb noise fillstyle transparent solid 0.12 noborder behind
  set label 1 "ln q_{t−1}" at 1.02, 0.6 textcolor rgb truth font ",13"
  set label 2 "parabola" at 0.52, 1.5 textcolor rgb accent font ",13"
  set label 3 "the window" at center[i], -4.4 center textcolor rgb noise font ",13"
  plot table using (in(i - 1, "x")):"log_density" with lines linestyle 3, \
       table using (in(i - 1, "x")):(column("parabola") > 2 ? NaN : column("parabola")) with lines linestyle 5 dashtype 2
}
unset object 1; unset label
set xlabel "x_{t−1}"
unset title
do for [i = 1:2] {
  if (i == 1) { set ylabel "density" } else { unset ylabel }
  set ytics auto
  set yrange [0:(i == 1 ? 8 : 1.25)]
  if (i == 1) {
    set title "enlarged" font ",13"
    set xrange [-0.45:0.45]; set xtics 0.2
    set label 1 "true step back" at -0.02, 6.3 textcolor rgb truth font ",13"
    set label 2 "the window" at -0.02, 5.5 textcolor rgb noise font ",13"
    set label 3 "Gaussian of the formula" at -0.02, 4.7 textcolor rgb accent font ",13"
    plot table using (in(0, "x")):"truth" with filledcurves y=0 linecolor rgb truth title "true step back", \
         table using (in(0, "x")):"window" with lines linestyle 2 title "window", \
         table using (in(0, "x")):"gaussian" with lines linestyle 5 dashtype 2 title "Gaussian of the formula"
  } else {
    unset title; unset label 3
    set xrange [-1.6:1.6]; set xtics 0.4
    set label 1 "true step back" at 0.3, 0.95 textcolor rgb truth font ",13"
    set label 2 "the window" at -1.5, 0.72 textcolor rgb noise font ",13"
    plot table using (in(1, "x")):"truth" with filledcurves y=0 linecolor rgb truth title "true step back", \
         table using (in(1, "x")):"window" with lines linestyle 2 title "window"
  }
}
unset multiplot
