# When is a feature gone: for one pixel, and for an observer who looks at all of them?
width = 1100; height = 430
load "Chapters/style.gp"
table = data."/features.csv"
stats data."/left.csv" using "t" nooutput
T = STATS_max
set datafile missing NaN
set datafile columnheaders
# Where a feature is never lost, it stays to the end.
step(name) = strcol(name) eq "never" ? T : column(name)
# The features from the top, numbered; a gap divides those of the two images.
row(n) = n < 3 ? n : n + 0.7
set multiplot
# Left: the two images, a box around each feature.
set style textbox opaque fillcolor rgb "white" noborder margins 0.6, 0.4
set origin 0, 0; set size 0.46, 1
set lmargin 1; set rmargin 1; set tmargin 1; set bmargin 1
set size ratio -1
unset border; unset tics; unset grid; unset key; unset colorbox
set palette gray; set cbrange [0:255]
columns = 2 * 128 + 12
set xrange [-2:columns + 2]; set yrange [147:-22]
offset(name) = strcol(name) eq "mondrian" ? 140 : 0
left(x) = offset("image") + column("left")
right(x) = offset("image") + column("right")
set label "portrait" at 64, -8 center font ",13"
set label "composition" at 204, -8 center font ",13"
plot data."/features.pgm" binary array=(columns, 128) skip=header(columns, 128) format="%uchar" with image, \
     table using (left(0)):(column("top")):(left(0)):(right(0)):(column("top")):(column("bottom")) \
       with boxxyerror fillstyle empty linecolor rgb accent linewidth 2.5, \
     table using (column(0) == 6 ? left(0) + 8 : left(0) - 7):(0.5 * (column("top") + column("bottom"))):(sprintf("%d", int(column(0)) + 1)) \
       with labels font ",12" boxed
unset label
# Right: until when each is seen, and by whom.
set size noratio; set origin 0.46, 0; set size 0.54, 1
set lmargin 18; set rmargin 2; set tmargin 3; set bmargin 3.5
set border 1; set xtics nomirror 5; set grid xtics
set xrange [0:T]; set yrange [7.3:-0.5]
set xlabel "step t"
set label "a pixel shows it" at 0, -0.85 left textcolor rgb signal
set label "only all pixels together do" at 0.61 * T, -0.85 center textcolor rgb "#b87d00"
set label "gone" at T, -0.85 right textcolor rgb quiet
set style fill solid 0.85 noborder
name(n) = sprintf("%d  %s", n + 1, strcol("feature"))
plot table using (0):(row(column(0))):(0):(step("t_pixel")):(row(column(0)) - 0.32):(row(column(0)) + 0.32) \
       with boxxyerror linecolor rgb signal, \
     table using (0):(row(column(0))):(step("t_pixel")):(step("t_observer")):(row(column(0)) - 0.32):(row(column(0)) + 0.32) \
       with boxxyerror linecolor rgb accent, \
     table using (0):(row(column(0))):(step("t_observer")):(T):(row(column(0)) - 0.32):(row(column(0)) + 0.32) \
       with boxxyerror linecolor rgb "#dddddd", \
     table using (0):(row(column(0))):(name(column(0))) with labels right offset -1, 0 font ",12"
unset multiplot
