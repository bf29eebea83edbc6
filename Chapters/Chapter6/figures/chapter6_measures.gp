# Two clouds: how far apart, and what of each lies inside the other.
width = 1200; height = 370
load "Chapters/style.gp"
points = data."/measures.csv"
of(name) = sprintf("< grep '^%s,' '%s'", name, points)
set key off
unset tics; unset grid; set border 15
set xrange [-2.8:2.8]; set yrange [-2.0:2.0]
set size ratio -1
stats of("real") using 2:3 nooutput prefix "R"
stats of("samples") using 2:3 nooutput prefix "S"
stats of("samples") using 5:6 nooutput prefix "D"
stats of("samples") using 7 nooutput prefix "E"
# An ellipse of two standard deviations.
ex(m, dx, a) = m + 2 * dx * cos(a)
ey(m, dy, r, a) = m + 2 * dy * (r * cos(a) + sqrt(1 - r * r) * sin(a))
set parametric; set trange [0:2 * pi]; set samples 200
set multiplot layout 1, 3 margins 0.01, 0.99, 0.02, 0.82 spacing 0.015
set style fill transparent solid 0.14 border
set title sprintf("Fréchet distance: F = %.2f\n", D_mean_x) font ",14"
set label 1 "real images" at -2.65, -1.5 textcolor rgb truth font ",13"
set label 2 "samples" at -2.65, -1.8 textcolor rgb network font ",13"
plot ex(R_mean_x, R_stddev_x, t), ey(R_mean_y, R_stddev_y, R_correlation, t) with lines linewidth 2.5 linecolor rgb truth, \
     ex(S_mean_x, S_stddev_x, t), ey(S_mean_y, S_stddev_y, S_correlation, t) with lines linewidth 2.5 linecolor rgb network, \
     of("real") using 2:3 with points pointtype 7 pointsize 0.9 linecolor rgb truth, \
     of("samples") using 2:3 with points pointtype 7 pointsize 0.9 linecolor rgb network
unset label
set title sprintf("precision: %.0f %% of the samples\nlie in the balls of real images", 100 * D_mean_y) font ",14"
plot of("real") using 2:3:4 with circles linewidth 0.4 linecolor rgb truth, \
     of("real") using 2:3 with points pointtype 7 pointsize 0.5 linecolor rgb truth, \
     of("samples") using 2:3 with points pointtype 7 pointsize 1.1 linecolor rgb network
set title sprintf("recall: %.0f %% of the real images\nlie in the balls of samples", 100 * E_mean) font ",14"
plot of("samples") using 2:3:4 with circles linewidth 0.4 linecolor rgb network, \
     of("samples") using 2:3 with points pointtype 7 pointsize 0.5 linecolor rgb network, \
     of("real") using 2:3 with points pointtype 7 pointsize 1.1 linecolor rgb truth
unset multiplot
