# Mistakes, and what each looks like.
width = 1090; height = 540
load "Chapters/style.gp"
@pictures_only
size = system(sprintf("head -c 15 '%s/broken.pgm' | sed -n 2p", data))
columns = int(word(size, 1)); rows = int(word(size, 2))
set lmargin 0; set rmargin 0; set tmargin 0; set bmargin 0
set xrange [0:1090]; set yrange [540:0]
scale = 2.5; left = 205; top = 15
plot data."/broken.pgm" binary array=(columns, rows) dx=scale dy=scale skip=header(columns, rows) format="%uchar" origin=(left, top) with image, \
     data."/broken.csv" skip 1 using (left - 14):(top + scale * (29 * $0 + 14)):(strcol(1)) with labels right font ",14"
