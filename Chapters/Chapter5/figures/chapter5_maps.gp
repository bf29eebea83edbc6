# Feature maps from the input down to 7 × 7 and up again.
width = 1000; height = 770
load "Chapters/style.gp"
@pictures_only
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1000]; set yrange [770:0]
# A sheet of 8 × 8 maps of 28 with a gap of 2, three times as large.
top(k) = 30 + 3 * (30 * (k - 1) + 14)
table = data."/feature_maps.csv"
way(name) = name[1:4] eq "down" ? ", way down" : name[1:3] eq "mid" ? ", middle" : name[1:2] eq "up" ? ", way up" : ""
set label 1 "x_t" at 20, top(1) center font ",15" textcolor rgb noise
set arrow 1 from 92, top(1) to 112, top(1) size 9, 25 linewidth 2 linecolor rgb "#444444" front
set arrow 2 from 24, top(1) + 44 to 24, top(8) size 12, 25 linewidth 2 linecolor rgb quiet front
plot data."/portrayed_noisy.pgm" binary array=(28, 28) dx=1.8 dy=1.8 skip=header(28, 28) format="%uchar" origin=(36, top(1) - 24) with image, \
     data."/feature_maps.pgm" binary array=(238, 238) dx=3 dy=3 skip=header(238, 238) format="%uchar" origin=(282, 31) with image, \
     table skip 1 using (272):(top($0 + 1) - 11):(strcol(2).way(strcol(1))) with labels right font ",13" noenhanced textcolor rgb "#222222", \
     table skip 1 using (272):(top($0 + 1) + 11):(strcol(3)) with labels right font ",13" noenhanced textcolor rgb "#666666"
