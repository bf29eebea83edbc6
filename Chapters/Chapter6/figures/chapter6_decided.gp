# What is decided when?
width = 900; height = 560
load "Chapters/style.gp"
size = system(sprintf("head -c 15 '%s/decided.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set multiplot
set origin 0, 0.24; set size 1, 0.76
set lmargin at screen 0.1; set rmargin at screen 0.94
set ylabel "share"
set xlabel "timestep t, from noise to digit" offset 0, 0.3
set xrange [1000:0]; set yrange [0:1.02]
set key bottom right
set xtics 100
plot data."/decided.csv" using "t":(1 - column("coarse")) with lines linestyle 1 title "of the coarse part that is there", \
     data."/decided.csv" using "t":"same" with lines linestyle 5 title "of chains whose final digit is seen in x̂_0", \
     data."/decided.csv" using "t":(column("fine") > 1 ? NaN : 1 - column("fine")) with lines linestyle 1 dashtype 2 title "of the fine part that is there"
set origin 0, 0; set size 1, 0.24
unset key; unset xlabel; unset ylabel; unset arrow
@pictures_only
# One tick to the next is a tenth of the axis; an image of 28 pixels and its gap of 4 take that.
set lmargin at screen 0.1; set rmargin at screen 0.94; set tmargin at screen 0.19; set bmargin at screen 0.02
pitch = 32.0
set xrange [13.5:13.5 + 10 * pitch]; set yrange [rows:-2]
set label 1 "x̂_0" at screen 0.03, screen 0.105 font ",14" textcolor rgb network
unset clip
set xrange [13.5 - 0.06 / 0.84 * 10 * pitch:13.5 + (1 + 0.055 / 0.84) * 10 * pitch]
set lmargin at screen 0.04; set rmargin at screen 0.995
plot data."/decided.pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image
unset multiplot
