# Learned or copied?
width = 1000; height = 240
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/nearest.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set size ratio -1
set xrange [-62:columns + 4]; set yrange [rows + 4:-4]
set label 1 "sample" at -6, 14 right font ",14" textcolor rgb network
set label 2 "nearest in" at -6, 40 right font ",14" textcolor rgb signal
set label 3 "training" at -6, 49 right font ",14" textcolor rgb signal
plot data."/nearest.pgm" binary array=(columns, rows) skip=header(columns, rows) format="%uchar" with image
