# A timestep as a vector, and how alike neighbours are.
width = 1000; height = 400
load "Chapters/style.gp"
set multiplot layout 1, 2
set lmargin 9; set rmargin 3; set tmargin 2; set bmargin 3.5
set size 0.5, 1
set title "the vectors of all timesteps"
set xlabel "timestep t"
set xrange [1:1000]; set yrange [16:0]; set xtics 200
unset grid
set ytics ("sin s f_0" 0.5, "sin s f_7" 7.5, "cos s f_0" 8.5, "cos s f_7" 15.5) nomirror
unset colorbox
set palette gray; set cbrange [0:255]
plot data."/embedding.pgm" binary array=(1000, 16) dx=1 dy=1 skip=header(1000, 16) format="%uchar" origin=(0.5, 0.5) with image notitle
set origin 0.5, 0
set title "how alike to the vector of t = 500"
set yrange [-0.4:1.05]; set ytics autofreq nomirror
set grid
set arrow 1 from 500, -0.4 to 500, 1 nohead dashtype 2 linecolor rgb quiet
plot data."/embedding.csv" using "t":"alike" with lines linewidth 1.2 linecolor rgb signal notitle
unset multiplot
