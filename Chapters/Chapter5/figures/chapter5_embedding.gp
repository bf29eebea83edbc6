# A timestep as a vector, and how similar its neighbors are.
width = 1000; height = 400
load "Chapters/style.gp"
set multiplot layout 1, 2
set lmargin 13; set rmargin 2; set tmargin 3; set bmargin 3.5
set title "the vector of each timestep" font ",14"
set xlabel "timestep t"
set xrange [1:1000]; set yrange [16:0]; set xtics 200
unset grid
set ytics ("f_0, fast" 0.5, "sines" 4, "f_7, slow" 7.5, "f_0, fast" 8.5, "cosines" 12, "f_7, slow" 15.5) nomirror scale 0
unset colorbox
set palette gray; set cbrange [0:255]
plot data."/embedding.pgm" binary array=(1000, 16) dx=1 dy=1 skip=header(1000, 16) format="%uchar" origin=(0.5, 0.5) with image notitle
set lmargin 9
set title "similarity to the vector of t = 500" font ",14"
set ylabel "cosine similarity"
set xrange [450:550]; set xtics 450, 25
set yrange [0:1.05]; set ytics autofreq nomirror scale 1
set grid
set arrow 1 from 500, 0 to 500, 1 nohead dashtype 2 linecolor rgb quiet
plot data."/embedding.csv" using "t":"alike" with linespoints linewidth 1.5 pointtype 7 pointsize 0.5 linecolor rgb accent notitle
unset multiplot
