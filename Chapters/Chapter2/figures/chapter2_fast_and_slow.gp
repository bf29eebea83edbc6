# Ten violent steps or fifty graceful ones: what is lost when?
width = 1100; height = 680
load "Chapters/style.gp"
set multiplot
# The images above.
set size ratio -1 1, 0.58; set origin 0, 0.42
unset border; unset tics; unset grid; unset key; unset colorbox
set palette gray; set cbrange [0:255]
pitch = 134; columns = 6 * pitch - 6; low = 156
set lmargin 2; set rmargin 2; set tmargin 0; set bmargin 0
set xrange [-200:columns + 3]; set yrange [low + 132:-22]
middle(n) = n * pitch + 63.5
set label 1 "10 steps, m = 1.5" at -190, 64 textcolor rgb noise font ",13"
set label 2 "50 steps, m = 0.3" at -190, low + 64 textcolor rgb signal font ",13"
plot data."/fast.pgm" binary array=(columns, 128) skip=header(columns, 128) format="%uchar" with image, \
     data."/slow.pgm" binary array=(columns, 128) skip=header(columns, 128) format="%uchar" origin=(0, low) with image, \
     for [i = 0:5] "+" every ::0::0 using (middle(i)):(-12):(sprintf("t = %d", 2 * i)) with labels font ",11", \
     for [i = 0:5] "+" every ::0::0 using (middle(i)):(low - 12):(sprintf("t = %d", 10 * i)) with labels font ",11"
unset label
# The curves below.
set border 3; set xtics nomirror; set ytics nomirror; set grid
set lmargin 9; set rmargin 3; set tmargin 1; set bmargin 3.5
table = data."/fast_and_slow.csv"
of(count, name) = column("steps") == count ? column(name) : NaN
set datafile missing NaN
set xlabel "t / T"; set xrange [0:1.02]
set size noratio 0.5, 0.42
set tmargin 2.5; set key top right
set title "what is left: one curve"
set origin 0, 0; set ylabel "√ᾱ_t, amplitude left"; set yrange [0:1.02]
plot table using (column("t") / column("steps")):(of(10, "amplitude")) with points linestyle 2 pointsize 1.5 title "10 steps, m = 1.5", \
     table using (column("t") / column("steps")):(of(50, "amplitude")) with points linestyle 1 pointsize 0.6 title "50 steps, m = 0.3"
set origin 0.5, 0; set ylabel "β_t, size of a step"; set yrange [0:0.65]
set title "the size of a step"; unset key
plot table using (column("t") / column("steps")):(of(10, "beta")) with points linestyle 2 pointsize 1.5, \
     table using (column("t") / column("steps")):(of(50, "beta")) with points linestyle 1 pointsize 0.6
unset multiplot
